/* Error maps, scores and percentiles against naive double loops and hand-computed values. */
#include "check.h"

#include "base/rng.h"
#include "score/error_map.h"

#include <stdlib.h>

enum { WIDTH = 31, HEIGHT = 17, COUNT = WIDTH * HEIGHT };

static void fill(float *values, size_t count, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)rng_uniform(&rng);
}

TEST(map_is_the_mean_of_the_squared_differences)
{
    float a[3 * COUNT], b[3 * COUNT], map[COUNT];
    fill(a, 3 * COUNT, 1);
    fill(b, 3 * COUNT, 2);
    error_map_compute(a, b, WIDTH, HEIGHT, map);
    for (int i = 0; i < COUNT; i++) {
        double sum = 0.0;
        for (int c = 0; c < 3; c++)
            sum += pow((double)a[c * COUNT + i] - (double)b[c * COUNT + i], 2.0);
        CHECK_NEAR(map[i], sum / 3.0, 1e-7);
    }
}

TEST(equal_pictures_have_no_error)
{
    float a[3 * COUNT], map[COUNT];
    fill(a, 3 * COUNT, 1);
    error_map_compute(a, a, WIDTH, HEIGHT, map);
    CHECK(score_mean(map, COUNT) == 0.0);
    CHECK(score_top_k(map, COUNT, 10) == 0.0);
}

TEST(mean_of_every_count)
{
    float map[40];
    fill(map, 40, 3);
    for (size_t count = 1; count <= 40; count++) {
        double sum = 0.0;
        for (size_t i = 0; i < count; i++)
            sum += (double)map[i];
        CHECK_NEAR(score_mean(map, count), sum / (double)count, 1e-15);
    }
}

TEST(mean_keeps_small_values_beside_large_ones)
{
    enum { MANY = 1 << 20 };
    float *map = malloc(MANY * sizeof *map);
    CHECK(map);
    for (size_t i = 0; i < MANY; i++)
        map[i] = 0.1f;
    map[0] = 16777216.0f; /* a float accumulator would swallow everything after it */
    double expected = (16777216.0 + (MANY - 1) * (double)0.1f) / MANY;
    double mean = score_mean(map, MANY);
    free(map);
    CHECK_NEAR(mean, expected, 1e-9);
}

static int compare_falling(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

static double naive_top_k(const float *map, size_t count, size_t k)
{
    float sorted[COUNT];
    memcpy(sorted, map, count * sizeof *map);
    qsort(sorted, count, sizeof *sorted, compare_falling);
    double sum = 0.0;
    for (size_t i = 0; i < k; i++)
        sum += (double)sorted[i];
    return sum / (double)k;
}

TEST(top_k_against_sorting)
{
    float map[COUNT];
    for (uint64_t seed = 0; seed < 20; seed++) {
        fill(map, COUNT, seed);
        for (int i = 0; i < COUNT && seed % 2; i++)
            map[i] = floorf(map[i] * 5.0f); /* many equal values */
        for (size_t k = 1; k <= COUNT; k += 1 + k / 3)
            CHECK_NEAR(score_top_k(map, COUNT, k), naive_top_k(map, COUNT, k), 1e-13);
        CHECK_NEAR(score_top_k(map, COUNT, COUNT), score_mean(map, COUNT), 1e-13);
    }
}

TEST(top_k_of_extremes)
{
    const float map[] = {0.0f, -1.0f, 3e38f, 1e-45f, -0.0f, 2.0f, -3e38f};
    CHECK_NEAR(score_top_k(map, 7, 1), 3e38, 1e32);
    CHECK_NEAR(score_top_k(map + 3, 3, 1), 2.0, 0.0);
    CHECK_NEAR(score_top_k(map + 3, 3, 2), 1.0, 1e-12);
    const float equal[] = {0.5f, 0.5f, 0.5f};
    for (size_t k = 1; k <= 3; k++)
        CHECK(score_top_k(equal, 3, k) == 0.5);
}

TEST(size_of_top_k)
{
    CHECK_INT(score_top_k_size(65536, 1.0, 100), 655);
    CHECK_INT(score_top_k_size(65536, 0.1, 100), 100);
    CHECK_INT(score_top_k_size(50, 1.0, 100), 50);
    CHECK_INT(score_top_k_size(65536, 100.0, 1), 65536);
    CHECK_INT(score_top_k_size(10, 0.001, 0), 1);
}

/* Expected values are what numpy 1.24 gives for numpy.percentile(values, percent). */
TEST(percentiles_as_numpy)
{
    const double values[] = {3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0};
    static const struct {
        double percent, expected;
    } cases[] = {{0.0, 1.0},   {10.0, 1.0}, {25.0, 1.75},  {50.0, 3.5},
                 {75.0, 5.25}, {90.0, 6.9}, {99.5, 8.895}, {100.0, 9.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double copy[8];
        memcpy(copy, values, sizeof copy);
        CHECK_NEAR(percentile_of(copy, 8, cases[i].percent), cases[i].expected, 1e-12);
    }
}

TEST(percentile_of_few_values)
{
    double one[] = {7.0}, two[] = {2.0, 1.0};
    CHECK(percentile_of(one, 1, 0.0) == 7.0);
    CHECK(percentile_of(one, 1, 99.5) == 7.0);
    CHECK(percentile_of(one, 1, 100.0) == 7.0);
    CHECK_NEAR(percentile_of(two, 2, 99.5), 1.995, 1e-12);
    CHECK(percentile_of(two, 2, 100.0) == 2.0);
    CHECK(percentile_of(two, 2, 0.0) == 1.0);
}

static int compare_rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

TEST(percentile_against_sorting)
{
    struct rng rng = rng_seeded(5, 0);
    for (size_t count = 1; count <= 200; count++) {
        double values[200], sorted[200];
        for (size_t i = 0; i < count; i++)
            values[i] = sorted[i] = floor(rng_uniform(&rng) * 50.0) - 20.0;
        qsort(sorted, count, sizeof *sorted, compare_rising);
        double percent = rng_uniform(&rng) * 100.0;
        double rank = percent / 100.0 * (double)(count - 1);
        size_t below = (size_t)rank, above = below + 1 < count ? below + 1 : below;
        double expected = sorted[below] + (sorted[above] - sorted[below]) * (rank - (double)below);
        CHECK_NEAR(percentile_of(values, count, percent), expected, 1e-9);
        for (size_t i = 0; i < count; i++)
            CHECK(values[i] == sorted[i]); /* reordered, nothing lost */
    }
}

int main(void)
{
    RUN(map_is_the_mean_of_the_squared_differences);
    RUN(equal_pictures_have_no_error);
    RUN(mean_of_every_count);
    RUN(mean_keeps_small_values_beside_large_ones);
    RUN(top_k_against_sorting);
    RUN(top_k_of_extremes);
    RUN(size_of_top_k);
    RUN(percentiles_as_numpy);
    RUN(percentile_of_few_values);
    RUN(percentile_against_sorting);
    return check_report();
}
