/* Alarms of the state machine: opening, updates, closing, and who is told when.
 *
 * Invariants: at most one alarm is open; an alarm that nobody was told of implies that a message
 * went out within the cooldown; whatever waits for the end of the cooldown is found again from the
 * state (an open alarm that is untold or has an untold box, or `untold_count`), never from a queue.
 */
#include "event/watch_alarm.h"

#include "platform/clock.h"

#include <stdio.h>

/* An update is due when the area is half as large again. */
static const double GROWTH = 1.5;

static int64_t cooldown_end(const struct watch *watch)
{
    return watch->last_message_ns + watch->settings.cooldown_ns;
}

int64_t alarm_messages_free_from(const struct watch *watch)
{
    return watch->ever_messaged ? cooldown_end(watch) : INT64_MIN;
}

static bool may_message(const struct watch *watch)
{
    return watch->now_ns >= alarm_messages_free_from(watch);
}

double alarm_cooldown_remaining_seconds(const struct watch *watch)
{
    if (may_message(watch))
        return 0.0;
    return (double)(cooldown_end(watch) - watch->now_ns) / (double)NS_PER_SECOND;
}

/* Makes a message of `event`; it carries the news of what came and went untold. */
static void message(struct watch *watch, struct event *event)
{
    event->notify = true;
    event->alarm.untold_before = watch->untold_count;
    watch->untold_count = 0;
    watch->ever_messaged = true;
    watch->last_message_ns = watch->now_ns;
    if (watch->alarm_open) {
        watch->alarm_told = true;
        watch->box_untold = false;
    }
}

/* True once per gap. */
static bool take_evidence(struct watch *watch)
{
    if (watch->now_ns - watch->last_evidence_ns < watch->settings.evidence_gap_ns)
        return false;
    watch->last_evidence_ns = watch->now_ns;
    watch->pictures_owed = false;
    return true;
}

/* ---- the view of the alarm */

static void set_age(struct watch *watch)
{
    watch->alarm.age_seconds =
        (double)(watch->now_ns - watch->alarm_opened_ns) / (double)NS_PER_SECOND;
}

static void look(struct watch *watch, const struct frame_status *status,
                 const struct observation *observation)
{
    struct alarm_view *view = &watch->alarm;
    watch->alarm_status = *status;
    view->box_count = observation->box_count;
    for (int i = 0; i < observation->box_count; i++)
        view->boxes[i] = observation->boxes[i];
    view->area_px = observation->area_px;
    view->area_fraction = observation->area_fraction;
    if (observation->score > view->peak_score)
        view->peak_score = observation->score;
    area_trend_add(&watch->trend, watch->now_ns, observation->area_px);
    view->growth_px_per_minute = area_trend_px_per_minute(&watch->trend, watch->now_ns);
    set_age(watch);
}

/* ---- opening and closing */

static enum alarm_path path_of(const struct observation *observation)
{
    if (observation->path != ALARM_PATH_NONE)
        return observation->path;
    return observation->heatmap_triggered ? ALARM_PATH_BLOB : ALARM_PATH_SCORE;
}

static void open_alarm(struct watch *watch, const struct frame *frame,
                       const struct frame_status *status, const struct observation *observation)
{
    watch->alarm_open = true;
    watch->alarm_told = watch->alarm_acknowledged = false;
    watch->box_untold = watch->pictures_owed = false;
    watch->alarm_opened_ns = watch->last_evidence_ns = watch->now_ns;
    watch->alarm = (struct alarm_view){.opened_utc_ms = frame->utc_ms,
                                       .path = path_of(observation),
                                       .peak_score = observation->score};
    watch_make_id(watch, frame->utc_ms, watch->alarm.event_id);
    area_trend_begin(&watch->trend, watch->now_ns);
    watch->alarms++;
    look(watch, status, observation);
    watch->recorded_area_px = observation->area_px;
    watch->grown_frames = 0;
    box_memory_begin(&watch->boxes, observation->boxes, observation->box_count);

    struct event event = watch_frame_event(watch, EVENT_ANOMALY_DETECTED, frame, status);
    event.alarm = watch->alarm;
    event.evidence = true;
    if (may_message(watch))
        message(watch, &event);
    watch_emit(watch, &event);
}

static void keep_untold(struct watch *watch)
{
    if (watch->untold_count == 0 || watch->alarm.area_px > watch->untold.area_px) {
        watch->untold = watch->alarm;
        watch->untold_status = watch->alarm_status;
    }
    watch->untold_count++;
}

static void close_alarm(struct watch *watch, const struct frame *frame,
                        const struct frame_status *status)
{
    set_age(watch);
    struct event event = watch_frame_event(watch, EVENT_ALARM_CLOSED, frame, status);
    event.alarm = watch->alarm;
    event.evidence = take_evidence(watch);
    if (watch->alarm_told)
        event.notify = true;
    else if (may_message(watch))
        message(watch, &event);
    else if (!watch->alarm_acknowledged)
        keep_untold(watch);
    watch->alarm_open = false;
    watch_emit(watch, &event);
}

/* ---- updates */

static bool has_grown(struct watch *watch, const struct observation *observation)
{
    bool larger =
        observation->area_px > 0.0 && observation->area_px >= GROWTH * watch->recorded_area_px;
    watch->grown_frames = larger ? watch->grown_frames + 1 : 0;
    return watch->grown_frames >= watch->settings.consecutive_needed;
}

static bool reminder_is_due(const struct watch *watch)
{
    return watch->alarm_open && !watch->alarm_acknowledged && watch->settings.cooldown_ns > 0 &&
           may_message(watch);
}

static void record_update(struct watch *watch, enum alarm_update_reason reason,
                          const struct frame *frame, const struct frame_status *status,
                          const struct observation *observation)
{
    struct event event = watch_frame_event(watch, EVENT_ALARM_UPDATE, frame, status);
    event.update = reason;
    event.alarm = watch->alarm;
    event.evidence = take_evidence(watch);
    if (reason == UPDATE_NEW_BOX) {
        watch->alarm_acknowledged = false;
        watch->box_untold = true;
        watch->pictures_owed = !event.evidence;
    }
    if ((reason == UPDATE_NEW_BOX && may_message(watch)) || reminder_is_due(watch))
        message(watch, &event);
    if (observation->area_px > watch->recorded_area_px)
        watch->recorded_area_px = observation->area_px;
    watch->grown_frames = 0;
    box_memory_record(&watch->boxes, observation->boxes, observation->box_count,
                      watch->settings.consecutive_needed);
    watch_emit(watch, &event);
}

static void follow_anomaly(struct watch *watch, const struct frame *frame,
                           const struct frame_status *status, const struct observation *observation)
{
    look(watch, status, observation);
    bool new_box = box_memory_look(&watch->boxes, observation->boxes, observation->box_count,
                                   watch->settings.consecutive_needed);
    bool grown = has_grown(watch, observation);
    bool gap_over = watch->now_ns - watch->last_evidence_ns >= watch->settings.evidence_gap_ns;
    if (new_box)
        record_update(watch, UPDATE_NEW_BOX, frame, status, observation);
    else if (grown)
        record_update(watch, UPDATE_GROWN, frame, status, observation);
    else if (reminder_is_due(watch))
        record_update(watch, UPDATE_REMINDER, frame, status, observation);
    else if (watch->pictures_owed && gap_over)
        record_update(watch, UPDATE_PICTURES, frame, status, observation);
}

static void break_rows(struct watch *watch)
{
    watch->grown_frames = 0;
    box_memory_drop_candidates(&watch->boxes);
}

void alarm_follow_frame(struct watch *watch, const struct frame *frame,
                        const struct frame_status *status, const struct observation *observation)
{
    if (!status->is_anomaly)
        break_rows(watch);
    if (watch->alarm_open && status->is_anomaly)
        follow_anomaly(watch, frame, status, observation);
    else if (watch->alarm_open && watch->consecutive_normals >= watch->settings.consecutive_needed)
        close_alarm(watch, frame, status);
    else if (!watch->alarm_open &&
             watch->consecutive_anomalies >= watch->settings.consecutive_needed)
        open_alarm(watch, frame, status, observation);
}

/* ---- messages without a frame */

static void remind_blindly(struct watch *watch, const char *text)
{
    set_age(watch);
    struct event event = watch_event(watch, EVENT_ALARM_UPDATE);
    event.update = UPDATE_REMINDER;
    event.alarm = watch->alarm;
    event.status = watch->alarm_status;
    snprintf(event.text, sizeof event.text, "%s", text);
    message(watch, &event);
    watch_emit(watch, &event);
}

static void tell_late(struct watch *watch)
{
    watch->untold_count--; /* the others */
    struct event event = watch_event(watch, EVENT_ALARM_UPDATE);
    event.update = UPDATE_LATE;
    event.alarm = watch->untold;
    event.status = watch->untold_status;
    snprintf(event.text, sizeof event.text,
             "this alarm opened and closed while messages were held back");
    message(watch, &event);
    watch_emit(watch, &event);
}

/* While the camera gives pictures that can be judged, a reminder waits for the next anomalous one.
 */
static bool reminds_blindly(const struct watch *watch)
{
    bool blind = watch->camera_down_said || picture_faults_said(watch);
    return watch_is_armed(watch) && blind && watch->alarm_open && !watch->alarm_acknowledged &&
           watch->settings.cooldown_ns > 0;
}

static bool tells_late(const struct watch *watch)
{
    return watch->untold_count > 0 && !watch->alarm_open;
}

int64_t alarm_next_deadline(const struct watch *watch)
{
    return reminds_blindly(watch) || tells_late(watch) ? cooldown_end(watch) : INT64_MAX;
}

void alarm_tick(struct watch *watch)
{
    if (alarm_next_deadline(watch) > watch->now_ns)
        return;
    if (tells_late(watch))
        tell_late(watch);
    else
        remind_blindly(watch, watch->camera_down_said
                                  ? "the camera is down; this is what was seen last"
                                  : "the camera's pictures are faulty; this is what was seen last");
}

void alarm_finish(struct watch *watch)
{
    bool untold = !watch->alarm_told || watch->box_untold;
    if (watch->alarm_open && untold && !watch->alarm_acknowledged)
        remind_blindly(watch, "watching ends while this alarm is open");
    else if (watch->untold_count > 0)
        tell_late(watch);
}

void alarm_rearm(struct watch *watch)
{
    watch->consecutive_anomalies = watch->consecutive_normals = 0;
    break_rows(watch);
    watch->alarm_acknowledged = false;
}
