/* A fixed number of threads that take the next task until none is left.
 *
 * What they share is one counter and, under the mutex, the failure that counts. The surprising
 * thing: after a failure, tasks before it go on, so that which failure is reported does not depend
 * on who was faster.
 */
#include "evaluate/sequence_workers.h"

#include "evaluate/sequence_store.h"
#include "evaluate/sequence_watch.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <stdatomic.h>
#include <stdlib.h>

#define LOOK_NS (100 * NS_PER_MS)

struct workers {
    const struct sequence_work *work;
    atomic_size_t next, frames;
    atomic_size_t failed_task; /* tasks from here on need not be done; task_count = none failed */
    atomic_bool stopped;
    struct mutex mutex;
    struct condition ended;
    int running;
    struct error failure;
};

/* What one task asks of whether to go on. */
struct turn {
    struct workers *workers;
    size_t task;
};

static bool must_stop(void *context)
{
    const struct turn *turn = context;
    struct workers *workers = turn->workers;
    atomic_fetch_add(&workers->frames, 1);
    return atomic_load(&workers->stopped) || atomic_load(&workers->failed_task) < turn->task;
}

static void note_failure(struct workers *workers, size_t task, const struct error *err)
{
    mutex_lock(&workers->mutex);
    if (task < atomic_load(&workers->failed_task)) {
        atomic_store(&workers->failed_task, task);
        workers->failure = *err;
    }
    mutex_unlock(&workers->mutex);
}

static void do_task(struct workers *workers, size_t number)
{
    const struct sequence_work *work = workers->work;
    const struct sequence_task *task = &work->tasks[number];
    struct turn turn = {workers, number};
    const struct sequence_watching watching = {.set = work->set,
                                               .sequence = &work->set->sequences[task->index],
                                               .config = work->config,
                                               .kind = work->model->kind,
                                               .model = &work->model->model,
                                               .stop = must_stop,
                                               .context = &turn};
    struct sequence_result result;
    struct error err;
    if (!sequence_watch(&watching, &result, &err)) {
        note_failure(workers, number, &err);
        return;
    }
    work->results[task->index] = result;
    if (!sequence_store_write(task->path, task->key, &result, &err))
        note_failure(workers, number, &err);
}

static void worker_body(void *context)
{
    struct workers *workers = context;
    for (;;) {
        const size_t number = atomic_fetch_add(&workers->next, 1);
        if (number >= workers->work->task_count || atomic_load(&workers->stopped) ||
            number > atomic_load(&workers->failed_task))
            break;
        do_task(workers, number);
    }
    mutex_lock(&workers->mutex);
    workers->running--;
    condition_signal_all(&workers->ended);
    mutex_unlock(&workers->mutex);
}

static void wait_for_all(struct workers *workers)
{
    const struct sequence_work *work = workers->work;
    mutex_lock(&workers->mutex);
    while (workers->running > 0) {
        (void)condition_wait_until(&workers->ended, &workers->mutex,
                                   clock_monotonic_ns() + LOOK_NS);
        mutex_unlock(&workers->mutex);
        if (work->progress && !work->progress(work->context, atomic_load(&workers->frames)))
            atomic_store(&workers->stopped, true);
        mutex_lock(&workers->mutex);
    }
    mutex_unlock(&workers->mutex);
}

static int start_all(struct workers *workers, struct thread *threads, int wanted)
{
    int started = 0;
    struct error err;
    for (; started < wanted; started++) {
        mutex_lock(&workers->mutex);
        workers->running++;
        mutex_unlock(&workers->mutex);
        if (thread_start(&threads[started], "evaluate", worker_body, workers, &err))
            continue;
        mutex_lock(&workers->mutex);
        workers->running--;
        mutex_unlock(&workers->mutex);
        if (started == 0) /* fewer than wanted are only slower */
            note_failure(workers, 0, &err);
        break;
    }
    return started;
}

bool sequences_work(const struct sequence_work *work, struct error *err)
{
    struct workers workers = {.work = work};
    struct thread threads[WORKERS_MOST] = {0};
    const int wanted =
        (size_t)work->workers < work->task_count ? work->workers : (int)work->task_count;
    atomic_init(&workers.failed_task, work->task_count);
    mutex_init(&workers.mutex);
    condition_init(&workers.ended);
    const int started = start_all(&workers, threads, wanted);
    wait_for_all(&workers);
    for (int i = 0; i < started; i++)
        thread_join(&threads[i]);
    condition_finish(&workers.ended);
    mutex_finish(&workers.mutex);
    if (atomic_load(&workers.failed_task) < work->task_count) {
        *err = workers.failure;
        return false;
    }
    return !atomic_load(&workers.stopped) || error_set(err, ERROR_CANCELLED, "stopped");
}
