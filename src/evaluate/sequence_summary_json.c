/* The figures of all sequences as JSON: docs/evaluation.md lists the members.
 *
 * What does not exist is null. Fractions are of the whole picture, times in seconds.
 */
#include "evaluate/sequence_json.h"

#include <math.h>

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *interval_to_json(struct interval interval)
{
    return json_pack("[o, o]", number(interval.low), number(interval.high));
}

static json_t *share_to_json(const struct sequence_share *share)
{
    const double value = share->total > 0 ? (double)share->hits / (double)share->total : NAN;
    return json_pack("{s:I, s:I, s:o, s:o}", "count", (json_int_t)share->hits, "of",
                     (json_int_t)share->total, "share", number(value), "interval",
                     interval_to_json(share->interval));
}

static json_t *delays_to_json(const struct sequence_delays *delays)
{
    return json_pack("{s:I, s:o, s:o}", "count", (json_int_t)delays->count, "median_seconds",
                     number(delays->median_s), "p95_seconds", number(delays->p95_s));
}

static json_t *group_to_json(const struct sequence_group *group)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", group->name, "found",
                     share_to_json(&group->found), "localised", share_to_json(&group->localised),
                     "delay_from_onset", delays_to_json(&group->from_onset), "delay_from_visible",
                     delays_to_json(&group->from_visible));
}

static json_t *groups_to_json(const struct sequence_group *groups, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        json_array_append_new(list, group_to_json(&groups[i]));
    return list;
}

static json_t *quiet_groups_to_json(const struct sequences_summary *summary)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < summary->quiet_kind_count; i++) {
        const struct sequence_quiet_group *group = &summary->quiet_kinds[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "name", group->name,
                                              "sequences", (json_int_t)group->sequence_count,
                                              "disturbed", (json_int_t)group->disturbed_count,
                                              "false_alarms", (json_int_t)group->false_alarm_count,
                                              "expected", (json_int_t)group->expected_count, "met",
                                              (json_int_t)group->met_count));
    }
    return list;
}

static json_t *rate_to_json(const struct false_alarm_rate *rate)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "count", (json_int_t)rate->count, "quiet_seconds",
                     number(rate->quiet_s), "per_camera_day", number(rate->per_day), "interval",
                     interval_to_json(rate->day_interval));
}

json_t *sequences_summary_to_json(const struct sequences_summary *summary)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", //
        "all", group_to_json(&summary->all),                                           //
        "kinds", groups_to_json(summary->kinds, summary->kind_count),                  //
        "sizes", groups_to_json(summary->sizes, SIZE_CLASSES),                         //
        "quiet_kinds", quiet_groups_to_json(summary),                                  //
        "false_alarms", rate_to_json(&summary->false_alarms),                          //
        "frames", (json_int_t)summary->frame_count,                                    //
        "quiet_frames", (json_int_t)summary->quiet_frames,                             //
        "leak_frames", (json_int_t)summary->leak_frames,                               //
        "notices_expected", (json_int_t)summary->expected_count,                       //
        "notices_met", (json_int_t)summary->met_count,                                 //
        "notices_unexpected", (json_int_t)summary->unexpected_count,                   //
        "masked", (json_int_t)summary->masked_count,                                   //
        "smallest_area_fraction_90", number(summary->smallest_area_fraction),          //
        "found_from_there_on", share_to_json(&summary->at_least),                      //
        "frame_auroc", number(summary->frame_auroc));
}

static json_t *run_to_json(const struct sequence_run *run)
{
    json_t *results = json_array();
    for (size_t i = 0; results && i < run->count; i++)
        json_array_append_new(results, sequence_result_to_json(&run->results[i], false));
    return json_pack("{s:s, s:I, s:o, s:o}", "detector", run->kind->name, "seed",
                     (json_int_t)run->seed, "summary", sequences_summary_to_json(&run->summary),
                     "sequences", results);
}

json_t *sequence_evaluation_to_json(const struct sequence_evaluation *evaluation)
{
    json_t *runs = json_array();
    for (size_t i = 0; runs && i < evaluation->run_count; i++)
        json_array_append_new(runs, run_to_json(&evaluation->runs[i]));
    return runs;
}
