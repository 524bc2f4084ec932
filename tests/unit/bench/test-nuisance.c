/* The rungs: nothing at strength 0, the same every time, and what they say they are, measured. */
#include "check.h"

#include "grain.h"
#include "nuisance.h"

#include "base/rng.h"

#include <stdlib.h>

enum { WIDTH = 160, HEIGHT = 96, PIXELS = WIDTH * HEIGHT };

static struct picture picture, other;
static struct error err;

/* Structure of a few pixels everywhere, or correlation would have nothing to hold on to. */
static double scene_at(double x, double y)
{
    return 0.3 + 0.1 * sin(0.41 * x + 0.13 * y) + 0.1 * cos(0.37 * y - 0.09 * x) +
           0.05 * sin(0.8 * x - 0.6 * y);
}

static void fill(struct picture *target)
{
    for (int i = 0; i < PIXELS; i++) {
        const int x = i % WIDTH, y = i / WIDTH;
        const double value = scene_at(x, y);
        for (int c = 0; c < 3; c++)
            target->light.rgb[3 * i + c] = (float)value;
        target->cover[i] = 1.0f;
    }
    target->has_cover = true;
}

static void apply(enum nuisance_kind kind, double amount, uint64_t seed, double time_s,
                  struct picture *target)
{
    const struct nuisance nuisance = {kind, amount, seed, 0.0};
    fill(target);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        nuisances_apply(&nuisance, 1, (enum nuisance_stage)stage, time_s, target);
}

static double usual_amount(enum nuisance_kind kind)
{
    static const double amounts[NUISANCE_COUNT] = {
        [NUISANCE_INSECTS] = 5.0, [NUISANCE_STANDING] = 60.0, [NUISANCE_OBJECT] = 0.2,
        [NUISANCE_DARK] = 0.9,    [NUISANCE_SATURATED] = 8.0, [NUISANCE_MOVED] = 9.0,
        [NUISANCE_DEFOCUSED] = 3, [NUISANCE_NOISE] = 4.0,     [NUISANCE_JPEG] = 70.0};
    return amounts[kind] > 0.0 ? amounts[kind] : 1.0;
}

static bool same_bits(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

static bool same_pixels(const struct picture *a, const struct picture *b)
{
    return same_bits(a->light.rgb, b->light.rgb, 3 * PIXELS * sizeof(float)) &&
           same_bits(a->cover, b->cover, PIXELS * sizeof(float));
}

TEST(strength_0_changes_no_bit)
{
    fill(&other);
    for (int kind = 0; kind < NUISANCE_COUNT; kind++)
        for (int time_s = 0; time_s < 200; time_s += 7) {
            apply((enum nuisance_kind)kind, 0.0, 7, time_s, &picture);
            CHECK(same_pixels(&picture, &other));
        }
}

TEST(nothing_happens_before_its_time)
{
    fill(&other);
    for (int kind = 0; kind < NUISANCE_COUNT; kind++) {
        const struct nuisance late = {(enum nuisance_kind)kind,
                                      usual_amount((enum nuisance_kind)kind), 7, 50.0};
        fill(&picture);
        for (int stage = 0; stage < STAGE_COUNT; stage++)
            nuisances_apply(&late, 1, (enum nuisance_stage)stage, 49.0, &picture);
        CHECK(same_pixels(&picture, &other));
    }
}

TEST(every_row_does_something_and_the_same_every_time)
{
    for (int i = 0; i < NUISANCE_COUNT; i++) {
        const enum nuisance_kind kind = (enum nuisance_kind)i;
        if (!nuisance_rows[kind].apply)
            continue;
        bool changes = false;
        for (int time_s = 1; time_s < 300; time_s += 3) {
            apply(kind, usual_amount(kind), 11, time_s, &picture);
            fill(&other);
            changes |= !same_pixels(&picture, &other);
            /* Another moment in between: nothing is remembered. */
            apply(kind, usual_amount(kind), 11, time_s + 40.0, &other);
            apply(kind, usual_amount(kind), 11, time_s, &other);
            CHECK(same_pixels(&picture, &other));
        }
        if (!changes)
            CHECK_FAIL("%s changes nothing in 300 s", nuisance_rows[kind].name);
    }
}

TEST(other_seeds_are_other_pictures)
{
    apply(NUISANCE_SUN_WINDOW, 1.0, 1, 200.0, &picture);
    apply(NUISANCE_SUN_WINDOW, 1.0, 2, 200.0, &other);
    CHECK(!same_pixels(&picture, &other));
}

TEST(rows_name_what_they_are)
{
    for (int i = 0; i < NUISANCE_COUNT; i++) {
        CHECK(nuisance_rows[i].name && nuisance_rows[i].unit && nuisance_rows[i].expect);
        CHECK((nuisance_rows[i].apply == NULL) == (nuisance_rows[i].stage == STAGE_SENSOR));
    }
}

/* Of the light at the first pixel, against no nuisance: least and most over ten minutes. */
static void gain_range(enum nuisance_kind kind, double amount, double *ret_low, double *ret_high)
{
    *ret_low = 1e9;
    *ret_high = 0.0;
    fill(&other);
    for (int time_s = 0; time_s < 900; time_s += 1) {
        apply(kind, amount, 3, time_s, &picture);
        const double gain = (double)(picture.light.rgb[0] / other.light.rgb[0]);
        *ret_low = fmin(*ret_low, gain);
        *ret_high = fmax(*ret_high, gain);
    }
}

TEST(gain_goes_up_and_down_by_what_it_says)
{
    double low, high;
    gain_range(NUISANCE_GAIN_DRIFT, 0.08, &low, &high);
    CHECK_NEAR(low, 0.92, 0.001);
    CHECK_NEAR(high, 1.08, 0.001);
    gain_range(NUISANCE_GAIN_STEPS, 0.30, &low, &high);
    CHECK_NEAR(low, 0.70, 1e-6);
    CHECK_NEAR(high, 1.30, 1e-6);
}

TEST(white_balance_leaves_green)
{
    double low, high;
    gain_range(NUISANCE_WHITE_BALANCE, 0.08, &low, &high); /* of red */
    CHECK_NEAR(low, 0.92, 0.001);
    CHECK_NEAR(high, 1.08, 0.001);
    apply(NUISANCE_WHITE_BALANCE, 0.08, 3, 33.0, &picture);
    fill(&other);
    CHECK_NEAR(picture.light.rgb[1], other.light.rgb[1], 0.0);
    CHECK_NEAR(picture.light.rgb[0] + picture.light.rgb[2], 2.0f * other.light.rgb[0], 1e-6);
}

/* How alike the picture is to the scene shifted by (x, y): least squares, negative. */
static double likeness(const struct picture *moved, double shift_x, double shift_y)
{
    double sum = 0.0;
    for (int y = 12; y < HEIGHT - 12; y += 2)
        for (int x = 12; x < WIDTH - 12; x += 2) {
            const double d =
                (double)moved->light.rgb[3 * (y * WIDTH + x)] - scene_at(x - shift_x, y - shift_y);
            sum -= d * d;
        }
    return sum;
}

/* Climbs to the best shift, in steps from a pixel to a 64th. */
static struct spot measure_shift(const struct picture *moved)
{
    double x = 0.0, y = 0.0;
    double step = 2.0;
    for (int halving = 0; halving < 7; halving++) {
        step *= 0.5;
        bool climbs = true;
        while (climbs) {
            const double here = likeness(moved, x, y);
            double best = here, best_x = x, best_y = y;
            for (int k = 0; k < 9; k++) {
                const int right = k % 3 - 1, down = k / 3 - 1;
                const double to_x = x + step * right, to_y = y + step * down;
                const double there = likeness(moved, to_x, to_y);
                if (there > best) {
                    best = there;
                    best_x = to_x;
                    best_y = to_y;
                }
            }
            climbs = best > here;
            x = best_x;
            y = best_y;
        }
    }
    return (struct spot){(float)x, (float)y};
}

TEST(jitter_shifts_by_what_it_says)
{
    static const double amounts[] = {0.3, 0.6, 1.5};
    for (int i = 0; i < 3; i++) {
        const struct nuisance jitter = {NUISANCE_JITTER, amounts[i], 5, 0.0};
        double squares = 0.0;
        for (int k = 0; k < 400; k++) {
            const struct spot shift = nuisance_jitter_at(&jitter, k);
            squares += (double)(shift.x * shift.x + shift.y * shift.y);
        }
        CHECK_NEAR(sqrt(squares / 400.0), amounts[i], 0.06 * amounts[i]);
        for (int k = 0; k < 4; k++) {
            apply(NUISANCE_JITTER, amounts[i], 5, k, &picture);
            const struct spot said = nuisance_jitter_at(&jitter, k);
            const struct spot seen = measure_shift(&picture);
            CHECK_NEAR(seen.x, said.x, 0.03);
            CHECK_NEAR(seen.y, said.y, 0.03);
        }
    }
}

TEST(flicker_is_banded_and_keeps_the_mean)
{
    fill(&other);
    apply(NUISANCE_FLICKER, 0.08, 3, 12.0, &picture);
    double low = 1e9, high = 0.0, sum = 0.0;
    for (int y = 0; y < HEIGHT; y++) {
        const double gain =
            (double)(picture.light.rgb[3 * y * WIDTH] / other.light.rgb[3 * y * WIDTH]);
        const double far = (double)(picture.light.rgb[3 * (y * WIDTH + 99)] /
                                    other.light.rgb[3 * (y * WIDTH + 99)]);
        CHECK_NEAR(gain, far, 1e-5); /* a row has one gain */
        low = fmin(low, gain);
        high = fmax(high, gain);
        sum += gain / HEIGHT;
    }
    CHECK_NEAR(low, 0.92, 0.01);
    CHECK_NEAR(high, 1.08, 0.01);
    CHECK_NEAR(sum, 1.0, 0.03);
}

TEST(passers_by_hide_the_leak_and_leave)
{
    double least = PIXELS, most = 0.0;
    for (int time_s = 0; time_s < 140; time_s += 1) {
        apply(NUISANCE_WALKER, 1.0, 9, time_s, &picture);
        double covered = 0.0;
        for (int i = 0; i < PIXELS; i++)
            covered += (double)picture.cover[i];
        least = fmin(least, covered);
        most = fmax(most, covered);
    }
    CHECK_NEAR(most, PIXELS, 0.0); /* mostly nobody is there */
    CHECK(least < 0.95 * PIXELS);
}

TEST(someone_stands_for_a_minute)
{
    int seen = 0;
    for (int time_s = 0; time_s < 200; time_s += 1) {
        apply(NUISANCE_STANDING, 60.0, 4, time_s, &picture);
        double covered = 0.0;
        for (int i = 0; i < PIXELS; i++)
            covered += (double)picture.cover[i];
        seen += covered < 0.99 * PIXELS;
    }
    CHECK(seen >= 60 && seen <= 70); /* and eight seconds of coming and going */
}

TEST(an_object_stays)
{
    apply(NUISANCE_OBJECT, 0.2, 4, 100.0, &picture);
    apply(NUISANCE_OBJECT, 0.2, 4, 500.0, &other);
    CHECK(same_pixels(&picture, &other));
    fill(&other);
    CHECK(!same_pixels(&picture, &other));
}

TEST(insects_are_few_pixels)
{
    fill(&other);
    for (int time_s = 0; time_s < 60; time_s += 5) {
        apply(NUISANCE_INSECTS, 3.0, 2, time_s, &picture);
        int changed = 0;
        for (int i = 0; i < PIXELS; i++)
            changed += fabsf(picture.light.rgb[3 * i] - other.light.rgb[3 * i]) > 0.05f;
        CHECK(changed >= 3 && changed <= 3 * 40);
    }
}

TEST(a_patch_of_sun_has_a_hard_edge_that_moves)
{
    fill(&other);
    int edges[2];
    for (int k = 0; k < 2; k++) {
        apply(NUISANCE_SUN_EDGE, 1.2, 6, 200.0 + 60.0 * k, &picture);
        double steepest = 0.0;
        for (int x = 1; x < WIDTH; x++) {
            const int i = 48 * WIDTH + x;
            const double here = (double)(picture.light.rgb[3 * i] / other.light.rgb[3 * i]);
            const double before =
                (double)(picture.light.rgb[3 * (i - 1)] / other.light.rgb[3 * (i - 1)]);
            if (fabs(here - before) > steepest) {
                steepest = fabs(here - before);
                edges[k] = x;
            }
        }
        CHECK(steepest > 0.3);
    }
    CHECK(abs(edges[0] - edges[1]) >= 8);
}

TEST(dark_and_saturated_are_what_they_say)
{
    fill(&other);
    apply(NUISANCE_DARK, 0.99, 1, 10.0, &picture);
    CHECK_NEAR(picture.light.rgb[0], 0.01f * other.light.rgb[0], 1e-6);
    apply(NUISANCE_SATURATED, 8.0, 1, 10.0, &picture);
    CHECK_NEAR(picture.light.rgb[0], 8.0f * other.light.rgb[0], 1e-4);
}

TEST(covered_hides_everything)
{
    apply(NUISANCE_COVERED, 1.0, 1, 10.0, &picture);
    double covered = 0.0;
    for (int i = 0; i < PIXELS; i++)
        covered += (double)picture.cover[i];
    CHECK(covered < 0.02 * PIXELS);
}

TEST(frozen_repeats_one_frame)
{
    const struct nuisance frozen = {NUISANCE_FROZEN, 1.0, 1, 60.0};
    CHECK_INT(nuisances_shown_frame(&frozen, 1, 59, 1.0), 59);
    CHECK_INT(nuisances_shown_frame(&frozen, 1, 60, 1.0), 60);
    CHECK_INT(nuisances_shown_frame(&frozen, 1, 100, 1.0), 60);
    CHECK_INT(nuisances_shown_frame(&frozen, 1, 100, 1.5), 40);
    CHECK_INT(nuisances_shown_frame(&frozen, 0, 100, 1.0), 100);
}

TEST(jpeg_and_noise_are_looked_up)
{
    const struct nuisance both[] = {
        {NUISANCE_NOISE, 3.0, 1, 0.0}, {NUISANCE_NOISE, 4.0, 1, 0.0}, {NUISANCE_JPEG, 55, 1, 0.0}};
    CHECK_NEAR(nuisances_noise(both, 3), 5.0, 1e-9);
    CHECK_NEAR(nuisances_noise(both, 0), 0.0, 0.0);
    CHECK_INT(nuisances_jpeg_quality(both, 3, 90), 55);
    CHECK_INT(nuisances_jpeg_quality(both, 2, 90), 90);
}

TEST(noise_has_its_sigma_and_another_seed_is_other_noise)
{
    static uint8_t rgb[3 * PIXELS], again[3 * PIXELS];
    struct grain grain;
    CHECK(grain_init(&grain, WIDTH, &err));
    memset(rgb, 128, sizeof rgb);
    grain_add(&grain, 0.0, 1, rgb, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof rgb; i++)
        CHECK_INT(rgb[i], 128);
    grain_add(&grain, 4.0, 1, rgb, WIDTH, HEIGHT);
    double squares = 0.0, sum = 0.0;
    for (size_t i = 0; i < sizeof rgb; i++) {
        sum += rgb[i] - 128.0;
        squares += (rgb[i] - 128.0) * (rgb[i] - 128.0);
    }
    CHECK_NEAR(sum / sizeof rgb, 0.0, 0.1);
    CHECK_NEAR(sqrt(squares / sizeof rgb), 4.0, 0.15);
    memset(again, 128, sizeof again);
    grain_add(&grain, 4.0, 1, again, WIDTH, HEIGHT);
    CHECK(memcmp(rgb, again, sizeof rgb) == 0);
    memset(again, 128, sizeof again);
    grain_add(&grain, 4.0, 2, again, WIDTH, HEIGHT);
    int equal = 0;
    for (size_t i = 0; i < sizeof rgb; i++)
        equal += rgb[i] == again[i];
    CHECK(equal < (int)sizeof rgb / 5);
    memset(again, 255, sizeof again); /* clamped, not wrapped */
    grain_add(&grain, 4.0, 1, again, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof again; i++)
        CHECK(again[i] > 200);
    grain_finish(&grain);
}

int main(void)
{
    if (!picture_init(&picture, WIDTH, HEIGHT, &err) || !picture_init(&other, WIDTH, HEIGHT, &err))
        return 1;
    RUN(strength_0_changes_no_bit);
    RUN(nothing_happens_before_its_time);
    RUN(every_row_does_something_and_the_same_every_time);
    RUN(other_seeds_are_other_pictures);
    RUN(rows_name_what_they_are);
    RUN(gain_goes_up_and_down_by_what_it_says);
    RUN(white_balance_leaves_green);
    RUN(jitter_shifts_by_what_it_says);
    RUN(flicker_is_banded_and_keeps_the_mean);
    RUN(passers_by_hide_the_leak_and_leave);
    RUN(someone_stands_for_a_minute);
    RUN(an_object_stays);
    RUN(insects_are_few_pixels);
    RUN(a_patch_of_sun_has_a_hard_edge_that_moves);
    RUN(dark_and_saturated_are_what_they_say);
    RUN(covered_hides_everything);
    RUN(frozen_repeats_one_frame);
    RUN(jpeg_and_noise_are_looked_up);
    RUN(noise_has_its_sigma_and_another_seed_is_other_noise);
    picture_finish(&picture);
    picture_finish(&other);
    return check_report();
}
