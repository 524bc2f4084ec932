/* The layer tables of network.c told in ONNX's terms, for the writer and the reader.
 *
 * Node i and tensor i are found by walking the table, so there is no second description of the
 * network that could drift from the first. "Same" padding at stride 2 is 0 before and 1 after, as
 * TensorFlow has it; ONNX can say that in `pads`, for both directions, with no output_padding.
 */
#include "model/onnx_graph.h"

#include "model/protobuf.h"

#include <assert.h>
#include <stdio.h>

enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_INTS = 8, ATTRIBUTE_KIND = 20 };
enum { KIND_FLOAT = 1, KIND_INTS = 7 };
enum { TENSOR_TYPE_ELEMENT = 1 };
enum { SIDE_MAX = 4096 };

enum part { PART_CONV, PART_NORM, PART_ACTIVATION };

static const char *const vector_names[] = {"bias", "gamma", "beta", "mean", "variance"};
enum { VECTORS_MAX = sizeof vector_names / sizeof vector_names[0] };

static size_t layer_tensor_count(const struct layer_spec *layer)
{
    return layer->batch_norm ? 1 + VECTORS_MAX : 2;
}

static struct onnx_tensor weights_tensor(const struct layer_spec *layer, float *weights)
{
    const bool transposed = layer->kind == LAYER_TRANSPOSED_CONV;
    struct onnx_tensor tensor = {
        .dims = {layer->out_channels, layer->in_channels, 3, 3},
        .dim_count = 4,
        .values = weights,
        .count = layer_weight_count(layer),
    };
    if (transposed) {
        tensor.dims[0] = layer->in_channels;
        tensor.dims[1] = layer->out_channels;
    }
    snprintf(tensor.name, sizeof tensor.name, "%s.weights", layer->name);
    return tensor;
}

static struct onnx_tensor vector_tensor(const struct layer_spec *layer,
                                        const struct layer_parameters *own, size_t vector)
{
    float *const values[VECTORS_MAX] = {own->bias, own->gamma, own->beta, own->mean, own->variance};
    struct onnx_tensor tensor = {
        .dims = {layer->out_channels},
        .dim_count = 1,
        .values = values[vector],
        .count = (size_t)layer->out_channels,
    };
    snprintf(tensor.name, sizeof tensor.name, "%s.%s", layer->name, vector_names[vector]);
    return tensor;
}

struct onnx_tensor onnx_tensor_at(const struct parameters *parameters, size_t index)
{
    const struct layer_spec *layers = parameters->network->layers;
    assert(index < onnx_tensor_count(parameters->network));
    int i = 0;
    for (; index >= layer_tensor_count(&layers[i]); i++)
        index -= layer_tensor_count(&layers[i]);
    const struct layer_parameters *own = &parameters->layers[i];
    return index == 0 ? weights_tensor(&layers[i], own->weights)
                      : vector_tensor(&layers[i], own, index - 1);
}

size_t onnx_tensor_count(const struct network *network)
{
    size_t count = 0;
    for (int i = 0; i < network->layer_count; i++)
        count += layer_tensor_count(&network->layers[i]);
    return count;
}

static size_t layer_node_count(const struct layer_spec *layer)
{
    return layer->batch_norm ? 3 : 2;
}

size_t onnx_node_count(const struct network *network)
{
    size_t count = 0;
    for (int i = 0; i < network->layer_count; i++)
        count += layer_node_count(&network->layers[i]);
    return count;
}

static const struct layer_spec *node_layer(const struct network *network, size_t index,
                                           enum part *ret_part)
{
    assert(index < onnx_node_count(network));
    const struct layer_spec *layer = network->layers;
    for (; index >= layer_node_count(layer); layer++)
        index -= layer_node_count(layer);
    *ret_part = index == 0                        ? PART_CONV
                : index == 1 && layer->batch_norm ? PART_NORM
                                                  : PART_ACTIVATION;
    return layer;
}

struct onnx_node onnx_node_at(const struct network *network, size_t index)
{
    enum part part;
    const struct layer_spec *layer = node_layer(network, index, &part);
    struct onnx_node node;
    const char *suffix = "conv";
    if (part == PART_CONV) {
        node.operator_name = layer->kind == LAYER_CONV ? "Conv" : "ConvTranspose";
    } else if (part == PART_NORM) {
        suffix = "norm";
        node.operator_name = "BatchNormalization";
    } else {
        suffix = "activation";
        node.operator_name = layer->activation == ACTIVATION_RELU ? "Relu" : "Sigmoid";
    }
    snprintf(node.name, sizeof node.name, "%s.%s", layer->name, suffix);
    return node;
}

static void put_ints(struct buffer *node, const char *name, const int *values, size_t count)
{
    struct buffer attribute = {0};
    protobuf_put_text(&attribute, ATTRIBUTE_NAME, name);
    for (size_t i = 0; i < count; i++)
        protobuf_put_int(&attribute, ATTRIBUTE_INTS, (uint64_t)values[i]);
    protobuf_put_int(&attribute, ATTRIBUTE_KIND, KIND_INTS);
    protobuf_put_message(node, NODE_ATTRIBUTE, &attribute);
}

static void put_float(struct buffer *node, const char *name, float value)
{
    struct buffer attribute = {0};
    protobuf_put_text(&attribute, ATTRIBUTE_NAME, name);
    protobuf_put_float(&attribute, ATTRIBUTE_FLOAT, value);
    protobuf_put_int(&attribute, ATTRIBUTE_KIND, KIND_FLOAT);
    protobuf_put_message(node, NODE_ATTRIBUTE, &attribute);
}

static void put_attributes(struct buffer *node, const struct network *network,
                           const struct layer_spec *layer, enum part part)
{
    if (part == PART_CONV) {
        const int before = layer->stride == 1 ? 1 : 0;
        put_ints(node, "kernel_shape", (const int[]){3, 3}, 2);
        put_ints(node, "pads", (const int[]){before, before, 1, 1}, 4);
        put_ints(node, "strides", (const int[]){layer->stride, layer->stride}, 2);
    } else if (part == PART_NORM) {
        put_float(node, "epsilon", BATCH_NORM_EPSILON);
        put_float(node, "momentum", network->batch_norm_momentum);
    }
}

static void put_layer_input(struct buffer *node, const struct layer_spec *layer, const char *tensor)
{
    char name[ONNX_NAME_SIZE];
    snprintf(name, sizeof name, "%s.%s", layer->name, tensor);
    protobuf_put_text(node, NODE_INPUT, name);
}

static void put_inputs(struct buffer *node, const struct network *network, size_t index)
{
    enum part part;
    const struct layer_spec *layer = node_layer(network, index, &part);
    protobuf_put_text(node, NODE_INPUT,
                      index == 0 ? "input" : onnx_node_at(network, index - 1).name);
    if (part == PART_CONV) {
        put_layer_input(node, layer, "weights");
        put_layer_input(node, layer, "bias");
    } else if (part == PART_NORM) {
        for (size_t vector = 1; vector < VECTORS_MAX; vector++)
            put_layer_input(node, layer, vector_names[vector]);
    }
}

void onnx_put_node(struct buffer *out, const struct network *network, size_t index)
{
    enum part part;
    const struct layer_spec *layer = node_layer(network, index, &part);
    const struct onnx_node node = onnx_node_at(network, index);
    put_inputs(out, network, index);
    protobuf_put_text(out, NODE_OUTPUT,
                      index + 1 == onnx_node_count(network) ? "reconstruction" : node.name);
    protobuf_put_text(out, NODE_NAME, node.name);
    protobuf_put_text(out, NODE_OPERATOR, node.operator_name);
    put_attributes(out, network, layer, part);
}

void onnx_put_opset(struct buffer *out)
{
    protobuf_put_text(out, OPSET_DOMAIN, "");
    protobuf_put_int(out, OPSET_VERSION, ONNX_OPSET);
}

static void put_dim(struct buffer *shape, int value)
{
    struct buffer dim = {0};
    protobuf_put_int(&dim, DIM_VALUE, (uint64_t)value);
    protobuf_put_message(shape, SHAPE_DIM, &dim);
}

void onnx_put_value_info(struct buffer *out, const char *name, int width, int height)
{
    struct buffer batch = {0}, shape = {0}, tensor = {0}, type = {0};
    protobuf_put_text(&batch, DIM_NAME, "batch");
    protobuf_put_message(&shape, SHAPE_DIM, &batch);
    put_dim(&shape, PICTURE_CHANNELS);
    put_dim(&shape, height);
    put_dim(&shape, width);
    protobuf_put_int(&tensor, TENSOR_TYPE_ELEMENT, ONNX_TYPE_FLOAT);
    protobuf_put_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    protobuf_put_message(&type, TYPE_TENSOR, &tensor);
    protobuf_put_text(out, VALUE_NAME, name);
    protobuf_put_message(out, VALUE_TYPE, &type);
}

bool onnx_size_is_possible(const struct network *network, uint64_t width, uint64_t height)
{
    return width <= SIDE_MAX && height <= SIDE_MAX &&
           network_fits(network, (int)width, (int)height);
}
