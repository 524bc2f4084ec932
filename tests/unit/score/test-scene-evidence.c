/* What lasts gathers strength, what passes or blinks does not. */
#include "check.h"
#include "failing_alloc.h"
#include "scene_stage.h"
#include "score/scene_evidence.h"

static const float SPREAD = 0.02f, THRESHOLD = 5.0f;
static const struct rect SPOT = {80, 40, 24, 20};
static const size_t MIDDLE = 50 * STAGE_WIDTH + 92, ELSEWHERE = 90 * STAGE_WIDTH + 20;

static struct stage *stage;
static struct scene_normal *normal;
static struct scene_rest *rest;
static struct scene_evidence *evidence;

/* One frame with a spot that strays by so many thresholds. */
static void show_noisy(double thresholds, double noise, double seconds, bool hold)
{
    struct scene_glance glance;
    const struct staged how = {
        .spot = thresholds * (double)(SPREAD * THRESHOLD), .where = SPOT, .noise = noise};
    scene_rest_read(rest, stage_paint(stage, how), 3 * STAGE_WIDTH, NULL, NULL, &glance);
    scene_evidence_follow(evidence, rest, seconds, hold);
}

static void show(double thresholds, double seconds)
{
    show_noisy(thresholds, 0.0, seconds, false);
}

static float strength(void)
{
    return scene_evidence_strength(evidence)[MIDDLE];
}

/* Seconds until the strength is 1, or `most`. */
static double seconds_to_one(double thresholds, double step, double most)
{
    scene_evidence_forget(evidence);
    for (double passed = step; passed <= most; passed += step) {
        show(thresholds, step);
        if (strength() >= 1.0f)
            return passed;
    }
    return most;
}

TEST(what_stays_reaches_one_and_the_sooner_the_stronger)
{
    const double strong = seconds_to_one(8.0, 0.5, 60.0), middling = seconds_to_one(2.0, 0.5, 60.0);
    const double faint = seconds_to_one(1.2, 0.5, 60.0);
    CHECK(strong >= 2.0 && strong <= 4.0);
    CHECK(middling > strong && middling <= 6.0);
    CHECK(faint > middling && faint <= 15.0);
    CHECK(seconds_to_one(-2.0, 0.5, 60.0) <= 7.0); /* what gets darker too */
    CHECK(scene_evidence_strength(evidence)[ELSEWHERE] < 0.1f);
}

TEST(what_is_below_the_threshold_never_reaches_one)
{
    CHECK(seconds_to_one(0.9, 1.0, 120.0) >= 120.0);
    CHECK(strength() > 0.7f);
}

TEST(the_frame_interval_hardly_matters)
{
    for (int i = 0; i < 10; i++)
        show(0.0, 4.0);
    for (int i = 0; i < 20; i++)
        show(2.0, 0.2);
    const float often = strength();
    scene_evidence_forget(evidence);
    for (int i = 0; i < 4; i++)
        show(2.0, 1.0);
    CHECK_NEAR(strength(), often, 0.02);
}

TEST(one_frame_after_a_gap_is_not_an_hour_of_evidence)
{
    scene_evidence_forget(evidence);
    show(1.5, 3600.0);
    CHECK(strength() < 1.0f);
    scene_evidence_forget(evidence);
    show(3.0, -10.0); /* a clock that went back */
    CHECK(strength() == 0.0f);
}

TEST(a_walker_leaves_nothing_behind)
{
    scene_evidence_forget(evidence);
    for (int i = 0; i < 10; i++) { /* 2 s, as strong as can be */
        show(12.0, 0.2);
        CHECK(strength() < 1.0f);
        CHECK(scene_evidence_present(evidence)[MIDDLE] > 3.0f);
    }
    for (int i = 0; i < 30; i++)
        show(0.0, 0.2);
    CHECK(strength() < 0.1f);
}

TEST(a_blinking_light_never_adds_up)
{
    scene_evidence_forget(evidence);
    for (int i = 0; i < 300; i++) {
        show(i % 2 ? 6.0 : 0.0, 1.0);
        CHECK(strength() < 1.0f);
    }
}

TEST(what_changes_its_sign_never_adds_up)
{
    scene_evidence_forget(evidence);
    for (int i = 0; i < 120; i++) {
        show(i % 2 ? 3.0 : -3.0, 1.0);
        CHECK(strength() < 1.0f);
    }
}

TEST(held_evidence_neither_grows_nor_goes)
{
    scene_evidence_forget(evidence);
    for (int i = 0; i < 3; i++)
        show(2.0, 1.0);
    const float before = strength();
    for (int i = 0; i < 50; i++)
        show_noisy(i % 2 ? 8.0 : 0.0, 0.0, 1.0, true);
    CHECK(strength() == before);
    show(0.0, 1.0);
    CHECK(strength() < before);
}

TEST(a_noisier_frame_is_believed_less)
{
    scene_evidence_forget(evidence);
    show(3.0, 2.0);
    const float calm = strength();
    CHECK_NEAR(scene_evidence_unrest(evidence), 1.0, 0.2);
    scene_evidence_forget(evidence);
    show_noisy(3.0, 25.0, 2.0, false);
    CHECK(scene_evidence_unrest(evidence) > 1.5f);
    CHECK(strength() < 0.8f * calm);
    CHECK(strength() > 0.0f);
}

TEST(a_box_can_be_forgotten)
{
    scene_evidence_forget(evidence);
    for (int i = 0; i < 4; i++)
        show(3.0, 1.0);
    const struct rect half = {SPOT.x, SPOT.y, SPOT.width / 2, SPOT.height};
    const size_t in_half = (size_t)(SPOT.y + 10) * STAGE_WIDTH + (size_t)(SPOT.x + 4);
    scene_evidence_forget_box(evidence, half);
    show_noisy(3.0, 0.0, 1.0, true);
    CHECK(scene_evidence_strength(evidence)[in_half] == 0.0f);
    CHECK(scene_evidence_strength(
              evidence)[(size_t)(SPOT.y + 10) * STAGE_WIDTH + (size_t)(SPOT.x + 20)] >= 1.0f);
    scene_evidence_forget_box(evidence, (struct rect){0, 0, STAGE_WIDTH, STAGE_HEIGHT});
    show_noisy(3.0, 0.0, 1.0, true);
    CHECK(strength() == 0.0f);
}

TEST(peaks_are_the_strength_without_the_threshold)
{
    float *peaks = calloc((size_t)MAP_COUNT * STAGE_PIXELS, sizeof *peaks);
    scene_evidence_forget(evidence);
    for (int i = 0; i < 10; i++)
        show(2.0, 1.0);
    const float peak = scene_evidence_peak(evidence, CHANNEL_LUMA);
    CHECK(peak >= strength() * THRESHOLD && peak < 2.2f * THRESHOLD);
    scene_evidence_raise_peaks(evidence, peaks);
    const float raised = peaks[MIDDLE];
    for (int i = 0; i < 30; i++)
        show(0.0, 1.0);
    scene_evidence_raise_peaks(evidence, peaks);
    const float kept = peaks[MIDDLE];
    free(peaks);
    CHECK_NEAR(raised, strength() < 0.01f ? 2.0 * (double)THRESHOLD : 0.0, 2.0);
    CHECK(kept == raised);
}

static struct scene_stir stir_of(struct staged how, const float *offset)
{
    struct scene_glance glance;
    scene_rest_read(rest, stage_paint(stage, how), 3 * STAGE_WIDTH, NULL, NULL, &glance);
    return scene_evidence_stir(evidence, rest, offset);
}

TEST(stir_is_the_share_that_strays)
{
    const struct rect half = {0, 0, STAGE_WIDTH, STAGE_HEIGHT / 2};
    const struct rect all = {0, 0, STAGE_WIDTH, STAGE_HEIGHT};
    struct scene_stir stir = stir_of((struct staged){0}, NULL);
    stir = stir_of((struct staged){0}, NULL);
    CHECK(stir.abnormal == 0.0f && stir.alike < 0.01f);
    stir = stir_of((struct staged){.spot = 0.3, .where = half}, NULL);
    CHECK_NEAR(stir.abnormal, 0.5, 0.03);
    CHECK(stir.alike < 0.01f); /* it was not so in the frame before */
    stir = stir_of((struct staged){.spot = 0.3, .where = half}, NULL);
    CHECK_NEAR(stir.alike, 0.5, 0.06); /* the window that it is told in has 9 px */
    stir = stir_of((struct staged){.spot = -0.3, .where = all}, NULL);
    CHECK(stir.abnormal > 0.95f && stir.alike < 0.01f); /* the other way */
}

TEST(stir_is_told_against_the_mean_as_it_was_learned_too)
{
    float *offset = malloc((size_t)CHANNEL_COUNT * STAGE_PIXELS * sizeof *offset);
    for (size_t i = 0; i < (size_t)CHANNEL_COUNT * STAGE_PIXELS; i++)
        offset[i] = i < STAGE_PIXELS ? 0.3f : 0.0f;
    (void)stir_of((struct staged){0}, offset);
    const struct scene_stir stir = stir_of((struct staged){0}, offset);
    free(offset);
    CHECK(stir.abnormal == 0.0f && stir.abnormal_at_first > 0.95f);
    CHECK(stir.alike < 0.01f && stir.alike_at_first > 0.95f);
}

TEST(no_memory_is_an_error)
{
    struct scene_evidence *one = NULL;
    for (long n = 0; !one; n++) {
        struct error err = {0};
        CHECK(n < 20);
        allocations_until_failure = n;
        one = scene_evidence_create(normal, &err);
        allocations_until_failure = -1;
        CHECK(one || err.code == ERROR_MEMORY);
    }
    scene_evidence_destroy(one);
    scene_evidence_destroy(NULL);
}

int main(void)
{
    struct error err;
    stage = stage_create(7);
    normal = stage_normal(stage, SPREAD, THRESHOLD);
    rest = scene_rest_create(normal->size, normal->mean, (struct scene_parts){false, false}, &err);
    evidence = scene_evidence_create(normal, &err);
    if (!rest || !evidence)
        return 2;
    RUN(what_stays_reaches_one_and_the_sooner_the_stronger);
    RUN(what_is_below_the_threshold_never_reaches_one);
    RUN(the_frame_interval_hardly_matters);
    RUN(one_frame_after_a_gap_is_not_an_hour_of_evidence);
    RUN(a_walker_leaves_nothing_behind);
    RUN(a_blinking_light_never_adds_up);
    RUN(what_changes_its_sign_never_adds_up);
    RUN(held_evidence_neither_grows_nor_goes);
    RUN(a_noisier_frame_is_believed_less);
    RUN(a_box_can_be_forgotten);
    RUN(peaks_are_the_strength_without_the_threshold);
    RUN(stir_is_the_share_that_strays);
    RUN(stir_is_told_against_the_mean_as_it_was_learned_too);
    RUN(no_memory_is_an_error);
    scene_evidence_destroy(evidence);
    scene_rest_destroy(rest);
    scene_normal_destroy(normal);
    free(stage);
    return check_report();
}
