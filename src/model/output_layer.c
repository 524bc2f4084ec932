/* Walks bands of rows of the last convolution.
 *
 * A band keeps the three input rows around the current output row, activated, in a ring that stays
 * in the second cache; each new row evicts the oldest. Rows outside the picture are zero ("same"
 * padding), and so is one pixel at either end of every row. Bands have a fixed height, whatever the
 * number of threads, and their parts of a sum are added in their order.
 */
#include "model/output_layer.h"

#include "model/floats.h"

#include <omp.h>
#include <string.h>

enum {
    BAND_ROWS = 32,
    RING_ROWS = 3,
    PART_FLOATS = OUTPUT_WEIGHTS + LANES_MAX /* weights, then the bias in the first lanes */
};

static size_t bands_per_picture(const struct output_layer *layer)
{
    return (layer->height + BAND_ROWS - 1) / BAND_ROWS;
}

/* Floats of one activated row, and of one row of the gradient, ends included. */
static size_t input_row_floats(const struct output_layer *layer)
{
    return (layer->width + 2) * OUTPUT_IN_CHANNELS;
}

static size_t gradient_row_floats(const struct output_layer *layer)
{
    return (layer->width + 2) * OUTPUT_CHANNELS;
}

static size_t thread_floats(const struct output_layer *layer)
{
    const size_t floats =
        RING_ROWS * input_row_floats(layer) + (RING_ROWS + 1) * gradient_row_floats(layer);
    return (floats + LANES_MAX - 1) / LANES_MAX * LANES_MAX;
}

bool output_layer_init(struct output_layer *layer, const struct kernels *kernels, size_t width,
                       size_t height, size_t threads, size_t largest_count, struct error *err)
{
    *layer = (struct output_layer){
        .kernels = kernels,
        .width = width,
        .height = height,
        .threads = threads,
        .largest_count = largest_count,
    };
    const size_t parts = largest_count * bands_per_picture(layer) * PART_FLOATS;
    layer->packed = floats_create(OUTPUT_WEIGHTS, err);
    layer->rows = layer->packed ? floats_create(threads * thread_floats(layer), err) : NULL;
    layer->parts = layer->rows ? floats_create(parts, err) : NULL;
    if (layer->parts)
        return true;
    output_layer_finish(layer);
    return false;
}

void output_layer_finish(struct output_layer *layer)
{
    floats_destroy(layer->packed);
    floats_destroy(layer->rows);
    floats_destroy(layer->parts);
    *layer = (struct output_layer){0};
}

void output_layer_set_weights(struct output_layer *layer, const float *weights, const float *bias)
{
    layer->kernels->output_pack(weights, layer->packed);
    memcpy(layer->bias, bias, sizeof layer->bias);
}

/* One thread's memory: ring of activated rows, ring of gradient rows, a row of zeros. */
struct rings {
    float *inputs, *gradients, *zeros;
};

static struct rings rings_open(const struct output_layer *layer)
{
    float *memory = layer->rows + (size_t)omp_get_thread_num() * thread_floats(layer);
    memset(memory, 0, thread_floats(layer) * sizeof *memory);
    struct rings rings = {.inputs = memory};
    rings.gradients = rings.inputs + RING_ROWS * input_row_floats(layer);
    rings.zeros = rings.gradients + RING_ROWS * gradient_row_floats(layer);
    return rings;
}

static float *ring_input(const struct output_layer *layer, const struct rings *rings, size_t y)
{
    return rings->inputs + y % RING_ROWS * input_row_floats(layer);
}

static float *ring_gradient(const struct output_layer *layer, const struct rings *rings, size_t y)
{
    return rings->gradients + y % RING_ROWS * gradient_row_floats(layer);
}

/* Activates row y of a picture into its place in the ring. */
static void load_input_row(const struct output_layer *layer,
                           const struct activation_layer *activation, const float *picture,
                           const struct rings *rings, size_t y)
{
    const size_t lanes = layer->kernels->lanes;
    float *row = ring_input(layer, rings, y) + lanes;
    for (size_t channel = 0; channel < OUTPUT_IN_CHANNELS; channel += lanes) {
        const float *from = picture + (channel * layer->height + y * lanes) * layer->width;
        layer->kernels->activate(from, layer->width, activation->scale + channel,
                                 activation->shift + channel, row);
        row += (layer->width + 2) * lanes;
    }
}

static void load_gradient_row(const struct output_layer *layer, const float *picture,
                              const struct rings *rings, size_t y)
{
    float *row = ring_gradient(layer, rings, y) + 1;
    for (size_t channel = 0; channel < OUTPUT_CHANNELS; channel++)
        memcpy(row + channel * (layer->width + 2),
               picture + (channel * layer->height + y) * layer->width, layer->width * sizeof *row);
}

/* The rows above, at and below y; NULL outside the picture. */
static void input_rows(const struct output_layer *layer, const struct rings *rings, size_t y,
                       const float *ret_rows[3])
{
    ret_rows[0] = y > 0 ? ring_input(layer, rings, y - 1) : NULL;
    ret_rows[1] = ring_input(layer, rings, y);
    ret_rows[2] = y + 1 < layer->height ? ring_input(layer, rings, y + 1) : NULL;
}

struct band {
    size_t picture, first_row, end_row;
};

static struct band band_at(const struct output_layer *layer, size_t index)
{
    struct band band = {.picture = index / bands_per_picture(layer)};
    band.first_row = index % bands_per_picture(layer) * BAND_ROWS;
    band.end_row = band.first_row + BAND_ROWS;
    if (band.end_row > layer->height)
        band.end_row = layer->height;
    return band;
}

static void band_forward(const struct output_layer *layer,
                         const struct activation_layer *activation, const float *x,
                         struct band band, float *ret_z)
{
    const size_t area = layer->width * layer->height;
    const float *picture = x + band.picture * area * OUTPUT_IN_CHANNELS;
    float *z = ret_z + band.picture * area * OUTPUT_CHANNELS;
    const struct rings rings = rings_open(layer);
    for (size_t y = band.first_row > 0 ? band.first_row - 1 : 0; y <= band.first_row; y++)
        load_input_row(layer, activation, picture, &rings, y);
    for (size_t y = band.first_row; y < band.end_row; y++) {
        if (y + 1 < layer->height)
            load_input_row(layer, activation, picture, &rings, y + 1);
        const float *rows[3];
        input_rows(layer, &rings, y, rows);
        float *const out[OUTPUT_CHANNELS] = {z + y * layer->width, z + area + y * layer->width,
                                             z + 2 * area + y * layer->width};
        layer->kernels->output_forward(rows, layer->width, layer->packed, layer->bias, out);
    }
}

void output_layer_forward(const struct output_layer *layer,
                          const struct activation_layer *activation, const float *x, size_t count,
                          float *ret_z)
{
    const size_t bands = count * bands_per_picture(layer);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < bands; i++)
        band_forward(layer, activation, x, band_at(layer, i), ret_z);
}

/* Adds the sums of one row of the gradient to the bias's part. */
static void add_bias_row(const struct output_layer *layer, const float *row, float *bias)
{
    for (size_t channel = 0; channel < OUTPUT_CHANNELS; channel++) {
        double sum = 0;
        for (size_t x = 0; x < layer->width; x++)
            sum += (double)row[channel * (layer->width + 2) + 1 + x];
        bias[channel] += (float)sum;
    }
}

static void band_backward(const struct output_layer *layer,
                          const struct activation_layer *activation, const float *x,
                          const float *z_gradient, struct band band, float *ret_gradient,
                          float *part)
{
    const size_t lanes = layer->kernels->lanes, area = layer->width * layer->height;
    const float *picture = x + band.picture * area * OUTPUT_IN_CHANNELS;
    const float *z = z_gradient + band.picture * area * OUTPUT_CHANNELS;
    const struct rings rings = rings_open(layer);
    memset(part, 0, PART_FLOATS * sizeof *part);
    for (size_t y = band.first_row > 0 ? band.first_row - 1 : 0; y <= band.first_row; y++) {
        load_input_row(layer, activation, picture, &rings, y);
        load_gradient_row(layer, z, &rings, y);
    }
    for (size_t y = band.first_row; y < band.end_row; y++) {
        const bool below = y + 1 < layer->height;
        if (below) {
            load_input_row(layer, activation, picture, &rings, y + 1);
            load_gradient_row(layer, z, &rings, y + 1);
        }
        const float *row = ring_gradient(layer, &rings, y);
        const float *rows[3];
        input_rows(layer, &rings, y, rows);
        layer->kernels->output_backward_weights(rows, row, layer->width, part);
        add_bias_row(layer, row, part + OUTPUT_WEIGHTS);

        const float *const gradients[3] = {
            y > 0 ? ring_gradient(layer, &rings, y - 1) : rings.zeros, row,
            below ? ring_gradient(layer, &rings, y + 1) : rings.zeros};
        float *out[OUTPUT_IN_CHANNELS];
        for (size_t channel = 0; channel < OUTPUT_IN_CHANNELS; channel += lanes)
            out[channel / lanes] = ret_gradient + band.picture * area * OUTPUT_IN_CHANNELS +
                                   (channel * layer->height + y * lanes) * layer->width;
        layer->kernels->output_backward_data(gradients, layer->width, layer->packed, out);
    }
}

void output_layer_backward(const struct output_layer *layer,
                           const struct activation_layer *activation, const float *x,
                           const float *z_gradient, size_t count, float *ret_gradient,
                           float *ret_weights, float *ret_bias)
{
    const size_t bands = count * bands_per_picture(layer);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < bands; i++)
        band_backward(layer, activation, x, z_gradient, band_at(layer, i), ret_gradient,
                      layer->parts + i * PART_FLOATS);
    _Alignas(64) float sums[PART_FLOATS];
    for (size_t value = 0; value < OUTPUT_WEIGHTS + OUTPUT_CHANNELS; value++) {
        double sum = 0;
        for (size_t i = 0; i < bands; i++)
            sum += (double)layer->parts[i * PART_FLOATS + value];
        sums[value] = (float)sum;
    }
    layer->kernels->output_unpack(sums, ret_weights);
    memcpy(ret_bias, sums + OUTPUT_WEIGHTS, OUTPUT_CHANNELS * sizeof *ret_bias);
}
