/* Learning from pictures in memory: what is normal, what was strange, and every way to fail. */
#include "check.h"
#include "failing_alloc.h"
#include "scene_stage.h"
#include "score/scene_learn.h"

enum { MOST = 80 };

/* A film that the learner reads from: picture i is painted by `direct`. */
struct film {
    size_t count, fail_at, stop_after;
    size_t reads;
    double done, total;
    uint8_t *pictures;
};

static struct stage *stage, *elsewhere;
static struct film film;
static uint8_t *ordinary_pictures; /* [MOST]: painting takes longer than learning */
static const struct scene_learning learning = {
    .parts = {true, true}, .interval_seconds = 1.0, .false_alarms_per_month = 1.0};

static bool on_read(void *context, size_t index, const uint8_t **ret_rgb, struct error *err)
{
    struct film *from = context;
    if (from->reads++ == from->fail_at)
        return error_set(err, ERROR_FORMAT, "picture %zu is torn", index);
    *ret_rgb = from->pictures + index * 3 * STAGE_PIXELS;
    return true;
}

static bool on_progress(void *context, double done, double total)
{
    struct film *from = context;
    const bool rises = done > from->done && done <= total;
    from->done = rises ? done : 1e9;
    from->total = total;
    return from->reads < from->stop_after;
}

static void shoot(size_t index, const uint8_t *rgb)
{
    memcpy(film.pictures + index * 3 * STAGE_PIXELS, rgb, 3 * STAGE_PIXELS);
}

/* Ordinary pictures, with some unrest of light and camera. */
static struct staged ordinary(size_t index)
{
    return (struct staged){.noise = 2.0,
                           .light = 0.05 * sin(0.7 * (double)index),
                           .right = 0.2 * (double)(index / 10 % 3)};
}

static void film_ordinary(size_t count)
{
    uint8_t *pictures = film.pictures;
    film = (struct film){
        .count = count, .fail_at = SIZE_MAX, .stop_after = SIZE_MAX, .pictures = pictures};
    memcpy(pictures, ordinary_pictures, count * 3 * STAGE_PIXELS);
}

static struct scene_normal *learn(struct scene_lesson *ret_lesson, struct error *err)
{
    const struct scene_pictures pictures = {.count = film.count,
                                            .width = STAGE_WIDTH,
                                            .height = STAGE_HEIGHT,
                                            .read = on_read,
                                            .progress = on_progress,
                                            .context = &film};
    *err = (struct error){0};
    film.reads = 0;
    film.done = 0.0;
    return scene_learn(&pictures, &learning, ret_lesson, err);
}

/* The lesson of the film; false when there is none. */
static bool lesson_of(struct scene_lesson *ret_lesson)
{
    struct error err;
    struct scene_normal *normal = learn(ret_lesson, &err);
    if (!normal)
        printf("%s\n", err.message);
    const bool good = normal != NULL;
    scene_normal_destroy(normal);
    return good;
}

static float median_of(const float *values)
{
    static float sorted[STAGE_PIXELS];
    size_t low = 0;
    float guess = 0.0f, step = 16.0f;
    memcpy(sorted, values, sizeof sorted);
    for (int round = 0; round < 40; round++, step *= 0.5f) { /* bisection */
        low = 0;
        for (size_t i = 0; i < STAGE_PIXELS; i++)
            low += sorted[i] < guess;
        guess += low < STAGE_PIXELS / 2 ? step : -step;
    }
    return guess;
}

TEST(mean_and_spread_are_those_of_the_pictures)
{
    struct error err;
    struct scene_lesson lesson;
    struct scene_normal *truth = stage_normal(stage, 0.02f, 5.0f);
    film_ordinary(MOST);
    struct scene_normal *normal = learn(&lesson, &err);
    CHECK_TEXT(normal ? "" : err.message, "");
    double difference = 0.0;
    for (size_t i = 0; i < STAGE_PIXELS; i++)
        difference += fabs((double)(normal->mean[i] - truth->mean[i])) / STAGE_PIXELS;
    const float spread = median_of(normal->spread);
    scene_normal_destroy(truth);
    scene_normal_destroy(normal);
    scene_lesson_finish(&lesson);
    CHECK(difference < 0.03);
    /* Three samples of noise 2 of about 75 + 8, averaged over 3x3 px and 3 colours: 0.5 %; the
     * largest of nine neighbours is some more. */
    CHECK(spread > 0.004f && spread < 0.03f);
}

TEST(ordinary_pictures_teach_without_remark)
{
    struct error err;
    struct scene_lesson lesson;
    film_ordinary(MOST);
    struct scene_normal *normal = learn(&lesson, &err);
    CHECK_TEXT(normal ? "" : err.message, "");
    const bool noiseless = normal->noiseless;
    bool sane = normal->likeness > 0.5f && normal->brightness_low < normal->brightness_high;
    for (int map = 0; map < MAP_COUNT; map++)
        sane = sane && normal->threshold[map] > 0.0f && normal->calm[map] > 0.0f &&
               normal->calm[map] < 10.0f;
    scene_normal_destroy(normal);
    const struct scene_lesson said = lesson;
    scene_lesson_finish(&lesson);
    CHECK(sane && !noiseless);
    CHECK_INT(said.used, MOST * 3 / 4);
    CHECK_INT(said.held_out, MOST / 4);
    CHECK_INT(said.outlier_count, 0);
    CHECK(!said.moves && !said.change.found);
    CHECK_INT(said.repeats, 0);
    CHECK_INT(said.dark_count, 0);
    CHECK_INT(said.second_place, 0);
    CHECK(said.edges > 0.02f);
    CHECK(film.done <= film.total);
}

TEST(learning_twice_gives_the_same_to_the_bit)
{
    struct error err;
    struct scene_lesson lesson;
    film_ordinary(24);
    struct scene_normal *one = learn(&lesson, &err);
    scene_lesson_finish(&lesson);
    struct scene_normal *two = learn(&lesson, &err);
    scene_lesson_finish(&lesson);
    CHECK(one && two);
    const bool same =
        memcmp(one->mean, two->mean, sizeof(float) * CHANNEL_COUNT * STAGE_PIXELS) == 0 &&
        memcmp(one->spread, two->spread, sizeof(float) * MAP_COUNT * STAGE_PIXELS) == 0 &&
        memcmp(one->threshold, two->threshold, sizeof one->threshold) == 0 &&
        memcmp(one->calm, two->calm, sizeof one->calm) == 0;
    scene_normal_destroy(one);
    scene_normal_destroy(two);
    CHECK(same);
}

TEST(a_person_is_left_out_and_named)
{
    struct scene_lesson lesson;
    film_ordinary(MOST);
    for (size_t i = 20; i < 23; i++) {
        struct staged how = ordinary(i);
        how.spot = -0.9;
        how.where = (struct rect){60, 10, 40, 90};
        shoot(i, stage_paint(stage, how));
    }
    CHECK(lesson_of(&lesson));
    const size_t count = lesson.outlier_count;
    bool right = count == 3;
    for (size_t i = 0; right && i < count; i++)
        right = lesson.outliers[i] == 20 + i;
    const bool moves = lesson.moves;
    const size_t used = lesson.used;
    scene_lesson_finish(&lesson);
    CHECK_INT(count, 3);
    CHECK(right && !moves);
    CHECK_INT(used, MOST * 3 / 4 - 3);
}

TEST(what_is_in_too_many_pictures_is_kept_and_said)
{
    struct scene_lesson lesson;
    film_ordinary(MOST);
    for (size_t i = 5; i < 25; i++) {
        struct staged how = ordinary(i);
        how.spot = -0.9;
        how.where = (struct rect){(int)i * 5, 10, 40, 90};
        shoot(i, stage_paint(stage, how));
    }
    CHECK(lesson_of(&lesson));
    const struct scene_lesson said = lesson;
    scene_lesson_finish(&lesson);
    CHECK(said.moves);
    CHECK_INT(said.outlier_count, 0);
    CHECK_INT(said.stray_count, 20);
    CHECK_INT(said.first_stray, 5);
}

/* The threshold that a pixel has in the end: spread times threshold. */
static float reach(const struct scene_normal *normal, size_t at)
{
    return normal->spread[at] * normal->threshold[CHANNEL_LUMA];
}

TEST(a_place_that_changes_later_is_widened)
{
    struct error err;
    struct scene_lesson lesson;
    const struct rect display = {120, 30, 20, 12};
    film_ordinary(MOST);
    for (size_t i = 70; i < 76; i++) {
        struct staged how = ordinary(i);
        how.spot = 0.5;
        how.where = display;
        shoot(i, stage_paint(stage, how));
    }
    struct scene_normal *normal = learn(&lesson, &err);
    CHECK_TEXT(normal ? "" : err.message, "");
    const float there = reach(normal, 36 * STAGE_WIDTH + 130);
    const float elsewhere_reach = reach(normal, 90 * STAGE_WIDTH + 20);
    const bool change = lesson.change.found;
    scene_normal_destroy(normal);
    scene_lesson_finish(&lesson);
    CHECK(there > 3.0f * elsewhere_reach);
    CHECK(!change); /* it went again */
}

TEST(a_leak_in_the_last_pictures_is_told_with_its_place)
{
    struct scene_lesson lesson;
    film_ordinary(MOST);
    for (size_t i = 66; i < MOST; i++) {
        struct staged how = ordinary(i);
        how.spot = -0.5;
        how.where = (struct rect){100, 60, 24, 16};
        shoot(i, stage_paint(stage, how));
    }
    CHECK(lesson_of(&lesson));
    const struct scene_change change = lesson.change;
    scene_lesson_finish(&lesson);
    CHECK(change.found);
    CHECK(change.first >= 66 && change.first <= 69); /* it has to last before it counts */
    CHECK_NEAR(change.box.x + 0.5 * change.box.width, 112, 4);
    CHECK_NEAR(change.box.y + 0.5 * change.box.height, 68, 4);
    CHECK(change.box.width >= 20 && change.box.width <= 40);
}

TEST(pictures_without_noise_make_a_noiseless_scene)
{
    struct error err;
    struct scene_lesson lesson;
    film_ordinary(24);
    for (size_t i = 0; i < 24; i++)
        shoot(i, stage_paint(stage, (struct staged){0}));
    struct scene_normal *normal = learn(&lesson, &err);
    CHECK_TEXT(normal ? "" : err.message, "");
    const bool noiseless = normal->noiseless;
    const size_t repeats = lesson.repeats;
    scene_normal_destroy(normal);
    scene_lesson_finish(&lesson);
    CHECK(noiseless);
    CHECK_INT(repeats, 23);
}

TEST(a_camera_that_was_moved_is_told)
{
    struct scene_lesson lesson;
    for (size_t at = 12; at <= 64; at += 26) {
        film_ordinary(MOST);
        for (size_t i = at; i < MOST; i++)
            shoot(i, stage_paint(elsewhere, ordinary(i)));
        CHECK(lesson_of(&lesson));
        const size_t second = lesson.second_place;
        scene_lesson_finish(&lesson);
        CHECK_INT(second, at);
    }
}

TEST(black_pictures_teach_nothing)
{
    struct error err;
    struct scene_lesson lesson = {.used = 77};
    film_ordinary(24);
    for (size_t i = 0; i < 24; i++)
        shoot(i, stage_paint(stage, (struct staged){.noise = 1.0, .light = -4.0}));
    CHECK(!learn(&lesson, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "black");
    CHECK_CONTAINS(err.message, "switch the light on");
    CHECK_INT(lesson.used, 77);
}

TEST(some_black_pictures_are_told)
{
    struct scene_lesson lesson;
    film_ordinary(40);
    for (size_t i = 30; i < 34; i++)
        shoot(i, stage_paint(stage, (struct staged){.noise = 1.0, .light = -4.0}));
    CHECK(lesson_of(&lesson));
    const struct scene_lesson said = lesson;
    scene_lesson_finish(&lesson);
    CHECK_INT(said.dark_count, 4);
    CHECK_INT(said.first_dark, 30);
}

TEST(a_scene_without_edges_is_told)
{
    struct scene_lesson lesson;
    film_ordinary(24);
    for (size_t i = 0; i < 24; i++) {
        for (size_t k = 0; k < sizeof stage->rgb; k++)
            stage->rgb[k] = (uint8_t)(100.0 + 2.0 * stage_deviate(&stage->rng));
        shoot(i, stage->rgb);
    }
    CHECK(lesson_of(&lesson));
    const float edges = lesson.edges;
    scene_lesson_finish(&lesson);
    CHECK(edges < 0.02f);
}

TEST(few_pictures_are_enough_not_to_fall_over)
{
    struct scene_lesson lesson;
    for (size_t count = SCENE_PICTURES_LEAST; count < 26; count++) {
        film_ordinary(count);
        CHECK(lesson_of(&lesson));
        const size_t all = lesson.used + lesson.outlier_count + lesson.held_out;
        scene_lesson_finish(&lesson);
        CHECK_INT(all, count);
    }
}

TEST(a_stop_is_heeded_anywhere)
{
    struct error err;
    struct scene_lesson lesson;
    film_ordinary(SCENE_PICTURES_LEAST);
    CHECK(lesson_of(&lesson));
    scene_lesson_finish(&lesson);
    const size_t all = film.reads;
    for (size_t reads = 0; reads < all; reads += 1 + all / 12) {
        film.stop_after = reads;
        CHECK(!learn(&lesson, &err));
        CHECK_INT(err.code, ERROR_CANCELLED);
    }
}

TEST(a_picture_that_cannot_be_read_ends_it)
{
    struct error err;
    struct scene_lesson lesson;
    film_ordinary(SCENE_PICTURES_LEAST);
    CHECK(lesson_of(&lesson));
    scene_lesson_finish(&lesson);
    const size_t all = film.reads;
    for (size_t at = 0; at < all; at += 1 + all / 12) {
        film.fail_at = at;
        CHECK(!learn(&lesson, &err));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "is torn");
    }
}

TEST(no_memory_is_an_error_and_leaks_nothing)
{
    film_ordinary(SCENE_PICTURES_LEAST);
    for (long n = 0;; n++) {
        struct error err;
        struct scene_lesson lesson = {0};
        CHECK(n < 300);
        allocations_until_failure = n;
        struct scene_normal *normal = learn(&lesson, &err);
        allocations_until_failure = -1;
        scene_lesson_finish(&lesson);
        scene_normal_destroy(normal);
        if (normal)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

int main(void)
{
    stage = stage_create(7);
    elsewhere = stage_create(8);
    film.pictures = malloc((size_t)MOST * 3 * STAGE_PIXELS);
    ordinary_pictures = malloc((size_t)MOST * 3 * STAGE_PIXELS);
    if (!film.pictures || !ordinary_pictures)
        return 2;
    for (size_t i = 0; i < MOST; i++)
        shoot(i, stage_paint(stage, ordinary(i)));
    memcpy(ordinary_pictures, film.pictures, (size_t)MOST * 3 * STAGE_PIXELS);
    RUN(mean_and_spread_are_those_of_the_pictures);
    RUN(ordinary_pictures_teach_without_remark);
    RUN(learning_twice_gives_the_same_to_the_bit);
    RUN(a_person_is_left_out_and_named);
    RUN(what_is_in_too_many_pictures_is_kept_and_said);
    RUN(a_place_that_changes_later_is_widened);
    RUN(a_leak_in_the_last_pictures_is_told_with_its_place);
    RUN(pictures_without_noise_make_a_noiseless_scene);
    RUN(a_camera_that_was_moved_is_told);
    RUN(black_pictures_teach_nothing);
    RUN(some_black_pictures_are_told);
    RUN(a_scene_without_edges_is_told);
    RUN(few_pictures_are_enough_not_to_fall_over);
    RUN(a_stop_is_heeded_anywhere);
    RUN(a_picture_that_cannot_be_read_ends_it);
    RUN(no_memory_is_an_error_and_leaks_nothing);
    free(film.pictures);
    free(ordinary_pictures);
    free(stage);
    free(elsewhere);
    return check_report();
}
