/* Puddles, films and stains: a front that spreads from a point over uneven ground, downhill faster
 * than uphill, with further sources that come later (drips beside it) and merge with it.
 *
 * The unevenness is what makes the outline: large waves make lobes, small ones ragged edges. A grid
 * that turns out too small is made again, larger: a front must end where it ends, not at our
 * border.
 */
#include "leak_shape.h"

#include "leak_noise.h"
#include "leak_site.h"

#include <math.h>

enum { TRIES = 4, LOBES_MAX = 4 };

/* The character of the outline. */
struct pool_style {
    float roughness, wave, downhill; /* of the slowness' logarithm; in radii */
    float unevenness;                /* of the bed */
    int octaves;
};

static struct pool_style pool_style_of(enum leak_kind kind)
{
    if (kind == LEAK_FILM)
        return (struct pool_style){1.0f, 0.9f, 0.35f, 0.55f, 4};
    if (kind == LEAK_STAIN)
        return (struct pool_style){0.8f, 0.7f, 0.1f, 0.3f, 4};
    return (struct pool_style){0.85f, 1.1f, 0.25f, 0.35f, 3};
}

float leak_radius_px(double area_px, float tilt)
{
    return (float)sqrt(area_px / (3.14159265 * (double)tilt));
}

int leak_scale_for(double area_px)
{
    const int scale = (int)ceil(sqrt(2000.0 / area_px));
    return scale < 1 ? 1 : scale > 6 ? 6 : scale;
}

struct rect leak_reach(const struct light *background, int x, int y, double side_px, double up_px,
                       double down_px)
{
    const int left = (int)fmax(x - side_px, 0.0), top = (int)fmax(y - up_px, 0.0);
    const int right = (int)fmin(x + side_px, background->width - 1);
    const int bottom = (int)fmin(y + down_px, background->height - 1);
    return (struct rect){left, top, right - left + 1, bottom - top + 1};
}

static void uneven_ground(struct leak_march *march, struct pool_style style, float wave_px,
                          uint32_t seed)
{
    const struct leak_patch *patch = &march->patch;
    for (int row = 0; row < patch->height; row++) {
        const float v = leak_patch_y(patch, row) / (wave_px * march->tilt);
        for (int column = 0; column < patch->width; column++) {
            const float u = leak_patch_x(patch, column) / wave_px;
            march->slowness[row * patch->width + column] =
                expf(style.roughness * noise_fractal(seed, style.octaves, u, v));
        }
    }
}

/* Did the front come to a border of the grid that is none of the picture? */
static bool ran_out(const struct leak_march *march, const struct light *background)
{
    const struct leak_patch *patch = &march->patch;
    const struct rect *rect = &patch->rect;
    const int last_row = patch->height - 1, last_column = patch->width - 1;
    bool out = false;
    for (int x = 0; x < patch->width; x++) {
        out |= rect->y > 0 && isfinite(march->arrival[x]);
        out |= rect->y + rect->height < background->height &&
               isfinite(march->arrival[last_row * patch->width + x]);
    }
    for (int y = 0; y < patch->height; y++) {
        out |= rect->x > 0 && isfinite(march->arrival[y * patch->width]);
        out |= rect->x + rect->width < background->width &&
               isfinite(march->arrival[y * patch->width + last_column]);
    }
    return out;
}

struct lobe {
    float x, y; /* px of the frame */
    float at;   /* px of travel on flat ground */
};

static int draw_lobes(struct lobe *lobes, float x, float y, float radius, float tilt,
                      struct rng *rng)
{
    const int count = 1 + (int)rng_below(rng, LOBES_MAX);
    lobes[0] = (struct lobe){x, y, 0.0f};
    for (int i = 1; i < count; i++) {
        const double angle = rng_uniform_between(rng, 0.0, 6.2832);
        const double away = radius * rng_uniform_between(rng, 0.5, 1.4);
        lobes[i].x = x + (float)(away * cos(angle));
        lobes[i].y = y + tilt * (float)(away * sin(angle));
        lobes[i].at = radius * (float)rng_uniform_between(rng, 0.2, 0.8);
    }
    return count;
}

static bool spread(const struct leak_ground *ground, struct leak_march *march,
                   struct pool_style style, const struct lobe *lobes, int lobe_count, float radius,
                   double area_px, uint32_t seed)
{
    const struct leak_patch *patch = &march->patch;
    march->tilt = ground->tilt;
    march->downhill = style.downhill;
    uneven_ground(march, style, fmaxf(style.wave * radius, 2.5f), seed);
    site_shape_ground(ground->background, march);
    for (int i = 0; i < lobe_count; i++) {
        const int column = (int)((lobes[i].x - (float)patch->rect.x + 0.5f) * (float)patch->scale);
        const int row = (int)((lobes[i].y - (float)patch->rect.y + 0.5f) * (float)patch->scale);
        march_seed(march, column, row, lobes[i].at * (float)patch->scale);
    }
    march_run(march, (size_t)(1.5 * area_px * patch->scale * patch->scale) + 40);
    return !ran_out(march, ground->background);
}

bool pool_shape(enum leak_kind kind, const struct leak_ground *ground, double area_px,
                struct rng *rng, struct leak_front *ret_front, struct error *err)
{
    const struct pool_style style = pool_style_of(kind);
    const float radius = leak_radius_px(area_px, ground->tilt);
    int x = 0, y = 0;
    if (!site_choose(ground->background, ground->region, radius, rng, &x, &y, err))
        return false;
    struct lobe lobes[LOBES_MAX];
    const int lobe_count = draw_lobes(lobes, (float)x, (float)y, radius, ground->tilt, rng);
    const uint32_t seed = (uint32_t)rng_next(rng);
    double reach = 3.0 * radius + 4.0;
    for (int attempt = 1;; attempt++) {
        const struct rect rect = leak_reach(ground->background, x, y, reach, reach * ground->tilt,
                                            1.4 * reach * ground->tilt);
        struct leak_march march;
        if (!march_init(&march, leak_patch_of(rect, leak_scale_for(area_px)), err))
            return false;
        const bool fits = spread(ground, &march, style, lobes, lobe_count, radius, area_px, seed);
        bool made = false;
        if (fits || attempt == TRIES)
            made = front_init(ret_front, &march, seed + 1, style.unevenness,
                              fmaxf(0.8f * radius, 2.0f), err);
        march_finish(&march);
        if (fits || attempt == TRIES)
            return made;
        reach *= 1.7;
    }
}
