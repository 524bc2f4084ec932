/* Deals the folders of a plan out to threads; each takes the next one that is missing.
 *
 * Which thread makes a folder, and when, changes nothing in it. The first failure stops the rest.
 * Clips are read once, before the threads start, and only those that a missing folder needs.
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
    struct case_plan plan;
    const struct footage *footage;
};

struct workshop {
    const struct maker_settings *settings;
    struct footage *footage[FOOTAGE_ROW_COUNT]; /* by row; NULL while not needed or missing */
    bool is_missing[FOOTAGE_ROW_COUNT];
    struct maker_counts counts;
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

static uint64_t bytes_of(const struct scene_plan *scene, int frames)
{
    return (uint64_t)(bytes_per_pixel * frames * scene->width * scene->height);
}

uint64_t plan_bytes(const struct plan *plan, const char *scene)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < plan->scene_count; i++)
        if (is_wanted(&plan->scenes[i], scene))
            bytes += bytes_of(&plan->scenes[i], plan->scenes[i].normals);
    for (size_t i = 0; i < plan->case_count; i++)
        if (is_wanted(&plan->scenes[plan->cases[i].scene], scene))
            bytes += bytes_of(&plan->scenes[plan->cases[i].scene], plan->cases[i].frames);
    return bytes;
}

/* False with err when the clip is there and can not be read; a missing one is no failure. */
static bool find_footage(struct workshop *workshop, const struct scene_plan *scene,
                         const struct footage **ret_footage, struct error *err)
{
    *ret_footage = NULL;
    if (scene->source != SCENE_FOOTAGE)
        return true;
    const struct footage_row *row = footage_find(scene->footage);
    if (!row)
        return error_set(err, ERROR_CONFIG, "nothing is known about the clip %s", scene->footage);
    const size_t index = (size_t)(row - footage_rows);
    char path[PATH_SIZE];
    if (!path_join(path, sizeof path, workshop->settings->footage, row->file, err))
        return false;
    if (!workshop->is_missing[index] && file_is_missing(path)) {
        workshop->is_missing[index] = true;
        fprintf(stderr, "spills: WARNING: %s is missing; scene %s is LEFT OUT\n", path,
                scene->name);
    }
    if (workshop->is_missing[index])
        return true;
    if (!workshop->footage[index])
        workshop->footage[index] = footage_load(workshop->settings->footage, row, err);
    *ret_footage = workshop->footage[index];
    return workshop->footage[index];
}

static bool add_task(struct workshop *workshop, const struct scene_plan *scene,
                     const struct case_plan *plan, struct error *err)
{
    if (case_folder_is_complete(workshop->settings->out, scene, plan)) {
        workshop->counts.found++;
        return true;
    }
    struct task task = {.scene = scene, .plan = *plan};
    if (!find_footage(workshop, scene, &task.footage, err))
        return false;
    if (scene->source == SCENE_FOOTAGE && !task.footage)
        workshop->counts.left_out++;
    else
        workshop->tasks[workshop->task_count++] = task;
    return true;
}

static bool collect_tasks(struct workshop *workshop, const struct plan *plan, struct error *err)
{
    workshop->tasks = calloc(plan->scene_count + plan->case_count, sizeof *workshop->tasks);
    if (!workshop->tasks)
        return error_set(err, ERROR_MEMORY, "no memory for %zu cases", plan->case_count);
    const char *only = workshop->settings->scene;
    for (size_t i = 0; i < plan->scene_count; i++) {
        const struct case_plan normals = plan_normals(&plan->scenes[i]);
        if (is_wanted(&plan->scenes[i], only) &&
            !add_task(workshop, &plan->scenes[i], &normals, err))
            return false;
    }
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct scene_plan *scene = &plan->scenes[plan->cases[i].scene];
        if (is_wanted(scene, only) && !add_task(workshop, scene, &plan->cases[i], err))
            return false;
    }
    return true;
}

static bool check_space(const struct workshop *workshop, struct error *err)
{
    uint64_t needed = 0, free_bytes;
    for (size_t i = 0; i < workshop->task_count; i++)
        needed += bytes_of(workshop->tasks[i].scene, workshop->tasks[i].plan.frames);
    if (!folder_free_bytes(workshop->settings->out, &free_bytes, err))
        return false;
    if (!workshop->settings->is_quiet)
        fprintf(stderr, "spills: %zu folders to make, about %.2f GB; the disk has %.1f GB free\n",
                workshop->task_count, (double)needed / 1e9, (double)free_bytes / 1e9);
    if (needed > free_bytes)
        return error_set(err, ERROR_SPACE,
                         "%s needs about %.1f GB more and its disk has %.1f GB; free some, or make "
                         "one scene at a time with --scene",
                         workshop->settings->out, (double)needed / 1e9, (double)free_bytes / 1e9);
    return true;
}

static const struct task *take_task(struct workshop *workshop)
{
    mutex_lock(&workshop->mutex);
    const bool more = !workshop->failed && workshop->next < workshop->task_count;
    const struct task *task = more ? &workshop->tasks[workshop->next++] : NULL;
    mutex_unlock(&workshop->mutex);
    return task;
}

static void note_done(struct workshop *workshop, const struct task *task, bool made,
                      const struct error *err)
{
    mutex_lock(&workshop->mutex);
    if (made) {
        workshop->done++;
        if (!workshop->settings->is_quiet)
            fprintf(stderr, "spills: %zu of %zu: %s/%s\n", workshop->done, workshop->task_count,
                    task->scene->name, task->plan.is_normal ? "normal" : task->plan.name);
    } else if (!workshop->failed) {
        workshop->failed = true;
        workshop->err = *err;
    }
    mutex_unlock(&workshop->mutex);
}

static void work(void *context)
{
    struct workshop *workshop = context;
    for (const struct task *task; (task = take_task(workshop));) {
        struct error err = {0};
        const bool made = case_folder_make(workshop->settings->out, task->scene, &task->plan,
                                           task->footage, &err);
        note_done(workshop, task, made, &err);
    }
}

static bool run_threads(struct workshop *workshop, struct error *err)
{
    struct thread threads[JOBS_MAX] = {0};
    const int jobs = workshop->settings->jobs < JOBS_MAX ? workshop->settings->jobs : JOBS_MAX;
    bool done = true;
    for (int i = 0; done && i < jobs; i++)
        done = thread_start(&threads[i], "spills", work, workshop, err);
    for (int i = 0; i < jobs; i++)
        thread_join(&threads[i]);
    if (done && workshop->failed) {
        *err = workshop->err;
        done = false;
    }
    return done;
}

static bool check_scene(const struct plan *plan, const char *name, struct error *err)
{
    for (size_t i = 0; i < plan->scene_count; i++)
        if (is_wanted(&plan->scenes[i], name))
            return true;
    return error_set(err, ERROR_USAGE, "there is no scene \"%s\" in this set of split %s",
                     name ? name : "", split_names[plan->split]);
}

bool plan_make(const struct plan *plan, const struct maker_settings *settings,
               struct maker_counts *ret_counts, struct error *err)
{
    struct workshop workshop = {.settings = settings};
    if (!check_scene(plan, settings->scene, err) || !folder_create(settings->out, false, err))
        return false;
    mutex_init(&workshop.mutex);
    const bool done = collect_tasks(&workshop, plan, err) && check_space(&workshop, err) &&
                      run_threads(&workshop, err);
    workshop.counts.made = (int64_t)workshop.done;
    mutex_finish(&workshop.mutex);
    for (int i = 0; i < FOOTAGE_ROW_COUNT; i++)
        footage_destroy(workshop.footage[i]);
    free(workshop.tasks);
    if (done)
        *ret_counts = workshop.counts;
    return done;
}
