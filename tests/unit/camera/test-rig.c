/* The simulated rig: frames are functions of their number, scenarios change what they should, where
 * and when they should, and specs are taken literally or not at all. At a quarter of the size, so
 * that it is fast under the sanitizers too.
 */
#include "check.h"

#include "camera/rig.h"

#include <stdlib.h>

enum { WIDTH = 320, HEIGHT = 180, SIZE = WIDTH * HEIGHT * 3, ONSET_FRAME = 200 };

/* A region in px of this size; the scene is drawn for four times as many. */
struct region {
    int left, top, right, bottom;
};
static const struct region whole = {0, 0, WIDTH, HEIGHT};
/* Whole JPEG blocks of 16 px, and the few px that their colours bleed over. */
static const struct region under_stack = {124, 92, 180, 148};
static const struct region beside_pump = {156, 92, 212, 180};
static const struct region middle_of_tray = {124, 124, 196, 164};
static const struct region wall = {60, 32, 84, 60};

static uint8_t frame_a[SIZE], frame_b[SIZE];

static bool render(const char *spec, int64_t number, uint8_t *ret_rgb)
{
    struct rig_settings settings;
    struct error err = {0};
    struct rig *rig = NULL;
    bool done = rig_settings_parse(spec, &settings, &err) &&
                settings.width * settings.height * 3 <= SIZE &&
                (rig = rig_create(&settings, &err)) && rig_render(rig, number, ret_rgb, &err);
    if (!done)
        printf("%s: %s\n", spec, err.message);
    rig_destroy(rig);
    return done;
}

/* Pixels that differ by more than `tolerance` in some channel: inside or outside of a region. */
static int count_changed(struct region region, bool inside, int tolerance)
{
    int count = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const bool is_inside =
                x >= region.left && x < region.right && y >= region.top && y < region.bottom;
            const int i = (y * WIDTH + x) * 3;
            bool changed = false;
            for (int c = 0; c < 3; c++)
                changed |= abs(frame_a[i + c] - frame_b[i + c]) > tolerance;
            count += changed && is_inside == inside;
        }
    return count;
}

static double mean_of(const uint8_t *rgb, struct region region)
{
    double sum = 0.0;
    for (int y = region.top; y < region.bottom; y++)
        for (int x = region.left; x < region.right; x++)
            sum += rgb[(y * WIDTH + x) * 3 + 1];
    return sum / ((region.right - region.left) * (region.bottom - region.top));
}

static double deviation_of(const uint8_t *rgb, struct region region)
{
    const double mean = mean_of(rgb, region);
    double sum = 0.0;
    for (int y = region.top; y < region.bottom; y++)
        for (int x = region.left; x < region.right; x++) {
            const double offset = rgb[(y * WIDTH + x) * 3 + 1] - mean;
            sum += offset * offset;
        }
    return sqrt(sum / ((region.right - region.left) * (region.bottom - region.top)));
}

TEST(same_settings_give_the_same_bits)
{
    static const char *const specs[] = {
        "sim:normal?size=320x180&seed=7",  "sim:drops?size=320x180&seed=7",
        "sim:trickle?size=320x180&seed=7", "sim:puddle?size=320x180&seed=7",
        "sim:walker?size=320x180&seed=7",  "sim:lamp?size=320x180&seed=7",
        "sim:covered?size=320x180&seed=7",
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        CHECK(render(specs[i], 233, frame_a));
        CHECK(render(specs[i], 233, frame_b));
        CHECK(memcmp(frame_a, frame_b, SIZE) == 0);
    }
}

TEST(order_of_frames_does_not_matter)
{
    static uint8_t alone[3][SIZE];
    static const int64_t numbers[3] = {260, 470, 100000};
    struct rig_settings settings;
    for (int i = 0; i < 3; i++)
        CHECK(render("sim:drops?size=320x180", numbers[i], alone[i]));
    CHECK(rig_settings_parse("sim:drops?size=320x180", &settings, NULL));
    struct rig *rig = rig_create(&settings, NULL);
    CHECK(rig);
    bool same = true;
    static const int order[] = {2, 0, 1, 1, 0, 2};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        same &= rig_render(rig, numbers[order[i]], frame_a, NULL) &&
                memcmp(frame_a, alone[order[i]], SIZE) == 0;
    rig_destroy(rig);
    CHECK(same);
}

TEST(seeds_and_starts_differ)
{
    CHECK(render("sim:normal?size=320x180&seed=1", 5, frame_a));
    CHECK(render("sim:normal?size=320x180&seed=2", 5, frame_b));
    CHECK(count_changed(whole, true, 0) > WIDTH * HEIGHT / 4);
    CHECK(render("sim:normal?size=320x180&seed=1&start=3600", 5, frame_b));
    CHECK(count_changed(whole, true, 0) > WIDTH * HEIGHT / 4);
    /* A start is a place in time: 3600.5 s of age are reached both ways. */
    CHECK(render("sim:normal?size=320x180&seed=1", 36005, frame_a));
    CHECK_INT(count_changed(whole, true, 0), 0);
}

TEST(consecutive_frames_differ_by_plausible_noise)
{
    CHECK(render("sim:normal?size=320x180", 10, frame_a));
    CHECK(render("sim:normal?size=320x180", 11, frame_b));
    double sum = 0.0, square = 0.0;
    int count = 0;
    for (int y = wall.top; y < wall.bottom; y++)
        for (int x = wall.left; x < wall.right; x++, count++) {
            const int i = (y * WIDTH + x) * 3 + 1;
            const double difference = frame_a[i] - frame_b[i];
            sum += difference;
            square += difference * difference;
        }
    const double noise = sqrt((square - sum * sum / count) / count / 2.0);
    CHECK_NEAR(sum / count, 0.0, 0.5); /* no visible jump of the light in 0.1 s */
    CHECK(noise > 0.5 && noise < 3.0); /* a webcam in a lit room, after JPEG */
}

TEST(pictures_are_well_exposed)
{
    CHECK(render("sim:normal?size=320x180", 10, frame_a));
    CHECK(mean_of(frame_a, whole) > 90.0 && mean_of(frame_a, whole) < 180.0);
    CHECK(deviation_of(frame_a, whole) > 25.0);
}

/* Equal to the normal rig before the onset; after it, changed in `region` and nowhere else. */
static bool leaks_only_in(const char *scenario, struct region region, int64_t late_frame,
                          int pixels_min)
{
    char spec[64];
    snprintf(spec, sizeof spec, "sim:%s?size=320x180", scenario);
    if (!render("sim:normal?size=320x180", ONSET_FRAME - 1, frame_a) ||
        !render(spec, ONSET_FRAME - 1, frame_b))
        return false;
    const int before = count_changed(whole, true, 0);
    if (!render("sim:normal?size=320x180", late_frame, frame_a) ||
        !render(spec, late_frame, frame_b))
        return false;
    const int inside = count_changed(region, true, 12), outside = count_changed(region, false, 0);
    if (before != 0 || inside < pixels_min || outside != 0)
        printf("%s: px changed before %d, inside %d, outside %d\n", scenario, before, inside,
               outside);
    return before == 0 && inside >= pixels_min && outside == 0;
}

TEST(leaks_change_their_region_after_the_onset_only)
{
    CHECK(leaks_only_in("drops", under_stack, 800, 60));
    CHECK(leaks_only_in("trickle", beside_pump, 800, 60));
    CHECK(leaks_only_in("puddle", middle_of_tray, 400, 300));
}

TEST(leaks_grow)
{
    static const char *const scenarios[] = {"drops", "trickle", "puddle"};
    for (int i = 0; i < 3; i++) {
        char spec[64];
        int before = -1;
        snprintf(spec, sizeof spec, "sim:%s?size=320x180&onset=0", scenarios[i]);
        for (int64_t number = 0; number <= 1200; number += 300) {
            CHECK(render("sim:normal?size=320x180", number, frame_a));
            CHECK(render(spec, number, frame_b));
            const int changed = count_changed(whole, true, 12);
            CHECK(changed > before);
            before = changed;
        }
    }
}

TEST(onset_is_a_parameter)
{
    CHECK(render("sim:normal?size=320x180", 399, frame_a));
    CHECK(render("sim:puddle?size=320x180&onset=40", 399, frame_b));
    CHECK_INT(count_changed(whole, true, 0), 0);
    CHECK(render("sim:normal?size=320x180", 500, frame_a));
    CHECK(render("sim:puddle?size=320x180&onset=40", 500, frame_b));
    CHECK(count_changed(middle_of_tray, true, 12) > 100);
}

TEST(the_walker_comes_and_leaves_no_trace)
{
    CHECK(render("sim:normal?size=320x180", 245, frame_a));
    CHECK(render("sim:walker?size=320x180", 245, frame_b));
    CHECK(count_changed(whole, true, 20) > WIDTH * HEIGHT / 5);
    CHECK(render("sim:normal?size=320x180", 350, frame_a));
    CHECK(render("sim:walker?size=320x180", 350, frame_b));
    CHECK_INT(count_changed(whole, true, 0), 0);
}

TEST(exposure_follows_the_lamp_with_a_lag)
{
    static const struct region lit = {200, 130, 240, 160};
    CHECK(render("sim:lamp?size=320x180", ONSET_FRAME - 1, frame_a));
    const double dark = mean_of(frame_a, lit), dark_wall = mean_of(frame_a, wall);
    CHECK(render("sim:lamp?size=320x180", ONSET_FRAME + 3, frame_a));
    const double sudden = mean_of(frame_a, lit);
    CHECK(render("sim:lamp?size=320x180", ONSET_FRAME + 100, frame_a));
    const double settled = mean_of(frame_a, lit), settled_wall = mean_of(frame_a, wall);
    CHECK(sudden > dark + 15.0);
    CHECK(settled < sudden - 5.0);
    CHECK(settled_wall < dark_wall - 5.0); /* the camera closes down for the whole picture */
    CHECK(render("sim:normal?size=320x180", ONSET_FRAME + 700, frame_a));
    CHECK(render("sim:lamp?size=320x180", ONSET_FRAME + 700, frame_b));
    CHECK_INT(count_changed(whole, true, 0), 0); /* off again */
}

TEST(a_covered_camera_is_dark_and_even)
{
    CHECK(render("sim:covered?size=320x180", ONSET_FRAME + 50, frame_a));
    CHECK(mean_of(frame_a, whole) < 40.0);
    CHECK(deviation_of(frame_a, whole) < 8.0);
    CHECK(render("sim:covered?size=320x180", ONSET_FRAME + 700, frame_a));
    CHECK(render("sim:normal?size=320x180", ONSET_FRAME + 700, frame_b));
    CHECK_INT(count_changed(whole, true, 0), 0);
}

TEST(any_size_can_be_rendered)
{
    static const char *const sizes[] = {"160x90", "161x91", "320x100", "160x360"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char spec[64];
        snprintf(spec, sizeof spec, "sim:trickle?size=%s&onset=0", sizes[i]);
        CHECK(render(spec, 600, frame_a));
        snprintf(spec, sizeof spec, "sim:walker?size=%s&onset=0", sizes[i]);
        CHECK(render(spec, 45, frame_a));
    }
}

TEST(specs_are_read)
{
    struct rig_settings settings;
    CHECK(rig_settings_parse("sim:normal", &settings, NULL));
    CHECK_INT(settings.scenario, SCENARIO_NORMAL);
    CHECK_INT(settings.width, 1280);
    CHECK_INT(settings.height, 720);
    CHECK_NEAR(settings.fps, 10.0, 0.0);
    CHECK_NEAR(settings.onset_s, 20.0, 0.0);
    CHECK_INT(rig_frame_count(&settings), -1);
    CHECK(rig_settings_parse(
        "sim:covered?seed=42&duration=12.5&size=640x480&fps=29.97&onset=3&start=86400", &settings,
        NULL));
    CHECK_INT(settings.scenario, SCENARIO_COVERED);
    CHECK_INT(settings.seed, 42);
    CHECK_INT(settings.width, 640);
    CHECK_NEAR(settings.start_s, 86400.0, 0.0);
    CHECK_INT(rig_frame_count(&settings), 375);
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        char spec[64];
        snprintf(spec, sizeof spec, "sim:%s", scenario_rows[i].name);
        CHECK(rig_settings_parse(spec, &settings, NULL));
        CHECK_INT(settings.scenario, i);
        CHECK(scenario_rows[i].text && *scenario_rows[i].text);
    }
}

TEST(frames_are_counted)
{
    static const struct {
        double duration_s, fps;
        int64_t count;
    } cases[] = {{10, 10, 100}, {0.05, 10, 1}, {0.1, 10, 1}, {0.11, 10, 2}, {600, 1, 600}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rig_settings settings = {.duration_s = cases[i].duration_s,
                                              .fps = cases[i].fps};
        CHECK_INT(rig_frame_count(&settings), cases[i].count);
    }
}

TEST(bad_specs_are_usage_errors_that_say_what_is_allowed)
{
    static const struct {
        const char *spec, *part;
    } cases[] = {
        {"normal", "write sim:SCENARIO"},
        {"sim:", "normal, drops, trickle, puddle, walker, lamp, covered"},
        {"sim:flood", "no simulated scenario \"flood\"; there are normal, drops"},
        {"sim:Drops", "no simulated scenario \"Drops\""},
        {"sim:drop", "no simulated scenario \"drop\""},
        {"sim:drops?sed=1", "no parameter \"sed\"; it takes seed, duration, size, fps"},
        {"sim:drops?", "no parameter \"\""},
        {"sim:drops?=1", "no parameter \"\""},
        {"sim:drops?seed=1&", "no parameter \"\""},
        {"sim:drops?seed=1&&fps=2", "no parameter \"\""},
        {"sim:drops?seed", "seed cannot be \"\"; it is a whole number"},
        {"sim:drops?seed=", "seed cannot be \"\""},
        {"sim:drops?seed=-1", "seed cannot be \"-1\""},
        {"sim:drops?seed=1.5", "seed cannot be \"1.5\""},
        {"sim:drops?seed=9223372036854775808", "seed cannot be"},
        {"sim:drops?seed=1?fps=2", "seed cannot be \"1?fps=2\""},
        {"sim:drops?duration=0", "duration cannot be \"0\""},
        {"sim:drops?duration=nan", "duration cannot be \"nan\""},
        {"sim:drops?duration=10s", "duration cannot be \"10s\""},
        {"sim:drops?size=1280", "size cannot be \"1280\"; it is WIDTHxHEIGHT"},
        {"sim:drops?size=10x10", "160x90 to 3840x2160"},
        {"sim:drops?size=16384x16384", "160x90 to 3840x2160"},
        {"sim:drops?fps=0", "fps cannot be \"0\""},
        {"sim:drops?fps=1e9", "fps cannot be \"1e9\""},
        {"sim:drops?onset=-5", "onset cannot be \"-5\""},
        {"sim:drops?start=inf", "start cannot be \"inf\""},
        {"sim:drops?rig=9", "rig cannot be \"9\"; it is which laboratory"},
        {"sim:drops?rig=-1", "rig cannot be \"-1\""},
        {"sim:drops?rig=", "rig cannot be \"\""},
        {"sim:drops?rig=1.0", "rig cannot be \"1.0\""},
        {"sim:drops?amount=nan", "amount cannot be \"nan\"; it is a factor"},
        {"sim:drops?amount=0", "amount cannot be \"0\""},
        {"sim:drops?amount=-1", "amount cannot be \"-1\""},
        {"sim:drops?amount=1e9", "amount cannot be \"1e9\""},
        {"sim:drops?rate=inf", "rate cannot be \"inf\""},
        {"sim:drops?rate=0", "rate cannot be \"0\""},
        {"sim:drops?seed=1&seed=2", "seed is given twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig_settings settings = {.width = -1};
        struct error err = {0};
        CHECK(!rig_settings_parse(cases[i].spec, &settings, &err));
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK_CONTAINS(err.message, cases[i].part);
        CHECK_INT(settings.width, -1);
    }
}

TEST(overlong_specs_are_refused)
{
    char spec[4096];
    struct rig_settings settings;
    struct error err = {0};
    memset(spec, 'x', sizeof spec - 1);
    spec[sizeof spec - 1] = '\0';
    memcpy(spec, "sim:", 4);
    CHECK(!rig_settings_parse(spec, &settings, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    memcpy(spec, "sim:drops?seed=", 15);
    CHECK(!rig_settings_parse(spec, &settings, &err));
    CHECK_CONTAINS(err.message, "too long");
}

TEST(destroy_takes_null)
{
    rig_destroy(NULL);
    CHECK(true);
}

int main(void)
{
    RUN(same_settings_give_the_same_bits);
    RUN(order_of_frames_does_not_matter);
    RUN(seeds_and_starts_differ);
    RUN(consecutive_frames_differ_by_plausible_noise);
    RUN(pictures_are_well_exposed);
    RUN(leaks_change_their_region_after_the_onset_only);
    RUN(leaks_grow);
    RUN(onset_is_a_parameter);
    RUN(the_walker_comes_and_leaves_no_trace);
    RUN(exposure_follows_the_lamp_with_a_lag);
    RUN(a_covered_camera_is_dark_and_even);
    RUN(any_size_can_be_rendered);
    RUN(specs_are_read);
    RUN(frames_are_counted);
    RUN(bad_specs_are_usage_errors_that_say_what_is_allowed);
    RUN(overlong_specs_are_refused);
    RUN(destroy_takes_null);
    return check_report();
}
