/* Sensor noise from one precomputed strip of normal deviates: each row starts somewhere else in it
 * in each frame, which nobody can tell from fresh noise and which costs a tenth.
 *
 * A row and its neighbour on the strip share no start, but two frames of long sequences may share
 * one for a row; the strip is long enough that this is rare.
 */
#include "grain.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

enum { STRIP_SIZE = 1 << 18 };

bool grain_init(struct grain *grain, int width, struct error *err)
{
    const size_t count = STRIP_SIZE + 3 * (size_t)width;
    *grain = (struct grain){.width = width, .strip = malloc(count * sizeof *grain->strip)};
    if (!grain->strip)
        return error_set(err, ERROR_MEMORY, "no memory for noise");
    struct rng rng = rng_seeded(0x9a1, 0x57219);
    for (size_t i = 0; i < count; i++)
        grain->strip[i] = (float)rng_normal(&rng);
    /* Colours of one pixel and of its neighbour (3 further) share a part of their noise. */
    for (size_t i = 0; i + 3 < count; i++)
        grain->strip[i] = (grain->strip[i] + 0.4f * grain->strip[i + 3]) / sqrtf(1.16f);
    return true;
}

void grain_finish(struct grain *grain)
{
    free(grain->strip);
    *grain = (struct grain){0};
}

void grain_add(const struct grain *grain, double sigma, uint64_t seed, uint8_t *rgb, int width,
               int height)
{
    if (sigma <= 0.0)
        return;
    struct rng rng = rng_seeded(seed, 0x9a1);
    const float scale = (float)sigma;
    for (int y = 0; y < height; y++) {
        const float *strip = grain->strip + (rng_next(&rng) & (STRIP_SIZE - 1));
        uint8_t *row = rgb + 3 * (size_t)y * (size_t)width;
        for (int i = 0; i < 3 * width; i++) {
            const float value = (float)row[i] + scale * strip[i] + 0.5f;
            row[i] = (uint8_t)(value < 0.0f ? 0.0f : value > 255.0f ? 255.0f : value);
        }
    }
}
