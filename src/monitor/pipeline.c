/* Builds the threads and queues of a monitor, supervises them, and takes them down in the order of
 * the data flow: each stage is joined when the one before it has closed its queue, so nothing that
 * was seen is lost on the way to the disk.
 */
#include "monitor/pipeline.h"

#include "base/log.h"
#include "monitor/acceptance.h"
#include "monitor/accepted_follower.h"
#include "monitor/ack_follower.h"
#include "monitor/alarm_number.h"
#include "monitor/capture.h"
#include "monitor/console.h"
#include "monitor/mode_follower.h"
#include "monitor/presence.h"
#include "monitor/recorder.h"
#include "monitor/scoring.h"
#include "monitor/untold.h"
#include "platform/clock.h"
#include "platform/signal.h"
#include "sink/event_log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FRAME_QUEUE_CAPACITY = 2,
    SUPERVISE_MS = 100,
    MODE_POLL_EVERY = 5, /* times SUPERVISE_MS */
    DRAIN_AT_END_MS = 10000,
};

struct pipeline {
    const struct pipeline_options *options;
    bool finite, deliver;
    struct instant start;
    struct file_lock lock;
    struct journal *journal;
    struct outbox *outbox;
    struct delivery *delivery;
    const char *channels[CHANNELS_MAX];
    size_t channel_count;
    struct source *source;
    struct queue *items;
    struct capture *capture;
    struct recorder *recorder;
    struct scoring *scoring;
    struct mode_follower follower;
    struct ack_follower ack_follower;
    struct accepted_follower *accepted_follower; /* NULL = of a finite source */
    struct accepted *accepted;                   /* at the start */
    char accepted_file[PATH_SIZE];
    struct error accepted_problem; /* message "" = none */
    atomic_bool ending;            /* some thread can not go on, or has come to the end */
};

static struct instant instant_now(void)
{
    return (struct instant){.time_ns = clock_monotonic_ns(), .utc_ms = clock_wall_utc_ms()};
}

/* ---- what the threads call back */

static void on_camera_error(void *context, const char *reason)
{
    struct pipeline *pipeline = context;
    struct instant now = instant_now();
    struct event event = {
        .type = EVENT_CAMERA_ERROR, .frame = -1, .utc_ms = now.utc_ms, .time_ns = now.time_ns};
    snprintf(event.text, sizeof event.text, "%s", reason);
    recorder_record(pipeline->recorder, &event, NULL);
}

static void on_event(void *context, const struct event *event)
{
    struct pipeline *pipeline = context;
    if (!pipeline->options->quiet)
        console_event(event, pipeline->finite);
}

static void on_own_event(void *context, const struct event *event)
{
    struct pipeline *pipeline = context;
    recorder_record(pipeline->recorder, event, NULL);
}

static void on_ending(void *context)
{
    struct pipeline *pipeline = context;
    atomic_store(&pipeline->ending, true);
}

static void on_delivery_news(void *context, enum delivery_news news, const char *channel,
                             const char *reason)
{
    struct pipeline *pipeline = context;
    struct instant now = instant_now();
    struct event event = {.type = news == DELIVERY_WORKING ? EVENT_RECOVERED : EVENT_NOTIFY_ERROR,
                          .fault = FAULT_DELIVERY,
                          .frame = -1,
                          .utc_ms = now.utc_ms,
                          .time_ns = now.time_ns};
    snprintf(event.text, sizeof event.text, "%s", reason);
    snprintf(event.detail, sizeof event.detail, "%s", channel);
    recorder_record(pipeline->recorder, &event, NULL);
}

static uint64_t on_frames_scored(void *context)
{
    struct pipeline *pipeline = context;
    return pipeline->scoring ? scoring_progress(pipeline->scoring).frames_watched : 0;
}

/* ---- building */

static void record_text(struct pipeline *pipeline, enum event_type type, struct instant at,
                        const char *text, const char *detail)
{
    struct event event = {.type = type,
                          .frame = -1,
                          .mode = (int)pipeline->follower.mode,
                          .tells_people = pipeline->deliver,
                          .utc_ms = at.utc_ms,
                          .time_ns = at.time_ns};
    snprintf(event.text, sizeof event.text, "%s", text);
    snprintf(event.detail, sizeof event.detail, "%s", detail);
    if (pipeline->options->detector)
        snprintf(event.detector, sizeof event.detector, "%s", pipeline->options->detector);
    if (type == EVENT_SHUTDOWN && pipeline->scoring) {
        struct source_counts counts = capture_counts(pipeline->capture);
        event.frames_scored = scoring_progress(pipeline->scoring).frames_scored;
        event.alarms = scoring_progress(pipeline->scoring).alarms;
        event.frames_damaged = counts.damaged;
        event.frames_dropped = counts.no_room + counts.skipped + queue_dropped(pipeline->items);
    }
    recorder_record(pipeline->recorder, &event, NULL);
}

static void on_channel_warning(void *context, const char *sentence)
{
    struct pipeline *pipeline = context;
    log_warning("%s", sentence);
    record_text(pipeline, EVENT_STARTUP_WARNING, pipeline->start, sentence, "");
}

/* A full disk keeps nobody from watching: what cannot be stored is told from memory. */
static bool open_outbox(struct pipeline *pipeline, struct error *err)
{
    const char *path = pipeline->options->project->outbox_file;
    struct error why = {0};
    bool rebuilt = false;
    pipeline->outbox = outbox_open(path, &rebuilt, &why);
    if (rebuilt)
        log_warning(
            "%s was damaged and has been put aside; alerts of the last 7 days are taken from "
            "the records again",
            path);
    if (!pipeline->outbox && why.code == ERROR_SPACE)
        pipeline->outbox = outbox_open_later(path, &why);
    if (!pipeline->outbox && err)
        *err = why;
    return pipeline->outbox != NULL;
}

static bool open_records(struct pipeline *pipeline, struct error *err)
{
    const struct project *project = pipeline->options->project;
    const struct config *config = pipeline->options->config;
    pipeline->journal = event_log_open(config, project, err);
    if (!pipeline->journal)
        return false;
    if (!pipeline->deliver)
        return true;
    if (!open_outbox(pipeline, err))
        return false;
    struct delivery_listener listener = {
        .told = on_delivery_news, .frames_scored = on_frames_scored, .context = pipeline};
    pipeline->delivery = delivery_create(config, project, pipeline->outbox, listener, err);
    return pipeline->delivery != NULL;
}

static bool make_recorder(struct pipeline *pipeline, struct error *err)
{
    struct recorder_settings settings = {.config = pipeline->options->config,
                                         .project = pipeline->options->project,
                                         .journal = pipeline->journal,
                                         .journal_path = pipeline->options->project->events_file,
                                         .outbox = pipeline->outbox,
                                         .delivery = pipeline->delivery,
                                         .utc_stamps = pipeline->finite,
                                         .block = pipeline->finite,
                                         .tell = on_event,
                                         .failed = on_ending,
                                         .context = pipeline};
    settings.channel_count = pipeline->channel_count;
    memcpy(settings.channels, pipeline->channels, sizeof settings.channels);
    pipeline->recorder = recorder_create(&settings, err);
    return pipeline->recorder != NULL;
}

/* What people have declared normal is of this camera's night; a replay is judged without it. A
 * file that cannot be understood accepts nothing, which is the safe side. */
static bool open_accepted(struct pipeline *pipeline, struct error *err)
{
    if (pipeline->finite)
        return true;
    if (!acceptance_path(pipeline->options->project, pipeline->accepted_file, err))
        return false;
    pipeline->accepted = calloc(1, sizeof *pipeline->accepted);
    if (!pipeline->accepted)
        return error_set(err, ERROR_MEMORY, "no memory for the accepted places");
    pipeline->accepted_follower = accepted_follower_create(pipeline->accepted_file, err);
    if (!pipeline->accepted_follower)
        return false;
    if (!accepted_load(pipeline->accepted_file, pipeline->accepted, &pipeline->accepted_problem))
        pipeline->accepted->count = 0;
    return true;
}

/* Frames that can be out at once: queued, being filled, being scored, before an alarm, and in
 * evidence. */
static int pool_size(const struct config *config)
{
    int pre = 0, post = 0;
    if (config->monitor_save_context_enabled) {
        pre = config->monitor_save_context_pre_frames;
        post = config->monitor_save_context_post_frames;
    }
    return FRAME_QUEUE_CAPACITY + 2 + pre + 2 * (1 + (pre > post ? pre : post));
}

static bool make_threads(struct pipeline *pipeline, struct error *err)
{
    enum queue_policy policy = pipeline->finite ? QUEUE_BLOCK : QUEUE_NEWEST_WINS;
    pipeline->items = queue_create(sizeof(struct capture_item), FRAME_QUEUE_CAPACITY, policy,
                                   capture_item_discard, err);
    if (!pipeline->items)
        return false;
    int first_alarm_number = 1;
    if (pipeline->finite &&
        !alarm_number_next(pipeline->options->project->events_file, &first_alarm_number, err))
        return false;
    struct capture_listener listener = {on_camera_error, pipeline};
    pipeline->capture = capture_create(pipeline->source, pool_size(pipeline->options->config),
                                       pipeline->items, listener, err);
    if (!pipeline->capture)
        return false;
    struct scoring_settings settings = {.config = pipeline->options->config,
                                        .items = pipeline->items,
                                        .recorder = pipeline->recorder,
                                        .finite = pipeline->finite,
                                        .start = pipeline->start,
                                        .mode = pipeline->follower.mode,
                                        .first_alarm_number = first_alarm_number,
                                        .accepted = pipeline->accepted,
                                        .model_utc_ms = pipeline->options->model_utc_ms,
                                        .make_detector = pipeline->options->make_detector,
                                        .context = pipeline->options->context,
                                        .ended = on_ending,
                                        .ended_context = pipeline};
    pipeline->scoring = scoring_create(&settings, err);
    return pipeline->scoring != NULL;
}

/* Who watches a replay says so: with --ignore-mode, or by having armed the project. */
static bool begin_mode(struct pipeline *pipeline, struct error *err)
{
    if (pipeline->options->ignore_mode) {
        pipeline->follower = (struct mode_follower){.mode = MODE_MONITOR};
        return true;
    }
    struct event_sink sink = {on_own_event, pipeline};
    mode_follower_init(&pipeline->follower, pipeline->options->project->mode_file, pipeline->start,
                       sink);
    if (pipeline->finite && pipeline->follower.mode != MODE_MONITOR)
        return error_set(
            err, ERROR_USAGE,
            "the mode is %s, so nothing would be watched; say --ignore-mode, or arm the "
            "project with `leakwatch mode MONITOR`",
            mode_name(pipeline->follower.mode));
    return true;
}

static bool build(struct pipeline *pipeline, struct error *err)
{
    const struct pipeline_options *options = pipeline->options;
    pipeline->source = source_create(options->source, err);
    if (!pipeline->source)
        return false;
    pipeline->finite = source_is_finite(pipeline->source);
    pipeline->deliver = options->notify_replay || !pipeline->finite;
    if (options->ignore_mode && !pipeline->finite)
        return error_set(
            err, ERROR_USAGE,
            "--ignore-mode is for videos, folders and simulations with a duration; a camera "
            "obeys the mode");
    pipeline->start = pipeline->finite
                          ? (struct instant){.time_ns = 0, .utc_ms = options->source->start_utc_ms}
                          : instant_now();
    if (!presence_take(options->project, &pipeline->lock, err) || !open_records(pipeline, err))
        return false;
    struct config_warnings no_warnings = {0};
    if (pipeline->deliver)
        pipeline->channel_count =
            delivery_channels(options->config, no_warnings, pipeline->channels);
    ack_follower_init(&pipeline->ack_follower, options->project->acknowledged_file);
    return open_accepted(pipeline, err) && make_recorder(pipeline, err) &&
           begin_mode(pipeline, err) && make_threads(pipeline, err);
}

/* ---- running */

static void record_startup(struct pipeline *pipeline)
{
    const struct pipeline_options *options = pipeline->options;
    char source[192], text[EVENT_TEXT_SIZE];
    source_mask_spec(options->source->spec, source, sizeof source);
    snprintf(text, sizeof text, "watching %s, mode %s", source, mode_name(pipeline->follower.mode));
    record_text(pipeline, EVENT_STARTUP, pipeline->start, text, options->startup_detail);
    for (size_t i = 0; i < options->startup_warning_count; i++)
        record_text(pipeline, EVENT_STARTUP_WARNING, pipeline->start, options->startup_warnings[i],
                    "");
    if (journal_repaired(pipeline->journal) > 0)
        record_text(
            pipeline, EVENT_STARTUP_WARNING, pipeline->start,
            "the last line of events.jsonl was torn (a crash or power cut) and has been put "
            "aside",
            "");
    if (*pipeline->accepted_problem.message)
        on_channel_warning(pipeline, pipeline->accepted_problem.message);
    struct config_warnings warnings = {on_channel_warning, pipeline};
    const char *names[CHANNELS_MAX];
    if (pipeline->deliver)
        delivery_channels(options->config, warnings, names);
}

/* What the disk has no room for now is caught up later, by the records thread. */
static bool catch_up(struct pipeline *pipeline, int64_t *ret_last_seq, struct error *err)
{
    struct outbox *outbox = pipeline->outbox;
    struct error why;
    if (outbox_catch_up(outbox, pipeline->options->project->events_file, pipeline->channels,
                        pipeline->channel_count, clock_wall_utc_ms(), &why) &&
        outbox_cursor(outbox, ret_last_seq, &why))
        return true;
    if (why.code == ERROR_SPACE) {
        recorder_outbox_is_behind(pipeline->recorder);
        *ret_last_seq = 0;
        return true;
    }
    if (err)
        *err = why;
    return false;
}

static bool start_threads(struct pipeline *pipeline, struct error *err)
{
    int64_t last_seq = 0;
    if (pipeline->outbox && !catch_up(pipeline, &last_seq, err))
        return false;
    if (!recorder_start(pipeline->recorder, err))
        return false;
    record_startup(pipeline);
    struct event_sink sink = {on_own_event, pipeline};
    if (pipeline->outbox &&
        !untold_tell(pipeline->options->project->events_file, last_seq, pipeline->start, sink, err))
        return false;
    if (pipeline->delivery && !delivery_start(pipeline->delivery, err))
        return false;
    if (!scoring_start(pipeline->scoring, err) || !capture_start(pipeline->capture, err))
        return false;
    capture_arm(pipeline->capture, pipeline->follower.mode == MODE_MONITOR);
    return true;
}

static void follow_mode(struct pipeline *pipeline)
{
    enum mode before = pipeline->follower.mode;
    enum mode mode = mode_follower_poll(&pipeline->follower, instant_now());
    if (mode == before)
        return;
    scoring_set_mode(pipeline->scoring, mode);
    capture_arm(pipeline->capture, mode == MODE_MONITOR);
}

static void on_acknowledged(void *context, const char *event_id)
{
    struct pipeline *pipeline = context;
    scoring_acknowledge(pipeline->scoring, event_id);
}

static void on_accepted(void *context, const struct accepted *list)
{
    struct pipeline *pipeline = context;
    scoring_accept(pipeline->scoring, list);
}

static void follow_people(struct pipeline *pipeline)
{
    follow_mode(pipeline);
    ack_follower_poll(&pipeline->ack_follower, on_acknowledged, pipeline);
    accepted_follower_poll(pipeline->accepted_follower, on_accepted, pipeline);
}

static void show_progress(struct pipeline *pipeline)
{
    struct scoring_progress progress = scoring_progress(pipeline->scoring);
    if (pipeline->finite && !pipeline->options->quiet && progress.frame >= 0)
        console_progress(progress.frame, capture_frame_count(pipeline->capture), progress.alarms);
}

static void supervise(struct pipeline *pipeline)
{
    for (int round = 1; !atomic_load(&pipeline->ending) && !stop_wait(SUPERVISE_MS); round++) {
        if (!pipeline->finite && round % MODE_POLL_EVERY == 0)
            follow_people(pipeline);
        show_progress(pipeline);
    }
    console_progress_end();
}

/* ---- taking down */

/* The last records of the run: what went wrong, and why it ends. */
static void record_end(struct pipeline *pipeline, const char *why)
{
    struct instant at = pipeline->finite ? scoring_last_instant(pipeline->scoring) : instant_now();
    struct error failure;
    if (!scoring_result(pipeline->scoring, &failure))
        why = failure.message;
    if (!capture_result(pipeline->capture, &failure)) {
        record_text(pipeline, EVENT_CAMERA_ERROR, at, failure.message, "");
        why = "the source failed";
    }
    record_text(pipeline, EVENT_SHUTDOWN, at, why, "");
}

/* Every stage is joined after the one before it. Safe after a build that failed half-way. */
static void take_down(struct pipeline *pipeline, const char *why)
{
    if (pipeline->capture) {
        capture_stop(pipeline->capture);
        capture_join(pipeline->capture);
        queue_close(pipeline->items);
    }
    if (pipeline->scoring) {
        scoring_join(pipeline->scoring);
        record_end(pipeline, why);
    }
    if (pipeline->recorder) {
        recorder_close(pipeline->recorder);
        recorder_join(pipeline->recorder);
    }
    if (pipeline->delivery) {
        delivery_stop(pipeline->delivery);
        delivery_join(pipeline->delivery);
    }
}

static void destroy(struct pipeline *pipeline)
{
    delivery_destroy(pipeline->delivery);
    accepted_follower_destroy(pipeline->accepted_follower);
    free(pipeline->accepted);
    scoring_destroy(pipeline->scoring);
    queue_destroy(pipeline->items);
    recorder_destroy(pipeline->recorder);
    capture_destroy(pipeline->capture);
    source_destroy(pipeline->source);
    outbox_close(pipeline->outbox);
    journal_close(pipeline->journal);
    file_lock_release(&pipeline->lock);
}

/* The last chance of this process to tell people; what is left waits for the next start. */
static void drain(struct pipeline *pipeline, struct pipeline_result *result)
{
    if (!pipeline->delivery)
        return;
    bool empty = false;
    int waiting = 0;
    struct error err;
    if (outbox_pending(pipeline->outbox, &waiting, &err) && waiting > 0)
        log_note("%d message%s still to be delivered; waiting %d s at most", waiting,
                 waiting == 1 ? " is" : "s are", DRAIN_AT_END_MS / 1000);
    if (!delivery_drain(pipeline->delivery, DRAIN_AT_END_MS, &empty, &err) || !empty) {
        result->undelivered = true;
        log_warning(
            "some alerts could not be delivered yet; they are kept and tried again at the next "
            "start");
    }
}

static bool results(const struct pipeline *pipeline, struct error *err)
{
    return recorder_result(pipeline->recorder, err) && scoring_result(pipeline->scoring, err) &&
           capture_result(pipeline->capture, err);
}

bool pipeline_run(const struct pipeline_options *options, struct pipeline_result *ret_result,
                  struct error *err)
{
    struct pipeline pipeline = {.options = options};
    struct pipeline_result result = {0};
    bool good = build(&pipeline, err) && start_threads(&pipeline, err);
    if (good)
        supervise(&pipeline);
    const char *why = !good              ? "the monitor could not start"
                      : stop_requested() ? "stopped by request"
                                         : "the source has ended";
    take_down(&pipeline, why);
    if (good) {
        good = results(&pipeline, err);
        struct scoring_progress progress = scoring_progress(pipeline.scoring);
        result.frames_scored = progress.frames_scored;
        result.alarms = progress.alarms;
        result.counts = capture_counts(pipeline.capture);
        drain(&pipeline, &result);
        *ret_result = result;
    }
    destroy(&pipeline);
    return good;
}
