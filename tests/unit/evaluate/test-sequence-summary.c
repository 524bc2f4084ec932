/* Figures of several sequences against values worked by hand. */
#include "check.h"
#include "evaluate/sequence_json.h"
#include "evaluate/sequence_summary.h"

#include <stdlib.h>

enum { COUNT = 6 };
static struct sequence_frame frames[COUNT][4];

static struct sequence_result leak(const char *kind, double largest, double delay_s)
{
    struct sequence_result result = {.interval_s = 10,
                                     .width = 100,
                                     .height = 100,
                                     .onset = 1,
                                     .frame_count = 4,
                                     .quiet_frames = 1,
                                     .visible_frame = -1,
                                     .largest_fraction = largest,
                                     .found_frame = isnan(delay_s) ? -1 : 2,
                                     .delay_onset_s = delay_s,
                                     .delay_visible_s = delay_s - 10};
    snprintf(result.kind, sizeof result.kind, "%s", kind);
    return result;
}

static struct sequence_result quiet(const char *kind, size_t false_alarms)
{
    struct sequence_result result = {.interval_s = 10,
                                     .width = 100,
                                     .height = 100,
                                     .onset = -1,
                                     .frame_count = 4,
                                     .quiet_frames = 4,
                                     .visible_frame = -1,
                                     .found_frame = -1,
                                     .false_alarm_count = false_alarms};
    snprintf(result.kind, sizeof result.kind, "%s", kind);
    return result;
}

/* Three leaks, found after 20, 40 s, and not; three quiet sequences with 0, 2 and 0 alarms. */
static void fill(struct sequence_result results[COUNT])
{
    static const double scores[COUNT][4] = {{1, 9, 3, 4}, {1, 1, 1, 1}, {1, 1, 9, 9},
                                            {1, 1, 1, 1}, {1, 1, 1, 5}, {1, 1, 1, 1}};
    results[0] = leak("puddle", 0.006, 20);
    results[1] = leak("drops", 0.0003, NAN);
    results[2] = leak("puddle", 0.0007, 40);
    results[3] = quiet("quiet", 0);
    results[4] = quiet("fault-moved", 2);
    results[5] = quiet("quiet", 0);
    results[0].localised = true;
    snprintf(results[4].expect, SEQUENCE_WORD_SIZE, "camera_moved");
    results[4].expectation_met = true;
    results[5].unexpected_count = 3;
    results[1].masked = true;
    /* Visible: frames 2 and 3 of the first. Its frame 1 leaks too, and is not counted. */
    results[0].visible_frame = 2;
    for (int i = 0; i < COUNT; i++) {
        results[i].frames = frames[i];
        for (int f = 0; f < 4; f++)
            frames[i][f] = (struct sequence_frame){.score = scores[i][f], .threshold = 2};
    }
    frames[0][1].area_px = 1;
    frames[0][2].area_px = frames[0][3].area_px = 60;
}

static struct sequences_summary summary;
static struct error err;

TEST(recall_by_kind_and_size_with_its_interval)
{
    struct sequence_result results[COUNT];
    fill(results);
    CHECK(sequences_summarise(results, COUNT, &summary, &err));
    CHECK_INT(summary.all.found.hits, 2);
    CHECK_INT(summary.all.found.total, 3);
    /* Wilson: z = 1.959964, p = 2/3, n = 3 */
    CHECK_NEAR(summary.all.found.interval.low, 0.207655, 1e-5);
    CHECK_NEAR(summary.all.found.interval.high, 0.938507, 1e-5);
    CHECK_INT(summary.all.localised.hits, 1);
    CHECK_INT(summary.kind_count, 2);
    CHECK_TEXT(summary.kinds[0].name, "drops");
    CHECK_INT(summary.kinds[0].found.hits, 0);
    CHECK_INT(summary.kinds[0].found.total, 1);
    CHECK_TEXT(summary.kinds[1].name, "puddle");
    CHECK_INT(summary.kinds[1].found.hits, 2);
    static const size_t totals[SIZE_CLASSES] = {0, 1, 1, 0, 1},
                        hits[SIZE_CLASSES] = {0, 0, 1, 0, 1};
    for (int i = 0; i < SIZE_CLASSES; i++) {
        CHECK_INT(summary.sizes[i].found.total, totals[i]);
        CHECK_INT(summary.sizes[i].found.hits, hits[i]);
    }
    sequences_summary_finish(&summary);
}

TEST(delays_are_of_those_that_were_found)
{
    struct sequence_result results[COUNT];
    fill(results);
    CHECK(sequences_summarise(results, COUNT, &summary, &err));
    CHECK_INT(summary.all.from_onset.count, 2);
    CHECK_NEAR(summary.all.from_onset.median_s, 30, 1e-9);
    CHECK_NEAR(summary.all.from_onset.p95_s, 39, 1e-9); /* 20 + 0.95 * 20 */
    CHECK_NEAR(summary.all.from_visible.median_s, 20, 1e-9);
    CHECK_INT(summary.kinds[0].from_onset.count, 0);
    CHECK(isnan(summary.kinds[0].from_onset.median_s));
    sequences_summary_finish(&summary);
}

TEST(false_alarms_per_day_of_quiet_time)
{
    struct sequence_result results[COUNT];
    fill(results);
    CHECK(sequences_summarise(results, COUNT, &summary, &err));
    /* (3 * 1 + 3 * 4) frames of 10 s = 150 s; 2 alarms: 2 * 86400 / 150 a day; Poisson 0.242209
     * to 7.224688. */
    CHECK_NEAR(summary.false_alarms.quiet_s, 150, 1e-9);
    CHECK_NEAR(summary.false_alarms.per_day, 1152, 1e-9);
    CHECK_NEAR(summary.false_alarms.day_interval.low, 0.242209 * 576, 1e-3);
    CHECK_NEAR(summary.false_alarms.day_interval.high, 7.224688 * 576, 1e-3);
    CHECK_INT(summary.quiet_frames, 15);
    CHECK_INT(summary.leak_frames, 9);
    CHECK_INT(summary.quiet_kind_count, 2);
    CHECK_TEXT(summary.quiet_kinds[0].name, "fault-moved");
    CHECK_INT(summary.quiet_kinds[0].disturbed_count, 1);
    CHECK_INT(summary.quiet_kinds[0].false_alarm_count, 2);
    CHECK_INT(summary.quiet_kinds[0].met_count, 1);
    CHECK_INT(summary.quiet_kinds[1].sequence_count, 2);
    CHECK_INT(summary.expected_count, 1);
    CHECK_INT(summary.met_count, 1);
    CHECK_INT(summary.unexpected_count, 3);
    CHECK_INT(summary.masked_count, 1);
    sequences_summary_finish(&summary);
}

TEST(frames_are_ranked_by_score_over_threshold)
{
    struct sequence_result results[COUNT];
    fill(results);
    CHECK(sequences_summarise(results, COUNT, &summary, &err));
    /* Leak 1.5 and 2; quiet fourteen times 0.5 and once 2.5: 28 of 30 pairs are right. */
    CHECK_NEAR(summary.frame_auroc, 28.0 / 30.0, 1e-12);
    sequences_summary_finish(&summary);
    for (int f = 0; f < 4; f++)
        frames[4][f].threshold = 10; /* another scene, another scale: its 5 is 0.5 then */
    CHECK(sequences_summarise(results, COUNT, &summary, &err));
    CHECK_NEAR(summary.frame_auroc, 1, 1e-12);
    sequences_summary_finish(&summary);
}

TEST(what_does_not_exist_is_not_a_number)
{
    struct sequence_result results[COUNT];
    fill(results);
    CHECK(sequences_summarise(results, 2, &summary, &err)); /* leaks only */
    CHECK_INT(summary.quiet_kind_count, 0);
    sequences_summary_finish(&summary);
    CHECK(sequences_summarise(results + 3, 3, &summary, &err)); /* quiet ones only */
    CHECK_INT(summary.all.found.total, 0);
    CHECK_NEAR(summary.all.found.interval.high, 1, 0);
    CHECK(isnan(summary.frame_auroc));
    CHECK(isnan(summary.smallest_area_fraction));
    CHECK_INT(summary.at_least.total, 0);
    sequences_summary_finish(&summary);
    CHECK(sequences_summarise(results, 0, &summary, &err));
    CHECK(isnan(summary.false_alarms.per_day));
    json_t *json = sequences_summary_to_json(&summary);
    CHECK(json_is_null(json_object_get(json, "frame_auroc")));
    CHECK(json_is_null(json_object_get(json_object_get(json, "false_alarms"), "per_camera_day")));
    json_decref(json);
    sequences_summary_finish(&summary);
}

static double smallest(double recall, struct area_outcome *outcomes, size_t count)
{
    double area = -1;
    return smallest_area_at(recall, outcomes, count, &area, &err) ? area : -2;
}

TEST(the_smallest_area_is_where_the_monotone_fit_reaches_the_recall)
{
    struct area_outcome clean[] = {{3, true}, {1, false}, {2, true}};
    CHECK_NEAR(smallest(0.9, clean, 3), 2, 0);
    /* 4 missed among 2..5: one block of 3/4, so 0.9 is reached at 6 only. */
    struct area_outcome dip[] = {{1, false}, {2, true},  {3, true},
                                 {4, true},  {5, false}, {6, true}};
    CHECK_NEAR(smallest(0.9, dip, 6), 6, 0);
    CHECK_NEAR(smallest(0.75, dip, 6), 2, 0);
    /* The largest of ten is missed: 0.9 over all of them. */
    struct area_outcome ten[10];
    for (int i = 0; i < 10; i++)
        ten[i] = (struct area_outcome){i, i != 9};
    CHECK_NEAR(smallest(0.9, ten, 10), 0, 0);
    CHECK(isnan(smallest(0.95, ten, 10)));
    CHECK(isnan(smallest(0.9, ten, 0)));
}

TEST(equal_areas_are_one_whatever_their_order)
{
    struct area_outcome one[] = {{1, false}, {2, true}, {2, false}, {3, true}};
    struct area_outcome other[] = {{1, false}, {2, false}, {2, true}, {3, true}};
    CHECK_NEAR(smallest(0.9, one, 4), 3, 0);
    CHECK_NEAR(smallest(0.9, other, 4), 3, 0);
    CHECK_NEAR(smallest(0.5, other, 4), 2, 0);
}

int main(void)
{
    RUN(recall_by_kind_and_size_with_its_interval);
    RUN(delays_are_of_those_that_were_found);
    RUN(false_alarms_per_day_of_quiet_time);
    RUN(frames_are_ranked_by_score_over_threshold);
    RUN(what_does_not_exist_is_not_a_number);
    RUN(the_smallest_area_is_where_the_monotone_fit_reaches_the_recall);
    RUN(equal_areas_are_one_whatever_their_order);
    return check_report();
}
