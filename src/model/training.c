/* The training loop of every task: prepares, takes up a checkpoint, runs epochs (training_epoch.c)
 * until one of the ends, keeps the best weights.
 *
 * Invariant: after each epoch, `state` with the trainer's own is all there is to know; a checkpoint
 * is exactly that. The surprising thing: nothing that goes wrong with a checkpoint ends a training.
 * It is a safety net, and hours of work are worth more than the net.
 */
#include "model/training_parts.h"

#include "base/rng.h"
#include "base/sha256.h"
#include "model/compute.h"
#include "model/random_streams.h"
#include "platform/clock.h"
#include "platform/file.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void training_finish(struct training *training)
{
    free(training->train);
    free(training->order);
    free(training->validation);
    if (training->target != training->input)
        free(training->target);
    free(training->input);
    free(training->mask);
    free(training->scratch);
    free(training->reconstruction);
    free(training->state.train_losses);
    free(training->state.validation_losses);
    parameters_destroy(training->current);
    parameters_destroy(training->state.best);
    buffer_finish(&training->state.trainer_state);
    trainer_destroy(training->trainer);
}

/* Everything that decides the weights, and nothing that does not. */
static void compute_run_digest(struct training *training)
{
    const struct training_settings *settings = training->settings;
    const struct augmentation *augmentation = &settings->augmentation;
    const struct compute_info compute = compute_describe();
    char text[1024];
    const int length = snprintf(
        text, sizeof text,
        "checkpoint %d parameters %zu data %s size %dx%d batch %d epochs %d patience %d rate %a "
        "validation %a seed %llu threads %d augmentation %d %a %a %a %a library %s isa %s",
        CHECKPOINT_VERSION, parameters_count(training->current), training->dataset->digest,
        training->dataset->width, training->dataset->height, settings->batch_size, settings->epochs,
        settings->patience, settings->learning_rate, settings->validation_share,
        (unsigned long long)settings->seed, settings->threads, augmentation->enabled,
        augmentation->rotation_turns, augmentation->translation, augmentation->contrast,
        augmentation->brightness, compute.library, compute.isa);
    assert(length > 0 && (size_t)length < sizeof text);
    const char *more = training->task->digest_text;
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, text, (size_t)length);
    sha256_update(&sha, more, strlen(more));
    sha256_finish_hex(&sha, training->run_digest);
}

static bool reserve(struct training *training, struct error *err)
{
    const size_t count = training->dataset->count;
    const size_t epochs = (size_t)training->settings->epochs;
    const size_t picture_size = training->picture_floats * sizeof(float);
    training->train = calloc(count, sizeof *training->train);
    training->order = calloc(count, sizeof *training->order);
    training->validation = calloc(count, sizeof *training->validation);
    training->input = calloc((size_t)training->settings->batch_size, picture_size);
    training->target = training->input;
    if (training->task->loss) {
        training->target = calloc((size_t)training->settings->batch_size, picture_size);
        training->mask = calloc((size_t)training->settings->batch_size, picture_size / 3);
    }
    training->scratch = malloc(picture_size);
    training->reconstruction = malloc(picture_size);
    training->state.train_losses = calloc(epochs, sizeof(double));
    training->state.validation_losses = calloc(epochs, sizeof(double));
    if (!training->train || !training->order || !training->validation || !training->input ||
        !training->target || (training->task->loss && !training->mask) || !training->scratch ||
        !training->reconstruction || !training->state.train_losses ||
        !training->state.validation_losses)
        return error_set(err, ERROR_MEMORY,
                         "no memory to train with batches of %d pictures; lower "
                         "training.batch_size",
                         training->settings->batch_size);
    training->current = parameters_create_for(training->task->network, err);
    if (!training->current)
        return false;
    training->state.best = parameters_create_for(training->task->network, err);
    return training->state.best != NULL;
}

static bool prepare(struct training *training, struct error *err)
{
    const struct training_settings *settings = training->settings;
    const struct dataset *dataset = training->dataset;
    if (dataset->count < 2)
        return error_set(err, ERROR_FORMAT,
                         "%zu pictures cannot be split into training and validation; at least 2 "
                         "are needed",
                         dataset->count);
    if (!reserve(training, err))
        return false;
    training->task->split(training);
    struct rng rng = rng_seeded(settings->seed, random_stream(RANDOM_WEIGHTS, 0, 0));
    parameters_randomise(training->current, &rng);
    training->trainer =
        trainer_create(training->current, dataset->width, dataset->height, settings->batch_size,
                       settings->learning_rate, settings->threads, err);
    if (!training->trainer ||
        (training->task->loss && !trainer_use_loss(training->trainer, training->task->loss, err)))
        return false;
    const size_t batch_size = (size_t)settings->batch_size;
    training->now = (struct training_progress){
        .epochs = settings->epochs,
        .steps =
            training->task->passes * (int)((training->train_count + batch_size - 1) / batch_size),
        .validation_loss = NAN,
        .best_validation_loss = NAN,
        .seconds_left = NAN,
        .resume_note = training->note,
    };
    compute_run_digest(training);
    return true;
}

/* Takes up the checkpoint, if there is one and it is of this very run; else says why not. */
static void resume(struct training *training)
{
    const char *path = training->settings->checkpoint_file;
    struct checkpoint *state = &training->state;
    struct error why;
    if (!path || file_is_missing(path))
        return;
    if (!checkpoint_read(path, training->run_digest, training->settings->epochs, state, &why) ||
        !trainer_load_state(training->trainer, state->trainer_state.data, state->trainer_state.size,
                            &why)) {
        state->epochs_done = state->best_epoch = 0;
        state->seconds = 0.0;
        snprintf(training->note, sizeof training->note,
                 "the checkpoint of an earlier training was not taken up: %s", why.message);
        return;
    }
    training->now.resumed = true;
    training->now.validation_loss = state->validation_losses[state->epochs_done - 1];
    training->now.best_validation_loss = state->best_validation_loss;
    training->now.best_epoch = state->best_epoch;
}

static double seconds_since(int64_t started_ns)
{
    return (double)(clock_monotonic_ns() - started_ns) / (double)NS_PER_SECOND;
}

double training_seconds(const struct training *training)
{
    return training->seconds_before + seconds_since(training->started_ns);
}

/* A disk that is full ends no training: only the safety net is missing, and that is said. */
static bool save_checkpoint(struct training *training, struct error *err)
{
    struct checkpoint *state = &training->state;
    const char *path = training->settings->checkpoint_file;
    struct error why;
    if (!path)
        return true;
    state->seconds = training_seconds(training);
    buffer_clear(&state->trainer_state);
    if (!trainer_save_state(training->trainer, &state->trainer_state, err))
        return false;
    if (!checkpoint_write(path, training->run_digest, state, &why))
        snprintf(training->note, sizeof training->note, "no checkpoint after epoch %d: %s",
                 state->epochs_done, why.message);
    return true;
}

static void record_epoch(struct training *training, double validation_loss)
{
    struct checkpoint *state = &training->state;
    state->train_losses[state->epochs_done] = training->now.train_loss;
    state->validation_losses[state->epochs_done] = validation_loss;
    state->epochs_done++;
    if (state->best_epoch == 0 || validation_loss < state->best_validation_loss) {
        state->best_epoch = state->epochs_done;
        state->best_validation_loss = validation_loss;
        parameters_copy(state->best, training->current);
    }
    training->now.validation_loss = validation_loss;
    training->now.best_validation_loss = state->best_validation_loss;
    training->now.best_epoch = state->best_epoch;
}

static bool run_epoch(struct training *training, struct error *err)
{
    const int epoch = training->state.epochs_done + 1;
    double validation_loss;
    training->now.epoch = epoch;
    training->now.step = 0;
    training->now.epoch_done = false;
    if (!training_train_epoch(training, epoch, err))
        return false;
    if (training->stopped)
        return true;
    if (!training_validate(training, &validation_loss, err))
        return false;
    if (training->stopped)
        return true;
    record_epoch(training, validation_loss);
    if (!save_checkpoint(training, err))
        return false;
    training->now.epoch_done = true;
    training_report(training);
    return true;
}

static bool has_ended(const struct training *training, enum training_end *ret_end)
{
    const struct checkpoint *state = &training->state;
    if (state->epochs_done >= training->settings->epochs)
        *ret_end = TRAINING_ALL_EPOCHS;
    else if (state->epochs_done - state->best_epoch >= training->settings->patience)
        *ret_end = TRAINING_EARLY_STOP;
    else if (training->task->seconds_max > 0.0 && state->epochs_done > 0 &&
             training_seconds(training) >= training->task->seconds_max)
        *ret_end = TRAINING_TIME_OVER;
    else
        return false;
    return true;
}

/* Hands the arrays over to the result. */
static void fill_result(struct training *training, enum training_end end,
                        struct training_result *ret_result)
{
    struct checkpoint *state = &training->state;
    *ret_result = (struct training_result){
        .end = end,
        .epochs_done = state->epochs_done,
        .best_epoch = state->best_epoch,
        .final_train_loss = state->train_losses[state->epochs_done - 1],
        .final_validation_loss = state->validation_losses[state->epochs_done - 1],
        .best_validation_loss = state->best_validation_loss,
        .train_losses = state->train_losses,
        .validation_losses = state->validation_losses,
        .train_count = training->train_count,
        .validation_count = training->validation_count,
        .validation_indices = training->validation,
        .seconds = training_seconds(training),
        .resumed = training->now.resumed,
    };
    memcpy(ret_result->resume_note, training->note, sizeof training->note);
    state->train_losses = state->validation_losses = NULL;
    training->validation = NULL;
}

static bool run(struct training *training, struct parameters *ret_parameters,
                struct training_result *ret_result, struct error *err)
{
    enum training_end end = TRAINING_STOPPED;
    training->started_ns = clock_monotonic_ns();
    if (!prepare(training, err))
        return false;
    resume(training);
    training->seconds_before = training->state.seconds;
    while (!has_ended(training, &end) && !training->stopped)
        if (!run_epoch(training, err))
            return false;
    if (training->state.epochs_done == 0)
        return error_set(
            err, ERROR_CANCELLED,
            "stopped before the first epoch was over: nothing is saved, and a model that is "
            "in use stays as it is");
    parameters_copy(ret_parameters, training->state.best);
    fill_result(training, end, ret_result);
    return true;
}

bool training_execute(struct training *training, struct parameters *ret_parameters,
                      struct training_result *ret_result, struct error *err)
{
    const struct training_settings *settings = training->settings;
    assert(settings->batch_size > 0 && settings->epochs > 0 && settings->patience > 0);
    assert(ret_parameters->network == training->task->network);
    training->picture_floats =
        3 * (size_t)training->dataset->width * (size_t)training->dataset->height;
    const bool good = run(training, ret_parameters, ret_result, err);
    training_finish(training);
    return good;
}

void training_result_finish(struct training_result *result)
{
    free(result->train_losses);
    free(result->validation_losses);
    free(result->validation_indices);
    *result = (struct training_result){0};
}
