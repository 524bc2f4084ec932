/* Forward, loss, backward, update: the inner loop of training.
 *
 * The data flow of one step: input → (convolution → activation) x n → last convolution → sigmoid
 * and squared error in one pass, which leaves the gradient where z was → back through the same
 * layers → Adam. Each layer's weight gradient is computed before the gradient by its input, because
 * the latter overwrites the input. The surprising thing: nothing is updated until the loss is known
 * to be finite, running statistics included, so a broken batch leaves the network as it was.
 */
#include "model/trainer_parts.h"

#include <math.h>

static bool forward_layer(struct trainer *trainer, struct pass_set *set, int index, float *input,
                          struct error *err)
{
    struct trainer_layer *layer = &trainer->layers[index];
    const struct layer_parameters *own = &trainer->parameters->layers[index];
    struct convolution *convolution = &set->forward[index];
    const bool transposed = layer->spec->kind == LAYER_TRANSPOSED_CONV;
    const struct convolution_buffers buffers = {
        .source = transposed ? layer->convolved : input,
        .weights = trainer->weights.floats,
        .destination = transposed ? input : layer->convolved,
        .scratchpad = trainer->scratchpad.floats,
    };
    if (!convolution_reorder_weights(convolution, own->weights, trainer->weights.floats, err) ||
        !convolution_run(convolution, &buffers, err))
        return error_add_context(err, "layer %s forward", layer->spec->name);
    const size_t count = (size_t)set->count;
    if (layer->spec->batch_norm)
        activation_use_batch(&layer->activation, layer->convolved, count, own->gamma, own->beta);
    else
        activation_use_bias(&layer->activation, own->bias);
    if (index < trainer->hidden_count - 1) /* the last convolution activates its input itself */
        activation_forward(&layer->activation, layer->convolved, count, layer->activated);
    return true;
}

static bool forward(struct trainer *trainer, struct pass_set *set, float *input, struct error *err)
{
    for (int i = 0; i < trainer->hidden_count; i++)
        if (!forward_layer(trainer, set, i, i ? trainer->layers[i - 1].activated : input, err))
            return false;
    const struct trainer_layer *last = &trainer->layers[trainer->hidden_count - 1];
    const struct layer_parameters *own = &trainer->parameters->layers[trainer->hidden_count];
    output_layer_set_weights(&trainer->output, own->weights, own->bias);
    output_layer_forward(&trainer->output, &last->activation, last->convolved, (size_t)set->count,
                         trainer->reconstruction);
    return true;
}

static bool backward_layer(struct trainer *trainer, struct pass_set *set, int index, float *input,
                           struct error *err)
{
    struct trainer_layer *layer = &trainer->layers[index];
    const struct layer_parameters *own = &trainer->parameters->layers[index];
    struct layer_parameters *gradients = &trainer->gradients->layers[index];
    struct convolution *to_weights = &set->backward_weights[index];
    struct convolution *to_data = &set->backward_data[index];
    const bool transposed = layer->spec->kind == LAYER_TRANSPOSED_CONV;
    activation_backward(&layer->activation, layer->convolved, layer->activated, (size_t)set->count,
                        gradients->gamma,
                        layer->spec->batch_norm ? gradients->beta : gradients->bias);
    const struct convolution_buffers buffers = {
        .source = transposed ? layer->activated : input,
        .weights = trainer->weights.floats,
        .destination = transposed ? input : layer->activated,
        .scratchpad = trainer->scratchpad.floats,
    };
    if (!convolution_run(to_weights, &buffers, err) ||
        !convolution_reorder_weights(to_weights, gradients->weights, trainer->weights.floats, err))
        return error_add_context(err, "layer %s backward to its weights", layer->spec->name);
    if (index == 0)
        return true;
    if (!convolution_reorder_weights(to_data, own->weights, trainer->weights.floats, err) ||
        !convolution_run(to_data, &buffers, err))
        return error_add_context(err, "layer %s backward to its input", layer->spec->name);
    return true;
}

bool trainer_differentiate(struct trainer *trainer, const struct trainer_batch *batch,
                           double *ret_loss, struct error *err)
{
    onednn_use_threads(&trainer->library);
    struct pass_set *set = trainer_pass_set(trainer, batch->count, err);
    /* oneDNN's arguments are not const; forward and backward-weights only read the input. */
    float *picture = (float *)(uintptr_t)batch->input;
    if (!set || !forward(trainer, set, picture, err))
        return false;
    const double loss = trainer_loss(trainer, batch);
    if (isfinite(loss)) {
        struct trainer_layer *last = &trainer->layers[trainer->hidden_count - 1];
        struct layer_parameters *gradients = &trainer->gradients->layers[trainer->hidden_count];
        output_layer_backward(&trainer->output, &last->activation, last->convolved,
                              trainer->reconstruction, (size_t)batch->count, last->activated,
                              gradients->weights, gradients->bias);
        for (int i = trainer->hidden_count - 1; i >= 0; i--)
            if (!backward_layer(trainer, set, i, i ? trainer->layers[i - 1].activated : picture,
                                err))
                return false;
    }
    *ret_loss = loss;
    return true;
}

static void update_running(const struct activation_layer *activation, float kept,
                           struct layer_parameters *own)
{
    const float taken = 1.0f - kept;
    for (size_t i = 0; i < activation->channels; i++) {
        own->mean[i] = kept * own->mean[i] + taken * (activation->mean[i] + own->bias[i]);
        own->variance[i] = kept * own->variance[i] + taken * activation->variance[i];
    }
}

void trainer_update(struct trainer *trainer)
{
    const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
    const double time = (double)++trainer->steps;
    const struct adam_rates rates = {
        .step = (float)(trainer->learning_rate * sqrt(1.0 - pow(beta2, time)) /
                        (1.0 - pow(beta1, time))),
        .beta1 = (float)beta1,
        .beta2 = (float)beta2,
        .epsilon = (float)epsilon,
    };
    for (int layer = 0; layer < trainer->network->layer_count; layer++)
        for (int i = 0; i < LAYER_LEARNED_TENSORS; i++) {
            float *weights, *gradient, *moment1, *moment2;
            const size_t count = layer_tensor(layer, trainer->parameters, i, &weights);
            layer_tensor(layer, trainer->gradients, i, &gradient);
            layer_tensor(layer, trainer->moment1, i, &moment1);
            layer_tensor(layer, trainer->moment2, i, &moment2);
            enum { STRETCH = 16384 };
#pragma omp parallel for schedule(static)
            for (size_t at = 0; at < count; at += STRETCH)
                trainer->kernels->adam(weights + at, gradient + at, moment1 + at, moment2 + at,
                                       count - at < STRETCH ? count - at : STRETCH, &rates);
        }
    for (int i = 0; i < trainer->hidden_count; i++)
        if (trainer->network->layers[i].batch_norm)
            update_running(&trainer->layers[i].activation, trainer->network->batch_norm_momentum,
                           &trainer->parameters->layers[i]);
}

bool trainer_step_batch(struct trainer *trainer, const struct trainer_batch *batch,
                        double *ret_loss, struct error *err)
{
    if (!trainer_differentiate(trainer, batch, ret_loss, err))
        return false;
    if (isfinite(*ret_loss))
        trainer_update(trainer);
    return true;
}

bool trainer_step(struct trainer *trainer, const float *input, const float *target, int count,
                  double *ret_loss, struct error *err)
{
    const struct trainer_batch batch = {.input = input, .target = target, .count = count};
    return trainer_step_batch(trainer, &batch, ret_loss, err);
}
