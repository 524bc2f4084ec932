/* libavcodec by our rules: decoders from an allow-list, one thread, bounded sizes, and pictures as
 * packed RGB with the same bits on every run.
 *
 * Used by video files and by cameras that send MJPEG. Private to camera/. Ownership: contexts that
 * codec_open returns are freed with avcodec_free_context. One thread at a time per struct.
 */
#ifndef CAMERA_CODEC_H
#define CAMERA_CODEC_H

#include "base/error.h"

#include <libavcodec/avcodec.h>
#include <stdint.h>

enum {
    CODEC_SIDE_MAX = 8192,       /* px */
    CODEC_PIXELS_MAX = 50000000, /* px */
};

/* Makes libav silent on the terminal and bounds its single allocations; any number of times. */
void codec_library_init(void);

/* The allow-list, as AVFormatContext.codec_whitelist takes it. */
extern const char codec_allowed_names[];

/* ERROR_FORMAT when the codec is not on the allow-list or its parameters are refused. */
AVCodecContext *codec_open(const AVCodecParameters *parameters, struct error *err);

/* Width and height within the limits above and at least 2x2? Else ERROR_FORMAT. */
MUST_CHECK bool codec_check_size(int width, int height, struct error *err);

/* Like error_set, with ": " and libav's text for `averror` appended; ENOMEM becomes ERROR_MEMORY.
 */
bool codec_error_set(struct error *err, enum error_code code, int averror, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Decoded pictures → packed RGB, whatever their pixel format; `{0}` is a valid start. */
struct rgb_converter {
    struct SwsContext *scaler;
    int width, height, format, space, range; /* what `scaler` was made for */
};

MUST_CHECK bool rgb_convert(struct rgb_converter *converter, const AVFrame *picture,
                            uint8_t *ret_rgb, struct error *err);
void rgb_converter_finish(struct rgb_converter *converter);

/* Does this JPEG end with its end-of-image marker, zero padding aside? libavcodec decodes truncated
 * ones without an error. */
bool mjpeg_is_complete(const uint8_t *data, size_t size);

#endif
