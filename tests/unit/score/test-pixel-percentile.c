/* The pooled percentile must be exactly what sorting all values would give. */
#include "check.h"

#include "base/rng.h"
#include "score/error_map.h"
#include "score/pixel_percentile.h"

#include <stdlib.h>

/* Adds `count` values in uneven portions. */
static double pooled(const float *values, size_t count, double percent)
{
    struct error err;
    struct pixel_percentile *pixels = pixel_percentile_create(count, percent, &err);
    if (!pixels)
        return NAN;
    for (size_t done = 0, portion = 1; done < count; done += portion, portion = portion * 3 + 1) {
        if (portion > count - done)
            portion = count - done;
        pixel_percentile_add(pixels, values + done, portion);
    }
    double result = pixel_percentile_result(pixels);
    pixel_percentile_destroy(pixels);
    return result;
}

static double sorted(const float *values, size_t count, double percent)
{
    double *copy = malloc(count * sizeof *copy);
    if (!copy)
        return NAN;
    for (size_t i = 0; i < count; i++)
        copy[i] = (double)values[i];
    double result = percentile_of(copy, count, percent);
    free(copy);
    return result;
}

static const double percents[] = {0.0, 0.1, 50.0, 90.0, 99.0, 99.5, 99.9, 99.99, 99.9999, 100.0};
enum { PERCENT_COUNT = sizeof percents / sizeof percents[0] };

enum pattern { RANDOM, TIES, RISING, FALLING, EQUAL, PATTERN_COUNT };

static float value_at(enum pattern pattern, struct rng *rng, size_t i, size_t count)
{
    switch (pattern) {
    case RANDOM:
        return (float)rng_uniform(rng);
    case TIES:
        return (float)rng_below(rng, 4);
    case RISING:
        return (float)i; /* each value is a new maximum: the store is full most often */
    case FALLING:
        return (float)(count - i);
    default:
        return 0.25f;
    }
}

TEST(equals_a_full_sort)
{
    static const size_t counts[] = {1, 2, 3, 100, 4097, 20000, 60000};
    static float values[60000];
    for (int pattern = 0; pattern < PATTERN_COUNT; pattern++) {
        struct rng rng = rng_seeded(11, (uint64_t)pattern);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t i = 0; i < counts[c]; i++)
                values[i] = value_at((enum pattern)pattern, &rng, i, counts[c]);
            for (int p = 0; p < PERCENT_COUNT; p++) {
                double expected = sorted(values, counts[c], percents[p]);
                CHECK(pooled(values, counts[c], percents[p]) == expected);
            }
        }
    }
}

TEST(negative_values_and_zeroes)
{
    const float values[] = {-1.0f, -2.0f, 0.0f, -0.0f, 3.0f, -5.0f};
    for (int p = 0; p < PERCENT_COUNT; p++)
        CHECK(pooled(values, 6, percents[p]) == sorted(values, 6, percents[p]));
}

TEST(too_many_values_for_the_memory)
{
    struct error err = {0};
    CHECK(!pixel_percentile_create(SIZE_MAX / 2, 50.0, &err));
    CHECK_INT(err.code, ERROR_MEMORY);
    CHECK_CONTAINS(err.message, "pixel_error_percentile");
    pixel_percentile_destroy(NULL);
}

int main(void)
{
    RUN(equals_a_full_sort);
    RUN(negative_values_and_zeroes);
    RUN(too_many_values_for_the_memory);
    return check_report();
}
