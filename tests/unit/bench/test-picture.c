/* Brushes, shift, turn and blur of the spills' pictures. */
#include "check.h"

#include "picture.h"

#include "base/rng.h"

enum { WIDTH = 96, HEIGHT = 72, PIXELS = WIDTH * HEIGHT };

static struct picture picture;
static struct error err;

static bool same_bits(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

/* Smooth blobs: what a lens leaves. */
static float scene_at(double x, double y)
{
    return (float)(0.4 + 0.2 * sin(0.31 * x + 0.07 * y) + 0.15 * cos(0.23 * y - 0.11 * x));
}

static void fill_scene(double shift_x, double shift_y)
{
    for (int i = 0; i < PIXELS; i++) {
        const int x = i % WIDTH, y = i / WIDTH;
        for (int c = 0; c < 3; c++)
            picture.light.rgb[3 * i + c] =
                scene_at(x - shift_x, y - shift_y) * (1.0f - 0.1f * (float)c);
    }
}

static double worst_inside(double shift_x, double shift_y, int margin)
{
    double worst = 0.0;
    for (int y = margin; y < HEIGHT - margin; y++)
        for (int x = margin; x < WIDTH - margin; x++) {
            const double value = (double)picture.light.rgb[3 * (y * WIDTH + x)];
            worst = fmax(worst, fabs(value - (double)scene_at(x - shift_x, y - shift_y)));
        }
    return worst;
}

TEST(shift_by_nothing_changes_no_bit)
{
    static float before[3 * PIXELS];
    fill_scene(0, 0);
    memcpy(before, picture.light.rgb, sizeof before);
    picture_shift(&picture, 0.0f, 0.0f);
    CHECK(same_bits(before, picture.light.rgb, sizeof before));
}

TEST(shift_goes_right_and_down_by_what_it_says)
{
    fill_scene(0, 0);
    picture_shift(&picture, 3.0f, 2.0f);
    CHECK_NEAR(worst_inside(3, 2, 5), 0.0, 1e-6);
    fill_scene(0, 0);
    picture_shift(&picture, 0.6f, -1.3f);
    CHECK(worst_inside(0.6, -1.3, 4) < 0.001); /* a linear one is wrong by 0.01 */
    CHECK(worst_inside(0.5, -1.3, 4) > 0.005); /* so a tenth of a pixel shows */
}

TEST(shift_moves_the_cover_too)
{
    memset(picture.cover, 0, PIXELS * sizeof *picture.cover);
    picture.cover[30 * WIDTH + 40] = 1.0f;
    picture.has_cover = true;
    picture_shift(&picture, 2.0f, 1.0f);
    CHECK_NEAR(picture.cover[31 * WIDTH + 42], 1.0, 1e-6);
    CHECK_NEAR(picture.cover[30 * WIDTH + 40], 0.0, 1e-6);
    picture.has_cover = false;
}

TEST(turn_moves_and_turns)
{
    fill_scene(0, 0);
    picture_turn(&picture, 4.0f, -3.0f, 0.0f);
    CHECK_NEAR(worst_inside(4, -3, 6), 0.0, 1e-5);
    fill_scene(0, 0);
    picture_turn(&picture, 0.0f, 0.0f, 0.1f);
    CHECK(worst_inside(0, 0, 10) > 0.05);
    /* The middle stays. */
    CHECK_NEAR(picture.light.rgb[3 * (36 * WIDTH + 48)], scene_at(48, 36), 0.02);
}

TEST(blur_keeps_the_mean_and_spreads_by_sigma)
{
    memset(picture.light.rgb, 0, 3 * PIXELS * sizeof *picture.light.rgb);
    picture.light.rgb[3 * (36 * WIDTH + 48)] = 1.0f;
    picture_blur(&picture, 3.0f);
    double sum = 0.0, variance = 0.0;
    for (int i = 0; i < PIXELS; i++) {
        const double value = (double)picture.light.rgb[3 * i];
        sum += value;
        variance += value * (i % WIDTH - 48) * (i % WIDTH - 48);
    }
    CHECK_NEAR(sum, 1.0, 1e-4);
    CHECK_NEAR(sqrt(variance / sum), 3.0, 0.35);
}

TEST(paint_covers_what_it_says_and_hides_a_leak)
{
    const float red[3] = {1.0f, 0.0f, 0.0f};
    const struct ellipse ellipse = {48.0f, 36.0f, 10.0f, 6.0f, 1.0f};
    memset(picture.light.rgb, 0, 3 * PIXELS * sizeof *picture.light.rgb);
    for (int i = 0; i < PIXELS; i++)
        picture.cover[i] = 1.0f;
    picture_paint_ellipse(&picture, &ellipse, red, 1.0f);
    double painted = 0.0, covered = 0.0;
    for (int i = 0; i < PIXELS; i++) {
        painted += (double)picture.light.rgb[3 * i];
        covered += (double)picture.cover[i];
    }
    CHECK_NEAR(painted, 3.14159 * 60.0, 8.0);
    CHECK_NEAR(covered, PIXELS - painted, 0.5);
    CHECK_NEAR(picture.light.rgb[3 * (36 * WIDTH + 48) + 1], 0.0, 0.0);
}

TEST(shade_multiplies_and_leaves_the_cover)
{
    const float half[3] = {0.5f, 0.5f, 0.5f};
    const struct ellipse ellipse = {48.0f, 36.0f, 10.0f, 6.0f, 1.0f};
    fill_scene(0, 0);
    picture.cover[36 * WIDTH + 48] = 1.0f;
    picture_shade_ellipse(&picture, &ellipse, half);
    CHECK_NEAR(picture.light.rgb[3 * (36 * WIDTH + 48)], 0.5f * scene_at(48, 36), 1e-6);
    CHECK_NEAR(picture.light.rgb[3 * (36 * WIDTH + 70)], scene_at(70, 36), 1e-6);
    CHECK_NEAR(picture.cover[36 * WIDTH + 48], 1.0, 0.0);
}

TEST(patterns_are_unions_of_polygons)
{
    const struct polygon a = {{{10, 10}, {30, 10}, {30, 20}, {10, 20}}, 1.0f};
    const struct polygon b = {{{20, 10}, {40, 10}, {40, 20}, {20, 20}}, 1.0f};
    picture_clear_pattern(&picture);
    picture_lay_polygon(&picture, &a);
    picture_lay_polygon(&picture, &b);
    double sum = 0.0;
    for (int i = 0; i < PIXELS; i++)
        sum += (double)picture.pattern[i];
    CHECK_NEAR(sum, 30.0 * 10.0, 2.0);
    CHECK_NEAR(picture.pattern[15 * WIDTH + 25], 1.0, 1e-6);
    CHECK_NEAR(picture.pattern[25 * WIDTH + 25], 0.0, 0.0);
}

TEST(brushes_beyond_the_frame_are_clipped)
{
    const float white[3] = {1.0f, 1.0f, 1.0f};
    const struct ellipse far = {-500.0f, 1000.0f, 20.0f, 20.0f, 1.0f};
    const struct polygon wide = {{{-5000, -5000}, {5000, -5000}, {5000, 5000}, {-5000, 5000}},
                                 1.0f};
    fill_scene(0, 0);
    picture_paint_ellipse(&picture, &far, white, 1.0f);
    CHECK_NEAR(worst_inside(0, 0, 0), 0.0, 0.0);
    picture_paint_polygon(&picture, &wide, white, 1.0f);
    CHECK_NEAR(picture.light.rgb[0], 1.0, 1e-6);
    CHECK_NEAR(picture.light.rgb[3 * PIXELS - 1], 1.0, 1e-6);
}

TEST(refuses_impossible_sizes)
{
    struct picture none;
    CHECK(!picture_init(&none, 1, 1, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    picture_finish(&none);
}

int main(void)
{
    if (!picture_init(&picture, WIDTH, HEIGHT, &err))
        return 1;
    RUN(shift_by_nothing_changes_no_bit);
    RUN(shift_goes_right_and_down_by_what_it_says);
    RUN(shift_moves_the_cover_too);
    RUN(turn_moves_and_turns);
    RUN(blur_keeps_the_mean_and_spreads_by_sigma);
    RUN(paint_covers_what_it_says_and_hides_a_leak);
    RUN(shade_multiplies_and_leaves_the_cover);
    RUN(patterns_are_unions_of_polygons);
    RUN(brushes_beyond_the_frame_are_clipped);
    RUN(refuses_impossible_sizes);
    picture_finish(&picture);
    return check_report();
}
