/* The repair task: spoiled picture → network → the picture as it was.
 *
 * Pictures are spoiled while training runs, a new way each time; on two cores that is a few percent
 * of a step, so nothing is prepared ahead. Each thread has a corrupter, and which one works on
 * which picture does not matter. The surprising thing: validation pictures are spoiled anew for
 * every validation too, always as in epoch 0, because keeping them would take more memory than the
 * network.
 */
#include "model/repair_training.h"

#include "base/sha256.h"
#include "model/corrupt.h"
#include "model/relative.h"
#include "model/training_parts.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { EPOCH_STEPS_LEAST = 25, DIGEST_TEXT_MAX = 512 };

static const double held_out_share = 0.2, rate_floor = 0.02, half_turn = 3.141592653589793;

struct repair {
    struct training training;
    const struct repair_settings *settings;
    struct corrupter **corrupters; /* [threads] */
    float *target, *mask;          /* of the validation picture */
};

static struct repair *repair_of(const struct training *training)
{
    return training->task->context;
}

static size_t held_out_count(size_t count)
{
    const size_t held_out = (size_t)((double)count * held_out_share + 0.5);
    return held_out < 1 ? 1 : held_out;
}

static void split(struct training *training)
{
    const size_t held_out = held_out_count(training->dataset->count);
    training->train_count = training->dataset->count - held_out;
    for (size_t i = 0; i < training->train_count; i++)
        training->train[i] = i;
    training->validation_count =
        held_out < REPAIR_VALIDATION_MOST ? held_out : REPAIR_VALIDATION_MOST;
    for (size_t i = 0; i < training->validation_count; i++)
        training->validation[i] = training->train_count + i * held_out / training->validation_count;
}

static struct corruption_source source_at(const struct training *training, size_t index)
{
    return (struct corruption_source){
        .picture = training->dataset->pictures[index],
        .others = (const uint8_t *const *)training->dataset->pictures,
        .other_count = training->train_count,
    };
}

static void spoil(const struct training *training, struct corrupter *corrupter, int epoch,
                  size_t index, const struct corrupted *to)
{
    const struct corruption_source source = source_at(training, index);
    const struct repair_settings *settings = repair_of(training)->settings;
    const size_t floats = training->picture_floats;
    corrupter_apply(corrupter, &source, settings->seed, epoch, index, to);
    if (!settings->reference)
        return;
    relative_encode(to->input, settings->reference, floats, to->input);
    relative_encode(to->target, settings->reference, floats, to->target);
}

static void fill_batch(struct training *training, int pass, size_t first, size_t count)
{
    const struct repair *repair = repair_of(training);
    const size_t floats = training->picture_floats;
#pragma omp parallel for schedule(dynamic) num_threads(repair->settings->threads)
    for (size_t i = 0; i < count; i++) {
        const size_t index = training->order[first + i];
        const struct corrupted to = {
            .input = training->input + i * floats,
            .target = training->target + i * floats,
            .mask = training->mask + i * floats / 3,
        };
        spoil(training, repair->corrupters[omp_get_thread_num()], pass, index, &to);
    }
}

static void fill_validation(struct training *training, size_t index)
{
    const struct repair *repair = repair_of(training);
    const struct corrupted to = {
        .input = training->scratch, .target = repair->target, .mask = repair->mask};
    spoil(training, repair->corrupters[0], 0, index, &to);
}

static double repair_error(const struct training *training)
{
    const struct repair *repair = repair_of(training);
    const size_t area = training->picture_floats / 3;
    const double masked = repair->settings->loss.masked_weight - 1.0;
    double sum = 0.0, weights = 0.0;
    for (size_t i = 0; i < training->picture_floats; i++) {
        const double weight = 1.0 + masked * (double)repair->mask[i % area];
        const double off = (double)training->reconstruction[i] - (double)repair->target[i];
        sum += weight * off * off;
        weights += weight;
    }
    return sum / weights;
}

static double learning_rate(const struct training *training)
{
    const struct repair_settings *settings = repair_of(training)->settings;
    const struct training_progress *now = &training->now;
    double share =
        ((double)(now->epoch - 1) * now->steps + now->step) / ((double)now->epochs * now->steps);
    if (settings->seconds > 0.0)
        share = fmax(share, fmin(1.0, training_seconds(training) / settings->seconds));
    const double fallen = 0.5 * (1.0 + cos(half_turn * share));
    return settings->learning_rate * (rate_floor + (1.0 - rate_floor) * fallen);
}

static void repair_finish(struct repair *repair)
{
    for (int i = 0; repair->corrupters && i < repair->settings->threads; i++)
        corrupter_destroy(repair->corrupters[i]);
    free(repair->corrupters);
    free(repair->target);
    free(repair->mask);
}

static bool repair_init(struct repair *repair, const struct dataset *dataset, struct error *err)
{
    const size_t area = (size_t)dataset->width * (size_t)dataset->height;
    const size_t threads = (size_t)repair->settings->threads;
    repair->corrupters = calloc(threads, sizeof *repair->corrupters);
    repair->target = calloc(3 * area, sizeof *repair->target);
    repair->mask = calloc(area, sizeof *repair->mask);
    if (!repair->corrupters || !repair->target || !repair->mask)
        return error_set(err, ERROR_MEMORY, "no memory to train with %zu threads", threads);
    for (size_t i = 0; i < threads; i++) {
        repair->corrupters[i] = corrupter_create(dataset->width, dataset->height, err);
        if (!repair->corrupters[i])
            return false;
    }
    return true;
}

/* Steps of one pass; 1 where there is nothing to train with, which training refuses by itself. */
static int pass_steps(const struct dataset *dataset, const struct repair_settings *settings)
{
    const int trained = (int)(dataset->count - held_out_count(dataset->count));
    const int steps = (trained + settings->batch_size - 1) / settings->batch_size;
    return steps < 1 ? 1 : steps;
}

/* So many that an epoch is worth its validation and checkpoint. */
static int passes_for(int steps)
{
    return (EPOCH_STEPS_LEAST + steps - 1) / steps;
}

static bool run(struct repair *repair, const struct dataset *dataset, struct training_task *task,
                struct training_settings *common, struct parameters *ret_parameters,
                struct training_result *ret_result, struct error *err)
{
    const struct repair_settings *settings = repair->settings;
    const int epoch_steps = task->passes * pass_steps(dataset, settings);
    *common = (struct training_settings){
        .batch_size = settings->batch_size,
        .epochs = (settings->steps + epoch_steps - 1) / epoch_steps,
        .patience = settings->patience,
        .learning_rate = settings->learning_rate,
        .validation_share = held_out_share,
        .seed = settings->seed,
        .threads = settings->threads,
        .checkpoint_file = settings->checkpoint_file,
    };
    repair->training.task = task;
    repair->training.dataset = dataset;
    repair->training.settings = common;
    return repair_init(repair, dataset, err) &&
           training_execute(&repair->training, ret_parameters, ret_result, err);
}

/* For the checkpoint; the 1 is the version of what corrupt.c does. */
static void describe(const struct dataset *dataset, const struct repair_settings *settings,
                     char ret_text[DIGEST_TEXT_MAX])
{
    char reference[SHA256_TEXT_SIZE] = "none";
    if (settings->reference) {
        const size_t floats = 3 * (size_t)dataset->width * (size_t)dataset->height;
        struct sha256 sha;
        sha256_init(&sha);
        sha256_update(&sha, settings->reference, floats * sizeof(float));
        sha256_finish_hex(&sha, reference);
    }
    const int length = snprintf(ret_text, DIGEST_TEXT_MAX,
                                " repair 1 masked %a structure %a seconds %a relative %s",
                                settings->loss.masked_weight, settings->loss.structure_weight,
                                settings->seconds, reference);
    assert(length > 0 && length < DIGEST_TEXT_MAX);
}

struct repair_settings repair_settings_default(void)
{
    return (struct repair_settings){
        .steps = 2000,
        .seconds = 420.0,
        .batch_size = 4,
        .patience = 1000,
        .learning_rate = 2e-3,
        .loss = {.masked_weight = 5.0, .structure_weight = 0.005},
        .seed = 42,
        .threads = 2,
    };
}

bool repair_training_run(const struct dataset *dataset, const struct repair_settings *settings,
                         bool (*progress)(void *context, const struct training_progress *progress),
                         void *context, struct parameters *ret_parameters,
                         struct training_result *ret_result, struct error *err)
{
    assert(settings->steps > 0 && settings->batch_size > 0 && settings->threads > 0);
    char digest_text[DIGEST_TEXT_MAX];
    describe(dataset, settings, digest_text);
    struct repair repair = {.settings = settings,
                            .training = {.progress = progress, .context = context}};
    struct training_task task = {
        .network = &network_repair,
        .loss = &settings->loss,
        .passes = passes_for(pass_steps(dataset, settings)),
        .digest_text = digest_text,
        .seconds_max = settings->seconds,
        .split = split,
        .fill_batch = fill_batch,
        .fill_validation = fill_validation,
        .validation_error = repair_error,
        .learning_rate = learning_rate,
        .context = &repair,
    };
    struct training_settings common;
    const bool good = run(&repair, dataset, &task, &common, ret_parameters, ret_result, err);
    repair_finish(&repair);
    return good;
}
