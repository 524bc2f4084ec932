/* Cropping and resizing against a naive area average in double precision. */
#include "check.h"

#include "base/rng.h"
#include "frame/convert.h"

#include <stdlib.h>

static uint8_t *random_rgb(int width, int height, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0);
    const size_t size = (size_t)width * (size_t)height * 3;
    uint8_t *rgb = malloc(size);
    for (size_t i = 0; rgb && i < size; i++)
        rgb[i] = (uint8_t)rng_below(&rng, 256);
    return rgb;
}

static double overlap(double a_start, double a_end, double b_start, double b_end)
{
    const double start = a_start > b_start ? a_start : b_start;
    const double end = a_end < b_end ? a_end : b_end;
    return end > start ? end - start : 0.0;
}

/* One target pixel, by going through every source pixel. */
static double naive_average(const uint8_t *rgb, int from_width, int from_height, int to_width,
                            int to_height, int x, int y, int channel)
{
    const double step_x = (double)from_width / to_width, step_y = (double)from_height / to_height;
    double sum = 0.0;
    for (int v = 0; v < from_height; v++)
        for (int u = 0; u < from_width; u++)
            sum += overlap(u, u + 1, x * step_x, (x + 1) * step_x) *
                   overlap(v, v + 1, y * step_y, (y + 1) * step_y) *
                   rgb[((size_t)v * (size_t)from_width + (size_t)u) * 3 + (size_t)channel];
    return sum / (step_x * step_y);
}

static double largest_difference(int from_width, int from_height, int to_width, int to_height)
{
    struct resizer *resizer = resizer_create(from_width, from_height, to_width, to_height, NULL);
    uint8_t *rgb = random_rgb(from_width, from_height, 7);
    const size_t plane = (size_t)to_width * (size_t)to_height;
    float *planes = malloc(plane * 3 * sizeof *planes);
    double largest = 1e9;
    if (resizer && rgb && planes) {
        largest = 0.0;
        resizer_to_planes(resizer, rgb, from_width * 3, planes);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < to_height; y++)
                for (int x = 0; x < to_width; x++) {
                    const double expected =
                        naive_average(rgb, from_width, from_height, to_width, to_height, x, y, c);
                    const double actual =
                        (double)planes[(size_t)c * plane + (size_t)(y * to_width + x)] * 255.0;
                    if (!(fabs(actual - expected) <= largest))
                        largest = fabs(actual - expected);
                }
    }
    free(planes);
    free(rgb);
    resizer_destroy(resizer);
    return largest;
}

TEST(resize_equals_the_naive_average)
{
    static const int sizes[][4] = {
        {40, 23, 8, 8}, {8, 8, 40, 23}, {33, 17, 32, 16}, {32, 16, 33, 17}, {10, 50, 25, 7},
        {1, 1, 5, 3},   {5, 3, 1, 1},   {64, 48, 16, 16}, {7, 7, 7, 7},     {2, 9, 1, 10},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const int *s = sizes[i];
        CHECK_NEAR(largest_difference(s[0], s[1], s[2], s[3]), 0.0, 3e-5);
    }
}

TEST(same_size_is_the_identity)
{
    enum { WIDTH = 37, HEIGHT = 21 };
    uint8_t *rgb = random_rgb(WIDTH, HEIGHT, 3);
    static uint8_t out[WIDTH * HEIGHT * 3];
    static float planes[WIDTH * HEIGHT * 3];
    struct resizer *resizer = resizer_create(WIDTH, HEIGHT, WIDTH, HEIGHT, NULL);
    CHECK(rgb && resizer);
    resizer_to_rgb(resizer, rgb, WIDTH * 3, out);
    resizer_to_planes(resizer, rgb, WIDTH * 3, planes);
    int wrong_bytes = 0, wrong_planes = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        for (int c = 0; c < 3; c++) {
            wrong_bytes += out[i * 3 + c] != rgb[i * 3 + c];
            wrong_planes += planes[c * WIDTH * HEIGHT + i] != (float)rgb[i * 3 + c] / 255.0f;
        }
    free(rgb);
    resizer_destroy(resizer);
    CHECK_INT(wrong_bytes, 0);
    CHECK_INT(wrong_planes, 0);
}

TEST(a_constant_picture_stays_exactly_constant)
{
    static uint8_t rgb[1280 * 720 * 3];
    static float planes[256 * 256 * 3];
    memset(rgb, 201, sizeof rgb);
    struct resizer *resizer = resizer_create(1280, 720, 256, 256, NULL);
    CHECK(resizer);
    resizer_to_planes(resizer, rgb, 1280 * 3, planes);
    resizer_destroy(resizer);
    int wrong = 0;
    for (size_t i = 0; i < sizeof planes / sizeof planes[0]; i++)
        wrong += planes[i] != 201.0f / 255.0f;
    CHECK_INT(wrong, 0);
}

TEST(averages_are_exact_and_rounded_to_nearest)
{
    /* Three pixels to two: 1.5 source pixels each. */
    static const uint8_t rgb[] = {0, 10, 20, 90, 13, 23, 255, 255, 255};
    struct resizer *resizer = resizer_create(3, 1, 2, 1, NULL);
    uint8_t out[6] = {0};
    CHECK(resizer);
    resizer_to_rgb(resizer, rgb, 9, out);
    resizer_destroy(resizer);
    CHECK_INT(out[0], 30);  /* (0 + 90/2) / 1.5 */
    CHECK_INT(out[1], 11);  /* (10 + 13/2) / 1.5 = 11.0 */
    CHECK_INT(out[2], 21);  /* (20 + 23/2) / 1.5 = 21.0 */
    CHECK_INT(out[3], 200); /* (90/2 + 255) / 1.5 */
    CHECK_INT(out[4], 174); /* (13/2 + 255) / 1.5 = 174.33 */
    CHECK_INT(out[5], 178); /* (23/2 + 255) / 1.5 = 177.67 */
}

TEST(a_region_is_resized_through_its_stride)
{
    enum { WIDTH = 50, HEIGHT = 40 };
    const struct rect region = {11, 7, 30, 24};
    uint8_t *rgb = random_rgb(WIDTH, HEIGHT, 5);
    static uint8_t cropped[30 * 24 * 3], from_region[8 * 8 * 3], from_crop[8 * 8 * 3];
    struct resizer *resizer = resizer_create(region.width, region.height, 8, 8, NULL);
    CHECK(rgb && resizer);
    rgb_crop(rgb, WIDTH, region, cropped);
    resizer_to_rgb(resizer, rgb + (region.y * WIDTH + region.x) * 3, WIDTH * 3, from_region);
    resizer_to_rgb(resizer, cropped, region.width * 3, from_crop);
    const bool corner_right =
        memcmp(cropped + sizeof cropped - 3, rgb + ((7 + 23) * WIDTH + 11 + 29) * 3, 3) == 0;
    free(rgb);
    resizer_destroy(resizer);
    CHECK(corner_right);
    CHECK(memcmp(from_region, from_crop, sizeof from_crop) == 0);
}

TEST(planes_are_clamped_and_rounded)
{
    /* [3][1][2] */
    static const float planes[] = {-1.0f, 2.0f, 0.5f, 0.0019f, NAN, 1.0f};
    uint8_t rgb[6] = {9, 9, 9, 9, 9, 9};
    planes_to_rgb(planes, 2, 1, rgb);
    CHECK_INT(rgb[0], 0);
    CHECK_INT(rgb[1], 128);
    CHECK_INT(rgb[2], 0);
    CHECK_INT(rgb[3], 255);
    CHECK_INT(rgb[4], 0);
    CHECK_INT(rgb[5], 255);
}

TEST(roi_resolves_fractions_and_pixels)
{
    struct rect roi = {0};
    struct error err = {0};
    CHECK(roi_resolve(true, 0.0, 0.0, 1.0, 1.0, 1280, 720, &roi, &err));
    CHECK_INT(roi.width, 1280);
    CHECK_INT(roi.height, 720);
    CHECK(roi_resolve(true, 0.25, 0.1, 0.5, 0.333, 1280, 720, &roi, &err));
    CHECK_INT(roi.x, 320);
    CHECK_INT(roi.y, 72);
    CHECK_INT(roi.width, 640);
    CHECK_INT(roi.height, 240); /* 72..312 (311.76) */
    CHECK(roi_resolve(false, 1264, 704, 16, 16, 1280, 720, &roi, &err));
    CHECK_INT(roi.x, 1264);
    CHECK_INT(roi.height, 16);
}

TEST(roi_outside_of_the_picture_is_refused)
{
    static const double bad[][4] = {
        {0.5, 0, 0.6, 1}, {0, 0.5, 1, 0.6}, {-0.1, 0, 1, 1},
        {0, -0.1, 1, 1},  {NAN, 0, 1, 1},   {0, 0, INFINITY, 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct rect roi = {1, 2, 3, 4};
        struct error err = {0};
        CHECK(
            !roi_resolve(true, bad[i][0], bad[i][1], bad[i][2], bad[i][3], 1280, 720, &roi, &err));
        CHECK_INT(err.code, ERROR_CONFIG);
        CHECK_CONTAINS(err.message, "leaves the camera's picture of 1280x720 px");
        CHECK_INT(roi.x, 1);
        CHECK_INT(roi.height, 4);
    }
}

TEST(roi_below_16_px_is_refused)
{
    struct rect roi;
    struct error err = {0};
    CHECK(!roi_resolve(false, 0, 0, 15, 100, 1280, 720, &roi, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "15x100 px");
    CHECK(!roi_resolve(true, 0, 0, 1, -0.0, 1280, 720, &roi, &err));
    CHECK(!roi_resolve(false, 100, 100, -50, -50, 1280, 720, &roi, &err));
}

TEST(destroy_takes_null)
{
    resizer_destroy(NULL);
    CHECK(true);
}

int main(void)
{
    RUN(resize_equals_the_naive_average);
    RUN(same_size_is_the_identity);
    RUN(a_constant_picture_stays_exactly_constant);
    RUN(averages_are_exact_and_rounded_to_nearest);
    RUN(a_region_is_resized_through_its_stride);
    RUN(planes_are_clamped_and_rounded);
    RUN(roi_resolves_fractions_and_pixels);
    RUN(roi_outside_of_the_picture_is_refused);
    RUN(roi_below_16_px_is_refused);
    RUN(destroy_takes_null);
    return check_report();
}
