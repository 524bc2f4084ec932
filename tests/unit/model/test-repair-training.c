/* The repair training on a tiny scene: it learns to repair, ends in each of its ways, and goes on
 * after an interruption as if there had been none.
 */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "base/rng.h"
#include "model/corrupt.h"
#include "model/inference.h"
#include "model/relative.h"
#include "model/repair_training.h"
#include "platform/file.h"

enum { WIDTH = 64, HEIGHT = 64, AREA = WIDTH * HEIGHT, PICTURES = 20, HELD_OUT = 4 };

static uint8_t pixels[PICTURES][3 * AREA];
static uint8_t *pictures[PICTURES];
static struct dataset dataset = {
    .count = PICTURES, .width = WIDTH, .height = HEIGHT, .pictures = pictures};
static float reference[3 * AREA];
static struct parameters *weights, *other_weights;
static struct training_result result;
static struct error err;

/* Stripes and a disc, the same in every picture but for noise. */
static void make_dataset(void)
{
    struct rng rng = rng_seeded(12, 0);
    for (int p = 0; p < PICTURES; p++) {
        for (int i = 0; i < AREA; i++) {
            const int x = i % WIDTH, y = i / WIDTH;
            const bool disc = (x - 20) * (x - 20) + (y - 30) * (y - 30) < 150;
            const double shade = disc ? 190 : x / 8 % 2 ? 110 : 80 + y / 2;
            for (int c = 0; c < 3; c++)
                pixels[p][3 * i + c] = (uint8_t)(shade / (1 + 0.3 * c) + 4 * rng_uniform(&rng));
        }
        pictures[p] = pixels[p];
    }
    picture_to_planes(pixels[0], WIDTH, HEIGHT, reference);
    snprintf(dataset.digest, sizeof dataset.digest, "%064d", 2);
}

static struct repair_settings usual(void)
{
    struct repair_settings settings = repair_settings_default();
    settings.reference = reference;
    settings.steps = 56;
    settings.seconds = 0;
    settings.batch_size = 4;
    settings.threads = 1;
    return settings;
}

struct watch {
    int stop_epoch, stop_step; /* 0 = never */
    int calls, epochs, epochs_done, steps;
    bool resumed, left_known;
    double last_left;
};

static bool on_progress(void *context, const struct training_progress *now)
{
    struct watch *watch = context;
    watch->calls++;
    watch->epochs = now->epochs;
    watch->steps = now->steps;
    watch->epochs_done += now->epoch_done;
    watch->resumed = now->resumed;
    watch->left_known = isfinite(now->seconds_left);
    watch->last_left = now->seconds_left;
    return now->epoch != watch->stop_epoch || now->step != watch->stop_step;
}

static bool train(const struct repair_settings *settings, struct watch *watch,
                  struct parameters *ret_weights)
{
    training_result_finish(&result);
    err = (struct error){0};
    return repair_training_run(&dataset, settings, watch ? on_progress : NULL, watch, ret_weights,
                               &result, &err);
}

static bool weights_are_equal(void)
{
    return memcmp(parameters_values(weights), parameters_values(other_weights),
                  parameters_count(weights) * sizeof(float)) == 0;
}

struct errors {
    double spoiled, repaired; /* mean squared, inside the mask */
};

/* Over pictures spoiled in ways that training has not seen. */
static struct errors errors_of(const struct parameters *parameters)
{
    static float input[3 * AREA], target[3 * AREA], mask[AREA], output[3 * AREA];
    const struct corrupted to = {input, target, mask};
    struct errors errors = {0};
    double count = 0;
    struct inference *inference = inference_create(parameters, WIDTH, HEIGHT, 1, &err);
    struct corrupter *corrupter = corrupter_create(WIDTH, HEIGHT, &err);
    for (size_t p = 0; inference && corrupter && p < 100; p++) {
        const struct corruption_source source = {pictures[p % PICTURES],
                                                 (const uint8_t *const *)pictures, PICTURES};
        corrupter_apply(corrupter, &source, 999, 1, p, &to);
        relative_encode(input, reference, 3 * AREA, input);
        relative_encode(target, reference, 3 * AREA, target);
        if (!inference_run(inference, input, output, &err))
            break;
        for (size_t i = 0; i < 3 * AREA; i++) {
            errors.spoiled += (double)mask[i % AREA] * pow((double)(input[i] - target[i]), 2);
            errors.repaired += (double)mask[i % AREA] * pow((double)(output[i] - target[i]), 2);
            count += (double)mask[i % AREA];
        }
    }
    corrupter_destroy(corrupter);
    inference_destroy(inference);
    errors.spoiled /= count;
    errors.repaired /= count;
    return errors;
}

TEST(it_learns_to_repair)
{
    struct repair_settings settings = usual();
    settings.steps = 280;
    CHECK(train(&settings, NULL, weights));
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    const struct errors errors = errors_of(weights);
    printf("inside the mask: %.5f spoiled, %.5f repaired\n", errors.spoiled, errors.repaired);
    CHECK(errors.spoiled > 0.005);
    CHECK(errors.repaired < 0.25 * errors.spoiled);
    CHECK(result.best_epoch > 5);
}

TEST(without_a_reference_it_learns_too)
{
    struct repair_settings settings = usual();
    settings.reference = NULL;
    CHECK(train(&settings, NULL, weights));
    CHECK(result.best_validation_loss < 0.7 * result.validation_losses[0]);
}

TEST(the_last_fifth_judges)
{
    struct repair_settings settings = usual();
    struct watch watch = {0};
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.train_count, PICTURES - HELD_OUT);
    CHECK_INT(result.validation_count, HELD_OUT);
    for (size_t i = 0; i < HELD_OUT; i++)
        CHECK_INT(result.validation_indices[i], PICTURES - HELD_OUT + i);
    CHECK_INT(watch.steps, 28); /* 16 pictures are 4 steps; 7 passes are at least 25 */
    CHECK_INT(watch.epochs, 2);
    CHECK_INT(result.epochs_done, 2);
    CHECK_INT(watch.calls, 2 * (28 + HELD_OUT + 1));
    CHECK(watch.left_known);
    CHECK_NEAR(watch.last_left, 0.0, 0.0);
}

TEST(seed_and_settings_decide)
{
    struct repair_settings settings = usual();
    settings.steps = 28;
    CHECK(train(&settings, NULL, weights));
    CHECK(train(&settings, NULL, other_weights));
    CHECK(weights_are_equal());
    settings.loss.structure_weight *= 2;
    CHECK(train(&settings, NULL, other_weights));
    CHECK(!weights_are_equal());
    settings = usual();
    settings.steps = 28;
    settings.seed++;
    CHECK(train(&settings, NULL, other_weights));
    CHECK(!weights_are_equal());
}

TEST(two_threads_give_the_same_bits_each_time)
{
    struct repair_settings settings = usual();
    settings.steps = 28;
    settings.threads = 2;
    CHECK(train(&settings, NULL, weights));
    CHECK(train(&settings, NULL, other_weights));
    CHECK(weights_are_equal());
}

TEST(an_interrupted_training_goes_on_bit_for_bit)
{
    struct repair_settings settings = usual();
    settings.steps = 84;
    CHECK(train(&settings, NULL, weights));
    settings.checkpoint_file = scratch("repair.checkpoint");
    struct watch watch = {.stop_epoch = 2, .stop_step = 5};
    CHECK(train(&settings, &watch, other_weights));
    CHECK_INT(result.end, TRAINING_STOPPED);
    CHECK_INT(result.epochs_done, 1);
    watch = (struct watch){0};
    CHECK(train(&settings, &watch, other_weights));
    CHECK(watch.resumed);
    CHECK_INT(watch.epochs_done, 2);
    CHECK_INT(result.end, TRAINING_ALL_EPOCHS);
    CHECK(weights_are_equal());
}

static void check_begun_anew(const struct repair_settings *settings)
{
    struct watch watch = {0};
    CHECK(train(settings, &watch, other_weights));
    CHECK(!watch.resumed);
    CHECK_CONTAINS(result.resume_note, "it belongs to other pictures or settings");
}

TEST(a_checkpoint_of_other_settings_is_not_taken_up)
{
    struct repair_settings settings = usual();
    settings.steps = 28;
    settings.checkpoint_file = scratch("other.checkpoint");
    CHECK(train(&settings, NULL, weights));
    settings.loss.masked_weight = 3.0;
    check_begun_anew(&settings);
    reference[7] += 0.25f;
    check_begun_anew(&settings);
    reference[7] -= 0.25f;
    settings.reference = NULL;
    check_begun_anew(&settings);
}

TEST(time_that_is_over_ends_it_with_what_there_is)
{
    struct repair_settings settings = usual();
    settings.steps = 100000;
    settings.seconds = 0.001;
    struct watch watch = {0};
    CHECK(train(&settings, &watch, weights));
    CHECK_INT(result.end, TRAINING_TIME_OVER);
    CHECK_INT(result.epochs_done, 1);
    CHECK_NEAR(watch.last_left, 0.0, 0.0); /* not the hours that the steps would take */
}

TEST(a_stop_before_the_first_epoch_keeps_nothing)
{
    struct repair_settings settings = usual();
    struct watch watch = {.stop_epoch = 1, .stop_step = 2};
    CHECK(!train(&settings, &watch, weights));
    CHECK_INT(err.code, ERROR_CANCELLED);
}

TEST(a_learning_rate_without_sense_is_said)
{
    struct repair_settings settings = usual();
    settings.learning_rate = 1e38;
    CHECK(!train(&settings, NULL, weights));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "training has diverged");
}

TEST(one_picture_cannot_be_split)
{
    struct repair_settings settings = usual();
    dataset.count = 1;
    const bool trained = train(&settings, NULL, weights);
    dataset.count = PICTURES;
    CHECK(!trained);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "at least 2");
}

TEST(no_memory_is_said_wherever_it_happens)
{
    struct repair_settings settings = usual();
    settings.steps = 28;
    for (long n = 0;; n += 1 + n / 8) { /* a step allocates much the same each time */
        allocations_until_failure = n;
        const bool done = train(&settings, NULL, weights);
        allocations_until_failure = -1;
        if (done)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

TEST(relative_pictures_come_back)
{
    static float relative[3 * AREA], back[3 * AREA], picture[3 * AREA];
    for (int i = 0; i < 3 * AREA; i++)
        picture[i] = fminf(1.0f, reference[i] * (0.5f + (float)(i % 100) / 100.0f));
    relative_encode(picture, reference, 3 * AREA, relative);
    relative_decode(relative, reference, 3 * AREA, back);
    for (int i = 0; i < 3 * AREA; i++) {
        CHECK(relative[i] > 0.0f && relative[i] < 1.0f);
        CHECK_NEAR(back[i], picture[i], 1e-5);
    }
    relative_encode(reference, reference, 3 * AREA, relative);
    CHECK_NEAR(relative[17], 0.5, 0.0);
    const float black = 0.0f, white = 1.0f;
    float value;
    relative_encode(&black, &white, 1, &value);
    CHECK_NEAR(value, 0.0, 0.0); /* beyond the range: clamped */
    relative_encode(&white, &black, 1, &value);
    CHECK_NEAR(value, 1.0, 0.0);
}

int main(void)
{
    make_dataset();
    weights = parameters_create_for(&network_repair, &err);
    other_weights = parameters_create_for(&network_repair, &err);
    if (!weights || !other_weights)
        return 1;
    RUN(it_learns_to_repair);
    RUN(without_a_reference_it_learns_too);
    RUN(the_last_fifth_judges);
    RUN(seed_and_settings_decide);
    RUN(two_threads_give_the_same_bits_each_time);
    RUN(an_interrupted_training_goes_on_bit_for_bit);
    RUN(a_checkpoint_of_other_settings_is_not_taken_up);
    RUN(time_that_is_over_ends_it_with_what_there_is);
    RUN(a_stop_before_the_first_epoch_keeps_nothing);
    RUN(a_learning_rate_without_sense_is_said);
    RUN(one_picture_cannot_be_split);
    RUN(no_memory_is_said_wherever_it_happens);
    RUN(relative_pictures_come_back);
    training_result_finish(&result);
    parameters_destroy(weights);
    parameters_destroy(other_weights);
    return check_report();
}
