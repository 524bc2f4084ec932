/* A made floor for tests of leaks: uneven grey with joints, a red line, a white wall above and a
 * black corner. */
#ifndef TESTS_FLOOR_PICTURE_H
#define TESTS_FLOOR_PICTURE_H

#include "base/rng.h"
#include "light.h"

#include <math.h>

static inline void floor_pixel(int x, int y, int width, int height, struct rng *rng, float rgb[3])
{
    const float u = (float)x / (float)width, v = (float)y / (float)height;
    float value = 0.22f + 0.05f * sinf(9.0f * u + 4.0f * v) + 0.04f * sinf(31.0f * v - 12.0f * u);
    value *= (float)rng_uniform_between(rng, 0.92, 1.08);
    if (x % (width / 5) < 2 || y % (height / 4) < 2)
        value *= 0.5f;
    if (v < 0.2f)
        value = 0.8f;
    rgb[0] = value * 1.05f;
    rgb[1] = value;
    rgb[2] = value * 0.9f;
    if (fabsf(v - 0.3f - 0.3f * u) < 0.01f)
        rgb[1] = rgb[2] = 0.05f;
    if (u > 0.9f && v > 0.9f)
        rgb[0] = rgb[1] = rgb[2] = 0.0f;
}

static inline bool floor_picture(struct light *ret_light, int width, int height, struct error *err)
{
    if (!light_init(ret_light, width, height, err))
        return false;
    struct rng rng = rng_seeded(11, 0);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            floor_pixel(x, y, width, height, &rng,
                        ret_light->rgb + 3 * ((size_t)y * (size_t)width + (size_t)x));
    return true;
}

#endif
