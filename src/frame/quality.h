/* How good a picture is for watching: brightness, sharpness, and how much it differs from another.
 * Pure; any thread.
 *
 * Units: brightness and difference are means of 0..255; sharpness is the variance of the
 * 4-neighbour Laplacian of the luminance (Pech-Pacheco et al. 2000), comparable only between
 * pictures of one scene and size.
 */
#ifndef FRAME_QUALITY_H
#define FRAME_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

struct quality {
    double brightness;
    double sharpness;
};

struct quality quality_measure(const uint8_t *rgb, int width, int height);

/* Mean absolute difference over all bytes; 0 = identical. */
double quality_difference(const uint8_t *a, const uint8_t *b, int width, int height);

/* What deserves a word to the person who aims the camera; the same limits wherever pictures are
 * judged. */
bool quality_is_dark(struct quality quality); /* nearly black: the light is off, or a lens cap on */
bool quality_is_bright(struct quality quality); /* nearly white: nothing can be seen in it */
/* Much less sharp than another picture of the same scene and size. */
bool quality_is_blurred(struct quality quality, double sharpness_of_other);
/* So alike that a camera can not have taken both: its own noise is ten times that. */
bool quality_is_identical(double difference);

#endif
