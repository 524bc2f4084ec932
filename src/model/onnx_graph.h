/* What the ONNX writer writes and its reader expects, piece by piece; private to the two.
 *
 * The graph is a chain: each node takes the output of the one before. A layer is Conv or
 * ConvTranspose, then BatchNormalization where it has one, then Relu or Sigmoid. Messages are
 * appended without the field key around them. Ownership: tensors point into `parameters`.
 * Source: onnx/onnx.proto (IR version 8); field numbers below are from there.
 */
#ifndef MODEL_ONNX_GRAPH_H
#define MODEL_ONNX_GRAPH_H

#include "base/buffer.h"
#include "model/network.h"

#include <stdint.h>

enum { ONNX_IR_VERSION = 8, ONNX_OPSET = 13, ONNX_TYPE_FLOAT = 1, ONNX_NAME_SIZE = 32 };

#define ONNX_PRODUCER "leakwatch"
#define ONNX_NETWORK_KEY "leakwatch.network" /* without it: the reference network */

enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    MODEL_PAIR = 14
};
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum { TENSOR_DIM = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_TYPE_SHAPE = 2, SHAPE_DIM = 1 };
enum { DIM_VALUE = 1, DIM_NAME = 2 };
enum { PAIR_KEY = 1, PAIR_VALUE = 2 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };

struct onnx_tensor {
    char name[ONNX_NAME_SIZE]; /* "enc1.weights" */
    int dims[4];
    int dim_count; /* 4 or 1 */
    float *values;
    size_t count;
};

struct onnx_node {
    char name[ONNX_NAME_SIZE]; /* "enc1.conv" */
    const char *operator_name; /* "Conv" */
};

struct onnx_tensor onnx_tensor_at(const struct parameters *parameters, size_t index);
struct onnx_node onnx_node_at(const struct network *network, size_t index);

/* How many of each the network's graph has. */
size_t onnx_tensor_count(const struct network *network);
size_t onnx_node_count(const struct network *network);

void onnx_put_node(struct buffer *out, const struct network *network, size_t index);
void onnx_put_opset(struct buffer *out);
/* "input" or "reconstruction": float, ["batch", 3, height, width]. */
void onnx_put_value_info(struct buffer *out, const char *name, int width, int height);

bool onnx_size_is_possible(const struct network *network, uint64_t width, uint64_t height);

#endif
