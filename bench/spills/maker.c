/* Deals the folders of a plan out to threads; each takes the next one that is missing.
 *
 * Which thread makes a folder, and when, changes nothing in it. The first failure stops the rest.
 */
#include "maker.h"

#include "case_folder.h"
#include "platform/file.h"
#include "platform/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 64 };

/* Measured on sets of all kinds: a JPEG of quality 90 of these scenes takes less. */
static const double bytes_per_pixel = 0.36;

struct task {
    const struct scene_plan *scene;
    const struct case_plan *plan; /* NULL: the normals */
};

struct workshop {
    const struct maker_settings *settings;
    struct mutex mutex; /* of what follows */
    struct task *tasks;
    size_t task_count, next, done;
    bool failed;
    struct error err;
};

static bool is_wanted(const struct scene_plan *scene, const char *only)
{
    return !only || strcmp(scene->name, only) == 0;
}

static uint64_t task_bytes(const struct task *task)
{
    const int frames = task->plan ? task->plan->frames : task->scene->normals;
    const int width = task->scene->width, height = task->scene->height;
    return (uint64_t)(bytes_per_pixel * frames * width * height);
}

uint64_t plan_bytes(const struct plan *plan, const char *scene)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < plan->scene_count; i++)
        if (is_wanted(&plan->scenes[i], scene))
            bytes += task_bytes(&(struct task){.scene = &plan->scenes[i]});
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct task task = {&plan->scenes[plan->cases[i].scene], &plan->cases[i]};
        if (is_wanted(task.scene, scene))
            bytes += task_bytes(&task);
    }
    return bytes;
}

static bool collect_tasks(struct workshop *workshop, const struct plan *plan,
                          struct maker_counts *counts, struct error *err)
{
    workshop->tasks = calloc(plan->scene_count + plan->case_count, sizeof *workshop->tasks);
    if (!workshop->tasks)
        return error_set(err, ERROR_MEMORY, "no memory for %zu cases", plan->case_count);
    const struct maker_settings *settings = workshop->settings;
    for (size_t i = 0; i < plan->scene_count + plan->case_count; i++) {
        struct task task = {0};
        if (i < plan->scene_count) {
            task.scene = &plan->scenes[i];
        } else {
            task.plan = &plan->cases[i - plan->scene_count];
            task.scene = &plan->scenes[task.plan->scene];
        }
        if (!is_wanted(task.scene, settings->scene))
            continue;
        if (case_folder_is_complete(settings->out, task.scene, task.plan))
            counts->found++;
        else
            workshop->tasks[workshop->task_count++] = task;
    }
    return true;
}

static bool check_space(const struct workshop *workshop, struct error *err)
{
    uint64_t needed = 0, free_bytes;
    for (size_t i = 0; i < workshop->task_count; i++)
        needed += task_bytes(&workshop->tasks[i]);
    if (!folder_free_bytes(workshop->settings->out, &free_bytes, err))
        return false;
    if (!workshop->settings->is_quiet)
        fprintf(stderr, "spills: %zu folders to make, about %.1f GB; the disk has %.1f GB free\n",
                workshop->task_count, (double)needed / 1e9, (double)free_bytes / 1e9);
    if (needed > free_bytes)
        return error_set(err, ERROR_SPACE,
                         "%s needs about %.1f GB more and its disk has %.1f GB; free some, or make "
                         "one scene at a time with --scene",
                         workshop->settings->out, (double)needed / 1e9, (double)free_bytes / 1e9);
    return true;
}

static bool take_task(struct workshop *workshop, struct task *ret_task)
{
    mutex_lock(&workshop->mutex);
    const bool more = !workshop->failed && workshop->next < workshop->task_count;
    if (more)
        *ret_task = workshop->tasks[workshop->next++];
    mutex_unlock(&workshop->mutex);
    return more;
}

static void note_done(struct workshop *workshop, const struct task *task, bool made,
                      const struct error *err)
{
    mutex_lock(&workshop->mutex);
    if (made) {
        workshop->done++;
        if (!workshop->settings->is_quiet)
            fprintf(stderr, "spills: %zu of %zu: %s/%s\n", workshop->done, workshop->task_count,
                    task->scene->name, task->plan ? task->plan->name : "normal");
    } else if (!workshop->failed) {
        workshop->failed = true;
        workshop->err = *err;
    }
    mutex_unlock(&workshop->mutex);
}

static void work(void *context)
{
    struct workshop *workshop = context;
    struct task task;
    while (take_task(workshop, &task)) {
        struct error err = {0};
        const bool made = case_folder_make(workshop->settings->out, task.scene, task.plan, &err);
        note_done(workshop, &task, made, &err);
    }
}

static bool run_threads(struct workshop *workshop, struct error *err)
{
    struct thread threads[JOBS_MAX] = {0};
    int jobs = workshop->settings->jobs;
    if (jobs > JOBS_MAX)
        jobs = JOBS_MAX;
    bool started = true;
    for (int i = 0; started && i < jobs; i++)
        started = thread_start(&threads[i], "spills", work, workshop, err);
    for (int i = 0; i < jobs; i++)
        thread_join(&threads[i]);
    return started;
}

static bool find_scene(const struct plan *plan, const char *name, struct error *err)
{
    for (size_t i = 0; i < plan->scene_count; i++)
        if (!name || strcmp(plan->scenes[i].name, name) == 0)
            return true;
    return error_set(err, ERROR_USAGE, "there is no scene \"%s\" in this set of split %s",
                     name ? name : "", split_names[plan->split]);
}

bool plan_make(const struct plan *plan, const struct maker_settings *settings,
               struct maker_counts *ret_counts, struct error *err)
{
    struct workshop workshop = {.settings = settings};
    struct maker_counts counts = {0};
    if (!find_scene(plan, settings->scene, err) || !folder_create(settings->out, false, err))
        return false;
    mutex_init(&workshop.mutex);
    bool done = collect_tasks(&workshop, plan, &counts, err) && check_space(&workshop, err) &&
                run_threads(&workshop, err);
    if (done && workshop.failed) {
        *err = workshop.err;
        done = false;
    }
    counts.made = (int64_t)workshop.done;
    mutex_finish(&workshop.mutex);
    free(workshop.tasks);
    if (done)
        *ret_counts = counts;
    return done;
}
