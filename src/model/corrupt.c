/* One training picture, spoiled: light → noise → target; target → regions → input and mask.
 *
 * Regions are laid over each other, each made from the clean target. A region's pixel is mixed with
 * what is there by opacity x edge, and counts in the mask even where the mixture happens to change
 * nothing. Two streams of random numbers: one for what stays in the target, one for what does not,
 * so that the light of a picture does not depend on how it is spoiled.
 */
#include "model/corrupt_parts.h"

#include "model/dataset.h"
#include "model/floats.h"
#include "model/random_streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 3, REGIONS_MAX = 4 };

static const double corrupted_share = 0.6, opacity_min = 0.15;
static const double edge_sharpest = 20.0; /* full opacity at 1/20 of the depth */

struct corrupter *corrupter_create(int width, int height, struct error *err)
{
    struct corrupter *corrupter = calloc(1, sizeof *corrupter);
    if (!corrupter) {
        error_set(err, ERROR_MEMORY, "no memory to vary training pictures");
        return NULL;
    }
    const size_t area = (size_t)width * (size_t)height;
    *corrupter = (struct corrupter){.width = width, .height = height, .area = area};
    corrupter->depth = floats_create(area, err);
    corrupter->field = corrupter->depth ? floats_create(area, err) : NULL;
    corrupter->texture = corrupter->field ? floats_create(CHANNELS * area, err) : NULL;
    if (corrupter->texture)
        return corrupter;
    corrupter_destroy(corrupter);
    return NULL;
}

void corrupter_destroy(struct corrupter *corrupter)
{
    if (!corrupter)
        return;
    floats_destroy(corrupter->depth);
    floats_destroy(corrupter->field);
    floats_destroy(corrupter->texture);
    free(corrupter);
}

static void lay_over(const struct corrupter *corrupter, struct rng *rng, struct box box,
                     const struct corrupted *pictures)
{
    const float opacity = between(rng, opacity_min, 1.0);
    const float sharpness = expf(between(rng, 0.0, log(edge_sharpest)));
    for (int y = box.y0; y < box.y1; y++)
        for (int x = box.x0; x < box.x1; x++) {
            const size_t at = (size_t)y * (size_t)corrupter->width + (size_t)x;
            if (!(corrupter->depth[at] > 0.0f))
                continue;
            const float share = opacity * clamp_unit(corrupter->depth[at] * sharpness);
            pictures->mask[at] = 1.0f;
            for (size_t c = 0; c < CHANNELS; c++) {
                float *value = &pictures->input[c * corrupter->area + at];
                const float texture = corrupter->texture[c * corrupter->area + at];
                *value = clamp_unit(*value + share * (texture - *value));
            }
        }
}

bool corrupter_apply(struct corrupter *corrupter, const struct corruption_source *source,
                     uint64_t seed, int epoch, size_t picture, const struct corrupted *ret_pictures)
{
    struct rng light = rng_seeded(seed, random_stream(RANDOM_LIGHT, epoch, picture));
    struct rng rng = rng_seeded(seed, random_stream(RANDOM_CORRUPTION, epoch, picture));
    float *target = ret_pictures->target;
    picture_to_planes(source->picture, corrupter->width, corrupter->height, target);
    corrupter_change_light(corrupter, &light, target);
    corrupter_add_noise(corrupter, &light, target);
    memcpy(ret_pictures->input, target, CHANNELS * corrupter->area * sizeof *target);
    memset(ret_pictures->mask, 0, corrupter->area * sizeof *ret_pictures->mask);
    if (rng_uniform(&rng) >= corrupted_share)
        return false;
    const int regions = whole_between(&rng, 1, REGIONS_MAX);
    for (int i = 0; i < regions; i++) {
        const struct box box = corrupter_draw_shape(corrupter, &rng);
        corrupter_draw_texture(corrupter, &rng, source, target, box);
        lay_over(corrupter, &rng, box, ret_pictures);
    }
    return true;
}
