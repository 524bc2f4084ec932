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
    float *row;                      /* [columns]: of the field, between two rows of cells */
    float *line;                     /* [columns * CELL]: the same for each px */
    float *line_sums, *line_weights; /* [columns * CELL] */
    float *no_doubt;                 /* [width], 0 */
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
        size_t line = (size_t)light->columns * CELL;
        light->sums = malloc(cells * sizeof(float));
        light->weights = malloc(cells * sizeof(float));
        light->scratch = malloc(cells * sizeof(float));
        light->fields = calloc(CHANNEL_COUNT * cells, sizeof(float));
        light->remembered = calloc(cells, sizeof(float));
        light->samples = malloc((scene_pixels(size) / SAMPLE_STEP + 1) * sizeof(float));
        light->row = malloc((size_t)light->columns * sizeof(float));
        light->line = malloc(line * sizeof(float));
        light->no_doubt = calloc((size_t)size.width, sizeof(float));
        light->line_sums = malloc(line * sizeof(float));
        light->line_weights = malloc(line * sizeof(float));
    }
    if (!light || !light->sums || !light->weights || !light->scratch || !light->fields ||
        !light->remembered || !light->samples || !light->row || !light->line || !light->line_sums ||
        !light->line_weights || !light->no_doubt) {
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
    free(light->row);
    free(light->line);
    free(light->no_doubt);
    free(light->line_sums);
    free(light->line_weights);
    free(light);
}

static float *field_of(const struct scene_light *light, int channel)
{
    return light->fields + (size_t)channel * (size_t)light->columns * (size_t)light->rows;
}

/* The field between the middles of the cells, flat beyond the outermost ones: CELL px at a time,
 * from one middle to the next. */
static const float *interpolate(struct scene_light *light, const float *field, int y)
{
    const int columns = light->columns;
    const float at = ((float)y + 0.5f) / (float)CELL - 0.5f;
    const int above = at < 0.0f ? 0 : (int)at;
    const int below = above + 1 < light->rows ? above + 1 : above;
    const float share = at < 0.0f ? 0.0f : at - (float)above;
    const float *upper = field + (size_t)above * (size_t)columns;
    const float *lower = field + (size_t)below * (size_t)columns;
    float *restrict row = light->row, *restrict line = light->line;
    for (int i = 0; i < columns; i++)
        row[i] = upper[i] + share * (lower[i] - upper[i]);
    for (int k = 0; k < CELL / 2; k++) {
        line[k] = row[0];
        line[columns * CELL - 1 - k] = row[columns - 1];
    }
    for (int i = 0; i + 1 < columns; i++) {
        const float first = row[i], step = row[i + 1] - first;
        for (int k = 0; k < CELL; k++)
            line[i * CELL + CELL / 2 + k] = first + ((float)k + 0.5f) / (float)CELL * step;
    }
    return line;
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
        const float *line = field ? interpolate(light, field, y) : NULL;
        for (int x = y / 2 % SAMPLE_STEP; x < width; x += SAMPLE_STEP) {
            float value = plane[(size_t)y * (size_t)width + (size_t)x];
            light->samples[count++] = line ? fabsf(value - line[x]) : value;
        }
    }
    return count ? median_of_samples(light, count) : 0.0f;
}

/* One row of pixels into the sums of its row of cells, px by px: a cell's are added up later. */
static void collect_row(struct scene_light *light, const float *restrict values,
                        const float *restrict doubt, const float *restrict line, float limit)
{
    float *restrict sums = light->line_sums, *restrict weights = light->line_weights;
    const int width = light->size.width;
    for (int x = 0; x < width; x++) {
        const float far = fabsf(values[x] - line[x]), doubted = doubt[x];
        const float weight = (float)((far <= limit) & (doubted <= 1.0f));
        sums[x] += weight * values[x];
        weights[x] += weight;
    }
}

static void finish_cells(struct scene_light *light, float *sums, float *weights)
{
    for (int i = 0; i < light->columns; i++) {
        float sum = 0.0f, weight = 0.0f;
        for (int k = 0; k < CELL; k++) {
            sum += light->line_sums[i * CELL + k];
            weight += light->line_weights[i * CELL + k];
        }
        sums[i] = sum;
        weights[i] = weight;
    }
}

static void collect(struct scene_light *light, const float *plane, const float *field,
                    const float *doubt, float limit)
{
    const size_t width = (size_t)light->size.width, columns = (size_t)light->columns;
    for (int row = 0; row < light->rows; row++) {
        const int end =
            (row + 1) * CELL < light->size.height ? (row + 1) * CELL : light->size.height;
        memset(light->line_sums, 0, columns * CELL * sizeof(float));
        memset(light->line_weights, 0, columns * CELL * sizeof(float));
        for (int y = row * CELL; y < end; y++) {
            const size_t at = (size_t)y * width;
            collect_row(light, plane + at, doubt ? doubt + at : light->no_doubt,
                        interpolate(light, field, y), limit);
        }
        finish_cells(light, light->sums + (size_t)row * columns,
                     light->weights + (size_t)row * columns);
    }
}

/* The Gaussian along the rows of cells; nothing lies beyond the border. */
static void blur_across(const struct scene_light *light, const float *restrict from,
                        float *restrict to)
{
    const int columns = light->columns;
    for (int i = 0; i < columns; i++)
        to[i] = light->taps[0] * from[i];
    for (int k = 1; k < light->tap_count && k < columns; k++)
        for (int i = 0; i + k < columns; i++)
            to[i] += light->taps[k] * from[i + k];
    for (int k = 1; k < light->tap_count && k < columns; k++)
        for (int i = k; i < columns; i++)
            to[i] += light->taps[k] * from[i - k];
}

/* … and down one row of them. */
static void blur_down(const struct scene_light *light, const float *restrict from, int y,
                      float *restrict to)
{
    const int columns = light->columns;
    const int first = y - light->tap_count + 1 > 0 ? y - light->tap_count + 1 : 0;
    const int end = y + light->tap_count < light->rows ? y + light->tap_count : light->rows;
    memset(to, 0, (size_t)columns * sizeof(float));
    for (int row = first; row < end; row++) {
        const float tap = light->taps[abs(row - y)];
        for (int i = 0; i < columns; i++)
            to[i] += tap * from[row * columns + i];
    }
}

static void blur(struct scene_light *light, float *cells)
{
    for (int y = 0; y < light->rows; y++)
        blur_across(light, cells + y * light->columns, light->scratch + y * light->columns);
    for (int y = 0; y < light->rows; y++)
        blur_down(light, light->scratch, y, cells + y * light->columns);
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
            const float *restrict line = interpolate(light, field_of(light, channel), y);
            for (int x = 0; x < width; x++)
                row[x] -= line[x];
        }
    }
}

const float *scene_light_row(struct scene_light *light, enum scene_channel channel, int y)
{
    return interpolate(light, field_of(light, (int)channel), y);
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
