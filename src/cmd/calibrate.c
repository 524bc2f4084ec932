/* `leakwatch calibrate`: normal pictures → scores → histogram and figures, and whether the scores
 * have drifted since the last time.
 *
 * Changes nothing but the reports folder, unless --write-threshold is given: then the new
 * thresholds are put in place last, when the report of what they are is on disk.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/goes_on.h"
#include "cmd/leftovers.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "monitor/announce.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "platform/signal.h"
#include "report/calibration_report.h"
#include "score/detector_kind.h"
#include "sink/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = CALIBRATION_NAME_SIZE, REPORT_FILES = 3 };
enum { FILE_PNG, FILE_SVG, FILE_JSON }; /* the last one is what later calibrations look for */

struct session {
    const struct config *config;
    const struct project *project;
    const char *folder;
    bool write_threshold, json;
    struct model_set set;
    struct dataset *dataset;
    struct calibration calibration;
    struct past_calibration past;
    struct calibration_report report;
    char names[REPORT_FILES][NAME_SIZE];
    char backup_name[NAME_SIZE];
    struct progress progress;
};

static bool on_progress(void *context, size_t done, size_t total)
{
    struct session *session = context;
    progress_show(&session->progress, (double)done, (double)total, "");
    return !stop_requested();
}

static bool load_pictures(struct session *session, struct error *err)
{
    const struct model_identity *identity = &session->set.identity;
    const struct picture_listener listener = {log_each_warning, session, on_progress};
    session->progress = progress_begin("pictures");
    session->dataset = dataset_load(session->folder, identity->width, identity->height,
                                    session->write_threshold ? DATASET_LEAST : 1, listener, err);
    progress_end(&session->progress);
    if (!session->dataset)
        return false;
    if (session->dataset->camera_width != identity->picture_width ||
        session->dataset->camera_height != identity->picture_height)
        return error_set(err, ERROR_CONFIG,
                         "the pictures in '%s' have %dx%d px, but the model was trained on %dx%d "
                         "px; take pictures of that size, or train again",
                         session->folder, session->dataset->camera_width,
                         session->dataset->camera_height, identity->picture_width,
                         identity->picture_height);
    if (session->write_threshold && session->dataset->count < DATASET_ADVISED)
        log_warning("%zu pictures are few for a threshold; %d or more, over a day and a night, "
                    "give fewer false alarms",
                    session->dataset->count, DATASET_ADVISED);
    return true;
}

static bool score_all(struct session *session, struct inference *inference, struct error *err)
{
    const size_t count = session->dataset->count;
    size_t *all = calloc(count, sizeof *all);
    if (!all)
        return error_set(err, ERROR_MEMORY, "no memory to score %zu pictures", count);
    for (size_t i = 0; i < count; i++)
        all[i] = i;
    session->progress = progress_begin("calibrate");
    const bool good = calibration_run(inference, session->dataset, all, count, session->config,
                                      on_progress, session, &session->calibration, err);
    progress_end(&session->progress);
    free(all);
    return good;
}

static bool score_pictures(struct session *session, struct error *err)
{
    const int threads =
        session->config->training_threads ? session->config->training_threads : process_cpu_count();
    struct inference *inference =
        inference_create(session->set.parameters, session->set.identity.width,
                         session->set.identity.height, threads, err);
    const bool good = inference && score_all(session, inference, err);
    inference_destroy(inference);
    return good;
}

static void choose_names(struct session *session, int64_t utc_ms)
{
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_stamp(utc_ms, false, stamp);
    snprintf(session->names[FILE_PNG], NAME_SIZE, "threshold_histogram_%s.png", stamp);
    snprintf(session->names[FILE_SVG], NAME_SIZE, "threshold_histogram_%s.svg", stamp);
    snprintf(session->names[FILE_JSON], NAME_SIZE, CALIBRATION_PREFIX "%s" CALIBRATION_SUFFIX,
             stamp);
    snprintf(session->backup_name, NAME_SIZE, "threshold_%s.json", stamp);
}

static bool make_report(struct session *session, struct error *err)
{
    const int64_t now_utc_ms = clock_wall_utc_ms();
    const struct picture_listener listener = {log_each_warning, NULL};
    choose_names(session, now_utc_ms);
    if (!past_calibration_find(session->project->calibration_dir, session->names[FILE_JSON],
                               &session->set, listener, &session->past, err))
        return false;
    session->report = (struct calibration_report){.set = &session->set,
                                                  .dataset = session->dataset,
                                                  .calibration = &session->calibration,
                                                  .folder = session->folder,
                                                  .past = &session->past,
                                                  .made_utc_ms = now_utc_ms};
    return drift_compare(&session->past, &session->calibration, session->dataset->names,
                         &session->set.stats, &session->report.drift, err);
}

static bool render_json(const struct session *session, struct buffer *out, struct error *err)
{
    json_t *object = calibration_report_to_json(&session->report, true);
    char *text = object ? json_dumps(object, JSON_INDENT(1)) : NULL;
    json_decref(object);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the report");
    buffer_append_text(out, text);
    buffer_append_text(out, "\n");
    free(text);
    return buffer_check(out, err);
}

static bool report_path(const struct session *session, int file, char ret_path[PATH_SIZE],
                        struct error *err)
{
    return path_join(ret_path, PATH_SIZE, session->project->calibration_dir, session->names[file],
                     err);
}

static void remove_files(const struct session *session, int count)
{
    char path[PATH_SIZE];
    struct error ignored;
    for (int file = 0; file < count; file++)
        if (report_path(session, file, path, &ignored))
            (void)!file_remove(path, &ignored);
}

/* All of them or none. */
static bool write_files(const struct session *session, const struct buffer files[REPORT_FILES],
                        struct error *err)
{
    for (int file = 0; file < REPORT_FILES; file++) {
        char path[PATH_SIZE];
        if (!report_path(session, file, path, err) ||
            !file_replace(path, files[file].data, files[file].size, false, err)) {
            remove_files(session, file);
            return false;
        }
    }
    return true;
}

static bool save_report(const struct session *session, struct error *err)
{
    char project_name[64];
    struct buffer files[REPORT_FILES] = {0};
    message_project_name(session->project->root, project_name, sizeof project_name);
    const bool good =
        calibration_report_draw(&session->report, project_name, PLOT_PNG, &files[FILE_PNG], err) &&
        calibration_report_draw(&session->report, project_name, PLOT_SVG, &files[FILE_SVG], err) &&
        render_json(session, &files[FILE_JSON], err) && write_files(session, files, err);
    for (int file = 0; file < REPORT_FILES; file++)
        buffer_finish(&files[file]);
    return good;
}

static bool save_threshold(const struct session *session, struct error *err)
{
    if (!session->write_threshold)
        return true;
    if (model_set_replace_threshold(session->project->model_dir, &session->set,
                                    &session->calibration.threshold, session->backup_name, err))
        return true;
    return error_add_context(err, "the report is saved, but not the threshold");
}

static bool print_json(const struct session *session, struct error *err)
{
    json_t *object = calibration_report_to_json(&session->report, false);
    json_t *files = json_pack("{s:o, s:s, s:s, s:s, s:b}", "reports_folder",
                              output_string(session->project->calibration_dir), //
                              "report", session->names[FILE_JSON],              //
                              "histogram_png", session->names[FILE_PNG],        //
                              "histogram_svg", session->names[FILE_SVG],        //
                              "threshold_written", (int)session->write_threshold);
    bool good = object && files && json_object_update(object, files) == 0;
    if (good && session->write_threshold)
        good =
            json_object_set_new(object, "threshold_backup", json_string(session->backup_name)) == 0;
    json_decref(files);
    if (good)
        return output_json(object, err);
    json_decref(object);
    return error_set(err, ERROR_MEMORY, "no memory for the output");
}

static bool print_text(const struct session *session, struct error *err)
{
    struct buffer text = {0};
    calibration_report_append_text(&session->report, &text);
    buffer_append_format(&text, "report and histogram (.png, .svg) in %s:\n  %s\n  %s\n",
                         session->project->calibration_dir, session->names[FILE_JSON],
                         session->names[FILE_PNG]);
    if (session->write_threshold)
        buffer_append_format(&text,
                             "threshold %.6g is written to %s/" THRESHOLD_FILE_NAME
                             "; the old one is kept beside it as %s\n",
                             session->calibration.threshold.threshold, session->project->model_dir,
                             session->backup_name);
    const bool good = output_write(&text, err);
    buffer_finish(&text);
    return good;
}

/* A report without a record is still a report; but that the disk is full must show. */
static bool record(const struct session *session, struct error *err)
{
    struct buffer text = {0};
    struct error why;
    if (session->write_threshold)
        buffer_append_format(&text, "threshold %.6g written in place of %.6g; ",
                             session->calibration.threshold.threshold,
                             session->set.threshold.threshold);
    buffer_append_format(&text, "%zu pictures, %zu above the threshold in force; ",
                         session->calibration.count, calibration_report_above(&session->report));
    drift_append_sentence(&text, &session->report.drift, &session->past, &session->calibration,
                          &session->set.stats);
    struct event event = announce_event(EVENT_THRESHOLD_CALIBRATION_COMPLETE, buffer_text(&text));
    snprintf(event.detail, sizeof event.detail, "reports/threshold_calibration/%s",
             session->names[FILE_JSON]);
    buffer_finish(&text);
    if (announce(session->config, session->project, &event, 0, NULL, &why))
        return true;
    if (why.code == ERROR_SPACE)
        return error_set(err, why.code, "the report is saved, but not recorded: %s", why.message);
    log_warning("the report is saved, but not recorded: %s", why.message);
    return true;
}

static bool calibrate(struct session *session, struct error *err)
{
    if (!model_set_load(session->project->model_dir, &session->set, err) ||
        !model_set_check(&session->set, session->config, err) || !load_pictures(session, err) ||
        !score_pictures(session, err) || !make_report(session, err) || !save_report(session, err) ||
        !save_threshold(session, err))
        return false;
    if (!(session->json ? print_json(session, err) : print_text(session, err)))
        return false;
    fflush(stdout);
    if (session->write_threshold)
        goes_on_say(session->project, "threshold");
    return record(session, err);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    const struct project *project = invocation->project;
    struct session session = {.config = invocation->config,
                              .project = project,
                              .folder =
                                  invocation_text(invocation, "input-dir", project->normal_dir),
                              .write_threshold = invocation_has(invocation, "write-threshold"),
                              .json = invocation_has(invocation, "json")};
    struct file_lock lock = {0};
    if (invocation->config->detector_kind != DETECTOR_REFERENCE)
        return error_set(err, ERROR_USAGE,
                         "the %s detector has no threshold to calibrate: it sets its thresholds "
                         "while it learns, for detector.false_alarms_per_month; change that and "
                         "`leakwatch train`, or look with `leakwatch visualize`",
                         detector_kind_of(invocation->config)->name);
    if (session.write_threshold && !file_lock_try(&lock, project->training_lock_file, err)) {
        if (err->code == ERROR_BUSY)
            error_set(err, ERROR_BUSY,
                      "a training is running in %s; write the threshold when it is over",
                      project->root);
        return false;
    }
    leftovers_remove(project);
    const bool good = calibrate(&session, err);
    past_calibration_finish(&session.past);
    calibration_finish(&session.calibration);
    dataset_destroy(session.dataset);
    model_set_finish(&session.set);
    file_lock_release(&lock);
    return good;
}

static const struct command_flag flags[] = {
    {"input-dir", FLAG_TEXT, "FOLDER", 0, 0,
     "score the pictures in FOLDER instead of those in data/normal"},
    {"write-threshold", FLAG_SWITCH, NULL, 0, 0,
     "put the thresholds of these scores into the model; the old ones are kept"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the result as JSON"},
    {0},
};

const struct command command_calibrate = {
    .name = "calibrate",
    .arguments = "",
    .summary = "show how normal pictures score, and whether that has changed",
    .details = "Scores normal pictures with the model, draws a histogram with the threshold, and "
               "compares with the calibration before: scores that have drifted say that the scene "
               "is no longer the one that was learned. With --write-threshold the model gets the "
               "thresholds that `train` would compute from these scores; copy the kept file over "
               "model/threshold.json to undo that. For detector.kind: reference; the scene "
               "detector's thresholds belong to its training.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS | NEEDS_THREADS,
    .run = run,
};
