/* Writes the trained network as an ONNX file that Netron and ONNX Runtime open as it stands.
 *
 * The bytes are a function of the arguments alone, so equal models are equal files. Tensors are
 * `raw_data`, little-endian, in the layouts `struct parameters` has anyway. Batch norm is not
 * folded: the file is also what training could go on from, and folding would cost that.
 */
#include "model/onnx.h"

#include "model/onnx_graph.h"
#include "model/protobuf.h"

#include <stdio.h>
#include <string.h>

static void put_tensor(struct buffer *graph, const struct onnx_tensor *tensor)
{
    struct buffer message = {0};
    for (int i = 0; i < tensor->dim_count; i++)
        protobuf_put_int(&message, TENSOR_DIM, (uint64_t)tensor->dims[i]);
    protobuf_put_int(&message, TENSOR_TYPE, ONNX_TYPE_FLOAT);
    protobuf_put_text(&message, TENSOR_NAME, tensor->name);
    protobuf_put_bytes(&message, TENSOR_RAW, tensor->values, tensor->count * sizeof(float));
    protobuf_put_message(graph, GRAPH_TENSOR, &message);
}

static void put_graph(struct buffer *model, const struct parameters *parameters, int width,
                      int height)
{
    const struct network *network = parameters->network;
    struct buffer graph = {0}, input = {0}, output = {0};
    for (size_t i = 0; i < onnx_node_count(network); i++) {
        struct buffer node = {0};
        onnx_put_node(&node, network, i);
        protobuf_put_message(&graph, GRAPH_NODE, &node);
    }
    char name[ONNX_NAME_SIZE];
    snprintf(name, sizeof name, "leakwatch %s autoencoder", network->name);
    protobuf_put_text(&graph, GRAPH_NAME, name);
    for (size_t i = 0; i < onnx_tensor_count(network); i++) {
        const struct onnx_tensor tensor = onnx_tensor_at(parameters, i);
        put_tensor(&graph, &tensor);
    }
    onnx_put_value_info(&input, "input", width, height);
    protobuf_put_message(&graph, GRAPH_INPUT, &input);
    onnx_put_value_info(&output, "reconstruction", width, height);
    protobuf_put_message(&graph, GRAPH_OUTPUT, &output);
    protobuf_put_message(model, MODEL_GRAPH, &graph);
}

static void put_pair(struct buffer *model, const char *key, const char *value)
{
    struct buffer pair = {0};
    protobuf_put_text(&pair, PAIR_KEY, key);
    protobuf_put_text(&pair, PAIR_VALUE, value);
    protobuf_put_message(model, MODEL_PAIR, &pair);
}

/* A file of the reference network does not say so: that is what every file without it means. */
static void put_metadata(struct buffer *model, const struct network *network,
                         const struct onnx_pair *metadata, size_t metadata_count)
{
    for (size_t i = 0; i < metadata_count; i++)
        put_pair(model, metadata[i].key, metadata[i].value);
    if (network != &network_reference)
        put_pair(model, ONNX_NETWORK_KEY, network->name);
}

static bool check_arguments(const struct parameters *parameters, int width, int height,
                            const struct onnx_pair *metadata, size_t metadata_count,
                            struct error *err)
{
    if (width < 0 || height < 0 ||
        !onnx_size_is_possible(parameters->network, (uint64_t)width, (uint64_t)height))
        return error_set(err, ERROR_INTERNAL, "a network of %dx%d px cannot be saved", width,
                         height);
    if (metadata_count > ONNX_PAIRS_MAX)
        return error_set(err, ERROR_INTERNAL, "%zu metadata pairs, at most %d can be saved",
                         metadata_count, ONNX_PAIRS_MAX);
    for (size_t i = 0; i < metadata_count; i++)
        if (!metadata[i].key[0] || strcmp(metadata[i].key, ONNX_NETWORK_KEY) == 0)
            return error_set(err, ERROR_INTERNAL, "metadata pair %zu has %s", i,
                             metadata[i].key[0] ? "the key of the network's own name" : "no key");
    if (!parameters_are_finite(parameters))
        return error_set(err, ERROR_FORMAT,
                         "the network has a weight that is not a finite number and is not saved");
    return true;
}

bool onnx_write(const struct parameters *parameters, int width, int height,
                const struct onnx_pair *metadata, size_t metadata_count, struct buffer *out,
                struct error *err)
{
    if (!check_arguments(parameters, width, height, metadata, metadata_count, err))
        return false;
    struct buffer model = {0}, opset = {0};
    protobuf_put_int(&model, MODEL_IR_VERSION, ONNX_IR_VERSION);
    protobuf_put_text(&model, MODEL_PRODUCER, ONNX_PRODUCER);
    put_graph(&model, parameters, width, height);
    onnx_put_opset(&opset);
    protobuf_put_message(&model, MODEL_OPSET, &opset);
    put_metadata(&model, parameters->network, metadata, metadata_count);
    const bool written = buffer_check(&model, err);
    if (written)
        buffer_append(out, model.data, model.size);
    buffer_finish(&model);
    return written && buffer_check(out, err);
}
