/* From error maps and masks to the counters behind every metric of pixels.
 *
 * A thousand pictures of a camera have a billion pixels: they cannot be sorted, and need not be.
 * The counters of several kinds of picture are added up rather than the pixels looked at again. The
 * surprising thing: bins are cut by the bits of a float, so they are as fine relatively for a map
 * of 1e-6 as for one of 1e6, and nobody has to know the range beforehand.
 */
#include "evaluate/pixel_counts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pixel_counts *pixel_counts_create(struct error *err)
{
    struct pixel_counts *counts = calloc(1, sizeof *counts);
    if (counts) {
        counts->normal = calloc(PIXEL_BINS, sizeof *counts->normal);
        counts->anomalous = calloc(PIXEL_BINS, sizeof *counts->anomalous);
        counts->region_shares = calloc(PIXEL_BINS, sizeof *counts->region_shares);
        if (counts->normal && counts->anomalous && counts->region_shares)
            return counts;
    }
    pixel_counts_destroy(counts);
    error_set(err, ERROR_MEMORY, "no memory to count pixels");
    return NULL;
}

void pixel_counts_destroy(struct pixel_counts *counts)
{
    if (!counts)
        return;
    free(counts->normal);
    free(counts->anomalous);
    free(counts->region_shares);
    free(counts);
}

void pixel_counts_clear(struct pixel_counts *counts)
{
    counts->normal_count = counts->anomalous_count = 0;
    counts->region_count = 0;
    memset(counts->normal, 0, PIXEL_BINS * sizeof *counts->normal);
    memset(counts->anomalous, 0, PIXEL_BINS * sizeof *counts->anomalous);
    memset(counts->region_shares, 0, PIXEL_BINS * sizeof *counts->region_shares);
}

size_t pixel_bin(float value)
{
    const float positive_zero = value + 0.0f; /* -0 equals 0 and must share its bin */
    uint32_t bits;
    static_assert(sizeof bits == sizeof value, "a float has 32 bits");
    memcpy(&bits, &positive_zero, sizeof bits);
    bits ^= bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31;
    return bits >> 12;
}

void pixel_counts_add(struct pixel_counts *counts, const float *values, const uint32_t *region_area,
                      size_t count, size_t region_count)
{
    uint64_t anomalous = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t bin = pixel_bin(values[i]);
        if (!region_area || region_area[i] == 0) {
            counts->normal[bin]++;
            continue;
        }
        anomalous++;
        counts->anomalous[bin]++;
        counts->region_shares[bin] += 1.0 / region_area[i];
    }
    counts->anomalous_count += anomalous;
    counts->normal_count += count - anomalous;
    counts->region_count += region_count;
}

void pixel_counts_add_counts(struct pixel_counts *counts, const struct pixel_counts *from)
{
    for (size_t bin = 0; bin < PIXEL_BINS; bin++) {
        counts->normal[bin] += from->normal[bin];
        counts->anomalous[bin] += from->anomalous[bin];
        counts->region_shares[bin] += from->region_shares[bin];
    }
    counts->normal_count += from->normal_count;
    counts->anomalous_count += from->anomalous_count;
    counts->region_count += from->region_count;
}

struct pixel_walk pixel_walk_begin(const struct pixel_counts *counts)
{
    assert(counts->normal_count > 0 && counts->anomalous_count > 0);
    return (struct pixel_walk){.counts = counts, .bin = PIXEL_BINS};
}

bool pixel_walk_next(struct pixel_walk *walk)
{
    const struct pixel_counts *counts = walk->counts;
    while (walk->bin > 0) {
        const size_t bin = --walk->bin;
        if (counts->normal[bin] == 0 && counts->anomalous[bin] == 0)
            continue;
        walk->false_positives += counts->normal[bin];
        walk->true_positives += counts->anomalous[bin];
        walk->shares += counts->region_shares[bin];
        walk->fpr = (double)walk->false_positives / (double)counts->normal_count;
        walk->tpr = (double)walk->true_positives / (double)counts->anomalous_count;
        walk->overlap = walk->shares / (double)counts->region_count;
        return true;
    }
    return false;
}

struct pixel_auroc pixel_auroc_of(const struct pixel_counts *counts)
{
    if (counts->normal_count == 0 || counts->anomalous_count == 0)
        return (struct pixel_auroc){NAN, NAN};
    struct pixel_auroc area = {0};
    double fpr = 0.0, tpr = 0.0;
    struct pixel_walk walk = pixel_walk_begin(counts);
    while (pixel_walk_next(&walk)) {
        area.value += (walk.fpr - fpr) * (walk.tpr + tpr) / 2;
        area.error += (walk.fpr - fpr) * (walk.tpr - tpr) / 2;
        fpr = walk.fpr;
        tpr = walk.tpr;
    }
    return area;
}

void pixel_curve_sample(const struct pixel_counts *counts, double fpr_limit, size_t count,
                        double *ret_tpr, double *ret_overlap)
{
    assert(count >= 2);
    const double step = fpr_limit / (double)(count - 1);
    struct pixel_walk walk = pixel_walk_begin(counts), before = walk;
    size_t i = 0;
    while (pixel_walk_next(&walk)) {
        for (; i < count && step * (double)i < walk.fpr; i++) {
            const double part = (step * (double)i - before.fpr) / (walk.fpr - before.fpr);
            ret_tpr[i] = before.tpr + part * (walk.tpr - before.tpr);
            ret_overlap[i] = before.overlap + part * (walk.overlap - before.overlap);
        }
        before = walk;
    }
    for (; i < count; i++) { /* FPR 1, where all is found */
        ret_tpr[i] = before.tpr;
        ret_overlap[i] = before.overlap;
    }
}
