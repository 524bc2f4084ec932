/* A frame as the scene detector sees it: reduced by a whole factor and taken into logarithmic
 * opponent colours, in which a change of light is an addition.
 *
 * Reduction: the longer side comes to 480..960 px, by averaging squares of pixels, so that a drop
 * of 5 mm is still a handful of pixels and sensor noise is averaged. Channels, of l = ln(x + 8/255)
 * with x in 0..1: luma (r + g + b) / 3; red against blue, r - b; green against both, g - (r + b) /
 * 2. White light that changes moves the first only, its colour the other two. Shapes: planes are
 * float [CHANNEL_COUNT][height][width]. Ownership: create/destroy (takes NULL); scene_view_read
 * allocates nothing. One thread.
 */
#ifndef SCORE_SCENE_VIEW_H
#define SCORE_SCENE_VIEW_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum scene_channel { CHANNEL_LUMA, CHANNEL_RED_BLUE, CHANNEL_GREEN, CHANNEL_COUNT };

struct scene_size {
    int width,
        height; /* px of the planes; what does not fill a square at right and bottom is left out */
    int reduction; /* px of the picture per px of the planes */
};

struct scene_size scene_size_of(int picture_width, int picture_height);
size_t scene_pixels(struct scene_size size);

/* What a glance at the brightness says; shares of all colour samples. */
struct scene_brightness {
    float dark_share;      /* at most 12 of 255 */
    float saturated_share; /* at least 250 of 255 */
    float mean;            /* 0..1 */
};

struct scene_view;
struct scene_view *scene_view_create(struct scene_size size, struct error *err);
void scene_view_destroy(struct scene_view *view);

/* `rgb` is the corner of the region, rows `stride` bytes apart. */
void scene_view_read(struct scene_view *view, const uint8_t *rgb, ptrdiff_t stride,
                     float *ret_planes, struct scene_brightness *ret_brightness);

/* Back to RGB 0..1, planes [3][height][width]: for pictures that people look at. */
void scene_view_to_rgb(struct scene_size size, const float *planes, float *ret_rgb_planes);

#endif
