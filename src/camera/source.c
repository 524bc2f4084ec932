/* What all sources have in common: life cycle, and the way from "the next frame" to "the next frame
 * that is due, in a frame of the pool".
 *
 * First step of the data flow. Invariants: a frame that is due but too early in real time waits in
 * `pending`, so a deadline never loses a frame; the gate moves on only when a frame was really
 * handed out, so a damaged frame costs one frame, not one interval. The surprising thing: a source
 * on media time without end (an endless simulation) is live, so its stamps are shifted to monotonic
 * time here.
 */
#include "camera/source.h"

#include "camera/source_ops.h"
#include "platform/clock.h"
#include "platform/signal.h"

#include <assert.h>
#include <stdlib.h>

/* Containers round stamps to the millisecond; drivers jitter by a few. */
static const int64_t tolerance_media_ns = 2 * NS_PER_MS;
static const int64_t tolerance_monotonic_ns = 20 * NS_PER_MS;

/* Later than this and pacing starts afresh instead of hurrying after the lost time. */
static const int64_t pacing_late_max_ns = NS_PER_SECOND;

static bool check_settings(const struct source_settings *settings, struct error *err)
{
    if (!settings->spec || !*settings->spec)
        return error_set(err, ERROR_USAGE,
                         "the source is empty; name a camera (0), a video file, a folder of images "
                         "or sim:SCENARIO");
    if (settings->interval_ns < 0 || settings->folder_period_ns < 0)
        return error_set(err, ERROR_USAGE, "the time between two frames is negative");
    if (settings->first_frame < 0 || settings->last_frame < settings->first_frame)
        return error_set(err, ERROR_USAGE,
                         "frames %lld to %lld is no range; the first is frame 0, and the last "
                         "must not be before the first",
                         (long long)settings->first_frame, (long long)settings->last_frame);
    return true;
}

struct source *source_create(const struct source_settings *settings, struct error *err)
{
    if (!check_settings(settings, err))
        return NULL;
    const struct source_ops *ops = source_ops_for_spec(settings->spec, err);
    if (!ops)
        return NULL;
    struct source *source = calloc(1, ops->size);
    if (!source) {
        error_set(err, ERROR_MEMORY, "no memory for a %s source", ops->kind);
        return NULL;
    }
    source->ops = ops;
    source->settings = *settings;
    if (!ops->init(source, err)) {
        source_destroy(source);
        return NULL;
    }
    return source;
}

void source_destroy(struct source *source)
{
    if (!source)
        return;
    source_close(source);
    if (source->ops->finish)
        source->ops->finish(source);
    free(source);
}

bool source_is_finite(const struct source *source)
{
    return source->finite;
}

struct source_counts source_counts(const struct source *source)
{
    return source->counts;
}

bool source_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    assert(!source->is_open);
    struct source_info info = {.frame_count = -1, .finite = source->finite};
    if (!source->ops->open(source, &info, err)) {
        source->ops->close(source);
        return false;
    }
    source->is_open = true;
    source->width = info.width;
    source->height = info.height;
    source->has_pending = false;
    source->has_anchor = false;
    gate_init(&source->gate, source->settings.interval_ns,
              source->ops->clock == SOURCE_CLOCK_MEDIA ? tolerance_media_ns
                                                       : tolerance_monotonic_ns);
    *ret_info = info;
    return true;
}

void source_close(struct source *source)
{
    if (!source->is_open)
        return;
    source->is_open = false;
    source->ops->close(source);
}

/* Steps to the next frame inside the window whose time is due. */
static enum source_result find_due(struct source *source, int64_t deadline_ns, struct error *err)
{
    const struct source_settings *settings = &source->settings;
    for (;;) {
        struct source_stamp stamp;
        enum source_result result = source->ops->next(source, deadline_ns, &stamp, err);
        if (result != SOURCE_FRAME)
            return result;
        if (source->finite && stamp.number > settings->last_frame)
            return SOURCE_END;
        bool in_window = !source->finite || stamp.number >= settings->first_frame;
        if (in_window && gate_is_due(&source->gate, stamp.time_ns)) {
            source->pending = stamp;
            return SOURCE_FRAME;
        }
        if (stop_requested())
            return SOURCE_NONE;
    }
}

static bool is_paced(const struct source *source)
{
    return source->ops->clock == SOURCE_CLOCK_MEDIA &&
           (source->settings.realtime || !source->finite);
}

/* Waits for the pending frame's time to come. False when the deadline or the wish to stop came
 * first. */
static bool pace(struct source *source, int64_t deadline_ns)
{
    int64_t now_ns = clock_monotonic_ns();
    int64_t late_ns = now_ns - (source->anchor_ns + source->pending.time_ns);
    if (!source->has_anchor || late_ns > pacing_late_max_ns) {
        source->has_anchor = true;
        source->anchor_ns = now_ns - source->pending.time_ns;
        return true;
    }
    int64_t due_ns = source->anchor_ns + source->pending.time_ns;
    int64_t until_ns = due_ns < deadline_ns ? due_ns : deadline_ns;
    while (now_ns < until_ns && !stop_requested()) {
        int64_t wait_ms = (until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
        stop_wait(wait_ms < 1000 ? (int)wait_ms : 1000);
        now_ns = clock_monotonic_ns();
    }
    return now_ns >= due_ns;
}

static struct frame *take_from_pool(struct source *source, struct frame_pool *pool)
{
    if (source->finite && !source->settings.realtime)
        return frame_pool_acquire_wait(pool);
    struct frame *frame = frame_pool_acquire(pool);
    if (!frame)
        source->counts.no_room++;
    return frame;
}

static void stamp_frame(const struct source *source, struct frame *frame)
{
    frame->number = source->pending.number;
    frame->time_ns = source->pending.time_ns;
    if (source->finite) {
        frame->utc_ms = source->settings.start_utc_ms + frame->time_ns / NS_PER_MS;
        return;
    }
    if (source->ops->clock == SOURCE_CLOCK_MEDIA)
        frame->time_ns += source->anchor_ns;
    int64_t age_ns = clock_monotonic_ns() - frame->time_ns;
    frame->utc_ms = clock_wall_utc_ms() - age_ns / NS_PER_MS;
}

static enum source_result hand_out(struct source *source, struct frame_pool *pool,
                                   struct frame **ret_frame, struct error *err)
{
    int width = frame_pool_width(pool), height = frame_pool_height(pool);
    if (source->width != width || source->height != height) {
        error_set(err, ERROR_DEVICE, "the %s gives pictures of %dx%d px where %dx%d are expected",
                  source->ops->kind, source->width, source->height, width, height);
        return SOURCE_LOST;
    }
    struct frame *frame = take_from_pool(source, pool);
    if (!frame)
        return SOURCE_NONE;
    enum source_result result = source->ops->fill(source, frame->rgb, err);
    if (result != SOURCE_FRAME) {
        frame_release(frame);
        return result;
    }
    gate_take(&source->gate, source->pending.time_ns);
    stamp_frame(source, frame);
    *ret_frame = frame;
    return SOURCE_FRAME;
}

enum source_result source_read(struct source *source, struct frame_pool *pool, int64_t deadline_ns,
                               struct frame **ret_frame, struct error *err)
{
    assert(source->is_open);
    if (err)
        *err = (struct error){.code = ERROR_NONE};
    if (!source->has_pending) {
        enum source_result result = find_due(source, deadline_ns, err);
        if (result != SOURCE_FRAME)
            return result;
        source->has_pending = true;
    }
    if (is_paced(source) && !pace(source, deadline_ns))
        return SOURCE_NONE;
    source->has_pending = false;
    return hand_out(source, pool, ret_frame, err);
}
