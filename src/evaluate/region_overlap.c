/* From a mask to its regions, and from counted pixels to AUPRO.
 *
 * A pixel of a region of n pixels carries the weight 1 / n, so that the mean overlap at any
 * threshold is one running sum, whatever the number of regions (pixel_counts keeps the weights).
 * Regions are trees of pixels: each points to an earlier one, the first of a region to itself.
 */
#include "evaluate/region_overlap.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static uint32_t find_first(uint32_t *parents, uint32_t pixel)
{
    while (parents[pixel] != pixel) {
        parents[pixel] = parents[parents[pixel]];
        pixel = parents[pixel];
    }
    return pixel;
}

static void join(uint32_t *parents, uint32_t pixel, uint32_t other)
{
    pixel = find_first(parents, pixel);
    other = find_first(parents, other);
    if (pixel < other)
        parents[other] = pixel;
    else
        parents[pixel] = other;
}

/* To those of the four neighbours that come earlier in reading order. */
static void join_earlier(const uint8_t *mask, int width, int x, int y, uint32_t *parents)
{
    static const int steps[4][2] = {{-1, 0}, {-1, -1}, {0, -1}, {1, -1}};
    const uint32_t pixel = (uint32_t)y * (uint32_t)width + (uint32_t)x;
    for (int i = 0; i < 4; i++) {
        const int other_x = x + steps[i][0], other_y = y + steps[i][1];
        if (other_x < 0 || other_x >= width || other_y < 0)
            continue;
        const uint32_t other = (uint32_t)other_y * (uint32_t)width + (uint32_t)other_x;
        if (mask[other])
            join(parents, pixel, other);
    }
}

size_t regions_find(const uint8_t *mask, int width, int height, uint32_t *scratch,
                    uint32_t *ret_area)
{
    const uint32_t count = (uint32_t)width * (uint32_t)height;
    uint32_t *parents = scratch;
    memset(ret_area, 0, count * sizeof *ret_area);
    for (uint32_t i = 0; i < count; i++) {
        if (!mask[i])
            continue;
        parents[i] = i;
        join_earlier(mask, width, (int)(i % (uint32_t)width), (int)(i / (uint32_t)width), parents);
    }
    size_t regions = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!mask[i])
            continue;
        regions += parents[i] == i;
        ret_area[find_first(parents, i)]++;
    }
    for (uint32_t i = 0; i < count; i++)
        if (mask[i])
            ret_area[i] = ret_area[find_first(parents, i)];
    return regions;
}

double region_overlap_area(const struct pixel_counts *counts, double fpr_limit)
{
    assert(fpr_limit > 0.0 && fpr_limit <= 1.0);
    if (counts->region_count == 0 || counts->normal_count == 0)
        return NAN;
    double area = 0.0, fpr = 0.0, overlap = 0.0;
    struct pixel_walk walk = pixel_walk_begin(counts);
    while (fpr < fpr_limit && pixel_walk_next(&walk)) {
        double end = walk.fpr, end_overlap = walk.overlap;
        if (end > fpr_limit) {
            end = fpr_limit;
            end_overlap = overlap + (walk.overlap - overlap) * (end - fpr) / (walk.fpr - fpr);
        }
        area += (end - fpr) * (overlap + end_overlap) / 2;
        fpr = end;
        overlap = end_overlap;
    }
    return area / fpr_limit;
}
