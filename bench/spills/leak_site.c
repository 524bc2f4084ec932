/* The picture is all that is known of the scene. A place is judged by a coarse grid of samples; the
 * ground by the steps and valleys of the log luminance, which are the same in any light.
 */
#include "leak_site.h"

#include <math.h>

enum { GRID = 7, DRAWS = 400, WANTED = 5 };

static float luminance_at(const struct light *picture, float x, float y)
{
    float rgb[3];
    light_sample(picture, x, y, rgb);
    return light_luminance(rgb);
}

/* Of a little surrounding: one picture's noise must not steer the liquid. */
static float log_ground_at(const struct light *picture, float x, float y)
{
    float sum = 0.0f;
    for (int i = 0; i < 4; i++)
        sum += luminance_at(picture, x + (i & 1 ? 0.7f : -0.7f), y + (i & 2 ? 0.7f : -0.7f));
    return logf(0.25f * sum + 0.01f);
}

/* Standard deviation of the log luminance around a place; false where it is not fit. */
static bool judge(const struct light *background, float x, float y, float reach_px,
                  float *ret_unevenness)
{
    float sum = 0.0f, squares = 0.0f;
    int bad = 0;
    for (int row = 0; row < GRID; row++) {
        for (int column = 0; column < GRID; column++) {
            const float u = x + reach_px * (2.0f * (float)column / (GRID - 1) - 1.0f);
            const float v = y + reach_px * (2.0f * (float)row / (GRID - 1) - 1.0f);
            const float value = luminance_at(background, u, v);
            bad += value > 0.88f || value < 0.003f;
            const float log_value = logf(value + 0.004f);
            sum += log_value;
            squares += log_value * log_value;
        }
    }
    const float mean = sum / (GRID * GRID);
    *ret_unevenness = sqrtf(fmaxf(squares / (GRID * GRID) - mean * mean, 0.0f));
    return bad * 12 <= GRID * GRID;
}

bool site_choose(const struct light *background, struct rect region, float reach_px,
                 struct rng *rng, int *ret_x, int *ret_y, struct error *err)
{
    int found = 0;
    float best = INFINITY;
    for (int draw = 0; draw < DRAWS && found < WANTED; draw++) {
        const int x = region.x + (int)rng_below(rng, (uint32_t)region.width);
        const int y = region.y + (int)rng_below(rng, (uint32_t)region.height);
        float unevenness;
        if (!judge(background, (float)x, (float)y, reach_px, &unevenness))
            continue;
        found++;
        if (unevenness < best) {
            best = unevenness;
            *ret_x = x;
            *ret_y = y;
        }
    }
    if (!found)
        return error_set(err, ERROR_INPUT,
                         "no place for a leak within %dx%d px at (%d, %d): the picture is white or "
                         "black there",
                         region.width, region.height, region.x, region.y);
    return true;
}

void site_shape_ground(const struct light *background, struct leak_march *march)
{
    const struct leak_patch *patch = &march->patch;
    const float reach = 1.8f;
    for (int row = 0; row < patch->height; row++) {
        const float y = leak_patch_y(patch, row);
        for (int column = 0; column < patch->width; column++) {
            const float x = leak_patch_x(patch, column);
            const float here = log_ground_at(background, x, y);
            const float left = log_ground_at(background, x - reach, y);
            const float right = log_ground_at(background, x + reach, y);
            const float above = log_ground_at(background, x, y - reach);
            const float below = log_ground_at(background, x, y + reach);
            const float step = hypotf(right - left, below - above);
            const float valley = fmaxf(fmaxf(fminf(left, right), fminf(above, below)) - here, 0.0f);
            const float barrier = fminf(fmaxf(step - 0.15f, 0.0f) / 0.4f, 1.0f);
            const float joint = fminf(valley / 0.25f, 1.0f);
            march->slowness[row * patch->width + column] *=
                (1.0f + 3.0f * barrier) / (1.0f + 2.0f * joint);
        }
    }
}
