/* Regions of evidence: when they are believed, what they are taken for, when they are forgotten. */
#include "check.h"
#include "failing_alloc.h"
#include "score/scene_candidates.h"

enum { WIDTH = 640, HEIGHT = 360 };

static const struct scene_size size = {WIDTH, HEIGHT, 1};
static float strength[WIDTH * HEIGHT];
static struct scene_candidates *candidates;
static enum region_look looks;
static double now_s;

static enum region_look on_look(void *context, struct rect box)
{
    (void)context;
    (void)box;
    return looks;
}

static void start(void)
{
    memset(strength, 0, sizeof strength);
    scene_candidates_forget(candidates);
    looks = REGION_STRANGE;
    now_s = 100.0;
    scene_candidates_wait(candidates, now_s);
}

static void set(struct rect box, float value)
{
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++)
            strength[y * WIDTH + x] = value;
}

/* One second on. */
static int follow(bool visited, const struct scene_candidate **ret_list)
{
    now_s += 1.0;
    return scene_candidates_follow(candidates, strength, now_s, visited,
                                   (struct region_viewer){on_look, NULL}, ret_list);
}

/* Seconds until the only candidate has that outcome, or `most`. */
static int seconds_until(enum candidate_outcome outcome, bool visited, int most)
{
    for (int seconds = 0; seconds < most; seconds++) {
        const struct scene_candidate *list;
        if (follow(visited && seconds == 0, &list) == 1 && list[0].outcome == outcome)
            return seconds;
    }
    return most;
}

static int seconds_of_square(int side)
{
    start();
    set((struct rect){200, 100, side, side}, 1.5f);
    return seconds_until(CANDIDATE_LEAKS, false, 120);
}

TEST(nothing_is_believed_at_once_and_the_smaller_no_sooner)
{
    const int drop = seconds_of_square(5), spill = seconds_of_square(15);
    const int puddle = seconds_of_square(30);
    CHECK(puddle >= 1 && puddle <= 8);
    CHECK(spill >= puddle && spill <= 15);
    CHECK(drop >= spill && drop <= 60); /* 0.01 % of the frame */
}

TEST(a_speck_is_never_believed)
{
    CHECK_INT(seconds_of_square(2), 120);
}

TEST(where_it_is_and_how_large_is_told)
{
    const struct scene_candidate *list = NULL;
    const struct rect box = {200, 100, 30, 20};
    start();
    set(box, 1.5f);
    strength[110 * WIDTH + 210] = 2.5f;
    CHECK(seconds_until(CANDIDATE_LEAKS, false, 60) < 60);
    CHECK_INT(follow(false, &list), 1);
    CHECK(memcmp(&list[0].box, &box, sizeof box) == 0);
    CHECK_INT(list[0].area_px, 600);
    CHECK_NEAR(list[0].peak, 2.5, 1e-6);
    CHECK(list[0].path != ALARM_PATH_NONE);
}

TEST(what_is_suddenly_large_came_with_somebody)
{
    start();
    set((struct rect){200, 100, 120, 80}, 1.5f); /* 4 % at once */
    for (int i = 0; i < 30; i++) {
        const struct scene_candidate *list;
        const int count = follow(false, &list);
        CHECK(count == 1 && list[0].outcome != CANDIDATE_LEAKS);
    }
    CHECK(seconds_until(CANDIDATE_CHANGED, false, 60) < 60);
}

TEST(what_appears_during_a_visit_is_a_change_unless_it_grows)
{
    start();
    set((struct rect){200, 100, 20, 20}, 1.5f);
    CHECK(seconds_until(CANDIDATE_LEAKS, true, 30) == 30);
    CHECK(seconds_until(CANDIDATE_CHANGED, false, 60) < 60);
    start();
    set((struct rect){200, 100, 20, 20}, 1.5f);
    CHECK(seconds_until(CANDIDATE_LEAKS, true, 25) == 25);
    for (int side = 21; side < 50; side++) {
        const struct scene_candidate *list;
        set((struct rect){200, 100, side, side}, 1.5f);
        if (follow(false, &list) == 1 && list[0].outcome == CANDIDATE_LEAKS) {
            CHECK(side > 22);
            return;
        }
    }
    CHECK_FAIL("what grew to six times its size is no leak");
}

TEST(what_is_not_seen_for_some_seconds_is_forgotten)
{
    const struct scene_candidate *list;
    start();
    set((struct rect){200, 100, 5, 5}, 1.5f);
    for (int i = 0; i < 10; i++)
        (void)follow(false, &list);
    const double since_s = list[0].since_s;
    memset(strength, 0, sizeof strength);
    CHECK_INT(follow(false, &list), 0);
    set((struct rect){200, 100, 5, 5}, 1.5f); /* back after a second: the same one */
    CHECK_INT(follow(false, &list), 1);
    CHECK_NEAR(list[0].since_s, since_s, 1e-9);
    memset(strength, 0, sizeof strength);
    for (int i = 0; i < 20; i++)
        CHECK_INT(follow(false, &list), 0);
    set((struct rect){200, 100, 5, 5}, 1.5f);
    CHECK_INT(follow(false, &list), 1);
    CHECK(list[0].since_s >= now_s - 1.0); /* a new one */
}

TEST(waiting_makes_nobody_older)
{
    const struct scene_candidate *list;
    const int seconds = seconds_of_square(15);
    start();
    set((struct rect){200, 100, 15, 15}, 1.5f);
    CHECK_INT(follow(false, &list), 1);
    const double age_s = now_s - list[0].since_s;
    now_s += 600.0;
    scene_candidates_wait(candidates, now_s);
    CHECK_INT(follow(false, &list), 1);
    CHECK_NEAR(now_s - list[0].since_s, age_s + 1.0, 1e-9);
    CHECK(seconds <= 1 || list[0].outcome == CANDIDATE_WAITS);
}

TEST(pieces_of_one_film_are_one)
{
    const struct scene_candidate *list;
    start();
    set((struct rect){200, 100, 20, 8}, 1.5f);
    CHECK_INT(follow(false, &list), 1);
    set((struct rect){200, 100, 20, 8}, 0.0f);
    set((struct rect){200, 100, 8, 8}, 1.5f);
    set((struct rect){211, 100, 9, 8}, 1.5f);
    CHECK_INT(follow(false, &list), 1);
    CHECK_INT(list[0].area_px, 64 + 72);
    CHECK(list[0].box.x == 200 && list[0].box.width == 20);
    set((struct rect){500, 300, 10, 10}, 1.5f); /* far away: another one */
    CHECK_INT(follow(false, &list), 2);
}

TEST(more_regions_than_there_is_room_for_are_borne)
{
    const struct scene_candidate *list;
    start();
    for (int i = 0; i < 100; i++)
        set((struct rect){10 + i % 20 * 30, 10 + i / 20 * 60, 6, 6}, 1.5f);
    for (int i = 0; i < 60; i++) {
        const int count = follow(false, &list);
        CHECK(count >= 1 && count <= CANDIDATES_MAX);
    }
}

TEST(what_looks_as_it_was_learned_is_normal_again)
{
    start();
    looks = REGION_LEARNED;
    set((struct rect){200, 100, 20, 20}, 1.5f);
    CHECK(seconds_until(CANDIDATE_NORMAL, false, 60) < 60);
}

TEST(all_are_forgotten_on_request)
{
    const struct scene_candidate *list;
    start();
    set((struct rect){200, 100, 20, 20}, 1.5f);
    for (int i = 0; i < 20; i++)
        (void)follow(false, &list);
    scene_candidates_forget(candidates);
    CHECK_INT(follow(false, &list), 1);
    CHECK(list[0].since_s >= now_s - 1.0);
    CHECK_INT(list[0].outcome, CANDIDATE_WAITS);
}

TEST(no_memory_is_an_error)
{
    struct scene_candidates *one = NULL;
    for (long n = 0; !one; n++) {
        struct error err = {0};
        CHECK(n < 20);
        allocations_until_failure = n;
        one = scene_candidates_create(size, &err);
        allocations_until_failure = -1;
        CHECK(one || err.code == ERROR_MEMORY);
    }
    scene_candidates_destroy(one);
    scene_candidates_destroy(NULL);
}

int main(void)
{
    struct error err;
    candidates = scene_candidates_create(size, &err);
    if (!candidates)
        return 2;
    RUN(nothing_is_believed_at_once_and_the_smaller_no_sooner);
    RUN(a_speck_is_never_believed);
    RUN(where_it_is_and_how_large_is_told);
    RUN(what_is_suddenly_large_came_with_somebody);
    RUN(what_appears_during_a_visit_is_a_change_unless_it_grows);
    RUN(what_is_not_seen_for_some_seconds_is_forgotten);
    RUN(waiting_makes_nobody_older);
    RUN(pieces_of_one_film_are_one);
    RUN(more_regions_than_there_is_room_for_are_borne);
    RUN(what_looks_as_it_was_learned_is_normal_again);
    RUN(all_are_forgotten_on_request);
    RUN(no_memory_is_an_error);
    scene_candidates_destroy(candidates);
    return check_report();
}
