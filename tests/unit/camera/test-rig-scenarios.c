/* The scenarios of the simulated rig in which nothing leaks: each is the normal rig until its
 * onset, and then what its name says. In any order of frames, at any size.
 */
#include "check.h"
#include "rig_pictures.h"

#include "camera/rig.h"

#include <stdlib.h>

enum { ONSET_FRAME = 200 };

static struct picture normal, other, third;

/* Each scenario at a moment at which it shows, and the share of pixels that it changes by more than
 * 12 levels then. */
static const struct {
    const char *name;
    int64_t frame;
    double share_min, share_max;
} cases[] = {
    {"sunrise", 2400, 0.02, 0.6},  {"clouds", 460, 0.0, 1.0},     {"flicker", 260, 0.0, 1.0},
    {"insect", 235, 0.0002, 0.01}, {"stander", 500, 0.1, 0.9},    {"object", 400, 0.003, 0.04},
    {"vibration", 260, 0.01, 0.4}, {"moved", 201, 0.1, 0.9},      {"defocused", 201, 0.05, 0.6},
    {"frozen", 260, 0.0, 0.1},     {"dark", 260, 0.9, 1.0},       {"saturated", 260, 0.7, 1.0},
    {"clear", 600, 0.0004, 0.05},  {"crust", 1400, 0.0003, 0.01}, {"stain", 600, 0.005, 0.1},
};
enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

TEST(scenarios_are_normal_until_their_onset)
{
    CHECK(picture_render("normal", "&duration=600", ONSET_FRAME - 1, &normal));
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        CHECK(picture_render(scenario_rows[i].name, "&duration=600", ONSET_FRAME - 1, &other));
        if (picture_changed(&normal, &other, 0))
            printf("%s differs before its onset\n", scenario_rows[i].name);
        CHECK_INT(picture_changed(&normal, &other, 0), 0);
    }
}

TEST(scenarios_change_what_they_should)
{
    for (int i = 0; i < CASE_COUNT; i++) {
        CHECK(picture_render("normal", "&duration=600", cases[i].frame, &normal));
        CHECK(picture_render(cases[i].name, "&duration=600", cases[i].frame, &other));
        const double share = (double)picture_changed(&normal, &other, 12) / PICTURE_PIXELS;
        if (share < cases[i].share_min || share > cases[i].share_max)
            printf("%s changes %.5f of the pixels\n", cases[i].name, share);
        CHECK(share >= cases[i].share_min && share <= cases[i].share_max);
        CHECK(picture_changed(&normal, &other, 0) > 0);
    }
}

TEST(order_of_frames_does_not_matter)
{
    static const int64_t numbers[] = {1000, 150, 261};
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        char more[16];
        snprintf(more, sizeof more, "&rig=%d", i % RIG_LAYOUT_COUNT);
        struct rig *rig = picture_rig(scenario_rows[i].name, more);
        CHECK(rig);
        bool same = true;
        for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++)
            same &= rig_render(rig, numbers[j], other.rgb, NULL) &&
                    picture_render(scenario_rows[i].name, more, numbers[j], &third) &&
                    picture_changed(&other, &third, 0) == 0;
        rig_destroy(rig);
        if (!same)
            printf("%s depends on the order of its frames\n", scenario_rows[i].name);
        CHECK(same);
    }
}

static double channel_mean(const struct picture *picture, int channel)
{
    double sum = 0.0;
    for (int i = 0; i < PICTURE_PIXELS; i++)
        sum += picture->rgb[i * 3 + channel];
    return sum / PICTURE_PIXELS;
}

TEST(the_sun_rises_until_the_end)
{
    /* Exposure takes back most of it: the picture gets a little brighter, and warmer. */
    CHECK(picture_render("sunrise", "&duration=600&onset=0", 5, &normal));
    CHECK(picture_render("sunrise", "&duration=600&onset=0", 3000, &other));
    CHECK(picture_render("sunrise", "&duration=600&onset=0", 5900, &third));
    const double cold = channel_mean(&normal, 0) / channel_mean(&normal, 2);
    CHECK(channel_mean(&other, 0) / channel_mean(&other, 2) > cold + 0.05);
    CHECK(picture_mean(&third) > picture_mean(&normal) + 1.5);
    /* The patch has wandered: what it lit is lit no more. */
    CHECK(picture_changed(&other, &third, 25) > PICTURE_PIXELS / 200);
    /* Other seeds, other way. */
    CHECK(picture_render("sunrise", "&duration=600&onset=0&seed=2", 1500, &other));
    CHECK(picture_render("sunrise", "&duration=600&onset=0&seed=1", 1500, &third));
    CHECK(picture_changed(&other, &third, 25) > PICTURE_PIXELS / 200);
}

TEST(clouds_change_the_light_and_keep_to_their_range)
{
    double low = 1e9, high = 0.0;
    struct rig *rig = picture_rig("clouds", ""), *usual = picture_rig("normal", "");
    bool done = rig && usual;
    for (int64_t number = ONSET_FRAME; done && number < ONSET_FRAME + 2000; number += 40) {
        done =
            rig_render(rig, number, other.rgb, NULL) && rig_render(usual, number, normal.rgb, NULL);
        const double factor = picture_mean(&other) / picture_mean(&normal);
        low = factor < low ? factor : low;
        high = factor > high ? factor : high;
    }
    rig_destroy(rig);
    rig_destroy(usual);
    CHECK(done);
    CHECK(high - low > 0.04); /* after the exposure's control */
    CHECK(low > 0.65 && high < 1.35);
}

/* Mean change of the brightness from one frame to the next. */
static double mean_jump(const char *scenario)
{
    double sum = 0.0, before = 0.0;
    struct rig *rig = picture_rig(scenario, "");
    bool done = rig;
    for (int64_t number = 300; done && number <= 320; number++) {
        done = rig_render(rig, number, other.rgb, NULL);
        sum += number > 300 ? fabs(picture_mean(&other) - before) : 0.0;
        before = picture_mean(&other);
    }
    rig_destroy(rig);
    return done ? sum / 20.0 : NAN;
}

TEST(a_flickering_tube_changes_from_frame_to_frame)
{
    CHECK(mean_jump("flicker") > 10.0 * mean_jump("normal"));
}

TEST(an_insect_is_small_moves_and_goes)
{
    static const int64_t moments[] = {235, 330, 700};
    int places = 0, x_before = -1, y_before = -1;
    for (int i = 0; i < 3; i++) {
        double x_sum = 0.0, y_sum = 0.0;
        CHECK(picture_render("normal", "", moments[i], &normal));
        CHECK(picture_render("insect", "", moments[i], &other));
        int count = 0;
        for (int j = 0; j < PICTURE_PIXELS; j++)
            if (picture_difference(&normal, &other, j) > 12) {
                x_sum += j % PICTURE_WIDTH;
                y_sum += j / PICTURE_WIDTH;
                count++;
            }
        CHECK(count > 0 && count < 200);
        places += abs((int)(x_sum / count) - x_before) + abs((int)(y_sum / count) - y_before) > 4;
        x_before = (int)(x_sum / count);
        y_before = (int)(y_sum / count);
    }
    CHECK_INT(places, 3);
    CHECK(picture_render("normal", "", ONSET_FRAME + 800, &normal));
    CHECK(picture_render("insect", "", ONSET_FRAME + 800, &other));
    CHECK_INT(picture_changed(&normal, &other, 0), 0);
}

TEST(who_stands_there_leaves_after_a_minute)
{
    for (int64_t number = ONSET_FRAME + 50; number <= ONSET_FRAME + 600; number += 110) {
        CHECK(picture_render("normal", "", number, &normal));
        CHECK(picture_render("stander", "", number, &other));
        CHECK(picture_changed(&normal, &other, 20) > PICTURE_PIXELS / 10);
    }
    CHECK(picture_render("normal", "", ONSET_FRAME + 800, &normal));
    CHECK(picture_render("stander", "", ONSET_FRAME + 800, &other));
    CHECK_INT(picture_changed(&normal, &other, 0), 0);
}

TEST(what_was_left_behind_stays)
{
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++) {
        char more[16];
        int first = 0;
        snprintf(more, sizeof more, "&rig=%d", rig);
        for (int64_t number = 400; number <= 4000; number += 1200) {
            CHECK(picture_render("normal", more, number, &normal));
            CHECK(picture_render("object", more, number, &other));
            const int changed = picture_changed(&normal, &other, 20);
            CHECK(changed > 100);
            first = first ? first : changed;
            CHECK_NEAR(changed, first, first / 4);
        }
    }
}

/* Mean absolute difference of horizontal neighbours. */
static double sharpness(const struct picture *picture)
{
    double sum = 0.0;
    for (int i = 0; i + 1 < PICTURE_PIXELS; i++)
        if ((i + 1) % PICTURE_WIDTH)
            sum += abs(picture->rgb[i * 3 + 1] - picture->rgb[i * 3 + 4]);
    return sum / PICTURE_PIXELS;
}

TEST(a_defocused_picture_is_soft)
{
    CHECK(picture_render("normal", "", 400, &normal));
    CHECK(picture_render("defocused", "", 400, &other));
    CHECK(sharpness(&other) < 0.8 * sharpness(&normal));
    CHECK_NEAR(picture_mean(&other), picture_mean(&normal), 2.0);
}

/* The shift, in px, that explains the difference best: least squares on the brightness. */
static void measure_shift(const struct picture *from, const struct picture *to, double *ret_x,
                          double *ret_y)
{
    double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
    for (int y = 1; y < PICTURE_HEIGHT - 1; y++)
        for (int x = 1; x < PICTURE_WIDTH - 1; x++) {
            const int i = (y * PICTURE_WIDTH + x) * 3 + 1;
            const double gx = (from->rgb[i + 3] - from->rgb[i - 3]) / 2.0;
            const double gy =
                (from->rgb[i + 3 * PICTURE_WIDTH] - from->rgb[i - 3 * PICTURE_WIDTH]) / 2.0;
            const double t = to->rgb[i] - from->rgb[i];
            xx += gx * gx;
            xy += gx * gy;
            yy += gy * gy;
            xt += gx * t;
            yt += gy * t;
        }
    const double determinant = xx * yy - xy * xy;
    *ret_x = (yy * xt - xy * yt) / determinant;
    *ret_y = (xx * yt - xy * xt) / determinant;
}

TEST(vibration_is_within_its_range)
{
    double longest = 0.0, sum = 0.0;
    struct rig *rig = picture_rig("vibration", ""), *usual = picture_rig("normal", "");
    bool done = rig && usual;
    for (int64_t number = 300; done && number < 340; number++) {
        double x, y;
        done =
            rig_render(rig, number, other.rgb, NULL) && rig_render(usual, number, normal.rgb, NULL);
        measure_shift(&normal, &other, &x, &y);
        longest = fmax(longest, hypot(x, y));
        sum += hypot(x, y);
    }
    rig_destroy(rig);
    rig_destroy(usual);
    CHECK(done);
    CHECK(longest > 0.3 && longest < 1.9); /* the estimate is rough beyond a pixel */
    CHECK(sum / 40 > 0.15);
}

TEST(a_bumped_camera_stays_bumped)
{
    CHECK(picture_render("normal", "", ONSET_FRAME, &normal));
    CHECK(picture_render("moved", "", ONSET_FRAME, &other));
    CHECK(picture_changed(&normal, &other, 12) > PICTURE_PIXELS / 10);
    CHECK(picture_render("moved", "", ONSET_FRAME + 1, &third));
    CHECK(picture_changed(&third, &other, 12) < PICTURE_PIXELS / 50);
    CHECK_NEAR(picture_mean(&other), picture_mean(&normal), 6.0);
    CHECK(picture_render("moved", "&seed=2", ONSET_FRAME + 1, &third));
    CHECK(picture_changed(&third, &other, 12) > PICTURE_PIXELS / 20); /* another bump */
}

TEST(a_frozen_camera_repeats_one_frame)
{
    CHECK(picture_render("normal", "", ONSET_FRAME, &normal));
    CHECK(picture_render("frozen", "", ONSET_FRAME, &other));
    CHECK_INT(picture_changed(&normal, &other, 0), 0);
    CHECK(picture_render("frozen", "", ONSET_FRAME + 1, &third));
    CHECK_INT(picture_changed(&third, &other, 0), 0);
    CHECK(picture_render("frozen", "", 100000, &third));
    CHECK_INT(picture_changed(&third, &other, 0), 0);
}

TEST(in_the_dark_noise_and_displays_stay)
{
    CHECK(picture_render("dark", "", 400, &normal));
    CHECK(picture_render("dark", "", 401, &other));
    CHECK(picture_mean(&normal) < 25.0);
    CHECK(picture_changed(&normal, &other, 0) > PICTURE_PIXELS / 4);
    int bright = 0;
    for (int i = 0; i < PICTURE_PIXELS; i++)
        bright += normal.rgb[i * 3] > 120 || normal.rgb[i * 3 + 1] > 120;
    CHECK(bright > 20);
}

TEST(a_saturated_picture_is_white)
{
    CHECK(picture_render("saturated", "", 400, &other));
    int white = 0;
    for (int i = 0; i < PICTURE_PIXELS; i++)
        white += other.rgb[i * 3] > 250 && other.rgb[i * 3 + 1] > 250 && other.rgb[i * 3 + 2] > 250;
    CHECK(white > PICTURE_PIXELS / 3);
    CHECK(picture_mean(&other) > 200.0);
}

TEST(any_size_can_be_rendered)
{
    static const char *const sizes[] = {"160x90", "161x91", "320x100", "160x360"};
    static uint8_t rgb[320 * 360 * 3];
    for (int i = 0; i < SCENARIO_COUNT; i++)
        for (int j = i % 2; j < 4; j += 2) {
            char spec[96];
            struct rig_settings settings;
            snprintf(spec, sizeof spec, "sim:%s?size=%s&onset=0&rig=%d", scenario_rows[i].name,
                     sizes[j], i % RIG_LAYOUT_COUNT);
            CHECK(rig_settings_parse(spec, &settings, NULL));
            struct rig *rig = rig_create(&settings, NULL);
            const bool done = rig && rig_render(rig, 45, rgb, NULL);
            if (rig)
                rig_leak_cover(rig, 45, rgb);
            rig_destroy(rig);
            CHECK(done);
        }
}

TEST(a_large_picture_can_be_rendered)
{
    static uint8_t rgb[1280 * 720 * 3], cover_px[1280 * 720];
    static const char *const specs[] = {"sim:sunrise?onset=0&duration=60&rig=5",
                                        "sim:clear?onset=0&rig=7&rate=10",
                                        "sim:defocused?onset=0&rig=3"};
    for (int i = 0; i < 3; i++) {
        struct rig_settings settings;
        CHECK(rig_settings_parse(specs[i], &settings, NULL));
        CHECK_INT(settings.width * settings.height, 1280 * 720);
        struct rig *rig = rig_create(&settings, NULL);
        const bool done = rig && rig_render(rig, 300, rgb, NULL);
        if (rig)
            rig_leak_cover(rig, 300, cover_px);
        rig_destroy(rig);
        CHECK(done);
        int covered = 0;
        for (int j = 0; j < 1280 * 720; j++)
            covered += cover_px[j] > 127;
        CHECK_INT(covered > 1000, i == 1);
    }
}

int main(void)
{
    RUN(scenarios_are_normal_until_their_onset);
    RUN(scenarios_change_what_they_should);
    RUN(order_of_frames_does_not_matter);
    RUN(the_sun_rises_until_the_end);
    RUN(clouds_change_the_light_and_keep_to_their_range);
    RUN(a_flickering_tube_changes_from_frame_to_frame);
    RUN(an_insect_is_small_moves_and_goes);
    RUN(who_stands_there_leaves_after_a_minute);
    RUN(what_was_left_behind_stays);
    RUN(a_defocused_picture_is_soft);
    RUN(vibration_is_within_its_range);
    RUN(a_bumped_camera_stays_bumped);
    RUN(a_frozen_camera_repeats_one_frame);
    RUN(in_the_dark_noise_and_displays_stay);
    RUN(a_saturated_picture_is_white);
    RUN(any_size_can_be_rendered);
    RUN(a_large_picture_can_be_rendered);
    return check_report();
}
