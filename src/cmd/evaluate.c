/* `leakwatch evaluate`: how well a detector does on a dataset whose truth is known.
 *
 * The command itself: its flags, what kind of dataset it is, and the files that are left behind.
 * The surprising thing: it needs no project. Without one the configuration is that of a new
 * project, and what is learned from is in the dataset.
 */
#include "cmd/evaluate.h"

#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/output.h"
#include "evaluate/sequence_json.h"
#include "evaluate/sequence_workers.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_VERSION = 1, JSON_DIGITS = 9 /* as output_json has them */, REPEATS_MOST = 10000 };

#define JSON_FILE_NAME "evaluation.json"
#define PAGE_FILE_NAME "evaluation.html"

void evaluate_on_say(void *context, enum learn_tone tone, const char *sentence)
{
    struct evaluation *evaluation = context;
    phases_end(&evaluation->phases);
    if (tone == LEARN_WARNING)
        log_warning("%s", sentence);
    else if (tone == LEARN_NOTE)
        log_note("%s", sentence);
}

bool evaluate_on_progress(void *context, const struct learn_progress *now)
{
    struct evaluation *evaluation = context;
    phases_show(&evaluation->phases, now);
    return !stop_requested();
}

/* ---- wishes */

static bool choose_kinds(struct evaluation *evaluation, struct error *err)
{
    const char *name = invocation_text(evaluation->invocation, "detector", NULL);
    const struct detector_kind *one =
        name ? detector_kind_find(name) : detector_kind_of(evaluation->config);
    if (one) {
        evaluation->kinds[evaluation->kind_count++] = one;
        return true;
    }
    if (DETECTOR_KINDS < 2 || strcmp(name, "both") != 0)
        return error_set(err, ERROR_USAGE, "--detector is \"%.60s\", allowed is %s%s", name,
                         detector_kinds[0]->name, DETECTOR_KINDS < 2 ? "" : ", scene or both");
    for (int i = 0; i < DETECTOR_KINDS; i++)
        evaluation->kinds[evaluation->kind_count++] = detector_kinds[i];
    return true;
}

static bool read_wishes(struct evaluation *evaluation, struct error *err)
{
    const struct invocation *invocation = evaluation->invocation;
    const char *out = invocation_text(invocation, "out", NULL);
    const char *root = evaluation->project ? evaluation->project->root : "";
    evaluation->dataset = invocation->arguments[0];
    evaluation->seeds = (int)invocation_int(invocation, "seeds", 1);
    evaluation->threads = (int)invocation_int(invocation, "threads", process_cpu_count());
    evaluation->repeats = (int)invocation_int(invocation, "repeat", 1);
    evaluation->again = invocation_has(invocation, "again");
    evaluation->json = invocation_has(invocation, "json");
    if (evaluation->threads > WORKERS_MOST)
        evaluation->threads = WORKERS_MOST;
    if (evaluation->config->training_seed > INT32_MAX - evaluation->seeds)
        return error_set(err, ERROR_USAGE, "training.seed %d leaves no room for --seeds %d",
                         evaluation->config->training_seed, evaluation->seeds);
    return choose_kinds(evaluation, err) &&
           (out ? path_join(evaluation->out, PATH_SIZE, "", out, err)
                : path_join(evaluation->out, PATH_SIZE, strcmp(root, ".") == 0 ? "" : root,
                            evaluation->project ? "reports/evaluation" : "evaluation", err));
}

/* ---- what is left behind */

static json_t *pictures_runs_to_json(const struct evaluation *evaluation)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < evaluation->picture_run_count; i++) {
        const struct pictures_run *run = &evaluation->pictures[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:o}", "detector", run->kind->name,
                                              "seed", (json_int_t)run->seed, "result",
                                              pictures_to_json(run->result, true)));
    }
    return list;
}

static json_t *evaluation_to_json(const struct evaluation *evaluation)
{
    return json_pack("{s:i, s:o, s:o, s:o}", "schema", JSON_VERSION, "dataset",
                     output_string(evaluation->dataset), "runs",
                     sequence_evaluation_to_json(&evaluation->sequences), "pictures",
                     pictures_runs_to_json(evaluation));
}

static bool write_json(const struct evaluation *evaluation, struct error *err)
{
    char path[PATH_SIZE];
    json_t *object = evaluation_to_json(evaluation);
    char *text =
        object ? json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(JSON_DIGITS)) : NULL;
    json_decref(object);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the result");
    const bool good = path_join(path, sizeof path, evaluation->out, JSON_FILE_NAME, err) &&
                      file_replace(path, text, strlen(text), false, err);
    free(text);
    return good;
}

static bool write_page(const struct evaluation *evaluation, struct error *err)
{
    char path[PATH_SIZE];
    const struct evaluation_page page = {
        .dataset = evaluation->dataset,
        .made_utc_ms = clock_wall_utc_ms(),
        .sequences = evaluation->sequences.run_count ? &evaluation->sequences : NULL,
        .pictures = evaluation->pictures,
        .picture_run_count = evaluation->picture_run_count,
        .stopped = stop_requested};
    return path_join(path, sizeof path, evaluation->out, PAGE_FILE_NAME, err) &&
           evaluation_page_write(&page, path, err) &&
           evaluation_page_write_plots(&page, evaluation->out, err);
}

static bool print_text(const struct evaluation *evaluation, struct error *err)
{
    struct buffer text = {0};
    for (size_t i = 0; i < evaluation->sequences.run_count; i++)
        evaluate_append_sequences(&evaluation->sequences.runs[i], &text);
    for (size_t i = 0; i < evaluation->picture_run_count; i++)
        evaluate_append_pictures(&evaluation->pictures[i], &text);
    buffer_append_format(&text, "written: %s/" PAGE_FILE_NAME ", " JSON_FILE_NAME "\n",
                         evaluation->out);
    const bool good = output_write(&text, err);
    buffer_finish(&text);
    return good;
}

/* ---- the command */

static bool evaluate(struct evaluation *evaluation, struct error *err)
{
    if (!read_wishes(evaluation, err))
        return false;
    const bool pictures = sequence_set_is_pictures(evaluation->dataset);
    const bool good =
        pictures ? evaluate_pictures(evaluation, err) : evaluate_sequences(evaluation, err);
    phases_end(&evaluation->phases);
    return good && write_json(evaluation, err) && write_page(evaluation, err) &&
           (evaluation->json ? output_json(evaluation_to_json(evaluation), err)
                             : print_text(evaluation, err));
}

static bool run_in(const struct invocation *invocation, const struct config *config,
                   const struct project *project, struct error *err)
{
    struct evaluation evaluation = {.invocation = invocation, .config = config, .project = project};
    const bool good = evaluate(&evaluation, err);
    phases_end(&evaluation.phases);
    evaluate_pictures_finish(&evaluation);
    sequence_evaluation_finish(&evaluation.sequences);
    sequence_set_finish(&evaluation.set);
    return good;
}

/* Without --project, a folder that is no project is as good as any. */
static bool is_in_project(const char *root)
{
    struct error ignored;
    return strcmp(root, ".") != 0 || project_check(root, &ignored);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    const struct config_warnings warnings = {log_each_warning, NULL};
    const char *root = is_in_project(invocation->project_root) ? invocation->project_root : NULL;
    struct project project;
    struct config *config = config_load(root, invocation->overrides, warnings, err);
    bool good = config && (!root || project_resolve(root, config, &project, err));
    if (good)
        good = run_in(invocation, config, root ? &project : NULL, err);
    config_destroy(config);
    return good;
}

static const struct command_flag flags[] = {
    {"detector", FLAG_TEXT, "KIND", 0, 0,
     "reference, scene or both, instead of the one that is configured"},
    {"out", FLAG_TEXT, "DIR", 0, 0,
     "write models, results and page there; otherwise reports/evaluation, or evaluation outside a "
     "project"},
    {"only", FLAG_TEXT, "KIND", 0, 0, "only sequences whose kind begins with KIND"},
    {"seeds", FLAG_INT, "N", 1, SEEDS_MOST,
     "train and evaluate N times, with training.seed and the seeds after it; 1 without this"},
    {"threads", FLAG_INT, "N", 1, WORKERS_MOST,
     "so many sequences at a time; as many as there are processors without this"},
    {"repeat", FLAG_INT, "N", 1, REPEATS_MOST,
     "show each single picture N times in a row, to a detector that needs time; 1 without this"},
    {"again", FLAG_SWITCH, NULL, 0, 0,
     "learn and evaluate everything anew, also what an earlier run has finished"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the result as JSON"},
    {0},
};

const struct command command_evaluate = {
    .name = "evaluate",
    .arguments = "DIR",
    .summary = "measure on recordings with known leaks how well a detector does",
    .details =
        "DIR holds recorded sequences (folders of frames with a case.json that says what leaks "
        "when) or single pictures in the layout of MVTec AD; docs/evaluation.md says what is read "
        "and what each figure means. The detector learns from the normal pictures in DIR, watches "
        "every sequence as `monitor` would, and what it found, missed and falsely alarmed is "
        "counted. It works without a project. What is finished is kept: stopped with Ctrl+C or "
        "killed, the same command goes on from there.",
    .flags = flags,
    .min_arguments = 1,
    .max_arguments = 1,
    .needs = TAKES_PROJECT | NEEDS_THREADS,
    .run = run,
};
