/* Cropping and resizing of RGB pictures. Pure functions; the caller owns all memory. Any thread.
 *
 * Resizing is by area average (box filter with exact fractional coverage at the borders): the only
 * filter that neither aliases when shrinking nor invents ringing; it is what the reference method
 * uses. When a side grows, the nearest source pixels are averaged by the same rule.
 */
#ifndef FRAME_CONVERT_H
#define FRAME_CONVERT_H

#include "base/error.h"

#include <stdint.h>

/* A rectangle in pixels of the picture it belongs to. */
struct rect {
    int x, y, width, height;
};

/* The region of interest in camera pixels: `units_relative` takes fractions 0..1, else pixels.
 * Rounds to whole pixels, clips nothing: ERROR_CONFIG when it leaves the picture or is smaller than
 * 16x16 px. */
MUST_CHECK bool roi_resolve(bool units_relative, double x, double y, double width, double height,
                            int camera_width, int camera_height, struct rect *ret_roi,
                            struct error *err);

/* Precomputed weights for one pair of sizes; create once, then nothing allocates. */
struct resizer;
struct resizer *resizer_create(int from_width, int from_height, int to_width, int to_height,
                               struct error *err);
void resizer_destroy(struct resizer *resizer);

/* `from` points at the first pixel of the region, rows `from_stride` bytes apart.
 * `ret_planes`: float [3][to_height][to_width], 0..1 (planar, as the network takes it). */
void resizer_to_planes(struct resizer *resizer, const uint8_t *from, int from_stride,
                       float *ret_planes);

/* Rounds to 8 bits: `ret_rgb` is packed RGB. */
void resizer_to_rgb(struct resizer *resizer, const uint8_t *from, int from_stride,
                    uint8_t *ret_rgb);

/* float planes [3][height][width] 0..1 → packed 8-bit RGB, clamped, rounded to nearest. */
void planes_to_rgb(const float *planes, int width, int height, uint8_t *ret_rgb);

void rgb_crop(const uint8_t *from, int from_width, struct rect region, uint8_t *ret_rgb);

#endif
