/* One channel's work: take the next alert that is due, try it, note what came of it, wait.
 *
 * Waiting is monotonic: the times stored with alerts are readings of a clock that starts at UTC and
 * never jumps. Three gates keep a broken server from being hammered and an alert from being held up
 * by others: each alert backs off for itself; a failing channel backs off as a whole; but an alert
 * never tried before waits only for the shortest interval, unless the server said Retry-After. The
 * surprising thing: an alert that was delivered while the outbox could not be written is remembered
 * here and marked later, not sent again.
 */
#include "sink/delivery_worker.h"

#include "platform/clock.h"

#include <stdio.h>
#include <string.h>

static const int64_t idle_poll_ns = 2 * NS_PER_SECOND; /* other processes fill the outbox too */
static const int64_t retry_after_most_ns = 3600 * NS_PER_SECOND;

static int64_t max_ns(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* first · 2^(n-1), at most `most`, ± 10 % so that many rigs don't come back in step. */
static int64_t back_off_ns(struct worker *worker, int failures)
{
    const struct config *config = worker->shared->config;
    double seconds = config->delivery_retry_first_seconds;
    for (int i = 1; i < failures && seconds < config->delivery_retry_most_seconds; i++)
        seconds *= 2;
    if (seconds > config->delivery_retry_most_seconds)
        seconds = config->delivery_retry_most_seconds;
    return (int64_t)(seconds * rng_uniform_between(&worker->rng, 0.9, 1.1) * (double)NS_PER_SECOND);
}

static int64_t longest_ns(const struct worker *worker)
{
    double seconds = worker->shared->config->delivery_retry_most_seconds;
    return (int64_t)(seconds * (double)NS_PER_SECOND);
}

static void worker_fails(struct worker *worker, const char *reason)
{
    if (!worker->failing)
        delivery_tell(worker->shared, DELIVERY_FAILING, worker->ops->name, reason);
    worker->failing = true;
}

static void worker_works(struct worker *worker)
{
    worker->failures = 0;
    worker->gate_ns = worker->fresh_gate_ns = 0;
    if (!worker->failing)
        return;
    worker->failing = false;
    struct error ignored; /* then they come when their own time comes */
    (void)!outbox_hurry(worker->shared->outbox, worker->ops->name, &ignored);
    delivery_tell(worker->shared, DELIVERY_WORKING, worker->ops->name, "");
}

/* Sets the gates; gives the time after which this alert may be tried again. */
static int64_t close_gates(struct worker *worker, const struct send_result *result, int attempts)
{
    int64_t now_ns = clock_monotonic_ns(), shortest_ns = back_off_ns(worker, 1), wait_ns;
    worker->failures++;
    worker->fresh_gate_ns = now_ns + shortest_ns;
    if (result->outcome == SEND_REJECTED) {
        wait_ns = longest_ns(worker);
        worker->gate_ns = now_ns + shortest_ns;
    } else {
        wait_ns = back_off_ns(worker, attempts);
        worker->gate_ns = now_ns + back_off_ns(worker, worker->failures);
    }
    if (result->retry_after_ms > 0) {
        int64_t asked_ns = result->retry_after_ms * NS_PER_MS;
        if (asked_ns > retry_after_most_ns)
            asked_ns = retry_after_most_ns;
        wait_ns = max_ns(wait_ns, asked_ns);
        worker->gate_ns = max_ns(worker->gate_ns, now_ns + asked_ns);
        worker->fresh_gate_ns = max_ns(worker->fresh_gate_ns, now_ns + asked_ns);
    }
    return wait_ns;
}

/* False when leakwatch is to stop and the alert was not delivered: then nothing is noted of it. */
static bool try_once(struct worker *worker, const json_t *record, int number,
                     struct send_result *ret_result)
{
    static const char *const names[] = {
        [SEND_DELIVERED] = "delivered", [SEND_RETRY] = "retry", [SEND_REJECTED] = "rejected"};
    struct delivery_shared *shared = worker->shared;
    int64_t start_ns = clock_monotonic_ns();
    worker->ops->send(worker->channel, record, ret_result);
    bool interrupted = ret_result->outcome != SEND_DELIVERED && atomic_load(&shared->cancel);
    struct attempt attempt = {.channel = worker->ops->name,
                              .record = record,
                              .number = number,
                              .outcome = interrupted ? "interrupted" : names[ret_result->outcome],
                              .duration_ms = (clock_monotonic_ns() - start_ns) / NS_PER_MS};
    delivery_log(shared, &attempt, ret_result);
    return !interrupted;
}

static void note_delivered(struct worker *worker, int64_t id)
{
    struct error err;
    if (!outbox_delivered(worker->shared->outbox, id, delivery_now_utc_ms(worker->shared), &err) &&
        worker->unmarked_count < UNMARKED_MAX)
        worker->unmarked[worker->unmarked_count++] = id;
    worker_works(worker);
}

static void note_failed(struct worker *worker, const struct outbox_item *item,
                        const struct send_result *result)
{
    int64_t wait_ns = close_gates(worker, result, item->attempts + 1);
    int64_t next_utc_ms = delivery_now_utc_ms(worker->shared) + wait_ns / NS_PER_MS;
    struct outbox *outbox = worker->shared->outbox;
    struct error ignored; /* the gate in memory holds it back all the same */
    if (result->outcome == SEND_REJECTED)
        (void)!outbox_reject(outbox, item->id, next_utc_ms, result->reason, &ignored);
    else
        (void)!outbox_retry(outbox, item->id, next_utc_ms, result->reason, &ignored);
    worker_fails(worker, result->reason);
}

/* Takes an id off the list of what was sent and not marked; false when it was not on it. */
static bool was_sent(struct worker *worker, int64_t id)
{
    for (size_t i = 0; i < worker->unmarked_count; i++) {
        if (worker->unmarked[i] == id) {
            worker->unmarked[i] = worker->unmarked[--worker->unmarked_count];
            return true;
        }
    }
    return false;
}

/* An alert that is out already: only the outbox must learn it. Gives when to look again. */
static int64_t mark_late(struct worker *worker, int64_t id)
{
    struct error err;
    if (outbox_delivered(worker->shared->outbox, id, delivery_now_utc_ms(worker->shared), &err)) {
        worker_works(worker);
        return 0;
    }
    worker->unmarked[worker->unmarked_count++] = id;
    worker_fails(worker, err.message);
    return clock_monotonic_ns() + back_off_ns(worker, 1);
}

/* 0 = did something, look again at once; else the monotonic time to look again. */
static int64_t work_on_item(struct worker *worker, struct outbox_item *item)
{
    int64_t gate_ns = item->attempts > 0 ? worker->gate_ns : worker->fresh_gate_ns;
    if (was_sent(worker, item->id))
        return mark_late(worker, item->id);
    if (clock_monotonic_ns() < gate_ns)
        return gate_ns;
    struct send_result result;
    if (!try_once(worker, item->record, item->attempts + 1, &result))
        return 0;
    if (result.outcome == SEND_DELIVERED)
        note_delivered(worker, item->id);
    else
        note_failed(worker, item, &result);
    return 0;
}

static int64_t work_on_outbox(struct worker *worker)
{
    struct outbox_item item;
    bool found;
    int64_t next_utc_ms, now_utc_ms = delivery_now_utc_ms(worker->shared);
    int64_t poll_ns = clock_monotonic_ns() + idle_poll_ns;
    struct error err = {0};
    if (!outbox_next(worker->shared->outbox, worker->ops->name, now_utc_ms, &item, &found,
                     &next_utc_ms, &err)) {
        worker_fails(worker, err.message);
        return poll_ns;
    }
    if (found) {
        int64_t next_ns = work_on_item(worker, &item);
        outbox_item_finish(&item);
        return next_ns < poll_ns ? next_ns : poll_ns;
    }
    if (next_utc_ms - now_utc_ms >= idle_poll_ns / NS_PER_MS)
        return poll_ns;
    return clock_monotonic_ns() + (next_utc_ms - now_utc_ms) * NS_PER_MS + NS_PER_MS;
}

/* The first urgent alert, a reference of our own; NULL when there is none. */
static json_t *first_urgent(struct worker *worker, int *ret_attempts)
{
    mutex_lock(&worker->shared->mutex);
    json_t *record = worker->urgent_count > 0 ? json_incref(worker->urgent[0].record) : NULL;
    *ret_attempts = worker->urgent_count > 0 ? worker->urgent[0].attempts++ : 0;
    mutex_unlock(&worker->shared->mutex);
    return record;
}

static void drop_first_urgent(struct worker *worker)
{
    json_decref(worker->urgent[0].record);
    worker->urgent_count--;
    memmove(worker->urgent, worker->urgent + 1, worker->urgent_count * sizeof worker->urgent[0]);
}

/* To the end of the row when it failed, so that one bad alert holds up no other. */
static void settle_urgent(struct worker *worker, const json_t *record, bool delivered)
{
    mutex_lock(&worker->shared->mutex);
    if (worker->urgent_count > 0 && worker->urgent[0].record == record) {
        struct urgent_item item = worker->urgent[0];
        json_incref(item.record);
        drop_first_urgent(worker);
        if (delivered)
            json_decref(item.record);
        else
            worker->urgent[worker->urgent_count++] = item;
    }
    mutex_unlock(&worker->shared->mutex);
}

void worker_add_urgent(struct worker *worker, json_t *record)
{
    if (worker->urgent_count == URGENT_MAX)
        drop_first_urgent(worker);
    worker->urgent[worker->urgent_count++] = (struct urgent_item){.record = record};
}

/* As work_on_item; *ret_any false when no urgent alert waits. */
static int64_t work_on_urgent(struct worker *worker, bool *ret_any)
{
    int attempts;
    mutex_lock(&worker->shared->mutex);
    *ret_any = worker->urgent_count > 0;
    bool fresh = *ret_any && worker->urgent[0].attempts == 0;
    mutex_unlock(&worker->shared->mutex);
    int64_t gate_ns = fresh ? worker->fresh_gate_ns : worker->gate_ns;
    if (!*ret_any || clock_monotonic_ns() < gate_ns)
        return gate_ns;
    json_t *record = first_urgent(worker, &attempts);
    struct send_result result;
    bool counts = try_once(worker, record, attempts + 1, &result);
    bool delivered = counts && result.outcome == SEND_DELIVERED;
    settle_urgent(worker, record, delivered);
    json_decref(record);
    if (delivered) {
        worker_works(worker);
    } else if (counts) {
        close_gates(worker, &result, attempts + 1);
        worker_fails(worker, result.reason);
    }
    return 0;
}

static int64_t work_once(struct worker *worker)
{
    bool any;
    int64_t urgent_ns = work_on_urgent(worker, &any);
    if (any && urgent_ns == 0)
        return 0;
    mutex_lock(&worker->shared->mutex);
    bool locked = !worker->shared->lock_refused;
    mutex_unlock(&worker->shared->mutex);
    int64_t outbox_ns = locked ? work_on_outbox(worker) : clock_monotonic_ns() + idle_poll_ns;
    return any && urgent_ns < outbox_ns ? urgent_ns : outbox_ns;
}

/* Waits for something to do; false when it is time to end. */
static bool wait_for_work(struct worker *worker, int64_t until_ns, uint64_t *seen_wakes)
{
    struct delivery_shared *shared = worker->shared;
    mutex_lock(&shared->mutex);
    while (!shared->stopping && (!shared->may_deliver || *seen_wakes == shared->wakes)) {
        if (!shared->may_deliver) {
            condition_wait(&shared->changed, &shared->mutex);
            continue;
        }
        if (!worker->idle)
            condition_signal_all(&shared->changed);
        worker->idle = true;
        if (!condition_wait_until(&shared->changed, &shared->mutex, until_ns))
            break;
    }
    worker->idle = false;
    *seen_wakes = shared->wakes;
    bool go_on = !shared->stopping;
    mutex_unlock(&shared->mutex);
    return go_on;
}

static bool may_work(struct delivery_shared *shared)
{
    mutex_lock(&shared->mutex);
    bool may = shared->may_deliver && !shared->stopping;
    mutex_unlock(&shared->mutex);
    return may;
}

void worker_body(void *context)
{
    struct worker *worker = context;
    uint64_t seen_wakes = 0;
    int64_t until_ns = 0;
    while (wait_for_work(worker, until_ns, &seen_wakes)) {
        do
            until_ns = may_work(worker->shared) ? work_once(worker) : INT64_MAX;
        while (until_ns == 0);
    }
}

void worker_finish(struct worker *worker)
{
    while (worker->urgent_count > 0)
        drop_first_urgent(worker);
    if (worker->channel)
        worker->ops->destroy(worker->channel);
    worker->channel = NULL;
}
