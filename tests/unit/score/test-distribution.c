/* Series of scores and their comparison, against cases worked by hand and against numpy 1.24.2 and
 * scipy 1.10.1.
 *
 * The reference numbers were made once, from the series of `random_series`:
 *     a, b = series(1, 50), series(2, 40) + shift
 *     D = scipy.stats.ks_2samp(a, b).statistic         (alternative='greater' and 'less' for sides)
 *     ne = 50 * 40 / 90; lam = (ne**.5 + .12 + .11 / ne**.5) * D
 *     significance = scipy.special.kolmogorov(lam);    its inverse is scipy.special.kolmogi
 *     x[0] = 0; x[i] = 0.9 * x[i-1] + series(7, 400)[i] - 0.5;  d = x - x.mean()
 *     autocorrelation(k) = (d[:-k] * d[k:]).sum() / (d * d).sum()
 */
#include "check.h"

#include "score/distribution.h"

#include <stdlib.h>

/* A linear congruential generator, the same in Python and here; numbers 0..1. */
static void random_series(uint32_t seed, size_t count, double shift, double *ret_values)
{
    for (size_t i = 0; i < count; i++) {
        seed = (seed * UINT32_C(1103515245) + 12345) & 0x7fffffff;
        ret_values[i] = seed / 2147483648.0 + shift;
    }
}

enum { LONG = 400 };

/* Each member is 0.9 of the one before it and something of its own. */
static void sluggish_series(double *ret_values)
{
    random_series(7, LONG, -0.5, ret_values);
    ret_values[0] = 0.0;
    for (size_t i = 1; i < LONG; i++)
        ret_values[i] += 0.9 * ret_values[i - 1];
}

TEST(autocorrelation_by_hand)
{
    const double values[] = {1, 2, 3, 4}; /* less the mean: -1.5 -0.5 0.5 1.5, squares 5 */
    CHECK_NEAR(series_autocorrelation(values, 4, 0), 1.0, 1e-15);
    CHECK_NEAR(series_autocorrelation(values, 4, 1), 1.25 / 5, 1e-15);
    CHECK_NEAR(series_autocorrelation(values, 4, 2), -1.5 / 5, 1e-15);
    CHECK_NEAR(series_autocorrelation(values, 4, 3), -2.25 / 5, 1e-15);
}

TEST(autocorrelation_as_numpy_has_it)
{
    double values[LONG];
    sluggish_series(values);
    CHECK_NEAR(series_autocorrelation(values, LONG, 1), 0.8829960264924862, 1e-12);
    CHECK_NEAR(series_autocorrelation(values, LONG, 5), 0.5596575813837197, 1e-12);
}

TEST(equal_scores_have_no_autocorrelation)
{
    double values[LONG];
    for (size_t i = 0; i < LONG; i++)
        values[i] = 0.01; /* no binary fraction */
    CHECK_NEAR(series_autocorrelation(values, LONG, 0), 0.0, 0.0);
    CHECK_NEAR(series_autocorrelation(values, LONG, 2), 0.0, 0.0);
    CHECK_INT(series_block_length(values, LONG), 1);
}

TEST(blocks_are_as_long_as_neighbours_are_alike)
{
    double values[LONG];
    sluggish_series(values);
    CHECK_INT(series_block_length(values, LONG), 14); /* 0.210 at 13, 0.154 at 14 */
    random_series(1, LONG, 0.0, values);
    CHECK_INT(series_block_length(values, LONG), 1);
}

TEST(blocks_leave_eight_of_a_series_that_only_rises)
{
    double values[LONG];
    for (size_t i = 0; i < LONG; i++)
        values[i] = (double)i;
    CHECK_INT(series_block_length(values, LONG), LONG / 8);
    CHECK_INT(series_block_length(values, 17), 2);
    CHECK_INT(series_block_length(values, 15), 1);
    CHECK_INT(series_block_length(values, 1), 1);
}

TEST(thinning_keeps_the_middle_of_each_block)
{
    const double values[] = {0, 1, 2, 3, 4, 5, 6, 7};
    double thinned[9];
    CHECK_INT(series_thin(values, 8, 3, thinned), 3);
    CHECK_NEAR(thinned[0], 1, 0.0);
    CHECK_NEAR(thinned[1], 4, 0.0);
    CHECK_NEAR(thinned[2], 7, 0.0); /* of the two that are left */
    CHECK_INT(series_thin(values, 8, 1, thinned), 8);
    CHECK_NEAR(thinned[7], 7, 0.0);
    CHECK_INT(series_thin(values, 2, 5, thinned), 1);
    CHECK_NEAR(thinned[0], 1, 0.0);
}

TEST(distance_by_hand)
{
    double before[] = {4, 1, 3, 2}, now[] = {3.5, 2.5};
    const struct ks_test test = ks_compare(before, 4, now, 2);
    CHECK_NEAR(test.rise, 0.5, 1e-15);  /* from 2 to 2.5: 2 of 4 against none */
    CHECK_NEAR(test.fall, 0.25, 1e-15); /* from 3.5 to 4: all against 3 of 4 */
    CHECK_NEAR(test.distance, 0.5, 1e-15);
}

TEST(distance_of_what_lies_apart)
{
    double low[] = {1, 2}, high[] = {3, 4, 5};
    struct ks_test test = ks_compare(low, 2, high, 3);
    CHECK_NEAR(test.rise, 1.0, 0.0);
    CHECK_NEAR(test.fall, 0.0, 0.0);
    test = ks_compare(high, 3, low, 2);
    CHECK_NEAR(test.rise, 0.0, 0.0);
    CHECK_NEAR(test.fall, 1.0, 0.0);
    CHECK_NEAR(test.distance, 1.0, 0.0);
}

TEST(equal_numbers_are_passed_together)
{
    double before[] = {0.5, 0.5, 0.5}, now[] = {0.5, 0.5};
    struct ks_test test = ks_compare(before, 3, now, 2);
    CHECK_NEAR(test.distance, 0.0, 0.0);
    CHECK_NEAR(test.significance, 1.0, 0.0);
    double some[] = {1, 1, 1, 2}, others[] = {1, 2, 2, 2};
    test = ks_compare(some, 4, others, 4);
    CHECK_NEAR(test.distance, 0.5, 1e-15);
}

TEST(distance_and_significance_as_scipy_has_them)
{
    double before[50], now[40];
    random_series(1, 50, 0.0, before);
    random_series(2, 40, 0.25, now);
    struct ks_test test = ks_compare(before, 50, now, 40);
    CHECK_NEAR(test.distance, 0.275, 1e-12);
    CHECK_NEAR(test.rise, 0.275, 1e-12);
    CHECK_NEAR(test.fall, 0.0, 1e-12);
    CHECK_NEAR(test.significance, 0.05638858219377798, 1e-9);
    random_series(2, 40, 0.05, now); /* a lambda of 0.63: the other form of the series */
    test = ks_compare(before, 50, now, 40);
    CHECK_NEAR(test.distance, 0.13, 1e-12);
    CHECK_NEAR(test.rise, 0.09, 1e-12);
    CHECK_NEAR(test.fall, 0.13, 1e-12);
    CHECK_NEAR(test.significance, 0.8200956635595271, 1e-9);
}

TEST(one_sample_on_each_side_tells_nothing)
{
    double before[] = {1}, now[] = {2};
    const struct ks_test test = ks_compare(before, 1, now, 1);
    CHECK_NEAR(test.distance, 1.0, 0.0);
    CHECK(test.significance > 0.2);
}

TEST(what_would_be_significant_as_scipy_has_it)
{
    static const struct {
        size_t before, now;
        double distance;
    } rows[] = {{5, 5, 0.9191931977248416},
                {4, 4, 1.009695005397864}, /* no distance is */
                {12, 12, 0.6225617522677425},
                {50, 40, 0.3350826374352324},
                {1000, 2, 1.0105314877322118}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_NEAR(ks_distance_at(0.01, rows[i].before, rows[i].now), rows[i].distance, 1e-7);
}

int main(void)
{
    RUN(autocorrelation_by_hand);
    RUN(autocorrelation_as_numpy_has_it);
    RUN(equal_scores_have_no_autocorrelation);
    RUN(blocks_are_as_long_as_neighbours_are_alike);
    RUN(blocks_leave_eight_of_a_series_that_only_rises);
    RUN(thinning_keeps_the_middle_of_each_block);
    RUN(distance_by_hand);
    RUN(distance_of_what_lies_apart);
    RUN(equal_numbers_are_passed_together);
    RUN(distance_and_significance_as_scipy_has_them);
    RUN(one_sample_on_each_side_tells_nothing);
    RUN(what_would_be_significant_as_scipy_has_it);
    return check_report();
}
