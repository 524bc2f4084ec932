/* What is left of a frame, step by step against naive references and frames whose rest is known. */
#include "check.h"
#include "failing_alloc.h"

#include "bench_picture.h"
#include "score/scene_filter.h"
#include "score/scene_rest.h"

enum { WIDTH = 320, HEIGHT = 240, PLANE = WIDTH * HEIGHT, STRIDE = 3 * WIDTH };

static const struct scene_size size = {WIDTH, HEIGHT, 1};
static const struct scene_parts all = {.registration = true, .light = true};
static const struct scene_parts none = {false, false};

static struct error err;
static struct bench bench;
static uint8_t picture[HEIGHT * STRIDE];
static float mean[CHANNEL_COUNT * PLANE], offset[CHANNEL_COUNT * PLANE];
static struct scene_rest *rest;
static struct scene_glance glance;

/* Grey, so that the bench's luma is the logarithm of each colour. */
static void paint(double right, double down, double gain)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const double level = gain * exp(bench_luma(&bench, x - right, y - down)) - 8.0 / 255.0;
            memset(picture + y * STRIDE + 3 * x, (int)lrint(255.0 * fmin(fmax(level, 0.0), 1.0)),
                   3);
        }
}

static bool begin(struct scene_parts parts)
{
    struct scene_brightness brightness;
    scene_rest_destroy(rest);
    rest = NULL;
    bench = bench_make(size, 21);
    paint(0.0, 0.0, 1.0);
    struct scene_view *view = scene_view_create(size, &err);
    if (!view)
        return false;
    scene_view_read(view, picture, STRIDE, mean, &brightness);
    scene_view_destroy(view);
    rest = scene_rest_create(size, mean, parts, &err);
    return rest != NULL;
}

static void finish(void)
{
    scene_rest_destroy(rest);
    rest = NULL;
}

static void look(void)
{
    scene_rest_read(rest, picture, STRIDE, NULL, NULL, &glance);
}

/* Root of the mean square of a map, a margin of 10 px left out. */
static double strength_of(const float *map)
{
    double sum = 0.0;
    for (int y = 10; y < HEIGHT - 10; y++)
        for (int x = 10; x < WIDTH - 10; x++)
            sum += (double)map[y * WIDTH + x] * (double)map[y * WIDTH + x];
    return sqrt(sum / ((WIDTH - 20.0) * (HEIGHT - 20.0)));
}

static double naive_mean(const float *plane, struct scene_size of, int radius, int x, int y)
{
    double sum = 0.0;
    int count = 0;
    for (int v = y - radius; v <= y + radius; v++)
        for (int u = x - radius; u <= x + radius; u++)
            if (u >= 0 && u < of.width && v >= 0 && v < of.height) {
                sum += (double)plane[v * of.width + u];
                count++;
            }
    return sum / count;
}

/* Running sums of up to 100 floats of 2 lose at most 100 * 2^-23 * 26 of a sum of 13 * 13. */
TEST(means_over_windows)
{
    static const struct scene_size sizes[] = {{1, 1, 1}, {2, 9, 1},   {9, 2, 1},   {5, 5, 1},
                                              {8, 8, 1}, {33, 17, 1}, {40, 100, 1}};
    static const int radii[] = {1, 4, 6};
    static float from[4000], to[4000], scratch[4000 + 100];
    struct rng rng = rng_seeded(1, 0);
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++)
        from[i] = (float)rng_uniform_between(&rng, -2.0, 2.0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t k = 0; k < sizeof radii / sizeof radii[0]; k++) {
            scene_box_mean(from, sizes[i], radii[k], scratch, to);
            for (int y = 0; y < sizes[i].height; y++)
                for (int x = 0; x < sizes[i].width; x++)
                    CHECK_NEAR(to[y * sizes[i].width + x],
                               naive_mean(from, sizes[i], radii[k], x, y), 2e-6);
        }
}

/* A plane that rises by 0.03 to the right and 0.04 down has a gradient of 0.05; at a border half
 * of what crosses it is missing. */
TEST(gradient)
{
    enum { SIDE = 12 };
    static float slope[SIDE * SIDE], length[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            slope[y * SIDE + x] = 0.03f * (float)x + 0.04f * (float)y;
    scene_gradient(slope, (struct scene_size){SIDE, SIDE, 1}, length);
    for (int y = 1; y < SIDE - 1; y++)
        for (int x = 1; x < SIDE - 1; x++)
            CHECK_NEAR(length[y * SIDE + x], 0.05, 1e-7);
    CHECK_NEAR(length[5 * SIDE], hypot(0.015, 0.04), 1e-7);
    CHECK_NEAR(length[5], hypot(0.03, 0.02), 1e-7);
    CHECK_NEAR(length[SIDE * SIDE - 1], 0.025, 1e-7);
}

/* The very picture that is the mean: nothing is left, but for rounding. */
TEST(the_normal_picture_leaves_nothing)
{
    CHECK(begin(all));
    look();
    for (int map = 0; map < MAP_COUNT; map++)
        CHECK_NEAR(strength_of(scene_rest_map(rest, map)), 0.0, 1e-6);
    CHECK_NEAR(hypotf(glance.shift.x, glance.shift.y), 0.0, 1e-4);
    CHECK_NEAR(glance.edges.likeness, 1.0, 1e-5);
    CHECK_NEAR(glance.light_depth, 0.0, 1e-6);
    finish();
}

/* A map is the mean of the difference over its window. */
TEST(maps_are_means_of_the_difference)
{
    CHECK(begin(all));
    paint(0.4, 0.2, 1.1);
    look();
    for (int map = 0; map < MAP_COUNT; map++) {
        const float *difference =
            scene_rest_difference(rest, (enum scene_channel)(map % CHANNEL_COUNT));
        for (int at = 0; at < PLANE; at += 97) /* 2e-6: as above */
            CHECK_NEAR(scene_rest_map(rest, map)[at],
                       naive_mean(difference, size, scene_scale_radius[map / CHANNEL_COUNT],
                                  at % WIDTH, at / WIDTH),
                       2e-6);
    }
    finish();
}

TEST(expected_and_difference_make_the_frame)
{
    static float expected[CHANNEL_COUNT * PLANE];
    CHECK(begin(all));
    paint(1.3, -0.7, 0.8);
    look();
    scene_rest_expected(rest, expected);
    for (size_t i = 0; i < CHANNEL_COUNT * PLANE; i++) {
        const enum scene_channel channel = (enum scene_channel)(i / PLANE);
        /* One subtraction of numbers up to 3.5, one addition. */
        CHECK_NEAR(expected[i] + scene_rest_difference(rest, channel)[i % PLANE],
                   scene_rest_frame(rest)[i], 5e-7);
    }
    finish();
}

/* Registration on or off: with it, most of what a shift does to edges is gone. Rounding
 * to 8 bits alone leaves sqrt(1 / 6) / 255 of the levels' difference, of levels near 0.27: 0.006 of
 * the logarithm, which is 0.2 of what the shift did. */
TEST(a_shift_is_undone)
{
    CHECK(begin(none));
    paint(1.3, -0.7, 1.0);
    look();
    const double without = strength_of(scene_rest_difference(rest, CHANNEL_LUMA));
    CHECK(begin((struct scene_parts){.registration = true}));
    paint(1.3, -0.7, 1.0);
    look();
    CHECK_NEAR(glance.shift.x, 1.3, 0.05);
    CHECK_NEAR(glance.shift.y, -0.7, 0.05);
    CHECK(without > 0.03);
    CHECK(strength_of(scene_rest_difference(rest, CHANNEL_LUMA)) < 0.2 * without);
    finish();
}

/* Of another scene no shift is known, and none is undone: the frame stays as it was read. */
TEST(a_shift_of_another_scene_is_not_believed)
{
    static float as_read[CHANNEL_COUNT * PLANE];
    struct scene_brightness brightness;
    CHECK(begin(all));
    bench = bench_make(size, 22);
    paint(0.0, 0.0, 1.0);
    look();
    CHECK(glance.edges.likeness < 0.5f);
    struct scene_view *view = scene_view_create(size, &err);
    CHECK(view);
    scene_view_read(view, picture, STRIDE, as_read, &brightness);
    scene_view_destroy(view);
    CHECK(memcmp(as_read, scene_rest_frame(rest), sizeof as_read) == 0);
    finish();
}

/* 1.25 times the light is 0.22 of the logarithm; clipping and rounding of levels leave less. */
TEST(light_is_removed)
{
    CHECK(begin(none));
    paint(0.0, 0.0, 1.25);
    look();
    CHECK_NEAR(strength_of(scene_rest_map(rest, CHANNEL_LUMA)), log(1.25), 0.01);
    CHECK_NEAR(glance.light_level, 0.0, 0.0);
    CHECK(begin((struct scene_parts){.light = true}));
    paint(0.0, 0.0, 1.25);
    look();
    CHECK(strength_of(scene_rest_map(rest, CHANNEL_LUMA)) < 0.01);
    CHECK_NEAR(glance.light_level, log(1.25), 0.01);
    CHECK_NEAR(glance.light_depth, log(1.25), 0.01);
    CHECK_NEAR(glance.light_change, log(1.25), 0.01);
    scene_rest_remember_light(rest, 1.0f);
    look();
    CHECK_NEAR(glance.light_change, 0.0, 1e-6);
    finish();
}

/* What has become normal is taken away, and nothing else. */
TEST(an_offset_is_taken_away)
{
    CHECK(begin(none));
    for (size_t i = 0; i < CHANNEL_COUNT * PLANE; i++)
        offset[i] = 0.01f * (float)(i % 7);
    scene_rest_read(rest, picture, STRIDE, NULL, offset, &glance);
    for (size_t i = 0; i < CHANNEL_COUNT * PLANE; i++)
        CHECK_NEAR(scene_rest_difference(rest, (enum scene_channel)(i / PLANE))[i % PLANE],
                   -offset[i], 1e-7);
    finish();
}

/* The grey value of one pixel as the mean was learned. */
static void set_mean(size_t at, double level)
{
    mean[at] = (float)log(level + 8.0 / 255.0);
    mean[PLANE + at] = mean[2 * PLANE + at] = 0.0f;
}

/* Light that differs by 0.3: 0.06 of that in the middle of the scale, 0.6 where it is burnt out or
 * black. Without registration edges add nothing. */
TEST(doubt_of_another_light)
{
    enum { DARK = 100, BRIGHT = 20000, MIDDLE = 40000 };
    CHECK(begin(all));
    for (size_t i = 0; i < PLANE; i++)
        set_mean(i, 0.4);
    set_mean(DARK, 0.02);
    set_mean(BRIGHT, 0.97);
    scene_rest_destroy(rest);
    rest = scene_rest_create(size, mean, (struct scene_parts){.light = true}, &err);
    CHECK(rest);
    memset(picture, (int)lrint(255.0 * ((0.4 + 8.0 / 255.0) * exp(0.3) - 8.0 / 255.0)),
           sizeof picture);
    look();
    CHECK_NEAR(glance.light_depth, 0.3, 0.005); /* half a level of 145 is 0.0035 */
    CHECK_NEAR(scene_rest_doubt(rest)[MIDDLE], 0.06 * (double)glance.light_depth, 1e-4);
    CHECK_NEAR(scene_rest_doubt(rest)[DARK], 0.6 * (double)glance.light_depth, 1e-3);
    CHECK_NEAR(scene_rest_doubt(rest)[BRIGHT], 0.6 * (double)glance.light_depth, 1e-3);
    finish();
}

/* 0.4 of an edge's gradient per px shifted, half a pixel at most, and fading over the frames that
 * follow. Without registration a shift is no reason to doubt. */
TEST(doubt_of_a_shift)
{
    static float edges[PLANE];
    CHECK(begin((struct scene_parts){.registration = true}));
    scene_gradient(mean, size, edges);
    paint(1.3, -0.7, 1.0);
    look();
    for (size_t i = 0; i < PLANE; i++)
        CHECK_NEAR(scene_rest_doubt(rest)[i], 0.4 * 0.5 * (double)edges[i], 1e-6);
    paint(0.0, 0.0, 1.0);
    look();
    for (size_t i = 0; i < PLANE; i++)
        CHECK_NEAR(scene_rest_doubt(rest)[i], 0.4 * 0.45 * (double)edges[i], 1e-6);
    CHECK(begin(none));
    paint(1.3, -0.7, 1.0);
    look();
    for (size_t i = 0; i < PLANE; i++)
        CHECK_NEAR(scene_rest_doubt(rest)[i], 0.0, 0.0);
    finish();
}

/* The same frames give the same bits: records are compared byte for byte. */
TEST(the_same_bits_again)
{
    static float first[MAP_COUNT * PLANE];
    for (int run = 0; run < 2; run++) {
        CHECK(begin(all));
        look();
        paint(1.3, -0.7, 0.9);
        look();
        if (run == 0)
            memcpy(first, scene_rest_map(rest, 0), sizeof first);
    }
    CHECK(memcmp(first, scene_rest_map(rest, 0), sizeof first) == 0);
    finish();
}

TEST(no_memory)
{
    static const struct scene_size small = {64, 48, 1};
    for (long n = 0;; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        rest = scene_rest_create(small, mean, all, &err);
        allocations_until_failure = -1;
        if (rest) {
            finish();
            CHECK(n >= 30);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_CONTAINS(err.message, "64x48 px");
    }
}

TEST(destroying_nothing)
{
    scene_rest_destroy(NULL);
    CHECK(!rest);
}

int main(void)
{
    RUN(means_over_windows);
    RUN(gradient);
    RUN(the_normal_picture_leaves_nothing);
    RUN(maps_are_means_of_the_difference);
    RUN(expected_and_difference_make_the_frame);
    RUN(a_shift_is_undone);
    RUN(a_shift_of_another_scene_is_not_believed);
    RUN(light_is_removed);
    RUN(an_offset_is_taken_away);
    RUN(doubt_of_another_light);
    RUN(doubt_of_a_shift);
    RUN(the_same_bits_again);
    RUN(no_memory);
    RUN(destroying_nothing);
    return check_report();
}
