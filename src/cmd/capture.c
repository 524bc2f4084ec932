/* `leakwatch capture`: frames from the source to data/normal, while the mode is CAPTURE.
 *
 * The capture thread of the monitor brings the frames (so a camera that is lost is opened again
 * here too); this file looks at each picture, says what is wrong with it, crops it to the region of
 * interest and saves it. A picture never replaces another: running the same recording twice finds
 * its own files and leaves them, another recording's get a name of their own.
 */
#include "monitor/capture.h"
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/job_source.h"
#include "cmd/leftovers.h"
#include "cmd/progress.h"
#include "frame/convert.h"
#include "frame/image.h"
#include "frame/quality.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/signal.h"
#include "sink/event_log.h"
#include "sink/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_AROUND_NS (NS_PER_SECOND / 4)

enum { ITEM_CAPACITY = 2, POOL_SIZE = 6, SAME_NAME_MOST = 1000 };

struct session {
    const struct config *config;
    const struct project *project;
    const struct capture_job *job;
    bool finite;
    struct source *source;
    struct queue *items;
    struct capture *capture;
    struct journal *journal;
    enum mode mode;
    bool mode_known;
    uint8_t *picture, *previous; /* after the crop; NULL before the first frame */
    struct rect roi;
    double sharpest;
    int64_t first_ns;
    struct buffer jpeg;
    struct progress progress;
    struct capture_report report;
};

static void on_camera_error(void *context, const char *reason)
{
    (void)context;
    log_warning("camera: %s; trying again (--source names another, Ctrl+C ends)", reason);
}

/* ---- the mode */

static void say_mode(const struct session *session)
{
    if (session->mode == MODE_CAPTURE)
        log_note("the mode is CAPTURE: pictures are being saved");
    else
        log_note("the mode is %s: waiting; `leakwatch mode CAPTURE` starts, Ctrl+C ends",
                 mode_name(session->mode));
}

static bool may_save(struct session *session)
{
    if (session->job->source.ignore_mode)
        return true;
    enum mode mode;
    struct error err;
    if (!mode_read(session->project->mode_file, &mode, &err)) {
        if (!session->mode_known)
            log_warning("%s; the mode counts as OFF", err.message);
        mode = session->mode;
    }
    if (!session->mode_known || mode != session->mode) {
        session->mode = mode;
        session->mode_known = true;
        if (!session->finite)
            say_mode(session);
    }
    return session->mode == MODE_CAPTURE;
}

static bool check_mode_of_replay(struct session *session, struct error *err)
{
    if (!session->finite || may_save(session))
        return true;
    return error_set(
        err, ERROR_USAGE,
        "the mode is %s, so nothing would be saved; say --ignore-mode, or run `leakwatch "
        "mode CAPTURE` first",
        mode_name(session->mode));
}

/* ---- one picture */

static bool prepare_pictures(struct session *session, const struct frame *frame, struct error *err)
{
    const struct config *config = session->config;
    session->roi = (struct rect){0, 0, frame->width, frame->height};
    if (config->roi_enabled && !roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x,
                                            config->roi_y, config->roi_width, config->roi_height,
                                            frame->width, frame->height, &session->roi, err))
        return false;
    size_t size = 3 * (size_t)session->roi.width * (size_t)session->roi.height;
    session->picture = malloc(size);
    session->previous = malloc(size);
    session->first_ns = frame->time_ns;
    if (!session->picture || !session->previous)
        return error_set(err, ERROR_MEMORY, "no memory for pictures of %dx%d px",
                         session->roi.width, session->roi.height);
    return true;
}

/* Says what a person should look at; the picture is saved all the same. */
static void judge(struct session *session, int64_t number)
{
    int width = session->roi.width, height = session->roi.height;
    struct quality quality = quality_measure(session->picture, width, height);
    bool first = session->report.saved + session->report.already_there == 0;
    if (quality_is_dark(quality) && session->report.dark++ == 0)
        log_warning("frame %lld is nearly black; is the light on and the lens free?",
                    (long long)number);
    if (quality.sharpness > session->sharpest)
        session->sharpest = quality.sharpness;
    else if (quality_is_blurred(quality, session->sharpest) && session->report.blurred++ == 0)
        log_warning("frame %lld is much less sharp than others; does the focus hunt?",
                    (long long)number);
    if (!first &&
        quality_is_identical(
            quality_difference(session->picture, session->previous, width, height)) &&
        session->report.identical++ == 0)
        log_warning("frame %lld is identical to the one before; is the picture frozen?",
                    (long long)number);
}

static bool same_contents(const char *path, const struct buffer *wanted)
{
    struct buffer there = {0};
    struct error ignored;
    bool same = file_read(path, IMAGE_FILE_MAX, &there, &ignored) && there.size == wanted->size &&
                memcmp(there.data, wanted->data, there.size) == 0;
    buffer_finish(&there);
    return same;
}

/* normal_<stamp>.jpg, or with _2, _3, … when another picture has that name. True in *ret_there: it
 * is this very picture. */
static bool choose_name(struct session *session, const struct frame *frame, char name[64],
                        char path[PATH_SIZE], bool *ret_there, struct error *err)
{
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_stamp(frame->utc_ms, session->finite, stamp);
    for (int i = 1; i <= SAME_NAME_MOST; i++) {
        if (i == 1)
            snprintf(name, 64, "normal_%s.jpg", stamp);
        else
            snprintf(name, 64, "normal_%s_%d.jpg", stamp, i);
        if (!path_join(path, PATH_SIZE, session->project->normal_dir, name, err))
            return false;
        if (file_kind_of(path) == FILE_MISSING)
            return true;
        if (same_contents(path, &session->jpeg)) {
            *ret_there = true;
            return true;
        }
    }
    return error_set(err, ERROR_INPUT, "%s holds %d other pictures named normal_%s",
                     session->project->normal_dir, SAME_NAME_MOST, stamp);
}

static bool record_picture(struct session *session, const struct frame *frame, const char *name,
                           struct error *err)
{
    struct event event = {.type = EVENT_CAPTURED_FRAME,
                          .frame = frame->number,
                          .media_time_s = (double)frame->time_ns / (double)NS_PER_SECOND,
                          .mode = MODE_CAPTURE,
                          .utc_ms = frame->utc_ms,
                          .time_ns = frame->time_ns};
    snprintf(event.text, sizeof event.text, "%.256s/%s", session->config->paths_data_normal_dir,
             name);
    struct record_options options = {.utc_stamps = session->finite};
    json_t *record = record_from_event(&event, &options, NULL, 0, err);
    int64_t seq;
    bool good = record && journal_append(session->journal, record, false, &seq, err);
    json_decref(record);
    return good;
}

static bool save(struct session *session, const struct frame *frame, struct error *err)
{
    char name[64], path[PATH_SIZE];
    bool there = false;
    buffer_clear(&session->jpeg);
    if (!image_encode_jpeg(session->picture, session->roi.width, session->roi.height,
                           session->config->capture_jpg_quality, &session->jpeg, err) ||
        !choose_name(session, frame, name, path, &there, err))
        return false;
    if (there) {
        session->report.already_there++;
        return true;
    }
    if (!file_replace(path, session->jpeg.data, session->jpeg.size, true, err))
        return false;
    session->report.saved++;
    return record_picture(session, frame, name, err);
}

static bool take_frame(struct session *session, const struct frame *frame, struct error *err)
{
    if (!session->picture && !prepare_pictures(session, frame, err))
        return false;
    rgb_crop(frame->rgb, frame->width, session->roi, session->picture);
    judge(session, frame->number);
    if (!save(session, frame, err))
        return false;
    uint8_t *swapped = session->previous;
    session->previous = session->picture;
    session->picture = swapped;
    return true;
}

/* ---- the session */

static bool is_enough(const struct session *session, const struct frame *frame)
{
    const struct capture_job *job = session->job;
    int64_t done = (int64_t)(session->report.saved + session->report.already_there);
    if (job->count > 0 && done >= job->count)
        return true;
    double elapsed_s = (double)(frame->time_ns - session->first_ns) / (double)NS_PER_SECOND;
    return job->duration_s > 0.0 && session->picture && elapsed_s >= job->duration_s;
}

static void show_progress(struct session *session, const struct frame *frame)
{
    char note[64];
    double done = (double)(session->report.saved + session->report.already_there), total = 0;
    if (session->job->count > 0)
        total = (double)session->job->count;
    snprintf(note, sizeof note, "%.0f pictures, frame %lld", done, (long long)frame->number);
    progress_show(&session->progress, done, total, note);
}

static bool run_session(struct session *session, struct error *err)
{
    bool good = true, enough = false;
    while (good && !enough && !stop_requested()) {
        struct capture_item item;
        bool wanted = session->finite || may_save(session);
        capture_arm(session->capture, wanted);
        enum queue_result result =
            queue_pop(session->items, &item, clock_monotonic_ns() + LOOK_AROUND_NS);
        if (result == QUEUE_CLOSED)
            break;
        if (result == QUEUE_TIMEOUT)
            continue;
        if (!item.frame) {
            log_warning("%s", item.note);
            continue;
        }
        enough = is_enough(session, item.frame);
        if (!enough && wanted)
            good = take_frame(session, item.frame, err);
        show_progress(session, item.frame);
        if (good && !enough)
            enough = is_enough(session, item.frame);
        frame_release(item.frame);
    }
    progress_end(&session->progress);
    return good;
}

static bool open_session(struct session *session, struct error *err)
{
    const struct project *project = session->project;
    if (!folder_create(project->normal_dir, true, err))
        return false;
    session->journal = event_log_open(session->config, project, err);
    if (!session->journal || !check_mode_of_replay(session, err))
        return false;
    session->items =
        queue_create(sizeof(struct capture_item), ITEM_CAPACITY,
                     session->finite ? QUEUE_BLOCK : QUEUE_NEWEST_WINS, capture_item_discard, err);
    if (!session->items)
        return false;
    struct capture_listener listener = {on_camera_error, NULL};
    session->capture = capture_create(session->source, POOL_SIZE, session->items, listener, err);
    return session->capture && capture_start(session->capture, err);
}

static bool close_session(struct session *session, bool good, struct error *err)
{
    if (session->capture) {
        capture_stop(session->capture);
        queue_close(session->items);
        capture_join(session->capture);
        good = good && capture_result(session->capture, err);
    }
    queue_destroy(session->items);
    capture_destroy(session->capture);
    source_destroy(session->source);
    journal_close(session->journal);
    buffer_finish(&session->jpeg);
    free(session->picture);
    free(session->previous);
    return good;
}

static void print_report(const struct session *session)
{
    const struct capture_report *report = &session->report;
    printf("%zu normal pictures saved in %s\n", report->saved, session->project->normal_dir);
    if (report->already_there)
        printf("%zu were there already\n", report->already_there);
    if (report->dark)
        printf("%zu are nearly black\n", report->dark);
    if (report->blurred)
        printf("%zu are much less sharp than the sharpest\n", report->blurred);
    if (report->identical)
        printf("%zu are identical to the one before\n", report->identical);
}

bool job_capture(const struct config *config, const struct project *project,
                 const struct capture_job *job, struct capture_report *ret_report,
                 struct error *err)
{
    struct session session = {.config = config,
                              .project = project,
                              .job = job,
                              .mode = MODE_OFF,
                              .progress = progress_begin("capture")};
    struct prepared_source source;
    job_source_prepare(config, &job->source, &source);
    leftovers_remove(project);
    session.source = source_create(&source.settings, err);
    if (!session.source)
        return false;
    session.finite = source_is_finite(session.source);
    bool good = open_session(&session, err) && run_session(&session, err);
    print_report(&session);
    *ret_report = session.report;
    return close_session(&session, good, err);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct capture_job job = {
        .source = job_source_default(
            invocation_real(invocation, "interval", invocation->config->capture_interval_seconds)),
        .count = invocation_int(invocation, "count", 0),
        .duration_s = invocation_real(invocation, "duration", 0.0)};
    job.source.first_frame = invocation_int(invocation, "from", 0);
    job.source.last_frame = invocation_int(invocation, "to", INT64_MAX);
    struct capture_report report;
    return job_source_from_flags(invocation, &job.source, err) &&
           job_capture(invocation->config, invocation->project, &job, &report, err);
}

static const struct command_flag flags[] = {
    {"count", FLAG_INT, "N", 1, 1e9, "stop after N pictures"},
    {"duration", FLAG_REAL, "SECONDS", 0.001, 1e9,
     "stop after this many seconds; of a recording, seconds of its own time"},
    {"interval", FLAG_REAL, "SECONDS", 0, 86400,
     "save a picture every so many seconds; without it capture.interval_seconds of "
     "config.yaml counts; 0 = every frame"},
    {"from", FLAG_INT, "FRAME", 0, 1e12, "first frame of a recording to use, counted from 0"},
    {"to", FLAG_INT, "FRAME", 0, 1e12, "last frame of a recording to use, counted from 0"},
    JOB_SOURCE_FLAGS,
    {0},
};

const struct command command_capture = {
    .name = "capture",
    .arguments = "",
    .summary = "save pictures of the rig as it normally looks",
    .details = "Saves only while state/mode.txt says CAPTURE (`leakwatch mode CAPTURE`). Run it "
               "while the rig works "
               "normally, in all the light it will see: a few hundred pictures over a day and a "
               "night are good. Stops at "
               "--count, --duration, the end of a recording, or Ctrl+C.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run,
};
