/* AUPIMO of single pictures that can be worked on paper. Normal pictures: 100,000 pixels, most of
 * them 0.1, so that one pixel is an FPR of 1e-5, the lower bound, and ten are the upper one. */
#include "check.h"

#include "evaluate/image_overlap.h"

#include <stdlib.h>

static struct pixel_counts *normals;
static uint32_t scratch[PIXEL_BINS];

static void add_normals(float value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pixel_counts_add(normals, &value, NULL, 1, 0);
}

static double area_of(const float *values, size_t count)
{
    uint32_t area[8];
    for (size_t i = 0; i < count; i++)
        area[i] = (uint32_t)count;
    return image_overlap_area(normals, values, area, count, scratch);
}

/* Normal: one pixel of 0.9, nine of 0.8. Abnormal: 1.0, 0.85, 0.8, 0.05.
 * threshold 1.0: (0, 1/4); 0.9: (1e-5, 1/4); 0.85: (1e-5, 2/4); 0.8: (1e-4, 3/4).
 * From 1e-5 to 1e-4 one slope from 1/2 to 3/4: its mean is 0.625. */
TEST(one_slope_over_the_whole_range)
{
    static const float values[] = {1.0f, 0.85f, 0.8f, 0.05f};
    pixel_counts_clear(normals);
    add_normals(0.9f, 1);
    add_normals(0.8f, 9);
    add_normals(0.1f, 99990);
    CHECK_NEAR(area_of(values, 4), 0.625, 1e-12);
}

/* Normal: five of 0.9, fifteen of 0.8. Abnormal: 0.95, 0.8.
 * (0, 1/2), (5e-5, 1/2), (2e-4, 1). From 1e-5 to 5e-5 a step of 1/2: ln 5 / 2 = 0.804719. From 5e-5
 * to 1e-4, half of the way to 2e-4 in log FPR, from 1/2 to 3/4: 0.625 ln 2 = 0.433217. Together
 * 1.237936 / ln 10 = 1.237936 / 2.302585 = 0.537629. */
TEST(a_step_from_fpr_zero_and_a_slope_cut_at_the_bound)
{
    static const float values[] = {0.95f, 0.8f};
    pixel_counts_clear(normals);
    add_normals(0.9f, 5);
    add_normals(0.8f, 15);
    add_normals(0.1f, 99980);
    CHECK_NEAR(area_of(values, 2), 0.537629, 1e-6);
}

/* A slope that begins below the lower bound: 1,000,000 normal pixels, one of 0.9, ninety-nine of
 * 0.8: (1e-6, 0), (1e-4, 1): at 1e-5 half way, 1/2; the mean of 1/2 and 1 is 0.75. */
TEST(a_slope_cut_at_the_lower_bound)
{
    static const float values[] = {0.8f};
    pixel_counts_clear(normals);
    add_normals(0.9f, 1);
    add_normals(0.8f, 99);
    add_normals(0.1f, 999900);
    CHECK_NEAR(area_of(values, 1), 0.75, 1e-12);
}

TEST(perfect_and_worst)
{
    static const float above[] = {0.7f, 0.6f}, below[] = {0.05f, 0.04f};
    pixel_counts_clear(normals);
    add_normals(0.5f, 1);
    add_normals(0.1f, 99999);
    CHECK_NEAR(area_of(above, 2), 1.0, 1e-12);
    CHECK_NEAR(area_of(below, 2), 0.0, 1e-12);
}

/* Normal pixels of the abnormal picture, however bright, change nothing. */
TEST(only_normal_pictures_count_as_normal)
{
    static const float values[] = {0.7f, 0.9f, 0.9f};
    static const uint32_t area[] = {1, 0, 0};
    pixel_counts_clear(normals);
    add_normals(0.1f, 100000);
    CHECK_NEAR(image_overlap_area(normals, values, area, 3, scratch), 1.0, 1e-12);
}

TEST(the_scratch_is_zero_again)
{
    for (size_t bin = 0; bin < PIXEL_BINS; bin++)
        CHECK_INT(scratch[bin], 0);
}

TEST(without_abnormal_or_normal_pixels_there_is_none)
{
    static const float values[] = {0.5f};
    static const uint32_t none[] = {0};
    CHECK(isnan(image_overlap_area(normals, values, none, 1, scratch)));
    pixel_counts_clear(normals);
    CHECK(isnan(area_of(values, 1)));
}

TEST(the_lower_bound_needs_a_hundred_thousand_pixels)
{
    pixel_counts_clear(normals);
    add_normals(0.1f, 99999);
    CHECK(!image_overlap_is_resolved(normals));
    add_normals(0.1f, 1);
    CHECK(image_overlap_is_resolved(normals));
}

int main(void)
{
    normals = pixel_counts_create(NULL);
    if (!normals)
        return 2;
    RUN(one_slope_over_the_whole_range);
    RUN(a_step_from_fpr_zero_and_a_slope_cut_at_the_bound);
    RUN(a_slope_cut_at_the_lower_bound);
    RUN(perfect_and_worst);
    RUN(only_normal_pictures_count_as_normal);
    RUN(the_scratch_is_zero_again);
    RUN(without_abnormal_or_normal_pixels_there_is_none);
    RUN(the_lower_bound_needs_a_hundred_thousand_pixels);
    pixel_counts_destroy(normals);
    return check_report();
}
