/* The trained network on one picture.
 *
 * Batch norm costs nothing here where it can be folded into a convolution's weights (in double
 * precision), with bias and ReLU fused behind it by oneDNN. Transposed convolutions run as
 * backward passes, which fuse nothing: their scale, shift and ReLU are one pass of our own, and the
 * last convolution does it for the last of them. Two buffers take turns, so a picture of the
 * reference network needs 13 MB besides the weights.
 */
#include "model/inference.h"

#include "model/activation.h"
#include "model/convolution.h"
#include "model/floats.h"
#include "model/output_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct inference_layer {
    const struct layer_spec *spec;
    struct convolution convolution;
    float *weights;                     /* folded, in the layout that the primitive prefers */
    float *bias;                        /* LAYER_CONV: folded */
    struct activation_layer activation; /* LAYER_TRANSPOSED_CONV */
};

struct inference {
    const struct network *network;
    struct onednn library;
    const struct kernels *kernels;
    size_t pixels;
    int hidden_count; /* all layers but "out" */
    struct inference_layer layers[NETWORK_LAYERS_MAX - 1];
    struct output_layer output;
    float *buffers[2]; /* layer i writes buffers[i % 2] */
    float *scratchpad;
};

/* weights * gamma / √(variance + ε) and the bias that goes with it. */
static void fold_batch_norm(const struct layer_spec *spec, const struct layer_parameters *from,
                            float *ret_weights, float *ret_bias)
{
    const size_t per_channel = layer_weight_count(spec) / (size_t)spec->out_channels;
    for (size_t channel = 0; channel < (size_t)spec->out_channels; channel++) {
        double scale = 1.0, bias = (double)from->bias[channel];
        if (spec->batch_norm) {
            scale = (double)from->gamma[channel] /
                    sqrt((double)from->variance[channel] + (double)BATCH_NORM_EPSILON);
            bias = (bias - (double)from->mean[channel]) * scale + (double)from->beta[channel];
        }
        for (size_t i = channel * per_channel; i < (channel + 1) * per_channel; i++)
            ret_weights[i] = (float)((double)from->weights[i] * scale);
        ret_bias[channel] = (float)bias;
    }
}

static bool load_weights(struct inference_layer *layer, const struct layer_parameters *from,
                         struct error *err)
{
    float *plain = floats_create(layer_weight_count(layer->spec), err);
    if (!plain)
        return false;
    if (layer->spec->kind == LAYER_CONV) {
        fold_batch_norm(layer->spec, from, plain, layer->bias);
    } else {
        memcpy(plain, from->weights, layer_weight_count(layer->spec) * sizeof *plain);
        activation_use_running(&layer->activation, from);
    }
    const bool done = convolution_reorder_weights(&layer->convolution, plain, layer->weights, err);
    floats_destroy(plain);
    return done;
}

static bool layer_init(struct inference *inference, int index, int height, int width,
                       const struct layer_parameters *from, struct error *err)
{
    struct inference_layer *layer = &inference->layers[index];
    const struct layer_spec *spec = layer->spec = &inference->network->layers[index];
    const struct convolution_shape shape = layer_convolution_shape(spec, 1, height, width);
    const bool fused = spec->kind == LAYER_CONV;
    if (!convolution_init(&layer->convolution, &inference->library, &shape,
                          layer_forward_pass(spec), fused, err))
        return error_add_context(err, "layer %s", spec->name);
    layer->weights = floats_create(layer->convolution.weights_bytes / sizeof(float), err);
    if (!layer->weights)
        return false;
    const size_t channels = (size_t)spec->out_channels;
    if (fused) {
        layer->bias = floats_create(channels, err);
        if (!layer->bias)
            return false;
    } else {
        const size_t pixels = (size_t)shape.source_height * (size_t)shape.source_width;
        if (!activation_init(&layer->activation, inference->kernels, channels, pixels, 1, err))
            return false;
    }
    return load_weights(layer, from, err);
}

static size_t largest(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool layers_init(struct inference *inference, const struct parameters *parameters,
                        int height, int width, struct error *err)
{
    size_t floats[2] = {0}, scratchpad = 0;
    for (int i = 0; i < inference->hidden_count; i++) {
        if (!layer_init(inference, i, height, width, &parameters->layers[i], err))
            return false;
        const struct layer_spec *spec = &inference->network->layers[i];
        const bool wider = spec->kind == LAYER_TRANSPOSED_CONV;
        height = wider ? height * spec->stride : height / spec->stride;
        width = wider ? width * spec->stride : width / spec->stride;
        floats[i % 2] =
            largest(floats[i % 2], (size_t)height * (size_t)width * (size_t)spec->out_channels);
        scratchpad = largest(scratchpad, inference->layers[i].convolution.scratchpad_bytes);
    }
    inference->buffers[0] = floats_create(floats[0], err);
    inference->buffers[1] = inference->buffers[0] ? floats_create(floats[1], err) : NULL;
    inference->scratchpad =
        inference->buffers[1] ? floats_create(scratchpad / sizeof(float), err) : NULL;
    if (!inference->scratchpad ||
        !output_layer_init(&inference->output, inference->kernels, (size_t)width, (size_t)height,
                           (size_t)inference->library.threads, 1, err))
        return false;
    const struct layer_parameters *out = &parameters->layers[inference->hidden_count];
    output_layer_set_weights(&inference->output, out->weights, out->bias);
    return true;
}

struct inference *inference_create(const struct parameters *parameters, int width, int height,
                                   int threads, struct error *err)
{
    const struct network *network = parameters->network;
    if (!network_fits(network, width, height)) {
        error_set(err, ERROR_INTERNAL, "a network of %dx%d px: sides must be multiples of %d",
                  width, height, network->side_multiple);
        return NULL;
    }
    struct inference *inference = calloc(1, sizeof *inference);
    if (!inference) {
        error_set(err, ERROR_MEMORY, "no memory for the network");
        return NULL;
    }
    inference->network = network;
    inference->hidden_count = network->layer_count - 1;
    inference->kernels = kernels_select();
    inference->pixels = (size_t)width * (size_t)height;
    if (onednn_init(&inference->library, threads, err) &&
        layers_init(inference, parameters, height, width, err))
        return inference;
    inference_destroy(inference);
    return NULL;
}

void inference_destroy(struct inference *inference)
{
    if (!inference)
        return;
    for (int i = 0; i < inference->hidden_count; i++) {
        convolution_finish(&inference->layers[i].convolution);
        floats_destroy(inference->layers[i].weights);
        floats_destroy(inference->layers[i].bias);
        activation_finish(&inference->layers[i].activation);
    }
    output_layer_finish(&inference->output);
    floats_destroy(inference->buffers[0]);
    floats_destroy(inference->buffers[1]);
    floats_destroy(inference->scratchpad);
    onednn_finish(&inference->library);
    free(inference);
}

static bool layer_run(struct inference *inference, int index, float *input, struct error *err)
{
    struct inference_layer *layer = &inference->layers[index];
    float *output = inference->buffers[index % 2];
    const bool transposed = layer->spec->kind == LAYER_TRANSPOSED_CONV;
    const struct convolution_buffers buffers = {
        .source = transposed ? output : input,
        .weights = layer->weights,
        .bias = layer->bias,
        .destination = transposed ? input : output,
        .scratchpad = inference->scratchpad,
    };
    if (!convolution_run(&layer->convolution, &buffers, err))
        return error_add_context(err, "layer %s", layer->spec->name);
    if (transposed && index < inference->hidden_count - 1)
        activation_forward(&layer->activation, output, 1, output);
    return true;
}

bool inference_run(struct inference *inference, const float *input, float *ret_reconstruction,
                   struct error *err)
{
    onednn_use_threads(&inference->library);
    /* oneDNN's arguments are not const; a forward pass only reads its source. */
    float *values = (float *)(uintptr_t)input;
    for (int i = 0; i < inference->hidden_count; i++) {
        if (!layer_run(inference, i, values, err))
            return false;
        values = inference->buffers[i % 2];
    }
    const struct inference_layer *last = &inference->layers[inference->hidden_count - 1];
    output_layer_forward(&inference->output, &last->activation, values, 1, ret_reconstruction);
    inference->kernels->sigmoid(ret_reconstruction, OUTPUT_CHANNELS * inference->pixels);
    return true;
}

bool inference_describe(const struct inference *inference, struct buffer *out, struct error *err)
{
    for (int i = 0; i < inference->hidden_count; i++)
        buffer_append_format(out, "%s forward %s\n", inference->layers[i].spec->name,
                             inference->layers[i].convolution.implementation);
    buffer_append_format(out, "%s forward leakwatch:%s\n",
                         inference->network->layers[inference->hidden_count].name,
                         inference->kernels->name);
    return buffer_check(out, err);
}
