/* Building and taking apart a trainer.
 *
 * Memory is what limits it: one picture of 256x256 has 5 million values between its layers. Each
 * hidden layer keeps two tensors: the convolution's result, and its activation, in whose place the
 * gradient by it is written on the way back (the layer after has used the activation by then).
 * Nothing else is as large. The surprising thing: a last, smaller batch has primitives of its own
 * but no memory of its own.
 */
#include "model/trainer_parts.h"

#include "model/floats.h"

#include <stdlib.h>

static bool scratch_reserve(struct scratch *scratch, size_t bytes, struct error *err)
{
    if (bytes <= scratch->bytes)
        return true;
    float *larger = floats_create((bytes + sizeof(float) - 1) / sizeof(float), err);
    if (!larger)
        return false;
    floats_destroy(scratch->floats);
    *scratch = (struct scratch){.floats = larger, .bytes = bytes};
    return true;
}

static void pass_set_finish(struct pass_set *set)
{
    for (int i = 0; i < HIDDEN_MAX; i++) {
        convolution_finish(&set->forward[i]);
        convolution_finish(&set->backward_data[i]);
        convolution_finish(&set->backward_weights[i]);
    }
    set->count = 0;
}

static bool pass_init(struct trainer *trainer, const struct trainer_layer *layer, int count,
                      enum convolution_pass pass, struct convolution *convolution,
                      struct error *err)
{
    const struct convolution_shape shape =
        layer_convolution_shape(layer->spec, count, layer->in_height, layer->in_width);
    if (!convolution_init(convolution, &trainer->library, &shape, pass, false, err))
        return error_add_context(err, "layer %s", layer->spec->name);
    return scratch_reserve(&trainer->weights, convolution->weights_bytes, err) &&
           scratch_reserve(&trainer->scratchpad, convolution->scratchpad_bytes, err);
}

static bool pass_set_init(struct trainer *trainer, struct pass_set *set, int count,
                          struct error *err)
{
    *set = (struct pass_set){0};
    for (int i = 0; i < trainer->hidden_count; i++) {
        const struct trainer_layer *layer = &trainer->layers[i];
        if (!pass_init(trainer, layer, count, layer_forward_pass(layer->spec), &set->forward[i],
                       err) ||
            !pass_init(trainer, layer, count, PASS_BACKWARD_WEIGHTS, &set->backward_weights[i],
                       err) ||
            (i > 0 && !pass_init(trainer, layer, count, layer_backward_pass(layer->spec),
                                 &set->backward_data[i], err))) {
            pass_set_finish(set);
            return false;
        }
    }
    set->count = count;
    return true;
}

struct pass_set *trainer_pass_set(struct trainer *trainer, int count, struct error *err)
{
    if (count < 1 || count > trainer->batch_size) {
        error_set(err, ERROR_INTERNAL, "a batch of %d pictures where 1 to %d fit", count,
                  trainer->batch_size);
        return NULL;
    }
    struct pass_set *set = count == trainer->batch_size ? &trainer->full : &trainer->partial;
    if (set->count == count)
        return set;
    pass_set_finish(set);
    return pass_set_init(trainer, set, count, err) ? set : NULL;
}

static bool layer_init(struct trainer *trainer, int index, int height, int width, struct error *err)
{
    struct trainer_layer *layer = &trainer->layers[index];
    const struct layer_spec *spec = &trainer->network->layers[index];
    layer->spec = spec;
    layer->in_height = height;
    layer->in_width = width;
    const bool wider = spec->kind == LAYER_TRANSPOSED_CONV;
    layer->out_height = wider ? height * spec->stride : height / spec->stride;
    layer->out_width = wider ? width * spec->stride : width / spec->stride;
    const size_t pixels = (size_t)layer->out_height * (size_t)layer->out_width;
    const size_t channels = (size_t)spec->out_channels, batch = (size_t)trainer->batch_size;
    layer->convolved = floats_create(batch * channels * pixels, err);
    layer->activated = layer->convolved ? floats_create(batch * channels * pixels, err) : NULL;
    return layer->activated &&
           activation_init(&layer->activation, trainer->kernels, channels, pixels, batch, err);
}

static bool layers_init(struct trainer *trainer, struct error *err)
{
    int height = trainer->height, width = trainer->width;
    for (int i = 0; i < trainer->hidden_count; i++) {
        if (!layer_init(trainer, i, height, width, err))
            return false;
        height = trainer->layers[i].out_height;
        width = trainer->layers[i].out_width;
    }
    const size_t batch = (size_t)trainer->batch_size;
    const size_t pixels = (size_t)width * (size_t)height;
    trainer->reconstruction = floats_create(batch * OUTPUT_CHANNELS * pixels, err);
    return trainer->reconstruction &&
           output_layer_init(&trainer->output, trainer->kernels, (size_t)width, (size_t)height,
                             (size_t)trainer->library.threads, batch, err);
}

/* Both moments and the gradients start at zero, the variances too (parameters_create has 1). */
static struct parameters *zeros_create(const struct network *network, struct error *err)
{
    struct parameters *zeros = parameters_create_for(network, err);
    for (int layer = 0; zeros && layer < network->layer_count; layer++)
        for (int i = 0; i < LAYER_TENSORS; i++) {
            float *values;
            const size_t count = layer_tensor(layer, zeros, i, &values);
            for (size_t k = 0; k < count; k++)
                values[k] = 0.0f;
        }
    return zeros;
}

static bool parameters_init(struct trainer *trainer, const struct parameters *initial,
                            struct error *err)
{
    const struct network *network = trainer->network;
    trainer->parameters = parameters_create_for(network, err);
    trainer->gradients = trainer->parameters ? zeros_create(network, err) : NULL;
    trainer->moment1 = trainer->gradients ? zeros_create(network, err) : NULL;
    trainer->moment2 = trainer->moment1 ? zeros_create(network, err) : NULL;
    if (!trainer->moment2)
        return false;
    parameters_copy(trainer->parameters, initial);
    return true;
}

struct trainer *trainer_create(const struct parameters *initial, int width, int height,
                               int batch_size, double learning_rate, int threads, struct error *err)
{
    const struct network *network = initial->network;
    if (!network_fits(network, width, height) || batch_size < 1) {
        error_set(err, ERROR_INTERNAL,
                  "a network of %dx%d px for batches of %d: sides must be multiples of %d", width,
                  height, batch_size, network->side_multiple);
        return NULL;
    }
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (!trainer) {
        error_set(err, ERROR_MEMORY, "no memory for a trainer");
        return NULL;
    }
    trainer->network = network;
    trainer->hidden_count = network->layer_count - 1;
    trainer->kernels = kernels_select();
    trainer->width = width;
    trainer->height = height;
    trainer->batch_size = batch_size;
    trainer->learning_rate = learning_rate;
    if (onednn_init(&trainer->library, threads, err) && parameters_init(trainer, initial, err) &&
        layers_init(trainer, err) && trainer_pass_set(trainer, batch_size, err))
        return trainer;
    trainer_destroy(trainer);
    return NULL;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    pass_set_finish(&trainer->full);
    pass_set_finish(&trainer->partial);
    for (int i = 0; i < trainer->hidden_count; i++) {
        floats_destroy(trainer->layers[i].convolved);
        floats_destroy(trainer->layers[i].activated);
        activation_finish(&trainer->layers[i].activation);
    }
    output_layer_finish(&trainer->output);
    floats_destroy(trainer->reconstruction);
    floats_destroy(trainer->weights.floats);
    floats_destroy(trainer->scratchpad.floats);
    floats_destroy(trainer->loss_rows);
    parameters_destroy(trainer->parameters);
    parameters_destroy(trainer->gradients);
    parameters_destroy(trainer->moment1);
    parameters_destroy(trainer->moment2);
    onednn_finish(&trainer->library);
    free(trainer);
}

void trainer_set_learning_rate(struct trainer *trainer, double learning_rate)
{
    trainer->learning_rate = learning_rate;
}

bool trainer_describe(const struct trainer *trainer, struct buffer *out, struct error *err)
{
    for (int i = 0; i < trainer->hidden_count; i++) {
        const char *name = trainer->network->layers[i].name;
        const struct pass_set *set = &trainer->full;
        buffer_append_format(out, "%s forward %s\n", name, set->forward[i].implementation);
        if (i > 0)
            buffer_append_format(out, "%s backward-data %s\n", name,
                                 set->backward_data[i].implementation);
        buffer_append_format(out, "%s backward-weights %s\n", name,
                             set->backward_weights[i].implementation);
    }
    const char *name = trainer->network->layers[trainer->hidden_count].name;
    buffer_append_format(out, "%s forward leakwatch:%s\n", name, trainer->kernels->name);
    buffer_append_format(out, "%s backward leakwatch:%s\n", name, trainer->kernels->name);
    return buffer_check(out, err);
}
