/* What becomes normal by itself: slowly, not far, and never where evidence stands. */
#include "check.h"
#include "failing_alloc.h"
#include "scene_stage.h"
#include "score/scene_baseline.h"

enum { VALUES = CHANNEL_COUNT * STAGE_PIXELS };

static const struct rect SPOT = {80, 40, 24, 20};
static const size_t MIDDLE = 50 * STAGE_WIDTH + 92, ELSEWHERE = 90 * STAGE_WIDTH + 20;

static struct stage *stage;
static struct scene_normal *normal;
static struct scene_rest *rest;
static struct scene_baseline *baseline;
static float strength[STAGE_PIXELS];

static void start(float everywhere)
{
    struct error err;
    scene_baseline_destroy(baseline);
    baseline = scene_baseline_create(stage_size(), &err);
    if (!baseline)
        abort();
    for (size_t i = 0; i < STAGE_PIXELS; i++)
        strength[i] = everywhere;
}

/* A frame with a spot of that depth, against the baseline. */
static void show(double spot)
{
    struct scene_glance glance;
    const struct staged how = {.spot = spot, .where = SPOT};
    scene_rest_read(rest, stage_paint(stage, how), 3 * STAGE_WIDTH, NULL,
                    scene_baseline_offset(baseline), &glance);
}

static float offset_at(size_t at)
{
    return scene_baseline_offset(baseline)[at];
}

TEST(drift_is_followed_but_slowly)
{
    start(0.0f);
    for (int i = 0; i < 60; i++) {
        show(0.3);
        scene_baseline_drift(baseline, rest, strength, 1.0);
    }
    const float minute = offset_at(MIDDLE);
    CHECK(minute > 0.01f && minute < 0.05f); /* a drop of 0.3 is not swallowed in a minute */
    CHECK(fabsf(offset_at(ELSEWHERE)) < 0.005f);
    for (int i = 0; i < 300; i++) {
        show(0.3);
        scene_baseline_drift(baseline, rest, strength, 4.0);
    }
    CHECK_NEAR(offset_at(MIDDLE), 0.3, 0.05);
}

TEST(a_long_gap_is_no_licence)
{
    start(0.0f);
    show(0.3);
    scene_baseline_drift(baseline, rest, strength, 86400.0);
    CHECK(offset_at(MIDDLE) < 0.01f);
    const float before = offset_at(MIDDLE);
    scene_baseline_drift(baseline, rest, strength, -5.0);
    CHECK(offset_at(MIDDLE) == before);
}

TEST(drift_does_not_go_far)
{
    start(0.0f);
    for (int i = 0; i < 3000; i++) {
        if (i % 50 == 0)
            show(-2.5);
        scene_baseline_drift(baseline, rest, strength, 4.0);
    }
    CHECK(offset_at(MIDDLE) < -0.3f && offset_at(MIDDLE) > -1.2f);
}

TEST(where_evidence_stands_nothing_is_followed)
{
    start(0.0f);
    strength[MIDDLE] = 1.0f;
    for (int i = 0; i < 60; i++) {
        show(0.3);
        scene_baseline_drift(baseline, rest, strength, 4.0);
        scene_baseline_take_light(baseline, rest, strength, 0.5f);
    }
    CHECK(offset_at(MIDDLE) == 0.0f);
    CHECK(offset_at(MIDDLE + 2) > 0.1f);
}

TEST(light_is_taken_and_given_back_exactly)
{
    static float before[VALUES];
    start(0.0f);
    for (int i = 0; i < 30; i++) {
        show(0.1);
        scene_baseline_drift(baseline, rest, strength, 1.0);
    }
    memcpy(before, scene_baseline_offset(baseline), sizeof before);
    for (int i = 0; i < 10; i++) {
        show(0.6);
        scene_baseline_take_light(baseline, rest, strength, 0.4f);
    }
    CHECK_NEAR(offset_at(MIDDLE), 0.6, 0.06);
    CHECK_NEAR(scene_baseline_light(baseline)[MIDDLE], 0.6, 0.08);
    scene_baseline_reset_light(baseline);
    float farthest = 0.0f;
    for (size_t i = 0; i < VALUES; i++) {
        farthest = fmaxf(farthest, fabsf(scene_baseline_offset(baseline)[i] - before[i]));
        CHECK(scene_baseline_light(baseline)[i] == 0.0f);
    }
    CHECK(farthest < 1e-6f); /* what adding and subtracting rounds */
}

TEST(an_accepted_place_is_normal_at_once)
{
    start(1.0f);
    show(0.5);
    scene_baseline_accept(baseline, rest, SPOT);
    CHECK_NEAR(offset_at(MIDDLE), 0.5, 0.03);
    CHECK(offset_at(ELSEWHERE) == 0.0f);
    show(0.5);
    CHECK_NEAR(scene_rest_difference(rest, CHANNEL_LUMA)[MIDDLE], 0.0, 1e-3);
    scene_baseline_accept(baseline, rest, (struct rect){0, 0, STAGE_WIDTH, STAGE_HEIGHT});
    show(0.5);
    for (size_t i = 0; i < STAGE_PIXELS; i++)
        CHECK(fabsf(scene_rest_difference(rest, CHANNEL_LUMA)[i]) < 1e-3f);
}

TEST(no_memory_is_an_error)
{
    struct scene_baseline *one = NULL;
    for (long n = 0; !one; n++) {
        struct error err = {0};
        CHECK(n < 20);
        allocations_until_failure = n;
        one = scene_baseline_create(stage_size(), &err);
        allocations_until_failure = -1;
        CHECK(one || err.code == ERROR_MEMORY);
    }
    scene_baseline_destroy(one);
    scene_baseline_destroy(NULL);
}

int main(void)
{
    struct error err;
    stage = stage_create(7);
    normal = stage_normal(stage, 0.02f, 5.0f);
    rest = scene_rest_create(normal->size, normal->mean, (struct scene_parts){false, false}, &err);
    if (!rest)
        return 2;
    RUN(drift_is_followed_but_slowly);
    RUN(a_long_gap_is_no_licence);
    RUN(drift_does_not_go_far);
    RUN(where_evidence_stands_nothing_is_followed);
    RUN(light_is_taken_and_given_back_exactly);
    RUN(an_accepted_place_is_normal_at_once);
    RUN(no_memory_is_an_error);
    scene_baseline_destroy(baseline);
    scene_rest_destroy(rest);
    scene_normal_destroy(normal);
    free(stage);
    return check_report();
}
