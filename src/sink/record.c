/* Events into records: a row per type that lists its groups of members, in the order in which they
 * are written. docs/records.md is the same table for people, and a test holds the two together.
 *
 * The members that people's log readers know come first, ours after them; `notify` and `mono_ms`
 * end every record. Texts come from cameras, files and servers: what is no UTF-8 is replaced, byte
 * by byte, because a record that cannot be written would be worse than one with a blot.
 */
#include "sink/record.h"

#include "base/text.h"
#include "config/project.h"
#include "platform/clock.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct writer {
    json_t *record;
    const struct event *event;
    const char *const *paths;
    size_t path_count;
    bool failed;
};

/* ---- values */

static json_t *text_value(const char *text)
{
    struct buffer clean = {0};
    text_append_valid(&clean, text);
    json_t *value = clean.failed ? NULL : json_string(buffer_text(&clean));
    buffer_finish(&clean);
    return value;
}

static json_t *real_value(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Takes `value`; NULL means that there was no memory for it. */
static void put(struct writer *writer, const char *key, json_t *value)
{
    if (!value || json_object_set_new(writer->record, key, value) != 0)
        writer->failed = true;
}

static void put_text(struct writer *writer, const char *key, const char *text)
{
    put(writer, key, text_value(text));
}

static void put_real(struct writer *writer, const char *key, double value)
{
    put(writer, key, real_value(value));
}

static void put_int(struct writer *writer, const char *key, int64_t value)
{
    put(writer, key, json_integer((json_int_t)value));
}

static void put_bool(struct writer *writer, const char *key, bool value)
{
    put(writer, key, json_boolean(value));
}

/* ---- groups of members */

static void put_mode(struct writer *writer)
{
    put_text(writer, "mode", mode_name((enum mode)writer->event->mode));
}

static void put_tells_people(struct writer *writer)
{
    put_bool(writer, "tells_people", writer->event->tells_people);
}

static void put_mode_change(struct writer *writer)
{
    put_text(writer, "mode_from", mode_name((enum mode)writer->event->mode_from));
    put_text(writer, "mode_to", mode_name((enum mode)writer->event->mode_to));
}

static void put_event_id(struct writer *writer)
{
    put_text(writer, "event_id", writer->event->alarm.event_id);
}

static void put_scores(struct writer *writer)
{
    const struct frame_status *status = &writer->event->status;
    put_real(writer, "score", status->score);
    put_real(writer, "threshold", status->threshold);
    put_bool(writer, "score_triggered", status->score_triggered);
    put_bool(writer, "heatmap_triggered", status->heatmap_triggered);
    put_real(writer, "largest_blob_area", status->largest_blob_area);
    put_real(writer, "blob_area_threshold", status->blob_area_threshold);
}

static void put_consecutive(struct writer *writer)
{
    put_int(writer, "consecutive_anomalies", writer->event->status.consecutive_anomalies);
}

static void put_verdict(struct writer *writer)
{
    put_bool(writer, "is_anomaly", writer->event->status.is_anomaly);
}

static void put_pace(struct writer *writer)
{
    const struct frame_status *status = &writer->event->status;
    put_int(writer, "consecutive_needed", status->consecutive_needed);
    put_real(writer, "cooldown_seconds", status->cooldown_seconds);
    put_real(writer, "cooldown_remaining_seconds", status->cooldown_remaining_seconds);
    put_real(writer, "frame_interval_seconds", status->frame_interval_seconds);
}

static void put_state(struct writer *writer)
{
    put_text(writer, "state", frame_state_name(writer->event->status.state));
}

static void put_paths(struct writer *writer)
{
    json_t *paths = json_array();
    for (size_t i = 0; paths && i < writer->path_count; i++)
        if (json_array_append_new(paths, text_value(writer->paths[i])) != 0)
            writer->failed = true;
    put(writer, "saved_paths", paths);
}

static json_t *box_value(const struct rect *box)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "x", box->x, "y", box->y, "w", box->width, "h",
                     box->height);
}

static void put_places(struct writer *writer)
{
    const struct alarm_view *alarm = &writer->event->alarm;
    json_t *boxes = json_array();
    for (int i = 0; boxes && i < alarm->box_count; i++)
        if (json_array_append_new(boxes, box_value(&alarm->boxes[i])) != 0)
            writer->failed = true;
    put(writer, "boxes", boxes);
    put_real(writer, "area_px", alarm->area_px);
    put_real(writer, "area_fraction", alarm->area_fraction);
}

static void put_history(struct writer *writer)
{
    const struct alarm_view *alarm = &writer->event->alarm;
    put_real(writer, "peak_score", alarm->peak_score);
    put_real(writer, "age_seconds", alarm->age_seconds);
    put_int(writer, "untold_before", alarm->untold_before);
    put_real(writer, "growth_px_per_minute", alarm->growth_px_per_minute);
    put_text(writer, "path", alarm_path_name(alarm->path));
}

static void put_others(struct writer *writer)
{
    put_bool(writer, "late", writer->event->update == UPDATE_LATE);
    put_int(writer, "untold_before", writer->event->alarm.untold_before);
}

static void put_undone(struct writer *writer)
{
    put_bool(writer, "undone", writer->event->undone);
}

static void put_update(struct writer *writer)
{
    put_text(writer, "update", alarm_update_reason_name(writer->event->update));
}

static void put_frame(struct writer *writer)
{
    if (writer->event->frame < 0)
        return;
    put_int(writer, "frame", writer->event->frame);
    put_real(writer, "media_time_s", writer->event->media_time_s);
}

static void put_fault(struct writer *writer)
{
    put_text(writer, "fault", fault_kind_name(writer->event->fault));
    if (writer->event->fault == FAULT_DELIVERY)
        put_text(writer, "channel", writer->event->detail);
}

static void put_duration(struct writer *writer)
{
    put_real(writer, "fault_duration_s", writer->event->fault_duration_s);
}

static void put_channel(struct writer *writer)
{
    put_text(writer, "channel", writer->event->detail);
}

static void put_message(struct writer *writer)
{
    put_text(writer, "text", writer->event->text);
}

static void put_message_if_any(struct writer *writer)
{
    if (writer->event->text[0])
        put_message(writer);
}

static void put_detail_if_any(struct writer *writer)
{
    if (writer->event->detail[0])
        put_text(writer, "detail", writer->event->detail);
}

static void put_detector(struct writer *writer)
{
    put_text(writer, "detector", writer->event->detector);
}

static void put_path(struct writer *writer)
{
    put_text(writer, "path", writer->event->text);
}

static void put_progress(struct writer *writer)
{
    put_int(writer, "frames_scored", (int64_t)writer->event->frames_scored);
    put_int(writer, "alarms", (int64_t)writer->event->alarms);
}

static void put_blind(struct writer *writer)
{
    put_bool(writer, "blind", writer->event->blind);
}

static void put_left_out(struct writer *writer)
{
    put_int(writer, "frames_dropped", (int64_t)writer->event->frames_dropped);
    put_int(writer, "frames_damaged", (int64_t)writer->event->frames_damaged);
}

static void put_lost(struct writer *writer)
{
    put_int(writer, "lost", (int64_t)writer->event->lost);
}

/* ---- types */

enum { GROUPS_MAX = 8 };

struct record_row {
    bool flush;
    void (*groups[GROUPS_MAX + 1])(struct writer *writer); /* ends with NULL */
};

static const struct record_row rows[EVENT_TYPE_COUNT] = {
    [EVENT_STARTUP] = {false,
                       {put_mode, put_tells_people, put_detector, put_message, put_detail_if_any}},
    [EVENT_STARTUP_WARNING] = {false, {put_message, put_detail_if_any}},
    [EVENT_STARTUP_ERROR] = {true, {put_message, put_detail_if_any}},
    [EVENT_SHUTDOWN] = {true, {put_message, put_progress, put_left_out}},
    [EVENT_MODE_CHANGE] = {true, {put_mode, put_mode_change}},
    [EVENT_CAPTURED_FRAME] = {false, {put_mode, put_path, put_frame}},
    [EVENT_FRAME_STATUS] = {false,
                            {put_mode, put_scores, put_verdict, put_consecutive, put_pace,
                             put_state, put_frame}},
    [EVENT_ANOMALY_DETECTED] = {true,
                                {put_event_id, put_scores, put_consecutive, put_paths, put_places,
                                 put_history, put_frame}},
    [EVENT_ALARM_UPDATE] = {true,
                            {put_event_id, put_update, put_message_if_any, put_scores, put_paths,
                             put_places, put_history, put_frame}},
    [EVENT_ALARM_CLOSED] = {true,
                            {put_event_id, put_scores, put_paths, put_places, put_history,
                             put_frame}},
    [EVENT_SCENE_CHANGED] = {true,
                             {put_event_id, put_message, put_paths, put_places, put_others,
                              put_frame}},
    [EVENT_CONTEXT_SAVED] = {false, {put_event_id, put_paths, put_frame}},
    [EVENT_HEARTBEAT] = {false, {put_mode, put_progress, put_blind}},
    [EVENT_CAMERA_ERROR] = {false, {put_message, put_detail_if_any}},
    [EVENT_FAULT] = {true, {put_fault, put_message}},
    [EVENT_RECOVERED] = {true, {put_fault, put_message, put_duration}},
    [EVENT_NOTIFY_ERROR] = {false, {put_channel, put_message}},
    [EVENT_TRAINING_COMPLETE] = {true, {put_message, put_detail_if_any}},
    [EVENT_RECORDS_LOST] = {false, {put_lost}},
    [EVENT_ALARM_ACKNOWLEDGED] = {true, {put_event_id}},
    [EVENT_ACCEPTED_AS_NORMAL] = {true, {put_event_id, put_places, put_undone}},
    [EVENT_EVIDENCE_REMOVED] = {false, {put_message}},
    [EVENT_SNAPSHOT_SAVED] = {false, {put_scores, put_verdict, put_paths, put_places, put_frame}},
    [EVENT_HEALTH_CHECK_COMPLETE] = {false, {put_message, put_detail_if_any}},
    [EVENT_RECONSTRUCTION_VIZ_COMPLETE] = {false, {put_message, put_detail_if_any}},
    [EVENT_THRESHOLD_CALIBRATION_COMPLETE] = {false, {put_message, put_detail_if_any}},
    [EVENT_DAILY_SUMMARY_COMPLETE] = {false, {put_message, put_detail_if_any}},
};

static void put_stamp(struct writer *writer, bool utc)
{
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_iso8601(writer->event->utc_ms, utc, stamp);
    put_text(writer, "ts", stamp);
    put_text(writer, "type", event_type_name(writer->event->type));
}

json_t *record_from_event(const struct event *event, const struct record_options *options,
                          const char *const *paths, size_t path_count, struct error *err)
{
    assert(event->type < EVENT_TYPE_COUNT);
    struct writer writer = {
        .record = json_object(), .event = event, .paths = paths, .path_count = path_count};
    writer.failed = writer.record == NULL;
    put_stamp(&writer, options->utc_stamps);
    for (size_t i = 0; rows[event->type].groups[i]; i++)
        rows[event->type].groups[i](&writer);
    put_bool(&writer, "notify", event->notify);
    put_int(&writer, "mono_ms", (event->time_ns - options->mono_zero_ns) / NS_PER_MS);
    if (!writer.failed)
        return writer.record;
    json_decref(writer.record);
    error_set(err, ERROR_MEMORY, "no memory for a record of type %s", event_type_name(event->type));
    return NULL;
}

bool record_needs_flush(enum event_type type)
{
    return rows[type].flush;
}
