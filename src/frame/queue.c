/* The bounded queue between two threads: a ring of slots under one mutex and one condition.
 *
 * An item that must make room is first moved to the `spare` slot, so that `discard` can run while
 * the queue is unlocked; `discarding` is held meanwhile, which keeps other producers off the spare
 * slot and is taken before `mutex`, never after it. A wake that finds nobody waiting is kept for
 * the next pop, so that it cannot fall between a consumer's look around and its wait.
 */
#include "frame/queue.h"

#include "platform/thread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct queue {
    size_t item_size, capacity;
    enum queue_policy policy;
    void (*discard)(void *item);
    char *slots; /* [capacity] items, then the spare one */
    struct mutex discarding;
    struct mutex mutex; /* guards all below */
    struct condition changed;
    size_t first, count;
    uint64_t dropped;
    uint64_t wake_count;
    bool wake_pending;
    bool closed;
};

static char *slot(const struct queue *queue, size_t index)
{
    return queue->slots + index * queue->item_size;
}

struct queue *queue_create(size_t item_size, size_t capacity, enum queue_policy policy,
                           void (*discard)(void *item), struct error *err)
{
    assert(item_size > 0 && capacity > 0);
    struct queue *queue = calloc(1, sizeof *queue);
    bool countable = capacity < SIZE_MAX / item_size;
    char *slots = countable ? calloc(capacity + 1, item_size) : NULL;
    if (!queue || !slots) {
        free(queue);
        free(slots);
        error_set(err, ERROR_MEMORY, "no memory for a queue of %zu items", capacity);
        return NULL;
    }
    queue->item_size = item_size;
    queue->capacity = capacity;
    queue->policy = policy;
    queue->discard = discard;
    queue->slots = slots;
    mutex_init(&queue->discarding);
    mutex_init(&queue->mutex);
    condition_init(&queue->changed);
    return queue;
}

void queue_destroy(struct queue *queue)
{
    if (!queue)
        return;
    for (; queue->count > 0; queue->count--) {
        if (queue->discard)
            queue->discard(slot(queue, queue->first));
        queue->first = (queue->first + 1) % queue->capacity;
    }
    condition_finish(&queue->changed);
    mutex_finish(&queue->mutex);
    mutex_finish(&queue->discarding);
    free(queue->slots);
    free(queue);
}

static void put_last(struct queue *queue, const void *item)
{
    memcpy(slot(queue, (queue->first + queue->count) % queue->capacity), item, queue->item_size);
    queue->count++;
    condition_signal_all(&queue->changed);
}

static void take_first(struct queue *queue, void *ret_item)
{
    memcpy(ret_item, slot(queue, queue->first), queue->item_size);
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    condition_signal_all(&queue->changed);
}

static bool push_waiting(struct queue *queue, const void *item)
{
    mutex_lock(&queue->mutex);
    while (!queue->closed && queue->count == queue->capacity)
        condition_wait(&queue->changed, &queue->mutex);
    bool open = !queue->closed;
    if (open)
        put_last(queue, item);
    mutex_unlock(&queue->mutex);
    return open;
}

static bool push_newest(struct queue *queue, const void *item)
{
    char *spare = slot(queue, queue->capacity);
    mutex_lock(&queue->discarding);
    mutex_lock(&queue->mutex);
    bool open = !queue->closed;
    bool full = queue->count == queue->capacity;
    if (open && full) {
        take_first(queue, spare);
        queue->dropped++;
    }
    if (open)
        put_last(queue, item);
    mutex_unlock(&queue->mutex);
    if (open && full && queue->discard)
        queue->discard(spare);
    mutex_unlock(&queue->discarding);
    return open;
}

bool queue_push(struct queue *queue, const void *item)
{
    return queue->policy == QUEUE_BLOCK ? push_waiting(queue, item) : push_newest(queue, item);
}

bool queue_try_push(struct queue *queue, const void *item, size_t reserve)
{
    mutex_lock(&queue->mutex);
    bool fits = !queue->closed && queue->capacity - queue->count > reserve;
    if (fits)
        put_last(queue, item);
    mutex_unlock(&queue->mutex);
    return fits;
}

enum queue_result queue_pop(struct queue *queue, void *ret_item, int64_t deadline_ns)
{
    enum queue_result result = QUEUE_ITEM;
    mutex_lock(&queue->mutex);
    uint64_t wakes_before = queue->wake_count;
    bool in_time = true;
    while (queue->count == 0 && !queue->closed && !queue->wake_pending && in_time &&
           queue->wake_count == wakes_before) {
        if (deadline_ns == INT64_MAX)
            condition_wait(&queue->changed, &queue->mutex);
        else
            in_time = condition_wait_until(&queue->changed, &queue->mutex, deadline_ns);
    }
    queue->wake_pending = false; /* whatever we return, the caller looks around now */
    if (queue->count > 0)
        take_first(queue, ret_item);
    else
        result = queue->closed ? QUEUE_CLOSED : QUEUE_TIMEOUT;
    mutex_unlock(&queue->mutex);
    return result;
}

void queue_close(struct queue *queue)
{
    mutex_lock(&queue->mutex);
    queue->closed = true;
    condition_signal_all(&queue->changed);
    mutex_unlock(&queue->mutex);
}

void queue_wake(struct queue *queue)
{
    mutex_lock(&queue->mutex);
    queue->wake_count++;
    queue->wake_pending = true;
    condition_signal_all(&queue->changed);
    mutex_unlock(&queue->mutex);
}

uint64_t queue_dropped(struct queue *queue)
{
    mutex_lock(&queue->mutex);
    uint64_t dropped = queue->dropped;
    mutex_unlock(&queue->mutex);
    return dropped;
}

size_t queue_count(struct queue *queue)
{
    mutex_lock(&queue->mutex);
    size_t count = queue->count;
    mutex_unlock(&queue->mutex);
    return count;
}
