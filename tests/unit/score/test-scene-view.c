/* Frames as the scene detector sees them, against averages and logarithms done one by one. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "score/scene_view.h"

enum { LONGEST = 3 * 23 + 1, HIGHEST = 3 * 11 + 2, PADDING = 5 };

static struct error err;
static uint8_t picture[HIGHEST * (3 * LONGEST + PADDING)];
static float planes[CHANNEL_COUNT * LONGEST * HIGHEST], colours[3 * LONGEST * HIGHEST];
static struct scene_brightness brightness;

static const struct scene_brightness untouched = {-1.0f, -1.0f, -1.0f};

static void fill_noise(uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0);
    for (size_t i = 0; i < sizeof picture; i++)
        picture[i] = (uint8_t)rng_below(&rng, 256);
}

static bool read_picture(struct scene_size size, ptrdiff_t stride)
{
    struct scene_view *view = scene_view_create(size, &err);
    if (!view)
        return false;
    brightness = untouched;
    scene_view_read(view, picture, stride, planes, &brightness);
    scene_view_destroy(view);
    return true;
}

/* The mean of a square of one colour, 0..1. */
static double mean_at(struct scene_size size, ptrdiff_t stride, int x, int y, int colour)
{
    double sum = 0.0;
    for (int row = 0; row < size.reduction; row++)
        for (int column = 0; column < size.reduction; column++)
            sum += picture[(y * size.reduction + row) * stride + 3 * (x * size.reduction + column) +
                           colour];
    return sum / (255.0 * size.reduction * size.reduction);
}

/* Largest distance of a channel from the definition in the header. */
static double worst_of(struct scene_size size, ptrdiff_t stride)
{
    double worst = 0.0;
    const size_t plane = scene_pixels(size);
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++) {
            double log_of[3];
            for (int colour = 0; colour < 3; colour++)
                log_of[colour] = log(mean_at(size, stride, x, y, colour) + 8.0 / 255.0);
            const double expected[CHANNEL_COUNT] = {(log_of[0] + log_of[1] + log_of[2]) / 3.0,
                                                    log_of[0] - log_of[2],
                                                    log_of[1] - 0.5 * (log_of[0] + log_of[2])};
            for (size_t channel = 0; channel < CHANNEL_COUNT; channel++)
                worst = fmax(worst,
                             fabs(expected[channel] -
                                  (double)planes[channel * plane + (size_t)(y * size.width + x)]));
        }
    return worst;
}

TEST(the_longer_side_comes_near_640)
{
    static const struct {
        int width, height;
        struct scene_size size;
    } rows[] = {{640, 360, {640, 360, 1}},  {1280, 720, {640, 360, 2}}, {1920, 1080, {640, 360, 3}},
                {720, 1280, {360, 640, 2}}, {320, 240, {320, 240, 1}},  {959, 540, {959, 540, 1}},
                {961, 541, {480, 270, 2}},  {1601, 901, {533, 300, 3}}, {1, 1, {1, 1, 1}},
                {3840, 2160, {640, 360, 6}}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene_size size = scene_size_of(rows[i].width, rows[i].height);
        CHECK_INT(size.width, rows[i].size.width);
        CHECK_INT(size.height, rows[i].size.height);
        CHECK_INT(size.reduction, rows[i].size.reduction);
        CHECK_INT(scene_pixels(size), (size_t)size.width * (size_t)size.height);
    }
}

/* A float near 3, the largest logarithm here, is good to 2^-23 * 2; four operations follow. */
TEST(exact_logarithms_at_each_reduction)
{
    for (int reduction = 1; reduction <= 3; reduction++) {
        const struct scene_size size = {23, 11, reduction};
        fill_noise((uint64_t)reduction);
        CHECK(read_picture(size, 3 * LONGEST));
        CHECK_NEAR(worst_of(size, 3 * LONGEST), 0.0, 2e-6);
    }
}

/* Pixels right and below that fill no square are left out, and so is what pads a row. */
TEST(sizes_that_are_no_multiples_and_padded_rows)
{
    const struct scene_size size = {23, 11, 3};
    const ptrdiff_t stride = 3 * LONGEST + PADDING;
    fill_noise(4);
    CHECK(read_picture(size, stride));
    CHECK_NEAR(worst_of(size, stride), 0.0, 2e-6);
    const struct scene_brightness before = brightness;
    for (int y = 0; y < HIGHEST; y++)
        for (int x = 0; x < (int)stride; x++)
            if (x >= 3 * 69 || y >= 33)
                picture[y * stride + x] ^= 0xff;
    CHECK(read_picture(size, stride));
    CHECK_NEAR(worst_of(size, stride), 0.0, 2e-6);
    CHECK_NEAR(brightness.mean, before.mean, 0.0);
    CHECK_NEAR(brightness.dark_share, before.dark_share, 0.0);
}

TEST(light_that_changes_moves_only_the_luma)
{
    const struct scene_size size = {2, 1, 1};
    static const uint8_t two[] = {32, 52,  72,
                                  72, 112, 152}; /* + 8: the second is twice the first */
    memcpy(picture, two, sizeof two);
    CHECK(read_picture(size, 6));
    CHECK_NEAR(planes[1] - planes[0], log(2.0), 1e-6);
    CHECK_NEAR(planes[3] - planes[2], 0.0, 1e-6);
    CHECK_NEAR(planes[5] - planes[4], 0.0, 1e-6);
}

/* A logarithm of 3.5 is rounded to 2^-23, the eighth power has eight times the error of its root,
 * 2^-24: 2e-6 for the brightest. */
TEST(back_to_colours)
{
    const struct scene_size size = {23, 11, 2};
    const ptrdiff_t stride = 3 * LONGEST;
    const size_t plane = scene_pixels(size);
    fill_noise(5);
    CHECK(read_picture(size, stride));
    scene_view_to_rgb(size, planes, colours);
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++)
            for (int colour = 0; colour < 3; colour++)
                CHECK_NEAR(colours[(size_t)colour * plane + (size_t)(y * size.width + x)],
                           mean_at(size, stride, x, y, colour), 2e-6);
}

TEST(colours_stay_between_black_and_white)
{
    const struct scene_size size = {2, 1, 1};
    static const float beyond[] = {3.0f, -9.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    scene_view_to_rgb(size, beyond, colours);
    for (size_t colour = 0; colour < 3; colour++) {
        CHECK(colours[2 * colour] <= 1.0f && colours[2 * colour + 1] >= 0.0f);
        CHECK_NEAR(colours[2 * colour], 1.0, 1e-6);
        CHECK_NEAR(colours[2 * colour + 1], 0.0, 1e-6);
    }
}

/* Of 12 samples: two at most 12, three at least 250. */
TEST(shares_of_dark_and_saturated)
{
    static const uint8_t four[] = {12, 0, 13, 250, 255, 249, 251, 100, 100, 100, 100, 100};
    double sum = 0.0;
    memcpy(picture, four, sizeof four);
    for (size_t i = 0; i < sizeof four; i++)
        sum += four[i];
    CHECK(read_picture((struct scene_size){4, 1, 1}, 12));
    CHECK_NEAR(brightness.dark_share, 2.0 / 12.0, 1e-7);
    CHECK_NEAR(brightness.saturated_share, 3.0 / 12.0, 1e-7);
    CHECK_NEAR(brightness.mean, sum / 12.0 / 255.0, 1e-7);
}

/* Shares are of squares: one black pixel in a square of bright ones is not dark. */
TEST(shares_are_of_averages)
{
    memset(picture, 255, 4 * 6);
    memset(picture, 0, 3);
    CHECK(read_picture((struct scene_size){1, 1, 2}, 6));
    CHECK_NEAR(brightness.dark_share, 0.0, 0.0);
    CHECK_NEAR(brightness.saturated_share, 0.0, 0.0);
    CHECK_NEAR(brightness.mean, 0.75, 1e-7);
}

TEST(no_memory)
{
    for (long n = 0;; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        struct scene_view *view = scene_view_create((struct scene_size){64, 48, 2}, &err);
        allocations_until_failure = -1;
        if (view) {
            scene_view_destroy(view);
            CHECK_INT(n, 3);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_CONTAINS(err.message, "128x96 px");
    }
}

TEST(destroying_nothing)
{
    scene_view_destroy(NULL);
    CHECK(true);
}

int main(void)
{
    RUN(the_longer_side_comes_near_640);
    RUN(exact_logarithms_at_each_reduction);
    RUN(sizes_that_are_no_multiples_and_padded_rows);
    RUN(light_that_changes_moves_only_the_luma);
    RUN(back_to_colours);
    RUN(colours_stay_between_black_and_white);
    RUN(shares_of_dark_and_saturated);
    RUN(shares_are_of_averages);
    RUN(no_memory);
    RUN(destroying_nothing);
    return check_report();
}
