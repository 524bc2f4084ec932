/* The one place that opens libavcodec decoders and converts their pictures.
 *
 * Between compressed bytes (video.c, v4l2.c) and RGB frames. Invariants: one decoding thread and
 * bit-exact, accurately rounded conversion without SIMD shortcuts, so that a replay gives the same
 * bytes every time. The surprising thing: JPEG's own pixel formats ("yuvj420p") are plain ones with
 * full colour range, and are rewritten as such, because libswscale wants the range told apart.
 */
#include "camera/codec.h"

#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdarg.h>
#include <stdio.h>

/* A hostile index can claim gigabytes; the largest honest allocation is a plane of 16-bit pixels.
 */
static const size_t allocation_max_bytes = (size_t)512 << 20;

struct codec_row {
    enum AVCodecID id;
    const char *decoder;
};

static const struct codec_row codec_rows[] = {
    {AV_CODEC_ID_H264, "h264"},    {AV_CODEC_ID_HEVC, "hevc"},      {AV_CODEC_ID_MJPEG, "mjpeg"},
    {AV_CODEC_ID_MPEG4, "mpeg4"},  {AV_CODEC_ID_VP8, "vp8"},        {AV_CODEC_ID_VP9, "vp9"},
    {AV_CODEC_ID_AV1, "libdav1d"}, {AV_CODEC_ID_AV1, "libaom-av1"},
};

const char codec_allowed_names[] = "h264,hevc,mjpeg,mpeg4,vp8,vp9,libdav1d,libaom-av1";

void codec_library_init(void)
{
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(allocation_max_bytes);
}

bool codec_error_set(struct error *err, enum error_code code, int averror, const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE], reason[AV_ERROR_MAX_STRING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    av_strerror(averror, reason, sizeof reason);
    return error_set(err, averror == AVERROR(ENOMEM) ? ERROR_MEMORY : code, "%s: %s", message,
                     reason);
}

bool codec_check_size(int width, int height, struct error *err)
{
    if (width >= 2 && height >= 2 && width <= CODEC_SIDE_MAX && height <= CODEC_SIDE_MAX &&
        (int64_t)width * height <= CODEC_PIXELS_MAX)
        return true;
    return error_set(err, ERROR_FORMAT,
                     "pictures of %dx%d px cannot be used; each side must be 2 to %d px and the "
                     "whole at most %d million px",
                     width, height, CODEC_SIDE_MAX, CODEC_PIXELS_MAX / 1000000);
}

static const AVCodec *find_decoder(enum AVCodecID id)
{
    const AVCodec *decoder = NULL;
    for (size_t i = 0; i < sizeof codec_rows / sizeof codec_rows[0] && !decoder; i++)
        if (codec_rows[i].id == id)
            decoder = avcodec_find_decoder_by_name(codec_rows[i].decoder);
    return decoder;
}

AVCodecContext *codec_open(const AVCodecParameters *parameters, struct error *err)
{
    codec_library_init();
    const AVCodec *decoder = find_decoder(parameters->codec_id);
    if (!decoder) {
        error_set(err, ERROR_FORMAT,
                  "video coded as %s cannot be read; convert it to H.264, HEVC, MJPEG, MPEG-4, "
                  "VP8, VP9 or AV1",
                  avcodec_get_name(parameters->codec_id));
        return NULL;
    }
    AVCodecContext *codec = avcodec_alloc_context3(decoder);
    int status = codec ? avcodec_parameters_to_context(codec, parameters) : AVERROR(ENOMEM);
    if (status >= 0) {
        codec->thread_count = 1;
        codec->flags |= AV_CODEC_FLAG_BITEXACT;
        codec->max_pixels = CODEC_PIXELS_MAX;
        status = avcodec_open2(codec, decoder, NULL);
    }
    if (status < 0) {
        codec_error_set(err, ERROR_FORMAT, status, "cannot start the decoder for %s",
                        avcodec_get_name(parameters->codec_id));
        avcodec_free_context(&codec);
    }
    return codec;
}

/* The plain pixel format of one with built-in full range. */
static int plain_format(int format, bool *ret_full_range)
{
    static const struct {
        int full, plain;
    } rows[] = {
        {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P}, {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
        {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P}, {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
        {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].full == format) {
            *ret_full_range = true;
            return rows[i].plain;
        }
    }
    return format;
}

/* A file that does not say its matrix: BT.709 from 720 rows up, BT.601 below, as players do. */
static int matrix_of(const AVFrame *picture)
{
    switch (picture->colorspace) {
    case AVCOL_SPC_BT709:
        return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
        return SWS_CS_FCC;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
        return SWS_CS_ITU601;
    case AVCOL_SPC_SMPTE240M:
        return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return SWS_CS_BT2020;
    default:
        return picture->height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
}

static bool make_scaler(struct rgb_converter *converter, const AVFrame *picture, struct error *err)
{
    bool full_range = picture->color_range == AVCOL_RANGE_JPEG;
    int format = plain_format(picture->format, &full_range);
    int width = picture->width, height = picture->height;
    struct SwsContext *scaler = sws_getContext(
        width, height, format, width, height, AV_PIX_FMT_RGB24,
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
        NULL, NULL, NULL);
    if (!scaler)
        return error_set(err, ERROR_FORMAT, "pictures of pixel format %s cannot be converted",
                         av_get_pix_fmt_name(format) ? av_get_pix_fmt_name(format) : "unknown");
    const int *matrix = sws_getCoefficients(matrix_of(picture));
    /* Fails for formats that are RGB already, which need no matrix. */
    (void)sws_setColorspaceDetails(scaler, matrix, full_range, matrix, 1, 0, 1 << 16, 1 << 16);
    rgb_converter_finish(converter);
    *converter = (struct rgb_converter){
        .scaler = scaler,
        .width = width,
        .height = height,
        .format = picture->format,
        .space = picture->colorspace,
        .range = picture->color_range,
    };
    return true;
}

bool rgb_convert(struct rgb_converter *converter, const AVFrame *picture, uint8_t *ret_rgb,
                 struct error *err)
{
    bool same = converter->scaler && converter->width == picture->width &&
                converter->height == picture->height && converter->format == picture->format &&
                converter->space == (int)picture->colorspace &&
                converter->range == (int)picture->color_range;
    if (!same && !make_scaler(converter, picture, err))
        return false;
    uint8_t *rows[4] = {ret_rgb};
    int strides[4] = {3 * picture->width};
    int status = sws_scale(converter->scaler, (const uint8_t *const *)picture->data,
                           picture->linesize, 0, picture->height, rows, strides);
    return status == picture->height ||
           error_set(err, ERROR_FORMAT, "a picture could not be converted to RGB");
}

void rgb_converter_finish(struct rgb_converter *converter)
{
    sws_freeContext(converter->scaler);
    *converter = (struct rgb_converter){0};
}

bool mjpeg_is_complete(const uint8_t *data, size_t size)
{
    while (size > 0 && data[size - 1] == 0)
        size--;
    return size >= 4 && data[0] == 0xff && data[1] == 0xd8 && data[size - 2] == 0xff &&
           data[size - 1] == 0xd9;
}
