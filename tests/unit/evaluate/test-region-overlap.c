/* Regions of small masks, and AUPRO of sets that can be worked on paper. */
#include "check.h"

#include "evaluate/region_overlap.h"

#include <stdlib.h>

/* Of a picture drawn with letters: '.' is normal. */
static size_t find(const char *const *rows, int width, int height, uint32_t *ret_area)
{
    uint8_t mask[256];
    uint32_t scratch[256];
    for (int i = 0; i < width * height; i++)
        mask[i] = rows[i / width][i % width] == '.' ? 0 : 255;
    return regions_find(mask, width, height, scratch, ret_area);
}

/* Corners join, and so does the bottom of a U, whose arms begin as two regions. */
TEST(regions_touch_at_corners)
{
    static const char *const rows[] = {"#.......#.#", ".#......#.#", "...##...###", "..........."};
    uint32_t area[44];
    CHECK_INT(find(rows, 11, 4, area), 3);
    CHECK_INT(area[0], 2);
    CHECK_INT(area[12], 2);
    CHECK_INT(area[25], 2);
    CHECK_INT(area[26], 2);
    CHECK_INT(area[8], 7);
    CHECK_INT(area[10], 7);
    CHECK_INT(area[31], 7);
    CHECK_INT(area[1], 0);
    CHECK_INT(area[43], 0);
}

/* The last pixel of a row and the first of the next are no neighbours. */
TEST(regions_do_not_wrap_around)
{
    static const char *const rows[] = {"...#", "#...", "...."};
    uint32_t area[12];
    CHECK_INT(find(rows, 4, 3, area), 2);
    CHECK_INT(area[3], 1);
    CHECK_INT(area[4], 1);
}

TEST(a_spiral_is_one_region)
{
    static const char *const rows[] = {"#######", "......#", "#####.#", "#...#.#",
                                       "#.###.#", "#.....#", "#######"};
    uint32_t area[49];
    CHECK_INT(find(rows, 7, 7, area), 1);
    CHECK_INT(area[0], 31);
    CHECK_INT(area[16], 31);
}

TEST(empty_and_full_masks)
{
    static const char *const none[] = {"...", "..."}, *const all[] = {"###", "###"};
    uint32_t area[6];
    CHECK_INT(find(none, 3, 2, area), 0);
    CHECK_INT(area[4], 0);
    CHECK_INT(find(all, 3, 2, area), 1);
    CHECK_INT(area[4], 6);
}

static struct pixel_counts *counted(const float *values, const uint32_t *area, size_t count,
                                    size_t regions)
{
    struct pixel_counts *counts = pixel_counts_create(NULL);
    if (!counts)
        abort();
    pixel_counts_add(counts, values, area, count, regions);
    return counts;
}

/* Ten normal pixels: 9, 7, and eight of 1. A region of four: 10, 8, 8, 2; one of one: 6.
 *
 * threshold   FPR   overlap
 *     10      0     (1/4 + 0) / 2 = 1/8
 *      9      0.1   1/8
 *      8      0.1   (3/4 + 0) / 2 = 3/8
 *      7      0.2   3/8
 *      6      0.2   (3/4 + 1) / 2 = 7/8
 *      2      0.2   1
 *      1      1     1
 *
 * Up to 0.3: 0.1/8 + 0.1 * 3/8 + 0.1 * 1 = 0.15; / 0.3 = 0.5.
 * Up to 0.05: 0.05/8 / 0.05 = 0.125.
 * Up to 0.15: (0.1/8 + 0.05 * 3/8) / 0.15 = 0.03125 / 0.15 = 0.208333.
 * Up to 1: 0.05 + 0.8 = 0.85. */
TEST(area_under_a_curve_of_steps)
{
    static const float values[] = {9, 7, 1, 1, 1, 1, 1, 1, 1, 1, 10, 8, 8, 2, 6};
    static const uint32_t area[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 1};
    struct pixel_counts *counts = counted(values, area, 15, 2);
    CHECK_NEAR(region_overlap_area(counts, 0.3), 0.5, 1e-14);
    CHECK_NEAR(region_overlap_area(counts, 0.05), 0.125, 1e-14);
    CHECK_NEAR(region_overlap_area(counts, 0.15), 0.2083333333333, 1e-12);
    CHECK_NEAR(region_overlap_area(counts, 1.0), 0.85, 1e-14);
    pixel_counts_destroy(counts);
}

/* Ties make slopes: four normal pixels and a region of two, all of value 1, but one normal pixel of
 * 5: (0, 0), (0.25, 0), (1, 1). At the limit 0.3: overlap 0.05 / 0.75 = 1/15; area 0.05 / 2 / 15 =
 * 1/600, / 0.3 = 1/180. */
TEST(the_curve_is_interpolated_at_the_limit)
{
    static const float values[] = {5, 1, 1, 1, 1, 1};
    static const uint32_t area[] = {0, 0, 0, 0, 2, 2};
    struct pixel_counts *counts = counted(values, area, 6, 1);
    CHECK_NEAR(region_overlap_area(counts, 0.3), 1.0 / 180, 1e-15);
    CHECK_NEAR(region_overlap_area(counts, 0.05), 0.0, 0.0);
    pixel_counts_destroy(counts);
}

/* A perfect map has 1, whatever the limit; one that is upside down has 0. */
TEST(perfect_and_worst)
{
    static const float good[] = {1, 1, 1, 2, 3}, bad[] = {2, 2, 2, 1, 1};
    static const uint32_t area[] = {0, 0, 0, 1, 1};
    struct pixel_counts *counts = counted(good, area, 5, 2);
    CHECK_NEAR(region_overlap_area(counts, 0.05), 1.0, 1e-15);
    CHECK_NEAR(region_overlap_area(counts, 0.3), 1.0, 1e-15);
    pixel_counts_destroy(counts);
    counts = counted(bad, area, 5, 2);
    CHECK_NEAR(region_overlap_area(counts, 0.3), 0.0, 0.0);
    pixel_counts_destroy(counts);
}

TEST(without_regions_or_normal_pixels_there_is_none)
{
    static const float values[] = {1, 2};
    static const uint32_t area[] = {1, 1};
    struct pixel_counts *counts = counted(values, NULL, 2, 0);
    CHECK(isnan(region_overlap_area(counts, 0.3)));
    pixel_counts_destroy(counts);
    counts = counted(values, area, 2, 2);
    CHECK(isnan(region_overlap_area(counts, 0.3)));
    pixel_counts_destroy(counts);
}

int main(void)
{
    RUN(regions_touch_at_corners);
    RUN(regions_do_not_wrap_around);
    RUN(a_spiral_is_one_region);
    RUN(empty_and_full_masks);
    RUN(area_under_a_curve_of_steps);
    RUN(the_curve_is_interpolated_at_the_limit);
    RUN(perfect_and_worst);
    RUN(without_regions_or_normal_pixels_there_is_none);
    return check_report();
}
