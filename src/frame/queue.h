/* A bounded queue of fixed-size items between threads; its memory is allocated at creation.
 *
 * Two ways to be full: QUEUE_BLOCK waits for room (replay: nothing may be lost); QUEUE_NEWEST_WINS
 * discards the oldest item through `discard` and counts it (live camera: a late picture is
 * worthless). Items are copied in and out. Thread: any number of producers and consumers.
 */
#ifndef FRAME_QUEUE_H
#define FRAME_QUEUE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum queue_policy { QUEUE_BLOCK, QUEUE_NEWEST_WINS };

struct queue;

/* `discard` may be NULL; it is called, with the queue unlocked, for items that are dropped or left
 * at destroy. */
struct queue *queue_create(size_t item_size, size_t capacity, enum queue_policy policy,
                           void (*discard)(void *item), struct error *err);
void queue_destroy(struct queue *queue);

/* False when the queue is closed: the item stays the caller's. */
bool queue_push(struct queue *queue, const void *item);
/* Never blocks and never discards: false when fewer than `reserve` + 1 places are free or it is
 * closed. */
bool queue_try_push(struct queue *queue, const void *item, size_t reserve);

enum queue_result { QUEUE_ITEM, QUEUE_TIMEOUT, QUEUE_CLOSED };
/* Waits until an item is there, `deadline_ns` (monotonic; INT64_MAX = for ever) has passed, or the
 * queue is closed and empty. */
enum queue_result queue_pop(struct queue *queue, void *ret_item, int64_t deadline_ns);

/* No more pushes; pops go on until it is empty. */
void queue_close(struct queue *queue);
/* Lets waiting consumers return QUEUE_TIMEOUT once, to look at something else. */
void queue_wake(struct queue *queue);
uint64_t queue_dropped(struct queue *queue);
size_t queue_count(struct queue *queue);

#endif
