/* `leakwatch train`: has the method of `detector.kind` learn from the normal pictures, and says
 * what came of it.
 *
 * The model that is in use is replaced only when the new set is whole; it is kept in
 * model/previous/ and its replacement is said aloud.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/goes_on.h"
#include "cmd/jobs.h"
#include "cmd/leftovers.h"
#include "cmd/phases.h"
#include "model/onnx.h"
#include "monitor/announce.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TELL_MS = 15000 };

/* What becomes of the set in use. */
enum fate { FATE_NONE_THERE, FATE_KEPT, FATE_GIVEN_UP };

struct session {
    const struct config *config;
    const struct project *project;
    struct phases phases;
    enum fate fate;
};

static bool on_progress(void *context, const struct learn_progress *now)
{
    struct session *session = context;
    phases_show(&session->phases, now);
    return !stop_requested();
}

static void on_say(void *context, enum learn_tone tone, const char *sentence)
{
    struct session *session = context;
    if (tone == LEARN_RESULT) {
        phases_end(&session->phases);
        printf("%s\n", sentence);
    } else if (tone == LEARN_NOTE)
        log_note("%s", sentence);
    else
        log_warning("%s", sentence);
}

/* Better now than after hours. */
static bool check_writable(const struct project *project, struct error *err)
{
    char path[PATH_SIZE];
    return folder_create(project->model_dir, false, err) &&
           path_join(path, sizeof path, project->model_dir, ".write-test", err) &&
           file_replace(path, "", 0, false, err) && file_remove(path, err);
}

/* model/previous/ holds the last set of a training that came to its end: one that was interrupted
 * does not push it out, however often that happens. */
static bool is_expendable(const struct detector_kind *kind, const struct project *project,
                          const char *previous)
{
    char whole[PATH_SIZE];
    struct trained_model in_use = {0};
    struct error ignored;
    if (!path_join(whole, sizeof whole, previous, kind->files[0], &ignored) ||
        file_kind_of(whole) != FILE_REGULAR || !kind->load(project->model_dir, &in_use, &ignored))
        return false;
    bool interrupted = in_use.set.stats.interrupted; /* of a kind without epochs never */
    kind->unload(&in_use);
    return interrupted;
}

/* Copies the set in use to model/previous/, which holds one set of each method. */
static bool keep_previous(struct session *session, struct error *err)
{
    const struct detector_kind *kind = detector_kind_of(session->config);
    const char *const *names = kind->files;
    const struct project *project = session->project;
    char folder[PATH_SIZE], from[PATH_SIZE], to[PATH_SIZE];
    enum fate fate = FATE_NONE_THERE;
    if (!path_join(folder, sizeof folder, project->model_dir, "previous", err))
        return false;
    if (is_expendable(kind, project, folder)) {
        session->fate = FATE_GIVEN_UP;
        return true;
    }
    for (size_t i = 0; names[i]; i++) {
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
    session->fate = fate;
    return true;
}

static bool put_aside(void *context, struct error *err)
{
    struct session *session = context;
    phases_end(&session->phases);
    return folder_create(session->project->model_dir, false, err) &&
           model_set_settle(session->project->model_dir, err) && keep_previous(session, err);
}

/* Methods keep their models in files of their own. */
static void say_others(const struct session *session)
{
    const struct detector_kind *now = detector_kind_of(session->config);
    int64_t utc_ms;
    for (int i = 0; i < DETECTOR_KINDS; i++)
        if (detector_kinds[i] != now &&
            detector_kind_model_time(detector_kinds[i], session->project->model_dir, &utc_ms))
            printf("the model of the %s detector stays beside it; detector.kind says which of "
                   "them watches\n",
                   detector_kinds[i]->name);
}

static void say_replaced(const struct session *session)
{
    if (session->fate == FATE_NONE_THERE)
        return;
    if (session->fate == FATE_KEPT)
        printf("the model that was in use is kept in %s/previous\n", session->project->model_dir);
    else
        printf("the model that was in use came from an interrupted training and is replaced; "
               "%s/previous still holds the one before\n",
               session->project->model_dir);
    fflush(stdout);
    goes_on_say(session->project, "model");
}

/* Only now: a kill between the last epoch and a saved model must cost no training. */
static void remove_checkpoint(const struct session *session, const struct learned *learned)
{
    struct error err;
    if (!learned->interrupted && !file_remove(session->project->checkpoint_file, &err))
        log_warning("the checkpoint was not removed: %s", err.message);
}

static void say_saved(const struct session *session, const struct learned *learned)
{
    if (learned->interrupted)
        printf("stopped in epoch %d; `leakwatch train` continues from there\n",
               learned->epochs_done + 1);
    printf("model saved in %s: %s\n", session->project->model_dir, learned->outcome);
    say_others(session);
    fflush(stdout);
    if (*learned->warning)
        log_warning("%s", learned->warning);
    say_replaced(session);
}

static bool tell(const struct session *session, const struct learned *learned, struct error *err)
{
    struct event event = announce_event(EVENT_TRAINING_COMPLETE, learned->summary);
    event.notify = true;
    return announce(session->config, session->project, &event, TELL_MS, NULL, err) ||
           error_add_context(err, "the model is saved, but this could not be recorded and told");
}

static bool learn(struct session *session, struct error *err)
{
    const struct config *config = session->config;
    const struct learning learning = {.config = config,
                                      .normal_folder = session->project->normal_dir,
                                      .model_folder = session->project->model_dir,
                                      .checkpoint_file = session->project->checkpoint_file,
                                      .threads = config->training_threads ? config->training_threads
                                                                          : process_cpu_count(),
                                      .listener = {on_say, on_progress, put_aside, session}};
    struct learned learned;
    const bool good = detector_kind_of(config)->learn(&learning, &learned, err);
    phases_end(&session->phases);
    if (!good)
        return false;
    remove_checkpoint(session, &learned);
    say_saved(session, &learned);
    return tell(session, &learned, err);
}

bool job_train(const struct config *config, const struct project *project, struct error *err)
{
    struct session session = {.config = config, .project = project};
    struct file_lock lock = {0};
    if (!file_lock_try(&lock, project->training_lock_file, err)) {
        if (err->code == ERROR_BUSY)
            error_set(err, ERROR_BUSY, "another training is already running in %s", project->root);
        return false;
    }
    leftovers_remove(project);
    const bool good = check_writable(project, err) && learn(&session, err);
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
    .details = "The method of detector.kind learns from data/normal, computes the thresholds and "
               "saves its model; the model of another method stays. "
               "Ctrl+C stops early and saves "
               "the best so far; the next `train` continues an interrupted one when pictures and "
               "settings are the same.",
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS | NEEDS_THREADS,
    .run = run,
};
