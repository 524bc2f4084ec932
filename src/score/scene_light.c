/* The smooth field of a change of light, on a grid of cells of 8x8 px.
 *
 * Weights are 0 or 1, so a cell needs only a count and a sum; the Gaussian runs on cells, and the
 * field in between is bilinear. Two rounds: the first finds the lamp, the second what stands out
 * against it.
 */
#include "score/scene_light.h"

#include "score/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 8, ROUNDS = 2, SAMPLE_STEP = 5, TAPS_MAX = 65 };

static const float OUTLIER = 2.5f;      /* medians of the absolute rest */
static const float WIDTH_SHARE = 12.0f; /* the Gaussian's standard deviation is width / this */
static const float PRIOR = 0.5f; /* px of weight for the median, where a neighbourhood has none */

struct scene_light {
    struct scene_size size;
    int columns, rows; /* of cells */
    int tap_count;     /* one side of the Gaussian and its middle */
    float taps[TAPS_MAX];
    float *sums, *weights, *scratch; /* [rows][columns] */
    float *fields;                   /* [CHANNEL_COUNT][rows][columns] */
    float *remembered;               /* the luma field of a while ago */
    float *samples;                  /* of one channel, every SAMPLE_STEP-th px */
    float *line;                     /* [width] */
    float medians[CHANNEL_COUNT];
};

static void make_taps(struct scene_light *light)
{
    float sigma = (float)light->size.width / WIDTH_SHARE / (float)CELL;
    light->tap_count = (int)ceilf(3.0f * sigma) + 1;
    if (light->tap_count > TAPS_MAX)
        light->tap_count = TAPS_MAX;
    for (int i = 0; i < light->tap_count; i++)
        light->taps[i] = expf(-0.5f * (float)(i * i) / fmaxf(sigma * sigma, 1e-3f));
}

struct scene_light *scene_light_create(struct scene_size size, struct error *err)
{
    struct scene_light *light = calloc(1, sizeof *light);
    if (light) {
        light->size = size;
        light->columns = (size.width + CELL - 1) / CELL;
        light->rows = (size.height + CELL - 1) / CELL;
        size_t cells = (size_t)light->columns * (size_t)light->rows;
        light->sums = malloc(cells * sizeof(float));
        light->weights = malloc(cells * sizeof(float));
        light->scratch = malloc(cells * sizeof(float));
        light->fields = calloc(CHANNEL_COUNT * cells, sizeof(float));
        light->remembered = calloc(cells, sizeof(float));
        light->samples = malloc((scene_pixels(size) / SAMPLE_STEP + 1) * sizeof(float));
        light->line = malloc((size_t)size.width * sizeof(float));
    }
    if (!light || !light->sums || !light->weights || !light->scratch || !light->fields ||
        !light->remembered || !light->samples || !light->line) {
        scene_light_destroy(light);
        error_set(err, ERROR_MEMORY, "no memory for the light of %dx%d px", size.width,
                  size.height);
        return NULL;
    }
    make_taps(light);
    return light;
}

void scene_light_destroy(struct scene_light *light)
{
    if (!light)
        return;
    free(light->sums);
    free(light->weights);
    free(light->scratch);
    free(light->fields);
    free(light->remembered);
    free(light->samples);
    free(light->line);
    free(light);
}

static float *field_of(const struct scene_light *light, int channel)
{
    return light->fields + (size_t)channel * (size_t)light->columns * (size_t)light->rows;
}

/* The field between the middles of the cells, flat beyond the outermost ones. */
static void interpolate_row(const struct scene_light *light, const float *field, int y,
                            float *ret_row)
{
    const int columns = light->columns;
    float at = ((float)y + 0.5f) / (float)CELL - 0.5f;
    int above = at < 0.0f ? 0 : (int)at;
    int below = above + 1 < light->rows ? above + 1 : above;
    float share = at < 0.0f ? 0.0f : at - (float)above;
    const float *upper = field + (size_t)above * (size_t)columns;
    const float *lower = field + (size_t)below * (size_t)columns;
    for (int x = 0; x < light->size.width; x++) {
        float across = ((float)x + 0.5f) / (float)CELL - 0.5f;
        int left = across < 0.0f ? 0 : (int)across;
        int right = left + 1 < columns ? left + 1 : left;
        float part = across < 0.0f ? 0.0f : across - (float)left;
        float first = upper[left] + part * (upper[right] - upper[left]);
        float second = lower[left] + part * (lower[right] - lower[left]);
        ret_row[x] = first + share * (second - first);
    }
}

static float median_of_samples(const struct scene_light *light, size_t count)
{
    return rank_largest(light->samples, count, (count + 1) / 2);
}

/* The median of the absolute rest when `field` is taken away; NULL: of the values themselves. */
static float sample_median(struct scene_light *light, const float *plane, const float *field)
{
    const int width = light->size.width;
    size_t count = 0;
    for (int y = 0; y < light->size.height; y += 2) {
        if (field)
            interpolate_row(light, field, y, light->line);
        for (int x = y / 2 % SAMPLE_STEP; x < width; x += SAMPLE_STEP) {
            float value = plane[(size_t)y * (size_t)width + (size_t)x];
            light->samples[count++] = field ? fabsf(value - light->line[x]) : value;
        }
    }
    return count ? median_of_samples(light, count) : 0.0f;
}

static void collect(struct scene_light *light, const float *plane, const float *field,
                    const float *doubt, float limit)
{
    const int width = light->size.width;
    const size_t cells = (size_t)light->columns * (size_t)light->rows;
    memset(light->sums, 0, cells * sizeof(float));
    memset(light->weights, 0, cells * sizeof(float));
    for (int y = 0; y < light->size.height; y++) {
        const size_t row = (size_t)y * (size_t)width;
        float *sums = light->sums + (size_t)(y / CELL) * (size_t)light->columns;
        float *weights = light->weights + (size_t)(y / CELL) * (size_t)light->columns;
        interpolate_row(light, field, y, light->line);
        for (int x = 0; x < width; x++) {
            float value = plane[row + (size_t)x];
            bool counts = fabsf(value - light->line[x]) <= limit &&
                          (!doubt || doubt[row + (size_t)x] <= 1.0f);
            sums[x / CELL] += counts ? value : 0.0f;
            weights[x / CELL] += counts ? 1.0f : 0.0f;
        }
    }
}

/* One pass of the Gaussian along lines of `count` cells that lie `step` apart. */
static void blur_line(const struct scene_light *light, const float *from, float *to, int count,
                      int step)
{
    for (int i = 0; i < count; i++) {
        float sum = light->taps[0] * from[i * step];
        for (int k = 1; k < light->tap_count; k++) {
            float left = i - k >= 0 ? from[(i - k) * step] : 0.0f;
            float right = i + k < count ? from[(i + k) * step] : 0.0f;
            sum += light->taps[k] * (left + right);
        }
        to[i * step] = sum;
    }
}

static void blur(struct scene_light *light, float *cells)
{
    for (int y = 0; y < light->rows; y++)
        blur_line(light, cells + y * light->columns, light->scratch + y * light->columns,
                  light->columns, 1);
    for (int x = 0; x < light->columns; x++)
        blur_line(light, light->scratch + x, cells + x, light->rows, light->columns);
}

static void estimate(struct scene_light *light, int channel, const float *plane, const float *doubt)
{
    const size_t cells = (size_t)light->columns * (size_t)light->rows;
    float *field = field_of(light, channel);
    float median = light->medians[channel] = sample_median(light, plane, NULL);
    for (size_t i = 0; i < cells; i++)
        field[i] = median;
    for (int round = 0; round < ROUNDS; round++) {
        float limit = OUTLIER * sample_median(light, plane, field) + 1e-4f;
        collect(light, plane, field, doubt, limit);
        blur(light, light->sums);
        blur(light, light->weights);
        for (size_t i = 0; i < cells; i++)
            field[i] = (light->sums[i] + PRIOR * median) / (light->weights[i] + PRIOR);
    }
}

void scene_light_remove(struct scene_light *light, float *difference, const float *doubt)
{
    const size_t plane = scene_pixels(light->size);
    const int width = light->size.width;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        float *values = difference + (size_t)channel * plane;
        estimate(light, channel, values, doubt);
        for (int y = 0; y < light->size.height; y++) {
            float *row = values + (size_t)y * (size_t)width;
            interpolate_row(light, field_of(light, channel), y, light->line);
            for (int x = 0; x < width; x++)
                row[x] -= light->line[x];
        }
    }
}

void scene_light_row(const struct scene_light *light, enum scene_channel channel, int y,
                     float *ret_row)
{
    interpolate_row(light, field_of(light, (int)channel), y, ret_row);
}

static float mean_distance(const struct scene_light *light, const float *from)
{
    const size_t cells = (size_t)light->columns * (size_t)light->rows;
    const float *field = field_of(light, CHANNEL_LUMA);
    float sum = 0.0f;
    for (size_t i = 0; i < cells; i++)
        sum += fabsf(field[i] - (from ? from[i] : 0.0f));
    return sum / (float)cells;
}

float scene_light_depth(const struct scene_light *light)
{
    return mean_distance(light, NULL);
}

float scene_light_change(const struct scene_light *light)
{
    return mean_distance(light, light->remembered);
}

void scene_light_remember(struct scene_light *light, float share)
{
    const size_t cells = (size_t)light->columns * (size_t)light->rows;
    const float *field = field_of(light, CHANNEL_LUMA);
    for (size_t i = 0; i < cells; i++)
        light->remembered[i] += share * (field[i] - light->remembered[i]);
}

float scene_light_level(const struct scene_light *light)
{
    return light->medians[CHANNEL_LUMA];
}
