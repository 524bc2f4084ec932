/* Crusts: salt creeps out of a crack in branches, and fills what is between them later.
 *
 * The branches are random walks that fork; the way along a branch is quick and the way aside slow,
 * so a march with all branches as sources gives needles first and a cauliflower at last.
 */
#include "leak_shape.h"

#include "leak_noise.h"
#include "leak_site.h"

#include <math.h>

enum { TWIGS_MAX = 600, TWIG_STEPS_MAX = 4000 };

struct twig {
    float x, y; /* cells, with tilt 1 */
    float angle, length, at;
};

static void uneven_ground(struct leak_march *march, float wave_cells, uint32_t seed)
{
    const struct leak_patch *patch = &march->patch;
    for (int row = 0; row < patch->height; row++) {
        const float v = (float)row / (wave_cells * march->tilt);
        for (int column = 0; column < patch->width; column++) {
            const float u = (float)column / wave_cells;
            march->slowness[row * patch->width + column] =
                7.0f * expf(1.3f * noise_fractal(seed, 4, u, v));
        }
    }
}

static void fork_twig(struct twig *twigs, int *count, const struct twig *from, float left,
                      struct rng *rng)
{
    if (*count == TWIGS_MAX)
        return;
    const float side = rng_uniform(rng) < 0.5 ? -1.0f : 1.0f;
    const float turn = side * (float)rng_uniform_between(rng, 0.5, 1.1);
    const float length = left * (float)rng_uniform_between(rng, 0.35, 0.8);
    twigs[(*count)++] = (struct twig){from->x, from->y, from->angle + turn, length, from->at};
}

/* Walks one twig to its end; its forks are put at the end of the list. */
static void grow_twig(struct leak_march *march, struct twig *twigs, int *count, struct twig twig,
                      float fork_every, struct rng *rng)
{
    const float end = twig.at + twig.length;
    for (int step = 0; step < TWIG_STEPS_MAX && twig.at < end; step++) {
        march_seed(march, (int)twig.x, (int)(twig.y * march->tilt), twig.at);
        twig.angle += 0.22f * (float)rng_normal(rng);
        twig.x += 0.7f * cosf(twig.angle);
        twig.y += 0.7f * sinf(twig.angle);
        twig.at += 0.7f;
        if (rng_uniform(rng) < 0.7 / fork_every)
            fork_twig(twigs, count, &twig, end - twig.at, rng);
    }
}

static void grow_tree(struct leak_march *march, float x, float y, float radius, struct rng *rng)
{
    static const float turn = 6.2831853f;
    struct twig twigs[TWIGS_MAX];
    int count = 0;
    const int arms = 5 + (int)rng_below(rng, 5);
    const float first = turn * (float)rng_uniform(rng);
    for (int arm = 0; arm < arms; arm++) {
        const float jitter = (float)rng_uniform_between(rng, -0.3, 0.3);
        const float length = radius * (float)rng_uniform_between(rng, 0.9, 2.2);
        twigs[count++] = (struct twig){
            x, y / march->tilt, first + turn * ((float)arm + jitter) / (float)arms, length, 0.0f};
    }
    const float fork_every = fmaxf(0.28f * radius, 2.5f);
    for (int i = 0; i < count; i++)
        grow_twig(march, twigs, &count, twigs[i], fork_every, rng);
}

bool crust_shape(const struct leak_ground *ground, double area_px, struct rng *rng,
                 struct leak_front *ret_front, struct error *err)
{
    const float radius = leak_radius_px(area_px, ground->tilt);
    int x = 0, y = 0;
    if (!site_choose(ground->background, ground->region, radius, rng, &x, &y, err))
        return false;
    const double reach = 5.0 * radius + 4.0;
    const struct rect rect =
        leak_reach(ground->background, x, y, reach, reach * ground->tilt, reach * ground->tilt);
    const int scale = leak_scale_for(area_px);
    struct leak_march march;
    if (!march_init(&march, leak_patch_of(rect, scale), err))
        return false;
    march.tilt = ground->tilt;
    const uint32_t seed = (uint32_t)rng_next(rng);
    uneven_ground(&march, fmaxf(0.35f * radius * (float)scale, 3.0f), seed);
    grow_tree(&march, ((float)(x - rect.x) + 0.5f) * (float)scale,
              ((float)(y - rect.y) + 0.5f) * (float)scale, radius * (float)scale, rng);
    march_run(&march, (size_t)(1.5 * area_px * scale * scale) + 40);
    const bool made =
        front_init(ret_front, &march, seed + 1, 0.8f, fmaxf(0.12f * radius, 1.2f), err);
    march_finish(&march);
    return made;
}
