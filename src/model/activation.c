/* Batch norm, bias and ReLU around the convolutions of oneDNN.
 *
 * Memory traffic is all that counts here, so each direction reads its tensors as few times as the
 * mathematics allows: once for the statistics, once to apply them. The surprising thing: backward
 * keeps no mask and no normalised copy; both follow from x with one multiplication.
 */
#include "model/activation.h"

#include "model/floats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VECTOR_COUNT = 7 };

bool activation_init(struct activation_layer *activation, const struct kernels *kernels,
                     size_t channels, size_t pixels, size_t largest_count, struct error *err)
{
    *activation = (struct activation_layer){
        .kernels = kernels,
        .channels = channels,
        .pixels = pixels,
        .largest_count = largest_count,
    };
    activation->memory = floats_create(VECTOR_COUNT * channels, err);
    if (!activation->memory)
        return false;
    activation->sums = calloc(2 * largest_count * channels, sizeof *activation->sums);
    if (!activation->sums) {
        activation_finish(activation);
        return error_set(err, ERROR_MEMORY, "no memory for the sums of %zu channels", channels);
    }
    float **const vectors[VECTOR_COUNT] = {
        &activation->scale,   &activation->shift, &activation->mean,  &activation->variance,
        &activation->inverse, &activation->slope, &activation->offset};
    for (size_t i = 0; i < VECTOR_COUNT; i++)
        *vectors[i] = activation->memory + i * channels;
    return true;
}

void activation_finish(struct activation_layer *activation)
{
    floats_destroy(activation->memory);
    free(activation->sums);
    *activation = (struct activation_layer){0};
}

static size_t plane_floats(const struct activation_layer *activation)
{
    return activation->pixels * activation->kernels->lanes;
}

static size_t blocks(const struct activation_layer *activation)
{
    return activation->channels / activation->kernels->lanes;
}

/* First channel of a plane. */
static size_t plane_channel(const struct activation_layer *activation, size_t plane)
{
    return plane % blocks(activation) * activation->kernels->lanes;
}

void activation_use_batch(struct activation_layer *activation, const float *x, size_t count,
                          const float *gamma, const float *beta)
{
    const struct kernels *kernels = activation->kernels;
    const size_t planes = count * blocks(activation), channels = activation->channels;
    double *means = activation->sums;
    double *deviations = activation->sums + activation->largest_count * channels;
#pragma omp parallel for schedule(static)
    for (size_t plane = 0; plane < planes; plane++)
        kernels->moments(x + plane * plane_floats(activation), activation->pixels,
                         means + plane * kernels->lanes, deviations + plane * kernels->lanes);
    for (size_t channel = 0; channel < channels; channel++) {
        double mean = 0, deviation = 0;
        for (size_t i = 0; i < count; i++)
            mean += means[i * channels + channel];
        mean /= (double)count;
        for (size_t i = 0; i < count; i++) {
            const double off = means[i * channels + channel] - mean;
            deviation +=
                deviations[i * channels + channel] + off * off * (double)activation->pixels;
        }
        const double variance = deviation / ((double)count * (double)activation->pixels);
        const double inverse = 1.0 / sqrt(variance + (double)BATCH_NORM_EPSILON);
        const double scale = (double)gamma[channel] * inverse;
        activation->mean[channel] = (float)mean;
        activation->variance[channel] = (float)variance;
        activation->inverse[channel] = (float)inverse;
        activation->scale[channel] = (float)scale;
        activation->shift[channel] = (float)((double)beta[channel] - mean * scale);
    }
}

void activation_use_running(struct activation_layer *activation,
                            const struct layer_parameters *layer)
{
    for (size_t channel = 0; channel < activation->channels; channel++) {
        const double spread = sqrt((double)layer->variance[channel] + (double)BATCH_NORM_EPSILON);
        const double scale = (double)layer->gamma[channel] / spread;
        const double center = (double)layer->mean[channel] - (double)layer->bias[channel];
        activation->scale[channel] = (float)scale;
        activation->shift[channel] = (float)((double)layer->beta[channel] - center * scale);
    }
}

void activation_use_bias(struct activation_layer *activation, const float *bias)
{
    memcpy(activation->shift, bias, activation->channels * sizeof *bias);
    for (size_t channel = 0; channel < activation->channels; channel++) {
        activation->scale[channel] = 1.0f;
        activation->mean[channel] = 0.0f;
    }
}

void activation_forward(const struct activation_layer *activation, const float *x, size_t count,
                        float *ret_y)
{
    const size_t planes = count * blocks(activation);
#pragma omp parallel for schedule(static)
    for (size_t plane = 0; plane < planes; plane++) {
        const size_t start = plane * plane_floats(activation);
        const size_t channel = plane_channel(activation, plane);
        activation->kernels->activate(x + start, activation->pixels, activation->scale + channel,
                                      activation->shift + channel, ret_y + start);
    }
}

/* dx = scale g - scale / M (Σ g + (x - mean) inverse² Σ g (x - mean)), written as scale g + slope x
 * + offset; M values per channel. */
static void choose_slopes(struct activation_layer *activation, const double *sum,
                          const double *product, size_t count, float *ret_gamma, float *ret_shift)
{
    const size_t channels = activation->channels;
    const double values = (double)count * (double)activation->pixels;
    for (size_t channel = 0; channel < channels; channel++) {
        double total = 0, total_product = 0;
        for (size_t i = 0; i < count; i++) {
            total += sum[i * channels + channel];
            total_product += product[i * channels + channel];
        }
        ret_shift[channel] = (float)total;
        activation->slope[channel] = activation->offset[channel] = 0.0f;
        if (!ret_gamma)
            continue;
        const double inverse = (double)activation->inverse[channel];
        const double scale = (double)activation->scale[channel];
        const double slope = -scale * inverse * inverse * total_product / values;
        ret_gamma[channel] = (float)(total_product * inverse);
        activation->slope[channel] = (float)slope;
        activation->offset[channel] =
            (float)(-scale * total / values - slope * (double)activation->mean[channel]);
    }
}

void activation_backward(struct activation_layer *activation, const float *x, float *gradient,
                         size_t count, float *ret_gamma, float *ret_shift)
{
    const struct kernels *kernels = activation->kernels;
    const size_t planes = count * blocks(activation);
    double *sum = activation->sums;
    double *product = activation->sums + activation->largest_count * activation->channels;
#pragma omp parallel for schedule(static)
    for (size_t plane = 0; plane < planes; plane++) {
        const size_t start = plane * plane_floats(activation);
        const size_t channel = plane_channel(activation, plane);
        kernels->gradient_sums(x + start, gradient + start, activation->pixels,
                               activation->scale + channel, activation->shift + channel,
                               activation->mean + channel, sum + plane * kernels->lanes,
                               product + plane * kernels->lanes);
    }
    choose_slopes(activation, sum, product, count, ret_gamma, ret_shift);
#pragma omp parallel for schedule(static)
    for (size_t plane = 0; plane < planes; plane++) {
        const size_t start = plane * plane_floats(activation);
        const size_t channel = plane_channel(activation, plane);
        kernels->gradient_apply(x + start, gradient + start, activation->pixels,
                                activation->scale + channel, activation->shift + channel,
                                activation->slope + channel, activation->offset + channel);
    }
}
