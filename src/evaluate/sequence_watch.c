/* One sequence: picture → detector → watch → what it says, as `monitor` would have it.
 *
 * The order of work is that of monitor/scoring.c for a finite source: first every deadline up to
 * the frame, then the frame. The surprising thing: events arrive while a frame is observed, so what
 * goes wrong in taking one is kept and looked at after the frame.
 */
#include "evaluate/sequence_watch.h"

#include "base/text.h"
#include "evaluate/sequence_judge.h"
#include "event/watch_settings.h"
#include "frame/image.h"
#include "platform/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MASK_WHITE = 128 };
#define INTERVAL_LEAST_S 0.001

struct session {
    const struct sequence_watching *watching;
    const struct sequence *sequence;
    struct config config; /* the caller's, with the interval of the sequence */
    struct sequence_result *result;
    struct detector *detector;
    struct watch watch;
    struct observation observation;
    int64_t current; /* frame */
    bool alarm_open, open_at_onset;
    bool failed;
    struct error *err;
};

double sequence_interval_s(const struct sequence *sequence, const struct config *config)
{
    double interval_s = sequence->truth.interval_s;
    if (interval_s <= 0)
        interval_s = config->monitor_frame_interval_seconds;
    if (interval_s <= 0) /* every frame of a camera */
        interval_s = 1.0 / config->camera_fps;
    return fmax(interval_s, INTERVAL_LEAST_S);
}

/* ---- what the watch says */

static bool box_touches(const struct image *mask, const struct rect *box)
{
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++)
            if (x >= 0 && y >= 0 && x < mask->width && y < mask->height &&
                mask->rgb[3 * ((size_t)y * (size_t)mask->width + (size_t)x)] >= MASK_WHITE)
                return true;
    return false;
}

static bool localise(struct session *session, struct sequence_alarm *alarm)
{
    char path[PATH_SIZE];
    bool there;
    struct image mask = {0};
    if (!sequence_mask_find(session->watching->set, session->sequence, (size_t)alarm->frame, path,
                            &there, session->err))
        return false;
    if (!there)
        return true;
    if (!image_read(path, &mask, session->err))
        return false;
    const bool fits =
        mask.width == session->result->width && mask.height == session->result->height;
    for (int i = 0; fits && i < alarm->box_count; i++)
        alarm->localised = alarm->localised || box_touches(&mask, &alarm->boxes[i]);
    if (!fits)
        error_set(session->err, ERROR_FORMAT, "the mask '%s' has %dx%d px, its frame %dx%d px",
                  path, mask.width, mask.height, session->result->width, session->result->height);
    image_finish(&mask);
    return fits;
}

static bool add_alarm(struct session *session, const struct event *event)
{
    struct sequence_result *result = session->result;
    struct sequence_alarm alarm = {.frame = session->current,
                                   .path = session->observation.path,
                                   .score = event->status.score,
                                   .threshold = event->status.threshold,
                                   .area_fraction = event->alarm.area_fraction,
                                   .box_count = event->alarm.box_count};
    memcpy(alarm.boxes, event->alarm.boxes, sizeof alarm.boxes);
    if (!localise(session, &alarm))
        return false;
    struct sequence_alarm *larger =
        realloc(result->alarms, (result->alarm_count + 1) * sizeof *larger);
    if (!larger)
        return error_set(session->err, ERROR_MEMORY, "no memory for an alarm");
    result->alarms = larger;
    result->alarms[result->alarm_count++] = alarm;
    return true;
}

static bool add_notice(struct session *session, const char *what)
{
    struct sequence_result *result = session->result;
    struct sequence_notice *larger =
        realloc(result->notices, (result->notice_count + 1) * sizeof *larger);
    if (!larger)
        return error_set(session->err, ERROR_MEMORY, "no memory for a fault");
    result->notices = larger;
    result->notices[result->notice_count] = (struct sequence_notice){.frame = session->current};
    snprintf(larger[result->notice_count].what, SEQUENCE_WORD_SIZE, "%s", what);
    result->notice_count++;
    return true;
}

static void take_event(void *context, const struct event *event)
{
    struct session *session = context;
    bool good = true;
    if (session->failed)
        return;
    if (event->type == EVENT_FRAME_STATUS)
        session->result->frames[session->current].is_anomaly = event->status.is_anomaly;
    else if (event->type == EVENT_ANOMALY_DETECTED)
        good = add_alarm(session, event);
    else if (event->type == EVENT_FAULT)
        good = add_notice(session, fault_kind_name(event->fault));
    else if (event->type == EVENT_SCENE_CHANGED && event->frame >= 0) /* not: told later */
        good = add_notice(session, EXPECT_SCENE_CHANGED);
    if (event->type == EVENT_ANOMALY_DETECTED || event->type == EVENT_ALARM_CLOSED)
        session->alarm_open = event->type == EVENT_ANOMALY_DETECTED;
    session->failed = !good;
}

/* ---- one frame */

static bool begin_pictures(struct session *session, const struct image *first)
{
    const struct sequence_watching *watching = session->watching;
    struct sequence_result *result = session->result;
    result->width = first->width;
    result->height = first->height;
    for (size_t i = 0; i < result->frame_count; i++)
        if (result->frames[i].area_px > (int64_t)first->width * first->height)
            return error_set(session->err, ERROR_FORMAT,
                             "'area' of frame %zu in case.json is %lld px, but the pictures have "
                             "%dx%d px",
                             i, (long long)result->frames[i].area_px, first->width, first->height);
    session->detector = watching->kind->open(watching->model, &session->config, first->width,
                                             first->height, 1, session->err);
    return session->detector != NULL;
}

static bool watch_picture(struct session *session, const struct image *image)
{
    struct sequence_result *result = session->result;
    const int64_t time_ns =
        (int64_t)((double)session->current * result->interval_s * (double)NS_PER_SECOND);
    const struct frame frame = {.width = image->width,
                                .height = image->height,
                                .number = session->current,
                                .time_ns = time_ns,
                                .utc_ms = time_ns / NS_PER_MS,
                                .rgb = image->rgb};
    if (image->width != result->width || image->height != result->height)
        return error_set(session->err, ERROR_FORMAT,
                         "it has %dx%d px, the first frame of the sequence %dx%d px", image->width,
                         image->height, result->width, result->height);
    int64_t due_ns;
    while ((due_ns = watch_next_deadline(&session->watch)) <= time_ns)
        watch_tick(&session->watch, due_ns);
    if (session->current == result->onset)
        session->open_at_onset = session->alarm_open;
    if (!detector_observe(session->detector, &frame, &session->observation, session->err))
        return false;
    result->frames[session->current].score = session->observation.score;
    result->frames[session->current].threshold = session->observation.threshold;
    watch_observe(&session->watch, &frame, &session->observation);
    return !session->failed;
}

static bool watch_frame(struct session *session)
{
    const char *name = session->sequence->frames.names[session->current];
    char path[PATH_SIZE];
    struct image image = {0};
    bool good = path_join(path, sizeof path, session->sequence->folder, name, session->err) &&
                image_read(path, &image, session->err);
    if (good &&
        !((session->detector || begin_pictures(session, &image)) && watch_picture(session, &image)))
        good = error_add_context(session->err, "%s/%s", session->sequence->path, name);
    image_finish(&image);
    return good;
}

/* ---- the sequence */

static bool copy_names(const struct sequence *sequence, struct sequence_result *result)
{
    for (size_t i = 0; i < result->frame_count; i++) {
        const char *name = sequence->frames.names[i];
        result->frame_names[i] = text_copy(name, strlen(name));
        if (!result->frame_names[i])
            return false;
    }
    return true;
}

bool sequence_result_begin(const struct sequence_set *set, const struct sequence *sequence,
                           const struct config *config, struct sequence_result *ret_result,
                           struct error *err)
{
    const struct sequence_case *truth = &sequence->truth;
    struct sequence_result result = {.interval_s = sequence_interval_s(sequence, config),
                                     .contrast = truth->contrast,
                                     .onset = truth->onset,
                                     .frame_count = truth->frame_count};
    memcpy(result.path, sequence->path, sizeof result.path);
    memcpy(result.name, truth->name, sizeof result.name);
    memcpy(result.kind, truth->kind, sizeof result.kind);
    memcpy(result.expect, truth->expect, sizeof result.expect);
    snprintf(result.scene, sizeof result.scene, "%s",
             sequence->scene < 0 ? "" : set->scenes[sequence->scene].path);
    result.frames = calloc(truth->frame_count, sizeof *result.frames);
    result.frame_names = calloc(truth->frame_count, sizeof *result.frame_names);
    if (!result.frames || !result.frame_names || !copy_names(sequence, &result)) {
        sequence_result_finish(&result);
        return error_set(err, ERROR_MEMORY, "no memory for a sequence of %zu frames",
                         truth->frame_count);
    }
    for (size_t i = 0; i < truth->frame_count; i++)
        result.frames[i].area_px = truth->areas_px[i];
    *ret_result = result;
    return true;
}

static bool watch_all(struct session *session)
{
    const struct sequence_watching *watching = session->watching;
    struct sequence_result *result = session->result;
    session->config.monitor_frame_interval_seconds = result->interval_s;
    const struct watch_settings settings = watch_settings_from(&session->config, 1);
    watch_init(&session->watch, &settings, MODE_MONITOR, (struct instant){0, 0},
               (struct event_sink){take_event, session});
    for (; session->current < (int64_t)result->frame_count; session->current++) {
        if (watching->stop && watching->stop(watching->context))
            return error_set(session->err, ERROR_CANCELLED, "stopped in %s",
                             session->sequence->path);
        if (!watch_frame(session))
            return false;
    }
    return true;
}

bool sequence_watch(const struct sequence_watching *watching, struct sequence_result *ret_result,
                    struct error *err)
{
    struct sequence_result result = {0};
    struct session session = {.watching = watching,
                              .sequence = watching->sequence,
                              .config = *watching->config,
                              .result = &result,
                              .err = err};
    const bool good =
        sequence_result_begin(watching->set, watching->sequence, watching->config, &result, err) &&
        watch_all(&session);
    detector_destroy(session.detector);
    if (!good) {
        sequence_result_finish(&result);
        return false;
    }
    sequence_judge_truth(&result);
    sequence_judge(&result, session.open_at_onset);
    *ret_result = result;
    return true;
}
