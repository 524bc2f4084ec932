/* Where the bars of a histogram stand, whatever the data. */
#include "report/plot_bins.h"

#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"

#include <stdlib.h>

enum { AREA = 888, MANY = 100000 };

static const double no_thresholds[2] = {NAN, NAN};
static double values[MANY];

static struct bin_range range_of(size_t count, const double thresholds[2])
{
    struct bin_range range = {0};
    struct error err;
    if (!bin_range_choose(values, count, NULL, 0, thresholds, AREA, &range, &err))
        abort();
    return range;
}

/* The sum of two equal numbers has a triangle for its distribution. */
static void fill(size_t count, double middle, double half_width)
{
    struct rng rng = rng_seeded(1, 2);
    for (size_t i = 0; i < count; i++)
        values[i] = middle + half_width * (rng_uniform(&rng) + rng_uniform(&rng) - 1);
}

/* What is true of every range. */
static bool is_sane(const struct bin_range *range)
{
    double edge = range->low / range->width;
    return range->width > 0 && range->count >= 8 && range->count <= BIN_COUNT_MAX &&
           range->pixels >= 6 && range->count * range->pixels <= AREA &&
           fabs(edge - round(edge)) < 1e-6 && bin_range_high(range) > range->low;
}

static double sum(const struct bins *bins)
{
    double total = 0;
    for (int i = 0; i < BIN_COUNT_MAX; i++)
        total += bins->counts[i];
    return total;
}

static int used_bars(const struct bins *bins)
{
    int used = 0;
    for (int i = 0; i < BIN_COUNT_MAX; i++)
        used += bins->counts[i] > 0;
    return used;
}

TEST(ordinary_samples_are_all_shown)
{
    fill(512, 0.0031, 0.0005);
    struct bin_range range = range_of(512, no_thresholds);
    struct bins bins;
    bins_count(&range, values, 512, &bins);
    CHECK(is_sane(&range));
    CHECK_NEAR(range.width, 0.0001, 1e-12); /* a round number */
    CHECK_NEAR(sum(&bins), 512, 0);
    CHECK_INT(bins.below + bins.beyond + bins.unusable, 0);
    CHECK_INT(bins.total, 512);
}

TEST(more_samples_have_narrower_bars)
{
    double last = INFINITY;
    for (size_t count = 20; count <= MANY; count *= 10) {
        fill(count, 0.0031, 0.0005);
        struct bin_range range = range_of(count, no_thresholds);
        CHECK(is_sane(&range));
        CHECK(range.width <= last);
        last = range.width;
    }
    CHECK(last <= 0.00002);
}

TEST(outliers_are_counted_not_shown)
{
    fill(500, 0.0031, 0.0005);
    struct bin_range before = range_of(500, no_thresholds);
    values[7] = 3100;
    values[8] = 0.4;
    values[9] = -50;
    struct bin_range range = range_of(500, no_thresholds);
    struct bins bins;
    bins_count(&range, values, 500, &bins);
    CHECK_NEAR(range.width, before.width, 1e-12);
    CHECK(bin_range_high(&range) < 0.005);
    CHECK_INT(bins.beyond, 2);
    CHECK_INT(bins.below, 1);
    CHECK_NEAR(sum(&bins), 497, 0);
}

TEST(what_is_frequent_is_no_outlier)
{
    fill(500, 0.0031, 0.0005);
    for (int i = 0; i < 50; i++)
        values[i] = 3.1;
    struct bin_range range = range_of(500, no_thresholds);
    struct bins bins;
    bins_count(&range, values, 500, &bins);
    CHECK_INT(bins.beyond + bins.below, 0);
}

TEST(two_humps_stay_two)
{
    fill(500, 0.002, 0.0002);
    for (int i = 0; i < 250; i++)
        values[i] += 0.018;
    struct bin_range range = range_of(500, no_thresholds);
    struct bins bins;
    bins_count(&range, values, 500, &bins);
    CHECK_NEAR(range.width, 0.0005, 1e-12);
    CHECK_NEAR(sum(&bins), 500, 0);
}

TEST(equal_samples_are_one_bar)
{
    static const double cases[] = {0.0031, 0, -2, 1, 1e-9, 1e99, 5e-324, 1e-200};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
        for (size_t count = 1; count <= 500; count += 499) {
            for (size_t i = 0; i < count; i++)
                values[i] = cases[c];
            struct bin_range range = range_of(count, no_thresholds);
            struct bins bins;
            bins_count(&range, values, count, &bins);
            CHECK(is_sane(&range));
            CHECK_INT(used_bars(&bins), 1);
            CHECK_NEAR(sum(&bins), count, 0);
        }
}

TEST(two_values_are_two_bars)
{
    for (int rare = 1; rare < 500; rare += 83) {
        for (int i = 0; i < 500; i++)
            values[i] = i < rare ? 0.0036 : 0.0031;
        struct bin_range range = range_of(500, no_thresholds);
        struct bins bins;
        bins_count(&range, values, 500, &bins);
        CHECK(is_sane(&range));
        CHECK_INT(used_bars(&bins), 2);
    }
}

TEST(no_samples_still_have_an_axis)
{
    const double thresholds[2] = {0.0042, NAN};
    struct bin_range range = range_of(0, no_thresholds);
    CHECK(is_sane(&range));
    range = range_of(0, thresholds);
    CHECK(is_sane(&range));
    CHECK(range.low <= 0.0042 && bin_range_high(&range) > 0.0042);
    values[0] = NAN;
    values[1] = INFINITY;
    range = range_of(2, no_thresholds);
    CHECK(is_sane(&range));
}

TEST(what_is_no_number_is_counted_apart)
{
    fill(100, 0.0031, 0.0005);
    values[0] = NAN;
    values[1] = INFINITY;
    values[2] = -INFINITY;
    values[3] = 1e308;
    struct bin_range range = range_of(100, no_thresholds);
    struct bins bins;
    bins_count(&range, values, 100, &bins);
    CHECK_INT(bins.unusable, 4);
    CHECK_INT(bins.total, 96);
    CHECK_NEAR(sum(&bins), 96, 0);
}

TEST(a_threshold_near_by_is_within)
{
    const double near[2] = {0.0045, 0.0019}, far[2] = {31, NAN};
    fill(500, 0.0031, 0.0005);
    struct bin_range range = range_of(500, near);
    CHECK(is_sane(&range));
    CHECK(range.low <= 0.0019 && bin_range_high(&range) > 0.0045);
    struct bin_range plain = range_of(500, no_thresholds);
    range = range_of(500, far);
    CHECK_NEAR(range.width, plain.width, 0);
    CHECK_NEAR(bin_range_high(&range), bin_range_high(&plain), 1e-12);
}

TEST(a_previous_calibration_near_by_is_within)
{
    double near[100], far[100];
    struct bin_range range;
    struct error err;
    fill(500, 0.0031, 0.0005);
    for (int i = 0; i < 100; i++) {
        near[i] = 0.006 + 0.00001 * i;
        far[i] = 0.6 + 0.001 * i;
    }
    CHECK(bin_range_choose(values, 500, near, 100, no_thresholds, AREA, &range, &err));
    CHECK(is_sane(&range));
    CHECK(bin_range_high(&range) > 0.007);
    CHECK(bin_range_choose(values, 500, far, 100, no_thresholds, AREA, &range, &err));
    CHECK(bin_range_high(&range) < 0.006);
}

/* Whatever goes in, the axis is sane and no sample is lost. */
TEST(every_sample_is_counted_once)
{
    struct rng rng = rng_seeded(7, 1);
    for (int round = 0; round < 300; round++) {
        size_t count = (size_t)(200 * rng_uniform(&rng));
        double spread = pow(10, 40 * rng_uniform(&rng) - 20);
        double middle = round % 3 ? pow(10, 40 * rng_uniform(&rng) - 20) : 0;
        for (size_t i = 0; i < count; i++) {
            values[i] = middle + spread * (rng_uniform(&rng) - 0.5);
            if (rng_uniform(&rng) < 0.02)
                values[i] *= 1e6;
        }
        const double thresholds[2] = {middle + spread, -spread};
        struct bin_range range = range_of(count, thresholds);
        struct bins bins;
        bins_count(&range, values, count, &bins);
        CHECK(is_sane(&range));
        CHECK_NEAR(sum(&bins) + (double)(bins.below + bins.beyond), count, 0);
        CHECK((double)(bins.below + bins.beyond) <= 0.05 * (double)count + 2);
    }
}

TEST(no_memory)
{
    struct bin_range range = {.count = -1};
    for (long n = 0; n < 2; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        bool ok = bin_range_choose(values, 10, NULL, 0, no_thresholds, AREA, &range, &err);
        allocations_until_failure = -1;
        CHECK(!ok);
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_INT(range.count, -1);
    }
}

int main(void)
{
    RUN(ordinary_samples_are_all_shown);
    RUN(more_samples_have_narrower_bars);
    RUN(outliers_are_counted_not_shown);
    RUN(what_is_frequent_is_no_outlier);
    RUN(two_humps_stay_two);
    RUN(equal_samples_are_one_bar);
    RUN(two_values_are_two_bars);
    RUN(no_samples_still_have_an_axis);
    RUN(what_is_no_number_is_counted_apart);
    RUN(a_threshold_near_by_is_within);
    RUN(a_previous_calibration_near_by_is_within);
    RUN(every_sample_is_counted_once);
    RUN(no_memory);
    return check_report();
}
