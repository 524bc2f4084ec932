/* Intervals against printed tables and against what can be worked by hand. */
#include "check.h"

#include "evaluate/intervals.h"

/* Two degrees of freedom are the exponential distribution: P = 1 - e^(-x/2). */
TEST(two_degrees_of_freedom_are_the_exponential_distribution)
{
    for (double probability = 0.005; probability < 1.0; probability += 0.01)
        CHECK_NEAR(chi_square_quantile(probability, 2.0), -2.0 * log1p(-probability),
                   1e-12 * -2.0 * log1p(-probability) + 1e-15);
}

/* The usual table of critical values (Abramowitz & Stegun, table 26.8), to its digits. */
TEST(chi_square_quantiles_are_those_of_the_tables)
{
    static const struct {
        double probability, degrees, value, digits;
    } rows[] = {
        {0.95, 1, 3.84146, 5e-6},    {0.99, 1, 6.63490, 5e-6},    {0.01, 1, 1.57088e-4, 5e-10},
        {0.95, 10, 18.3070, 5e-5},   {0.05, 10, 3.94030, 5e-6},   {0.99, 5, 15.0863, 5e-5},
        {0.975, 30, 46.9792, 5e-5},  {0.025, 30, 16.7908, 5e-5},  {0.5, 30, 29.3360, 5e-5},
        {0.025, 100, 74.2219, 5e-5}, {0.975, 100, 129.561, 5e-4}, {0.995, 40, 66.7660, 5e-5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_NEAR(chi_square_quantile(rows[i].probability, rows[i].degrees), rows[i].value,
                   rows[i].digits);
}

/* For whole shapes P(n, x) = 1 - e^-x sum of x^k / k! for k < n: a Poisson tail. Both ways of
 * computing it, series and fraction, and both leading factors (shape 20) lie within. */
TEST(incomplete_gamma_of_whole_shapes_is_a_poisson_tail)
{
    for (int shape = 1; shape <= 40; shape++) {
        for (double x = 0.25; x < 90.0; x *= 1.5) {
            double term = exp(-x), sum = 0.0;
            for (int k = 0; k < shape; k++) {
                sum += term;
                term *= x / (k + 1);
            }
            CHECK_NEAR(incomplete_gamma(shape, x), 1.0 - sum, 2e-14);
        }
    }
    CHECK_NEAR(incomplete_gamma(0.5, 0.5), 0.682689492137086, 1e-14); /* within one sigma */
    CHECK_NEAR(incomplete_gamma(3.0, 0.0), 0.0, 0.0);
    CHECK_NEAR(incomplete_gamma(3.0, 1e6), 1.0, 0.0);
}

/* Garwood's own table of 95 % limits, as it is reprinted everywhere. */
TEST(poisson_limits_are_those_of_garwood)
{
    static const struct {
        unsigned events;
        double low, high, digits;
    } rows[] = {
        {0, 0.0, 3.6889, 5e-5},       {1, 0.0253, 5.5716, 5e-5},  {2, 0.2422, 7.2247, 5e-5},
        {3, 0.6187, 8.7673, 5e-5},    {5, 1.6235, 11.6683, 5e-5}, {10, 4.7954, 18.3904, 5e-5},
        {30, 20.2409, 42.8269, 6e-5}, {100, 81.36, 121.63, 5e-3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct interval found = poisson_interval(rows[i].events, 0.95);
        CHECK_NEAR(found.low, rows[i].low, rows[i].digits);
        CHECK_NEAR(found.high, rows[i].high, rows[i].digits);
    }
    /* Nothing seen: e^-high = 2.5 %. */
    CHECK_NEAR(poisson_interval(0, 0.95).high, -log(0.025), 1e-12);
    CHECK_NEAR(poisson_interval(0, 0.90).high, -log(0.05), 1e-12);
}

/* Far out the distribution is nearly normal: events +- 1.96 sqrt(events), moved by (z^2 + 2) / 3 up
 * and (z^2 - 1) / 3 up (Cornish & Fisher). */
TEST(poisson_limits_of_many_events_are_nearly_normal)
{
    const double z = 1.959963984540054;
    for (double events = 1e4; events <= 1e8; events *= 100) {
        const struct interval found = poisson_interval((uint64_t)events, 0.95);
        CHECK_NEAR(found.low, events - z * sqrt(events) + (z * z - 1) / 3, 0.05);
        CHECK_NEAR(found.high, events + z * sqrt(events) + (z * z + 2) / 3, 0.05);
    }
}

/* 0 of 10 and z^2 = 3.841459: high = z^2 / (10 + z^2) = 3.841459 / 13.841459 = 0.277533.
 * 8 of 10: centre (0.8 + 3.841459 / 20) / 1.3841459 = 0.992073 / 1.3841459 = 0.716740;
 * reach sqrt(3.841459 (0.16 / 10 + 3.841459 / 400)) / 1.3841459 = 0.313617 / 1.3841459 = 0.226578;
 * so 0.490162 … 0.943318. */
TEST(wilson_intervals_worked_by_hand)
{
    struct interval found = wilson_interval(0, 10, 0.95);
    CHECK(found.low == 0.0);
    CHECK_NEAR(found.high, 0.277533, 1e-6);
    found = wilson_interval(10, 10, 0.95);
    CHECK_NEAR(found.low, 1.0 - 0.277533, 1e-6);
    CHECK(found.high == 1.0);
    found = wilson_interval(8, 10, 0.95);
    CHECK_NEAR(found.low, 0.490162, 2e-6);
    CHECK_NEAR(found.high, 0.943318, 2e-6);
}

TEST(nothing_tried_tells_nothing)
{
    const struct interval found = wilson_interval(0, 0, 0.95);
    CHECK(found.low == 0.0 && found.high == 1.0);
}

int main(void)
{
    RUN(two_degrees_of_freedom_are_the_exponential_distribution);
    RUN(chi_square_quantiles_are_those_of_the_tables);
    RUN(incomplete_gamma_of_whole_shapes_is_a_poisson_tail);
    RUN(poisson_limits_are_those_of_garwood);
    RUN(poisson_limits_of_many_events_are_nearly_normal);
    RUN(wilson_intervals_worked_by_hand);
    RUN(nothing_tried_tells_nothing);
    return check_report();
}
