/* Little video files made by libav for the tests: every frame shows its own number.
 *
 * The picture is a diagonal ramp with a flat block in its upper left quarter whose level is
 * clip_level(number), so a test can tell which frame it got.
 */
#ifndef TESTS_CAMERA_CLIP_H
#define TESTS_CAMERA_CLIP_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stdint.h>

struct clip {
    const char *container; /* "mp4", "avi", "matroska", "mpegts", "mjpeg" */
    enum AVCodecID codec;  /* MPEG-4 or MJPEG */
    int width, height, frames;
    AVRational rate;    /* frames per second */
    const int64_t *pts; /* per frame, in 1/rate; NULL = 0 1 2 … */
    bool index_first;   /* mp4: the index before the pictures, so that a cut file still opens */
};

/* Aborts when it cannot be written. */
void clip_write(const char *path, const struct clip *clip);

int clip_level(int64_t number);

/* The number nearest to the level seen in the block of an RGB picture, 0..31. */
int clip_number(const uint8_t *rgb, int width);

#endif
