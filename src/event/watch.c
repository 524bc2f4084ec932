/* Time, mode, camera and heartbeats of the state machine; alarms are in watch_alarm.c.
 *
 * Every entry point first moves `now_ns` on, never back, then does what is due at that time.
 * Deadlines are functions of the state, never stored sums of what might happen, so that disarming,
 * acknowledging or closing cannot leave one behind.
 */
#include "event/watch.h"

#include "event/watch_alarm.h"
#include "event/watch_scene.h"
#include "platform/clock.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const int64_t FAULT_AFTER_NS = 10 * NS_PER_SECOND;

static double seconds_of(int64_t duration_ns)
{
    return (double)duration_ns / (double)NS_PER_SECOND;
}

bool watch_is_armed(const struct watch *watch)
{
    return watch->mode == MODE_MONITOR;
}

static void move_on(struct watch *watch, int64_t time_ns)
{
    if (time_ns > watch->now_ns)
        watch->now_ns = time_ns;
}

void watch_set_clock(struct watch *watch, struct instant now)
{
    move_on(watch, now.time_ns);
    watch->utc_offset_ms = now.utc_ms - now.time_ns / NS_PER_MS;
}

struct event watch_event(const struct watch *watch, enum event_type type)
{
    return (struct event){.type = type,
                          .utc_ms = watch->now_ns / NS_PER_MS + watch->utc_offset_ms,
                          .time_ns = watch->now_ns,
                          .mode = (int)watch->mode,
                          .frame = -1};
}

struct event watch_frame_event(const struct watch *watch, enum event_type type,
                               const struct frame *frame, const struct frame_status *status)
{
    return (struct event){.type = type,
                          .utc_ms = frame->utc_ms,
                          .time_ns = frame->time_ns,
                          .mode = (int)watch->mode,
                          .frame = frame->number,
                          .media_time_s = seconds_of(frame->time_ns),
                          .status = *status};
}

void watch_make_id(struct watch *watch, int64_t utc_ms, char ret_id[EVENT_ID_SIZE])
{
    snprintf(ret_id, EVENT_ID_SIZE, "%" PRId64 "-%d", utc_ms, watch->next_alarm_number++);
}

void watch_emit(const struct watch *watch, const struct event *event)
{
    watch->sink.take(watch->sink.context, event);
}

/* ---- mode */

static void arm(struct watch *watch)
{
    watch->last_frame_ns = watch->now_ns;
    watch->next_heartbeat_ns = watch->now_ns + watch->settings.heartbeat_ns;
    watch->camera_down_said = false;
    watch->camera_down_since_ns = watch->now_ns;
    picture_faults_rearm(watch);
    alarm_rearm(watch);
}

void watch_init(struct watch *watch, const struct watch_settings *settings, enum mode mode,
                struct instant now, struct event_sink sink)
{
    assert(settings->consecutive_needed >= 1 && settings->cooldown_ns >= 0);
    assert(settings->heartbeat_ns > 0 && settings->camera_down_ns > 0);
    *watch = (struct watch){.settings = *settings,
                            .sink = sink,
                            .mode = mode,
                            .now_ns = now.time_ns,
                            .next_alarm_number = settings->first_alarm_number};
    int64_t two_frames_ns =
        (int64_t)(2.0 * settings->frame_interval_seconds * (double)NS_PER_SECOND);
    if (watch->settings.camera_down_ns < two_frames_ns)
        watch->settings.camera_down_ns = two_frames_ns;
    if (watch->settings.fault_after_ns == 0)
        watch->settings.fault_after_ns = FAULT_AFTER_NS;
    watch_set_clock(watch, now);
    arm(watch);
}

void watch_set_mode(struct watch *watch, enum mode mode, struct instant now)
{
    watch_set_clock(watch, now);
    if (mode == watch->mode)
        return;
    enum mode before = watch->mode;
    watch->mode = mode;
    struct event event = watch_event(watch, EVENT_MODE_CHANGE);
    event.mode_from = (int)before;
    event.mode_to = (int)mode;
    watch_emit(watch, &event);
    if (watch_is_armed(watch))
        arm(watch);
}

/* ---- camera */

static void camera_lives(struct watch *watch)
{
    watch->last_frame_ns = watch->now_ns;
    watch->camera_down_said = false;
    if (!watch->camera_down)
        return;
    watch->camera_down = false;
    struct event event = watch_event(watch, EVENT_RECOVERED);
    event.fault = FAULT_CAMERA_DOWN;
    event.notify = true;
    event.fault_duration_s = seconds_of(watch->now_ns - watch->camera_down_since_ns);
    snprintf(event.text, sizeof event.text, "the camera gives pictures again, after %.0f s without",
             event.fault_duration_s);
    watch_emit(watch, &event);
}

static void camera_dies(struct watch *watch)
{
    watch->camera_down = watch->camera_down_said = true;
    watch->camera_down_since_ns = watch->last_frame_ns;
    picture_faults_pause(watch);
    struct event event = watch_event(watch, EVENT_FAULT);
    event.fault = FAULT_CAMERA_DOWN;
    event.notify = true;
    snprintf(event.text, sizeof event.text,
             "no picture from the camera for %.0f s; nothing is being watched",
             seconds_of(watch->now_ns - watch->last_frame_ns));
    watch_emit(watch, &event);
}

void watch_frame_arrived(struct watch *watch, struct instant now)
{
    watch_set_clock(watch, now);
    if (watch_is_armed(watch))
        camera_lives(watch);
}

/* ---- frames */

static void count_row(struct watch *watch, bool anomalous)
{
    int *grows = anomalous ? &watch->consecutive_anomalies : &watch->consecutive_normals;
    int *ends = anomalous ? &watch->consecutive_normals : &watch->consecutive_anomalies;
    *ends = 0;
    if (*grows < INT_MAX)
        (*grows)++;
}

static enum frame_state state_of(const struct watch *watch, const struct observation *observation)
{
    if (observation->camera_faults || picture_faults_strongest(watch) != CAMERA_FAULT_COUNT)
        return FRAME_BLIND;
    return observation->busy ? FRAME_BUSY : FRAME_JUDGED;
}

static bool is_anomalous(const struct watch *watch, const struct observation *observation)
{
    return watch->frame_state == FRAME_JUDGED &&
           (observation->score_triggered || observation->heatmap_triggered);
}

static struct frame_status status_of(const struct watch *watch,
                                     const struct observation *observation)
{
    return (struct frame_status){.score = observation->score,
                                 .threshold = observation->threshold,
                                 .score_triggered = observation->score_triggered,
                                 .heatmap_triggered = observation->heatmap_triggered,
                                 .largest_blob_area = observation->largest_blob_area,
                                 .blob_area_threshold = observation->blob_area_threshold,
                                 .is_anomaly = is_anomalous(watch, observation),
                                 .consecutive_anomalies = watch->consecutive_anomalies,
                                 .consecutive_needed = watch->settings.consecutive_needed,
                                 .cooldown_seconds = seconds_of(watch->settings.cooldown_ns),
                                 .cooldown_remaining_seconds =
                                     alarm_cooldown_remaining_seconds(watch),
                                 .frame_interval_seconds = watch->settings.frame_interval_seconds,
                                 .state = watch->frame_state};
}

void watch_observe(struct watch *watch, const struct frame *frame,
                   const struct observation *observation)
{
    watch_set_clock(watch, (struct instant){frame->time_ns, frame->utc_ms});
    if (!watch_is_armed(watch))
        return;
    camera_lives(watch);
    watch->frames_scored++;
    watch->frame_state = state_of(watch, observation);
    if (watch->frame_state == FRAME_JUDGED)
        count_row(watch, is_anomalous(watch, observation));
    struct frame_status status = status_of(watch, observation);
    struct event event = watch_frame_event(watch, EVENT_FRAME_STATUS, frame, &status);
    watch_emit(watch, &event);
    picture_faults_follow(watch, observation->camera_faults);
    if (watch->frame_state == FRAME_JUDGED)
        alarm_follow_frame(watch, frame, &status, observation);
    else
        alarm_tick(watch); /* a fault may be why a reminder has no frame to wait for */
    if (observation->scene_changed)
        scene_follow_frame(watch, frame, &status, observation);
}

/* ---- deadlines */

static int64_t sooner(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

static int64_t camera_deadline(const struct watch *watch)
{
    if (!watch_is_armed(watch) || watch->camera_down_said)
        return INT64_MAX;
    return watch->last_frame_ns + watch->settings.camera_down_ns;
}

static int64_t heartbeat_deadline(const struct watch *watch)
{
    return watch_is_armed(watch) ? watch->next_heartbeat_ns : INT64_MAX;
}

int64_t watch_next_deadline(const struct watch *watch)
{
    return sooner(sooner(alarm_next_deadline(watch), scene_next_deadline(watch)),
                  sooner(camera_deadline(watch), heartbeat_deadline(watch)));
}

/* One heartbeat, however many are overdue: those of the time in which the program stood still
 * would be a lie. The rhythm stays. */
static void heartbeat(struct watch *watch)
{
    int64_t overdue_ns = watch->now_ns - watch->next_heartbeat_ns;
    int64_t steps = overdue_ns / watch->settings.heartbeat_ns + 1;
    watch->next_heartbeat_ns += steps * watch->settings.heartbeat_ns;
    struct event event = watch_event(watch, EVENT_HEARTBEAT);
    event.frames_scored = watch->frames_scored;
    event.alarms = watch->alarms;
    event.blind = watch->camera_down || picture_faults_strongest(watch) != CAMERA_FAULT_COUNT;
    watch_emit(watch, &event);
}

void watch_tick(struct watch *watch, int64_t time_ns)
{
    move_on(watch, time_ns);
    if (camera_deadline(watch) <= watch->now_ns)
        camera_dies(watch);
    scene_tick(watch); /* first: each message about an alarm moves its turn on */
    alarm_tick(watch);
    if (heartbeat_deadline(watch) <= watch->now_ns)
        heartbeat(watch);
}

bool watch_acknowledge(struct watch *watch, const char *event_id)
{
    if (!watch->alarm_open || strcmp(watch->alarm.event_id, event_id) != 0)
        return false;
    watch->alarm_acknowledged = true;
    watch->box_untold = false;
    return true;
}

void watch_finish(struct watch *watch, struct instant now)
{
    watch_set_clock(watch, now);
    alarm_finish(watch);
    scene_finish(watch);
}
