/* Pictures in linear light: memory, transfer curve, sampling.
 *
 * The transfer curve is not linear and pow() for each value of each frame would be the most costly
 * step of the bench, so both directions go through tables. They are made anew for each call (256
 * calls of pow(), some microseconds), which is cheaper than to share them between threads. The way
 * back is exact: the table only says where the search for the rounding threshold begins.
 */
#include "light.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 256, GUESSES = 4096, SIDE_MAX = 16384 };

bool light_init(struct light *ret_light, int width, int height, struct error *err)
{
    if (width < 2 || height < 2 || width > SIDE_MAX || height > SIDE_MAX)
        return error_set(err, ERROR_USAGE, "a picture of %dx%d px: sides must be 2..%d", width,
                         height, SIDE_MAX);
    float *rgb = calloc((size_t)width * (size_t)height * 3, sizeof *rgb);
    if (!rgb)
        return error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", width, height);
    *ret_light = (struct light){.width = width, .height = height, .rgb = rgb};
    return true;
}

void light_finish(struct light *light)
{
    free(light->rgb);
    *light = (struct light){0};
}

static double linear_of_code(double code)
{
    const double v = code / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static size_t light_values(const struct light *light)
{
    return (size_t)light->width * (size_t)light->height * 3;
}

void light_from_rgb(struct light *light, const uint8_t *rgb)
{
    float table[LEVELS];
    for (int code = 0; code < LEVELS; code++)
        table[code] = (float)linear_of_code(code);
    const size_t count = light_values(light);
    for (size_t i = 0; i < count; i++)
        light->rgb[i] = table[rgb[i]];
}

void light_to_rgb(const struct light *light, uint8_t *ret_rgb)
{
    float above[LEVELS]; /* where rounding goes to the next code */
    for (int code = 0; code < LEVELS - 1; code++)
        above[code] = (float)linear_of_code(code + 0.5);
    above[LEVELS - 1] = INFINITY;
    uint8_t guess[GUESSES + 1];
    for (int i = 0, code = 0; i <= GUESSES; i++) {
        while ((float)i / GUESSES >= above[code])
            code++;
        guess[i] = (uint8_t)code;
    }
    const size_t count = light_values(light);
    for (size_t i = 0; i < count; i++) {
        const float value = light->rgb[i];
        const float clamped = value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f;
        int code = guess[(int)(clamped * GUESSES)];
        while (clamped >= above[code])
            code++;
        ret_rgb[i] = (uint8_t)code;
    }
}

void light_copy(struct light *to, const struct light *from)
{
    memcpy(to->rgb, from->rgb, light_values(from) * sizeof *from->rgb);
}

void light_sample(const struct light *light, float x, float y, float ret_rgb[3])
{
    const float right = (float)(light->width - 1), bottom = (float)(light->height - 1);
    x = x > 0.0f ? (x < right ? x : right) : 0.0f;
    y = y > 0.0f ? (y < bottom ? y : bottom) : 0.0f;
    const int left = x < right ? (int)x : light->width - 2;
    const int top = y < bottom ? (int)y : light->height - 2;
    const float fx = x - (float)left, fy = y - (float)top;
    const float *a = light->rgb + 3 * ((size_t)top * (size_t)light->width + (size_t)left);
    const float *b = a + 3 * (size_t)light->width;
    for (int c = 0; c < 3; c++) {
        const float upper = a[c] + fx * (a[c + 3] - a[c]);
        const float lower = b[c] + fx * (b[c + 3] - b[c]);
        ret_rgb[c] = upper + fy * (lower - upper);
    }
}
