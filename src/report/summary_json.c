/* A day's summary for programs. Units last in names, times in ISO 8601 with the local offset,
 * unknown numbers null. The layout is versioned by `schema`, as records are.
 */
#include "report/day_text.h"
#include "report/summary.h"

#include <math.h>

enum { SUMMARY_SCHEMA = 1 };

static json_t *real_value(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *time_value(int64_t utc_ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format_iso8601(utc_ms, false, text);
    return json_string(text);
}

static json_t *seconds_value(int64_t duration_ms)
{
    return json_real((double)duration_ms / 1000);
}

/* "" is a place that is not known. */
static json_t *boxes_value(const struct day_alarm *alarm)
{
    json_t *boxes = json_array();
    for (int i = 0; i < alarm->box_count && i < DAY_BOXES_MAX; i++) {
        const struct rect *box = &alarm->boxes[i];
        json_array_append_new(boxes, json_pack("{s:i, s:i, s:i, s:i}", "x", box->x, "y", box->y,
                                               "w", box->width, "h", box->height));
    }
    return boxes;
}

static json_t *alarm_value(const struct day_alarm *alarm)
{
    bool ended = alarm->state == DAY_ALARM_CLOSED || alarm->state == DAY_ALARM_LEFT;
    json_t *value = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "event_id", alarm->event_id, "state",
        day_alarm_state_name(alarm->state), "opened", time_value(alarm->opened_utc_ms), "ended",
        ended ? time_value(alarm->ended_utc_ms) : json_null(), "duration_s",
        real_value(alarm->duration_s), "began_before_the_day", alarm->began_before,
        "ended_after_the_day", alarm->ended_after, "acknowledged", alarm->acknowledged,
        "acknowledged_at",
        alarm->acknowledged ? time_value(alarm->acknowledged_utc_ms) : json_null());
    json_t *numbers = json_pack(
        "{s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:i, s:o, s:i, s:i, s:s, s:o, s:s}", "score",
        real_value(alarm->score), "threshold", real_value(alarm->threshold), "peak_score",
        real_value(alarm->peak_score), "score_triggered", alarm->score_triggered,
        "heatmap_triggered", alarm->heatmap_triggered, "largest_blob_area",
        real_value(alarm->blob_area), "blob_area_threshold", real_value(alarm->blob_area_threshold),
        "area_px", real_value(alarm->area_px), "area_fraction", real_value(alarm->area_fraction),
        "places", alarm->box_count, "boxes", boxes_value(alarm), "updates", alarm->updates,
        "pictures", alarm->picture_count, "picture", alarm->picture, "fastest_growth_px_per_minute",
        real_value(alarm->growth_px_per_minute), "path", alarm_path_name(alarm->path));
    if (!value || !numbers || json_object_update(value, numbers) != 0) {
        json_decref(value);
        value = NULL;
    }
    json_decref(numbers);
    return value;
}

static json_t *alarms_value(const struct day_track *track)
{
    json_t *list = json_array();
    for (size_t i = 0; i < track->alarm_count; i++)
        if (json_array_append_new(list, alarm_value(&track->alarm_list[i])) != 0)
            return json_decref(list), NULL;
    return json_pack("{s:I, s:I, s:I, s:o}", "count", (json_int_t)track->alarms, "not_listed",
                     (json_int_t)(track->alarms - (int64_t)track->alarm_count),
                     "acknowledged_of_other_days", (json_int_t)track->unknown_acknowledged, "list",
                     list);
}

static json_t *changes_value(const struct day_track *track)
{
    json_t *list = json_array();
    for (size_t i = 0; i < track->change_count; i++) {
        const struct day_alarm *change = &track->change_list[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:i, s:o, s:s}", "ts",
                                              time_value(change->opened_utc_ms), "area_px",
                                              real_value(change->area_px), "area_fraction",
                                              real_value(change->area_fraction), "places",
                                              change->box_count, "boxes", boxes_value(change),
                                              "picture", change->picture));
    }
    return json_pack("{s:I, s:o}", "count", (json_int_t)track->changes, "list", list);
}

static json_t *gaps_value(const struct day_track *track)
{
    json_t *list = json_array();
    for (size_t i = 0; i < track->watch.gap_count; i++) {
        const struct day_gap *gap = &track->watch.gaps[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s, s:s}", "from",
                                              time_value(gap->from_utc_ms), "to",
                                              time_value(gap->to_utc_ms), "duration_s",
                                              seconds_value(gap->to_utc_ms - gap->from_utc_ms),
                                              "cause", day_gap_name(gap->cause), "text",
                                              day_gap_text(gap->cause, track->replay)));
    }
    return list;
}

static json_t *watch_value(const struct day_track *track)
{
    const struct day_watch *watch = &track->watch;
    return json_pack("{s:o, s:o, s:i, s:o, s:I, s:b}", "armed_s", seconds_value(watch->armed_ms),
                     "monitored_s", seconds_value(watch->monitored_ms), "runs_started", track->runs,
                     "gaps", gaps_value(track), "gaps_not_listed", (json_int_t)watch->gaps_beyond,
                     "clock_set_back", watch->clock_set_back > 0);
}

static json_t *frames_value(const struct day_frames *frames)
{
    double count = (double)(frames->scored - frames->blind - frames->without_score);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:I, s:I, s:I}", "scored",
        (json_int_t)frames->scored, "anomalous", (json_int_t)frames->anomalous, "without_score",
        (json_int_t)frames->without_score, "busy", (json_int_t)frames->busy, "blind",
        (json_int_t)frames->blind, "score_min", real_value(frames->low), "score_mean",
        real_value(frames->sum / count), "score_max", real_value(frames->high), "threshold",
        real_value(frames->threshold), "dropped", (json_int_t)frames->dropped, "damaged",
        (json_int_t)frames->damaged, "records_lost", (json_int_t)frames->lost_records);
}

static json_t *faults_value(const struct day_track *track)
{
    static const char *const ends[] = {[DAY_FAULT_OPEN] = "open",
                                       [DAY_FAULT_RECOVERED] = "recovered",
                                       [DAY_FAULT_RUN_ENDED] = "monitor_ended"};
    json_t *list = json_array();
    for (size_t i = 0; i < track->fault_count; i++) {
        const struct day_fault *fault = &track->fault_list[i];
        json_array_append_new(
            list,
            json_pack("{s:s, s:s*, s:b, s:o, s:o, s:o, s:s, s:s}", "fault", fault->name, "channel",
                      fault->channel[0] ? fault->channel : NULL, "camera",
                      day_fault_is_camera(fault), "from", time_value(fault->from_utc_ms), "to",
                      fault->end == DAY_FAULT_OPEN ? json_null() : time_value(fault->to_utc_ms),
                      "duration_s", seconds_value(fault->to_utc_ms - fault->from_utc_ms), "end",
                      ends[fault->end], "text", fault->text));
    }
    return json_pack("{s:I, s:o}", "count", (json_int_t)track->faults, "list", list);
}

static json_t *notices_value(const struct day_track *track)
{
    json_t *list = json_array();
    for (size_t i = 0; i < track->notice_count; i++) {
        const struct day_notice *notice = &track->notice_list[i];
        json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "ts", time_value(notice->utc_ms),
                                              "type", notice->type, "text", notice->text));
    }
    return json_pack("{s:I, s:o}", "count", (json_int_t)track->notices, "list", list);
}

static json_t *delivery_value(const struct day_delivery *delivery)
{
    json_t *channels = json_array();
    for (size_t i = 0; i < delivery->channel_count; i++) {
        const struct day_channel *channel = &delivery->channels[i];
        json_array_append_new(
            channels,
            json_pack("{s:s, s:I, s:I, s:I, s:I, s:s}", "channel", channel->name, "delivered",
                      (json_int_t)channel->delivered, "retried", (json_int_t)channel->retried,
                      "refused", (json_int_t)channel->refused, "interrupted",
                      (json_int_t)channel->interrupted, "last_failure", channel->last_failure));
    }
    return json_pack("{s:o, s:I, s:I, s:o}", "channels", channels, "other_attempts",
                     (json_int_t)delivery->other, "damaged_lines",
                     (json_int_t)delivery->damaged_lines, "waiting_now",
                     delivery->waiting < 0 ? json_null() : json_integer(delivery->waiting));
}

static json_t *records_value(const struct day_summary *day)
{
    json_t *types = json_object();
    for (size_t i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (day->types[i] > 0)
            json_object_set_new(types, event_type_name((enum event_type)i),
                                json_integer((json_int_t)day->types[i]));
    }
    if (day->other_types > 0)
        json_object_set_new(types, "other", json_integer((json_int_t)day->other_types));
    return json_pack("{s:I, s:o, s:I, s:I, s:I}", "count", (json_int_t)day->records, "by_type",
                     types, "damaged_lines", (json_int_t)day->damaged_lines, "without_time",
                     (json_int_t)day->without_time, "of_recordings",
                     (json_int_t)day->replay->records);
}

json_t *summary_json(const struct day_summary *day, int64_t made_utc_ms, struct error *err)
{
    struct buffer headline = {0};
    char date[CLOCK_TEXT_SIZE];
    clock_format_date(day->settings.day, date);
    day_append_headline(&headline, day);
    const struct day_track *track = day->told;
    json_t *value = json_pack(
        "{s:i, s:s, s:o, s:o, s:f, s:b, s:b, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "schema", SUMMARY_SCHEMA, "date", date, "from", time_value(day->settings.from_utc_ms), "to",
        time_value(day->end_utc_ms), "day_hours",
        (double)(day->settings.to_utc_ms - day->settings.from_utc_ms) / 3600000, "so_far",
        day->so_far, "recording", track->replay, "made", time_value(made_utc_ms), "headline",
        buffer_text(&headline), "records", records_value(day), "frames",
        frames_value(&track->frames), "watch", watch_value(track), "alarms", alarms_value(track),
        "scene_changes", changes_value(track), "faults", faults_value(track), "notices",
        notices_value(track), "delivery", delivery_value(&day->delivery));
    buffer_finish(&headline);
    if (!value)
        error_set(err, ERROR_MEMORY, "no memory for the summary of a day");
    return value;
}
