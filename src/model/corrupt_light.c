/* What changes in a normal picture: light and noise.
 *
 * Gains multiply, as light does. Fields are smooth over the whole picture; a lit or shaded area has
 * one straight edge, or two parallel ones, and so always reaches the border: a network that has
 * seen these as normal does not call the sun a puddle. The surprising thing: the noise is a sum of
 * four bytes, not a true Gaussian. It differs in its tails only (none beyond 3.5 sigma), and costs
 * a twentieth.
 */
#include "model/corrupt_parts.h"

#include "model/smooth_field.h"

#include <math.h>

enum { CHANNELS = 3, FIELD_CELLS_MAX = 4 };

static const double field_share = 0.6, edge_share = 0.5, band_share = 0.3;
static const double strength_max = 0.3, tint_max = 0.04;
static const double noise_min = 2.0 / 255.0, noise_max = 8.0 / 255.0;

static void multiply(const struct corrupter *corrupter, struct rng *rng, float strength,
                     float *planes)
{
    const float *field = corrupter->field;
    for (size_t c = 0; c < CHANNELS; c++) {
        const float own = strength * (1.0f + between(rng, -tint_max, tint_max) * 4.0f);
        float *plane = planes + c * corrupter->area;
        for (size_t i = 0; i < corrupter->area; i++)
            plane[i] *= 1.0f + own * field[i];
    }
}

/* 1 beyond the edge (or between the two), 0 elsewhere, with a ramp as wide as `softness`. */
static void fill_edge(struct corrupter *corrupter, struct rng *rng)
{
    const float angle = between(rng, 0.0, 6.283185307179586);
    const float across_x = cosf(angle), across_y = sinf(angle);
    const float at_x = between(rng, 0.05, 0.95) * (float)corrupter->width;
    const float at_y = between(rng, 0.05, 0.95) * (float)corrupter->height;
    const float softness = expf(between(rng, log(0.7), log(30.0)));
    const bool band = rng_uniform(rng) < band_share;
    const float breadth = between(rng, 0.15, 0.6) * (float)corrupter->width;
    float *field = corrupter->field;
    for (int y = 0; y < corrupter->height; y++)
        for (int x = 0; x < corrupter->width; x++) {
            const float distance = ((float)x - at_x) * across_x + ((float)y - at_y) * across_y;
            float inside = clamp_unit(distance / softness + 0.5f);
            if (band)
                inside *= clamp_unit((breadth - distance) / softness + 0.5f);
            *field++ = inside;
        }
}

void corrupter_change_light(struct corrupter *corrupter, struct rng *rng, float *planes)
{
    if (rng_uniform(rng) < field_share) {
        const int cells_x = whole_between(rng, 1, FIELD_CELLS_MAX);
        const int cells_y = whole_between(rng, 1, FIELD_CELLS_MAX);
        smooth_field_fill(rng, cells_x, cells_y, corrupter->width, corrupter->height,
                          corrupter->field);
        multiply(corrupter, rng, between(rng, 0.0, strength_max), planes);
    }
    if (rng_uniform(rng) < edge_share) {
        fill_edge(corrupter, rng);
        multiply(corrupter, rng, between(rng, -strength_max, strength_max), planes);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        const float gain = 1.0f + between(rng, -tint_max, tint_max);
        float *plane = planes + c * corrupter->area;
        for (size_t i = 0; i < corrupter->area; i++)
            plane[i] *= gain;
    }
}

void corrupter_add_noise(const struct corrupter *corrupter, struct rng *rng, float *planes)
{
    /* Four bytes have the mean 510 and the variance 4 (256² - 1) / 12. */
    const float sigma = between(rng, noise_min, noise_max) / 147.8f;
    const size_t count = CHANNELS * corrupter->area;
    for (size_t i = 0; i < count; i += 2) {
        uint64_t bytes = rng_next(rng);
        bytes =
            (bytes & UINT64_C(0x00ff00ff00ff00ff)) + (bytes >> 8 & UINT64_C(0x00ff00ff00ff00ff));
        const uint32_t low = (uint32_t)bytes, high = (uint32_t)(bytes >> 32);
        planes[i] += sigma * ((float)((low & 0xffffu) + (low >> 16)) - 510.0f);
        planes[i + 1] += sigma * ((float)((high & 0xffffu) + (high >> 16)) - 510.0f);
    }
    for (size_t i = 0; i < count; i++)
        planes[i] = clamp_unit(planes[i]);
}
