/* Detector by detector, seed by seed, scene by scene.
 *
 * One scene's model is in memory at a time: learned or taken up, then all of its sequences are
 * watched, so a stopped evaluation leaves whole scenes behind. Results have the order of the set,
 * whatever the order of the work.
 */
#include "evaluate/sequence_evaluate.h"

#include "evaluate/scene_model.h"
#include "evaluate/sequence_store.h"
#include "evaluate/sequence_summary.h"
#include "evaluate/sequence_workers.h"
#include "platform/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    const struct evaluate_job *job;
    struct config config; /* of this run */
    struct sequence_run *run;
    struct scene_model model;
    struct sequence_task *tasks; /* of this scene, yet to be done */
    size_t task_count, task_frames;
    size_t taken_up;
    struct error *err;
};

struct config evaluate_config(const struct config *config, const struct detector_kind *kind, int n)
{
    struct config changed = *config;
    for (int i = 0; i < DETECTOR_KINDS; i++)
        if (detector_kinds[i] == kind)
            changed.detector_kind = i;
    changed.training_seed += n;
    return changed;
}

static void say(const struct evaluate_job *job, enum learn_tone tone, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void say(const struct evaluate_job *job, enum learn_tone tone, const char *format, ...)
{
    char sentence[LEARN_TEXT_SIZE];
    va_list arguments;
    if (!job->listener.say)
        return;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    job->listener.say(job->listener.context, tone, sentence);
}

/* ---- one scene */

static bool on_frames(void *context, size_t frames)
{
    const struct session *session = context;
    const struct evaluate_listener *listener = &session->job->listener;
    const struct learn_progress now = {"watching", (double)frames, (double)session->task_frames,
                                       session->run->kind->name};
    return !listener->progress || listener->progress(listener->context, &now);
}

static bool open_model(struct session *session, int scene)
{
    const struct evaluate_job *job = session->job;
    const struct sequence_scene *own = scene < 0 ? NULL : &job->set->scenes[scene];
    const int threads =
        job->config->training_threads ? job->config->training_threads : process_cpu_count();
    const struct scene_model_job wish = {
        .config = &session->config,
        .kind = session->run->kind,
        .out = job->out,
        .normal_folder = own ? own->normal_folder : NULL,
        .scene = own ? own->path : "a sequence",
        .project_model = job->project_model,
        .threads = threads,
        .again = job->again,
        .listener = {job->listener.say, job->listener.progress, NULL, job->listener.context}};
    return scene_model_open(&wish, &session->model, session->err);
}

/* Takes up the results that are there; the others become tasks. */
static bool plan(struct session *session, int scene)
{
    const struct evaluate_job *job = session->job;
    const struct sequence_set *set = job->set;
    session->task_count = session->task_frames = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct sequence_task *task = &session->tasks[session->task_count];
        const struct sequence *sequence = &set->sequences[i];
        if (sequence->scene != scene)
            continue;
        task->index = i;
        if (!sequence_key(set, sequence, &session->config, session->model.key, task->key,
                          session->err) ||
            !sequence_store_path(job->out, session->run->kind, session->run->seed, sequence,
                                 task->path, session->err))
            return false;
        if (!job->again && sequence_store_read(task->path, task->key, set, sequence,
                                               &session->config, &session->run->results[i])) {
            session->taken_up++;
            continue;
        }
        session->task_count++;
        session->task_frames += sequence->truth.frame_count;
    }
    return true;
}

static bool do_scene(struct session *session, int scene)
{
    if (!open_model(session, scene) || !plan(session, scene))
        return false;
    const struct sequence_work work = {.set = session->job->set,
                                       .config = &session->config,
                                       .model = &session->model,
                                       .tasks = session->tasks,
                                       .task_count = session->task_count,
                                       .workers = session->job->threads,
                                       .results = session->run->results,
                                       .progress = on_frames,
                                       .context = session};
    if (session->task_count == 0 || sequences_work(&work, session->err))
        return true;
    if (session->err->code == ERROR_CANCELLED)
        error_set(session->err, ERROR_CANCELLED,
                  "stopped; what was finished is kept, the same command goes on from there");
    return false;
}

static bool has_sequences(const struct sequence_set *set, int scene)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->sequences[i].scene == scene)
            return true;
    return false;
}

/* ---- one run */

static bool do_run(const struct evaluate_job *job, const struct detector_kind *kind, int seed,
                   struct sequence_run *run, struct error *err)
{
    const struct sequence_set *set = job->set;
    struct session session = {
        .job = job, .config = evaluate_config(job->config, kind, seed), .run = run, .err = err};
    *run = (struct sequence_run){.kind = kind, .seed = session.config.training_seed};
    run->results = calloc(set->count + 1, sizeof *run->results);
    session.tasks = calloc(set->count + 1, sizeof *session.tasks);
    bool good = (run->results && session.tasks) ||
                error_set(err, ERROR_MEMORY, "no memory for %zu results", set->count);
    if (run->results)
        run->count = set->count;
    for (int scene = -1; good && scene < (int)set->scene_count; scene++) {
        if (!has_sequences(set, scene))
            continue;
        good = do_scene(&session, scene);
        scene_model_finish(&session.model);
    }
    if (good && session.taken_up > 0)
        say(job, LEARN_NOTE, "%s detector, seed %lld: %zu of %zu sequences were evaluated before",
            kind->name, (long long)run->seed, session.taken_up, set->count);
    free(session.tasks);
    return good && sequences_summarise(run->results, run->count, &run->summary, err);
}

static bool do_runs(const struct evaluate_job *job, struct sequence_evaluation *evaluation,
                    struct error *err)
{
    const size_t most = (size_t)job->kind_count * (size_t)job->seeds;
    evaluation->runs = calloc(most + 1, sizeof *evaluation->runs);
    if (!evaluation->runs)
        return error_set(err, ERROR_MEMORY, "no memory for %zu runs", most);
    for (int kind = 0; kind < job->kind_count; kind++)
        for (int seed = 0; seed < job->seeds; seed++)
            if (!do_run(job, job->kinds[kind], seed, &evaluation->runs[evaluation->run_count++],
                        err))
                return false;
    return true;
}

bool sequences_evaluate(const struct evaluate_job *job, struct sequence_evaluation *ret_evaluation,
                        struct error *err)
{
    struct sequence_evaluation evaluation = {.dataset = job->set->root};
    struct file_lock lock = {0};
    char lock_file[PATH_SIZE];
    if (!folder_create(job->out, true, err) ||
        !path_join(lock_file, sizeof lock_file, job->out, ".lock", err))
        return false;
    if (!file_lock_try(&lock, lock_file, err)) {
        if (err->code == ERROR_BUSY)
            error_set(err, ERROR_BUSY,
                      "another evaluation is writing in %s; wait for it, or give "
                      "another folder with --out",
                      job->out);
        return false;
    }
    const bool good = do_runs(job, &evaluation, err);
    file_lock_release(&lock);
    if (good)
        *ret_evaluation = evaluation;
    else
        sequence_evaluation_finish(&evaluation);
    return good;
}
