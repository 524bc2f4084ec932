/* The training loop on tiny pictures: it learns, ends in each of its ways, keeps the best weights,
 * and goes on after an interruption as if there had been none. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "base/rng.h"
#include "model/inference.h"
#include "model/training.h"
#include "platform/file.h"

enum { SIDE = 32, PICTURES = 24, PICTURE_SIZE = SIDE * SIDE * 3 };

static uint8_t pixels[PICTURES][PICTURE_SIZE];
static uint8_t *pictures[PICTURES];
static struct dataset dataset = {
    .count = PICTURES, .width = SIDE, .height = SIDE, .pictures = pictures};

/* A scene with a disc that moves a little, and some noise: one "normal" with variations. */
static void make_dataset(void)
{
    struct rng rng = rng_seeded(11, 0);
    for (int p = 0; p < PICTURES; p++) {
        const double x0 = 16 + rng_uniform_between(&rng, -2, 2);
        const double y0 = 16 + rng_uniform_between(&rng, -2, 2);
        for (int i = 0; i < SIDE * SIDE; i++) {
            const double x = i % SIDE - x0, y = i / SIDE - y0;
            const double shade = x * x + y * y < 64 ? 200 : 60 + 2 * (i / SIDE);
            for (int c = 0; c < 3; c++)
                pixels[p][3 * i + c] = (uint8_t)(shade / (c + 1) + rng_uniform(&rng) * 8);
        }
        pictures[p] = pixels[p];
    }
    snprintf(dataset.digest, sizeof dataset.digest, "%064d", 1);
}

static struct training_settings usual(void)
{
    return (struct training_settings){
        .batch_size = 8,
        .epochs = 3,
        .patience = 5,
        .learning_rate = 1e-3,
        .validation_share = 0.2,
        .seed = 42,
        .threads = 1,
        .augmentation = {true, 0.02, 0.02, 0.1, 0.1},
    };
}

/* What the progress calls told, and when to answer "stop". */
struct watch {
    int stop_epoch, stop_step; /* 0 = never */
    bool stop_at_end_of_epoch;
    bool stop_in_validation;
    int calls, epochs_done, steps, last_step;
    bool resumed;
    double last_validation_loss;
    char note[TRAINING_NOTE_SIZE];
};

static bool on_progress(void *context, const struct training_progress *now)
{
    struct watch *watch = context;
    const bool in_validation = !now->epoch_done && watch->last_step == now->step;
    watch->calls++;
    watch->epochs_done += now->epoch_done;
    watch->steps = now->steps;
    watch->last_step = now->step;
    watch->resumed = now->resumed;
    watch->last_validation_loss = now->validation_loss;
    snprintf(watch->note, sizeof watch->note, "%s", now->resume_note);
    if (now->epoch != watch->stop_epoch)
        return true;
    if (watch->stop_in_validation)
        return !in_validation;
    if (watch->stop_at_end_of_epoch)
        return !now->epoch_done;
    return now->step != watch->stop_step;
}

static struct parameters *weights, *other_weights;
static struct training_result result;
static struct error err;

static bool train(const struct training_settings *settings, struct watch *watch,
                  struct parameters *ret_weights)
{
    training_result_finish(&result);
    err = (struct error){0};
    return training_run(&dataset, settings, watch ? on_progress : NULL, watch, ret_weights, &result,
                        &err);
}

static bool weights_are_equal(void)
{
    return memcmp(parameters_values(weights), parameters_values(other_weights),
                  parameters_count(weights) * sizeof(float)) == 0;
}

static double loss_of(const struct parameters *parameters)
{
    float input[PICTURE_SIZE], reconstruction[PICTURE_SIZE];
    struct inference *inference = inference_create(parameters, SIDE, SIDE, 1, &err);
    double sum = 0.0;
    for (size_t i = 0; inference && i < result.validation_count; i++) {
        picture_to_planes(pictures[result.validation_indices[i]], SIDE, SIDE, input);
        if (!inference_run(inference, input, reconstruction, &err))
            sum = NAN;
        for (int k = 0; k < PICTURE_SIZE; k++)
            sum += ((double)input[k] - (double)reconstruction[k]) *
                   ((double)input[k] - (double)reconstruction[k]) / PICTURE_SIZE;
    }
    inference_destroy(inference);
    return sum / (double)result.validation_count;
}

static void check_result_is_consistent(void)
{
    CHECK_INT(result.train_count + result.validation_count, PICTURES);
    double best = INFINITY;
    int best_epoch = 0;
    for (int i = 0; i < result.epochs_done; i++)
        if (result.validation_losses[i] < best) {
            best = result.validation_losses[i];
            best_epoch = i + 1;
        }
    CHECK_NEAR(result.best_validation_loss, best, 0.0);
    CHECK_INT(result.best_epoch, best_epoch);
    CHECK_NEAR(result.final_validation_loss, result.validation_losses[result.epochs_done - 1], 0.0);
    CHECK_NEAR(result.final_train_loss, result.train_losses[result.epochs_done - 1], 0.0);
    CHECK(result.seconds > 0.0);
}

TEST(training_learns_and_returns_the_best_weights)
{
    struct training_settings settings = usual();
    struct watch watch = {0};
    settings.epochs = 20;
    settings.patience = 20;
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    CHECK_INT(result.epochs_done, 20);
    CHECK_INT(result.validation_count, 5);
    check_result_is_consistent();
    CHECK(result.train_losses[19] < 0.1 * result.train_losses[0]);
    CHECK_NEAR(loss_of(weights), result.best_validation_loss, 1e-12);
    CHECK(result.best_validation_loss < 0.6 * result.validation_losses[0]);
    CHECK(!result.resumed);
    CHECK_TEXT(result.resume_note, "");
    CHECK_INT(watch.epochs_done, 20);
    CHECK_INT(watch.steps, 3); /* 19 pictures: 8, 8 and 3 */
    CHECK_INT(watch.calls, 20 * (3 + 5 + 1));
    CHECK_NEAR(watch.last_validation_loss, result.final_validation_loss, 0.0);
}

TEST(training_stops_early_and_keeps_the_best)
{
    struct training_settings settings = usual();
    settings.learning_rate = 0.03;
    settings.epochs = 100;
    settings.patience = 2;
    CHECK(train(&settings, NULL, weights));
    CHECK_INT(result.end, TRAINING_EARLY_STOP);
    CHECK(result.epochs_done < 100);
    CHECK_INT(result.epochs_done - result.best_epoch, 2);
    check_result_is_consistent();
    CHECK(result.final_validation_loss > result.best_validation_loss);
    CHECK_NEAR(loss_of(weights), result.best_validation_loss, 1e-12);
}

TEST(the_seed_decides_and_nothing_else_does)
{
    struct training_settings settings = usual();
    settings.epochs = 2;
    CHECK(train(&settings, NULL, weights));
    CHECK(train(&settings, NULL, other_weights));
    CHECK(weights_are_equal());
    settings.seed = 43;
    CHECK(train(&settings, NULL, other_weights));
    CHECK(!weights_are_equal());
    settings.seed = 42;
    settings.augmentation.enabled = false;
    CHECK(train(&settings, NULL, other_weights));
    CHECK(!weights_are_equal());
}

TEST(a_loss_that_is_not_finite_ends_it_with_advice)
{
    struct training_settings settings = usual();
    settings.learning_rate = 1e38;
    CHECK(!train(&settings, NULL, weights));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "in epoch 1, step 2: training has diverged");
    CHECK_CONTAINS(err.message, "lower training.learning_rate (now 1e+38)");
}

TEST(a_stop_before_the_first_epoch_keeps_nothing)
{
    struct training_settings settings = usual();
    struct watch watch = {.stop_epoch = 1, .stop_step = 2};
    float *const first = parameters_values(weights);
    *first = 77.0f;
    CHECK(!train(&settings, &watch, weights));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_CONTAINS(err.message, "before the first epoch was over");
    CHECK_INT(watch.calls, 2);
    CHECK_NEAR(*first, 77.0, 0.0);
    watch = (struct watch){.stop_epoch = 1, .stop_in_validation = true};
    CHECK(!train(&settings, &watch, weights));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_INT(watch.calls, 4); /* three steps and one validation picture */
}

TEST(a_stop_keeps_the_best_so_far)
{
    struct training_settings settings = usual();
    struct watch watch = {.stop_epoch = 3, .stop_step = 1};
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_STOPPED);
    CHECK_INT(result.epochs_done, 2);
    check_result_is_consistent();
    CHECK_NEAR(loss_of(weights), result.best_validation_loss, 1e-12);
    watch = (struct watch){.stop_epoch = 1, .stop_at_end_of_epoch = true};
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_STOPPED);
    CHECK_INT(result.epochs_done, 1);
}

TEST(a_stop_at_the_very_end_is_no_stop)
{
    struct training_settings settings = usual();
    struct watch watch = {.stop_epoch = 2, .stop_at_end_of_epoch = true};
    settings.epochs = 2;
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
}

TEST(an_interrupted_training_goes_on_bit_for_bit)
{
    struct training_settings settings = usual();
    settings.epochs = 4;
    CHECK(train(&settings, NULL, weights));
    double train_losses[4], validation_losses[4];
    memcpy(train_losses, result.train_losses, sizeof train_losses);
    memcpy(validation_losses, result.validation_losses, sizeof validation_losses);

    const char *const checkpoint = scratch("resume.checkpoint");
    settings.checkpoint_file = checkpoint;
    struct watch watch = {.stop_epoch = 2, .stop_step = 2};
    CHECK(train(&settings, &watch, other_weights));
    CHECK_INT(result.end, TRAINING_STOPPED);
    CHECK_INT(file_kind_of(checkpoint), FILE_REGULAR);
    const double seconds = result.seconds;

    watch = (struct watch){.stop_epoch = 4, .stop_in_validation = true};
    CHECK(train(&settings, &watch, other_weights));
    CHECK(watch.resumed);
    CHECK_TEXT(watch.note, "");
    CHECK_INT(watch.epochs_done, 2); /* epochs 2 and 3 */
    CHECK(result.resumed);
    CHECK(result.seconds > seconds / 2);

    CHECK(train(&settings, NULL, other_weights));
    CHECK(result.resumed);
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    CHECK_INT(result.epochs_done, 4);
    CHECK(memcmp(train_losses, result.train_losses, sizeof train_losses) == 0);
    CHECK(memcmp(validation_losses, result.validation_losses, sizeof validation_losses) == 0);
    CHECK(weights_are_equal());

    /* Killed before the model was saved: nothing is learned twice. */
    CHECK_INT(file_kind_of(checkpoint), FILE_REGULAR);
    parameters_values(other_weights)[0] += 1.0f;
    watch = (struct watch){0};
    CHECK(train(&settings, &watch, other_weights));
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    CHECK_INT(watch.epochs_done, 0);
    CHECK(memcmp(validation_losses, result.validation_losses, sizeof validation_losses) == 0);
    CHECK(weights_are_equal());
}

/* Leaves a checkpoint after epoch 1 at the path. */
static bool interrupt(const char *checkpoint)
{
    struct training_settings settings = usual();
    struct watch watch = {.stop_epoch = 2, .stop_step = 1};
    settings.epochs = 2;
    settings.checkpoint_file = checkpoint;
    return train(&settings, &watch, other_weights);
}

static void check_begun_anew(const struct training_settings *settings, const char *reason)
{
    struct watch watch = {0};
    CHECK(train(settings, &watch, other_weights));
    CHECK(!watch.resumed && !result.resumed);
    CHECK_CONTAINS(watch.note, "the checkpoint of an earlier training was not taken up: ");
    CHECK_CONTAINS(watch.note, reason);
    CHECK_CONTAINS(result.resume_note, reason);
    CHECK_INT(watch.epochs_done, settings->epochs);
    CHECK(weights_are_equal());
}

TEST(a_checkpoint_that_does_not_fit_is_not_taken_up)
{
    const char *const checkpoint = scratch("misfit.checkpoint");
    struct training_settings settings = usual();
    settings.epochs = 2;
    CHECK(train(&settings, NULL, weights));
    settings.checkpoint_file = checkpoint;

    CHECK(file_replace(checkpoint, "rubbish", 7, true, &err));
    check_begun_anew(&settings, "it is not a checkpoint");
    struct buffer file = {0};
    CHECK(interrupt(checkpoint));
    CHECK(file_read(checkpoint, 1 << 30, &file, &err));
    CHECK(file_replace(checkpoint, file.data, file.size / 2, true, &err));
    buffer_finish(&file);
    check_begun_anew(&settings, "it is damaged");

    CHECK(interrupt(checkpoint));
    dataset.digest[0] = 'f';
    check_begun_anew(&settings, "it belongs to other pictures or settings");
    dataset.digest[0] = '0';
    CHECK(interrupt(checkpoint));
    settings.learning_rate *= 2;
    settings.checkpoint_file = NULL;
    CHECK(train(&settings, NULL, weights));
    settings.checkpoint_file = checkpoint;
    check_begun_anew(&settings, "it belongs to other pictures or settings");
}

TEST(a_checkpoint_that_cannot_be_written_ends_nothing)
{
    struct training_settings settings = usual();
    struct watch watch = {0};
    const char *const nowhere = scratch("no/such/folder");
    settings.epochs = 1;
    settings.checkpoint_file = nowhere;
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    CHECK_CONTAINS(watch.note, "no checkpoint after epoch 1: ");
    CHECK_CONTAINS(watch.note, "no/such/folder");
}

TEST(too_little_to_split_is_said)
{
    struct training_settings settings = usual();
    dataset.count = 1;
    const bool trained = train(&settings, NULL, weights);
    dataset.count = PICTURES;
    CHECK(!trained);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "1 pictures cannot be split");
}

TEST(no_memory_is_said_wherever_it_happens)
{
    struct training_settings settings = usual();
    settings.epochs = 1;
    for (long n = 0; n < 12; n++) {
        allocations_until_failure = n;
        const bool trained = train(&settings, NULL, weights);
        allocations_until_failure = -1;
        CHECK(!trained);
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

int main(void)
{
    make_dataset();
    weights = parameters_create(&err);
    other_weights = parameters_create(&err);
    RUN(training_learns_and_returns_the_best_weights);
    RUN(training_stops_early_and_keeps_the_best);
    RUN(the_seed_decides_and_nothing_else_does);
    RUN(a_loss_that_is_not_finite_ends_it_with_advice);
    RUN(a_stop_before_the_first_epoch_keeps_nothing);
    RUN(a_stop_keeps_the_best_so_far);
    RUN(a_stop_at_the_very_end_is_no_stop);
    RUN(an_interrupted_training_goes_on_bit_for_bit);
    RUN(a_checkpoint_that_does_not_fit_is_not_taken_up);
    RUN(a_checkpoint_that_cannot_be_written_ends_nothing);
    RUN(too_little_to_split_is_said);
    RUN(no_memory_is_said_wherever_it_happens);
    training_result_finish(&result);
    parameters_destroy(weights);
    parameters_destroy(other_weights);
    return check_report();
}
