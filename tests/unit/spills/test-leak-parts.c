/* The parts of a painted leak: noise, marching fronts, growth. */
#include "check.h"

#include "leak_front.h"
#include "leak_growth.h"
#include "leak_noise.h"

#include <stdlib.h>

enum { SIDE = 81, MIDDLE = 40 };

static struct leak_patch square(void)
{
    return leak_patch_of((struct rect){100, 50, SIDE, SIDE}, 1);
}

static float arrival(const struct leak_march *march, int x, int y)
{
    return march->arrival[y * march->patch.width + x];
}

TEST(noise_is_smooth_has_no_drift_and_depends_on_the_seed)
{
    double sum = 0.0, squares = 0.0, jump = 0.0, difference = 0.0;
    enum { COUNT = 20000 };
    for (int i = 0; i < COUNT; i++) {
        const float x = 0.037f * (float)i - 300.0f, y = 0.011f * (float)i;
        const float value = noise_fractal(5, 3, x, y);
        sum += value;
        squares += value * value;
        jump = fmax(jump, (double)fabsf(noise_fractal(5, 3, x + 0.001f, y) - value));
        difference += (double)fabsf(noise_fractal(6, 3, x, y) - value);
    }
    CHECK_NEAR(sum / COUNT, 0.0, 0.05);
    CHECK(squares / COUNT > 0.05 && squares / COUNT < 1.0);
    CHECK(jump < 0.05);
    CHECK(difference / COUNT > 0.1);
}

TEST(on_flat_ground_the_arrival_is_the_distance)
{
    struct error err;
    struct leak_march march;
    CHECK(march_init(&march, square(), &err));
    march.tilt = 0.5f;
    march_seed(&march, MIDDLE, MIDDLE, 3.0f);
    march_run(&march, SIDE * SIDE);
    double worst = 0.0;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const double far = hypot(x - MIDDLE, (y - MIDDLE) / 0.5);
            worst = fmax(worst, fabs((double)arrival(&march, x, y) - 3.0 - far) / (far + 10.0));
        }
    march_finish(&march);
    CHECK(worst < 0.12);
}

TEST(liquid_goes_down_sooner_than_up)
{
    struct error err;
    struct leak_march march;
    CHECK(march_init(&march, square(), &err));
    march.downhill = 0.5f;
    march_seed(&march, MIDDLE, MIDDLE, 0.0f);
    march_run(&march, SIDE * SIDE);
    const float down = arrival(&march, MIDDLE, MIDDLE + 20),
                up = arrival(&march, MIDDLE, MIDDLE - 20);
    const float side = arrival(&march, MIDDLE + 20, MIDDLE);
    march_finish(&march);
    CHECK_NEAR(down, 20.0 / 1.5, 0.5);
    CHECK_NEAR(up, 20.0 * 1.5, 6.0); /* there is a quicker way around */
    CHECK(down < side && side < up);
}

TEST(a_wall_is_gone_around_and_the_run_ends_where_told)
{
    struct error err;
    struct leak_march march;
    CHECK(march_init(&march, square(), &err));
    for (int y = 0; y < SIDE - 10; y++)
        march.slowness[y * SIDE + MIDDLE + 5] = 1000.0f;
    march_seed(&march, MIDDLE, MIDDLE, 0.0f);
    march_seed(&march, -1, 0, 0.0f); /* outside: ignored */
    march_seed(&march, 0, SIDE, 0.0f);
    march_run(&march, 4000);
    size_t reached = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        reached += isfinite(march.arrival[i]) ? 1 : 0;
    const float behind = arrival(&march, MIDDLE + 6, SIDE - 12);
    march_finish(&march);
    CHECK_INT(reached, 4000);
    CHECK(behind > 25.0f && behind < 60.0f);
}

TEST(a_front_covers_as_many_cells_as_its_level_says)
{
    struct error err;
    struct leak_march march;
    struct leak_front front;
    CHECK(march_init(&march, square(), &err));
    march_seed(&march, MIDDLE, MIDDLE, 0.0f);
    march_run(&march, 3000);
    CHECK(front_init(&front, &march, 1, 0.3f, 10.0f, &err));
    march_finish(&march);
    CHECK_INT(front.reached, 3000);
    CHECK(front.patch.rect.x > 100 && front.patch.rect.width < SIDE); /* cropped */
    const size_t cells = (size_t)front.patch.width * (size_t)front.patch.height;
    struct leak_cell *surface = malloc(cells * sizeof *surface);
    CHECK(surface);
    for (int level = 0; level <= 2500; level += 500) {
        front_render(&front, level, (struct front_edge){2.0f, 8.0f, 0.0f}, surface);
        double sum = 0.0;
        for (size_t i = 0; i < cells; i++)
            sum += (double)surface[i].cover;
        CHECK_NEAR(sum, level, 0.04 * level + 1e-9);
    }
    free(surface);
    front_finish(&front);
}

TEST(the_surface_rises_inwards_from_its_edge)
{
    struct error err;
    struct leak_march march;
    struct leak_front front;
    CHECK(march_init(&march, square(), &err));
    march_seed(&march, MIDDLE, MIDDLE, 0.0f);
    march_run(&march, 3000);
    CHECK(front_init(&front, &march, 1, 0.0f, 10.0f, &err));
    march_finish(&march);
    const size_t cells = (size_t)front.patch.width * (size_t)front.patch.height;
    struct leak_cell *surface = malloc(cells * sizeof *surface);
    CHECK(surface);
    front_render(&front, 1256.6, (struct front_edge){2.0f, 8.0f, 0.0f}, surface); /* radius 20 */
    const int middle = 140 - front.patch.rect.x;
    const struct leak_cell *row = surface + (90 - front.patch.rect.y) * front.patch.width;
    CHECK(row[middle + 20].cover > 0.5f && row[middle + 22].cover == 0.0f);
    CHECK(row[middle + 20].slope_x < -0.5f); /* uphill is to the left */
    CHECK(row[middle - 20].slope_x > 0.5f);
    CHECK(fabsf(row[middle].slope_x) < 0.05f);
    CHECK(row[middle].depth > row[middle + 14].depth);
    CHECK(row[middle + 14].depth > row[middle + 20].depth);
    free(surface);
    front_finish(&front);
}

TEST(a_front_of_nothing_is_refused)
{
    struct error err = {0};
    struct leak_march march;
    struct leak_front front;
    CHECK(march_init(&march, square(), &err));
    march_run(&march, 100);
    CHECK(!front_init(&front, &march, 1, 0.3f, 10.0f, &err));
    march_finish(&march);
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(growth_begins_at_nothing_ends_at_all_and_never_falls)
{
    for (enum leak_growth growth = LEAK_GROWTH_LINEAR; growth < LEAK_GROWTH_COUNT; growth++) {
        for (uint64_t seed = 0; seed < 100; seed++) {
            struct rng rng = rng_seeded(seed, 0);
            struct leak_curve curve;
            growth_plan(&curve, growth, &rng);
            CHECK(growth_at(&curve, -1.0) == 0.0f && growth_at(&curve, 0.0) == 0.0f);
            CHECK(growth_at(&curve, 1.0) == 1.0f && growth_at(&curve, 99.0) == 1.0f);
            CHECK(growth_at(&curve, (double)NAN) == 0.0f);
            for (int i = 1; i <= 300; i++)
                CHECK(growth_at(&curve, i / 300.0) >= growth_at(&curve, (i - 1) / 300.0));
            CHECK(growth_at(&curve, 0.02) > 0.0f);
            for (int i = 1; i < 20; i++) {
                const float fraction = (float)i / 20.0f;
                CHECK_NEAR(growth_at(&curve, (double)growth_when(&curve, fraction)), fraction,
                           1e-4);
            }
        }
    }
}

TEST(growth_rests_and_differs_by_law)
{
    int rests = 0;
    double half[LEAK_GROWTH_COUNT] = {0.0};
    for (uint64_t seed = 0; seed < 50; seed++) {
        for (enum leak_growth growth = LEAK_GROWTH_LINEAR; growth < LEAK_GROWTH_COUNT; growth++) {
            struct rng rng = rng_seeded(seed, 0);
            struct leak_curve curve;
            growth_plan(&curve, growth, &rng);
            half[growth] += (double)growth_at(&curve, 0.25) / 50.0;
            for (int i = 1; i < GROWTH_KNOTS; i++)
                rests += curve.fraction[i] == curve.fraction[i - 1];
        }
    }
    CHECK(rests > 100);
    CHECK_NEAR(half[LEAK_GROWTH_LINEAR], 0.25, 0.05);
    CHECK_NEAR(half[LEAK_GROWTH_SQRT], 0.5, 0.08);
}

int main(void)
{
    RUN(noise_is_smooth_has_no_drift_and_depends_on_the_seed);
    RUN(on_flat_ground_the_arrival_is_the_distance);
    RUN(liquid_goes_down_sooner_than_up);
    RUN(a_wall_is_gone_around_and_the_run_ends_where_told);
    RUN(a_front_covers_as_many_cells_as_its_level_says);
    RUN(the_surface_rises_inwards_from_its_edge);
    RUN(a_front_of_nothing_is_refused);
    RUN(growth_begins_at_nothing_ends_at_all_and_never_falls);
    RUN(growth_rests_and_differs_by_law);
    return check_report();
}
