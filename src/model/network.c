/* The layer tables and the parameters that belong to them.
 *
 * All floats of a `struct parameters` lie in one allocation, in the order of the table and, within
 * a layer, in the order of `struct layer_parameters`; the pointers only say where. So copying,
 * checking and digesting are single passes over that block. The surprising thing: Glorot's fan-in
 * and fan-out are channels x 9 for both kinds of layer, whatever the stride, because that is what
 * Keras computes and the reference method was trained with.
 */
#include "model/network.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KERNEL_AREA = 9 };

static const struct layer_spec reference_layers[] = {
    /* name, kind, in, out, stride, batch norm, activation */
    {"enc1", LAYER_CONV, 3, 32, 2, true, ACTIVATION_RELU},
    {"enc2", LAYER_CONV, 32, 64, 2, true, ACTIVATION_RELU},
    {"enc3", LAYER_CONV, 64, 128, 2, true, ACTIVATION_RELU},
    {"enc4", LAYER_CONV, 128, 256, 2, true, ACTIVATION_RELU},
    {"middle", LAYER_CONV, 256, 512, 1, false, ACTIVATION_RELU},
    {"dec1", LAYER_TRANSPOSED_CONV, 512, 256, 2, true, ACTIVATION_RELU},
    {"dec2", LAYER_TRANSPOSED_CONV, 256, 128, 2, true, ACTIVATION_RELU},
    {"dec3", LAYER_TRANSPOSED_CONV, 128, 64, 2, true, ACTIVATION_RELU},
    {"dec4", LAYER_TRANSPOSED_CONV, 64, 32, 2, true, ACTIVATION_RELU},
    {"out", LAYER_CONV, 32, 3, 1, false, ACTIVATION_SIGMOID},
};

static const struct layer_spec repair_layers[] = {
    {"enc1", LAYER_CONV, 3, 16, 2, true, ACTIVATION_RELU},
    {"enc2", LAYER_CONV, 16, 32, 2, true, ACTIVATION_RELU},
    {"enc3", LAYER_CONV, 32, 64, 2, true, ACTIVATION_RELU},
    {"enc4", LAYER_CONV, 64, 96, 2, true, ACTIVATION_RELU},
    {"enc5", LAYER_CONV, 96, 128, 2, true, ACTIVATION_RELU},
    {"dec1", LAYER_TRANSPOSED_CONV, 128, 96, 2, true, ACTIVATION_RELU},
    {"dec2", LAYER_TRANSPOSED_CONV, 96, 64, 2, true, ACTIVATION_RELU},
    {"dec3", LAYER_TRANSPOSED_CONV, 64, 48, 2, true, ACTIVATION_RELU},
    {"dec4", LAYER_TRANSPOSED_CONV, 48, 32, 2, true, ACTIVATION_RELU},
    {"dec5", LAYER_TRANSPOSED_CONV, 32, 32, 2, true, ACTIVATION_RELU},
    {"out", LAYER_CONV, 32, 3, 1, false, ACTIVATION_SIGMOID},
};

enum {
    REFERENCE_LAYERS = sizeof reference_layers / sizeof reference_layers[0],
    REPAIR_LAYERS = sizeof repair_layers / sizeof repair_layers[0]
};
_Static_assert((int)REFERENCE_LAYERS <= (int)NETWORK_LAYERS_MAX, "room for the reference");
_Static_assert((int)REPAIR_LAYERS <= (int)NETWORK_LAYERS_MAX, "room for the repair network");

const struct network network_reference = {
    .name = "reference",
    .layer_count = REFERENCE_LAYERS,
    .layers = reference_layers,
    .side_multiple = 16,
    .batch_norm_momentum = 0.99f,
};

const struct network network_repair = {
    .name = "repair",
    .layer_count = REPAIR_LAYERS,
    .layers = repair_layers,
    .side_multiple = 32,
    .batch_norm_momentum = 0.9f,
};

const struct network *network_by_name(const char *name)
{
    static const struct network *const networks[] = {&network_reference, &network_repair};
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        if (strcmp(networks[i]->name, name) == 0)
            return networks[i];
    return NULL;
}

bool network_fits(const struct network *network, int width, int height)
{
    return width > 0 && width % network->side_multiple == 0 && height > 0 &&
           height % network->side_multiple == 0;
}

/* One allocation: the struct first, so that a pointer to it is a pointer to all. */
struct parameters_block {
    struct parameters parameters;
    float values[];
};

size_t layer_weight_count(const struct layer_spec *layer)
{
    return (size_t)layer->in_channels * (size_t)layer->out_channels * KERNEL_AREA;
}

static size_t layer_vector_count(const struct layer_spec *layer)
{
    return layer->batch_norm ? 5 : 1;
}

static size_t network_parameter_count(const struct network *network)
{
    size_t count = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer_spec *layer = &network->layers[i];
        count += layer_weight_count(layer);
        count += layer_vector_count(layer) * (size_t)layer->out_channels;
    }
    return count;
}

size_t parameters_count(const struct parameters *parameters)
{
    return network_parameter_count(parameters->network);
}

static float *take(float **rest, size_t count)
{
    float *taken = *rest;
    *rest += count;
    return taken;
}

static void layer_place(struct layer_parameters *parameters, const struct layer_spec *layer,
                        float **rest)
{
    const size_t channels = (size_t)layer->out_channels;
    parameters->weights = take(rest, layer_weight_count(layer));
    parameters->bias = take(rest, channels);
    if (!layer->batch_norm)
        return;
    parameters->gamma = take(rest, channels);
    parameters->beta = take(rest, channels);
    parameters->mean = take(rest, channels);
    parameters->variance = take(rest, channels);
    for (size_t i = 0; i < channels; i++)
        parameters->gamma[i] = parameters->variance[i] = 1.0f;
}

struct parameters *parameters_create_for(const struct network *network, struct error *err)
{
    const size_t count = network_parameter_count(network);
    struct parameters_block *block = calloc(1, sizeof *block + count * sizeof block->values[0]);
    if (!block) {
        error_set(err, ERROR_MEMORY, "no memory for the network's %zu parameters", count);
        return NULL;
    }
    block->parameters.network = network;
    float *rest = block->values;
    for (int i = 0; i < network->layer_count; i++)
        layer_place(&block->parameters.layers[i], &network->layers[i], &rest);
    return &block->parameters;
}

struct parameters *parameters_create(struct error *err)
{
    return parameters_create_for(&network_reference, err);
}

void parameters_destroy(struct parameters *parameters)
{
    free(parameters);
}

float *parameters_values(const struct parameters *parameters)
{
    return parameters->layers[0].weights;
}

void parameters_copy(struct parameters *to, const struct parameters *from)
{
    assert(to->network == from->network);
    memcpy(parameters_values(to), parameters_values(from), parameters_count(to) * sizeof(float));
}

void parameters_randomise(struct parameters *parameters, struct rng *rng)
{
    for (int i = 0; i < parameters->network->layer_count; i++) {
        const struct layer_spec *layer = &parameters->network->layers[i];
        struct layer_parameters *own = &parameters->layers[i];
        const double fans = KERNEL_AREA * (double)(layer->in_channels + layer->out_channels);
        const double limit = sqrt(6.0 / fans);
        const size_t count = layer_weight_count(layer);
        for (size_t w = 0; w < count; w++)
            own->weights[w] = (float)rng_uniform_between(rng, -limit, limit);
        memset(own->bias, 0, (size_t)layer->out_channels * sizeof own->bias[0]);
    }
}

bool parameters_are_finite(const struct parameters *parameters)
{
    const float *values = parameters_values(parameters);
    const size_t count = parameters_count(parameters);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}
