/* How good a picture is for watching: brightness, sharpness, and how much it differs from another.
 * Pure; any thread.
 *
 * Units: brightness and difference are means of 0..255; sharpness is the variance of the
 * 4-neighbour Laplacian of the luminance (Pech-Pacheco et al. 2000), comparable only between
 * pictures of one scene and size.
 */
#ifndef FRAME_QUALITY_H
#define FRAME_QUALITY_H

#include <stdint.h>

struct quality {
    double brightness;
    double sharpness;
};

struct quality quality_measure(const uint8_t *rgb, int width, int height);

/* Mean absolute difference over all bytes; 0 = identical. */
double quality_difference(const uint8_t *a, const uint8_t *b, int width, int height);

#endif
