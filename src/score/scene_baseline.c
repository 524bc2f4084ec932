/* The offset that follows slow changes. Inference thread.
 *
 * The bounds are what keeps a leak out: 0.03 of the logarithm a minute is a tank that turns from
 * yellow to green in half an hour, while liquid that arrives at a pixel changes it by 0.1 or more
 * within seconds; and where evidence has begun to gather, nothing is followed at all.
 */
#include "score/scene_baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double FOLLOW_SECONDS = 60.0;
static const double FASTEST_PER_SECOND = 0.03 / 60.0;
static const float FARTHEST = 0.7f;
static const float QUIET_STRENGTH = 0.6f;
static const double STEP_MOST = 4.0;

struct scene_baseline {
    struct scene_size size;
    float *offset; /* all that counts: drift, accepted regions, light */
    float *light;  /* the part of it that a change of light brought, and may take with it again */
};

struct scene_baseline *scene_baseline_create(struct scene_size size, struct error *err)
{
    struct scene_baseline *baseline = calloc(1, sizeof *baseline);
    if (baseline) {
        baseline->size = size;
        baseline->offset = calloc(CHANNEL_COUNT * scene_pixels(size), sizeof(float));
        baseline->light = calloc(CHANNEL_COUNT * scene_pixels(size), sizeof(float));
    }
    if (!baseline || !baseline->offset || !baseline->light) {
        scene_baseline_destroy(baseline);
        error_set(err, ERROR_MEMORY, "no memory for a baseline of %dx%d px", size.width,
                  size.height);
        return NULL;
    }
    return baseline;
}

void scene_baseline_destroy(struct scene_baseline *baseline)
{
    if (!baseline)
        return;
    free(baseline->offset);
    free(baseline->light);
    free(baseline);
}

const float *scene_baseline_offset(const struct scene_baseline *baseline)
{
    return baseline->offset;
}

const float *scene_baseline_light(const struct scene_baseline *baseline)
{
    return baseline->light;
}

static float within(float value, float limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

/* The bare difference: a step along a mean over a window would let stripes grow that the window
 * does not see. */
static const float *difference_of(const struct scene_rest *rest, int channel)
{
    return scene_rest_difference(rest, (enum scene_channel)channel);
}

static void follow(float *restrict offset, const float *restrict rest,
                   const float *restrict strength, size_t count, float share, float step_most)
{
    for (size_t i = 0; i < count; i++) {
        float step = within(rest[i] * share, step_most);
        step = strength[i] < QUIET_STRENGTH ? step : 0.0f;
        offset[i] = within(offset[i] + step, FARTHEST);
    }
}

void scene_baseline_drift(struct scene_baseline *baseline, const struct scene_rest *rest,
                          const float *strength, double seconds)
{
    const size_t plane = scene_pixels(baseline->size);
    const double step = fmin(fmax(seconds, 0.0), STEP_MOST);
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        follow(baseline->offset + (size_t)channel * plane, difference_of(rest, channel), strength,
               plane, (float)(1.0 - exp(-step / FOLLOW_SECONDS)),
               (float)(step * FASTEST_PER_SECOND));
}

void scene_baseline_take_light(struct scene_baseline *baseline, const struct scene_rest *rest,
                               const float *strength, float share)
{
    const size_t plane = scene_pixels(baseline->size);
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const float *map = difference_of(rest, channel);
        float *offset = baseline->offset + (size_t)channel * plane;
        float *light = baseline->light + (size_t)channel * plane;
        for (size_t i = 0; i < plane; i++) {
            float step = strength[i] < QUIET_STRENGTH ? share * map[i] : 0.0f;
            offset[i] += step;
            light[i] += step;
        }
    }
}

void scene_baseline_reset_light(struct scene_baseline *baseline)
{
    const size_t count = CHANNEL_COUNT * scene_pixels(baseline->size);
    for (size_t i = 0; i < count; i++) {
        baseline->offset[i] -= baseline->light[i];
        baseline->light[i] = 0.0f;
    }
}

void scene_baseline_accept(struct scene_baseline *baseline, const struct scene_rest *rest,
                           struct rect box)
{
    const size_t plane = scene_pixels(baseline->size);
    const size_t width = (size_t)baseline->size.width;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const float *map = difference_of(rest, channel);
        float *offset = baseline->offset + (size_t)channel * plane;
        for (int y = box.y; y < box.y + box.height; y++)
            for (int x = box.x; x < box.x + box.width; x++)
                offset[(size_t)y * width + (size_t)x] += map[(size_t)y * width + (size_t)x];
    }
}

void scene_baseline_restore(struct scene_baseline *baseline, struct rect box)
{
    const size_t plane = scene_pixels(baseline->size);
    const size_t width = (size_t)baseline->size.width;
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++)
        for (int y = box.y; y < box.y + box.height; y++) {
            const size_t row = channel * plane + (size_t)y * width + (size_t)box.x;
            memcpy(baseline->offset + row, baseline->light + row,
                   (size_t)box.width * sizeof *baseline->offset);
        }
}
