/* From the pixels of one abnormal picture and the counted ones of all normal pictures to AUPIMO.
 *
 * The walk goes from high thresholds down and ends as soon as the upper bound of FPR is passed, so
 * it sees only the highest values of the normal pictures. The surprising thing: FPR 0 has no
 * logarithm, and the first point above it decides how much of the range is covered by a step.
 */
#include "evaluate/image_overlap.h"

#include <math.h>

struct point {
    double fpr, tpr;
};

bool image_overlap_is_resolved(const struct pixel_counts *normals)
{
    return (double)normals->normal_count * IMAGE_OVERLAP_FPR_LOW >= 1.0;
}

/* The area, over the natural logarithm of FPR, of what lies within the bounds. */
static double area_between(struct point from, struct point to)
{
    const double low = fmax(from.fpr, IMAGE_OVERLAP_FPR_LOW);
    const double high = fmin(to.fpr, IMAGE_OVERLAP_FPR_HIGH);
    if (low >= high)
        return 0.0;
    const double width = log(high / low);
    if (from.fpr == 0.0)
        return from.tpr * width;
    const double slope = (to.tpr - from.tpr) / log(to.fpr / from.fpr);
    const double at_low = from.tpr + slope * log(low / from.fpr);
    const double at_high = from.tpr + slope * log(high / from.fpr);
    return (at_low + at_high) / 2 * width;
}

static double walk_curve(const struct pixel_counts *normals, const uint32_t *found,
                         double anomalous_count)
{
    double area = 0.0;
    uint64_t false_positives = 0, true_positives = 0;
    struct point from = {0};
    for (size_t bin = PIXEL_BINS; bin > 0 && from.fpr < IMAGE_OVERLAP_FPR_HIGH; bin--) {
        if (normals->normal[bin - 1] == 0 && found[bin - 1] == 0)
            continue;
        false_positives += normals->normal[bin - 1];
        true_positives += found[bin - 1];
        const struct point to = {(double)false_positives / (double)normals->normal_count,
                                 (double)true_positives / anomalous_count};
        area += area_between(from, to);
        from = to;
    }
    return area;
}

double image_overlap_area(const struct pixel_counts *normals, const float *values,
                          const uint32_t *region_area, size_t count, uint32_t *scratch)
{
    size_t anomalous = 0;
    for (size_t i = 0; i < count; i++) {
        if (region_area[i] == 0)
            continue;
        scratch[pixel_bin(values[i])]++;
        anomalous++;
    }
    double area = NAN;
    if (anomalous > 0 && normals->normal_count > 0)
        area = walk_curve(normals, scratch, (double)anomalous) /
               log(IMAGE_OVERLAP_FPR_HIGH / IMAGE_OVERLAP_FPR_LOW);
    for (size_t i = 0; i < count; i++)
        if (region_area[i] != 0)
            scratch[pixel_bin(values[i])] = 0;
    return area;
}
