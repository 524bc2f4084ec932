/* Opening a V4L2 camera: find out that it is one, agree on a format, map its buffers, start.
 *
 * Stands between a device's name and v4l2_stream.c. Invariants: nothing that the driver answers is
 * believed unchecked, and every failure names its physical cause. The surprising thing: a driver
 * never refuses a size or format, it silently puts another in its place, so what came back is what
 * counts; the camera's picture size is the driver's, not the wish.
 */
#include "camera/v4l2_camera.h"

#include "camera/codec.h"
#include "camera/v4l2_calls.h"
#include "platform/clock.h"

#include <errno.h>
#include <limits.h>
#include <linux/videodev2.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BUFFERS_WANTED = 4,
    BUFFERS_MIN = 2, /* one is held, one is filled */
    FORMATS_MAX = 64,
    BUFFER_BYTES_MAX = 256 << 20,
};

/* A driver that claims a longer time between two pictures does not know. */
static const int64_t period_max_ns = 60 * NS_PER_SECOND;

static int camera_ioctl(const struct v4l2_camera *camera, unsigned long request, void *argument)
{
    return v4l2_calls->ioctl(camera->handle - 1, request, argument);
}

static bool missing_set(struct error *err, const char *path, const char *what)
{
    char present[256];
    v4l2_describe_present(present, sizeof present);
    return error_set(err, ERROR_DEVICE, "%s: %s; %s", path, what, present);
}

bool v4l2_cause_set(struct error *err, int reason, const char *path, const char *step)
{
    switch (reason) {
    case EBUSY:
        return error_set(err, ERROR_BUSY,
                         "camera %s is in use by another program; close that program (a browser, "
                         "a video call, a second leakwatch)",
                         path);
    case EACCES:
    case EPERM:
        return error_set(err, ERROR_DEVICE,
                         "camera %s may not be used by this account; join group video (sudo "
                         "usermod -aG video $USER) and log in again",
                         path);
    case ENOENT:
    case ENOTDIR:
        return missing_set(err, path, "no such camera");
    case ENODEV:
    case ENXIO:
        return missing_set(err, path, "the camera was unplugged");
    case ENOSPC:
        return error_set(err, ERROR_DEVICE,
                         "camera %s: the USB port has not enough bandwidth left; use another port "
                         "or a smaller camera.width and camera.height",
                         path);
    default:
        return error_set(err, ERROR_DEVICE, "camera %s: %s failed: %s; unplug it and plug it in",
                         path, step, strerror(reason));
    }
}

static bool open_device(struct v4l2_camera *camera, struct error *err)
{
    int fd = v4l2_calls->open(camera->path);
    if (fd < 0)
        return v4l2_cause_set(err, errno, camera->path, "opening");
    camera->handle = fd + 1;
    return true;
}

static bool check_capability(struct v4l2_camera *camera, struct error *err)
{
    struct v4l2_capability capability = {0};
    if (camera_ioctl(camera, VIDIOC_QUERYCAP, &capability) < 0) {
        if (errno != ENOTTY && errno != EINVAL)
            return v4l2_cause_set(err, errno, camera->path, "asking what it can do");
        return missing_set(err, camera->path, "this is no camera");
    }
    uint32_t can = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps
                                                                         : capability.capabilities;
    if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0)
        return missing_set(err, camera->path,
                           "this node carries no pictures (many cameras have a second one for "
                           "metadata)");
    if ((can & V4L2_CAP_STREAMING) == 0)
        return missing_set(err, camera->path, "this camera cannot stream");
    snprintf(camera->name, sizeof camera->name, "%.*s", (int)sizeof capability.card,
             (const char *)capability.card);
    return true;
}

static bool offers(const struct v4l2_camera *camera, uint32_t pixel_format)
{
    for (uint32_t i = 0; i < FORMATS_MAX; i++) {
        struct v4l2_fmtdesc description = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .index = i};
        if (camera_ioctl(camera, VIDIOC_ENUM_FMT, &description) < 0)
            return false;
        if (description.pixelformat == pixel_format)
            return true;
    }
    return false;
}

static struct v4l2_format format_request(uint32_t pixel_format, const struct camera_wish *wish)
{
    return (struct v4l2_format){
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .fmt.pix = {.width = (uint32_t)wish->width,
                    .height = (uint32_t)wish->height,
                    .pixelformat = pixel_format,
                    .field = V4L2_FIELD_NONE},
    };
}

/* MJPEG where it comes in the wanted size, else YUYV in that size, else MJPEG or YUYV in whatever
 * size the camera has. 0 when it has neither. */
static uint32_t choose_pixel_format(const struct v4l2_camera *camera,
                                    const struct camera_wish *wish)
{
    static const uint32_t preferred[] = {V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_YUYV};
    uint32_t second_best = 0;
    for (size_t i = 0; i < sizeof preferred / sizeof preferred[0]; i++) {
        if (!offers(camera, preferred[i]))
            continue;
        struct v4l2_format answer = format_request(preferred[i], wish);
        if (camera_ioctl(camera, VIDIOC_TRY_FMT, &answer) == 0 &&
            answer.fmt.pix.pixelformat == preferred[i] &&
            answer.fmt.pix.width == (uint32_t)wish->width &&
            answer.fmt.pix.height == (uint32_t)wish->height)
            return preferred[i];
        if (second_best == 0)
            second_best = preferred[i];
    }
    return second_best;
}

/* Is what the driver promises usable? */
static bool check_format(const struct v4l2_camera *camera, const struct v4l2_pix_format *pix,
                         uint32_t pixel_format, struct error *err)
{
    if (pix->pixelformat != pixel_format)
        return error_set(err, ERROR_DEVICE,
                         "camera %s: the driver put another picture format in place of the one it "
                         "offers; only MJPEG and YUYV can be used",
                         camera->path);
    int width = pix->width < INT_MAX ? (int)pix->width : INT_MAX;
    int height = pix->height < INT_MAX ? (int)pix->height : INT_MAX;
    if (!codec_check_size(width, height, err))
        return error_add_context(err, "camera %s", camera->path);
    bool is_raw = pixel_format == V4L2_PIX_FMT_YUYV;
    uint64_t whole = (uint64_t)pix->bytesperline * pix->height;
    if (is_raw && (pix->width % 2 != 0 || pix->bytesperline < 2 * pix->width ||
                   pix->bytesperline > BUFFER_BYTES_MAX || pix->sizeimage < whole))
        return error_set(err, ERROR_DEVICE,
                         "camera %s: the driver's rows of %u bytes do not fit pictures of %ux%u px",
                         camera->path, pix->bytesperline, pix->width, pix->height);
    return true;
}

/* The rate is a wish too; a camera that does not say its own keeps period 0. */
static int64_t set_rate(const struct v4l2_camera *camera, double frames_per_second)
{
    struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_fract *period = &parameters.parm.capture.timeperframe;
    if (frames_per_second > 0.0)
        *period = (struct v4l2_fract){1000, (uint32_t)lround(frames_per_second * 1000.0)};
    unsigned long request = frames_per_second > 0.0 ? VIDIOC_S_PARM : VIDIOC_G_PARM;
    if (camera_ioctl(camera, request, &parameters) < 0 ||
        (parameters.parm.capture.capability & V4L2_CAP_TIMEPERFRAME) == 0 ||
        period->denominator == 0)
        return 0;
    int64_t period_ns = (int64_t)period->numerator * NS_PER_SECOND / period->denominator;
    return period_ns <= period_max_ns ? period_ns : 0;
}

static bool negotiate(struct v4l2_camera *camera, const struct camera_wish *wish, struct error *err)
{
    uint32_t pixel_format = choose_pixel_format(camera, wish);
    if (pixel_format == 0)
        return error_set(err, ERROR_DEVICE,
                         "camera %s (%s) sends neither MJPEG nor YUYV pictures; use a common USB "
                         "(UVC) camera",
                         camera->path, camera->name);
    struct v4l2_format answer = format_request(pixel_format, wish);
    if (camera_ioctl(camera, VIDIOC_S_FMT, &answer) < 0)
        return v4l2_cause_set(err, errno, camera->path, "choosing the picture size");
    const struct v4l2_pix_format *pix = &answer.fmt.pix;
    if (!check_format(camera, pix, pixel_format, err))
        return false;
    camera->format = (struct camera_format){
        .is_mjpeg = pixel_format == V4L2_PIX_FMT_MJPEG,
        .width = (int)pix->width,
        .height = (int)pix->height,
        .row_bytes = pix->bytesperline,
    };
    camera->format.period_ns = set_rate(camera, wish->frames_per_second);
    return true;
}

static bool map_buffer(struct v4l2_camera *camera, unsigned index, struct error *err)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
    if (camera_ioctl(camera, VIDIOC_QUERYBUF, &buffer) < 0)
        return v4l2_cause_set(err, errno, camera->path, "looking at a picture buffer");
    const struct camera_format *format = &camera->format;
    size_t needed = format->is_mjpeg ? 1 : format->row_bytes * (size_t)format->height;
    if (buffer.length < needed || buffer.length > BUFFER_BYTES_MAX)
        return error_set(err, ERROR_DEVICE,
                         "camera %s: the driver's picture buffers of %u bytes cannot be used",
                         camera->path, buffer.length);
    void *data = v4l2_calls->map(camera->handle - 1, buffer.length, buffer.m.offset);
    if (data == MAP_FAILED)
        return v4l2_cause_set(err, errno, camera->path, "mapping a picture buffer");
    camera->buffers[index].data = data;
    camera->buffers[index].size = buffer.length;
    camera->buffer_count = index + 1;
    if (buffer.length > camera->format.picture_bytes_max)
        camera->format.picture_bytes_max = buffer.length;
    if (camera_ioctl(camera, VIDIOC_QBUF, &buffer) < 0)
        return v4l2_cause_set(err, errno, camera->path, "handing out a picture buffer");
    return true;
}

static bool map_buffers(struct v4l2_camera *camera, struct error *err)
{
    struct v4l2_requestbuffers request = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .count = BUFFERS_WANTED};
    if (camera_ioctl(camera, VIDIOC_REQBUFS, &request) < 0)
        return v4l2_cause_set(err, errno, camera->path, "asking for picture buffers");
    if (request.count < BUFFERS_MIN)
        return error_set(err, ERROR_DEVICE,
                         "camera %s: the driver gives %u picture buffers; %d are needed",
                         camera->path, request.count, BUFFERS_MIN);
    for (unsigned i = 0; i < request.count && i < V4L2_BUFFERS_MAX; i++)
        if (!map_buffer(camera, i, err))
            return false;
    return true;
}

static bool start_stream(struct v4l2_camera *camera, struct error *err)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (camera_ioctl(camera, VIDIOC_STREAMON, &type) < 0)
        return v4l2_cause_set(err, errno, camera->path, "starting the pictures");
    camera->is_streaming = true;
    camera->alive_ns = v4l2_calls->now_ns();
    return true;
}

bool v4l2_camera_open(struct v4l2_camera *camera, const char *path, const struct camera_wish *wish,
                      struct error *err)
{
    *camera = (struct v4l2_camera){0};
    int length = snprintf(camera->path, sizeof camera->path, "%s", path);
    if (length < 0 || (size_t)length >= sizeof camera->path)
        return error_set(err, ERROR_USAGE, "the name of camera %.60s… is too long", path);
    if (open_device(camera, err) && check_capability(camera, err) && negotiate(camera, wish, err) &&
        map_buffers(camera, err) && start_stream(camera, err))
        return true;
    v4l2_camera_close(camera);
    return false;
}
