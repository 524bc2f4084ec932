/* Light in and on a leak, evaluated for each cell that it covers and averaged over the pixel.
 *
 * All that the ground sends is a factor on the frame's own pixels, so shadows and lamps that change
 * act on the leak too. What the leak adds (mirrored light, glints) is taken from the same frame, or
 * follows the frame's brightness around the leak, relative to the background that was quiet.
 */
#include "leak_optics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* How bright the light is now, per channel: the median, so that somebody who walks by counts for
 * nothing. */
static void measure_gain(const struct leak_optics *optics, const struct light *frame,
                         float ret_gain[3])
{
    for (int c = 0; c < 3; c++) {
        float ratios[OPTICS_SAMPLES];
        for (int i = 0; i < OPTICS_SAMPLES; i++)
            ratios[i] = (fmaxf(frame->rgb[optics->samples[i] + (size_t)c], 0.0f) + 0.004f) /
                        (optics->sampled[i][c] + 0.004f);
        qsort(ratios, OPTICS_SAMPLES, sizeof *ratios, compare_floats);
        ret_gain[c] = ratios[OPTICS_SAMPLES / 2];
    }
}

/* A camera clips what is brighter than white; its mirror image in a dark liquid shows that it was.
 */
static float unclipped(float value)
{
    return value > 0.8f ? value + 8.0f * (value - 0.8f) : value;
}

/* What lies above, upside down, blurred mostly up and down; beyond the picture's upper border is a
 * ceiling, which is as bright as half of the scene's white. */
static void mirror_at(const struct leak_optics *optics, const struct light *frame, float x, float y,
                      const float gain[3], float ret_rgb[3])
{
    static const float weights[9] = {0.04f, 0.08f, 0.12f, 0.16f, 0.20f, 0.16f, 0.12f, 0.08f, 0.04f};
    static const float aside[9] = {-1.0f, 2.0f, -3.0f, 4.0f, 0.0f, -4.0f, 3.0f, -2.0f, 1.0f};
    ret_rgb[0] = ret_rgb[1] = ret_rgb[2] = 0.0f;
    for (int i = 0; i < 9; i++) {
        float rgb[3];
        const float row = 2.0f * optics->pivot_y - y + 2.5f * (float)(i - 4) * optics->unit_px;
        light_sample(frame, x + 1.3f * aside[i] * optics->unit_px, row, rgb);
        const float ceiling = fminf(fmaxf(-0.1f * row, 0.0f), 1.0f);
        for (int c = 0; c < 3; c++) {
            const float seen = unclipped(rgb[c]);
            const float above = 0.5f * optics->white * gain[c];
            ret_rgb[c] += weights[i] * (seen + ceiling * (above - seen));
        }
    }
}

static float glints(const struct leak_optics *optics, float age_s, float x, float y, float slope_x,
                    float slope_y)
{
    float sum = 0.0f;
    for (int i = 0; i < optics->lamp_count; i++) {
        const struct optics_lamp *lamp = &optics->lamps[i];
        const float dx = slope_x * lamp->px_per_slope + lamp->x - x;
        const float dy = slope_y * lamp->px_per_slope + (lamp->y - y) / optics->tilt;
        const float along = (dx * lamp->cosine + dy * lamp->sine) / lamp->along_px;
        const float across = (dy * lamp->cosine - dx * lamp->sine) / lamp->across_px;
        const float distance = along * along + across * across;
        if (distance < 9.0f)
            sum += lamp->brightness * expf(-distance) *
                   (1.0f + 0.06f * sinf(9.0f * age_s + lamp->phase));
    }
    return sum;
}

static void add_ripples(const struct leak_optics *optics, const struct optics_moment *moment,
                        float x, float y, float *slope_x, float *slope_y)
{
    const float height = 0.008f + 0.03f * moment->flow;
    for (int i = 0; i < OPTICS_RIPPLES; i++) {
        const struct optics_ripple *ripple = &optics->ripples[i];
        const float wave = height * cosf(ripple->x * x + ripple->y * y +
                                         ripple->rate * moment->age_s + ripple->phase);
        const float length = sqrtf(ripple->x * ripple->x + ripple->y * ripple->y);
        *slope_x += wave * ripple->x / length;
        *slope_y += wave * ripple->y / length;
    }
}

/* What one cell needs to know besides itself. */
struct place {
    const struct leak_optics *optics;
    const struct optics_moment *moment;
    const float *gain;   /* [3] */
    const float *albedo; /* [3] */
    const float *dry;    /* [3], the frame's pixel */
    const float *mirror; /* [3] */
    float x, y;          /* px, of the pixel */
    float cell_x, cell_y;
};

static void liquid_light(const struct place *place, const struct leak_cell *cell, float ret_rgb[3])
{
    const struct leak_optics *optics = place->optics;
    const struct optics_style *style = &optics->style;
    const float part = fminf(optics->strength, 1.0f);
    float slope_x = cell->slope_x, slope_y = cell->slope_y;
    const float bright = slope_x * optics->light_x + slope_y * optics->light_y;
    const float soaked = optics->strength > 1.0f ? 1.0f + 0.15f * logf(optics->strength) : part;
    const float rim = 1.0f + soaked * style->rim * bright;
    const float bend = part * style->refraction_px * optics->unit_px;
    const float shift = part * style->shift_px * optics->unit_px * cell->depth;
    float ground[3] = {place->dry[0], place->dry[1], place->dry[2]};
    if (bend > 0.0f)
        light_sample(place->moment->frame, place->x + bend * slope_x,
                     place->y + bend * slope_y + shift, ground);
    float shine = 0.0f;
    if (style->lamps > 0.0f) {
        add_ripples(optics, place->moment, place->cell_x, place->cell_y, &slope_x, &slope_y);
        shine =
            sqrtf(part) * style->lamps * optics->white *
            glints(optics, place->moment->age_s, place->cell_x, place->cell_y, slope_x, slope_y);
    }
    const float fresnel = fminf(part * style->mirror * optics->fresnel, 0.6f);
    const float pores =
        fminf(soaked * style->porosity, 0.85f) * fminf(0.4f + 0.6f * cell->depth, 1.0f);
    for (int c = 0; c < 3; c++) {
        const float albedo = place->albedo[c];
        const float wet = (1.0f - pores) / (1.0f - pores * albedo);
        const float pass = expf(-optics->strength * optics->absorption[c] * cell->depth);
        const float body = (1.0f - pass) * optics->body[c] / albedo;
        ret_rgb[c] = (1.0f - fresnel) * ground[c] * (wet * pass * rim + body) +
                     fresnel * place->mirror[c] + shine * place->gain[c];
    }
}

static void crust_light(const struct place *place, const struct leak_cell *cell, float texture,
                        float ret_rgb[3])
{
    const struct leak_optics *optics = place->optics;
    const struct optics_style *style = &optics->style;
    const float thick = optics->strength * style->opacity * cell->depth * (1.0f + 0.5f * texture);
    const float hidden = 1.0f - expf(-fmaxf(thick, 0.0f));
    /* Slopes are uphill: what rises away from the light is lit. */
    const float slope = cell->slope_x * optics->light_x + cell->slope_y * optics->light_y;
    const float shade = 1.0f - style->rim * slope + 0.28f * texture;
    for (int c = 0; c < 3; c++) {
        const float salt = optics->body[c] * fmaxf(shade, 0.2f) / place->albedo[c];
        ret_rgb[c] = place->dry[c] * (1.0f + hidden * (salt - 1.0f));
    }
}

/* Sums the change of one pixel over its cells; returns the cover. */
static float pixel_change(const struct place *pixel, int px, int py, float ret_change[3])
{
    const struct leak_patch *patch = &pixel->optics->patch;
    struct place place = *pixel;
    float cover = 0.0f;
    ret_change[0] = ret_change[1] = ret_change[2] = 0.0f;
    for (int row = py * patch->scale; row < (py + 1) * patch->scale; row++) {
        for (int column = px * patch->scale; column < (px + 1) * patch->scale; column++) {
            const size_t index = (size_t)row * (size_t)patch->width + (size_t)column;
            const struct leak_cell *cell = &pixel->moment->cells[index];
            if (!(cell->cover > 0.0f))
                continue;
            place.cell_x = leak_patch_x(patch, column);
            place.cell_y = leak_patch_y(patch, row);
            float rgb[3];
            if (pixel->optics->style.opacity > 0.0f)
                crust_light(&place, cell, pixel->optics->texture[index], rgb);
            else
                liquid_light(&place, cell, rgb);
            for (int c = 0; c < 3; c++)
                ret_change[c] += cell->cover * (rgb[c] - place.dry[c]);
            cover += cell->cover;
        }
    }
    return cover;
}

static bool is_covered(const struct leak_patch *patch, const struct leak_cell *cells, int px,
                       int py)
{
    for (int row = py * patch->scale; row < (py + 1) * patch->scale; row++)
        for (int column = px * patch->scale; column < (px + 1) * patch->scale; column++)
            if (cells[(size_t)row * (size_t)patch->width + (size_t)column].cover > 0.0f)
                return true;
    return false;
}

void optics_compose(const struct leak_optics *optics, const struct optics_moment *moment,
                    float *ret_rgb, float *ret_cover)
{
    const struct leak_patch *patch = &optics->patch;
    const float share = 1.0f / (float)(patch->scale * patch->scale);
    float gain[3], mirror[3] = {0.0f}, change[3];
    measure_gain(optics, moment->frame, gain);
    struct place place = {.optics = optics, .moment = moment, .gain = gain, .mirror = mirror};
    for (int py = 0; py < patch->rect.height; py++) {
        for (int px = 0; px < patch->rect.width; px++) {
            const size_t pixel = (size_t)py * (size_t)patch->rect.width + (size_t)px;
            const int x = patch->rect.x + px, y = patch->rect.y + py;
            const size_t at = (size_t)y * (size_t)moment->frame->width + (size_t)x;
            float *rgb = ret_rgb + 3 * pixel;
            memcpy(rgb, moment->frame->rgb + 3 * at, 3 * sizeof *rgb);
            ret_cover[pixel] = 0.0f;
            const float visible = moment->occluder ? 1.0f - moment->occluder[at] : 1.0f;
            if (!(visible > 0.0f) || !is_covered(patch, moment->cells, px, py))
                continue;
            place.x = (float)x;
            place.y = (float)y;
            place.albedo = optics->albedo + 3 * pixel;
            place.dry = moment->frame->rgb + 3 * at;
            if (optics->style.mirror > 0.0f)
                mirror_at(optics, moment->frame, place.x, place.y, gain, mirror);
            ret_cover[pixel] = fminf(visible * share * pixel_change(&place, px, py, change), 1.0f);
            for (int c = 0; c < 3; c++)
                rgb[c] = fmaxf(rgb[c] + visible * share * change[c], 0.0f);
        }
    }
}
