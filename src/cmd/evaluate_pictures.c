/* `evaluate` on single pictures in the layout of MVTec AD: learn from train/good, then score test.
 *
 * The surprising thing: a region of interest that is configured does not count here. It belongs to
 * the camera of the project, and these pictures are not of it.
 */
#include "cmd/evaluate.h"

#include "base/log.h"
#include "evaluate/scene_model.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <math.h>
#include <stdlib.h>

#define PERCENT 100.0

struct scoring {
    struct evaluation *evaluation;
    const struct config *config;
    const struct scene_model *model;
};

static struct detector *make_detector(void *context, int width, int height, struct error *err)
{
    const struct scoring *scoring = context;
    return scoring->model->kind->open(&scoring->model->model, scoring->config, width, height,
                                      process_cpu_count(), err);
}

static bool on_pictures(void *context, size_t done, size_t total)
{
    const struct scoring *scoring = context;
    const struct learn_progress now = {"scoring", (double)done, (double)total,
                                       scoring->model->kind->name};
    return evaluate_on_progress(scoring->evaluation, &now);
}

static void on_left_out(void *context, const char *sentence)
{
    const struct scoring *scoring = context;
    evaluate_on_say(scoring->evaluation, LEARN_WARNING, sentence);
}

static bool open_model(struct evaluation *evaluation, const struct config *config,
                       const struct detector_kind *kind, struct scene_model *ret_model,
                       struct error *err)
{
    char normals[PATH_SIZE];
    if (!path_join(normals, sizeof normals, evaluation->dataset, "train/good", err))
        return false;
    const struct scene_model_job job = {
        .config = config,
        .kind = kind,
        .out = evaluation->out,
        .normal_folder = normals,
        .scene = ".",
        .threads = config->training_threads ? config->training_threads : process_cpu_count(),
        .again = evaluation->again,
        .listener = {evaluate_on_say, evaluate_on_progress, NULL, evaluation}};
    return scene_model_open(&job, ret_model, err);
}

static bool score_pictures(struct evaluation *evaluation, const struct config *config,
                           const struct scene_model *model, struct pictures_result *result,
                           struct error *err)
{
    struct scoring scoring = {evaluation, config, model};
    struct pictures_settings settings = pictures_settings_of(evaluation->dataset, config);
    settings.make_detector = make_detector;
    settings.make_context = &scoring;
    settings.repeats = evaluation->repeats;
    settings.listener = (struct picture_listener){on_left_out, &scoring, on_pictures};
    return pictures_evaluate(&settings, result, err);
}

static bool do_run(struct evaluation *evaluation, const struct detector_kind *kind, int seed,
                   struct pictures_run *run, struct error *err)
{
    struct config config = evaluate_config(evaluation->config, kind, seed);
    struct scene_model model = {0};
    struct pictures_result *result = calloc(1, sizeof *result);
    config.roi_enabled = false;
    bool good = result || error_set(err, ERROR_MEMORY, "no memory for a result");
    *run = (struct pictures_run){.kind = kind, .seed = config.training_seed, .result = result};
    good = good && open_model(evaluation, &config, kind, &model, err) &&
           score_pictures(evaluation, &config, &model, result, err);
    scene_model_finish(&model);
    return good;
}

bool evaluate_pictures(struct evaluation *evaluation, struct error *err)
{
    const size_t most = (size_t)evaluation->kind_count * (size_t)evaluation->seeds;
    if (invocation_has(evaluation->invocation, "only"))
        return error_set(err, ERROR_USAGE, "--only is for sequences; %s holds single pictures",
                         evaluation->dataset);
    if (evaluation->config->roi_enabled)
        log_note("the region of interest of the configuration is not used for these pictures");
    evaluation->pictures = calloc(most, sizeof *evaluation->pictures);
    if (!evaluation->pictures)
        return error_set(err, ERROR_MEMORY, "no memory for %zu runs", most);
    for (int kind = 0; kind < evaluation->kind_count; kind++)
        for (int seed = 0; seed < evaluation->seeds; seed++)
            if (!do_run(evaluation, evaluation->kinds[kind], seed,
                        &evaluation->pictures[evaluation->picture_run_count++], err))
                return false;
    return true;
}

void evaluate_pictures_finish(struct evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->picture_run_count; i++) {
        struct pictures_result *result = (struct pictures_result *)evaluation->pictures[i].result;
        if (result)
            pictures_result_finish(result);
        free(result);
    }
    free(evaluation->pictures);
}

/* ---- the table */

static void append_figure(struct buffer *out, const char *name, double value)
{
    if (isnan(value))
        buffer_append_format(out, "  %-34s-\n", name);
    else
        buffer_append_format(out, "  %-34s%.3f\n", name, value);
}

static void append_share(struct buffer *out, const char *name, const struct pictures_share *share)
{
    if (share->total > 0)
        buffer_append_format(out, "  %-34s%zu of %zu (95 %% sure: %.0f to %.0f %%)\n", name,
                             share->count, share->total, PERCENT * share->interval.low,
                             PERCENT * share->interval.high);
}

static void append_limit(void *context, const char *sentence)
{
    buffer_append_format(context, "  (%s)\n", sentence);
}

void evaluate_append_pictures(const struct pictures_run *run, struct buffer *out)
{
    const struct pictures_measures *all = &run->result->all;
    buffer_append_format(out, "%s detector, seed %lld: %zu normal and %zu abnormal pictures\n",
                         run->kind->name, (long long)run->seed, all->normal_count,
                         all->anomalous_count);
    append_figure(out, "image AUROC", all->auroc);
    append_figure(out, "TPR at 1 % FPR", all->at_1_percent.tpr);
    append_figure(out, "TPR at 0.1 % FPR", all->at_01_percent.tpr);
    append_figure(out, "pixel AUROC", all->pixel_auroc);
    append_figure(out, "AUPRO@0.3", all->aupro_30);
    append_figure(out, "AUPRO@0.05", all->aupro_05);
    append_figure(out, "AUPIMO, mean", all->aupimo_mean);
    append_share(out, "abnormal pictures found", &all->found);
    append_share(out, "normal pictures falsely found", &all->false_alarms);
    pictures_say_limits(run->result, append_limit, out);
    buffer_append_text(out, "\n");
}
