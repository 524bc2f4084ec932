/* A look at one region of one frame. Inference thread; only while there are candidates.
 */
#include "score/scene_region.h"

#include <math.h>

/* Patches of sun had deviations of 0.07 to 0.15 of their mean, crusts of salt 0.2 to 0.8. */
static const float BRIGHTER_LEAST = 0.02f; /* of the logarithm */
static const float UNEVEN_MOST = 0.25f;    /* standard deviation of the brightening, of its mean */
static const float BLUER_MOST = 0.1f, REDDER_MOST = 0.8f; /* of the brightening: the sun is warm */
static const float GREENER_MOST = 0.3f;
static const float LEARNED_SHARE = 0.8f; /* of the pixels that are within their threshold again */

struct sums {
    double count, luma, squares, red_blue, green, learned;
};

static bool is_learned(const struct scene_normal *normal, const struct scene_rest *rest,
                       const float *offset, size_t at)
{
    const size_t plane = scene_pixels(normal->size);
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        float value = scene_rest_map(rest, (int)channel)[at] + offset[channel * plane + at];
        float limit = normal->threshold[channel] * normal->spread[channel * plane + at];
        if (fabsf(value) > 0.5f * limit)
            return false;
    }
    return true;
}

static struct sums add_up(const struct scene_normal *normal, const struct scene_rest *rest,
                          const float *offset, const float *strength, struct rect box)
{
    const size_t plane = scene_pixels(normal->size), width = (size_t)normal->size.width;
    struct sums sums = {0};
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++) {
            const size_t at = (size_t)y * width + (size_t)x;
            if (strength[at] < 1.0f)
                continue;
            double luma = (double)(scene_rest_map(rest, CHANNEL_LUMA)[at] + offset[at]);
            sums.count += 1.0;
            sums.luma += luma;
            sums.squares += luma * luma;
            sums.red_blue +=
                (double)(scene_rest_map(rest, CHANNEL_RED_BLUE)[at] + offset[plane + at]);
            sums.green +=
                (double)(scene_rest_map(rest, CHANNEL_GREEN)[at] + offset[2 * plane + at]);
            sums.learned += is_learned(normal, rest, offset, at);
        }
    return sums;
}

enum region_look scene_region_look(const struct scene_normal *normal, const struct scene_rest *rest,
                                   const float *offset, const float *strength, struct rect box)
{
    const struct sums sums = add_up(normal, rest, offset, strength, box);
    if (sums.count < 1.0)
        return REGION_STRANGE;
    const double luma = sums.luma / sums.count;
    const double deviation = sqrt(fmax(sums.squares / sums.count - luma * luma, 0.0));
    if (sums.learned >= (double)LEARNED_SHARE * sums.count)
        return REGION_LEARNED;
    const double redder = sums.red_blue / sums.count;
    bool light = luma >= (double)BRIGHTER_LEAST && deviation <= (double)UNEVEN_MOST * luma &&
                 redder >= -(double)BLUER_MOST * luma && redder <= (double)REDDER_MOST * luma &&
                 fabs(sums.green / sums.count) <= (double)GREENER_MOST * luma;
    return light ? REGION_LIGHT : REGION_STRANGE;
}
