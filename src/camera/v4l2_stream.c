/* A V4L2 camera while it runs: wait for pictures, take the newest, notice when it is gone.
 *
 * Between the driver and v4l2.c. Invariants: at most one buffer is held, all others are the
 * driver's; any error but EAGAIN means that the camera is lost. The surprising thing: a camera that
 * stalls on a living USB bus gives no error at all, so the time since its last buffer is watched
 * here.
 */
#include "camera/v4l2_camera.h"

#include "camera/v4l2_calls.h"
#include "platform/clock.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>

static const int64_t stall_ns = 2 * NS_PER_SECOND;
/* The first picture may wait for the exposure to settle. */
static const int64_t first_picture_ns = 5 * NS_PER_SECOND;
/* A driver's time stamp older than this is not one of this clock. */
static const int64_t stamp_age_max_ns = 5 * NS_PER_SECOND;

static int camera_ioctl(const struct v4l2_camera *camera, unsigned long request, void *argument)
{
    return v4l2_calls->ioctl(camera->handle - 1, request, argument);
}

void v4l2_camera_close(struct v4l2_camera *camera)
{
    if (camera->handle == 0)
        return;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (camera->is_streaming)
        (void)camera_ioctl(camera, VIDIOC_STREAMOFF, &type); /* a camera that is gone refuses */
    for (unsigned i = 0; i < camera->buffer_count; i++)
        v4l2_calls->unmap(camera->buffers[i].data, camera->buffers[i].size);
    v4l2_calls->close(camera->handle - 1);
    *camera = (struct v4l2_camera){0};
}

static enum source_result lost(const struct v4l2_camera *camera, int reason, struct error *err)
{
    if (reason == ENODEV || reason == ENXIO)
        error_set(err, ERROR_DEVICE, "camera %s (%s) was unplugged; plug it in again", camera->path,
                  camera->name);
    else
        error_set(err, ERROR_DEVICE,
                  "camera %s (%s) failed: %s; if it does not come back, unplug "
                  "it and plug it in",
                  camera->path, camera->name, strerror(reason));
    return SOURCE_LOST;
}

/* How long without a picture means that the camera stalls. */
static int64_t patience_ns(const struct v4l2_camera *camera)
{
    int64_t patience = camera->has_come ? stall_ns : first_picture_ns;
    int64_t three_periods = 3 * camera->format.period_ns;
    return three_periods > patience ? three_periods : patience;
}

static bool queue_buffer(struct v4l2_camera *camera, unsigned index, struct error *err)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
    if (camera_ioctl(camera, VIDIOC_QBUF, &buffer) == 0)
        return true;
    lost(camera, errno, err);
    return false;
}

bool v4l2_camera_give_back(struct v4l2_camera *camera, struct error *err)
{
    if (camera->held == 0)
        return true;
    unsigned index = camera->held - 1;
    camera->held = 0;
    return queue_buffer(camera, index, err);
}

/* The driver's stamp where it is one of CLOCK_MONOTONIC and believable, else now. */
static int64_t picture_time_ns(const struct v4l2_buffer *buffer, int64_t now_ns)
{
    if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
        return now_ns;
    int64_t age_max_s = now_ns / NS_PER_SECOND + 1;
    if (buffer->timestamp.tv_sec < 0 || buffer->timestamp.tv_sec > age_max_s)
        return now_ns;
    int64_t stamp_ns = buffer->timestamp.tv_sec * NS_PER_SECOND + buffer->timestamp.tv_usec * 1000;
    return stamp_ns <= now_ns && now_ns - stamp_ns <= stamp_age_max_ns ? stamp_ns : now_ns;
}

/* Numbers a buffer and counts what the driver lost before it. */
static void number_buffer(struct v4l2_camera *camera, uint32_t sequence,
                          struct source_counts *counts)
{
    uint32_t step = camera->has_come ? sequence - camera->sequence : 0;
    /* A driver that starts its numbers anew, or repeats one, has lost nothing that we know of. */
    if (camera->has_come && (step == 0 || step > INT32_MAX))
        step = 1;
    counts->skipped += step > 0 ? step - 1 : 0;
    camera->number += step;
    camera->sequence = sequence;
    camera->has_come = true;
}

/* Takes one buffer out of the driver's queue. SOURCE_NONE: the queue is empty. */
static enum source_result dequeue(struct v4l2_camera *camera, struct v4l2_buffer *ret_buffer,
                                  struct source_counts *counts, struct error *err)
{
    *ret_buffer =
        (struct v4l2_buffer){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (camera_ioctl(camera, VIDIOC_DQBUF, ret_buffer) < 0)
        return errno == EAGAIN ? SOURCE_NONE : lost(camera, errno, err);
    if (ret_buffer->index >= camera->buffer_count)
        return lost(camera, EPROTO, err);
    camera->alive_ns = v4l2_calls->now_ns();
    number_buffer(camera, ret_buffer->sequence, counts);
    return SOURCE_FRAME;
}

static bool is_damaged(const struct v4l2_camera *camera, const struct v4l2_buffer *buffer)
{
    const struct camera_format *format = &camera->format;
    size_t needed = format->is_mjpeg ? 1 : format->row_bytes * (size_t)format->height;
    return (buffer->flags & V4L2_BUF_FLAG_ERROR) != 0 || buffer->bytesused < needed ||
           buffer->bytesused > camera->buffers[buffer->index].size;
}

/* Empties the driver's queue and keeps the newest good picture. SOURCE_NONE: there was none, and
 * `err` says so when there were damaged ones. */
static enum source_result drain(struct v4l2_camera *camera, struct camera_picture *ret_picture,
                                struct source_counts *counts, struct error *err)
{
    uint64_t damaged_before = counts->damaged;
    /* No more than one round, so that a mad driver cannot keep us here. */
    for (unsigned i = 0; i < camera->buffer_count; i++) {
        struct v4l2_buffer buffer;
        enum source_result result = dequeue(camera, &buffer, counts, err);
        if (result == SOURCE_LOST)
            return SOURCE_LOST;
        if (result == SOURCE_NONE)
            break;
        if (is_damaged(camera, &buffer)) {
            counts->damaged++;
            if (!queue_buffer(camera, buffer.index, err))
                return SOURCE_LOST;
            continue;
        }
        if (!v4l2_camera_give_back(camera, err))
            return SOURCE_LOST;
        camera->held = buffer.index + 1;
        *ret_picture = (struct camera_picture){
            .data = camera->buffers[buffer.index].data,
            .size = buffer.bytesused,
            .number = camera->number,
            .time_ns = picture_time_ns(&buffer, camera->alive_ns),
        };
    }
    if (camera->held)
        return SOURCE_FRAME;
    if (counts->damaged != damaged_before)
        error_set(err, ERROR_DEVICE,
                  "camera %s (%s) sent a damaged picture; check its cable and USB port",
                  camera->path, camera->name);
    return SOURCE_NONE;
}

/* Waits until the driver has something or `until_ns`. SOURCE_FRAME: it has. */
static enum source_result wait_until(struct v4l2_camera *camera, int64_t until_ns,
                                     struct source_counts *counts, struct error *err)
{
    int64_t wait_ns = until_ns - v4l2_calls->now_ns();
    int64_t wait_ms = wait_ns <= 0 ? 0 : (wait_ns - 1) / NS_PER_MS + 1;
    short events = 0;
    int count = v4l2_calls->wait(camera->handle - 1, wait_ms < 1000 ? (int)wait_ms : 1000, &events);
    if (count < 0)
        return errno == EINTR ? SOURCE_NONE : lost(camera, errno, err);
    if (count == 0)
        return SOURCE_NONE;
    if ((events & (POLLERR | POLLHUP | POLLNVAL)) == 0)
        return SOURCE_FRAME;
    /* The queue knows why. */
    struct v4l2_buffer buffer;
    enum source_result result = dequeue(camera, &buffer, counts, err);
    return result == SOURCE_LOST ? SOURCE_LOST : lost(camera, EIO, err);
}

enum source_result v4l2_camera_take(struct v4l2_camera *camera, int64_t deadline_ns,
                                    struct camera_picture *ret_picture,
                                    struct source_counts *counts, struct error *err)
{
    if (!v4l2_camera_give_back(camera, err))
        return SOURCE_LOST;
    for (;;) {
        int64_t patience_end_ns = camera->alive_ns + patience_ns(camera);
        int64_t until_ns = deadline_ns < patience_end_ns ? deadline_ns : patience_end_ns;
        enum source_result result = wait_until(camera, until_ns, counts, err);
        if (result == SOURCE_LOST)
            return SOURCE_LOST;
        if (result == SOURCE_FRAME) {
            uint64_t damaged_before = counts->damaged;
            result = drain(camera, ret_picture, counts, err);
            if (result != SOURCE_NONE || counts->damaged != damaged_before)
                return result;
        }
        int64_t now_ns = v4l2_calls->now_ns();
        if (now_ns >= camera->alive_ns + patience_ns(camera)) {
            error_set(err, ERROR_DEVICE, "camera %s (%s) gave no frame for %lld s", camera->path,
                      camera->name, (long long)(patience_ns(camera) / NS_PER_SECOND));
            return SOURCE_LOST;
        }
        if (now_ns >= deadline_ns)
            return SOURCE_NONE;
    }
}
