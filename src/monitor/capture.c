/* Capture thread: source → frame queue. The camera may be missing at the start, vanish and come
 * back; this loop only ever waits with a deadline, so a camera that stalls can not hold it.
 *
 * The pool is made at the first open, when the size of the pictures is known, and kept: a camera
 * that comes back with another size would not fit the model and counts as failing.
 */
#include "monitor/capture.h"

#include "platform/clock.h"
#include "platform/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_PATIENCE_NS (NS_PER_SECOND / 2)
#define REOPEN_FIRST_NS NS_PER_SECOND
#define REOPEN_MOST_NS (10 * NS_PER_SECOND)

/* An episode of trouble is over after so many good frames in a row. Until then each reason is told
 * once, and no more than a few of them: a bad cable has a new one for every picture. */
enum { GOOD_FRAMES_END_EPISODE = 60, REASONS_PER_EPISODE = 8 };

struct capture {
    struct source *source;
    bool finite;
    int pool_size;
    struct queue *items;
    struct capture_listener listener;
    struct thread thread;

    struct mutex mutex; /* guards what follows, down to `published` */
    struct condition changed;
    bool armed, stopping;
    struct source_counts published;
    int64_t frame_count;
    struct frame_pool *pool;

    char reasons[REASONS_PER_EPISODE][NOTE_SIZE]; /* told in this episode; the capture thread's */
    int reason_count;
    int good_frames; /* in a row */
    bool failed;
    struct error failure;
};

void capture_item_discard(void *item)
{
    frame_release(((struct capture_item *)item)->frame);
}

struct capture *capture_create(struct source *source, int pool_size, struct queue *items,
                               struct capture_listener listener, struct error *err)
{
    struct capture *capture = calloc(1, sizeof *capture);
    if (!capture) {
        error_set(err, ERROR_MEMORY, "no memory for the capture thread");
        return NULL;
    }
    *capture = (struct capture){.source = source,
                                .finite = source_is_finite(source),
                                .pool_size = pool_size,
                                .items = items,
                                .listener = listener,
                                .frame_count = -1};
    mutex_init(&capture->mutex);
    condition_init(&capture->changed);
    return capture;
}

void capture_destroy(struct capture *capture)
{
    if (!capture)
        return;
    frame_pool_destroy(capture->pool);
    condition_finish(&capture->changed);
    mutex_finish(&capture->mutex);
    free(capture);
}

static bool is_news(struct capture *capture, const char *reason)
{
    if (capture->reason_count == REASONS_PER_EPISODE)
        return false;
    for (int i = 0; i < capture->reason_count; i++)
        if (strcmp(capture->reasons[i], reason) == 0)
            return false;
    snprintf(capture->reasons[capture->reason_count++], NOTE_SIZE, "%s", reason);
    return true;
}

/* Says what is wrong with the camera, once in an episode. */
static void tell(struct capture *capture, const char *reason)
{
    capture->good_frames = 0;
    if (!is_news(capture, reason))
        return;
    if (!capture->finite) {
        capture->listener.camera_error(capture->listener.context, reason);
        return;
    }
    struct capture_item item = {0};
    snprintf(item.note, sizeof item.note, "%s", reason);
    queue_push(capture->items, &item);
}

/* Waits until the source is wanted. False = stop. */
static bool wait_until_armed(struct capture *capture)
{
    mutex_lock(&capture->mutex);
    while (!capture->stopping && !capture->armed)
        condition_wait(&capture->changed, &capture->mutex);
    bool go_on = !capture->stopping;
    mutex_unlock(&capture->mutex);
    return go_on;
}

static bool still_wanted(struct capture *capture)
{
    mutex_lock(&capture->mutex);
    bool wanted = capture->armed && !capture->stopping;
    capture->published = source_counts(capture->source);
    mutex_unlock(&capture->mutex);
    return wanted;
}

/* Sleeps between two tries to open, unless stopped or disarmed meanwhile. */
static void wait_before_reopen(struct capture *capture, int64_t *wait_ns)
{
    int64_t deadline_ns = clock_monotonic_ns() + *wait_ns;
    *wait_ns = *wait_ns * 2 < REOPEN_MOST_NS ? *wait_ns * 2 : REOPEN_MOST_NS;
    mutex_lock(&capture->mutex);
    while (!capture->stopping && capture->armed &&
           condition_wait_until(&capture->changed, &capture->mutex, deadline_ns))
        ;
    mutex_unlock(&capture->mutex);
}

/* The pool of the first open serves all later ones; a camera of another size is refused. */
static bool prepare_pool(struct capture *capture, const struct source_info *info, struct error *err)
{
    if (capture->pool) {
        int width = frame_pool_width(capture->pool), height = frame_pool_height(capture->pool);
        if (width == info->width && height == info->height)
            return true;
        return error_set(
            err, ERROR_DEVICE,
            "%s now gives %dx%d pictures, but the monitor was started with %dx%d; plug the old "
            "camera in again, or train with the new one and restart",
            info->name, info->width, info->height, width, height);
    }
    struct frame_pool *pool = frame_pool_create(info->width, info->height, capture->pool_size, err);
    if (!pool)
        return false;
    mutex_lock(&capture->mutex);
    capture->pool = pool;
    capture->frame_count = info->frame_count;
    if (capture->stopping)
        frame_pool_close(pool);
    mutex_unlock(&capture->mutex);
    return true;
}

static bool open_source(struct capture *capture, struct error *err)
{
    struct source_info info;
    if (!source_open(capture->source, &info, err))
        return false;
    if (prepare_pool(capture, &info, err))
        return true;
    source_close(capture->source);
    return false;
}

/* Hands frames on until the source ends, is lost, or is not wanted any more. */
static enum source_result stream(struct capture *capture, struct error *err)
{
    while (still_wanted(capture)) {
        struct capture_item item = {0};
        struct error reason = {0};
        enum source_result result =
            source_read(capture->source, capture->pool, clock_monotonic_ns() + READ_PATIENCE_NS,
                        &item.frame, &reason);
        if (result == SOURCE_FRAME) {
            if (++capture->good_frames == GOOD_FRAMES_END_EPISODE)
                capture->reason_count = 0;
            if (!queue_push(capture->items, &item))
                frame_release(item.frame);
        } else if (result != SOURCE_NONE) {
            *err = reason;
            return result;
        } else if (reason.code != ERROR_NONE) {
            tell(capture, reason.message);
        }
    }
    return SOURCE_NONE;
}

static void run_live(struct capture *capture)
{
    int64_t wait_ns = REOPEN_FIRST_NS;
    while (wait_until_armed(capture)) {
        struct error err = {0};
        enum source_result result = SOURCE_LOST;
        if (open_source(capture, &err)) {
            int64_t opened_ns = clock_monotonic_ns();
            result = stream(capture, &err);
            source_close(capture->source);
            if (clock_monotonic_ns() - opened_ns > REOPEN_MOST_NS)
                wait_ns = REOPEN_FIRST_NS;
        }
        if (result == SOURCE_END) { /* what has no end was cut off */
            error_set(&err, ERROR_DEVICE, "the camera's pictures ended; is it still there?");
            result = SOURCE_LOST;
        }
        if (result == SOURCE_LOST) {
            tell(capture, err.message);
            wait_before_reopen(capture, &wait_ns);
        }
    }
}

static void run_finite(struct capture *capture)
{
    struct error err = {0};
    if (!wait_until_armed(capture))
        return;
    bool good = open_source(capture, &err);
    if (good) {
        good = stream(capture, &err) != SOURCE_LOST;
        source_close(capture->source);
    }
    if (!good) {
        capture->failed = true;
        capture->failure = err;
    }
}

static void capture_body(void *context)
{
    struct capture *capture = context;
    if (capture->finite)
        run_finite(capture);
    else
        run_live(capture);
    still_wanted(capture); /* publishes the last counts */
    queue_close(capture->items);
}

bool capture_start(struct capture *capture, struct error *err)
{
    return thread_start(&capture->thread, "capture", capture_body, capture, err);
}

void capture_arm(struct capture *capture, bool armed)
{
    mutex_lock(&capture->mutex);
    capture->armed = armed;
    condition_signal_all(&capture->changed);
    mutex_unlock(&capture->mutex);
}

void capture_stop(struct capture *capture)
{
    mutex_lock(&capture->mutex);
    capture->stopping = true;
    if (capture->pool)
        frame_pool_close(capture->pool);
    condition_signal_all(&capture->changed);
    mutex_unlock(&capture->mutex);
}

void capture_join(struct capture *capture)
{
    thread_join(&capture->thread);
}

bool capture_result(const struct capture *capture, struct error *err)
{
    if (!capture->failed)
        return true;
    if (err)
        *err = capture->failure;
    return false;
}

struct source_counts capture_counts(struct capture *capture)
{
    mutex_lock(&capture->mutex);
    struct source_counts counts = capture->published;
    mutex_unlock(&capture->mutex);
    return counts;
}

int64_t capture_frame_count(struct capture *capture)
{
    mutex_lock(&capture->mutex);
    int64_t count = capture->frame_count;
    mutex_unlock(&capture->mutex);
    return count;
}
