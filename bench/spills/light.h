/* A picture in linear light, in which leaks, lamps and shadows multiply as they do in the world.
 *
 * Shapes and units: interleaved RGB, rows packed, top row first; 0 = black, 1 = the white of 8-bit
 * sRGB. Values above 1 are allowed (highlights) and clip on the way back. Ownership: the struct is
 * the caller's; light_finish frees the pixels and takes a zeroed one. No hidden state; any thread.
 *
 * Source of the transfer curve: IEC 61966-2-1 (sRGB).
 */
#ifndef SPILLS_LIGHT_H
#define SPILLS_LIGHT_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct light {
    int width, height; /* px */
    float *rgb;
};

/* Black. Sides within 2..16384 px, or ERROR_USAGE; ERROR_MEMORY. */
MUST_CHECK bool light_init(struct light *ret_light, int width, int height, struct error *err);
void light_finish(struct light *light);

/* From and to packed 8-bit sRGB of the same size. To: clamped, rounded to nearest, NaN becomes 0;
 * from and back gives the same bytes. */
void light_from_rgb(struct light *light, const uint8_t *rgb);
void light_to_rgb(const struct light *light, uint8_t *ret_rgb);

/* Sizes must be equal. */
void light_copy(struct light *to, const struct light *from);

/* Bilinear; positions in px, pixel centres at whole numbers, clamped to the borders. */
void light_sample(const struct light *light, float x, float y, float ret_rgb[3]);

/* Relative luminance (Rec. 709) of one pixel. */
static inline float light_luminance(const float rgb[3])
{
    return 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2];
}

#endif
