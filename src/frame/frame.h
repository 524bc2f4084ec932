/* A picture from a camera and the pool it comes from.
 *
 * Shapes and units: 8-bit RGB, interleaved, rows packed (stride = 3 * width), top row first.
 * `number` counts the source's own frames from 0 (a video's frame number, not the n-th taken).
 * `time_ns` is the source's monotonic time: CLOCK_MONOTONIC for cameras, media time for finite
 * sources; `utc_ms` is the same instant for people. Ownership: `frame_pool_acquire` returns a
 * writable frame with one reference; once it has been handed to another thread it is immutable. The
 * last `frame_release` puts it back. A pool outlives its frames: destroy waits for none and asserts
 * that all are home. Thread: references may be taken and released on any thread. The pool allocates
 * everything at creation; nothing afterwards.
 */
#ifndef FRAME_FRAME_H
#define FRAME_FRAME_H

#include "base/error.h"

#include <stdatomic.h>
#include <stdint.h>

struct frame {
    int width, height; /* px */
    int64_t number;
    int64_t time_ns;
    int64_t utc_ms;
    uint8_t *rgb;
    struct frame_pool *pool; /* private */
    atomic_int references;   /* private */
};

struct frame_pool;

struct frame_pool *frame_pool_create(int width, int height, int count, struct error *err);
void frame_pool_destroy(struct frame_pool *pool);

/* NULL when all frames are out. */
struct frame *frame_pool_acquire(struct frame_pool *pool);
/* Waits for a frame to come home; NULL only when the pool was closed. */
struct frame *frame_pool_acquire_wait(struct frame_pool *pool);
/* Wakes all waiters; from then on both acquire functions return NULL. */
void frame_pool_close(struct frame_pool *pool);
int frame_pool_width(const struct frame_pool *pool);
int frame_pool_height(const struct frame_pool *pool);

struct frame *frame_reference(struct frame *frame); /* returns its argument */
void frame_release(struct frame *frame);            /* takes NULL */

#endif
