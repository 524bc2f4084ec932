/* The smooth change of light that is taken out of a difference, and what must not go with it. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "score/scene_light.h"

enum { WIDTH = 240, HEIGHT = 136, PLANE = WIDTH * HEIGHT, COUNT = CHANNEL_COUNT * PLANE };

/* A patch of 3 % of the frame: 31.3 px, squared. */
enum { PATCH = 31, PATCH_X = 130, PATCH_Y = 60 };

static const struct scene_size size = {WIDTH, HEIGHT, 1};
static const float NOISE = 0.02f; /* standard deviation of a difference: 2 % of the light */

static struct error err;
static struct scene_light *light;
static float difference[COUNT], before[COUNT], doubt[PLANE];

static bool begin(void)
{
    scene_light_destroy(light);
    light = scene_light_create(size, &err);
    memset(difference, 0, sizeof difference);
    memset(doubt, 0, sizeof doubt);
    return light != NULL;
}

static void finish(void)
{
    scene_light_destroy(light);
    light = NULL;
}

static void add_noise(float deviation)
{
    struct rng rng = rng_seeded(7, 0);
    for (size_t i = 0; i < COUNT; i++)
        difference[i] += deviation * (float)rng_normal(&rng);
}

static void add_everywhere(enum scene_channel channel, float step)
{
    for (size_t i = 0; i < PLANE; i++)
        difference[(size_t)channel * PLANE + i] += step;
}

static void add_patch(enum scene_channel channel, float step)
{
    for (int y = PATCH_Y; y < PATCH_Y + PATCH; y++)
        for (int x = PATCH_X; x < PATCH_X + PATCH; x++)
            difference[(size_t)channel * PLANE + (size_t)(y * WIDTH + x)] += step;
}

static void remove_light(const float *use_doubt)
{
    memcpy(before, difference, sizeof before);
    scene_light_remove(light, difference, use_doubt);
}

static double worst_rest(void)
{
    double worst = 0.0;
    for (size_t i = 0; i < COUNT; i++)
        worst = fmax(worst, fabs((double)difference[i]));
    return worst;
}

/* Mean over the patch. */
static double patch_mean(const float *plane)
{
    double sum = 0.0;
    for (int y = PATCH_Y; y < PATCH_Y + PATCH; y++)
        for (int x = PATCH_X; x < PATCH_X + PATCH; x++)
            sum += (double)plane[y * WIDTH + x];
    return sum / (PATCH * PATCH);
}

/* The field is a mean of equal floats and a prior that equals them: rounding only. */
TEST(a_uniform_gain_goes)
{
    CHECK(begin());
    add_everywhere(CHANNEL_LUMA, -0.35f);
    remove_light(NULL);
    CHECK_NEAR(worst_rest(), 0.0, 1e-5);
    CHECK_NEAR(scene_light_level(light), -0.35, 1e-6);
    finish();
}

TEST(a_shift_of_the_white_balance_goes)
{
    CHECK(begin());
    add_everywhere(CHANNEL_RED_BLUE, 0.2f);
    add_everywhere(CHANNEL_GREEN, -0.08f);
    remove_light(NULL);
    CHECK_NEAR(worst_rest(), 0.0, 1e-5);
    CHECK_NEAR(scene_light_level(light), 0.0, 1e-6);
    CHECK_NEAR(scene_light_depth(light), 0.0, 1e-6);
    finish();
}

/* A slope is lost only where a neighbourhood ends at the border: the mean of half a Gaussian of 20
 * px lies 0.8 * 20 px inside, and half a cell of 8 px beyond the outermost middle is flat; 20 px of
 * a slope of 0.3 over 240 px are 0.025. Noise moves the mean over a neighbourhood by 0.02 / sqrt(4
 * pi 20^2) = 0.0003, in a corner by twice that; four of these are 0.0024. */
TEST(a_gradient_goes)
{
    CHECK(begin());
    add_noise(NOISE);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            difference[y * WIDTH + x] += 0.3f * (float)x / WIDTH;
    remove_light(NULL);
    for (int y = 0; y < HEIGHT; y++) {
        const float *row = scene_light_row(light, CHANNEL_LUMA, y);
        for (int x = 0; x < WIDTH; x++) {
            const bool inside = x >= 60 && x < WIDTH - 60; /* three deviations from a border */
            CHECK_NEAR(row[x], 0.3 * x / WIDTH, inside ? 0.0024 : 0.025 + 0.0024);
        }
    }
    finish();
}

/* A leak is an outlier of the light: none of it may be taken for light. What is left of the noise
 * in a mean over the patch is 0.02 / 31 = 0.0006; the field's own error is of the same size. */
TEST(a_patch_stays)
{
    static const float steps[] = {0.3f, -0.3f, 0.1f, -0.1f};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
            CHECK(begin());
            add_noise(NOISE);
            add_everywhere((enum scene_channel)channel, 0.2f);
            add_patch((enum scene_channel)channel, steps[i]);
            remove_light(NULL);
            CHECK_NEAR(patch_mean(difference + (size_t)channel * PLANE), steps[i],
                       0.02 * fabs((double)steps[i]) + 0.004);
        }
    finish();
}

/* As faint as noise, the patch is no outlier. In its middle it is a third of the neighbourhood
 * (within 15.5 px of 20 px of deviation lies 0.56 of a Gaussian, squared), in its corners a
 * quarter: the light follows it by more than a tenth; with doubt it does not. */
TEST(doubt_keeps_a_patch_out)
{
    const float faint = 1.2f * NOISE;
    CHECK(begin());
    add_noise(NOISE);
    add_patch(CHANNEL_LUMA, faint);
    remove_light(NULL);
    const double without = patch_mean(difference);
    CHECK(begin());
    add_noise(NOISE);
    const double of_noise = patch_mean(difference);
    add_patch(CHANNEL_LUMA, faint);
    for (int y = PATCH_Y; y < PATCH_Y + PATCH; y++)
        for (int x = PATCH_X; x < PATCH_X + PATCH; x++)
            doubt[y * WIDTH + x] = 1.1f;
    remove_light(doubt);
    CHECK(without < 0.9 * ((double)faint + of_noise));
    /* The mean of noise over the neighbourhood: 0.02 / sqrt(4 pi 20^2) = 0.0003. Four of them. */
    CHECK_NEAR(patch_mean(difference), (double)faint + of_noise, 0.0012);
    finish();
}

/* A doubt of 1 is none: only what is above counts nothing. */
TEST(doubt_up_to_one_counts)
{
    CHECK(begin());
    add_noise(NOISE);
    remove_light(NULL);
    memcpy(before, difference, sizeof before);
    CHECK(begin());
    add_noise(NOISE);
    for (size_t i = 0; i < PLANE; i++)
        doubt[i] = 1.0f;
    scene_light_remove(light, difference, doubt);
    CHECK(memcmp(before, difference, sizeof before) == 0);
    finish();
}

/* Where everything is doubted, the median is all that is known of the light. */
TEST(all_in_doubt)
{
    CHECK(begin());
    add_everywhere(CHANNEL_LUMA, 0.25f);
    for (size_t i = 0; i < PLANE; i++)
        doubt[i] = 2.0f;
    remove_light(doubt);
    CHECK_NEAR(worst_rest(), 0.0, 1e-6);
    finish();
}

/* What was taken away is what the rows say. One subtraction: rounding of values up to 0.5. */
TEST(rows_are_what_was_taken_away)
{
    CHECK(begin());
    add_noise(NOISE);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            difference[y * WIDTH + x] += 0.2f * sinf(0.02f * (float)(x + y));
    remove_light(NULL);
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        for (int y = 0; y < HEIGHT; y++) {
            const float *row = scene_light_row(light, (enum scene_channel)channel, y);
            for (int x = 0; x < WIDTH; x++) {
                const size_t at = (size_t)channel * PLANE + (size_t)(y * WIDTH + x);
                CHECK_NEAR(row[x], before[at] - difference[at], 1e-7);
            }
        }
    finish();
}

TEST(depth_change_and_remembering)
{
    CHECK(begin());
    CHECK_NEAR(scene_light_depth(light), 0.0, 0.0);
    CHECK_NEAR(scene_light_change(light), 0.0, 0.0);
    add_everywhere(CHANNEL_LUMA, -0.4f);
    remove_light(NULL);
    CHECK_NEAR(scene_light_depth(light), 0.4, 1e-5);
    CHECK_NEAR(scene_light_change(light), 0.4, 1e-5);
    scene_light_remember(light, 0.25f); /* remembered: -0.1 */
    CHECK_NEAR(scene_light_change(light), 0.3, 1e-5);
    scene_light_remember(light, 1.0f);
    CHECK_NEAR(scene_light_change(light), 0.0, 1e-6);
    memset(difference, 0, sizeof difference);
    remove_light(NULL);
    CHECK_NEAR(scene_light_depth(light), 0.0, 1e-6);
    CHECK_NEAR(scene_light_change(light), 0.4, 1e-5);
    finish();
}

/* The same picture again gives the same bits: records are compared byte for byte. */
TEST(the_same_bits_again)
{
    static float first[COUNT];
    for (int run = 0; run < 2; run++) {
        CHECK(begin());
        add_noise(NOISE);
        remove_light(NULL);
        if (run == 0)
            memcpy(first, difference, sizeof first);
    }
    CHECK(memcmp(first, difference, sizeof first) == 0);
    finish();
}

/* Sizes that fill no cell, one pixel included. */
TEST(small_and_odd_sizes)
{
    static const struct scene_size sizes[] = {{1, 1, 1},  {7, 3, 1},   {8, 8, 1},
                                              {9, 17, 1}, {123, 5, 1}, {3, 122, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t count = CHANNEL_COUNT * scene_pixels(sizes[i]);
        struct scene_light *small = scene_light_create(sizes[i], &err);
        CHECK(small);
        for (size_t k = 0; k < count; k++)
            difference[k] = 0.125f;
        scene_light_remove(small, difference, NULL);
        for (size_t k = 0; k < count; k++)
            CHECK_NEAR(difference[k], 0.0, 1e-6);
        const float *row = scene_light_row(small, CHANNEL_GREEN, sizes[i].height - 1);
        CHECK_NEAR(row[sizes[i].width - 1], 0.125, 1e-6);
        scene_light_destroy(small);
    }
}

TEST(no_memory)
{
    for (long n = 0;; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        struct scene_light *made = scene_light_create(size, &err);
        allocations_until_failure = -1;
        if (made) {
            scene_light_destroy(made);
            CHECK(n >= 7);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_CONTAINS(err.message, "240x136 px");
    }
}

TEST(destroying_nothing)
{
    scene_light_destroy(NULL);
    CHECK(!light);
}

int main(void)
{
    RUN(a_uniform_gain_goes);
    RUN(a_shift_of_the_white_balance_goes);
    RUN(a_gradient_goes);
    RUN(a_patch_stays);
    RUN(doubt_keeps_a_patch_out);
    RUN(doubt_up_to_one_counts);
    RUN(all_in_doubt);
    RUN(rows_are_what_was_taken_away);
    RUN(depth_change_and_remembering);
    RUN(the_same_bits_again);
    RUN(small_and_odd_sizes);
    RUN(no_memory);
    RUN(destroying_nothing);
    return check_report();
}
