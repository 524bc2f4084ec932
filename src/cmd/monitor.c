/* `leakwatch monitor`: the model from disk, the source from flags or configuration, the pipeline in
 * between.
 *
 * A monitor that can not start is as dangerous as one that dies: the failure is recorded and told
 * before the command ends.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/job_source.h"
#include "cmd/leftovers.h"
#include "monitor/announce.h"
#include "monitor/pipeline.h"
#include "score/detector_kind.h"

#include <stdio.h>
#include <stdlib.h>

enum { TELL_FAILURE_MS = 15000 };

struct detector_parts {
    const struct config *config;
    const struct detector_kind *kind;
    const struct trained_model *model;
};

static struct detector *make_detector(void *context, int camera_width, int camera_height,
                                      struct error *err)
{
    const struct detector_parts *parts = context;
    return parts->kind->open(parts->model, parts->config, camera_width, camera_height, 1, err);
}

static void print_report(const struct pipeline_result *result)
{
    printf("%llu frames scored, %llu alarm%s\n", (unsigned long long)result->frames_scored,
           (unsigned long long)result->alarms, result->alarms == 1 ? "" : "s");
    if (result->counts.damaged)
        printf("%llu frame%s damaged and left out\n", (unsigned long long)result->counts.damaged,
               result->counts.damaged == 1 ? " was" : "s were");
}

static bool run_with_model(const struct config *config, const struct project *project,
                           const struct monitor_job *job, struct detector_parts *parts,
                           struct pipeline_result *ret_result, struct error *err)
{
    struct prepared_source source;
    job_source_prepare(config, &job->source, &source);
    char detail[128];
    snprintf(detail, sizeof detail, "model %.12s, %s detector, threshold %.6g",
             parts->model->set.identity.set_digest, parts->kind->name,
             parts->model->set.threshold.threshold);
    int64_t model_utc_ms = 0;
    (void)detector_kind_model_time(parts->kind, project->model_dir, &model_utc_ms);
    struct pipeline_options options = {.config = config,
                                       .project = project,
                                       .source = &source.settings,
                                       .ignore_mode = job->source.ignore_mode,
                                       .notify_replay = job->notify,
                                       .make_detector = make_detector,
                                       .detector = parts->kind->name,
                                       .model_utc_ms = model_utc_ms,
                                       .context = parts,
                                       .startup_detail = detail};
    return pipeline_run(&options, ret_result, err);
}

static bool is_replay(const struct config *config, const struct monitor_job *job)
{
    struct prepared_source prepared;
    struct error ignored;
    job_source_prepare(config, &job->source, &prepared);
    struct source *source = source_create(&prepared.settings, &ignored);
    bool finite = source && source_is_finite(source);
    source_destroy(source);
    return finite;
}

/* Usage errors are seen by the person who makes them, and so is a replay; everything else may
 * happen while nobody looks. */
static void tell_failure(const struct config *config, const struct project *project,
                         const struct monitor_job *job, const struct error *failure)
{
    if (failure->code == ERROR_USAGE || failure->code == ERROR_BUSY || job->source.ignore_mode ||
        (is_replay(config, job) && !job->notify))
        return;
    struct event event = announce_event(EVENT_STARTUP_ERROR, failure->message);
    event.notify = true;
    struct error err;
    if (!announce(config, project, &event, TELL_FAILURE_MS, NULL, &err))
        log_warning("this failure could not be recorded: %s", err.message);
}

bool job_monitor(const struct config *config, const struct project *project,
                 const struct monitor_job *job, struct monitor_report *ret_report,
                 struct error *err)
{
    struct trained_model model = {0};
    struct detector_parts parts = {config, detector_kind_of(config), &model};
    struct pipeline_result result = {0};
    leftovers_remove(project);
    bool good = detector_kind_load(parts.kind, project->model_dir, config, &model, err) &&
                run_with_model(config, project, job, &parts, &result, err);
    parts.kind->unload(&model);
    if (!good) {
        tell_failure(config, project, job, err);
        return false;
    }
    print_report(&result);
    *ret_report =
        (struct monitor_report){.frames_scored = result.frames_scored, .alarms = result.alarms};
    return true;
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct monitor_job job = {
        .source = job_source_default(invocation->config->monitor_frame_interval_seconds),
        .notify = invocation_has(invocation, "notify")};
    struct monitor_report report;
    return job_source_from_flags(invocation, &job.source, err) &&
           job_monitor(invocation->config, invocation->project, &job, &report, err);
}

static const struct command_flag flags[] = {
    JOB_SOURCE_FLAGS,
    {"notify", FLAG_SWITCH, NULL, 0, 0, "send alerts also when the source is a recording"},
    {0},
};

const struct command command_monitor = {
    .name = "monitor",
    .arguments = "",
    .summary = "watch the rig and tell people when something leaks",
    .details = "Watches while state/mode.txt says MONITOR (`leakwatch mode MONITOR` arms, "
               "`leakwatch mode OFF` "
               "disarms) and runs until it is stopped with Ctrl+C. With a recording (a video file, "
               "a folder of images, "
               "or sim:SCENARIO?duration=SECONDS) it runs as fast as it can, on the recording's "
               "own clock, sends no "
               "alerts unless --notify is given, and ends with the recording.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run,
};
