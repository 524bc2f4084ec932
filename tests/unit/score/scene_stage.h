/* A bench (bench_picture.h) in front of a camera with noise: 8-bit pictures of it with a spot on
 * it, in other light, from elsewhere. Everything comes from the seed.
 */
#ifndef TESTS_SCENE_STAGE_H
#define TESTS_SCENE_STAGE_H

#include "base/rng.h"
#include "bench_picture.h"
#include "frame/convert.h"
#include "score/scene_normal.h"

#include <stdlib.h>

enum { STAGE_WIDTH = 192, STAGE_HEIGHT = 108, STAGE_PIXELS = STAGE_WIDTH * STAGE_HEIGHT };

struct staged {
    double noise; /* standard deviation, of 255 */
    double light; /* added to the logarithm everywhere, */
    double spot;  /* in `where` only */
    struct rect where;
    double right, down; /* px by which everything has moved */
};

struct stage {
    struct bench bench;
    struct rng rng;
    double right, down; /* of `luma` */
    float luma[STAGE_PIXELS];
    uint8_t rgb[3 * STAGE_PIXELS];
};

static inline struct scene_size stage_size(void)
{
    return scene_size_of(STAGE_WIDTH, STAGE_HEIGHT);
}

static inline struct stage *stage_create(uint64_t seed)
{
    struct stage *stage = malloc(sizeof *stage);
    if (!stage)
        abort();
    stage->bench = bench_make(stage_size(), seed);
    stage->rng = rng_seeded(seed, 1);
    stage->right = stage->down = 0.0;
    bench_paint(&stage->bench, stage_size(), 0.0, 0.0, stage->luma);
    return stage;
}

/* Sum of three: near enough to a normal deviate, and bounded. */
static inline double stage_deviate(struct rng *rng)
{
    double sum = 0.0;
    for (int i = 0; i < 3; i++)
        sum += rng_uniform_between(rng, -1.0, 1.0);
    return sum;
}

static inline uint8_t stage_level(double luma, double noise)
{
    double level = 255.0 * exp(luma) - 8.0 + noise;
    return (uint8_t)(level < 0.0 ? 0.0 : level > 255.0 ? 255.0 : level + 0.5);
}

static inline const uint8_t *stage_paint(struct stage *stage, struct staged how)
{
    if (how.right != stage->right || how.down != stage->down)
        bench_paint(&stage->bench, stage_size(), how.right, how.down, stage->luma);
    stage->right = how.right;
    stage->down = how.down;
    for (int y = 0; y < STAGE_HEIGHT; y++)
        for (int x = 0; x < STAGE_WIDTH; x++) {
            const size_t at = (size_t)y * STAGE_WIDTH + (size_t)x;
            const bool inside = x >= how.where.x && x < how.where.x + how.where.width &&
                                y >= how.where.y && y < how.where.y + how.where.height;
            double luma = (double)stage->luma[at] + how.light + (inside ? how.spot : 0.0);
            for (size_t k = 0; k < 3; k++)
                stage->rgb[3 * at + k] = stage_level(
                    luma, how.noise > 0.0 ? how.noise * stage_deviate(&stage->rng) : 0.0);
        }
    return stage->rgb;
}

/* What one would have learned of it: the picture without noise, the same spread everywhere. */
static inline struct scene_normal *stage_normal(struct stage *stage, float spread, float threshold)
{
    struct error err;
    struct scene_brightness brightness;
    struct scene_normal *normal = scene_normal_create(STAGE_WIDTH, STAGE_HEIGHT, &err);
    struct scene_view *view = scene_view_create(stage_size(), &err);
    if (!normal || !view)
        abort();
    scene_view_read(view, stage_paint(stage, (struct staged){0}), 3 * STAGE_WIDTH, normal->mean,
                    &brightness);
    scene_view_destroy(view);
    for (size_t i = 0; i < (size_t)MAP_COUNT * STAGE_PIXELS; i++)
        normal->spread[i] = spread;
    for (int map = 0; map < MAP_COUNT; map++) {
        normal->calm[map] = 0.6f;
        normal->threshold[map] = threshold;
    }
    normal->likeness = 0.95f;
    normal->sharpness_low = 0.95f;
    normal->brightness_low = 0.9f * brightness.mean;
    normal->brightness_high = 1.1f * brightness.mean;
    return normal;
}

#endif
