/* Pictures that repeat, are black, or were taken from two places; and what changes for good. */
#include "check.h"
#include "failing_alloc.h"
#include "scene_stage.h"
#include "score/scene_lasting.h"
#include "score/scene_survey.h"

enum { COUNT = 24, ALL = STAGE_WIDTH * STAGE_HEIGHT };

static struct stage *stage, *elsewhere;
static struct scene_normal *normal;
static struct scene_rest *rest;

static void take(struct scene_survey *survey, size_t index, const uint8_t *rgb)
{
    struct scene_glance glance;
    scene_rest_read(rest, rgb, 3 * STAGE_WIDTH, NULL, NULL, &glance);
    scene_survey_take(survey, index, rgb, scene_rest_frame(rest), &glance);
}

static struct scene_survey *survey_create(void)
{
    struct error err;
    struct scene_survey *survey = scene_survey_create(COUNT, 3 * ALL, stage_size(), &err);
    if (!survey)
        abort();
    return survey;
}

static struct staged noisy(double noise)
{
    return (struct staged){.noise = noise};
}

TEST(pictures_of_one_place_have_nothing_strange)
{
    struct scene_survey *survey = survey_create();
    size_t first = 999;
    for (size_t i = 0; i < COUNT; i++) {
        struct staged how = noisy(2.0);
        how.light = -0.6 + 0.04 * (double)i; /* an evening */
        how.right = 0.1 * (double)(i % 5);
        take(survey, i, stage_paint(stage, how));
    }
    const size_t second = scene_survey_second_place(survey);
    const size_t repeats = scene_survey_repeats(survey), dark = scene_survey_dark(survey, &first);
    scene_survey_destroy(survey);
    CHECK_INT(second, 0);
    CHECK_INT(repeats, 0);
    CHECK_INT(dark, 0);
    CHECK_INT(first, 999);
}

TEST(a_camera_that_was_turned_is_found)
{
    for (size_t at = 4; at <= COUNT - 4; at += 8) {
        struct scene_survey *survey = survey_create();
        for (size_t i = 0; i < COUNT; i++)
            take(survey, i, stage_paint(i < at ? stage : elsewhere, noisy(2.0)));
        const size_t second = scene_survey_second_place(survey);
        scene_survey_destroy(survey);
        CHECK_INT(second, at);
    }
}

TEST(a_camera_that_was_pushed_a_little_is_found)
{
    struct scene_survey *survey = survey_create();
    for (size_t i = 0; i < COUNT; i++) {
        struct staged how = noisy(1.0);
        how.right = i < 14 ? 0.0 : 3.5;
        take(survey, i, stage_paint(stage, how));
    }
    const size_t second = scene_survey_second_place(survey);
    scene_survey_destroy(survey);
    CHECK_INT(second, 14);
}

TEST(a_camera_that_trembles_is_no_camera_that_was_moved)
{
    struct scene_survey *survey = survey_create();
    for (size_t i = 0; i < COUNT; i++) {
        struct staged how = noisy(1.0);
        how.right = i % 2 ? 2.0 : -2.0;
        how.down = i % 3 ? 1.0 : -1.0;
        take(survey, i, stage_paint(stage, how));
    }
    const size_t second = scene_survey_second_place(survey);
    scene_survey_destroy(survey);
    CHECK_INT(second, 0);
}

TEST(a_visit_of_few_pictures_is_no_second_place)
{
    struct scene_survey *survey = survey_create();
    for (size_t i = 0; i < COUNT; i++)
        take(survey, i, stage_paint(i >= COUNT - 2 ? elsewhere : stage, noisy(2.0)));
    const size_t second = scene_survey_second_place(survey);
    scene_survey_destroy(survey);
    CHECK_INT(second, 0);
}

TEST(repeats_and_black_pictures_are_counted)
{
    struct scene_survey *survey = survey_create();
    size_t first = 0;
    for (size_t i = 0; i < COUNT; i++) {
        struct staged how = noisy(i == 10 || i == 11 ? 0.0 : 2.0);
        how.light = i >= 20 ? -4.0 : 0.0;
        take(survey, i, stage_paint(stage, how));
    }
    const size_t repeats = scene_survey_repeats(survey), dark = scene_survey_dark(survey, &first);
    scene_survey_destroy(survey);
    CHECK_INT(repeats, 1);
    CHECK_INT(dark, 4);
    CHECK_INT(first, 20);
}

TEST(what_was_not_looked_at_counts_for_nothing)
{
    struct scene_survey *survey = survey_create();
    size_t first = 999;
    CHECK_INT(scene_survey_repeats(survey), 0);
    CHECK_INT(scene_survey_dark(survey, &first), 0);
    CHECK_INT(scene_survey_second_place(survey), 0);
    for (size_t i = 0; i < COUNT; i += 2)
        take(survey, i, stage_paint(stage, noisy(0.0)));
    CHECK_INT(scene_survey_repeats(survey), 0); /* none of them are neighbours */
    scene_survey_destroy(survey);
}

TEST(no_memory_is_an_error)
{
    struct scene_survey *survey = NULL;
    struct scene_lasting *lasting = NULL;
    for (long n = 0; !survey || !lasting; n++) {
        struct error err = {0};
        CHECK(n < 30);
        scene_survey_destroy(survey);
        scene_lasting_destroy(lasting);
        allocations_until_failure = n;
        survey = scene_survey_create(COUNT, 3 * ALL, stage_size(), &err);
        lasting = survey ? scene_lasting_create(stage_size(), &err) : NULL;
        allocations_until_failure = -1;
        CHECK((survey && lasting) || err.code == ERROR_MEMORY);
    }
    scene_survey_destroy(survey);
    scene_lasting_destroy(lasting);
    scene_survey_destroy(NULL);
    scene_lasting_destroy(NULL);
}

/* ---- what changes for good */

static float strength[ALL];

static void set(struct rect where, float value)
{
    for (int y = where.y; y < where.y + where.height; y++)
        for (int x = where.x; x < where.x + where.width; x++)
            strength[y * STAGE_WIDTH + x] = value;
}

TEST(what_changes_and_stays_is_found_with_its_first_picture)
{
    struct error err;
    struct scene_lasting *lasting = scene_lasting_create(stage_size(), &err);
    const struct rect leak = {50, 30, 10, 8}, visit = {100, 20, 60, 60};
    memset(strength, 0, sizeof strength);
    for (size_t i = 40; i < 60; i++) {
        set(visit, i >= 45 && i < 50 ? 9.0f : 0.0f);
        set(leak, i >= 47 ? 3.0f : 0.0f);
        scene_lasting_follow(lasting, strength, 2.0f, i);
    }
    const struct scene_change change = scene_lasting_find(lasting);
    scene_lasting_destroy(lasting);
    CHECK(change.found);
    CHECK_INT(change.first, 47);
    CHECK(change.box.x == leak.x && change.box.y == leak.y && change.box.width == leak.width &&
          change.box.height == leak.height);
    CHECK_NEAR(change.share, 80.0 / ALL, 1e-9);
}

TEST(what_is_small_late_or_gone_is_not_told)
{
    struct error err;
    struct scene_lasting *lasting = scene_lasting_create(stage_size(), &err);
    memset(strength, 0, sizeof strength);
    for (size_t i = 0; i < 20; i++) {
        set((struct rect){10, 10, 2, 2}, 3.0f);                       /* a digit of a display */
        set((struct rect){50, 30, 10, 8}, i >= 18 ? 3.0f : 0.0f);     /* the last two only */
        set((struct rect){100, 60, 30, 30}, i < 19 ? 3.0f : 0.0f);    /* gone in the last one */
        set((struct rect){20, 80, 30, 20}, i % 2 == 1 ? 3.0f : 0.0f); /* now and then */
        scene_lasting_follow(lasting, strength, 2.0f, i);
    }
    const bool found = scene_lasting_find(lasting).found;
    scene_lasting_destroy(lasting);
    CHECK(!found);
}

int main(void)
{
    struct error err;
    stage = stage_create(7);
    elsewhere = stage_create(8);
    normal = stage_normal(stage, 0.02f, 5.0f);
    rest = scene_rest_create(normal->size, normal->mean, (struct scene_parts){true, true}, &err);
    if (!rest)
        return 2;
    RUN(pictures_of_one_place_have_nothing_strange);
    RUN(a_camera_that_was_turned_is_found);
    RUN(a_camera_that_was_pushed_a_little_is_found);
    RUN(a_camera_that_trembles_is_no_camera_that_was_moved);
    RUN(a_visit_of_few_pictures_is_no_second_place);
    RUN(repeats_and_black_pictures_are_counted);
    RUN(what_was_not_looked_at_counts_for_nothing);
    RUN(no_memory_is_an_error);
    RUN(what_changes_and_stays_is_found_with_its_first_picture);
    RUN(what_is_small_late_or_gone_is_not_told);
    scene_rest_destroy(rest);
    scene_normal_destroy(normal);
    free(stage);
    free(elsewhere);
    return check_report();
}
