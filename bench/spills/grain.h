/* Noise of a camera, added to its 8-bit pictures.
 *
 * Ownership: grain_finish frees and takes a zeroed struct. One thread per grain.
 */
#ifndef SPILLS_GRAIN_H
#define SPILLS_GRAIN_H

#include "light.h"

struct grain {
    float *strip; /* normal deviates, correlated as by a mosaic's interpolation */
    int width;    /* px, of the widest picture */
};

MUST_CHECK bool grain_init(struct grain *grain, int width, struct error *err);
void grain_finish(struct grain *grain);

/* Adds noise of `sigma` (1/255) to packed sRGB, clamped. A function of (seed, size, sigma); sigma 0
 * leaves the picture as it is. */
void grain_add(const struct grain *grain, double sigma, uint64_t seed, uint8_t *rgb, int width,
               int height);

#endif
