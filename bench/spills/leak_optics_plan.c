/* What is decided once about the light on a leak: its kind's style, the liquid's dye, the lamps,
 * and what the ground looked like when it was dry.
 */
#include "leak_optics.h"

#include "leak_liquid.h"
#include "leak_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct optics_style styles[LEAK_KIND_COUNT] = {
    [LEAK_PUDDLE] = {.porosity = 0.40f,
                     .mirror = 1.7f,
                     .lamps = 1.0f,
                     .refraction_px = 2.5f,
                     .shift_px = 1.0f,
                     .meniscus = 0.10f,
                     .rim = 0.45f},
    [LEAK_FILM] = {.porosity = 0.60f,
                   .mirror = 2.0f,
                   .lamps = 0.8f,
                   .refraction_px = 1.2f,
                   .shift_px = 0.4f,
                   .meniscus = 0.06f,
                   .rim = 0.25f},
    [LEAK_DROPS] = {.porosity = 0.30f,
                    .mirror = 0.5f,
                    .lamps = 1.2f,
                    .refraction_px = 2.0f,
                    .shift_px = 0.5f,
                    .meniscus = 0.3f,
                    .rim = 0.6f},
    [LEAK_TRICKLE] = {.porosity = 0.40f,
                      .mirror = 0.6f,
                      .lamps = 0.35f,
                      .refraction_px = 1.5f,
                      .shift_px = 0.3f,
                      .meniscus = 0.08f,
                      .rim = 0.45f},
    [LEAK_CRUST] = {.rim = 0.28f, .meniscus = 0.08f, .opacity = 1.6f},
    [LEAK_STAIN] = {.porosity = 0.65f, .meniscus = 0.1f, .softness = 0.12f},
};

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* What white paper would be here: the luminance that 3 % of the samples exceed (paint, not lamps),
 * or where nothing white is in sight, a multiple of the ground's. */
static float find_white(const struct light *background)
{
    enum { SIDE = 32 };
    float values[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
        const int x = (i % SIDE * 2 + 1) * background->width / (2 * SIDE);
        const int y = (i / SIDE * 2 + 1) * background->height / (2 * SIDE);
        const size_t pixel = (size_t)y * (size_t)background->width + (size_t)x;
        values[i] = light_luminance(background->rgb + 3 * pixel);
    }
    qsort(values, SIDE * SIDE, sizeof *values, compare_floats);
    const float paint = values[SIDE * SIDE * 97 / 100], ground = values[SIDE * SIDE / 2];
    return fminf(fmaxf(fmaxf(paint, 3.5f * ground), 0.02f), 1.0f);
}

/* Averaged over 3x3 px: the noise of one picture must not be divided out of all others. */
static void fill_albedo(struct leak_optics *optics, const struct light *background)
{
    const struct rect *rect = &optics->patch.rect;
    for (int y = 0; y < rect->height; y++) {
        for (int x = 0; x < rect->width; x++) {
            float sum[3] = {0.0f};
            for (int i = 0; i < 9; i++) {
                const int column = rect->x + x + i % 3 - 1, row = rect->y + y + i / 3 - 1;
                float rgb[3];
                light_sample(background, (float)column, (float)row, rgb);
                for (int c = 0; c < 3; c++)
                    sum[c] += rgb[c];
            }
            float *albedo = optics->albedo + 3 * ((size_t)y * (size_t)rect->width + (size_t)x);
            for (int c = 0; c < 3; c++)
                albedo[c] = fminf(fmaxf(sum[c] / (9.0f * optics->white), 0.02f), 0.95f);
        }
    }
}

/* Pixels around the leak, on a grid of twice its rectangle. */
static void take_samples(struct leak_optics *optics, const struct light *background)
{
    const struct rect *rect = &optics->patch.rect;
    enum { SIDE = 11 };
    for (int i = 0; i < OPTICS_SAMPLES; i++) {
        int x = rect->x + rect->width / 2 + (i % SIDE - SIDE / 2) * (2 * rect->width + 40) / SIDE;
        int y = rect->y + rect->height / 2 + (i / SIDE - SIDE / 2) * (2 * rect->height + 40) / SIDE;
        x = x < 0 ? 0 : x >= background->width ? background->width - 1 : x;
        y = y < 0 ? 0 : y >= background->height ? background->height - 1 : y;
        optics->samples[i] = 3 * ((size_t)y * (size_t)background->width + (size_t)x);
        memcpy(optics->sampled[i], background->rgb + optics->samples[i], sizeof optics->sampled[i]);
    }
}

/* A dome shows a lamp where its slope is right, wherever it stands; a flat surface shows it at one
 * place, and at its rims. */
static void plan_lamps(struct leak_optics *optics, bool domes, struct rng *rng)
{
    const struct rect *rect = &optics->patch.rect;
    const float x = (float)rect->x + 0.5f * (float)rect->width;
    const float y = (float)rect->y + 0.5f * (float)rect->height;
    const float away = domes ? 6.0f * (float)(rect->width + rect->height) : optics->radius_px;
    optics->lamp_count = 1 + (int)rng_below(rng, OPTICS_LAMPS_MAX);
    for (int i = 0; i < optics->lamp_count; i++) {
        struct optics_lamp *lamp = &optics->lamps[i];
        const double angle = atan2((double)optics->light_y, (double)optics->light_x) +
                             (domes ? 0.35 : 1.6) * rng_uniform_between(rng, -1.0, 1.0);
        const float distance =
            away * (float)rng_uniform_between(rng, domes ? 0.45 : 0.1, domes ? 0.65 : 0.95);
        lamp->x = x + distance * (float)cos(angle);
        lamp->y = y + distance * (float)sin(angle) * (domes ? 1.0f : optics->tilt);
        lamp->px_per_slope = away;
        const float size =
            domes ? 0.13f * away : fminf(0.045f * away + 0.25f, 1.3f * optics->unit_px);
        lamp->across_px = size * (float)rng_uniform_between(rng, 0.7, 1.3);
        lamp->along_px = lamp->across_px * (float)rng_uniform_between(rng, 1.0, domes ? 1.3 : 3.5);
        const double turn = rng_uniform_between(rng, -0.5, 0.5);
        lamp->cosine = (float)cos(turn);
        lamp->sine = (float)sin(turn);
        lamp->brightness = (float)rng_uniform_between(rng, 0.5, 1.4) / (i ? 2.0f : 1.0f);
        lamp->phase = (float)rng_uniform_between(rng, 0.0, 6.2832);
    }
}

static void plan_ripples(struct leak_optics *optics, struct rng *rng)
{
    for (int i = 0; i < OPTICS_RIPPLES; i++) {
        const double angle = rng_uniform_between(rng, 0.0, 6.2832);
        const double per_px = rng_uniform_between(rng, 0.25, 0.7) / (double)optics->unit_px;
        optics->ripples[i].x = (float)(per_px * cos(angle));
        optics->ripples[i].y = (float)(per_px * sin(angle)) / optics->tilt;
        optics->ripples[i].rate = (float)rng_uniform_between(rng, 1.0, 4.0);
        optics->ripples[i].phase = (float)rng_uniform_between(rng, 0.0, 6.2832);
    }
}

static void fill_texture(struct leak_optics *optics)
{
    const struct leak_patch *patch = &optics->patch;
    const float wave = fmaxf(0.10f * optics->radius_px, 0.9f * optics->unit_px);
    for (int row = 0; row < patch->height; row++) {
        const float v = leak_patch_y(patch, row) / (wave * optics->tilt);
        for (int column = 0; column < patch->width; column++)
            optics->texture[row * patch->width + column] =
                noise_fractal(optics->seed, 3, leak_patch_x(patch, column) / wave, v);
    }
}

static bool allocate(struct leak_optics *optics, struct error *err)
{
    const struct leak_patch *patch = &optics->patch;
    const size_t pixels = (size_t)patch->rect.width * (size_t)patch->rect.height;
    const size_t cells = (size_t)patch->width * (size_t)patch->height;
    optics->albedo = malloc(3 * pixels * sizeof *optics->albedo);
    optics->texture = malloc(cells * sizeof *optics->texture);
    if (optics->albedo && optics->texture)
        return true;
    optics_finish(optics);
    return error_set(err, ERROR_MEMORY, "no memory for the light on a leak of %dx%d px",
                     patch->rect.width, patch->rect.height);
}

bool optics_init(struct leak_optics *ret_optics, enum leak_kind kind, enum leak_liquid liquid,
                 const struct leak_ground *ground, const struct leak_patch *patch, double area_px,
                 struct rng *rng, struct error *err)
{
    struct leak_optics optics = {.style = styles[kind],
                                 .patch = *patch,
                                 .strength = 1.0f,
                                 .radius_px = leak_radius_px(area_px, ground->tilt),
                                 .unit_px = ground->unit_px,
                                 .tilt = ground->tilt};
    if (!allocate(&optics, err))
        return false;
    const struct leak_dye *dye = leak_dye_of(liquid);
    memcpy(optics.absorption, dye->absorption, sizeof optics.absorption);
    for (int c = 0; c < 3 && kind == LEAK_STAIN; c++) /* what pores hold is little and dirty */
        optics.absorption[c] = 0.12f + 0.3f * optics.absorption[c];
    memcpy(optics.body, kind == LEAK_CRUST ? dye->salt : dye->body, sizeof optics.body);
    optics.fresnel = 0.02f + 0.98f * powf(1.0f - fminf(ground->tilt, 1.0f), 5.0f);
    /* Light comes from above, but a line that runs down is lit from its side. */
    const double angle = rng_uniform_between(rng, -2.6, -0.5) + (kind == LEAK_TRICKLE ? 1.55 : 0.0);
    optics.light_x = (float)cos(angle);
    optics.light_y = (float)sin(angle);
    optics.pivot_y = (float)patch->rect.y -
                     (float)rng_uniform_between(rng, 0.0, 0.3) * (float)ground->background->height;
    optics.white = find_white(ground->background);
    optics.seed = (uint32_t)rng_next(rng);
    plan_lamps(&optics, kind == LEAK_DROPS || kind == LEAK_TRICKLE, rng);
    plan_ripples(&optics, rng);
    fill_albedo(&optics, ground->background);
    fill_texture(&optics);
    take_samples(&optics, ground->background);
    *ret_optics = optics;
    return true;
}

void optics_finish(struct leak_optics *optics)
{
    free(optics->albedo);
    free(optics->texture);
    *optics = (struct leak_optics){0};
}

struct front_edge optics_edge(const struct leak_optics *optics)
{
    const float widest = 2.5f * optics->unit_px;
    return (struct front_edge){
        .meniscus_px = fminf(fmaxf(optics->style.meniscus * optics->radius_px, 0.35f), widest),
        .bank_px = fmaxf(0.4f * optics->radius_px, 0.5f),
        .softness_px = fminf(optics->style.softness * optics->radius_px, 3.5f * optics->unit_px),
    };
}
