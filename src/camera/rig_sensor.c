/* From light to bytes: the noisy part of the simulated camera.
 *
 * Photon noise grows with the square root of the light, read noise does not. Both at once: in the
 * domain of s = sqrt(light + read), noise of one constant width is what they amount to. So each
 * sample is a square root, an addition from a precomputed strip of noise and one look-up, in which
 * gain, shoulder and sRGB curve are a single table made for the frame. A row starts somewhere else
 * in the strip in each frame, which nobody can tell from fresh noise.
 */
#include "camera/rig_sensor.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

enum {
    STRIP_SIZE = 1 << 16,
    TONE_SIZE = 2048,
    LEVELS_PER_UNIT = 1300, /* of s */
};

static const float read_light = 0.0012f;
static const float noise_width = 0.0075f; /* in s */
static const float channel_noise[3] = {1.05f, 0.85f, 1.25f};

bool sensor_init(struct sensor *sensor, int width, int height, const struct eye *eye, uint64_t seed,
                 struct error *err)
{
    const size_t strip_size = STRIP_SIZE + (size_t)width;
    *sensor = (struct sensor){.width = width, .height = height, .eye = eye};
    sensor->noise = malloc(strip_size * sizeof *sensor->noise);
    sensor->vignette = malloc((size_t)width * sizeof *sensor->vignette);
    sensor->levels = malloc((size_t)width * 3 * sizeof *sensor->levels);
    if (!sensor->noise || !sensor->vignette || !sensor->levels) {
        sensor_finish(sensor);
        return error_set(err, ERROR_MEMORY, "no memory for a simulated camera of %dx%d px", width,
                         height);
    }
    /* Colours are interpolated between neighbouring pixels of the mosaic, so noise is too. */
    struct rng rng = rng_seeded(seed, 0x4015e);
    float before = (float)rng_normal(&rng), here = (float)rng_normal(&rng);
    for (size_t i = 0; i < strip_size; i++) {
        const float after = (float)rng_normal(&rng);
        sensor->noise[i] = (0.5f * before + here + 0.5f * after) / sqrtf(1.5f);
        before = here;
        here = after;
    }
    const float diagonal = (float)width * (float)width + (float)height * (float)height;
    for (int x = 0; x < width; x++) {
        const float offset = 2.0f * (float)x + 1.0f - (float)width;
        sensor->vignette[x] = eye->vignette * offset * offset / diagonal;
    }
    return true;
}

void sensor_finish(struct sensor *sensor)
{
    free(sensor->noise);
    free(sensor->vignette);
    free(sensor->levels);
    *sensor = (struct sensor){0};
}

static void make_tone_table(float exposure, uint8_t ret_table[TONE_SIZE])
{
    for (int i = 0; i < TONE_SIZE; i++) {
        const float s = (float)i / LEVELS_PER_UNIT;
        float value = exposure * (s * s - read_light);
        if (value > 0.6f) /* shoulder */
            value = 0.6f + 0.4f * tanhf((value - 0.6f) / 0.4f);
        if (value < 0.0f)
            value = 0.0f;
        const float srgb =
            value <= 0.0031308f ? 12.92f * value : 1.055f * powf(value, 1.0f / 2.4f) - 0.055f;
        ret_table[i] = (uint8_t)(255.0f * srgb + 0.5f);
    }
}

/* The expensive loop; written so that the compiler turns it into vector instructions. */
static void expose_row(const float *restrict light, const float *restrict vignette, float row_gain,
                       const float *restrict noise, float width, int count,
                       int16_t *restrict levels)
{
    for (int x = 0; x < count; x++) {
        const float seen = light[x] * (row_gain - vignette[x]) + read_light;
        const float level = sqrtf(seen) * LEVELS_PER_UNIT + noise[x] * width;
        const int whole = (int)level;
        levels[x] = (int16_t)(whole < 0 ? 0 : whole > TONE_SIZE - 1 ? TONE_SIZE - 1 : whole);
    }
}

void sensor_expose(struct sensor *sensor, const struct canvas *frame, float exposure,
                   uint64_t noise_seed, uint8_t *ret_rgb)
{
    uint8_t tone[TONE_SIZE];
    make_tone_table(exposure, tone);
    struct rng rng = rng_seeded(noise_seed, 0x9a1);
    const int width = sensor->width, height = sensor->height;
    const float diagonal = (float)width * (float)width + (float)height * (float)height;
    for (int y = 0; y < height; y++) {
        const float offset = 2.0f * (float)y + 1.0f - (float)height;
        const float row_gain = 1.0f - sensor->eye->vignette * offset * offset / diagonal;
        const uint64_t start = rng_next(&rng);
        for (int c = 0; c < 3; c++)
            expose_row(frame->planes[c] + (size_t)y * (size_t)width, sensor->vignette, row_gain,
                       sensor->noise + ((start >> (c * 16)) & (STRIP_SIZE - 1)),
                       sensor->eye->noise * noise_width * channel_noise[c] * LEVELS_PER_UNIT, width,
                       sensor->levels + (size_t)c * (size_t)width);
        uint8_t *row = ret_rgb + (size_t)y * (size_t)width * 3;
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++)
                row[x * 3 + c] = tone[sensor->levels[(size_t)c * (size_t)width + (size_t)x]];
    }
}
