/* `leakwatch train`: normal pictures → network → thresholds → one model set on disk.
 *
 * The model that is in use is replaced only when the new set is whole; it is kept in
 * model/previous/ and its replacement is said aloud.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/goes_on.h"
#include "cmd/jobs.h"
#include "cmd/leftovers.h"
#include "cmd/progress.h"
#include "model/compute.h"
#include "model/onnx.h"
#include "model/training.h"
#include "monitor/announce.h"
#include "platform/process.h"
#include "platform/signal.h"
#include "score/calibration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EARLY_STOP_PATIENCE = 5, TELL_MS = 15000 };

#define UNDERTRAINED_RATIO 2.0 /* of the losses; models whose boxes are right had 1.1 to 1.6 */

struct session {
    const struct config *config;
    const struct project *project;
    int threads;
    struct dataset *dataset;
    struct parameters *parameters;
    struct inference *inference;
    struct training_result result;
    struct calibration calibration;
    struct progress progress;
    bool resumed_told, note_told;
};

static bool on_training(void *context, const struct training_progress *now)
{
    struct session *session = context;
    if (now->resumed && !session->resumed_told) {
        session->resumed_told = true;
        log_note("continuing an interrupted training with epoch %d", now->epoch);
    }
    if (*now->resume_note && !session->note_told) {
        session->note_told = true;
        log_warning("%s", now->resume_note);
    }
    char note[128];
    if (isnan(now->validation_loss))
        snprintf(note, sizeof note, "epoch %d of at most %d, loss %.5f", now->epoch, now->epochs,
                 now->train_loss);
    else
        snprintf(note, sizeof note, "epoch %d of at most %d, loss %.5f, validation %.5f",
                 now->epoch, now->epochs, now->train_loss, now->validation_loss);
    double done = (now->epoch - 1) + (double)now->step / (now->steps > 0 ? now->steps : 1);
    progress_show(&session->progress, done, now->epochs, note);
    return !stop_requested();
}

static bool on_loading(void *context, size_t done, size_t total)
{
    struct session *session = context;
    progress_show(&session->progress, (double)done, (double)total, "");
    return !stop_requested();
}

/* Whoever stops a training wants the model that it has. */
static bool on_calibration(void *context, size_t done, size_t total)
{
    struct session *session = context;
    progress_show(&session->progress, (double)done, (double)total, "");
    return true;
}

/* Better now than after hours. */
static bool check_writable(const struct project *project, struct error *err)
{
    char path[PATH_SIZE];
    return folder_create(project->model_dir, false, err) &&
           path_join(path, sizeof path, project->model_dir, ".write-test", err) &&
           file_replace(path, "", 0, false, err) && file_remove(path, err);
}

static bool load_pictures(struct session *session, struct error *err)
{
    const struct config *config = session->config;
    struct picture_listener listener = {log_each_warning, session, on_loading};
    session->progress = progress_begin("pictures");
    session->dataset = dataset_load(session->project->normal_dir, config->image_width,
                                    config->image_height, DATASET_LEAST, listener, err);
    progress_end(&session->progress);
    if (!session->dataset)
        return false;
    printf("%zu normal pictures of %dx%d px\n", session->dataset->count,
           session->dataset->camera_width, session->dataset->camera_height);
    if (session->dataset->count < DATASET_ADVISED)
        log_warning(
            "%zu pictures are few; %d or more, over a day and a night, give fewer false alarms",
            session->dataset->count, DATASET_ADVISED);
    return true;
}

static bool train_network(struct session *session, struct error *err)
{
    const struct config *config = session->config;
    struct training_settings settings = {
        .batch_size = config->training_batch_size,
        .epochs = config->training_epochs,
        .patience = EARLY_STOP_PATIENCE,
        .learning_rate = config->training_learning_rate,
        .validation_share = config->training_validation_split,
        .seed = (uint64_t)config->training_seed,
        .threads = session->threads,
        .augmentation = {.enabled = config->training_augment_enabled,
                         .rotation_turns = config->training_augment_rotation,
                         .translation = config->training_augment_translation,
                         .contrast = config->training_augment_contrast,
                         .brightness = config->training_augment_brightness},
        .checkpoint_file = session->project->checkpoint_file};
    session->parameters = parameters_create(err);
    if (!session->parameters)
        return false;
    session->progress = progress_begin("training");
    bool good = training_run(session->dataset, &settings, on_training, session, session->parameters,
                             &session->result, err);
    progress_end(&session->progress);
    if (good && session->result.resumed && !session->resumed_told)
        log_note("continuing an interrupted training: all its epochs were done");
    return good;
}

static bool calibrate(struct session *session, struct error *err)
{
    const struct config *config = session->config;
    session->inference = inference_create(session->parameters, config->image_width,
                                          config->image_height, session->threads, err);
    if (!session->inference)
        return false;
    session->progress = progress_begin("threshold");
    bool good =
        calibration_run(session->inference, session->dataset, session->result.validation_indices,
                        session->result.validation_count, config, on_calibration, session,
                        &session->calibration, err);
    progress_end(&session->progress);
    return good;
}

/* What becomes of the set in use. */
enum fate { FATE_NONE_THERE, FATE_KEPT, FATE_GIVEN_UP };

/* model/previous/ holds the last set of a training that came to its end: one that was interrupted
 * does not push it out, however often that happens. */
static bool is_expendable(const struct project *project, const char *previous)
{
    char whole[PATH_SIZE];
    struct model_set in_use;
    struct error ignored;
    if (!path_join(whole, sizeof whole, previous, MODEL_FILE_NAME, &ignored) ||
        file_kind_of(whole) != FILE_REGULAR ||
        !model_set_load(project->model_dir, &in_use, &ignored))
        return false;
    bool interrupted = in_use.stats.interrupted;
    model_set_finish(&in_use);
    return interrupted;
}

/* Copies the set in use to model/previous/, which holds one set. */
static bool keep_previous(const struct project *project, enum fate *ret_fate, struct error *err)
{
    static const char *const names[] = {MODEL_FILE_NAME, THRESHOLD_FILE_NAME, STATS_FILE_NAME};
    char folder[PATH_SIZE], from[PATH_SIZE], to[PATH_SIZE];
    enum fate fate = FATE_NONE_THERE;
    if (!path_join(folder, sizeof folder, project->model_dir, "previous", err))
        return false;
    if (is_expendable(project, folder)) {
        *ret_fate = FATE_GIVEN_UP;
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!path_join(from, sizeof from, project->model_dir, names[i], err) ||
            !path_join(to, sizeof to, folder, names[i], err))
            return false;
        if (file_kind_of(from) != FILE_REGULAR)
            continue;
        struct buffer contents = {0};
        bool good = folder_create(folder, false, err) &&
                    file_read(from, ONNX_FILE_MAX, &contents, err) &&
                    file_replace(to, contents.data, contents.size, false, err);
        buffer_finish(&contents);
        if (!good)
            return false;
        fate = FATE_KEPT;
    }
    *ret_fate = fate;
    return true;
}

static struct model_set make_set(struct session *session)
{
    const struct config *config = session->config;
    const struct training_result *result = &session->result;
    const struct calibration *calibration = &session->calibration;
    struct compute_info compute = compute_describe();
    struct model_set set = {.parameters = session->parameters,
                            .identity = {.format_version = MODEL_FORMAT_VERSION,
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
                                         .threads = session->threads},
                            .threshold = calibration->threshold,
                            .stats = {.n_train = result->train_count,
                                      .n_val = result->validation_count,
                                      .val_error_mean = calibration->mean,
                                      .val_error_std = calibration->std,
                                      .val_error_min = calibration->min,
                                      .val_error_max = calibration->max,
                                      .final_train_loss = result->final_train_loss,
                                      .final_val_loss = result->final_validation_loss,
                                      .epochs = result->epochs_done,
                                      .best_epoch = result->best_epoch,
                                      .threads = session->threads,
                                      .seconds = result->seconds,
                                      .interrupted = result->end == TRAINING_STOPPED,
                                      .train_losses = result->train_losses,
                                      .validation_losses = result->validation_losses}};
    memcpy(set.identity.data_digest, session->dataset->digest, sizeof set.identity.data_digest);
    memcpy(set.identity.onednn_version, compute.library, sizeof set.identity.onednn_version);
    memcpy(set.identity.isa, compute.isa, sizeof set.identity.isa);
    return set;
}

static void say_replaced(const struct session *session, enum fate fate)
{
    if (fate == FATE_NONE_THERE)
        return;
    if (fate == FATE_KEPT)
        printf("the model that was in use is kept in %s/previous\n", session->project->model_dir);
    else
        printf("the model that was in use came from an interrupted training and is replaced; "
               "%s/previous still holds the one before\n",
               session->project->model_dir);
    fflush(stdout);
    goes_on_say(session->project, "model");
}

/* The averages that batch norm uses when it watches lag behind training by some hundred steps. */
static void warn_if_undertrained(const struct training_result *result)
{
    if (result->best_validation_loss <= UNDERTRAINED_RATIO * result->final_train_loss)
        return;
    log_warning("the network has not learned enough: the validation loss is %.1f times the "
                "training loss, so "
                "alarms may point at the wrong place; train with more pictures, more epochs "
                "(training.epochs) or smaller steps (training.batch_size: 4)",
                result->best_validation_loss / result->final_train_loss);
}

/* Only now: a kill between the last epoch and a saved model must cost no training. */
static void remove_checkpoint(const struct session *session)
{
    struct error err;
    if (session->result.end != TRAINING_STOPPED &&
        !file_remove(session->project->checkpoint_file, &err))
        log_warning("the checkpoint was not removed: %s", err.message);
}

static bool save(struct session *session, struct error *err)
{
    enum fate fate;
    struct model_set set = make_set(session);
    if (!folder_create(session->project->model_dir, false, err) ||
        !model_set_settle(session->project->model_dir, err) ||
        !keep_previous(session->project, &fate, err) ||
        !model_set_save(session->project->model_dir, &set, err))
        return false;
    remove_checkpoint(session);
    const struct training_result *result = &session->result;
    if (result->end == TRAINING_STOPPED)
        printf("stopped in epoch %d; `leakwatch train` continues from there\n",
               result->epochs_done + 1);
    printf("model saved in %s: epoch %d of %d was best, validation loss %.6f, threshold %.6g from "
           "%zu pictures\n",
           session->project->model_dir, result->best_epoch, result->epochs_done,
           result->best_validation_loss, set.threshold.threshold, result->validation_count);
    fflush(stdout);
    warn_if_undertrained(result);
    say_replaced(session, fate);
    return true;
}

static bool tell(struct session *session, struct error *err)
{
    char text[EVENT_TEXT_SIZE];
    snprintf(text, sizeof text,
             "trained on %zu pictures in %.0f s, validation loss %.6f, threshold %.6g",
             session->result.train_count, session->result.seconds,
             session->result.best_validation_loss, session->calibration.threshold.threshold);
    struct event event = announce_event(EVENT_TRAINING_COMPLETE, text);
    event.notify = true;
    return announce(session->config, session->project, &event, TELL_MS, NULL, err) ||
           error_add_context(err, "the model is saved, but this could not be recorded and told");
}

static void finish(struct session *session)
{
    calibration_finish(&session->calibration);
    training_result_finish(&session->result);
    inference_destroy(session->inference);
    parameters_destroy(session->parameters);
    dataset_destroy(session->dataset);
}

bool job_train(const struct config *config, const struct project *project, struct error *err)
{
    struct session session = {.config = config,
                              .project = project,
                              .threads = config->training_threads ? config->training_threads
                                                                  : process_cpu_count()};
    struct file_lock lock = {0};
    if (!file_lock_try(&lock, project->training_lock_file, err)) {
        if (err->code == ERROR_BUSY)
            error_set(err, ERROR_BUSY, "another training is already running in %s", project->root);
        return false;
    }
    leftovers_remove(project);
    bool good = check_writable(project, err) && load_pictures(&session, err) &&
                train_network(&session, err) && calibrate(&session, err) && save(&session, err) &&
                tell(&session, err);
    finish(&session);
    file_lock_release(&lock);
    return good;
}

static bool run(const struct invocation *invocation, struct error *err)
{
    return job_train(invocation->config, invocation->project, err);
}

const struct command command_train = {
    .name = "train",
    .arguments = "",
    .summary = "learn from the normal pictures what normal looks like",
    .details = "Trains the network on data/normal, computes the thresholds and saves the model. "
               "Ctrl+C stops early and saves "
               "the best so far; the next `train` continues an interrupted one when pictures and "
               "settings are the same.",
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS | NEEDS_THREADS,
    .run = run,
};
