/* A V4L2 camera as a source: numbers and time stamps for its pictures, and RGB for those that are
 * due.
 *
 * Live, without end. Frames are numbered by the driver's own sequence, gaps included, and go on
 * rising when the camera is opened again. The surprising thing: a truncated MJPEG picture is
 * delivered as good and libavcodec decodes it without an error, so each one is checked for its
 * end-of-image marker.
 */
#include "base/parse.h"
#include "camera/codec.h"
#include "camera/source_ops.h"
#include "camera/v4l2_camera.h"

#include <stdio.h>
#include <string.h>

enum { DEVICE_NUMBER_MAX = 63 };

struct device_source {
    struct source head;
    char path[CAMERA_PATH_SIZE];
    struct v4l2_camera camera;
    struct camera_picture picture; /* the one that the source stands on */
    int64_t first_number;          /* of the first picture since open */
    int64_t number;                /* of `picture`; -1 before the first since source_create */
    int64_t time_ns;               /* of `picture` */

    AVCodecContext *codec; /* MJPEG */
    AVPacket *packet; /* room for the largest picture, with the padding that the decoder wants */
    AVFrame *decoded;
    struct rgb_converter converter;
};

static struct device_source *device_of(struct source *source)
{
    return (struct device_source *)source;
}

static bool device_init(struct source *source, struct error *err)
{
    struct device_source *device = device_of(source);
    const char *spec = source->settings.spec;
    int64_t number;
    device->number = -1;
    source->finite = false;
    int length;
    if (parse_int(spec, 0, DEVICE_NUMBER_MAX, &number))
        length = snprintf(device->path, sizeof device->path, "/dev/video%d", (int)number);
    else if (spec[0] == '/')
        length = snprintf(device->path, sizeof device->path, "%s", spec);
    else
        return error_set(err, ERROR_USAGE, "there is no camera %.20s; numbers go from 0 to %d",
                         spec, DEVICE_NUMBER_MAX);
    if (length < 0 || (size_t)length >= sizeof device->path)
        return error_set(err, ERROR_USAGE, "the name of camera %.60s… is too long", spec);
    return true;
}

static void device_close(struct source *source)
{
    struct device_source *device = device_of(source);
    v4l2_camera_close(&device->camera);
    rgb_converter_finish(&device->converter);
    av_frame_free(&device->decoded);
    av_packet_free(&device->packet);
    avcodec_free_context(&device->codec);
}

static bool prepare_jpeg(struct device_source *device, struct error *err)
{
    const struct camera_format *format = &device->camera.format;
    AVCodecParameters parameters = {.codec_type = AVMEDIA_TYPE_VIDEO,
                                    .codec_id = AV_CODEC_ID_MJPEG,
                                    .format = AV_PIX_FMT_NONE,
                                    .width = format->width,
                                    .height = format->height};
    device->codec = codec_open(&parameters, err);
    if (!device->codec)
        return false;
    device->packet = av_packet_alloc();
    if (!device->packet || av_new_packet(device->packet, (int)format->picture_bytes_max) < 0)
        return error_set(err, ERROR_MEMORY, "no memory for pictures of %zu bytes",
                         format->picture_bytes_max);
    return true;
}

static bool prepare_decoding(struct device_source *device, struct error *err)
{
    codec_library_init();
    device->decoded = av_frame_alloc();
    if (!device->decoded)
        return error_set(err, ERROR_MEMORY, "no memory to decode pictures");
    return !device->camera.format.is_mjpeg || prepare_jpeg(device, err);
}

static bool device_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    struct device_source *device = device_of(source);
    struct camera_wish wish = {.width = source->settings.width,
                               .height = source->settings.height,
                               .frames_per_second = source->settings.fps};
    if (!v4l2_camera_open(&device->camera, device->path, &wish, err) ||
        !prepare_decoding(device, err))
        return false;
    const struct camera_format *format = &device->camera.format;
    device->first_number = device->number + 1;
    ret_info->width = format->width;
    ret_info->height = format->height;
    char wanted[32] = "";
    if (format->width != wish.width || format->height != wish.height)
        snprintf(wanted, sizeof wanted, " (wanted %dx%d)", wish.width, wish.height);
    source_info_set_name(ret_info, "camera %s, %s, %s %dx%d%s", device->path, device->camera.name,
                         format->is_mjpeg ? "MJPEG" : "YUYV", format->width, format->height,
                         wanted);
    return true;
}

static enum source_result device_next(struct source *source, int64_t deadline_ns,
                                      struct source_stamp *ret_stamp, struct error *err)
{
    struct device_source *device = device_of(source);
    enum source_result result =
        v4l2_camera_take(&device->camera, deadline_ns, &device->picture, &source->counts, err);
    if (result != SOURCE_FRAME)
        return result;
    device->number = device->first_number + device->picture.number;
    device->time_ns =
        device->picture.time_ns > device->time_ns ? device->picture.time_ns : device->time_ns + 1;
    *ret_stamp = (struct source_stamp){.number = device->number, .time_ns = device->time_ns};
    return SOURCE_FRAME;
}

/* Decodes the picture's MJPEG into `decoded`. */
static bool decode_jpeg(struct device_source *device, struct error *err)
{
    const struct camera_picture *picture = &device->picture;
    const char *path = device->path;
    if (!mjpeg_is_complete(picture->data, picture->size))
        return error_set(err, ERROR_DEVICE,
                         "camera %s sent a picture that is cut off; check its cable and USB port",
                         path);
    /* Each picture stands for itself: nothing of a damaged one may linger in the decoder. */
    avcodec_flush_buffers(device->codec);
    memcpy(device->packet->data, picture->data, picture->size);
    memset(device->packet->data + picture->size, 0, AV_INPUT_BUFFER_PADDING_SIZE);
    device->packet->size = (int)picture->size;
    int status = avcodec_send_packet(device->codec, device->packet);
    if (status >= 0)
        status = avcodec_receive_frame(device->codec, device->decoded);
    if (status < 0)
        return codec_error_set(err, ERROR_DEVICE, status,
                               "camera %s sent a picture that cannot be decoded", path);
    const AVFrame *decoded = device->decoded;
    if (decoded->width != device->head.width || decoded->height != device->head.height)
        return error_set(err, ERROR_DEVICE,
                         "camera %s sent a picture of %dx%d px where %dx%d were agreed", path,
                         decoded->width, decoded->height, device->head.width, device->head.height);
    if (decoded->decode_error_flags != 0 || (decoded->flags & AV_FRAME_FLAG_CORRUPT) != 0)
        return error_set(err, ERROR_DEVICE, "camera %s sent a damaged picture", path);
    return true;
}

/* Lets `decoded` borrow the driver's YUYV buffer. */
static void borrow_yuyv(struct device_source *device)
{
    AVFrame *decoded = device->decoded;
    decoded->format = AV_PIX_FMT_YUYV422;
    decoded->width = device->head.width;
    decoded->height = device->head.height;
    decoded->colorspace = AVCOL_SPC_SMPTE170M;
    decoded->color_range = AVCOL_RANGE_MPEG;
    decoded->data[0] = (uint8_t *)(uintptr_t)device->picture.data;
    decoded->linesize[0] = (int)device->camera.format.row_bytes;
}

static enum source_result device_fill(struct source *source, uint8_t *ret_rgb, struct error *err)
{
    struct device_source *device = device_of(source);
    bool done = true;
    if (device->camera.format.is_mjpeg)
        done = decode_jpeg(device, err);
    else
        borrow_yuyv(device);
    done = done && rgb_convert(&device->converter, device->decoded, ret_rgb, err);
    av_frame_unref(device->decoded);
    if (!v4l2_camera_give_back(&device->camera, err))
        return SOURCE_LOST;
    if (done)
        return SOURCE_FRAME;
    source->counts.damaged++;
    return SOURCE_NONE;
}

const struct source_ops device_source_ops = {
    .kind = "camera",
    .size = sizeof(struct device_source),
    .clock = SOURCE_CLOCK_MONOTONIC,
    .init = device_init,
    .open = device_open,
    .close = device_close,
    .next = device_next,
    .fill = device_fill,
};
