/* The filter that turns what a frame shows into what lasts. Inference thread.
 *
 * A strong change is clipped to a few thresholds before it is filtered, so that nothing, however
 * bright, is lasting after a single frame.
 */
#include "score/scene_evidence.h"

#include "score/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIAN_STEP = 5, STIR_STEP = 4, STIR_MAP = CHANNEL_COUNT + CHANNEL_LUMA };

static const double RISE_SECONDS = 5.0, FALL_SECONDS = 1.5;
static const double STEP_MOST = 4.0; /* seconds that one frame may count for */
static const float CLIP = 3.0f;      /* thresholds */
static const float CLEARLY = 1.5f;   /* spreads */

struct scene_evidence {
    const struct scene_normal *normal;
    float *lasting;  /* [MAP_COUNT][height][width], signed */
    float *strength; /* [height][width] */
    float *present;
    float *samples;
    float *glimpse; /* luma of the frame before, on the grid of scene_evidence_stir: [..][2] */
    float unrest;
};

struct scene_evidence *scene_evidence_create(const struct scene_normal *normal, struct error *err)
{
    struct scene_evidence *evidence = calloc(1, sizeof *evidence);
    const size_t plane = scene_pixels(normal->size);
    if (evidence) {
        evidence->normal = normal;
        evidence->lasting = calloc(MAP_COUNT * plane, sizeof(float));
        evidence->strength = calloc(plane, sizeof(float));
        evidence->present = calloc(plane, sizeof(float));
        evidence->samples = malloc(scene_map_median_scratch(normal->size) * sizeof(float));
        evidence->glimpse = calloc(2 * (plane / (STIR_STEP * STIR_STEP) +
                                        (size_t)normal->size.width + (size_t)normal->size.height),
                                   sizeof(float));
    }
    if (!evidence || !evidence->lasting || !evidence->strength || !evidence->present ||
        !evidence->samples || !evidence->glimpse) {
        scene_evidence_destroy(evidence);
        error_set(err, ERROR_MEMORY, "no memory for the evidence of %dx%d px", normal->size.width,
                  normal->size.height);
        return NULL;
    }
    return evidence;
}

void scene_evidence_destroy(struct scene_evidence *evidence)
{
    if (!evidence)
        return;
    free(evidence->lasting);
    free(evidence->strength);
    free(evidence->present);
    free(evidence->samples);
    free(evidence->glimpse);
    free(evidence);
}

void scene_evidence_forget(struct scene_evidence *evidence)
{
    const size_t plane = scene_pixels(evidence->normal->size);
    memset(evidence->lasting, 0, MAP_COUNT * plane * sizeof(float));
    memset(evidence->strength, 0, plane * sizeof(float));
    memset(evidence->present, 0, plane * sizeof(float));
}

void scene_evidence_forget_box(struct scene_evidence *evidence, struct rect box)
{
    const size_t plane = scene_pixels(evidence->normal->size);
    const size_t width = (size_t)evidence->normal->size.width;
    for (int map = 0; map < MAP_COUNT; map++)
        for (int y = box.y; y < box.y + box.height; y++)
            memset(evidence->lasting + (size_t)map * plane + (size_t)y * width + (size_t)box.x, 0,
                   (size_t)box.width * sizeof(float));
}

/* One sample: does it stray beyond a threshold, and how far is it from normal in luma? */
struct sample {
    bool abnormal;
    float luma;
};

static struct sample take_sample(const struct scene_normal *normal, const struct scene_rest *rest,
                                 const float *offset, size_t at)
{
    const size_t plane = scene_pixels(normal->size);
    struct sample sample = {0};
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        float shift = offset ? offset[(size_t)channel * plane + at] : 0.0f;
        float value = scene_rest_map(rest, channel)[at] + shift;
        float spread = normal->spread[(size_t)channel * plane + at];
        sample.abnormal |=
            fabsf(value) > normal->threshold[channel] * (spread + scene_rest_doubt(rest)[at]);
        if (channel == CHANNEL_LUMA)
            sample.luma = (scene_rest_map(rest, STIR_MAP)[at] + shift) /
                          normal->spread[(size_t)STIR_MAP * plane + at];
    }
    return sample;
}

static bool is_alike(float now, float before)
{
    return fabsf(now) > CLEARLY && fabsf(before) > CLEARLY && now * before > 0.0f;
}

struct scene_stir scene_evidence_stir(struct scene_evidence *evidence,
                                      const struct scene_rest *rest, const float *offset)
{
    const struct scene_size size = evidence->normal->size;
    struct scene_stir stir = {0};
    size_t count = 0;
    for (int y = 0; y < size.height; y += STIR_STEP)
        for (int x = 0; x < size.width; x += STIR_STEP, count++) {
            size_t at = (size_t)y * (size_t)size.width + (size_t)x;
            struct sample now = take_sample(evidence->normal, rest, NULL, at);
            struct sample first = take_sample(evidence->normal, rest, offset, at);
            float *before = &evidence->glimpse[2 * count];
            stir.abnormal += now.abnormal;
            stir.abnormal_at_first += first.abnormal;
            stir.alike += is_alike(now.luma, before[0]);
            stir.alike_at_first += is_alike(first.luma, before[1]);
            before[0] = now.luma;
            before[1] = first.luma;
        }
    const float share = 1.0f / (float)count;
    return (struct scene_stir){stir.abnormal * share, stir.alike * share,
                               stir.abnormal_at_first * share, stir.alike_at_first * share};
}

size_t scene_map_median_scratch(struct scene_size size)
{
    return scene_pixels(size) / MEDIAN_STEP + (size_t)size.height + 1;
}

float scene_map_median(const float *map, const float *spread, struct scene_size size,
                       float *scratch)
{
    size_t count = 0;
    for (int y = 0; y < size.height; y += 2)
        for (int x = y / 2 % MEDIAN_STEP; x < size.width; x += MEDIAN_STEP) {
            size_t i = (size_t)y * (size_t)size.width + (size_t)x;
            scratch[count++] = fabsf(map[i]) / spread[i];
        }
    return rank_largest(scratch, count, (count + 1) / 2);
}

struct filter {
    float rise, fall, clip, unrest, share;
};

static void follow_map(const float *restrict rest, const float *restrict spread,
                       const float *restrict doubt, size_t count, struct filter filter,
                       float *restrict lasting, float *restrict strength, float *restrict present)
{
    for (size_t i = 0; i < count; i++) {
        float value = rest[i] / (spread[i] * filter.unrest + doubt[i]);
        float now = fabsf(value) * filter.share;
        value = value > filter.clip ? filter.clip : value < -filter.clip ? -filter.clip : value;
        float before = lasting[i], step = value - before;
        const float gain = step * before >= 0.0f ? filter.rise : filter.fall;
        const float moved = before + gain * step, anew = filter.rise * value;
        const float stays = (float)(moved * before >= 0.0f);
        const float after = anew + stays * (moved - anew);
        lasting[i] = after;
        float held = fabsf(after) * filter.share;
        strength[i] = strength[i] > held ? strength[i] : held;
        present[i] = present[i] > now ? present[i] : now;
    }
}

void scene_evidence_follow(struct scene_evidence *evidence, const struct scene_rest *rest,
                           double seconds, bool hold)
{
    const struct scene_normal *normal = evidence->normal;
    const size_t plane = scene_pixels(normal->size);
    const double step = fmin(fmax(seconds, 0.0), STEP_MOST);
    memset(evidence->strength, 0, plane * sizeof(float));
    memset(evidence->present, 0, plane * sizeof(float));
    evidence->unrest = 1.0f;
    for (int map = 0; map < MAP_COUNT; map++) {
        const float *values = scene_rest_map(rest, map),
                    *spread = normal->spread + (size_t)map * plane;
        float median = scene_map_median(values, spread, normal->size, evidence->samples);
        float unrest = fmaxf(1.0f, median / fmaxf(normal->calm[map], 1e-3f));
        evidence->unrest = fmaxf(evidence->unrest, unrest);
        struct filter filter = {.rise = hold ? 0.0f : (float)(1.0 - exp(-step / RISE_SECONDS)),
                                .fall = hold ? 0.0f : (float)(1.0 - exp(-step / FALL_SECONDS)),
                                .clip = CLIP * normal->threshold[map],
                                .unrest = unrest,
                                .share = 1.0f / normal->threshold[map]};
        follow_map(values, spread, scene_rest_doubt(rest), plane, filter,
                   evidence->lasting + (size_t)map * plane, evidence->strength, evidence->present);
    }
}

const float *scene_evidence_strength(const struct scene_evidence *evidence)
{
    return evidence->strength;
}

const float *scene_evidence_present(const struct scene_evidence *evidence)
{
    return evidence->present;
}

float scene_evidence_peak(const struct scene_evidence *evidence, int map)
{
    const size_t plane = scene_pixels(evidence->normal->size);
    const float *lasting = evidence->lasting + (size_t)map * plane;
    float peak = 0.0f;
    for (size_t i = 0; i < plane; i++)
        peak = fmaxf(peak, fabsf(lasting[i]));
    return peak;
}

void scene_evidence_raise_peaks(const struct scene_evidence *evidence, float *peaks)
{
    const size_t count = MAP_COUNT * scene_pixels(evidence->normal->size);
    for (size_t i = 0; i < count; i++)
        peaks[i] = fmaxf(peaks[i], fabsf(evidence->lasting[i]));
}

float scene_evidence_unrest(const struct scene_evidence *evidence)
{
    return evidence->unrest;
}
