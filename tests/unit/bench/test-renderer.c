/* Whole frames: from background to JPEG, with the truth about them. */
#include "check.h"

#include "renderer.h"

#include "frame/image.h"

enum { WIDTH = 320, HEIGHT = 180, ONSET = 4 };

static struct error err;
static const struct scene_plan scene = {
    .name = "small", .width = WIDTH, .height = HEIGHT, .seed = 1000, .normals = 20};

static struct case_plan plan_leak(enum leak_origin origin)
{
    struct case_plan plan = {.name = "leak",
                             .kind = "puddle",
                             .seed = 1001,
                             .frames = 40,
                             .onset = ONSET,
                             .interval_s = 1.0,
                             .leak = origin,
                             .scenario = origin == LEAK_OF_RIG ? SCENARIO_PUDDLE : SCENARIO_NORMAL,
                             .rig_amount = 1.0,
                             .rig_rate = 1.0};
    plan.leak_settings = (struct leak_settings){
        .kind = LEAK_PUDDLE, .seed = 1001, .area_fraction = 0.01, .contrast = 0.4, .grow_s = 20.0};
    case_set_usual(&plan, &scene);
    return plan;
}

/* One frame as it would be written; `jpeg` may be NULL. */
static bool render(struct renderer *renderer, int frame, struct buffer *jpeg,
                   struct rendering *ret_rendering)
{
    struct buffer own = {0};
    struct buffer *out = jpeg ? jpeg : &own;
    buffer_clear(out);
    const bool done = renderer_frame(renderer, frame, out, ret_rendering, &err);
    buffer_finish(&own);
    return done;
}

TEST(the_leak_comes_at_its_onset_and_grows_to_its_area)
{
    const struct case_plan plan = plan_leak(LEAK_PAINTED);
    struct renderer *renderer = renderer_create(&scene, &plan, NULL, &err);
    CHECK(renderer);
    struct rendering rendering;
    CHECK(render(renderer, ONSET - 1, NULL, &rendering));
    CHECK_INT(rendering.area_px, 0);
    CHECK(render(renderer, ONSET + 10, NULL, &rendering));
    const int64_t half = rendering.area_px;
    CHECK(render(renderer, ONSET + 25, NULL, &rendering));
    CHECK(half > 0 && rendering.area_px > half);
    CHECK_NEAR(rendering.area_px, 0.01 * WIDTH * HEIGHT, 0.15 * 0.01 * WIDTH * HEIGHT);
    CHECK_NEAR(rendering.contrast, 0.4, 0.05);
    int64_t masked = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        masked += rendering.mask[i] == 255;
    CHECK_INT(masked, rendering.area_px);
    renderer_destroy(renderer);
}

TEST(the_rigs_own_leak_has_a_mask_and_a_contrast)
{
    const struct case_plan plan = plan_leak(LEAK_OF_RIG);
    struct renderer *renderer = renderer_create(&scene, &plan, NULL, &err);
    CHECK(renderer);
    struct rendering rendering;
    CHECK(render(renderer, ONSET - 1, NULL, &rendering));
    CHECK_INT(rendering.area_px, 0);
    CHECK(render(renderer, 39, NULL, &rendering));
    CHECK(rendering.area_px > 20);
    CHECK(rendering.contrast > 0.1);
    renderer_destroy(renderer);
}

TEST(frames_are_the_same_in_any_order)
{
    const struct case_plan plan = plan_leak(LEAK_PAINTED);
    struct renderer *one = renderer_create(&scene, &plan, NULL, &err);
    struct renderer *other = renderer_create(&scene, &plan, NULL, &err);
    CHECK(one && other);
    struct buffer first = {0}, second = {0};
    struct rendering rendering;
    CHECK(render(one, 30, &first, &rendering));
    for (int i = 39; i >= 30; i -= 3)
        CHECK(render(other, i, &second, &rendering));
    CHECK_INT(first.size, second.size);
    CHECK(memcmp(first.data, second.data, first.size) == 0);
    buffer_finish(&first);
    buffer_finish(&second);
    renderer_destroy(one);
    renderer_destroy(other);
}

TEST(a_lower_quality_is_a_smaller_file_of_the_same_scene)
{
    struct buffer jpegs[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct case_plan plan = plan_leak(LEAK_NONE);
        plan.onset = -1;
        case_set_nuisance(&plan, NUISANCE_JPEG, i ? 50.0 : 95.0, 0.0);
        struct renderer *renderer = renderer_create(&scene, &plan, NULL, &err);
        struct rendering rendering;
        CHECK(renderer);
        CHECK(render(renderer, 3, &jpegs[i], &rendering));
        struct image image = {0};
        CHECK(image_decode(jpegs[i].data, jpegs[i].size, &image, &err));
        CHECK_INT(image.width, WIDTH);
        CHECK_INT(image.height, HEIGHT);
        image_finish(&image);
        renderer_destroy(renderer);
    }
    CHECK(2 * jpegs[1].size < jpegs[0].size);
    buffer_finish(&jpegs[0]);
    buffer_finish(&jpegs[1]);
}

TEST(a_frozen_camera_repeats_the_very_same_bytes)
{
    struct case_plan plan = plan_leak(LEAK_NONE);
    plan.onset = -1;
    case_set_nuisance(&plan, NUISANCE_FROZEN, 1.0, 10.0);
    struct renderer *renderer = renderer_create(&scene, &plan, NULL, &err);
    CHECK(renderer);
    struct buffer before = {0}, frozen = {0}, later = {0};
    struct rendering rendering;
    CHECK(render(renderer, 9, &before, &rendering));
    CHECK(render(renderer, 10, &frozen, &rendering));
    CHECK(render(renderer, 35, &later, &rendering));
    CHECK(before.size != frozen.size || memcmp(before.data, frozen.data, frozen.size) != 0);
    CHECK_INT(frozen.size, later.size);
    CHECK(memcmp(frozen.data, later.data, later.size) == 0);
    buffer_finish(&before);
    buffer_finish(&frozen);
    buffer_finish(&later);
    renderer_destroy(renderer);
}

TEST(what_covers_the_camera_takes_the_mask)
{
    struct case_plan plan = plan_leak(LEAK_PAINTED);
    case_set_nuisance(&plan, NUISANCE_COVERED, 1.0, 30.0);
    struct renderer *renderer = renderer_create(&scene, &plan, NULL, &err);
    CHECK(renderer);
    struct rendering rendering;
    CHECK(render(renderer, 29, NULL, &rendering));
    CHECK(rendering.area_px > 100);
    CHECK(render(renderer, 38, NULL, &rendering));
    CHECK_INT(rendering.area_px, 0);
    renderer_destroy(renderer);
}

TEST(refuses_a_leak_that_can_not_be)
{
    struct case_plan plan = plan_leak(LEAK_PAINTED);
    plan.leak_settings.area_fraction = 5.0;
    CHECK(!renderer_create(&scene, &plan, NULL, &err));
    CHECK_INT(err.code, ERROR_USAGE);
}

TEST(normals_and_sequences_of_footage_have_frames_of_their_own)
{
    for (int i = 0; i < FOOTAGE_ROW_COUNT; i++) {
        const struct footage_row *row = &footage_rows[i];
        for (int n = 0; n < FOOTAGE_RANGES_MAX && row->normals[n].last > 0; n++)
            for (int c = 0; c < FOOTAGE_RANGES_MAX && row->clean[c].last > 0; c++)
                CHECK(row->normals[n].last < row->clean[c].first ||
                      row->clean[c].last < row->normals[n].first);
        CHECK(row->normals[0].last > 0 && row->clean[0].last > 0);
    }
}

int main(void)
{
    RUN(the_leak_comes_at_its_onset_and_grows_to_its_area);
    RUN(the_rigs_own_leak_has_a_mask_and_a_contrast);
    RUN(frames_are_the_same_in_any_order);
    RUN(a_lower_quality_is_a_smaller_file_of_the_same_scene);
    RUN(a_frozen_camera_repeats_the_very_same_bytes);
    RUN(what_covers_the_camera_takes_the_mask);
    RUN(refuses_a_leak_that_can_not_be);
    RUN(normals_and_sequences_of_footage_have_frames_of_their_own);
    return check_report();
}
