/* Frames and their pool: between the camera, which fills them, and everyone who looks at them.
 *
 * All pixels lie in one block that is allocated at creation; a frame at home is on the `home` stack
 * and has no references. The stack and `closed` are guarded by the mutex; the reference count is
 * atomic, so that passing frames on takes no lock. Each picture has some slack behind it: vector
 * code of decoders and scalers writes a little past the last pixel.
 */
#include "frame/frame.h"

#include "platform/thread.h"

#include <assert.h>
#include <stdlib.h>

enum { SIDE_MAX = 16384, COUNT_MAX = 1024, ALIGNMENT = 64 };

struct frame_pool {
    int width, height, count;
    struct frame *frames;
    uint8_t *pixels;
    struct frame **home;
    struct mutex mutex;
    struct condition came_home; /* or the pool was closed */
    int home_count;
    bool closed;
};

static size_t picture_bytes(int width, int height)
{
    size_t bytes = (size_t)width * (size_t)height * 3 + ALIGNMENT;
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool allocate(struct frame_pool *pool)
{
    size_t bytes = picture_bytes(pool->width, pool->height);
    pool->frames = calloc((size_t)pool->count, sizeof *pool->frames);
    pool->home = calloc((size_t)pool->count, sizeof *pool->home);
    pool->pixels = calloc((size_t)pool->count + 1, bytes);
    if (!pool->frames || !pool->home || !pool->pixels)
        return false;
    size_t misaligned = (uintptr_t)pool->pixels % ALIGNMENT;
    uint8_t *first = pool->pixels + (misaligned ? ALIGNMENT - misaligned : 0);
    for (int i = 0; i < pool->count; i++) {
        struct frame *frame = &pool->frames[i];
        frame->width = pool->width;
        frame->height = pool->height;
        frame->pool = pool;
        frame->rgb = first + (size_t)i * bytes;
        atomic_init(&frame->references, 0);
        pool->home[pool->home_count++] = frame;
    }
    return true;
}

static void free_memory(struct frame_pool *pool)
{
    free(pool->pixels);
    free(pool->home);
    free(pool->frames);
    free(pool);
}

struct frame_pool *frame_pool_create(int width, int height, int count, struct error *err)
{
    if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
        error_set(err, ERROR_FORMAT, "pictures of %dx%d px are outside of 1x1 to %dx%d px", width,
                  height, SIDE_MAX, SIDE_MAX);
        return NULL;
    }
    assert(count >= 1 && count <= COUNT_MAX);
    struct frame_pool *pool = calloc(1, sizeof *pool);
    if (pool) {
        pool->width = width;
        pool->height = height;
        pool->count = count;
    }
    if (!pool || !allocate(pool)) {
        if (pool)
            free_memory(pool);
        error_set(err, ERROR_MEMORY, "no memory for %d pictures of %dx%d px; use a smaller size",
                  count, width, height);
        return NULL;
    }
    mutex_init(&pool->mutex);
    condition_init(&pool->came_home);
    return pool;
}

void frame_pool_destroy(struct frame_pool *pool)
{
    if (!pool)
        return;
    mutex_lock(&pool->mutex); /* also waits out a release that has not yet let go of the mutex */
    assert(pool->home_count == pool->count);
    mutex_unlock(&pool->mutex);
    condition_finish(&pool->came_home);
    mutex_finish(&pool->mutex);
    free_memory(pool);
}

static struct frame *take(struct frame_pool *pool)
{
    if (pool->closed || pool->home_count == 0)
        return NULL;
    struct frame *frame = pool->home[--pool->home_count];
    assert(atomic_load(&frame->references) == 0);
    atomic_store(&frame->references, 1);
    frame->number = 0;
    frame->time_ns = 0;
    frame->utc_ms = 0;
    return frame;
}

struct frame *frame_pool_acquire(struct frame_pool *pool)
{
    mutex_lock(&pool->mutex);
    struct frame *frame = take(pool);
    mutex_unlock(&pool->mutex);
    return frame;
}

struct frame *frame_pool_acquire_wait(struct frame_pool *pool)
{
    mutex_lock(&pool->mutex);
    while (!pool->closed && pool->home_count == 0)
        condition_wait(&pool->came_home, &pool->mutex);
    struct frame *frame = take(pool);
    mutex_unlock(&pool->mutex);
    return frame;
}

void frame_pool_close(struct frame_pool *pool)
{
    mutex_lock(&pool->mutex);
    pool->closed = true;
    condition_signal_all(&pool->came_home);
    mutex_unlock(&pool->mutex);
}

int frame_pool_width(const struct frame_pool *pool)
{
    return pool->width;
}

int frame_pool_height(const struct frame_pool *pool)
{
    return pool->height;
}

struct frame *frame_reference(struct frame *frame)
{
    int before = atomic_fetch_add(&frame->references, 1);
    assert(before > 0);
    return frame;
}

void frame_release(struct frame *frame)
{
    if (!frame)
        return;
    int before = atomic_fetch_sub(&frame->references, 1);
    assert(before > 0);
    if (before > 1)
        return;
    struct frame_pool *pool = frame->pool;
    mutex_lock(&pool->mutex);
    pool->home[pool->home_count++] = frame;
    condition_signal_all(&pool->came_home);
    mutex_unlock(&pool->mutex);
}
