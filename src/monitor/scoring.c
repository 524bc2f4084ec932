/* Inference thread: frame → detector → watch → recorder.
 *
 * Time comes from the frames of a finite source, and from the monotonic clock of a live one; in
 * both cases every deadline that has passed is told to the watch before the frame is, so that a
 * replay and a night say the same things in the same order.
 */
#include "monitor/scoring.h"

#include "base/log.h"
#include "event/watch_settings.h"
#include "monitor/capture.h"
#include "monitor/declarations.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACKNOWLEDGED_WAITING_MAX = 8 };

struct scoring {
    struct scoring_settings settings;
    struct thread thread;
    struct queue *acknowledged; /* of event ids, char[EVENT_ID_SIZE] */
    struct queue *accepted;     /* of struct accepted, one place */
    atomic_int wanted_mode;
    atomic_uint_fast64_t frames_scored, frames_watched, alarms;
    atomic_int_fast64_t frame_number;
    atomic_bool ended;

    struct detector *detector; /* the inference thread's own from here */
    struct declarations declarations;
    struct watch watch;
    struct instant now;
    bool detector_failing;
    struct instant detector_failing_since;
    struct frame *pre[CONTEXT_FRAMES_MAX]; /* newest last */
    int pre_count, pre_wanted, post_wanted;
    struct evidence_slot *post_slot; /* collects frames after an alarm */
    struct event post_event;
    const struct frame *current;    /* while its events are being emitted */
    struct observation observation; /* of the last frame that was scored */
    bool failed;
    struct error failure;
};

/* ---- frames around an alarm */

static void remember_normal(struct scoring *scoring, struct frame *frame)
{
    if (scoring->pre_wanted == 0)
        return;
    if (scoring->pre_count == scoring->pre_wanted) {
        frame_release(scoring->pre[0]);
        memmove(scoring->pre, scoring->pre + 1,
                (size_t)(scoring->pre_count - 1) * sizeof scoring->pre[0]);
        scoring->pre_count--;
    }
    scoring->pre[scoring->pre_count++] = frame_reference(frame);
}

static void send_post_frames(struct scoring *scoring)
{
    struct evidence_slot *slot = scoring->post_slot;
    scoring->post_slot = NULL;
    if (slot)
        recorder_record(scoring->settings.recorder, &scoring->post_event, slot);
}

static void collect_post_frame(struct scoring *scoring, struct frame *frame)
{
    struct evidence_slot *slot = scoring->post_slot;
    if (!slot || frame->number <= scoring->post_event.frame)
        return;
    slot->post[slot->post_count++] = frame_reference(frame);
    if (slot->post_count == scoring->post_wanted)
        send_post_frames(scoring);
}

/* From the next frame on, pictures are kept until there are enough. */
static void begin_post_frames(struct scoring *scoring, const struct event *opening)
{
    send_post_frames(scoring);
    if (scoring->post_wanted == 0)
        return;
    scoring->post_slot = recorder_take_slot(scoring->settings.recorder);
    scoring->post_event = *opening;
    scoring->post_event.type = EVENT_CONTEXT_SAVED;
    scoring->post_event.notify = false;
}

/* ---- events */

static void forget_normals(struct scoring *scoring)
{
    for (int i = 0; i < scoring->pre_count; i++)
        frame_release(scoring->pre[i]);
    scoring->pre_count = 0;
}

static struct evidence_slot *fill_slot(struct scoring *scoring, bool with_context)
{
    struct evidence_slot *slot = recorder_take_slot(scoring->settings.recorder);
    if (!slot)
        return NULL;
    slot->frame = frame_reference((struct frame *)scoring->current);
    evidence_slot_set_maps(slot, &scoring->observation.maps);
    for (int i = 0; with_context && i < scoring->pre_count; i++)
        slot->pre[slot->pre_count++] = frame_reference(scoring->pre[i]);
    return slot;
}

static void take_event(void *context, const struct event *event)
{
    struct scoring *scoring = context;
    struct evidence_slot *slot = NULL;
    bool opening = event->type == EVENT_ANOMALY_DETECTED;
    if (event->evidence && scoring->current)
        slot = fill_slot(scoring, opening);
    recorder_record(scoring->settings.recorder, event, slot);
    if (opening) {
        atomic_fetch_add(&scoring->alarms, 1);
        begin_post_frames(scoring, event);
    }
}

static struct event plain_event(const struct scoring *scoring, enum event_type type,
                                const char *text)
{
    struct event event = {.type = type,
                          .frame = -1,
                          .utc_ms = scoring->now.utc_ms,
                          .time_ns = scoring->now.time_ns,
                          .mode = (int)scoring->watch.mode};
    snprintf(event.text, sizeof event.text, "%s", text);
    return event;
}

/* ---- the detector and its failures */

static bool make_detector(struct scoring *scoring, const struct frame *frame, struct error *err)
{
    scoring->detector = scoring->settings.make_detector(scoring->settings.context, frame->width,
                                                        frame->height, err);
    return scoring->detector &&
           recorder_reserve_slots(scoring->settings.recorder, scoring->detector->map_width,
                                  scoring->detector->map_height, err);
}

static void give_up(struct scoring *scoring, const struct error *err)
{
    scoring->failed = true;
    scoring->failure = *err;
}

static void detector_fails(struct scoring *scoring, const struct error *err)
{
    if (scoring->settings.finite) {
        give_up(scoring, err);
        return;
    }
    if (scoring->detector_failing)
        return;
    scoring->detector_failing = true;
    scoring->detector_failing_since = scoring->now;
    log_error("frames can not be scored: %s", err->message);
    struct event event = plain_event(scoring, EVENT_FAULT, err->message);
    event.fault = FAULT_DETECTOR;
    event.notify = true;
    recorder_record(scoring->settings.recorder, &event, NULL);
}

static void detector_works(struct scoring *scoring)
{
    if (!scoring->detector_failing)
        return;
    scoring->detector_failing = false;
    struct event event = plain_event(scoring, EVENT_RECOVERED, "frames are scored again");
    event.fault = FAULT_DETECTOR;
    event.notify = true;
    event.fault_duration_s =
        (double)(scoring->now.time_ns - scoring->detector_failing_since.time_ns) / NS_PER_SECOND;
    recorder_record(scoring->settings.recorder, &event, NULL);
}

/* ---- one frame */

static void score_frame(struct scoring *scoring, struct frame *frame)
{
    struct error err;
    if (!scoring->detector && !make_detector(scoring, frame, &err)) {
        give_up(scoring, &err);
        return;
    }
    if (!detector_observe(scoring->detector, frame, &scoring->observation, &err)) {
        watch_frame_arrived(&scoring->watch, scoring->now);
        detector_fails(scoring, &err);
        return;
    }
    detector_works(scoring);
    collect_post_frame(scoring, frame);
    scoring->current = frame;
    watch_observe(&scoring->watch, frame, &scoring->observation);
    scoring->current = NULL;
    declarations_apply(&scoring->declarations, scoring->detector);
    if (scoring->watch.consecutive_anomalies == 0 && scoring->watch.frame_state == FRAME_JUDGED)
        remember_normal(scoring, frame);
    if (scoring->watch.frame_state != FRAME_BLIND)
        atomic_fetch_add(&scoring->frames_watched, 1);
    atomic_store(&scoring->frame_number, frame->number);
    atomic_fetch_add(&scoring->frames_scored, 1);
}

static void take_note(struct scoring *scoring, const char *note)
{
    struct event event = plain_event(scoring, EVENT_CAMERA_ERROR, note);
    recorder_record(scoring->settings.recorder, &event, NULL);
}

/* A replay says what fell due at each deadline; a night that was slept through says it once. */
static void let_deadlines_pass(struct scoring *scoring, int64_t until_ns)
{
    int64_t due_ns;
    if (!scoring->settings.finite) {
        watch_tick(&scoring->watch, until_ns);
        return;
    }
    while ((due_ns = watch_next_deadline(&scoring->watch)) <= until_ns)
        watch_tick(&scoring->watch, due_ns);
}

static void handle_item(struct scoring *scoring, struct capture_item *item)
{
    struct frame *frame = item->frame;
    if (!frame) {
        take_note(scoring, item->note);
        return;
    }
    if (frame->time_ns > scoring->now.time_ns)
        scoring->now = (struct instant){.time_ns = frame->time_ns, .utc_ms = frame->utc_ms};
    let_deadlines_pass(scoring, frame->time_ns);
    if (scoring->watch.mode == MODE_MONITOR && !scoring->failed)
        score_frame(scoring, frame);
    frame_release(frame);
}

/* What is seen after a pause is neither before nor after what was seen before it. */
static void follow_mode(struct scoring *scoring)
{
    enum mode wanted = (enum mode)atomic_load(&scoring->wanted_mode);
    if (wanted == scoring->watch.mode)
        return;
    watch_set_mode(&scoring->watch, wanted, scoring->now);
    send_post_frames(scoring);
    forget_normals(scoring);
}

static void take_acknowledgements(struct scoring *scoring)
{
    char event_id[EVENT_ID_SIZE];
    while (queue_pop(scoring->acknowledged, event_id, 0) == QUEUE_ITEM)
        (void)watch_acknowledge(&scoring->watch, event_id);
}

static void take_acceptances(struct scoring *scoring)
{
    if (queue_pop(scoring->accepted, &scoring->declarations.wanted, 0) == QUEUE_ITEM)
        declarations_renew(&scoring->declarations, scoring->settings.model_utc_ms);
}

static void scoring_body(void *context)
{
    struct scoring *scoring = context;
    bool finite = scoring->settings.finite;
    for (;;) {
        struct capture_item item;
        int64_t deadline_ns = finite ? INT64_MAX : watch_next_deadline(&scoring->watch);
        enum queue_result result = queue_pop(scoring->settings.items, &item, deadline_ns);
        if (!finite) {
            scoring->now = (struct instant){clock_monotonic_ns(), clock_wall_utc_ms()};
            watch_set_clock(&scoring->watch, scoring->now);
        }
        follow_mode(scoring);
        take_acknowledgements(scoring);
        take_acceptances(scoring);
        if (result == QUEUE_CLOSED)
            break;
        if (result == QUEUE_ITEM)
            handle_item(scoring, &item);
        else if (!finite)
            let_deadlines_pass(scoring, scoring->now.time_ns);
        if (scoring->failed && !atomic_load(&scoring->ended)) {
            atomic_store(&scoring->ended, true);
            scoring->settings.ended(scoring->settings.ended_context);
        }
    }
    watch_finish(&scoring->watch, scoring->now);
    send_post_frames(scoring);
    atomic_store(&scoring->ended, true);
    scoring->settings.ended(scoring->settings.ended_context);
}

/* ---- life cycle */

struct scoring *scoring_create(const struct scoring_settings *settings, struct error *err)
{
    struct scoring *scoring = calloc(1, sizeof *scoring);
    if (!scoring) {
        error_set(err, ERROR_MEMORY, "no memory for the inference thread");
        return NULL;
    }
    scoring->acknowledged =
        queue_create(EVENT_ID_SIZE, ACKNOWLEDGED_WAITING_MAX, QUEUE_NEWEST_WINS, NULL, err);
    scoring->accepted = scoring->acknowledged
                            ? queue_create(sizeof(struct accepted), 1, QUEUE_NEWEST_WINS, NULL, err)
                            : NULL;
    if (!scoring->accepted) {
        scoring_destroy(scoring);
        return NULL;
    }
    if (settings->accepted)
        scoring_accept(scoring, settings->accepted);
    scoring->settings = *settings;
    scoring->now = settings->start;
    if (settings->config->monitor_save_context_enabled) {
        scoring->pre_wanted = settings->config->monitor_save_context_pre_frames;
        scoring->post_wanted = settings->config->monitor_save_context_post_frames;
    }
    atomic_init(&scoring->wanted_mode, (int)settings->mode);
    atomic_init(&scoring->frame_number, -1);
    const struct watch_settings watch_settings =
        watch_settings_from(settings->config, settings->first_alarm_number);
    watch_init(&scoring->watch, &watch_settings, settings->mode, settings->start,
               (struct event_sink){take_event, scoring});
    return scoring;
}

bool scoring_start(struct scoring *scoring, struct error *err)
{
    return thread_start(&scoring->thread, "inference", scoring_body, scoring, err);
}

void scoring_set_mode(struct scoring *scoring, enum mode mode)
{
    atomic_store(&scoring->wanted_mode, (int)mode);
    queue_wake(scoring->settings.items);
}

void scoring_acknowledge(struct scoring *scoring, const char *event_id)
{
    char text[EVENT_ID_SIZE] = "";
    snprintf(text, sizeof text, "%s", event_id);
    queue_push(scoring->acknowledged, text);
    queue_wake(scoring->settings.items);
}

void scoring_accept(struct scoring *scoring, const struct accepted *list)
{
    queue_push(scoring->accepted, list);
}

void scoring_join(struct scoring *scoring)
{
    thread_join(&scoring->thread);
}

void scoring_destroy(struct scoring *scoring)
{
    if (!scoring)
        return;
    forget_normals(scoring);
    detector_destroy(scoring->detector);
    queue_destroy(scoring->acknowledged);
    queue_destroy(scoring->accepted);
    free(scoring);
}

struct scoring_progress scoring_progress(struct scoring *scoring)
{
    return (struct scoring_progress){.frames_scored = atomic_load(&scoring->frames_scored),
                                     .frames_watched = atomic_load(&scoring->frames_watched),
                                     .alarms = atomic_load(&scoring->alarms),
                                     .frame = atomic_load(&scoring->frame_number),
                                     .ended = atomic_load(&scoring->ended)};
}

struct instant scoring_last_instant(const struct scoring *scoring)
{
    return scoring->now;
}

bool scoring_result(const struct scoring *scoring, struct error *err)
{
    if (scoring->failed && err)
        *err = scoring->failure;
    return !scoring->failed;
}
