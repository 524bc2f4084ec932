/* A trainer's parameters going in and out: export, gradients for tests, and the state that a
 * checkpoint holds.
 *
 * The state is a fixed header and then every float of parameters and both moments, tensor by
 * tensor, in this machine's byte order: a checkpoint is for continuing here, not for travelling. It
 * is loaded only when its size and header are exactly what this network has, and nothing is changed
 * before that is certain.
 */
#include "model/trainer_parts.h"

#include <string.h>

struct state_header {
    char magic[8];
    uint64_t steps;
    uint64_t floats; /* of one set of parameters */
};

static const char state_magic[8] = "lwstate1";

size_t layer_tensor(int layer, const struct parameters *parameters, int index, float **ret_values)
{
    const struct layer_spec *spec = &parameters->network->layers[layer];
    const struct layer_parameters *own = &parameters->layers[layer];
    float *const values[LAYER_TENSORS] = {own->weights, own->bias, own->gamma,
                                          own->beta,    own->mean, own->variance};
    *ret_values = values[index];
    if (index == 0)
        return layer_weight_count(spec);
    return index == 1 || spec->batch_norm ? (size_t)spec->out_channels : 0;
}

bool trainer_export(struct trainer *trainer, struct parameters *ret_parameters, struct error *err)
{
    (void)err;
    parameters_copy(ret_parameters, trainer->parameters);
    return true;
}

bool trainer_gradients(struct trainer *trainer, const float *input, const float *target, int count,
                       double *ret_loss, struct parameters *ret_gradients, struct error *err)
{
    const struct trainer_batch batch = {.input = input, .target = target, .count = count};
    if (!trainer_differentiate(trainer, &batch, ret_loss, err))
        return false;
    parameters_copy(ret_gradients, trainer->gradients);
    return true;
}

static void append_parameters(struct buffer *out, const struct parameters *parameters)
{
    for (int layer = 0; layer < parameters->network->layer_count; layer++)
        for (int i = 0; i < LAYER_TENSORS; i++) {
            float *values;
            const size_t count = layer_tensor(layer, parameters, i, &values);
            buffer_append(out, values, count * sizeof *values);
        }
}

static const char *take_parameters(const char *from, struct parameters *parameters)
{
    for (int layer = 0; layer < parameters->network->layer_count; layer++)
        for (int i = 0; i < LAYER_TENSORS; i++) {
            float *values;
            const size_t bytes = layer_tensor(layer, parameters, i, &values) * sizeof *values;
            if (bytes > 0)
                memcpy(values, from, bytes);
            from += bytes;
        }
    return from;
}

bool trainer_save_state(struct trainer *trainer, struct buffer *out, struct error *err)
{
    struct state_header header = {.steps = trainer->steps,
                                  .floats = parameters_count(trainer->parameters)};
    memcpy(header.magic, state_magic, sizeof header.magic);
    buffer_append(out, &header, sizeof header);
    append_parameters(out, trainer->parameters);
    append_parameters(out, trainer->moment1);
    append_parameters(out, trainer->moment2);
    return buffer_check(out, err);
}

bool trainer_load_state(struct trainer *trainer, const void *data, size_t size, struct error *err)
{
    struct state_header header;
    const size_t floats = parameters_count(trainer->parameters);
    const size_t expected = sizeof header + 3 * floats * sizeof(float);
    if (size != expected)
        return error_set(err, ERROR_FORMAT, "saved training state of %zu bytes where %zu belong",
                         size, expected);
    memcpy(&header, data, sizeof header);
    if (memcmp(header.magic, state_magic, sizeof header.magic) != 0 || header.floats != floats)
        return error_set(err, ERROR_FORMAT,
                         "saved training state is of another version or network");
    const char *from = (const char *)data + sizeof header;
    from = take_parameters(from, trainer->parameters);
    from = take_parameters(from, trainer->moment1);
    take_parameters(from, trainer->moment2);
    trainer->steps = header.steps;
    return true;
}
