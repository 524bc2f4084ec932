/* Learns the model of a scene, once.
 *
 * The folder's name holds the digest of what was learned from, so that a model never has to be
 * compared with anything: it is there or it is not. The surprising thing: a training that is
 * stopped saves nothing here. Half a model would be measured as if it were a whole one.
 */
#include "evaluate/scene_model.h"

#include <stdio.h>
#include <string.h>

enum { SCENE_TEXT_MOST = 80, KEY_TEXT = 16 };

struct session {
    const struct scene_model_job *job;
    bool stopped;
};

static void on_say(void *context, enum learn_tone tone, const char *sentence)
{
    const struct session *session = context;
    const struct learn_listener *listener = &session->job->listener;
    char text[LEARN_TEXT_SIZE + SCENE_TEXT_MOST + 3];
    if (!listener->say)
        return;
    snprintf(text, sizeof text, "%.80s: %s", session->job->scene, sentence);
    listener->say(listener->context, tone, text);
}

static bool on_progress(void *context, const struct learn_progress *now)
{
    struct session *session = context;
    const struct learn_listener *listener = &session->job->listener;
    if (listener->progress && !listener->progress(listener->context, now))
        session->stopped = true;
    return !session->stopped;
}

static bool set_stopped(const struct session *session, struct error *err)
{
    return error_set(err, ERROR_CANCELLED,
                     "stopped while learning %.80s; the same command goes on from there",
                     session->job->scene);
}

static bool before_save(void *context, struct error *err)
{
    struct session *session = context;
    return !session->stopped || set_stopped(session, err);
}

static bool choose_folder(const struct scene_model_job *job, char ret_folder[PATH_SIZE],
                          struct error *err)
{
    char key[SHA256_TEXT_SIZE], scene[SCENE_TEXT_MOST + 1], name[PATH_SIZE];
    if (!learning_key(job->normal_folder, job->config, job->kind, key, err))
        return false;
    snprintf(scene, sizeof scene, "%.*s", SCENE_TEXT_MOST,
             strcmp(job->scene, ".") == 0 ? "scene" : job->scene);
    for (char *at = scene; *at; at++)
        if (*at == '/')
            *at = '-';
    snprintf(name, sizeof name, "models/%s-%s-%.*s", scene, job->kind->name, KEY_TEXT, key);
    return path_join(ret_folder, PATH_SIZE, job->out, name, err);
}

static bool learn(const struct scene_model_job *job, const char *folder, struct error *err)
{
    struct session session = {.job = job};
    char checkpoint[PATH_SIZE];
    struct learned learned;
    if (!folder_create(folder, false, err) ||
        !path_join(checkpoint, sizeof checkpoint, folder, "training.checkpoint", err) ||
        (job->again && !file_remove(checkpoint, err)))
        return false;
    const struct learning learning = {.config = job->config,
                                      .normal_folder = job->normal_folder,
                                      .model_folder = folder,
                                      .checkpoint_file = checkpoint,
                                      .threads = job->threads,
                                      .listener = {on_say, on_progress, before_save, &session}};
    if (!job->kind->learn(&learning, &learned, err)) {
        if (session.stopped)
            return set_stopped(&session, err);
        return error_add_context(err, "%.80s", job->scene);
    }
    if (*learned.warning)
        on_say(&session, LEARN_WARNING, learned.warning);
    return file_remove(checkpoint, err);
}

static bool open_own(const struct scene_model_job *job, struct scene_model *model,
                     struct error *err)
{
    char folder[PATH_SIZE];
    struct error why;
    if (!choose_folder(job, folder, err))
        return false;
    if (job->again || !detector_kind_load(job->kind, folder, job->config, &model->model, &why)) {
        model->learned = true;
        if (!learn(job, folder, err) ||
            !detector_kind_load(job->kind, folder, job->config, &model->model, err))
            return false;
    }
    if (model_key(folder, job->kind, model->key, err))
        return true;
    job->kind->unload(&model->model);
    return false;
}

static bool open_of_project(const struct scene_model_job *job, struct scene_model *model,
                            struct error *err)
{
    if (!job->project_model)
        return error_set(err, ERROR_INPUT,
                         "%.80s has no normal pictures above it (normal/ or train/good/) and there "
                         "is no project here whose model could judge it",
                         job->scene);
    if (!detector_kind_load(job->kind, job->project_model, job->config, &model->model, err))
        return false;
    if (model_key(job->project_model, job->kind, model->key, err))
        return true;
    job->kind->unload(&model->model);
    return false;
}

bool scene_model_open(const struct scene_model_job *job, struct scene_model *ret_model,
                      struct error *err)
{
    struct scene_model model = {.kind = job->kind};
    if (!(job->normal_folder ? open_own(job, &model, err) : open_of_project(job, &model, err)))
        return false;
    *ret_model = model;
    return true;
}

void scene_model_finish(struct scene_model *model)
{
    if (model->kind)
        model->kind->unload(&model->model);
    *model = (struct scene_model){0};
}
