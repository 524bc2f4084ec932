/* Linear light: the transfer curve both ways, sampling, sizes. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "light.h"

static double code_of_linear(double linear)
{
    const double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1.0 / 2.4) - 0.055;
    return 255.0 * v;
}

TEST(all_bytes_survive_the_way_there_and_back)
{
    struct error err;
    struct light light;
    CHECK(light_init(&light, 32, 8, &err));
    uint8_t rgb[32 * 8 * 3], back[32 * 8 * 3];
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * 7 % 256);
    light_from_rgb(&light, rgb);
    light_to_rgb(&light, back);
    light_finish(&light);
    CHECK(memcmp(rgb, back, sizeof rgb) == 0);
}

TEST(the_curve_is_that_of_srgb)
{
    struct error err;
    struct light light;
    CHECK(light_init(&light, 2, 2, &err));
    const uint8_t rgb[12] = {0, 10, 11, 128, 188, 255};
    light_from_rgb(&light, rgb);
    CHECK_NEAR(light.rgb[0], 0.0, 1e-9);
    CHECK_NEAR(light.rgb[1], 0.0030353, 1e-6);
    CHECK_NEAR(light.rgb[2], 0.0033465, 1e-6);
    CHECK_NEAR(light.rgb[3], 0.2158605, 1e-6);
    CHECK_NEAR(light.rgb[4], 0.5028865, 1e-6);
    CHECK_NEAR(light.rgb[5], 1.0, 1e-6);
    light_finish(&light);
}

TEST(the_way_back_rounds_to_the_nearest_code)
{
    struct error err;
    struct light light;
    enum { WIDTH = 100, HEIGHT = 100 };
    static uint8_t codes[WIDTH * HEIGHT * 3];
    CHECK(light_init(&light, WIDTH, HEIGHT, &err));
    struct rng rng = rng_seeded(1, 0);
    for (size_t i = 0; i < sizeof codes; i++) {
        const double v = rng_uniform(&rng);
        light.rgb[i] = (float)(v * v * v); /* the dark codes are the close ones */
    }
    light_to_rgb(&light, codes);
    double worst = 0.0;
    for (size_t i = 0; i < sizeof codes; i++)
        worst = fmax(worst, fabs(code_of_linear((double)light.rgb[i]) - codes[i]));
    light_finish(&light);
    CHECK(worst > 0.49);
    CHECK(worst < 0.502);
}

TEST(what_is_no_light_is_clamped)
{
    struct error err;
    struct light light;
    CHECK(light_init(&light, 2, 2, &err));
    const float odd[12] = {-1.0f, 7.0f, NAN, INFINITY, -INFINITY, 1.0f};
    memcpy(light.rgb, odd, sizeof odd);
    uint8_t rgb[12];
    light_to_rgb(&light, rgb);
    light_finish(&light);
    const uint8_t expected[6] = {0, 255, 0, 255, 0, 255};
    for (int i = 0; i < 6; i++)
        CHECK_INT(rgb[i], expected[i]);
}

TEST(sampling_is_bilinear_and_ends_at_the_borders)
{
    struct error err;
    struct light light;
    CHECK(light_init(&light, 3, 2, &err));
    for (int i = 0; i < 6; i++)
        light.rgb[3 * i] = (float)i; /* 0 1 2 over 3 4 5 */
    const float at[6][3] = {{0.0f, 0.0f, 0.0f},   {1.0f, 1.0f, 4.0f},   {0.5f, 0.5f, 2.0f},
                            {1.25f, 0.0f, 1.25f}, {-9.0f, -9.0f, 0.0f}, {99.0f, 99.0f, 5.0f}};
    float rgb[3];
    for (int i = 0; i < 6; i++) {
        light_sample(&light, at[i][0], at[i][1], rgb);
        CHECK_NEAR(rgb[0], at[i][2], 1e-6);
    }
    light_finish(&light);
}

TEST(impossible_sizes_are_refused)
{
    const int sizes[4][2] = {{1, 10}, {10, 1}, {-5, 10}, {10, 16385}};
    for (int i = 0; i < 4; i++) {
        struct error err = {0};
        struct light light = {0};
        CHECK(!light_init(&light, sizes[i][0], sizes[i][1], &err));
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK(!light.rgb);
    }
}

TEST(no_memory_is_an_error)
{
    struct error err = {0};
    struct light light = {0};
    allocations_until_failure = 0;
    const bool made = light_init(&light, 4, 4, &err);
    allocations_until_failure = -1;
    CHECK(!made);
    CHECK_INT(err.code, ERROR_MEMORY);
    light_finish(&light);
}

int main(void)
{
    RUN(all_bytes_survive_the_way_there_and_back);
    RUN(the_curve_is_that_of_srgb);
    RUN(the_way_back_rounds_to_the_nearest_code);
    RUN(what_is_no_light_is_clamped);
    RUN(sampling_is_bilinear_and_ends_at_the_borders);
    RUN(impossible_sizes_are_refused);
    RUN(no_memory_is_an_error);
    return check_report();
}
