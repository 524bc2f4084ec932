/* Drawing into 8-bit RGB pictures: colour maps, rectangles, side by side. Pure; any thread.
 *
 * The perceptually uniform map is "inferno" (van der Walt & Smith 2015), readable by colour-blind
 * people and in grey; jet on request.
 */
#ifndef FRAME_DRAW_H
#define FRAME_DRAW_H

#include "frame/convert.h"

#include <stdint.h>

/* In the order of the choices of `heatmap.colormap`. */
enum color_map { COLOR_MAP_INFERNO, COLOR_MAP_JET };

/* value 0..1, clamped; NaN is drawn as 0. */
void color_map_lookup(enum color_map map, float value, uint8_t ret_rgb[3]);

/* map[height][width] / full_scale → RGB of the same size. */
void draw_heat_map(const float *map, int width, int height, float full_scale, enum color_map colors,
                   uint8_t *ret_rgb);

/* All values of the map from left (0) to right (1), inside `bar`; clipped to the picture. */
void draw_color_bar(uint8_t *rgb, int width, int height, struct rect bar, enum color_map colors);

/* Outline, `thickness_px` inwards; clipped to the picture. */
void draw_rect(uint8_t *rgb, int width, int height, struct rect rect, int thickness_px,
               const uint8_t color[3]);

/* `count` boxes of a picture of `from_width` x `from_height` px, outlined so that they are seen on
 * any ground, in this smaller or larger copy of it; they leave what they frame free. */
void draw_marks(uint8_t *rgb, int width, int height, const struct rect *boxes, int count,
                int from_width, int from_height);

/* Copies a picture into another at (x, y), clipped. */
void draw_picture(uint8_t *rgb, int width, int height, const uint8_t *picture, int picture_width,
                  int picture_height, int x, int y);

#endif
