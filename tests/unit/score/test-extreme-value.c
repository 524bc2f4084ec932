/* Return levels against the definition, fits against hand-worked moments and seeded samples. */
#include "check.h"

#include "base/rng.h"
#include "score/extreme_value.h"

static const double EULER_GAMMA = 0.57721566490153286;

/* The quantile function of a Gumbel distribution at a uniform number; 0 has no logarithm. */
static double draw(struct rng *rng, double location, double scale)
{
    double uniform;
    do
        uniform = rng_uniform(rng);
    while (uniform <= 0.0);
    return location - scale * log(-log(uniform));
}

/* Values 7, 1, 4: L-moment 1 is 4; L-moment 2 is half the mean difference of two of them,
 * (3 + 3 + 6) / 3 / 2 = 2. */
TEST(three_values_by_hand)
{
    double maxima[] = {7.0, 1.0, 4.0};
    const struct gumbel gumbel = gumbel_fit(maxima, 3);
    CHECK_NEAR(gumbel.scale, 2.0 / log(2.0), 1e-14);
    CHECK_NEAR(gumbel.location, 4.0 - EULER_GAMMA * 2.0 / log(2.0), 1e-14);
    CHECK_NEAR(maxima[0], 1.0, 0.0); /* sorted, as promised */
    CHECK_NEAR(maxima[1], 4.0, 0.0);
    CHECK_NEAR(maxima[2], 7.0, 0.0);
}

/* Half the mean difference of all pairs is the definition of L-moment 2. */
TEST(the_second_moment_is_half_the_mean_difference)
{
    struct rng rng = rng_seeded(1, 0);
    double maxima[25], differences = 0.0, sum = 0.0;
    for (int i = 0; i < 25; i++)
        sum += maxima[i] = rng_normal(&rng);
    for (int i = 0; i < 25; i++)
        for (int j = 0; j < i; j++)
            differences += fabs(maxima[i] - maxima[j]) / (25.0 * 24.0 / 2.0);
    const struct gumbel gumbel = gumbel_fit(maxima, 25);
    CHECK_NEAR(gumbel.scale, 0.5 * differences / log(2.0), 1e-12);
    CHECK_NEAR(gumbel.location, sum / 25.0 - EULER_GAMMA * gumbel.scale, 1e-12);
}

/* Standard deviations of this fit with n values (Landwehr, Matalas and Wallis 1979): 1.06 scale /
 * sqrt(n) for the location, 0.90 scale / sqrt(n) for the scale. Bounds are four of them. */
TEST(parameters_are_recovered)
{
    enum { COUNT = 20000 };
    static double maxima[COUNT];
    static const struct gumbel truths[] = {{0.0, 1.0}, {12.5, 0.3}, {-4.0, 7.0}};
    for (uint64_t k = 0; k < sizeof truths / sizeof truths[0]; k++) {
        struct rng rng = rng_seeded(2, k);
        for (int i = 0; i < COUNT; i++)
            maxima[i] = draw(&rng, truths[k].location, truths[k].scale);
        const struct gumbel gumbel = gumbel_fit(maxima, COUNT);
        const double unit = truths[k].scale / sqrt(COUNT);
        CHECK_NEAR(gumbel.location, truths[k].location, 4.0 * 1.06 * unit);
        CHECK_NEAR(gumbel.scale, truths[k].scale, 4.0 * 0.90 * unit);
    }
}

/* Of 30 blocks, what a capture has, a level of one in 1000 blocks is on average where it belongs:
 * the mean of 400 such fits is good to a twentieth of one fit's error (about 7 * 0.90 / sqrt(30)
 * scales = 1.15), and four of these are 0.23. */
TEST(few_blocks_are_right_on_average)
{
    enum { BLOCKS = 30, FITS = 400 };
    struct rng rng = rng_seeded(3, 0);
    double mean = 0.0;
    for (int fit = 0; fit < FITS; fit++) {
        double maxima[BLOCKS];
        for (int i = 0; i < BLOCKS; i++)
            maxima[i] = draw(&rng, 5.0, 1.0);
        mean += gumbel_return_level(gumbel_fit(maxima, BLOCKS), 1000.0) / FITS;
    }
    CHECK_NEAR(mean, gumbel_return_level((struct gumbel){5.0, 1.0}, 1000.0), 0.23);
}

/* The inverse: the level is exceeded with a chance of one in so many blocks. */
TEST(a_return_level_is_exceeded_that_seldom)
{
    const struct gumbel gumbel = {3.0, 0.5};
    static const double blocks[] = {1.5, 2.0, 30.0, 1000.0, 1e6, 1e12};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        const double level = gumbel_return_level(gumbel, blocks[i]);
        const double chance = -expm1(-exp(-(level - gumbel.location) / gumbel.scale));
        /* Rounding of a level of some 17 is 2e-15, that is 4e-15 in the exponent. */
        CHECK_NEAR(chance * blocks[i], 1.0, 1e-13);
    }
}

TEST(rarer_is_higher)
{
    const struct gumbel gumbel = {3.0, 0.5};
    CHECK(gumbel_return_level(gumbel, 10.0) < gumbel_return_level(gumbel, 11.0));
    CHECK(gumbel_return_level(gumbel, 1e6) < gumbel_return_level(gumbel, 1e7));
}

TEST(equal_maxima_have_no_spread)
{
    double maxima[] = {2.5, 2.5, 2.5, 2.5};
    const struct gumbel gumbel = gumbel_fit(maxima, 4);
    CHECK_NEAR(gumbel.scale, 0.0, 1e-15);
    CHECK_NEAR(gumbel_return_level(gumbel, 1e6), 2.5, 1e-13);
}

TEST(two_values_are_enough)
{
    double maxima[] = {3.0, 1.0};
    const struct gumbel gumbel = gumbel_fit(maxima, 2);
    CHECK_NEAR(gumbel.scale, 1.0 / log(2.0), 1e-14);
    CHECK_NEAR(gumbel.location, 2.0 - EULER_GAMMA / log(2.0), 1e-14);
}

int main(void)
{
    RUN(three_values_by_hand);
    RUN(the_second_moment_is_half_the_mean_difference);
    RUN(parameters_are_recovered);
    RUN(few_blocks_are_right_on_average);
    RUN(a_return_level_is_exceeded_that_seldom);
    RUN(rarer_is_higher);
    RUN(equal_maxima_have_no_spread);
    RUN(two_values_are_enough);
    return check_report();
}
