/* Convolution primitives and the reorders of their weights.
 *
 * The trainer makes three per layer, inference one. Memory objects are made once, without memory;
 * each run only sets addresses. The surprising thing: weights are reordered at every training step,
 * because the three passes want three layouts; that costs about one percent of the step and keeps
 * one plain copy as the truth.
 */
#include "model/convolution.h"

#include <stdio.h>

enum { KERNEL_SIDE = 3 };

struct convolution_shape layer_convolution_shape(const struct layer_spec *layer, int batch,
                                                 int height, int width)
{
    if (layer->kind == LAYER_CONV)
        return (struct convolution_shape){
            .batch = batch,
            .source_channels = layer->in_channels,
            .destination_channels = layer->out_channels,
            .source_height = height,
            .source_width = width,
            .destination_height = height / layer->stride,
            .destination_width = width / layer->stride,
            .stride = layer->stride,
            .plain_source = layer->in_channels == PICTURE_CHANNELS,
        };
    return (struct convolution_shape){
        .batch = batch,
        .source_channels = layer->out_channels,
        .destination_channels = layer->in_channels,
        .source_height = height * layer->stride,
        .source_width = width * layer->stride,
        .destination_height = height,
        .destination_width = width,
        .stride = layer->stride,
    };
}

enum convolution_pass layer_forward_pass(const struct layer_spec *layer)
{
    return layer->kind == LAYER_CONV ? PASS_FORWARD : PASS_BACKWARD_DATA;
}

enum convolution_pass layer_backward_pass(const struct layer_spec *layer)
{
    return layer->kind == LAYER_CONV ? PASS_BACKWARD_DATA : PASS_FORWARD;
}

struct descs {
    struct tensor_desc *source, *weights, *plain_weights, *bias, *destination;
};

static void descs_finish(struct descs *descs)
{
    tensor_desc_destroy(descs->source);
    tensor_desc_destroy(descs->weights);
    tensor_desc_destroy(descs->plain_weights);
    tensor_desc_destroy(descs->bias);
    tensor_desc_destroy(descs->destination);
}

static bool descs_init(struct descs *descs, const struct convolution_shape *shape, bool bias,
                       struct error *err)
{
    const int64_t source[] = {shape->batch, shape->source_channels, shape->source_height,
                              shape->source_width};
    const int64_t destination[] = {shape->batch, shape->destination_channels,
                                   shape->destination_height, shape->destination_width};
    const int64_t weights[] = {shape->destination_channels, shape->source_channels, KERNEL_SIDE,
                               KERNEL_SIDE};
    const enum tensor_layout source_layout = shape->plain_source ? LAYOUT_PLAIN : LAYOUT_BLOCKED;
    *descs = (struct descs){0};
    descs->source = tensor_desc_create(4, source, source_layout, err);
    descs->destination = tensor_desc_create(4, destination, LAYOUT_BLOCKED, err);
    descs->weights = tensor_desc_create(4, weights, LAYOUT_ANY, err);
    descs->plain_weights = tensor_desc_create(4, weights, LAYOUT_PLAIN, err);
    if (bias)
        descs->bias = tensor_desc_create(1, weights, LAYOUT_PLAIN, err);
    if (descs->source && descs->destination && descs->weights && descs->plain_weights &&
        (descs->bias || !bias))
        return true;
    descs_finish(descs);
    return false;
}

/* The reorder and the memory objects of the weights, in the layout that `desc` prefers. */
static bool weights_init(struct convolution *convolution, dnnl_primitive_desc_t desc,
                         const struct tensor_desc *plain, struct error *err)
{
    const bool to_plain = convolution->pass == PASS_BACKWARD_WEIGHTS;
    const struct onednn *library = convolution->library;
    struct tensor_desc *preferred =
        primitive_desc_tensor(desc, to_plain ? ROLE_DIFF_WEIGHTS : ROLE_WEIGHTS, err);
    if (!preferred)
        return false;
    dnnl_primitive_desc_t reorder = NULL;
    bool done = reorder_desc_create(library, to_plain ? preferred : plain,
                                    to_plain ? plain : preferred, &reorder, err) &&
                onednn_check(dnnl_primitive_create(&convolution->reorder, reorder),
                             "build a change of layout", err) &&
                tensor_memory_create(library, preferred, &convolution->weights, err) &&
                tensor_memory_create(library, plain, &convolution->plain_weights, err);
    convolution->weights_bytes = tensor_desc_bytes(preferred);
    if (reorder)
        dnnl_primitive_desc_destroy(reorder);
    tensor_desc_destroy(preferred);
    return done;
}

static bool scratchpad_init(struct convolution *convolution, dnnl_primitive_desc_t desc,
                            struct error *err)
{
    struct tensor_desc *wanted = primitive_desc_tensor(desc, ROLE_SCRATCHPAD, err);
    if (!wanted)
        return false;
    convolution->scratchpad_bytes = tensor_desc_bytes(wanted);
    const bool done =
        tensor_memory_create(convolution->library, wanted, &convolution->scratchpad, err);
    tensor_desc_destroy(wanted);
    return done;
}

static bool parts_init(struct convolution *convolution, dnnl_primitive_desc_t desc,
                       const struct descs *descs, struct error *err)
{
    const struct onednn *library = convolution->library;
    snprintf(convolution->implementation, sizeof convolution->implementation, "%s",
             primitive_desc_implementation(desc));
    return onednn_check(dnnl_primitive_create(&convolution->primitive, desc), "build a convolution",
                        err) &&
           weights_init(convolution, desc, descs->plain_weights, err) &&
           scratchpad_init(convolution, desc, err) &&
           tensor_memory_create(library, descs->source, &convolution->source, err) &&
           tensor_memory_create(library, descs->destination, &convolution->destination, err) &&
           (!descs->bias || tensor_memory_create(library, descs->bias, &convolution->bias, err));
}

bool convolution_init(struct convolution *convolution, const struct onednn *library,
                      const struct convolution_shape *shape, enum convolution_pass pass,
                      bool bias_and_relu, struct error *err)
{
    *convolution = (struct convolution){.library = library, .pass = pass};
    struct descs descs;
    if (!descs_init(&descs, shape, bias_and_relu, err))
        return false;
    const struct convolution_request request = {
        .pass = pass,
        .source = descs.source,
        .weights = descs.weights,
        .destination = descs.destination,
        .bias = descs.bias,
        .relu = bias_and_relu,
        .stride = shape->stride,
        .pad_before = shape->stride == 1 ? 1 : 0,
        .pad_after = 1,
    };
    dnnl_primitive_desc_t desc = NULL;
    const bool done = convolution_desc_create(library, &request, &desc, err) &&
                      parts_init(convolution, desc, &descs, err);
    if (desc)
        dnnl_primitive_desc_destroy(desc);
    descs_finish(&descs);
    if (!done)
        convolution_finish(convolution);
    return done;
}

void convolution_finish(struct convolution *convolution)
{
    const dnnl_primitive_t primitives[] = {convolution->primitive, convolution->reorder};
    const dnnl_memory_t memories[] = {convolution->source,     convolution->weights,
                                      convolution->bias,       convolution->destination,
                                      convolution->scratchpad, convolution->plain_weights};
    for (size_t i = 0; i < sizeof primitives / sizeof primitives[0]; i++)
        if (primitives[i])
            dnnl_primitive_destroy(primitives[i]);
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++)
        if (memories[i])
            dnnl_memory_destroy(memories[i]);
    *convolution = (struct convolution){0};
}

static bool address_set(dnnl_memory_t memory, void *address, struct error *err)
{
    return !memory || onednn_check(dnnl_memory_set_data_handle(memory, address),
                                   "set the address of a tensor", err);
}

static bool execute(const struct onednn *library, dnnl_primitive_t primitive,
                    const dnnl_exec_arg_t *arguments, int count, struct error *err)
{
    return onednn_check(dnnl_primitive_execute(primitive, library->stream, count, arguments),
                        "run a primitive", err) &&
           onednn_check(dnnl_stream_wait(library->stream), "finish a primitive", err);
}

bool convolution_reorder_weights(struct convolution *convolution, float *plain, void *preferred,
                                 struct error *err)
{
    if (!address_set(convolution->plain_weights, plain, err) ||
        !address_set(convolution->weights, preferred, err))
        return false;
    const bool to_plain = convolution->pass == PASS_BACKWARD_WEIGHTS;
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_FROM, to_plain ? convolution->weights : convolution->plain_weights},
        {DNNL_ARG_TO, to_plain ? convolution->plain_weights : convolution->weights},
    };
    return execute(convolution->library, convolution->reorder, arguments, 2, err);
}

bool convolution_run(struct convolution *convolution, const struct convolution_buffers *buffers,
                     struct error *err)
{
    static const struct {
        int source, weights, destination;
    } names[] = {
        [PASS_FORWARD] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
        [PASS_BACKWARD_DATA] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
        [PASS_BACKWARD_WEIGHTS] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
    };
    if (!address_set(convolution->source, buffers->source, err) ||
        !address_set(convolution->weights, buffers->weights, err) ||
        !address_set(convolution->bias, buffers->bias, err) ||
        !address_set(convolution->destination, buffers->destination, err) ||
        !address_set(convolution->scratchpad, buffers->scratchpad, err))
        return false;
    const dnnl_exec_arg_t arguments[] = {
        {names[convolution->pass].source, convolution->source},
        {names[convolution->pass].weights, convolution->weights},
        {names[convolution->pass].destination, convolution->destination},
        {DNNL_ARG_SCRATCHPAD, convolution->scratchpad},
        {DNNL_ARG_BIAS, convolution->bias},
    };
    const int count = (int)(sizeof arguments / sizeof arguments[0]) - (convolution->bias ? 0 : 1);
    return execute(convolution->library, convolution->primitive, arguments, count, err);
}
