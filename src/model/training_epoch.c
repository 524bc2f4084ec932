/* One epoch: pictures → task → trainer, then the trainer's weights → inference → validation
 * loss.
 *
 * What an epoch does is a function of dataset, settings, its number and the trainer's state before
 * it: the order of the pictures is drawn anew from (seed, epoch), so no generator lives across
 * epochs. The surprising thing: validation does not use the trainer but builds an inference from
 * its weights, because the network that is judged should be the one that will watch, running
 * statistics and all.
 */
#include "model/training_parts.h"

#include "base/rng.h"
#include "model/inference.h"
#include "model/random_streams.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_FOR_PACE = 3 };

/* Validation is in the pace because it is in the time. */
static double seconds_left(const struct training *training)
{
    const struct training_progress *now = &training->now;
    const int done = training->state.epochs_done;
    if (training->session_steps < STEPS_FOR_PACE)
        return NAN;
    const double seconds = training_seconds(training);
    const double pace = (seconds - training->seconds_before) / (double)training->session_steps;
    const double steps =
        (double)(now->epochs - done) * now->steps - (done < now->epoch ? now->step : 0);
    const double most = training->task->seconds_max > 0.0 ? training->task->seconds_max : INFINITY;
    return fmax(0.0, fmin(steps * pace, most - seconds));
}

void training_report(struct training *training)
{
    training->now.seconds_left = seconds_left(training);
    if (training->progress && !training->progress(training->context, &training->now))
        training->stopped = true;
}

static void shuffle(struct training *training, int pass)
{
    size_t *order = training->order;
    struct rng rng = rng_seeded(training->settings->seed, random_stream(RANDOM_ORDER, pass, 0));
    memcpy(order, training->train, training->train_count * sizeof *order);
    for (size_t i = training->train_count - 1; i > 0; i--) {
        const size_t other = rng_below(&rng, (uint32_t)i + 1);
        const size_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static bool diverged(const struct training *training, const char *where, struct error *err)
{
    return error_set(
        err, ERROR_FORMAT,
        "the loss is no longer a finite number in epoch %d, %s: training has diverged; "
        "lower training.learning_rate (now %g)",
        training->now.epoch, where, training->settings->learning_rate);
}

static bool step(struct training *training, int pass, size_t first, size_t count, double *ret_loss,
                 struct error *err)
{
    const struct training_task *task = training->task;
    const struct trainer_batch batch = {
        .input = training->input,
        .target = training->target,
        .mask = training->mask,
        .count = (int)count,
    };
    task->fill_batch(training, pass, first, count);
    if (task->learning_rate)
        trainer_set_learning_rate(training->trainer, task->learning_rate(training));
    if (!trainer_step_batch(training->trainer, &batch, ret_loss, err))
        return false;
    training->now.step++;
    training->session_steps++;
    if (isfinite(*ret_loss))
        return true;
    char where[32];
    snprintf(where, sizeof where, "step %d", training->now.step);
    return diverged(training, where, err);
}

bool training_train_epoch(struct training *training, int epoch, struct error *err)
{
    const size_t batch_size = (size_t)training->settings->batch_size;
    double loss_sum = 0.0;
    size_t seen = 0;
    for (int i = 0; i < training->task->passes; i++) {
        const int pass = (epoch - 1) * training->task->passes + i + 1;
        shuffle(training, pass);
        for (size_t first = 0; first < training->train_count && !training->stopped;
             first += batch_size) {
            const size_t left = training->train_count - first;
            const size_t count = left < batch_size ? left : batch_size;
            double loss;
            if (!step(training, pass, first, count, &loss, err))
                return false;
            loss_sum += loss * (double)count;
            seen += count;
            training->now.train_loss = loss_sum / (double)seen;
            training_report(training);
        }
    }
    return true;
}

static bool validate_with(struct training *training, struct inference *inference, double *ret_loss,
                          struct error *err)
{
    double sum = 0.0;
    for (size_t i = 0; i < training->validation_count && !training->stopped; i++) {
        training->task->fill_validation(training, training->validation[i]);
        if (!inference_run(inference, training->scratch, training->reconstruction, err))
            return false;
        sum += training->task->validation_error(training);
        training_report(training);
    }
    *ret_loss = sum / (double)training->validation_count;
    return true;
}

bool training_validate(struct training *training, double *ret_loss, struct error *err)
{
    if (!trainer_export(training->trainer, training->current, err))
        return false;
    struct inference *inference =
        inference_create(training->current, training->dataset->width, training->dataset->height,
                         training->settings->threads, err);
    if (!inference)
        return false;
    const bool good = validate_with(training, inference, ret_loss, err);
    inference_destroy(inference);
    if (!good || training->stopped)
        return good;
    if (!isfinite(*ret_loss) || !parameters_are_finite(training->current))
        return diverged(training, "validation", err);
    return true;
}
