/* Alarms and notices against the truth, by the definitions in sequence_result.h, worked by hand. */
#include "check.h"
#include "evaluate/sequence_judge.h"

/* 100 x 100 px, 2 s a frame: a leak of one px is 0.01 %, visible from 5 px on. */
static struct sequence_frame frames[10];
static struct sequence_alarm alarms[4];
static struct sequence_notice notices[4];

static struct sequence_result leak_of(const int64_t areas[10], int64_t onset)
{
    memset(alarms, 0, sizeof alarms);
    memset(notices, 0, sizeof notices);
    for (int i = 0; i < 10; i++)
        frames[i] = (struct sequence_frame){.area_px = areas[i]};
    struct sequence_result result = {.width = 100,
                                     .height = 100,
                                     .interval_s = 2,
                                     .onset = onset,
                                     .frame_count = 10,
                                     .frames = frames,
                                     .alarms = alarms,
                                     .notices = notices};
    sequence_judge_truth(&result);
    return result;
}

static const int64_t growing[10] = {0, 0, 0, 1, 4, 5, 9, 9, 6, 0};
static const int64_t nothing[10] = {0};

TEST(the_truth_says_when_and_how_much)
{
    struct sequence_result result = leak_of(growing, 2);
    CHECK_INT(result.leak_end, 8);
    CHECK_INT(result.visible_frame, 5);
    CHECK_INT(result.largest_frame, 6);
    CHECK_NEAR(result.largest_fraction, 0.0009, 1e-12);
    CHECK_NEAR(result.final_fraction, 0, 0);
    CHECK_INT(result.quiet_frames, 2);
    CHECK(!sequence_leaks_at(&result, 1) && sequence_leaks_at(&result, 2));
    CHECK(sequence_leaks_at(&result, 8) && !sequence_leaks_at(&result, 9));
}

TEST(without_a_leak_all_frames_are_quiet)
{
    struct sequence_result result = leak_of(nothing, -1);
    CHECK_INT(result.quiet_frames, 10);
    CHECK_INT(result.visible_frame, -1);
    CHECK_INT(result.largest_frame, -1);
    CHECK(!sequence_leaks_at(&result, 5));
    result.alarm_count = 1;
    alarms[0].frame = 5;
    sequence_judge(&result, false);
    CHECK_INT(result.false_alarm_count, 1);
    CHECK_INT(result.found_frame, -1);
    CHECK(isnan(result.delay_onset_s) && isnan(result.found_fraction));
}

TEST(the_first_alarm_while_it_leaks_finds_it)
{
    struct sequence_result result = leak_of(growing, 2);
    result.alarm_count = 4;
    alarms[0].frame = 1; /* before: false */
    alarms[1].frame = 4;
    alarms[1].localised = true;
    alarms[2].frame = 7;
    alarms[3].frame = 9; /* after: false */
    sequence_judge(&result, false);
    CHECK_INT(result.found_frame, 4);
    CHECK_INT(result.found_alarm, 1);
    CHECK(result.localised);
    CHECK(alarms[0].is_false && !alarms[1].is_false && !alarms[2].is_false && alarms[3].is_false);
    CHECK_INT(result.false_alarm_count, 2);
    CHECK_NEAR(result.delay_onset_s, 4, 0);
    CHECK_NEAR(result.delay_visible_s, -2, 0);
    CHECK_NEAR(result.found_fraction, 0.0004, 1e-12);
    CHECK_NEAR(alarms[2].leak_fraction, 0.0009, 1e-12);
}

TEST(a_later_alarm_on_the_leak_does_not_localise_the_first)
{
    struct sequence_result result = leak_of(growing, 2);
    result.alarm_count = 2;
    alarms[0].frame = 3;
    alarms[1].frame = 6;
    alarms[1].localised = true;
    sequence_judge(&result, false);
    CHECK_INT(result.found_frame, 3);
    CHECK(!result.localised);
}

TEST(a_leak_too_small_to_be_visible_has_no_delay_from_there)
{
    static const int64_t small[10] = {0, 0, 4, 4, 4, 4, 4, 4, 4, 4};
    struct sequence_result result = leak_of(small, 2);
    result.alarm_count = 1;
    alarms[0].frame = 5;
    sequence_judge(&result, false);
    CHECK_NEAR(result.delay_onset_s, 6, 0);
    CHECK(isnan(result.delay_visible_s));
}

TEST(an_alarm_that_stays_open_over_the_onset_masks_the_leak)
{
    struct sequence_result result = leak_of(growing, 2);
    result.alarm_count = 1;
    alarms[0].frame = 0;
    sequence_judge(&result, true);
    CHECK(result.masked);
    result.alarm_count = 2;
    alarms[1].frame = 6; /* it closed, and the leak was found after all */
    sequence_judge(&result, true);
    CHECK(!result.masked);
    struct sequence_result quiet = leak_of(nothing, -1);
    sequence_judge(&quiet, true);
    CHECK(!quiet.masked);
}

TEST(notices_are_counted_apart_from_alarms)
{
    struct sequence_result result = leak_of(nothing, -1);
    result.notice_count = 2;
    snprintf(notices[0].what, sizeof notices[0].what, "camera_moved");
    snprintf(notices[1].what, sizeof notices[1].what, "scene_changed");
    sequence_judge(&result, false);
    CHECK_INT(result.false_alarm_count, 0);
    CHECK(!result.expectation_met);
    CHECK_INT(result.unexpected_count, 2);
    snprintf(result.expect, sizeof result.expect, "scene_changed");
    sequence_judge(&result, false);
    CHECK(result.expectation_met);
    CHECK_INT(result.unexpected_count, 1);
}

int main(void)
{
    RUN(the_truth_says_when_and_how_much);
    RUN(without_a_leak_all_frames_are_quiet);
    RUN(the_first_alarm_while_it_leaks_finds_it);
    RUN(a_later_alarm_on_the_leak_does_not_localise_the_first);
    RUN(a_leak_too_small_to_be_visible_has_no_delay_from_there);
    RUN(an_alarm_that_stays_open_over_the_onset_masks_the_leak);
    RUN(notices_are_counted_apart_from_alarms);
    return check_report();
}
