/* The camera behind fake_kernel.h: V4L2's rules as far as a reader of pictures sees them. */
#include "fake_kernel.h"

#include "platform/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>

enum { FAKE_FD = 4711 };

struct fake_kernel fake_kernel;

static unsigned char memory[FAKE_BUFFERS][FAKE_BUFFER_BYTES];
static struct v4l2_calls calls;
static uint32_t next_sequence;
static int64_t stream_due_ns;

static int fail(int reason)
{
    errno = reason;
    return -1;
}

/* Counts a call; true when it is the one that is to fail. */
static bool is_doomed(void)
{
    return ++fake_kernel.calls == fake_kernel.fail_at_call;
}

static int fake_open(const char *path)
{
    if (is_doomed())
        return fail(EIO);
    bool is_meant = !fake_kernel.failing_path || strcmp(path, fake_kernel.failing_path) == 0;
    if (fake_kernel.open_errno && is_meant)
        return fail(fake_kernel.open_errno);
    fake_kernel.open_count++;
    return FAKE_FD;
}

static int fake_close(int fd)
{
    fake_kernel.open_count -= fd == FAKE_FD;
    fake_kernel.streaming = false;
    memset(fake_kernel.queued, 0, sizeof fake_kernel.queued);
    return 0;
}

static int answer_capability(struct v4l2_capability *capability)
{
    memcpy(capability->card, fake_kernel.card, strnlen(fake_kernel.card, sizeof capability->card));
    strcpy((char *)capability->driver, "fakevideo");
    capability->capabilities = fake_kernel.capabilities;
    capability->device_caps = fake_kernel.device_capabilities;
    return 0;
}

static int answer_format(struct v4l2_format *format, bool keep)
{
    struct v4l2_pix_format *pix = &format->fmt.pix;
    for (unsigned i = 0; i < fake_kernel.format_count; i++) {
        if (fake_kernel.formats[i].pixel_format != pix->pixelformat)
            continue;
        pix->width = fake_kernel.formats[i].width;
        pix->height = fake_kernel.formats[i].height;
    }
    if (fake_kernel.forced_pixel_format)
        pix->pixelformat = fake_kernel.forced_pixel_format;
    pix->bytesperline = pix->pixelformat == V4L2_PIX_FMT_YUYV ? 2 * pix->width : 0;
    if (fake_kernel.forced_row_bytes)
        pix->bytesperline = fake_kernel.forced_row_bytes;
    pix->sizeimage = 2 * pix->width * pix->height;
    if (keep) {
        fake_kernel.width = pix->width;
        fake_kernel.height = pix->height;
        fake_kernel.pixel_format = pix->pixelformat;
    }
    return 0;
}

static int answer_format_name(struct v4l2_fmtdesc *description)
{
    if (description->index >= fake_kernel.format_count && !fake_kernel.endless)
        return fail(EINVAL);
    unsigned index = description->index % fake_kernel.format_count;
    description->pixelformat = fake_kernel.formats[index].pixel_format;
    return 0;
}

static int answer_size(struct v4l2_frmsizeenum *size)
{
    unsigned index = 0;
    while (index < fake_kernel.format_count &&
           fake_kernel.formats[index].pixel_format != size->pixel_format)
        index++;
    if (index == fake_kernel.format_count || (size->index > 0 && !fake_kernel.endless))
        return fail(EINVAL);
    size->type = fake_kernel.any_size ? V4L2_FRMSIZE_TYPE_STEPWISE : V4L2_FRMSIZE_TYPE_DISCRETE;
    if (fake_kernel.any_size) {
        size->stepwise.min_width = fake_kernel.formats[index].width;
        size->stepwise.min_height = fake_kernel.formats[index].height;
        size->stepwise.max_width = 1920;
        size->stepwise.max_height = 1080;
    } else {
        size->discrete.width = fake_kernel.formats[index].width;
        size->discrete.height = fake_kernel.formats[index].height;
    }
    return 0;
}

static int answer_interval(struct v4l2_frmivalenum *interval)
{
    struct v4l2_fract period = fake_kernel.period;
    if (period.denominator == 0 || (interval->index > 1 && !fake_kernel.endless))
        return fail(EINVAL);
    interval->type =
        fake_kernel.any_rate ? V4L2_FRMIVAL_TYPE_CONTINUOUS : V4L2_FRMIVAL_TYPE_DISCRETE;
    struct v4l2_fract slow = {period.numerator * 10, period.denominator};
    if (fake_kernel.any_rate) {
        interval->stepwise.min = period;
        interval->stepwise.max = slow;
    } else {
        interval->discrete = interval->index == 1 ? slow : period;
        interval->discrete.denominator += interval->index > 1 ? interval->index : 0;
    }
    return 0;
}

static int answer_rate(struct v4l2_streamparm *parameters)
{
    if (fake_kernel.period.denominator == 0)
        return fail(ENOTTY);
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    parameters->parm.capture.timeperframe = fake_kernel.period;
    return 0;
}

static int answer_buffer(struct v4l2_buffer *buffer)
{
    if (buffer->index >= fake_kernel.buffer_count)
        return fail(EINVAL);
    buffer->length = fake_kernel.buffer_bytes;
    buffer->m.offset = buffer->index * FAKE_BUFFER_BYTES;
    return 0;
}

static int take_buffer(const struct v4l2_buffer *buffer)
{
    if (buffer->index >= FAKE_BUFFERS || fake_kernel.queued[buffer->index])
        return fail(EINVAL);
    fake_kernel.queued[buffer->index] = true;
    return 0;
}

static int give_buffer(struct v4l2_buffer *buffer)
{
    if (!fake_kernel.streaming)
        return fail(EINVAL);
    unsigned index = 0;
    while (index < FAKE_BUFFERS && !fake_kernel.queued[index])
        index++;
    if (fake_kernel.arrival_count == 0 || index == FAKE_BUFFERS)
        return fail(EAGAIN);
    struct fake_arrival arrival = fake_kernel.arrivals[0];
    memmove(fake_kernel.arrivals, fake_kernel.arrivals + 1,
            sizeof fake_kernel.arrivals - sizeof fake_kernel.arrivals[0]);
    fake_kernel.arrival_count--;
    if (arrival.dequeue_errno)
        return fail(arrival.dequeue_errno);
    fake_kernel.queued[index] = false;
    if (arrival.size)
        memcpy(memory[index], arrival.data, arrival.size);
    int64_t time_ns = arrival.time_ns ? arrival.time_ns : fake_kernel.now_ns;
    buffer->index = index;
    buffer->bytesused = (uint32_t)arrival.size;
    buffer->sequence = arrival.sequence;
    buffer->flags = arrival.flags;
    buffer->timestamp.tv_sec = time_ns / NS_PER_SECOND;
    buffer->timestamp.tv_usec = time_ns % NS_PER_SECOND / 1000;
    return 0;
}

static int fake_ioctl(int fd, unsigned long request, void *argument)
{
    if (is_doomed())
        return fail(EIO);
    if (fd != FAKE_FD || fake_kernel.open_count != 1)
        return fail(EBADF);
    fake_kernel.now_ns += fake_kernel.slowness_ns;
    if (request == fake_kernel.failing_request)
        return fail(fake_kernel.failing_errno);
    switch (request) {
    case VIDIOC_QUERYCAP:
        return answer_capability(argument);
    case VIDIOC_ENUM_FMT:
        return answer_format_name(argument);
    case VIDIOC_ENUM_FRAMESIZES:
        return answer_size(argument);
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return answer_interval(argument);
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT:
    case VIDIOC_S_FMT:
        return answer_format(argument, request == VIDIOC_S_FMT);
    case VIDIOC_S_PARM:
    case VIDIOC_G_PARM:
        return answer_rate(argument);
    case VIDIOC_REQBUFS:
        ((struct v4l2_requestbuffers *)argument)->count = fake_kernel.buffer_count;
        return 0;
    case VIDIOC_QUERYBUF:
        return answer_buffer(argument);
    case VIDIOC_QBUF:
        return take_buffer(argument);
    case VIDIOC_DQBUF:
        return give_buffer(argument);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
        fake_kernel.streaming = request == VIDIOC_STREAMON;
        return 0;
    default:
        return fail(ENOTTY);
    }
}

static void *fake_map(int fd, size_t length, int64_t offset)
{
    (void)fd, (void)length;
    if (is_doomed() || fake_kernel.map_errno) {
        errno = fake_kernel.map_errno ? fake_kernel.map_errno : EIO;
        return MAP_FAILED;
    }
    fake_kernel.map_count++;
    return memory[offset / FAKE_BUFFER_BYTES];
}

static int fake_unmap(void *data, size_t length)
{
    (void)data, (void)length;
    fake_kernel.map_count--;
    return 0;
}

/* The stream's next picture, if it comes by then. */
static void stream_until(int64_t until_ns)
{
    if (!fake_kernel.stream_data || fake_kernel.arrival_count > 0 || stream_due_ns > until_ns)
        return;
    if (stream_due_ns > fake_kernel.now_ns)
        fake_kernel.now_ns = stream_due_ns;
    stream_due_ns = fake_kernel.now_ns + fake_kernel.stream_period_ns;
    fake_arrive(fake_kernel.stream_data, fake_kernel.stream_size);
}

static int fake_wait(int fd, int timeout_ms, short *ret_events)
{
    (void)fd;
    if (is_doomed())
        return fail(EIO);
    if (fake_kernel.wait_errno) {
        int reason = fake_kernel.wait_errno;
        fake_kernel.wait_errno = 0;
        return fail(reason);
    }
    *ret_events = fake_kernel.wait_events;
    if (*ret_events != 0) {
        fake_kernel.now_ns += NS_PER_MS;
        return 1;
    }
    stream_until(fake_kernel.now_ns + timeout_ms * NS_PER_MS);
    if (fake_kernel.arrival_count > 0) {
        *ret_events = POLLIN;
        return 1;
    }
    fake_kernel.now_ns += timeout_ms * NS_PER_MS;
    return 0;
}

static int64_t fake_now_ns(void)
{
    return fake_kernel.now_ns;
}

void fake_kernel_reset(const char *class_folder)
{
    fake_kernel = (struct fake_kernel){
        .capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
        .device_capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
        .formats = {{V4L2_PIX_FMT_YUYV, 64, 48}, {V4L2_PIX_FMT_MJPEG, 64, 48}},
        .format_count = 2,
        .buffer_count = FAKE_BUFFERS,
        .buffer_bytes = FAKE_BUFFER_BYTES,
        .period = {1, 30},
        .card = "Fake Cam",
        .now_ns = 1000 * NS_PER_SECOND,
    };
    next_sequence = 0;
    stream_due_ns = 0;
    calls = (struct v4l2_calls){
        .open = fake_open,
        .close = fake_close,
        .ioctl = fake_ioctl,
        .map = fake_map,
        .unmap = fake_unmap,
        .wait = fake_wait,
        .now_ns = fake_now_ns,
        .class_folder = class_folder,
        .links_folder = class_folder,
    };
    v4l2_calls = &calls;
}

struct fake_arrival *fake_arrive(const void *data, size_t size)
{
    struct fake_arrival *arrival = &fake_kernel.arrivals[fake_kernel.arrival_count++];
    *arrival = (struct fake_arrival){.data = data,
                                     .size = size,
                                     .flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC,
                                     .sequence = next_sequence++};
    return arrival;
}
