/* Delivery as a whole: its threads' life cycle, the lock among processes, the heartbeat, the log.
 *
 * The supervising thread asks for the delivery lock once a second until it has it; only then do the
 * workers touch the outbox. The surprising thing: delivery_drain starts the same threads for a
 * while instead of having a second way to deliver.
 */
#include "sink/delivery.h"

#include "platform/clock.h"
#include "sink/delivery_worker.h"
#include "sink/heartbeat.h"

#include <stdlib.h>
#include <string.h>

enum { SUPERVISE_MS = 1000 };

struct delivery {
    struct delivery_shared shared;
    struct worker workers[CHANNELS_MAX];
    size_t worker_count;
    struct thread supervisor;
    bool started;
    struct heartbeat heartbeat;
    struct file_lock lock; /* the supervisor's */
};

static const struct channel_ops *ops_of(const char *name)
{
    for (size_t i = 0; channel_table[i]; i++) {
        if (strcmp(channel_table[i]->name, name) == 0)
            return channel_table[i];
    }
    return NULL;
}

static bool create_workers(struct delivery *delivery, struct error *err)
{
    const char *names[CHANNELS_MAX];
    struct delivery_shared *shared = &delivery->shared;
    size_t count = delivery_channels(shared->config, (struct config_warnings){0}, names);
    for (size_t i = 0; i < count; i++) {
        struct worker *worker = &delivery->workers[i];
        worker->shared = shared;
        worker->ops = ops_of(names[i]);
        worker->rng = rng_seeded((uint64_t)clock_monotonic_ns(), i);
        worker->channel =
            worker->ops->create(shared->config, shared->project, &shared->cancel, err);
        if (!worker->channel)
            return false;
        delivery->worker_count++;
    }
    return true;
}

struct delivery *delivery_create(const struct config *config, const struct project *project,
                                 struct outbox *outbox, struct delivery_listener listener,
                                 struct error *err)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (!delivery || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(delivery);
        error_set(err, ERROR_MEMORY, "no memory for delivery");
        return NULL;
    }
    struct delivery_shared *shared = &delivery->shared;
    shared->config = config;
    shared->project = project;
    shared->outbox = outbox;
    shared->listener = listener;
    shared->utc_zero_ms = clock_wall_utc_ms() - clock_monotonic_ns() / NS_PER_MS;
    atomic_init(&shared->cancel, false);
    mutex_init(&shared->mutex);
    mutex_init(&shared->log_mutex);
    condition_init(&shared->changed);
    if (!create_workers(delivery, err) || !heartbeat_init(&delivery->heartbeat, shared, err)) {
        delivery_destroy(delivery);
        return NULL;
    }
    return delivery;
}

void delivery_destroy(struct delivery *delivery)
{
    if (!delivery)
        return;
    delivery_stop(delivery);
    delivery_join(delivery);
    for (size_t i = 0; i < delivery->worker_count; i++)
        worker_finish(&delivery->workers[i]);
    journal_close(delivery->shared.log);
    condition_finish(&delivery->shared.changed);
    mutex_finish(&delivery->shared.log_mutex);
    mutex_finish(&delivery->shared.mutex);
    curl_global_cleanup();
    free(delivery);
}

void delivery_wake(struct delivery *delivery)
{
    struct delivery_shared *shared = &delivery->shared;
    mutex_lock(&shared->mutex);
    shared->wakes++;
    condition_signal_all(&shared->changed);
    mutex_unlock(&shared->mutex);
}

void delivery_urgent(struct delivery *delivery, const json_t *record)
{
    struct delivery_shared *shared = &delivery->shared;
    for (size_t i = 0; i < delivery->worker_count; i++) {
        json_t *copy = json_deep_copy(record); /* one for each thread */
        mutex_lock(&shared->mutex);
        if (copy)
            worker_add_urgent(&delivery->workers[i], copy);
        mutex_unlock(&shared->mutex);
    }
    delivery_wake(delivery);
}

void delivery_stop(struct delivery *delivery)
{
    struct delivery_shared *shared = &delivery->shared;
    atomic_store(&shared->cancel, true);
    mutex_lock(&shared->mutex);
    shared->stopping = true;
    condition_signal_all(&shared->changed);
    mutex_unlock(&shared->mutex);
}

void delivery_join(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->worker_count; i++) {
        thread_join(&delivery->workers[i].thread);
        delivery->workers[i].thread = (struct thread){0};
    }
    thread_join(&delivery->supervisor);
    delivery->supervisor = (struct thread){0};
    file_lock_release(&delivery->lock);
    delivery->started = false;
}

static void ask_for_lock(struct delivery *delivery)
{
    struct delivery_shared *shared = &delivery->shared;
    double most_s = shared->config->delivery_retry_most_seconds;
    struct error err = {0};
    bool ours = file_lock_try(&delivery->lock, shared->project->delivery_lock_file, &err);
    if (ours)
        (void)!outbox_limit_waits(shared->outbox,
                                  delivery_now_utc_ms(shared) + (int64_t)(most_s * 1000), &err);
    mutex_lock(&shared->mutex);
    shared->lock_busy = !ours && err.code == ERROR_BUSY;
    shared->may_deliver = !shared->lock_busy;
    shared->lock_refused = !ours && !shared->lock_busy;
    condition_signal_all(&shared->changed);
    mutex_unlock(&shared->mutex);
}

static void supervise(void *context)
{
    struct delivery *delivery = context;
    struct delivery_shared *shared = &delivery->shared;
    for (bool go_on = true; go_on;) {
        if (delivery->lock.handle == 0)
            ask_for_lock(delivery);
        heartbeat_beat(&delivery->heartbeat, shared);
        int64_t until_ns = clock_monotonic_ns() + SUPERVISE_MS * NS_PER_MS;
        mutex_lock(&shared->mutex);
        while (!shared->stopping &&
               condition_wait_until(&shared->changed, &shared->mutex, until_ns))
            continue;
        go_on = !shared->stopping;
        mutex_unlock(&shared->mutex);
    }
}

bool delivery_start(struct delivery *delivery, struct error *err)
{
    struct delivery_shared *shared = &delivery->shared;
    atomic_store(&shared->cancel, false);
    shared->stopping = shared->may_deliver = shared->lock_busy = shared->lock_refused = false;
    delivery->started = true;
    bool ok = thread_start(&delivery->supervisor, "delivery", supervise, delivery, err);
    for (size_t i = 0; ok && i < delivery->worker_count; i++)
        ok = thread_start(&delivery->workers[i].thread, delivery->workers[i].ops->name, worker_body,
                          &delivery->workers[i], err);
    if (!ok) {
        delivery_stop(delivery);
        delivery_join(delivery);
    }
    return ok;
}

static bool all_idle(const struct delivery *delivery)
{
    if (!delivery->shared.may_deliver)
        return delivery->shared.lock_busy;
    bool idle = true;
    for (size_t i = 0; i < delivery->worker_count; i++)
        idle = idle && delivery->workers[i].idle;
    return idle;
}

static void wait_until_idle(struct delivery *delivery, int timeout_ms)
{
    struct delivery_shared *shared = &delivery->shared;
    int64_t until_ns = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
    mutex_lock(&shared->mutex);
    for (size_t i = 0; i < delivery->worker_count; i++)
        delivery->workers[i].idle = false;
    shared->wakes++;
    condition_signal_all(&shared->changed);
    while (!all_idle(delivery) && condition_wait_until(&shared->changed, &shared->mutex, until_ns))
        continue;
    mutex_unlock(&shared->mutex);
}

bool delivery_drain(struct delivery *delivery, int timeout_ms, bool *ret_empty, struct error *err)
{
    bool was_started = delivery->started;
    if (!was_started && !delivery_start(delivery, err))
        return false;
    wait_until_idle(delivery, timeout_ms);
    if (!was_started) {
        delivery_stop(delivery);
        delivery_join(delivery);
    }
    int count;
    if (!outbox_pending(delivery->shared.outbox, &count, err))
        return false;
    *ret_empty = count == 0;
    return true;
}
