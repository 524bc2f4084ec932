/* Augmentation: what zero does, where pixels go, what stands beyond the edge, and what a seed
 * means. */
#include "check.h"

#include "model/augment.h"

#include <stdlib.h>

enum { WIDTH = 6, HEIGHT = 4, AREA = WIDTH * HEIGHT, FLOATS = 3 * AREA };
static const double pi = 3.14159265358979;
static const struct variation nothing = {.contrast = 1.0};

static void fill(float *planes)
{
    for (int i = 0; i < FLOATS; i++)
        planes[i] = (float)((i * 37) % 101) / 101.0f;
}

static bool all_equal(const float *a, const float *b, int count)
{
    return memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

TEST(zero_changes_no_bit)
{
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    variation_apply(&nothing, WIDTH, HEIGHT, planes, scratch);
    CHECK(all_equal(planes, before, FLOATS));
}

TEST(a_whole_turn_and_back_is_the_same_picture)
{
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    struct variation turn = nothing;
    turn.angle_rad = 2.0 * pi;
    variation_apply(&turn, WIDTH, HEIGHT, planes, scratch);
    for (int i = 0; i < FLOATS; i++)
        CHECK_NEAR(planes[i], before[i], 1e-5);
}

TEST(a_quarter_turn_is_counter_clockwise)
{
    enum { SIDE = 5 };
    float planes[3 * SIDE * SIDE] = {0}, scratch[3 * SIDE * SIDE];
    planes[2 * SIDE + 4] = 1.0f; /* red, middle of the right edge */
    struct variation turn = nothing;
    turn.angle_rad = pi / 2.0;
    variation_apply(&turn, SIDE, SIDE, planes, scratch);
    for (int i = 0; i < 3 * SIDE * SIDE; i++)
        CHECK_NEAR(planes[i], i == 2 ? 1.0 : 0.0, 1e-6); /* middle of the top edge */
}

TEST(half_a_turn_reverses_a_picture_that_is_not_square)
{
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    struct variation turn = nothing;
    turn.angle_rad = pi;
    variation_apply(&turn, WIDTH, HEIGHT, planes, scratch);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < AREA; i++)
            CHECK_NEAR(planes[c * AREA + i], before[c * AREA + AREA - 1 - i], 1e-5);
}

TEST(a_shift_fills_by_reflection_about_the_edge)
{
    /* One row "a b c d e f" twice over, shifted by two: "b a | a b c d". */
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    struct variation shift = nothing;
    shift.shift_x = 2.0;
    variation_apply(&shift, WIDTH, HEIGHT, planes, scratch);
    static const int from[WIDTH] = {1, 0, 0, 1, 2, 3};
    for (int row = 0; row < 3 * HEIGHT; row++)
        for (int x = 0; x < WIDTH; x++)
            CHECK_NEAR(planes[row * WIDTH + x], before[row * WIDTH + from[x]], 0.0);
    fill(planes);
    shift = nothing;
    shift.shift_y = -1.0; /* upwards: the last row is doubled */
    variation_apply(&shift, WIDTH, HEIGHT, planes, scratch);
    static const int row_from[HEIGHT] = {1, 2, 3, 3};
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < AREA; i++)
            CHECK_NEAR(planes[c * AREA + i],
                       before[c * AREA + row_from[i / WIDTH] * WIDTH + i % WIDTH], 0.0);
}

TEST(a_shift_beyond_the_picture_reflects_again)
{
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    struct variation shift = nothing;
    shift.shift_x = 2.0 * WIDTH; /* the period of the reflection */
    variation_apply(&shift, WIDTH, HEIGHT, planes, scratch);
    CHECK(all_equal(planes, before, FLOATS));
}

TEST(half_a_pixel_is_the_mean_of_two)
{
    float planes[FLOATS], before[FLOATS], scratch[FLOATS];
    fill(planes);
    fill(before);
    struct variation shift = nothing;
    shift.shift_x = -0.5;
    variation_apply(&shift, WIDTH, HEIGHT, planes, scratch);
    for (int x = 0; x < WIDTH - 1; x++)
        CHECK_NEAR(planes[x], 0.5 * (before[x] + before[x + 1]), 1e-6);
    CHECK_NEAR(planes[WIDTH - 1], before[WIDTH - 1], 1e-6);
}

TEST(contrast_is_about_the_mean_of_each_channel)
{
    float planes[FLOATS], scratch[FLOATS];
    for (int i = 0; i < FLOATS; i++) /* channel c is 0.2·(c+1) ± 0.1 */
        planes[i] = 0.2f * (float)(i / AREA + 1) + (i % 2 ? 0.1f : -0.1f);
    struct variation variation = nothing;
    variation.contrast = 1.5;
    variation.brightness = 0.05;
    variation_apply(&variation, WIDTH, HEIGHT, planes, scratch);
    for (int i = 0; i < FLOATS; i++)
        CHECK_NEAR(planes[i], 0.2 * (i / AREA + 1) + (i % 2 ? 0.15 : -0.15) + 0.05, 1e-6);
}

TEST(values_stay_within_zero_and_one)
{
    float planes[FLOATS], scratch[FLOATS];
    for (int i = 0; i < FLOATS; i++)
        planes[i] = i % 2 ? 1.0f : 0.0f;
    struct variation variation = {.contrast = 1.9, .brightness = 0.3};
    variation_apply(&variation, WIDTH, HEIGHT, planes, scratch);
    CHECK_NEAR(planes[1], 1.0, 0.0);
    variation = (struct variation){.contrast = 1.0, .brightness = -0.9};
    variation_apply(&variation, WIDTH, HEIGHT, planes, scratch);
    CHECK_NEAR(planes[0], 0.0, 0.0);
}

static const struct augmentation usual = {true, 0.02, 0.05, 0.10, 0.20};

TEST(a_draw_depends_on_seed_epoch_and_picture_only)
{
    const struct variation a = variation_draw(&usual, 256, 128, 42, 3, 7);
    const struct variation again = variation_draw(&usual, 256, 128, 42, 3, 7);
    CHECK(memcmp(&a, &again, sizeof a) == 0);
    const struct variation others[] = {
        variation_draw(&usual, 256, 128, 43, 3, 7),
        variation_draw(&usual, 256, 128, 42, 4, 7),
        variation_draw(&usual, 256, 128, 42, 3, 8),
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK(others[i].angle_rad != a.angle_rad && others[i].shift_x != a.shift_x);
}

TEST(draws_fill_their_limits_and_stay_within)
{
    double most_angle = 0, most_x = 0, most_y = 0, most_contrast = 0, most_brightness = 0;
    double angles = 0;
    enum { DRAWS = 4000 };
    for (int i = 0; i < DRAWS; i++) {
        const struct variation v = variation_draw(&usual, 256, 128, 1, 1, (size_t)i);
        angles += v.angle_rad;
        most_angle = fmax(most_angle, fabs(v.angle_rad));
        most_x = fmax(most_x, fabs(v.shift_x));
        most_y = fmax(most_y, fabs(v.shift_y));
        most_contrast = fmax(most_contrast, fabs(v.contrast - 1.0));
        most_brightness = fmax(most_brightness, fabs(v.brightness));
    }
    CHECK_NEAR(angles / DRAWS, 0.0, 0.005);
    CHECK(most_angle <= 0.02 * 2.0 * pi && most_angle > 0.0198 * 2.0 * pi);
    CHECK(most_x <= 0.05 * 256 && most_x > 0.0495 * 256);
    CHECK(most_y <= 0.05 * 128 && most_y > 0.0495 * 128);
    CHECK(most_contrast <= 0.1 && most_contrast > 0.099);
    CHECK(most_brightness <= 0.2 && most_brightness > 0.198);
}

TEST(switched_off_draws_nothing)
{
    struct augmentation off = usual;
    off.enabled = false;
    const struct variation v = variation_draw(&off, 256, 128, 1, 1, 1);
    CHECK(memcmp(&v, &nothing, sizeof v) == 0);
}

int main(void)
{
    RUN(zero_changes_no_bit);
    RUN(a_whole_turn_and_back_is_the_same_picture);
    RUN(a_quarter_turn_is_counter_clockwise);
    RUN(half_a_turn_reverses_a_picture_that_is_not_square);
    RUN(a_shift_fills_by_reflection_about_the_edge);
    RUN(a_shift_beyond_the_picture_reflects_again);
    RUN(half_a_pixel_is_the_mean_of_two);
    RUN(contrast_is_about_the_mean_of_each_channel);
    RUN(values_stay_within_zero_and_one);
    RUN(a_draw_depends_on_seed_epoch_and_picture_only);
    RUN(draws_fill_their_limits_and_stay_within);
    RUN(switched_off_draws_nothing);
    return check_report();
}
