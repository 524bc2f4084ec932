/* The detector on made-up sequences: what grows is found where it is, what passes is not. */
#include "check.h"
#include "config/config.h"
#include "scene_stage.h"
#include "score/scene.h"

static struct config *config;
static struct stage *stage;
static struct scene_normal *normal;
static struct detector *detector;
static int64_t frame_number;

static struct detector *make(void)
{
    struct error err;
    struct detector *made = scene_detector_create(normal, config, (struct scene_parts){true, true},
                                                  STAGE_WIDTH, STAGE_HEIGHT, &err);
    if (!made)
        abort();
    return made;
}

static void start(void)
{
    detector_destroy(detector);
    detector = make();
    frame_number = 0;
}

static struct frame frame_of(const struct staged *how)
{
    const int64_t number = frame_number++;
    (void)stage_paint(stage, *how);
    return (struct frame){.width = STAGE_WIDTH,
                          .height = STAGE_HEIGHT,
                          .number = number,
                          .time_ns = number * 1000000000,
                          .rgb = stage->rgb};
}

/* One second on. */
static bool show(struct staged how, struct observation *ret_observation)
{
    struct error err;
    how.noise = 2.0;
    const struct frame frame = frame_of(&how);
    return detector_observe(detector, &frame, ret_observation, &err);
}

static bool quiet(int seconds)
{
    struct observation seen;
    for (int i = 0; i < seconds; i++)
        if (!show((struct staged){0}, &seen) || seen.heatmap_triggered || seen.box_count != 0 ||
            seen.camera_faults != 0)
            return false;
    return true;
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

TEST(a_quiet_scene_is_quiet)
{
    start();
    CHECK(quiet(120));
}

TEST(a_growing_leak_is_found_where_it_is)
{
    struct observation seen;
    start();
    CHECK(quiet(20));
    for (int i = 0; i < 40; i++) {
        const struct rect leak = {100, 60, 4 + i / 2, 3 + i / 3};
        CHECK(show((struct staged){.spot = -0.4, .where = leak}, &seen));
        if (!seen.heatmap_triggered)
            continue;
        CHECK(i >= 2); /* not for a single frame */
        CHECK(seen.box_count >= 1 && overlap(seen.boxes[0], leak));
        CHECK(seen.path == ALARM_PATH_STRONG || seen.path == ALARM_PATH_LASTING ||
              seen.path == ALARM_PATH_GROWING);
        CHECK(seen.area_px > 0.0);
        CHECK_NEAR(seen.area_fraction, seen.area_px / STAGE_PIXELS, 1e-9);
        CHECK(seen.camera_faults == 0 && !seen.busy);
        return;
    }
    CHECK_FAIL("a leak of 40 s was not found");
}

TEST(a_slow_drift_is_followed)
{
    struct observation seen;
    start();
    CHECK(quiet(20));
    for (int i = 0; i < 1200; i++) { /* a tank that turns within 20 minutes */
        const struct rect tank = {30, 20, 30, 40};
        CHECK(show((struct staged){.spot = -0.2 * i / 1200.0, .where = tank}, &seen));
        CHECK(!seen.heatmap_triggered);
    }
}

TEST(a_walker_is_no_leak)
{
    struct observation seen;
    start();
    CHECK(quiet(20));
    for (int i = 0; i < 24; i++) {
        const struct rect person = {i * 10 - 30, 20, 26, 88};
        CHECK(show((struct staged){.spot = -0.8, .where = person}, &seen));
        CHECK(!seen.heatmap_triggered);
    }
    CHECK(quiet(60));
}

TEST(a_step_of_light_is_no_leak)
{
    struct observation seen;
    start();
    CHECK(quiet(20));
    for (int i = 0; i < 120; i++) {
        CHECK(show((struct staged){.light = i < 60 ? 0.25 : 0.0}, &seen));
        CHECK(!seen.heatmap_triggered);
        CHECK_INT(seen.camera_faults, 0);
    }
}

TEST(a_fault_of_the_picture_is_no_leak)
{
    struct observation seen;
    start();
    CHECK(quiet(5));
    for (int i = 0; i < 30; i++) {
        CHECK(show((struct staged){.light = -2.2}, &seen));
        CHECK_INT(seen.camera_faults, 1u << CAMERA_FAULT_DARK);
        CHECK(!seen.heatmap_triggered);
    }
}

TEST(two_detectors_of_one_model_see_the_same_to_the_bit)
{
    static struct observation one, two;
    struct error err;
    start();
    struct detector *other = make();
    for (int i = 0; i < 60; i++) {
        const struct rect leak = {100, 60, 4 + i / 2, 3 + i / 3};
        const struct staged how = {.spot = i > 20 ? -0.4 : 0.0, .where = leak, .noise = 2.0};
        const struct frame frame = frame_of(&how);
        CHECK(detector_observe(detector, &frame, &one, &err));
        CHECK(detector_observe(other, &frame, &two, &err));
        CHECK(memcmp(one.maps.error_map, two.maps.error_map, STAGE_PIXELS * sizeof(float)) == 0);
        CHECK(one.score == two.score && one.path == two.path && one.area_px == two.area_px);
        CHECK(one.box_count == two.box_count && one.busy == two.busy &&
              one.scene_changed == two.scene_changed && one.camera_faults == two.camera_faults);
        CHECK(memcmp(one.boxes, two.boxes, (size_t)one.box_count * sizeof one.boxes[0]) == 0);
    }
    detector_destroy(other);
    CHECK(one.box_count > 0); /* there was something to see */
}

TEST(a_source_of_another_size_is_refused)
{
    struct error err;
    struct observation seen;
    CHECK(!scene_detector_create(normal, config, (struct scene_parts){true, true}, STAGE_WIDTH,
                                 STAGE_HEIGHT + 1, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "192x109");
    const struct frame frame = {.width = 10, .height = 10, .rgb = stage->rgb};
    CHECK(!detector_observe(detector, &frame, &seen, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
}

int main(void)
{
    struct error err;
    config = config_default(&err);
    if (!config)
        return 2;
    stage = stage_create(7);
    normal = stage_normal(stage, 0.02f, 5.0f);
    RUN(a_quiet_scene_is_quiet);
    RUN(a_growing_leak_is_found_where_it_is);
    RUN(a_slow_drift_is_followed);
    RUN(a_walker_is_no_leak);
    RUN(a_step_of_light_is_no_leak);
    RUN(a_fault_of_the_picture_is_no_leak);
    RUN(two_detectors_of_one_model_see_the_same_to_the_bit);
    RUN(a_source_of_another_size_is_refused);
    detector_destroy(detector);
    scene_normal_destroy(normal);
    config_destroy(config);
    free(stage);
    return check_report();
}
