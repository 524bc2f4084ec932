/* One epoch: pictures → augmentation → trainer, then the trainer's weights → inference → validation
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

void training_report(struct training *training)
{
    if (training->progress && !training->progress(training->context, &training->now))
        training->stopped = true;
}

static void shuffle(struct training *training, int epoch)
{
    size_t *order = training->order;
    struct rng rng = rng_seeded(training->settings->seed, random_stream(RANDOM_ORDER, epoch, 0));
    memcpy(order, training->train, training->train_count * sizeof *order);
    for (size_t i = training->train_count - 1; i > 0; i--) {
        const size_t other = rng_below(&rng, (uint32_t)i + 1);
        const size_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static void fill_batch(struct training *training, int epoch, size_t first, size_t count)
{
    const struct dataset *dataset = training->dataset;
    for (size_t i = 0; i < count; i++) {
        const size_t index = training->order[first + i];
        float *planes = training->batch + i * training->picture_floats;
        picture_to_planes(dataset->pictures[index], dataset->width, dataset->height, planes);
        const struct variation variation =
            variation_draw(&training->settings->augmentation, dataset->width, dataset->height,
                           training->settings->seed, epoch, index);
        variation_apply(&variation, dataset->width, dataset->height, planes, training->scratch);
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

bool training_train_epoch(struct training *training, int epoch, struct error *err)
{
    const size_t batch_size = (size_t)training->settings->batch_size;
    double loss_sum = 0.0;
    shuffle(training, epoch);
    for (size_t first = 0; first < training->train_count && !training->stopped;
         first += batch_size) {
        const size_t left = training->train_count - first;
        const size_t count = left < batch_size ? left : batch_size;
        double loss;
        fill_batch(training, epoch, first, count);
        if (!trainer_step(training->trainer, training->batch, training->batch, (int)count, &loss,
                          err))
            return false;
        training->now.step++;
        if (!isfinite(loss)) {
            char step[32];
            snprintf(step, sizeof step, "step %d", training->now.step);
            return diverged(training, step, err);
        }
        loss_sum += loss * (double)count;
        training->now.train_loss = loss_sum / (double)(first + count);
        training_report(training);
    }
    return true;
}

static double squared_difference(const float *a, const float *b, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double difference = (double)a[i] - (double)b[i];
        sum += difference * difference;
    }
    return sum / (double)count;
}

static bool validate_with(struct training *training, struct inference *inference, double *ret_loss,
                          struct error *err)
{
    const struct dataset *dataset = training->dataset;
    float *input = training->scratch;
    double sum = 0.0;
    for (size_t i = 0; i < training->validation_count && !training->stopped; i++) {
        picture_to_planes(dataset->pictures[training->validation[i]], dataset->width,
                          dataset->height, input);
        if (!inference_run(inference, input, training->reconstruction, err))
            return false;
        sum += squared_difference(input, training->reconstruction, training->picture_floats);
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
