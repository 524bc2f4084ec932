/* `leakwatch demo`: the whole job once, without a camera: a simulated rig is captured, learned, and
 * springs a leak.
 *
 * It makes an ordinary project and runs the ordinary jobs in it, so what it shows is what a camera
 * would show, and the project can be looked at and used afterwards. Smaller pictures and fewer
 * epochs than the defaults keep it within minutes.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/jobs.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/signal.h"
#include "sink/journal.h"

#include <stdio.h>
#include <string.h>

#define RIG "seed=7&size=640x360"
#define LEAK_ONSET_S 30

static const char *const settings[] = {
    "camera.source=sim:normal?" RIG,
    "camera.width=640",
    "camera.height=360",
    "image.width=128",
    "image.height=128",
    "training.batch_size=4",
    "training.epochs=20",
    "training.augment.enabled=false",
    "notify.slack.enabled=false",
};

/* A project whose config.yaml holds the demo's settings. */
static struct config *make_project(const char *root, struct project *project, struct error *err)
{
    if (!project_init(root, err)) {
        struct error reason = *err;
        error_set(err, reason.code, "%s; `leakwatch demo DIR` takes another folder",
                  reason.message);
        return NULL;
    }
    struct config_overrides overrides = {settings, sizeof settings / sizeof settings[0]};
    struct config_warnings warnings = {log_each_warning, NULL};
    struct config *config = config_load(root, overrides, warnings, err);
    if (!config)
        return NULL;
    struct buffer yaml = {0};
    bool good = project_resolve(root, config, project, err) &&
                config_write_yaml(config, false, &yaml, err) &&
                file_replace(project->config_file, yaml.data, yaml.size, false, err);
    buffer_finish(&yaml);
    if (good)
        return config;
    config_destroy(config);
    return NULL;
}

static bool capture(const struct config *config, const struct project *project, struct error *err)
{
    printf("\n1/3  capture: an hour in which the rig works normally\n");
    struct capture_job job = {.source = job_source_default(18.0)};
    job.source.spec = "sim:normal?" RIG "&duration=3600";
    struct capture_report report;
    return mode_write(project->mode_file, MODE_CAPTURE, err) &&
           job_capture(config, project, &job, &report, err);
}

static bool train(const struct config *config, const struct project *project, struct error *err)
{
    printf("\n2/3  train: learn what normal looks like (a minute or two)\n");
    fflush(stdout);
    return job_train(config, project, err);
}

static bool watch(const struct config *config, const struct project *project, struct error *err)
{
    printf("\n3/3  monitor: at second %d a puddle begins to spread in the tray\n", LEAK_ONSET_S);
    fflush(stdout);
    struct monitor_job job = {.source = job_source_default(config->monitor_frame_interval_seconds)};
    char spec[96];
    snprintf(spec, sizeof spec, "sim:puddle?" RIG "&start=3600&duration=90&onset=%d", LEAK_ONSET_S);
    job.source.spec = spec;
    struct monitor_report report;
    return mode_write(project->mode_file, MODE_MONITOR, err) &&
           job_monitor(config, project, &job, &report, err);
}

/* ---- what came of it */

struct finding {
    bool found;
    double media_time_s;
    char pictures[8][128];
    int picture_count;
};

static bool look_for_alarm(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct finding *finding = context;
    const char *type = json_string_value(json_object_get(record, "type"));
    double time_s = json_number_value(json_object_get(record, "media_time_s"));
    if (!type || strcmp(type, "anomaly_detected") != 0 || time_s < LEAK_ONSET_S)
        return true;
    finding->found = true;
    finding->media_time_s = time_s;
    size_t index;
    json_t *path;
    json_array_foreach(json_object_get(record, "saved_paths"), index, path)
    {
        if (index < sizeof finding->pictures / sizeof finding->pictures[0])
            snprintf(finding->pictures[finding->picture_count++], sizeof finding->pictures[0], "%s",
                     json_string_value(path));
    }
    return false;
}

/* The page of the day in which the recording plays, by the calendar of this place. */
static bool make_page(const struct config *config, const struct project *project,
                      char ret_page[PATH_SIZE], struct error *err)
{
    char date[CLOCK_TEXT_SIZE];
    int64_t onset_ms = job_source_default(0).start_utc_ms + LEAK_ONSET_S * 1000;
    clock_format_date(clock_local_day(onset_ms), date);
    return job_summary(config, project, date, ret_page, err);
}

static bool show_finding(const struct config *config, const struct project *project,
                         struct error *err)
{
    struct finding finding = {0};
    char page[PATH_SIZE];
    int64_t damaged;
    if (!journal_read(project->events_file, 0, look_for_alarm, &finding, &damaged, err))
        return false;
    if (!finding.found)
        return error_set(err, ERROR_INTERNAL,
                         "the simulated leak was not found; please send us %s and %s",
                         project->events_file, project->model_dir);
    if (!make_page(config, project, page, err))
        return false;
    printf("\nThe leak was found %.0f s after it began. The evidence:\n",
           finding.media_time_s - LEAK_ONSET_S);
    for (int i = 0; i < finding.picture_count; i++)
        printf("  %s/%s\n", project->root, finding.pictures[i]);
    printf("The compare_… picture shows what the camera saw, what leakwatch expected, and the "
           "difference.\n"
           "The day on one page, for a browser:  %s\n"
           "Every record is a line of %s.\n\n"
           "Next, with a camera of your own:  leakwatch init my-rig  (USER_GUIDE.md leads through "
           "it)\n",
           page, project->events_file);
    return true;
}

static bool run(const struct invocation *invocation, struct error *err)
{
    const char *root = invocation->argument_count > 0 ? invocation->arguments[0] : "leakwatch-demo";
    struct project project;
    struct config *config = make_project(root, &project, err);
    if (!config)
        return false;
    printf("A simulated redox-flow-battery rig, in the project folder %s\n", root);
    bool good = capture(config, &project, err) && !stop_requested() &&
                train(config, &project, err) && !stop_requested() && watch(config, &project, err) &&
                !stop_requested();
    if (stop_requested() && !good)
        error_set(err, ERROR_CANCELLED, "the demo was stopped");
    good = good && show_finding(config, &project, err);
    config_destroy(config);
    return good;
}

const struct command command_demo = {
    .name = "demo",
    .arguments = "[DIR]",
    .summary = "see the whole job once, without a camera",
    .details = "Makes a project (leakwatch-demo, or DIR), captures a simulated rig, trains on it, "
               "lets it leak, and shows "
               "the alarm and its evidence. Takes two to five minutes.",
    .max_arguments = 1,
    .needs = NEEDS_THREADS,
    .run = run,
};
