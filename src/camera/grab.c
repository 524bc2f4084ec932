/* A few frames of a source, for commands that look once: snapshot, health, visualize.
 *
 * Stands beside the capture thread of the monitor, which is made for weeks: here a camera that is
 * lost is not opened again, its error is the answer. Invariant: each frame is back in the pool
 * before the next one is read, so one frame is enough. The surprising thing: reading is cut into
 * slices, because a camera that waits for light does not notice that somebody wants to stop.
 */
#include "camera/grab.h"

#include "platform/clock.h"
#include "platform/signal.h"

#include <assert.h>

static const int64_t slice_ns = NS_PER_SECOND / 4;

struct grab {
    struct source *source;
    struct frame_pool *pool;
    int64_t deadline_ns;
    int wanted, count, timeout_ms;
    struct error trouble; /* the last picture that could not be used */
};

static bool late_set(const struct grab *grab, struct error *err)
{
    bool has_reason = grab->trouble.code != ERROR_NONE;
    return error_set(err, ERROR_DEVICE, "only %d of %d pictures came within %g s%s%s", grab->count,
                     grab->wanted, grab->timeout_ms / 1000.0, has_reason ? ": " : "",
                     has_reason ? grab->trouble.message : "; is the camera working?");
}

/* The next frame; SOURCE_LOST with every failure. */
static enum source_result next_frame(struct grab *grab, struct frame **ret_frame, struct error *err)
{
    for (;;) {
        if (stop_requested()) {
            error_set(err, ERROR_CANCELLED, "stopped while looking at pictures");
            return SOURCE_LOST;
        }
        int64_t now_ns = clock_monotonic_ns();
        if (now_ns >= grab->deadline_ns) {
            late_set(grab, err);
            return SOURCE_LOST;
        }
        int64_t until_ns =
            grab->deadline_ns - now_ns > slice_ns ? now_ns + slice_ns : grab->deadline_ns;
        struct error reason;
        enum source_result result =
            source_read(grab->source, grab->pool, until_ns, ret_frame, &reason);
        if (result == SOURCE_LOST && err)
            *err = reason;
        if (result != SOURCE_NONE)
            return result;
        if (reason.code != ERROR_NONE)
            grab->trouble = reason;
    }
}

static bool read_frames(struct grab *grab, bool (*visit)(void *, const struct frame *),
                        void *context, struct error *err)
{
    bool go_on = true;
    while (go_on && grab->count < grab->wanted) {
        struct frame *frame = NULL;
        enum source_result result = next_frame(grab, &frame, err);
        if (result != SOURCE_FRAME)
            return result == SOURCE_END;
        grab->count++;
        go_on = visit(context, frame);
        frame_release(frame);
    }
    return true;
}

bool grab_frames(const struct source_settings *settings, int count, int timeout_ms,
                 bool (*visit)(void *context, const struct frame *frame), void *context,
                 int *ret_count, struct error *err)
{
    assert(count > 0 && visit);
    struct grab grab = {.wanted = count,
                        .timeout_ms = timeout_ms,
                        .deadline_ns = clock_monotonic_ns() + timeout_ms * NS_PER_MS};
    struct source_info info;
    grab.source = source_create(settings, err);
    bool good = grab.source && source_open(grab.source, &info, err);
    if (good)
        grab.pool = frame_pool_create(info.width, info.height, 1, err);
    good = good && grab.pool && read_frames(&grab, visit, context, err);
    source_destroy(grab.source);
    frame_pool_destroy(grab.pool);
    if (good)
        *ret_count = grab.count;
    return good;
}
