/* What one calibration says of another, on series made for it: verdicts and sentences. */
#include "check.h"

#include "calibration_series.h"

#include "score/distribution.h"

#include <stdlib.h>

static char said[4096];

/* What the present series would be, read back later. */
static struct past_calibration as_past(void)
{
    struct past_calibration past = {.name = "threshold_calibration_20251112_140300_000.json",
                                    .made_utc_ms =
                                        INT64_C(1762956180000), /* 2025-11-12T14:03:00Z */
                                    .threshold = 0.0195,
                                    .count = calibration.count,
                                    .names = calloc(MOST, sizeof(char *)),
                                    .scores = calloc(MOST, sizeof(double))};
    for (size_t i = 0; i < past.count; i++) {
        past.names[i] = strdup(names[i]);
        past.scores[i] = scores[i];
    }
    return past;
}

static struct drift drift_since(const struct past_calibration *past)
{
    struct drift drift = {0};
    struct buffer text = {0};
    if (!drift_compare(past, &calibration, name_list, &set.stats, &drift, &err))
        printf("%s\n", err.message);
    drift_append_sentence(&text, &drift, past, &calibration, &set.stats);
    snprintf(said, sizeof said, "%s", buffer_text(&text));
    buffer_finish(&text);
    return drift;
}

TEST(the_first_one_is_compared_with_the_training)
{
    make_series('a', 100, 1, 0.0);
    struct drift drift = drift_since(&none);
    CHECK_INT(drift.verdict, DRIFT_FIRST);
    CHECK_NEAR(drift.mean_shift_stds, (calibration.mean - 0.015) / 0.003, 1e-12);
    CHECK_CONTAINS(said, "the first calibration of this model");
    CHECK_CONTAINS(said, "scored 0.015 on average (standard deviation 0.003)");
    CHECK_CONTAINS(said, "which is much the same");
    make_series('a', 100, 1, 0.01);
    drift_since(&none);
    CHECK_CONTAINS(said, "which is clearly more: if these pictures were taken later, the scene has "
                         "changed; capture again and train");
    set.stats.val_error_std = 0.0;
    drift = drift_since(&none);
    set.stats.val_error_std = 0.003;
    CHECK(isnan(drift.mean_shift_stds));
    CHECK(!strstr(said, "which is"));
}

TEST(other_pictures_of_the_same_scene_are_like_before)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 150, 2, 0.0);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_NONE);
    CHECK_INT(drift.samples_now, 150);
    CHECK_INT(drift.samples_before, 200);
    CHECK_INT(drift.fresh, 150);
    CHECK(drift.significance > 0.01);
    CHECK_CONTAINS(said, "the scores are like those of 12 Nov 2025, 14:03 (D = 0.");
    CHECK_CONTAINS(said, ", 150 and 200 independent samples)");
}

TEST(a_shift_is_said_with_its_direction)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 200, 2, 0.005);
    const struct drift up = drift_since(&past);
    CHECK_INT(up.verdict, DRIFT_UP);
    CHECK(up.distance > 0.4);
    CHECK_CONTAINS(said, "the scores have shifted up since 12 Nov 2025, 14:03 (D = 0.");
    CHECK_CONTAINS(said, "the scene has changed, which gives false alarms; capture again and "
                         "train");
    make_series('b', 200, 2, -0.005);
    const struct drift down = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(down.verdict, DRIFT_DOWN);
    CHECK_CONTAINS(said, "shifted down since");
    CHECK_CONTAINS(said, "small leaks may stay below the threshold");
}

TEST(a_wider_spread_is_neither_up_nor_down)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 200, 2, 0.0);
    for (size_t i = 0; i < 200; i++)
        scores[i] += i % 2 ? 0.006 : -0.006;
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_SPREAD);
    CHECK_CONTAINS(said, "spread otherwise than on 12 Nov 2025, 14:03");
}

TEST(what_chance_would_seldom_bring_about_is_neither_called_alike_nor_changed)
{
    make_series('a', 40, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 40, 2, 0.003);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_NEAR(drift.significance, 0.05, 0.04);
    CHECK_INT(drift.verdict, DRIFT_UNCLEAR);
    CHECK_TEXT(drift_verdict_name(drift.verdict), "unclear");
    CHECK_CONTAINS(said, "the scores may have changed since 12 Nov 2025, 14:03 (D = 0.");
}

TEST(a_small_shift_of_many_pictures_is_none)
{
    make_series('a', MOST, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', MOST, 2, 0.0013);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK(drift.significance < 0.01);
    CHECK(drift.distance < 0.2);
    CHECK_INT(drift.verdict, DRIFT_NONE);
}

/* Twenty scenes of twenty pictures each are twenty samples, not 400: compared as 400, chance alone
 * is called a change again and again. */
TEST(neighbours_that_are_alike_do_not_count_twice)
{
    int called = 0, called_unthinned = 0;
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    for (uint32_t seed = 101; seed <= 120; seed++) {
        make_series('b', MOST, seed, 0.0);
        for (size_t i = 0; i < MOST; i++)
            scores[i] = scores[i / 20 * 20] + 1e-6 * (double)(i % 20);
        const struct drift drift = drift_since(&past);
        CHECK(drift.block_now >= 10);
        CHECK_INT(drift.block_before, 1);
        called += drift.verdict >= DRIFT_UP;
        double before[MOST];
        memcpy(before, past.scores, past.count * sizeof *before);
        const struct ks_test test = ks_compare(before, past.count, scores, MOST);
        called_unthinned += test.significance < 0.01 && test.distance >= 0.2;
    }
    past_calibration_finish(&past);
    printf("called a change: %d of 20, without thinning %d\n", called, called_unthinned);
    CHECK(called <= 2);
    CHECK(called_unthinned >= 5);
}

TEST(too_few_pictures_tell_nothing_unless_they_lie_far_off)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 6, 2, 0.0);
    CHECK_INT(drift_since(&past).verdict, DRIFT_TOO_FEW);
    CHECK_CONTAINS(said, "too few independent pictures to say whether the scores have changed");
    CHECK_CONTAINS(said, "capture over a longer time");
    make_series('b', 6, 2, 0.1);
    CHECK_INT(drift_since(&past).verdict, DRIFT_UP);
    make_series('b', 1, 2, 0.1);
    CHECK_INT(drift_since(&past).verdict, DRIFT_TOO_FEW);
    past_calibration_finish(&past);
}

TEST(scores_that_are_all_equal_are_alike)
{
    make_series('a', 100, 1, 0.0);
    for (size_t i = 0; i < 100; i++)
        scores[i] = 0.01;
    struct past_calibration past = as_past();
    for (size_t i = 0; i < 100; i++)
        names[i][0] = 'b';
    const struct drift same = drift_since(&past);
    CHECK_INT(same.verdict, DRIFT_NONE);
    CHECK_NEAR(same.distance, 0.0, 0.0);
    for (size_t i = 0; i < 100; i++)
        scores[i] = 0.011;
    CHECK_INT(drift_since(&past).verdict, DRIFT_UP);
    past_calibration_finish(&past);
}

TEST(the_same_pictures_are_not_compared_again)
{
    make_series('a', 100, 1, 0.0);
    struct past_calibration past = as_past();
    struct drift drift = drift_since(&past);
    CHECK_INT(drift.verdict, DRIFT_SAME_PICTURES);
    CHECK_INT(drift.fresh, 0);
    CHECK(isnan(drift.distance));
    CHECK_CONTAINS(said, "no picture that was not there on 12 Nov 2025, 14:03");
    make_series('a', 60, 1, 0.0); /* some were removed */
    CHECK_INT(drift_since(&past).verdict, DRIFT_SAME_PICTURES);
    make_series('a', 100, 5, 0.0); /* other pictures by the same names */
    drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_NONE);
    CHECK(drift.fresh > 95);
}

TEST(only_what_is_new_in_a_folder_is_compared)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 60, 2, 0.008);
    static double added[60];
    static char added_names[60][32];
    memcpy(added, scores, sizeof added);
    memcpy(added_names, names, sizeof added_names);
    make_series('a', 200, 1, 0.0);
    memcpy(scores + 200, added, sizeof added);
    memcpy(names + 200, added_names, sizeof added_names);
    for (size_t i = 200; i < 260; i++)
        name_list[i] = names[i];
    calibration.count = 260;
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.fresh, 60);
    CHECK_INT(drift.verdict, DRIFT_UP);
    CHECK_CONTAINS(said, "of the 60 pictures that are new)");
}

TEST(lines_for_people)
{
    make_series('a', 50, 1, 0.0);
    const struct calibration_report report = {.set = &set,
                                              .dataset = &dataset,
                                              .calibration = &calibration,
                                              .folder = "data/normal",
                                              .past = &none,
                                              .drift = drift_since(&none)};
    for (size_t i = 0; i < 50; i++)
        scores[i] = 0.01;
    struct buffer text = {0};
    calibration_report_append_text(&report, &text);
    CHECK_CONTAINS(buffer_text(&text), "50 normal pictures of 320x180 px in data/normal\n");
    CHECK_CONTAINS(buffer_text(&text), "threshold: 0.0195 in force; these scores would give 0.0199 "
                                       "(percentile 99.5)\n");
    CHECK_CONTAINS(buffer_text(&text), "none of these normal pictures is above the threshold");
    for (size_t i = 0; i < 7; i++)
        scores[10 + i] = 0.02 + 0.001 * (double)(i / 2);
    buffer_clear(&text);
    calibration_report_append_text(&report, &text);
    snprintf(said, sizeof said, "%s", buffer_text(&text));
    buffer_clear(&text);
    CHECK_CONTAINS(said, "7 of these normal pictures (14 %) are above the threshold in force: of "
                         "1000 normal frames, expect 140 to be taken for abnormal\n"
                         "  0.023  a_0016.jpg\n  0.022  a_0014.jpg\n  0.022  a_0015.jpg\n"
                         "  0.021  a_0012.jpg\n  0.021  a_0013.jpg\n  … and 2 more\n"
                         "that is far more than the 0.5 % it was set for: train again, or with "
                         "--write-threshold set it from these pictures");
    scores[10] = scores[11] = scores[12] = 0.01;
    calibration_report_append_text(&report, &text);
    const bool is_notable = strstr(buffer_text(&text), "far more") != NULL;
    buffer_finish(&text);
    CHECK(!is_notable); /* 4 of 50 may be chance */
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    make_set();
    RUN(the_first_one_is_compared_with_the_training);
    RUN(other_pictures_of_the_same_scene_are_like_before);
    RUN(a_shift_is_said_with_its_direction);
    RUN(a_wider_spread_is_neither_up_nor_down);
    RUN(what_chance_would_seldom_bring_about_is_neither_called_alike_nor_changed);
    RUN(a_small_shift_of_many_pictures_is_none);
    RUN(neighbours_that_are_alike_do_not_count_twice);
    RUN(too_few_pictures_tell_nothing_unless_they_lie_far_off);
    RUN(scores_that_are_all_equal_are_alike);
    RUN(the_same_pictures_are_not_compared_again);
    RUN(only_what_is_new_in_a_folder_is_compared);
    RUN(lines_for_people);
    return check_report();
}
