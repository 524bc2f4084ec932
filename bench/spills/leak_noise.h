/* Seeded gradient noise: the unevenness of floors, outlines and crusts. Pure; any thread.
 *
 * Source: Perlin, "Improving noise", SIGGRAPH 2002 (the fade curve), with a hash instead of a
 * table.
 */
#ifndef SPILLS_LEAK_NOISE_H
#define SPILLS_LEAK_NOISE_H

#include <stdint.h>

/* About -1..1, mean 0, wavelength 1. */
float noise_at(uint32_t seed, float x, float y);

/* `octaves` of it, each with half the wavelength and half the height of the one before. */
float noise_fractal(uint32_t seed, int octaves, float x, float y);

#endif
