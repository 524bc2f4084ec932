/* How the reference method learns: normal pictures → network → thresholds → one model set on disk.
 *
 * Three phases that the listener hears of by name: pictures, training, threshold. Whoever stops a
 * training wants the model that it has, so the threshold is computed to its end then, and the set
 * is saved as that of an interrupted training. The checkpoint stays: only the caller knows when
 * what came of it is safe.
 */
#include "model/compute.h"
#include "model/training.h"
#include "score/calibration.h"
#include "score/reference.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { EARLY_STOP_PATIENCE = 5 };

#define UNDERTRAINED_RATIO 2.0 /* of the losses; models whose boxes are right had 1.1 to 1.6 */

struct session {
    const struct learning *learning;
    const char *phase;
    struct dataset *dataset;
    struct parameters *parameters;
    struct inference *inference;
    struct training_result result;
    struct calibration calibration;
    bool resumed_told, note_told;
};

/* ---- what the listener hears */

static void say(const struct session *session, enum learn_tone tone, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void say(const struct session *session, enum learn_tone tone, const char *format, ...)
{
    const struct learn_listener *listener = &session->learning->listener;
    char sentence[LEARN_TEXT_SIZE];
    if (!listener->say)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    listener->say(listener->context, tone, sentence);
}

static bool report(const struct session *session, double done, double total, const char *note)
{
    const struct learn_listener *listener = &session->learning->listener;
    const struct learn_progress now = {session->phase, done, total, note};
    return !listener->progress || listener->progress(listener->context, &now);
}

static void begin_phase(struct session *session, const char *phase)
{
    session->phase = phase;
    (void)report(session, 0, 0, "");
}

static bool on_training(void *context, const struct training_progress *now)
{
    struct session *session = context;
    if (now->resumed && !session->resumed_told) {
        session->resumed_told = true;
        say(session, LEARN_NOTE, "continuing an interrupted training with epoch %d", now->epoch);
    }
    if (*now->resume_note && !session->note_told) {
        session->note_told = true;
        say(session, LEARN_WARNING, "%s", now->resume_note);
    }
    char note[128];
    if (isnan(now->validation_loss))
        snprintf(note, sizeof note, "epoch %d of at most %d, loss %.5f", now->epoch, now->epochs,
                 now->train_loss);
    else
        snprintf(note, sizeof note, "epoch %d of at most %d, loss %.5f, validation %.5f",
                 now->epoch, now->epochs, now->train_loss, now->validation_loss);
    double done = (now->epoch - 1) + (double)now->step / (now->steps > 0 ? now->steps : 1);
    return report(session, done, now->epochs, note);
}

static bool on_loading(void *context, size_t done, size_t total)
{
    return report(context, (double)done, (double)total, "");
}

static void on_left_out(void *context, const char *sentence)
{
    say(context, LEARN_WARNING, "%s", sentence);
}

static bool on_calibration(void *context, size_t done, size_t total)
{
    (void)report(context, (double)done, (double)total, "");
    return true;
}

/* ---- the phases */

static bool load_pictures(struct session *session, struct error *err)
{
    const struct learning *learning = session->learning;
    const struct picture_listener listener = {on_left_out, session, on_loading};
    begin_phase(session, "pictures");
    session->dataset = dataset_load(learning->normal_folder, learning->config->image_width,
                                    learning->config->image_height, DATASET_LEAST, listener, err);
    if (!session->dataset)
        return false;
    say(session, LEARN_RESULT, "%zu normal pictures of %dx%d px", session->dataset->count,
        session->dataset->camera_width, session->dataset->camera_height);
    if (session->dataset->count < DATASET_ADVISED)
        say(session, LEARN_WARNING,
            "%zu pictures are few; %d or more, over a day and a night, give fewer false alarms",
            session->dataset->count, DATASET_ADVISED);
    return true;
}

static bool train_network(struct session *session, struct error *err)
{
    const struct config *config = session->learning->config;
    struct training_settings settings = {
        .batch_size = config->training_batch_size,
        .epochs = config->training_epochs,
        .patience = EARLY_STOP_PATIENCE,
        .learning_rate = config->training_learning_rate,
        .validation_share = config->training_validation_split,
        .seed = (uint64_t)config->training_seed,
        .threads = session->learning->threads,
        .augmentation = {.enabled = config->training_augment_enabled,
                         .rotation_turns = config->training_augment_rotation,
                         .translation = config->training_augment_translation,
                         .contrast = config->training_augment_contrast,
                         .brightness = config->training_augment_brightness},
        .checkpoint_file = session->learning->checkpoint_file};
    session->parameters = parameters_create(err);
    if (!session->parameters)
        return false;
    begin_phase(session, "training");
    if (!training_run(session->dataset, &settings, on_training, session, session->parameters,
                      &session->result, err))
        return false;
    if (session->result.resumed && !session->resumed_told)
        say(session, LEARN_NOTE, "continuing an interrupted training: all its epochs were done");
    return true;
}

static bool calibrate(struct session *session, struct error *err)
{
    const struct config *config = session->learning->config;
    session->inference = inference_create(session->parameters, config->image_width,
                                          config->image_height, session->learning->threads, err);
    if (!session->inference)
        return false;
    begin_phase(session, "threshold");
    return calibration_run(session->inference, session->dataset, session->result.validation_indices,
                           session->result.validation_count, config, on_calibration, session,
                           &session->calibration, err);
}

/* ---- what is kept of it */

static struct model_identity identity_of(const struct session *session)
{
    const struct config *config = session->learning->config;
    const struct compute_info compute = compute_describe();
    struct model_identity identity = {.format_version = MODEL_FORMAT_VERSION,
                                      .width = config->image_width,
                                      .height = config->image_height,
                                      .picture_width = session->dataset->camera_width,
                                      .picture_height = session->dataset->camera_height,
                                      .roi_enabled = config->roi_enabled,
                                      .roi_units = config->roi_units,
                                      .roi_x = config->roi_x,
                                      .roi_y = config->roi_y,
                                      .roi_width = config->roi_width,
                                      .roi_height = config->roi_height,
                                      .threads = session->learning->threads};
    memcpy(identity.data_digest, session->dataset->digest, sizeof identity.data_digest);
    memcpy(identity.onednn_version, compute.library, sizeof identity.onednn_version);
    memcpy(identity.isa, compute.isa, sizeof identity.isa);
    return identity;
}

static struct model_stats stats_of(const struct session *session)
{
    const struct training_result *result = &session->result;
    const struct calibration *calibration = &session->calibration;
    return (struct model_stats){.n_train = result->train_count,
                                .n_val = result->validation_count,
                                .val_error_mean = calibration->mean,
                                .val_error_std = calibration->std,
                                .val_error_min = calibration->min,
                                .val_error_max = calibration->max,
                                .final_train_loss = result->final_train_loss,
                                .final_val_loss = result->final_validation_loss,
                                .epochs = result->epochs_done,
                                .best_epoch = result->best_epoch,
                                .threads = session->learning->threads,
                                .seconds = result->seconds,
                                .interrupted = result->end == TRAINING_STOPPED,
                                .train_losses = result->train_losses,
                                .validation_losses = result->validation_losses};
}

static bool save(struct session *session, struct error *err)
{
    const struct learn_listener *listener = &session->learning->listener;
    struct model_set set = {.parameters = session->parameters,
                            .identity = identity_of(session),
                            .threshold = session->calibration.threshold,
                            .stats = stats_of(session)};
    if (listener->before_save && !listener->before_save(listener->context, err))
        return false;
    return model_set_save(session->learning->model_folder, &set, err);
}

/* The averages that batch norm uses when it watches lag behind training by some hundred steps. */
static void warn_if_undertrained(const struct training_result *result, struct learned *learned)
{
    if (result->best_validation_loss > UNDERTRAINED_RATIO * result->final_train_loss)
        snprintf(learned->warning, sizeof learned->warning,
                 "the network has not learned enough: the validation loss is %.1f times the "
                 "training loss, so alarms may point at the wrong place; train with more pictures, "
                 "more epochs (training.epochs) or smaller steps (training.batch_size: 4)",
                 result->best_validation_loss / result->final_train_loss);
}

static struct learned tell(const struct session *session)
{
    const struct training_result *result = &session->result;
    const double threshold = session->calibration.threshold.threshold;
    struct learned learned = {.interrupted = result->end == TRAINING_STOPPED,
                              .epochs_done = result->epochs_done,
                              .seconds = result->seconds};
    snprintf(learned.outcome, sizeof learned.outcome,
             "epoch %d of %d was best, validation loss %.6f, threshold %.6g from %zu pictures",
             result->best_epoch, result->epochs_done, result->best_validation_loss, threshold,
             result->validation_count);
    snprintf(learned.summary, sizeof learned.summary,
             "trained on %zu pictures in %.0f s, validation loss %.6f, threshold %.6g",
             result->train_count, result->seconds, result->best_validation_loss, threshold);
    warn_if_undertrained(result, &learned);
    return learned;
}

static void finish(struct session *session)
{
    calibration_finish(&session->calibration);
    training_result_finish(&session->result);
    inference_destroy(session->inference);
    parameters_destroy(session->parameters);
    dataset_destroy(session->dataset);
}

bool reference_learn(const struct learning *learning, struct learned *ret_learned,
                     struct error *err)
{
    struct session session = {.learning = learning};
    const bool good = load_pictures(&session, err) && train_network(&session, err) &&
                      calibrate(&session, err) && save(&session, err);
    if (good)
        *ret_learned = tell(&session);
    finish(&session);
    return good;
}
