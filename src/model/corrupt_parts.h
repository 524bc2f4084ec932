/* What the files of the corrupter share; nobody else includes this.
 *
 * A region lives in a box of the picture. Its shape is a *depth*: at most 0 outside, rising inwards
 * to at most 1; its texture is a colour for each pixel of the box. Both lie in planes of the
 * picture's size, so that a pixel has one index everywhere.
 */
#ifndef MODEL_CORRUPT_PARTS_H
#define MODEL_CORRUPT_PARTS_H

#include "base/rng.h"
#include "model/corrupt.h"

struct box {
    int x0, y0, x1, y1; /* px; x1 and y1 are outside */
};

struct corrupter {
    int width, height;
    size_t area;
    float *depth;   /* [height][width] */
    float *field;   /* [height][width], of the box or the picture, packed */
    float *texture; /* [3][height][width] */
};

/* A random shape into `depth`; returns its box, which is never empty. */
struct box corrupter_draw_shape(struct corrupter *corrupter, struct rng *rng);

/* A random texture into `texture`, for pixels of the box. */
void corrupter_draw_texture(struct corrupter *corrupter, struct rng *rng,
                            const struct corruption_source *source, const float *target,
                            struct box box);

/* Light and noise, in place. */
void corrupter_change_light(struct corrupter *corrupter, struct rng *rng, float *planes);
void corrupter_add_noise(const struct corrupter *corrupter, struct rng *rng, float *planes);

static inline float between(struct rng *rng, double low, double high)
{
    return (float)rng_uniform_between(rng, low, high);
}

static inline int whole_between(struct rng *rng, int low, int high)
{
    return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

static inline float clamp_unit(float value)
{
    return value < 0.0f ? 0.0f : value > 1.0f ? 1.0f : value;
}

#endif
