/* A leak from its settings to pixels: shape (front or drops) → surface at an age → light.
 *
 * Two things are solved at creation. The area: how far the front has to go (or how large the drops
 * are) so that the wanted number of pixels is covered by half or more. The contrast: the strength
 * of all optical effects together, by bisection of its logarithm, since contrast rises with
 * strength.
 */
#include "leak.h"

#include "leak_drops.h"
#include "leak_growth.h"
#include "leak_liquid.h"
#include "leak_optics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct leak {
    enum leak_kind kind;
    int width, height; /* of the frame */
    double grow_s;
    struct leak_curve curve;
    struct leak_front front; /* of all kinds but drops */
    struct leak_drops drops; /* of drops */
    double level;            /* cells of the front when fully grown */
    struct leak_patch patch; /* of either */
    struct front_edge edge;
    struct leak_optics optics;
    struct leak_cell *cells; /* [height][width] of the patch */
    float *rgb;              /* [h][w][3] of the patch's px */
    float *cover;            /* [h][w] */
    int area_px;
    double contrast;
};

static size_t patch_pixels(const struct leak *leak)
{
    return (size_t)leak->patch.rect.width * (size_t)leak->patch.rect.height;
}

static void render(struct leak *leak, float fraction)
{
    if (leak->kind == LEAK_DROPS)
        drops_render(&leak->drops, fraction, leak->cells);
    else
        front_render(&leak->front, leak->level * (double)fraction, leak->edge, leak->cells);
}

static int count_half_covered(const struct leak *leak)
{
    const struct leak_patch *patch = &leak->patch;
    const float half = 0.5f * (float)(patch->scale * patch->scale);
    int count = 0;
    for (int py = 0; py < patch->rect.height; py++) {
        for (int px = 0; px < patch->rect.width; px++) {
            float sum = 0.0f;
            for (int row = py * patch->scale; row < (py + 1) * patch->scale; row++)
                for (int column = px * patch->scale; column < (px + 1) * patch->scale; column++)
                    sum += leak->cells[(size_t)row * (size_t)patch->width + (size_t)column].cover;
            count += sum >= half;
        }
    }
    return count;
}

/* Bisects the size of drops or the level of the front; the count of pixels rises with either. */
static void solve_area(struct leak *leak, double area_px)
{
    const bool drops = leak->kind == LEAK_DROPS;
    const double cells = leak->patch.scale * leak->patch.scale;
    double low = drops ? 0.1 : 0.3 * area_px * cells;
    double high = drops ? (double)DROPS_SIZE_MAX : (double)leak->front.reached;
    double best = 0.0, best_miss = INFINITY;
    for (int step = 0; step < 16; step++) {
        const double middle = 0.5 * (low + high);
        leak->drops.size = (float)middle;
        leak->level = middle;
        render(leak, 1.0f);
        const int count = count_half_covered(leak);
        const double miss = fabs(count - area_px);
        if (miss < best_miss) {
            best_miss = miss;
            best = middle;
            leak->area_px = count;
        }
        if (count < area_px)
            low = middle;
        else
            high = middle;
    }
    leak->drops.size = (float)best;
    leak->level = best;
}

static double measure_contrast(struct leak *leak, const struct light *background)
{
    const struct optics_moment moment = {
        .cells = leak->cells, .frame = background, .age_s = (float)leak->grow_s};
    optics_compose(&leak->optics, &moment, leak->rgb, leak->cover);
    const struct rect *rect = &leak->patch.rect;
    const float floor = 0.004f;
    double sum = 0.0;
    size_t count = 0;
    for (int y = 0; y < rect->height; y++) {
        for (int x = 0; x < rect->width; x++) {
            const size_t pixel = (size_t)y * (size_t)rect->width + (size_t)x;
            if (leak->cover[pixel] < 0.5f)
                continue;
            const size_t at =
                (size_t)(rect->y + y) * (size_t)background->width + (size_t)(rect->x + x);
            for (int c = 0; c < 3; c++) {
                /* What a camera clips is no contrast. */
                const float with = fminf(leak->rgb[3 * pixel + (size_t)c], 1.0f);
                const float without = background->rgb[3 * at + (size_t)c];
                sum += fabs(log((double)((with + floor) / (without + floor))));
            }
            count += 3;
        }
    }
    return count ? sum / (double)count : 0.0;
}

static void solve_contrast(struct leak *leak, const struct light *background, double wanted)
{
    double low = log(0.004), high = log(30.0);
    render(leak, 1.0f);
    for (int step = 0; step < 12; step++) {
        const double middle = 0.5 * (low + high);
        leak->optics.strength = (float)exp(middle);
        leak->contrast = measure_contrast(leak, background);
        if (leak->contrast < wanted)
            low = middle;
        else
            high = middle;
    }
}

static bool check_settings(const struct leak_settings *settings, const struct light *background,
                           struct error *err)
{
    const struct rect *region = &settings->region;
    if (background->width < 64 || background->height < 64)
        return error_set(err, ERROR_USAGE,
                         "a picture of %dx%d px is too small for a leak; use 64x64",
                         background->width, background->height);
    if ((unsigned)settings->kind >= LEAK_KIND_COUNT ||
        (unsigned)settings->liquid >= LEAK_LIQUID_COUNT ||
        (unsigned)settings->growth >= LEAK_GROWTH_COUNT)
        return error_set(err, ERROR_USAGE, "no such leak: kind %d, liquid %d, growth %d",
                         (int)settings->kind, (int)settings->liquid, (int)settings->growth);
    if (!(settings->area_fraction >= 0.00002 && settings->area_fraction <= 0.2))
        return error_set(err, ERROR_USAGE, "a leak's area is %g of the frame; use 0.00002 to 0.2",
                         settings->area_fraction);
    if (!(settings->contrast >= 0.02 && settings->contrast <= 2.0))
        return error_set(err, ERROR_USAGE, "a leak's contrast is %g; use 0.02 to 2",
                         settings->contrast);
    if (!(settings->grow_s > 0.0 && settings->grow_s <= 1e6))
        return error_set(err, ERROR_USAGE, "a leak grows for %g s; use more than 0, up to 1e6",
                         settings->grow_s);
    if (!(settings->tilt == 0.0 || (settings->tilt >= 0.15 && settings->tilt <= 1.0)))
        return error_set(err, ERROR_USAGE, "a leak's tilt is %g; use 0.15 to 1, or 0 for 0.55",
                         settings->tilt);
    if (region->x < 0 || region->y < 0 || region->width < 0 || region->height < 0 ||
        region->width > background->width - region->x ||
        region->height > background->height - region->y)
        return error_set(err, ERROR_USAGE, "a leak's region %dx%d at (%d, %d) leaves the picture",
                         region->width, region->height, region->x, region->y);
    return true;
}

static struct leak_ground ground_of(const struct leak_settings *settings,
                                    const struct light *background)
{
    const int top = background->height / 3, aside = background->width / 24;
    const bool runs = settings->kind == LEAK_TRICKLE; /* down a wall, a pipe, a tank */
    const int below = runs ? background->height / 2 : background->height / 24;
    struct leak_ground ground = {
        .background = background,
        .region = settings->region,
        .tilt = settings->tilt > 0.0 ? (float)settings->tilt : 0.55f,
        .unit_px = fmaxf((float)background->height / 432.0f, 0.8f),
    };
    if (ground.region.width == 0 || ground.region.height == 0)
        ground.region = (struct rect){aside, top, background->width - 2 * aside,
                                      background->height - top - below};
    if (runs)
        ground.tilt = 1.0f;
    return ground;
}

static bool make_shape(struct leak *leak, const struct leak_ground *ground, double area_px,
                       struct rng *rng, struct error *err)
{
    bool made = false;
    if (leak->kind == LEAK_DROPS)
        made = drops_plan(&leak->drops, ground, area_px, rng, err);
    else if (leak->kind == LEAK_TRICKLE)
        made = trickle_shape(ground, area_px, rng, &leak->front, err);
    else if (leak->kind == LEAK_CRUST)
        made = crust_shape(ground, area_px, rng, &leak->front, err);
    else
        made = pool_shape(leak->kind, ground, area_px, rng, &leak->front, err);
    leak->patch = leak->kind == LEAK_DROPS ? leak->drops.patch : leak->front.patch;
    return made;
}

static bool make_buffers(struct leak *leak, struct error *err)
{
    const size_t cells = (size_t)leak->patch.width * (size_t)leak->patch.height;
    leak->cells = malloc(cells * sizeof *leak->cells);
    leak->rgb = malloc(patch_pixels(leak) * 3 * sizeof *leak->rgb);
    leak->cover = malloc(patch_pixels(leak) * sizeof *leak->cover);
    if (!leak->cells || !leak->rgb || !leak->cover)
        return error_set(err, ERROR_MEMORY, "no memory for a leak of %zu cells", cells);
    return true;
}

static bool make(struct leak *leak, const struct leak_settings *settings,
                 const struct light *background, struct error *err)
{
    const struct leak_ground ground = ground_of(settings, background);
    const double area_px = settings->area_fraction * background->width * background->height;
    struct rng rng = rng_seeded(settings->seed, (uint64_t)settings->kind);
    enum leak_growth growth = LEAK_GROWTH_LINEAR + rng_below(&rng, 3);
    enum leak_liquid liquid = leak_liquid_draw(settings->kind, &rng);
    if (settings->kind == LEAK_STAIN)
        growth = LEAK_GROWTH_SQRT;
    if (settings->growth != LEAK_GROWTH_SEEDED)
        growth = settings->growth;
    if (settings->liquid != LEAK_LIQUID_SEEDED)
        liquid = settings->liquid;
    growth_plan(&leak->curve, growth, &rng);
    if (!make_shape(leak, &ground, area_px, &rng, err) || !make_buffers(leak, err) ||
        !optics_init(&leak->optics, settings->kind, liquid, &ground, &leak->patch, area_px, &rng,
                     err))
        return false;
    leak->edge = optics_edge(&leak->optics);
    solve_area(leak, area_px);
    solve_contrast(leak, background, settings->contrast);
    return true;
}

struct leak *leak_create(const struct leak_settings *settings, const struct light *background,
                         struct error *err)
{
    if (!check_settings(settings, background, err))
        return NULL;
    struct leak *leak = calloc(1, sizeof *leak);
    if (!leak) {
        error_set(err, ERROR_MEMORY, "no memory for a leak");
        return NULL;
    }
    leak->kind = settings->kind;
    leak->width = background->width;
    leak->height = background->height;
    leak->grow_s = settings->grow_s;
    if (!make(leak, settings, background, err)) {
        leak_destroy(leak);
        return NULL;
    }
    return leak;
}

void leak_destroy(struct leak *leak)
{
    if (!leak)
        return;
    front_finish(&leak->front);
    optics_finish(&leak->optics);
    free(leak->cells);
    free(leak->rgb);
    free(leak->cover);
    free(leak);
}

void leak_draw(struct leak *leak, double age_s, struct light *frame, const float *occluder,
               float *ret_cover)
{
    const struct rect *rect = &leak->patch.rect;
    if (ret_cover)
        memset(ret_cover, 0, (size_t)leak->width * (size_t)leak->height * sizeof *ret_cover);
    const double time = age_s / leak->grow_s;
    const float fraction = growth_at(&leak->curve, time);
    if (!(fraction > 0.0f))
        return;
    render(leak, fraction);
    const double soon = growth_at(&leak->curve, time + 0.01);
    const struct optics_moment moment = {
        .cells = leak->cells,
        .frame = frame,
        .occluder = occluder,
        .age_s = (float)age_s,
        .flow = fminf((float)(soon - (double)fraction) * 60.0f, 1.0f),
    };
    optics_compose(&leak->optics, &moment, leak->rgb, leak->cover);
    for (int y = 0; y < rect->height; y++) {
        const size_t from = (size_t)y * (size_t)rect->width;
        const size_t to = (size_t)(rect->y + y) * (size_t)leak->width + (size_t)rect->x;
        memcpy(frame->rgb + 3 * to, leak->rgb + 3 * from, 3 * (size_t)rect->width * sizeof(float));
        if (ret_cover)
            memcpy(ret_cover + to, leak->cover + from, (size_t)rect->width * sizeof *ret_cover);
    }
}

int leak_area_px(const struct leak *leak)
{
    return leak->area_px;
}

double leak_contrast(const struct leak *leak)
{
    return leak->contrast;
}

struct rect leak_bounds(const struct leak *leak)
{
    return leak->patch.rect;
}

const char *leak_kind_name(enum leak_kind kind)
{
    static const char *const names[LEAK_KIND_COUNT] = {
        [LEAK_PUDDLE] = "puddle",   [LEAK_FILM] = "film",   [LEAK_DROPS] = "drops",
        [LEAK_TRICKLE] = "trickle", [LEAK_CRUST] = "crust", [LEAK_STAIN] = "stain",
    };
    return names[kind];
}
