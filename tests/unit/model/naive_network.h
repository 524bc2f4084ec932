/* A network of network.h written down as plainly as possible: scalar loops in double precision, one
 * function per formula, no cleverness to share a mistake with the code under test.
 *
 * Tensors are [count][channels][height][width]. Convolutions are TensorFlow's "same": at stride 1
 * one zero on every side, at stride 2 none before and one after. Transposed convolutions scatter,
 * as ONNX defines ConvTranspose with pads [0, 0, 1, 1]. For tests only; include in one .c file.
 */
#ifndef TESTS_NAIVE_NETWORK_H
#define TESTS_NAIVE_NETWORK_H

#include "model/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct naive_shape {
    int count, in_channels, out_channels, in_height, in_width, stride;
};

static inline double *naive_new(size_t count)
{
    double *values = calloc(count, sizeof *values);
    if (!values)
        abort();
    return values;
}

static inline size_t naive_at(int channels, int height, int width, int n, int c, int y, int x)
{
    return (((size_t)n * (size_t)channels + (size_t)c) * (size_t)height + (size_t)y) *
               (size_t)width +
           (size_t)x;
}

/* Calls `visit` for every product (input, weight, output) of a convolution: all three passes are
 * sums over the same products. */
struct naive_term {
    size_t input, weight, output;
};

typedef void naive_visit(const struct naive_term *term, double *result, const double *a,
                         const double *b);

/* Inlined with its visitor: a call for each of a hundred million products would take minutes. */
static inline __attribute__((always_inline)) void naive_products(const struct naive_shape *s,
                                                                 bool transposed,
                                                                 naive_visit *visit, double *result,
                                                                 const double *a, const double *b)
{
    const int grow = transposed ? s->stride : 1, shrink = transposed ? 1 : s->stride;
    const int out_height = s->in_height * grow / shrink, out_width = s->in_width * grow / shrink;
    const int pad = s->stride == 1 ? 1 : 0;
    const int steps_y = transposed ? s->in_height : out_height;
    const int steps_x = transposed ? s->in_width : out_width;
    for (int n = 0; n < s->count; n++)
        for (int o = 0; o < s->out_channels; o++)
            for (int i = 0; i < s->in_channels; i++)
                for (int y = 0; y < steps_y; y++)
                    for (int x = 0; x < steps_x; x++)
                        for (int tap = 0; tap < 9; tap++) {
                            const int wide_y = y * s->stride + tap / 3 - pad;
                            const int wide_x = x * s->stride + tap % 3 - pad;
                            const int in_y = transposed ? y : wide_y,
                                      in_x = transposed ? x : wide_x;
                            const int to_y = transposed ? wide_y : y,
                                      to_x = transposed ? wide_x : x;
                            if (in_y < 0 || in_x < 0 || in_y >= s->in_height ||
                                in_x >= s->in_width || to_y < 0 || to_x < 0 || to_y >= out_height ||
                                to_x >= out_width)
                                continue;
                            const int major = transposed ? i : o, minor = transposed ? o : i;
                            const int minors = transposed ? s->out_channels : s->in_channels;
                            const struct naive_term term = {
                                .input = naive_at(s->in_channels, s->in_height, s->in_width, n, i,
                                                  in_y, in_x),
                                .weight = ((size_t)major * (size_t)minors + (size_t)minor) * 9 +
                                          (size_t)tap,
                                .output = naive_at(s->out_channels, out_height, out_width, n, o,
                                                   to_y, to_x),
                            };
                            visit(&term, result, a, b);
                        }
}

static inline void naive_add_forward(const struct naive_term *t, double *output,
                                     const double *input, const double *weights)
{
    output[t->output] += input[t->input] * weights[t->weight];
}

static inline void naive_add_backward_data(const struct naive_term *t, double *input,
                                           const double *output, const double *weights)
{
    input[t->input] += output[t->output] * weights[t->weight];
}

static inline void naive_add_backward_weights(const struct naive_term *t, double *weights,
                                              const double *input, const double *output)
{
    weights[t->weight] += input[t->input] * output[t->output];
}

/* One layer's tensors, kept for the way back. */
struct naive_layer {
    struct naive_shape shape;
    bool transposed;
    int out_height, out_width;
    size_t in_size, out_size, weight_count;
    double *weights, *bias, *gamma, *beta; /* copies of the parameters */
    double *convolved, *normalised, *activated;
    double *mean, *variance; /* running; used when `trained` */
    bool trained;
    double *inverse; /* 1 / √(variance + ε) */
    double *weights_gradient, *bias_gradient, *gamma_gradient, *beta_gradient;
};

struct naive_network {
    const struct network *network;
    int count, height, width;
    double *input, *target;
    struct naive_layer layers[NETWORK_LAYERS_MAX];
};

static inline double *naive_copy(const float *from, size_t count)
{
    double *copy = naive_new(count);
    for (size_t i = 0; from && i < count; i++)
        copy[i] = (double)from[i];
    return copy;
}

static inline void naive_layer_init(struct naive_layer *layer, const struct layer_spec *spec,
                                    const struct layer_parameters *from, int count, int height,
                                    int width)
{
    const size_t channels = (size_t)spec->out_channels;
    *layer = (struct naive_layer){0};
    layer->shape = (struct naive_shape){count, spec->in_channels, spec->out_channels, height,
                                        width, spec->stride};
    layer->transposed = spec->kind == LAYER_TRANSPOSED_CONV;
    layer->out_height = layer->transposed ? height * spec->stride : height / spec->stride;
    layer->out_width = layer->transposed ? width * spec->stride : width / spec->stride;
    layer->in_size = (size_t)count * (size_t)spec->in_channels * (size_t)height * (size_t)width;
    layer->out_size =
        (size_t)count * channels * (size_t)layer->out_height * (size_t)layer->out_width;
    layer->weight_count = layer_weight_count(spec);
    layer->weights = naive_copy(from->weights, layer->weight_count);
    layer->bias = naive_copy(from->bias, channels);
    layer->gamma = naive_copy(from->gamma, channels);
    layer->beta = naive_copy(from->beta, channels);
    layer->mean = naive_copy(from->mean, channels);
    layer->variance = naive_copy(from->variance, channels);
    layer->convolved = naive_new(layer->out_size);
    layer->normalised = naive_new(layer->out_size);
    layer->activated = naive_new(layer->out_size);
    layer->inverse = naive_new(channels);
    layer->weights_gradient = naive_new(layer->weight_count);
    layer->bias_gradient = naive_new(channels);
    layer->gamma_gradient = naive_new(channels);
    layer->beta_gradient = naive_new(channels);
}

static inline struct naive_network *naive_create(const struct parameters *parameters, int count,
                                                 int height, int width, const float *input,
                                                 const float *target)
{
    struct naive_network *network = calloc(1, sizeof *network);
    if (!network)
        abort();
    const size_t size = (size_t)count * 3 * (size_t)height * (size_t)width;
    *network = (struct naive_network){
        .network = parameters->network, .count = count, .height = height, .width = width};
    network->input = naive_copy(input, size);
    network->target = naive_copy(target, size);
    for (int i = 0; i < network->network->layer_count; i++) {
        struct naive_layer *layer = &network->layers[i];
        naive_layer_init(layer, &network->network->layers[i], &parameters->layers[i], count, height,
                         width);
        height = layer->out_height;
        width = layer->out_width;
    }
    return network;
}

static inline void naive_layer_finish(struct naive_layer *layer)
{
    double *const owned[] = {layer->weights,        layer->bias,
                             layer->gamma,          layer->beta,
                             layer->convolved,      layer->normalised,
                             layer->activated,      layer->inverse,
                             layer->bias_gradient,  layer->weights_gradient,
                             layer->gamma_gradient, layer->beta_gradient,
                             layer->mean,           layer->variance};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
}

static inline void naive_destroy(struct naive_network *network)
{
    for (int i = 0; i < network->network->layer_count; i++)
        naive_layer_finish(&network->layers[i]);
    free(network->input);
    free(network->target);
    free(network);
}

/* Statistics of one channel over all pictures and pixels. */
static inline void naive_statistics(const struct naive_layer *layer, int channel, double *ret_mean,
                                    double *ret_variance)
{
    const int area = layer->out_height * layer->out_width;
    const double values = (double)layer->shape.count * area;
    double sum = 0, square = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int n = 0; n < layer->shape.count; n++)
            for (int i = 0; i < area; i++) {
                const double value =
                    layer
                        ->convolved[naive_at(layer->shape.out_channels, 1, area, n, channel, 0, i)];
                if (pass == 0)
                    sum += value / values;
                else
                    square += (value - sum) * (value - sum) / values;
            }
    *ret_mean = sum;
    *ret_variance = square;
}

static inline void naive_activate(struct naive_layer *layer, const struct layer_spec *spec)
{
    const int area = layer->out_height * layer->out_width;
    for (int c = 0; c < spec->out_channels; c++) {
        double mean = 0, variance = 0;
        if (spec->batch_norm && layer->trained) {
            mean = layer->mean[c];
            variance = layer->variance[c];
        } else if (spec->batch_norm) {
            naive_statistics(layer, c, &mean, &variance);
        }
        layer->inverse[c] = 1.0 / sqrt(variance + (double)BATCH_NORM_EPSILON);
        for (int n = 0; n < layer->shape.count; n++)
            for (int i = 0; i < area; i++) {
                const size_t at = naive_at(spec->out_channels, 1, area, n, c, 0, i);
                double value = layer->convolved[at];
                if (spec->batch_norm) {
                    layer->normalised[at] = (value - mean) * layer->inverse[c];
                    value = layer->normalised[at] * layer->gamma[c] + layer->beta[c];
                }
                layer->activated[at] = spec->activation == ACTIVATION_SIGMOID
                                           ? 1.0 / (1.0 + exp(-value))
                                           : fmax(value, 0.0);
            }
    }
}

static inline void naive_layer_forward(struct naive_layer *layer, const struct layer_spec *spec,
                                       const double *input)
{
    const size_t area = (size_t)layer->out_height * (size_t)layer->out_width;
    for (size_t i = 0; i < layer->out_size; i++)
        layer->convolved[i] = layer->bias[i / area % (size_t)spec->out_channels];
    naive_products(&layer->shape, layer->transposed, naive_add_forward, layer->convolved, input,
                   layer->weights);
    naive_activate(layer, spec);
}

/* As after training: batch norm by the running statistics. */
static inline void naive_use_running(struct naive_network *network)
{
    for (int i = 0; i < network->network->layer_count; i++)
        network->layers[i].trained = true;
}

/* Runs the layers from `first` on (the ones before are taken as they were) and returns the loss. */
static inline double naive_loss_from(struct naive_network *network, int first)
{
    for (int i = first; i < network->network->layer_count; i++)
        naive_layer_forward(&network->layers[i], &network->network->layers[i],
                            i ? network->layers[i - 1].activated : network->input);
    const struct naive_layer *last = &network->layers[network->network->layer_count - 1];
    double sum = 0;
    for (size_t i = 0; i < last->out_size; i++) {
        const double off = last->activated[i] - network->target[i];
        sum += off * off;
    }
    return sum / (double)last->out_size;
}

/* Gradient by the activation → gradient by the convolution's result, in place. */
static inline void naive_deactivate(struct naive_layer *layer, const struct layer_spec *spec,
                                    double *gradient)
{
    const int area = layer->out_height * layer->out_width;
    const double values = (double)layer->shape.count * area;
    for (size_t i = 0; i < layer->out_size; i++) {
        const double y = layer->activated[i];
        gradient[i] *= spec->activation == ACTIVATION_SIGMOID ? y * (1.0 - y) : y > 0.0;
    }
    for (int c = 0; c < spec->out_channels; c++) {
        double sum = 0, product = 0;
        for (int n = 0; n < layer->shape.count; n++)
            for (int i = 0; i < area; i++) {
                const size_t at = naive_at(spec->out_channels, 1, area, n, c, 0, i);
                sum += gradient[at];
                product += gradient[at] * layer->normalised[at];
            }
        layer->bias_gradient[c] = spec->batch_norm ? 0.0 : sum;
        layer->beta_gradient[c] = sum;
        layer->gamma_gradient[c] = product;
        for (int n = 0; spec->batch_norm && n < layer->shape.count; n++)
            for (int i = 0; i < area; i++) {
                const size_t at = naive_at(spec->out_channels, 1, area, n, c, 0, i);
                gradient[at] =
                    layer->gamma[c] * layer->inverse[c] *
                    (gradient[at] - sum / values - layer->normalised[at] * product / values);
            }
    }
}

/* After naive_loss_from(network, 0): all gradients. */
static inline void naive_backward(struct naive_network *network)
{
    const struct naive_layer *last = &network->layers[network->network->layer_count - 1];
    double *gradient = naive_new(last->out_size);
    for (size_t i = 0; i < last->out_size; i++)
        gradient[i] = 2.0 * (last->activated[i] - network->target[i]) / (double)last->out_size;
    for (int i = network->network->layer_count - 1; i >= 0; i--) {
        struct naive_layer *layer = &network->layers[i];
        const double *input = i ? network->layers[i - 1].activated : network->input;
        naive_deactivate(layer, &network->network->layers[i], gradient);
        naive_products(&layer->shape, layer->transposed, naive_add_backward_weights,
                       layer->weights_gradient, input, gradient);
        double *next = naive_new(layer->in_size);
        naive_products(&layer->shape, layer->transposed, naive_add_backward_data, next, gradient,
                       layer->weights);
        free(gradient);
        gradient = next;
    }
    free(gradient);
}

#endif
