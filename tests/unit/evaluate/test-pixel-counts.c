/* Counted pixels against sets that can be worked on paper, and against the definition. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "evaluate/pixel_counts.h"

#include <stdlib.h>

static struct pixel_counts *counts; /* of one test after the other */

static void count_pixels(const float *values, const uint32_t *region_area, size_t count,
                         size_t region_count)
{
    pixel_counts_clear(counts);
    pixel_counts_add(counts, values, region_area, count, region_count);
}

TEST(bins_rise_with_the_value)
{
    static const float rising[] = {-INFINITY, -1e30f, -2.0f, -1.0f,  -1e-30f, 0.0f,  1e-42f,
                                   1e-30f,    0.5f,   1.0f,  1.001f, 2.0f,    1e30f, INFINITY};
    for (size_t i = 1; i < sizeof rising / sizeof rising[0]; i++) {
        CHECK(pixel_bin(rising[i]) >= pixel_bin(rising[i - 1]));
        CHECK(pixel_bin(rising[i]) < PIXEL_BINS);
        CHECK(rising[i] == 1e-42f || pixel_bin(rising[i]) > pixel_bin(rising[i - 1]));
    }
    CHECK_INT(pixel_bin(-0.0f), pixel_bin(0.0f));
}

/* The promise of the header: 1 part in 2048, and whole numbers up to 4096 each for itself. */
TEST(bins_are_as_fine_as_promised)
{
    for (float value = 1e-20f; value < 1e20f; value *= 1.7f)
        CHECK(pixel_bin(value * (1.0f + 1.01f / 2048)) > pixel_bin(value));
    for (int value = -4096; value < 4096; value++)
        CHECK(pixel_bin((float)value) < pixel_bin((float)value + 1));
}

/* Normal: 1 2 3 3. Abnormal: 3 4 2, a region of two (3, 4) and one of one (2). Twelve pairs: 3 wins
 * two and ties two = 3; 4 wins all = 4; 2 wins one and ties one = 1.5: 8.5 / 12. All values are
 * apart; only real ties share bins: of 2 with 2 (1 pair) and 3 with 3 (2 pairs), 3 / 2 / 12. */
static const float values[] = {1, 2, 3, 3, 3, 4, 2};
static const uint32_t areas[] = {0, 0, 0, 0, 2, 2, 1};

TEST(auroc_counts_ties_half_and_says_what_that_can_cost)
{
    count_pixels(values, areas, 7, 2);
    CHECK_INT(counts->normal_count, 4);
    CHECK_INT(counts->anomalous_count, 3);
    CHECK_INT(counts->region_count, 2);
    const struct pixel_auroc area = pixel_auroc_of(counts);
    CHECK_NEAR(area.value, 8.5 / 12, 1e-15);
    CHECK_NEAR(area.error, 1.5 / 12, 1e-15);
}

/* Thresholds 4, 3, 2, 1. */
TEST(the_walk_goes_from_high_values_to_low)
{
    static const double expected[][3] = {
        {0, 1.0 / 3, 0.25}, {0.5, 2.0 / 3, 0.5}, {0.75, 1, 1}, {1, 1, 1}};
    count_pixels(values, areas, 7, 2);
    struct pixel_walk walk = pixel_walk_begin(counts);
    CHECK(walk.fpr == 0 && walk.tpr == 0 && walk.overlap == 0);
    for (int i = 0; i < 4; i++) {
        CHECK(pixel_walk_next(&walk));
        CHECK_NEAR(walk.fpr, expected[i][0], 1e-15);
        CHECK_NEAR(walk.tpr, expected[i][1], 1e-15);
        CHECK_NEAR(walk.overlap, expected[i][2], 1e-15);
    }
    CHECK(!pixel_walk_next(&walk));
}

/* At FPR 0 the top of the first step; 0.25 half way from (0, 1/3) to (0.5, 2/3); 0.5 a point; 0.75
 * and 1 behind the last rise. */
TEST(sampled_curves_are_interpolated)
{
    double tpr[5], overlap[5];
    count_pixels(values, areas, 7, 2);
    pixel_curve_sample(counts, 1.0, 5, tpr, overlap);
    static const double expected_tpr[] = {1.0 / 3, 0.5, 2.0 / 3, 1, 1};
    static const double expected_overlap[] = {0.25, 0.375, 0.5, 1, 1};
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(tpr[i], expected_tpr[i], 1e-15);
        CHECK_NEAR(overlap[i], expected_overlap[i], 1e-15);
    }
}

static void random_pixels(struct rng *rng, float *ret_values, uint32_t *ret_areas, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ret_areas[i] = rng_below(rng, 5) == 0;
        ret_values[i] = (float)exp(rng_normal(rng) + (ret_areas[i] ? 0.7 : 0.0));
    }
}

/* Pair by pair, on values that do share bins. */
TEST(the_exact_auroc_is_within_the_stated_error)
{
    enum { COUNT = 4000 };
    static float random[COUNT];
    static uint32_t random_areas[COUNT];
    struct rng rng = rng_seeded(3, 1);
    random_pixels(&rng, random, random_areas, COUNT);
    double won = 0, pairs = 0;
    size_t regions = 0;
    for (size_t i = 0; i < COUNT; i++) {
        regions += random_areas[i];
        for (size_t j = 0; random_areas[i] && j < COUNT; j++)
            if (!random_areas[j]) {
                pairs++;
                won += (random[i] > random[j]) + 0.5 * (random[i] == random[j]);
            }
    }
    count_pixels(random, random_areas, COUNT, regions);
    const struct pixel_auroc area = pixel_auroc_of(counts);
    CHECK(area.error > 0 && area.error < 5e-4);
    CHECK_NEAR(area.value, won / pairs, area.error);
    CHECK_NEAR(area.value, 0.69, 0.03);
}

TEST(counts_of_parts_add_up)
{
    struct pixel_counts *part = pixel_counts_create(NULL);
    CHECK(part);
    count_pixels(values, areas, 4, 0);
    pixel_counts_add(part, values + 4, areas + 4, 3, 2);
    pixel_counts_add_counts(counts, part);
    pixel_counts_destroy(part);
    CHECK_NEAR(pixel_auroc_of(counts).value, 8.5 / 12, 1e-15);
    CHECK_INT(counts->region_count, 2);
}

TEST(pixels_of_one_kind_have_no_auroc)
{
    count_pixels(values, NULL, 7, 0);
    CHECK_INT(counts->normal_count, 7);
    CHECK(isnan(pixel_auroc_of(counts).value) && isnan(pixel_auroc_of(counts).error));
    count_pixels(values + 4, areas + 4, 3, 2);
    CHECK(isnan(pixel_auroc_of(counts).value));
    pixel_counts_clear(counts);
    CHECK(isnan(pixel_auroc_of(counts).value));
}

TEST(no_memory_is_said)
{
    for (long n = 0;; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        struct pixel_counts *made = pixel_counts_create(&err);
        allocations_until_failure = -1;
        if (made) {
            pixel_counts_destroy(made);
            CHECK_INT(n, 4);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

int main(void)
{
    counts = pixel_counts_create(NULL);
    if (!counts)
        return 2;
    RUN(bins_rise_with_the_value);
    RUN(bins_are_as_fine_as_promised);
    RUN(auroc_counts_ties_half_and_says_what_that_can_cost);
    RUN(the_walk_goes_from_high_values_to_low);
    RUN(sampled_curves_are_interpolated);
    RUN(the_exact_auroc_is_within_the_stated_error);
    RUN(counts_of_parts_add_up);
    RUN(pixels_of_one_kind_have_no_auroc);
    RUN(no_memory_is_said);
    pixel_counts_destroy(counts);
    return check_report();
}
