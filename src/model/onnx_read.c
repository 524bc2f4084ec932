/* Reads an ONNX file back, if it is the expected network as onnx_write makes it.
 *
 * The file is hostile until proven ours. Nodes, inputs and outputs are not interpreted: each must
 * be byte for byte what the writer would have written, so there is no graph language here to attack
 * or to misread; only when one differs is it looked into, to say what was found instead. Tensors
 * must come in the writer's order with its shapes, and are read into memory of that shape, whatever
 * sizes the file claims. The caller's parameters are written last, when nothing can fail any more.
 */
#include "model/onnx.h"

#include "model/onnx_graph.h"
#include "model/protobuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FOUND_SIZE = 41 }; /* how much of a foreign name is quoted, with its NUL */

struct reading {
    const struct network *network;
    struct parameters *parameters;
    size_t nodes, tensors, inputs, outputs;
    int width, height;
    struct protobuf_reader output; /* looked at when the size is known */
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    size_t pair_count;
    bool named; /* the network is, by a pair that is not among those */
};

/* A foreign name made fit for a message. */
static void quote(struct protobuf_reader name, char ret_text[FOUND_SIZE])
{
    size_t used = 0;
    for (; used + 1 < FOUND_SIZE && !protobuf_at_end(&name); name.next++)
        ret_text[used++] = *name.next >= 0x20 && *name.next < 0x7f ? (char)*name.next : '?';
    ret_text[used] = '\0';
}

static bool bytes_equal(struct protobuf_reader found, const void *expected, size_t size)
{
    return protobuf_left(&found) == size && (size == 0 || memcmp(found.next, expected, size) == 0);
}

static bool text_equal(struct protobuf_reader found, const char *expected)
{
    return bytes_equal(found, expected, strlen(expected));
}

/* True with the answer when `found` is what was put into `expected`, which is finished here. */
static bool compare(struct protobuf_reader found, struct buffer *expected, bool *ret_equal,
                    struct error *err)
{
    const bool known = buffer_check(expected, err);
    if (known)
        *ret_equal = bytes_equal(found, expected->data, expected->size);
    buffer_finish(expected);
    return known;
}

static bool expect_bytes(const struct protobuf_field *field, const char *what, struct error *err)
{
    if (field->wire == PROTOBUF_BYTES)
        return true;
    return error_set(err, ERROR_FORMAT, "field %u of the %s has an unexpected kind", field->number,
                     what);
}

/* Names a node that is not the expected one. */
static bool refuse_node(const struct network *network, struct protobuf_reader node, size_t index,
                        struct error *err)
{
    const struct onnx_node expected = onnx_node_at(network, index);
    struct protobuf_reader name, operator_name;
    if (!protobuf_find(node, NODE_OPERATOR, &operator_name, err) ||
        !protobuf_find(node, NODE_NAME, &name, err))
        return error_add_context(err, "node %zu, where %s '%s' should be", index + 1,
                                 expected.operator_name, expected.name);
    char found_name[FOUND_SIZE], found_operator[FOUND_SIZE];
    quote(name, found_name);
    quote(operator_name, found_operator);
    if (text_equal(name, expected.name) && text_equal(operator_name, expected.operator_name))
        return error_set(err, ERROR_FORMAT,
                         "node %zu, %s '%s', has other inputs or attributes than the network's",
                         index + 1, found_operator, found_name);
    return error_set(err, ERROR_FORMAT, "node %zu is %s '%s' where %s '%s' should be", index + 1,
                     found_operator, found_name, expected.operator_name, expected.name);
}

static bool read_node(struct reading *reading, struct protobuf_reader node, struct error *err)
{
    const size_t index = reading->nodes++;
    const size_t most = onnx_node_count(reading->network);
    if (index >= most)
        return error_set(err, ERROR_FORMAT, "more than %zu nodes", most);
    struct buffer expected = {0};
    onnx_put_node(&expected, reading->network, index);
    bool equal;
    if (!compare(node, &expected, &equal, err))
        return false;
    return equal || refuse_node(reading->network, node, index, err);
}

/* What a tensor message holds, before anything is made of it. */
struct tensor_message {
    uint64_t dims[4];
    int dim_count; /* 5 = more than four */
    uint64_t type;
    struct protobuf_reader name, raw;
};

static bool parse_tensor(struct protobuf_reader reader, struct tensor_message *ret_message,
                         struct error *err)
{
    struct tensor_message message = {0};
    while (!protobuf_at_end(&reader)) {
        struct protobuf_field field;
        if (!protobuf_next(&reader, &field, err))
            return false;
        if (field.number == TENSOR_DIM && field.wire == PROTOBUF_VARINT) {
            if (message.dim_count < 4)
                message.dims[message.dim_count] = field.value;
            if (message.dim_count < 5)
                message.dim_count++;
        } else if (field.number == TENSOR_TYPE && field.wire == PROTOBUF_VARINT) {
            message.type = field.value;
        } else if (field.number == TENSOR_NAME && field.wire == PROTOBUF_BYTES) {
            message.name = field.body;
        } else if (field.number == TENSOR_RAW && field.wire == PROTOBUF_BYTES) {
            message.raw = field.body;
        } else {
            return error_set(err, ERROR_FORMAT, "field %u, which the network's tensors do not have",
                             field.number);
        }
    }
    *ret_message = message;
    return true;
}

static void format_shape(const struct tensor_message *message, char *ret_text, size_t size)
{
    size_t used = 0;
    ret_text[0] = '\0';
    for (int i = 0; i < message->dim_count && i < 4 && used < size; i++)
        used += (size_t)snprintf(ret_text + used, size - used, "%s%" PRIu64, i ? "x" : "",
                                 message->dims[i]);
    if (message->dim_count > 4 && used < size)
        snprintf(ret_text + used, size - used, "x...");
}

static bool check_tensor(const struct tensor_message *message, const struct onnx_tensor *expected,
                         struct error *err)
{
    if (!text_equal(message->name, expected->name)) {
        char found[FOUND_SIZE];
        quote(message->name, found);
        return error_set(err, ERROR_FORMAT, "it is called '%s'", found);
    }
    if (message->type != ONNX_TYPE_FLOAT)
        return error_set(err, ERROR_FORMAT, "its data type is %" PRIu64 ", expected %d (float)",
                         message->type, ONNX_TYPE_FLOAT);
    bool same_shape = message->dim_count == expected->dim_count;
    for (int i = 0; same_shape && i < expected->dim_count; i++)
        same_shape = message->dims[i] == (uint64_t)expected->dims[i];
    if (!same_shape) {
        char shape[96];
        format_shape(message, shape, sizeof shape);
        return error_set(err, ERROR_FORMAT, "its shape is [%s], expected %zu values", shape,
                         expected->count);
    }
    if (protobuf_left(&message->raw) != expected->count * sizeof(float))
        return error_set(err, ERROR_FORMAT, "it has %zu bytes of data, expected %zu",
                         protobuf_left(&message->raw), expected->count * sizeof(float));
    return true;
}

static bool read_tensor(struct reading *reading, struct protobuf_reader body, struct error *err)
{
    const size_t index = reading->tensors++;
    const size_t most = onnx_tensor_count(reading->network);
    if (index >= most)
        return error_set(err, ERROR_FORMAT, "more than %zu tensors", most);
    const struct onnx_tensor expected = onnx_tensor_at(reading->parameters, index);
    struct tensor_message message;
    if (!parse_tensor(body, &message, err) || !check_tensor(&message, &expected, err))
        return error_add_context(err, "tensor %zu, '%s'", index + 1, expected.name);
    memcpy(expected.values, message.raw.next, expected.count * sizeof(float));
    return true;
}

/* Width and height are the last of the four dimensions of `input`. */
static bool read_size(struct protobuf_reader input, uint64_t *ret_width, uint64_t *ret_height,
                      struct error *err)
{
    struct protobuf_reader type, tensor, shape;
    if (!protobuf_find(input, VALUE_TYPE, &type, err) ||
        !protobuf_find(type, TYPE_TENSOR, &tensor, err) ||
        !protobuf_find(tensor, TENSOR_TYPE_SHAPE, &shape, err))
        return false;
    uint64_t last = 0, before_last = 0;
    while (!protobuf_at_end(&shape)) {
        struct protobuf_field dim, value;
        if (!protobuf_next(&shape, &dim, err) || !expect_bytes(&dim, "shape", err))
            return false;
        before_last = last;
        last = 0;
        if (protobuf_at_end(&dim.body))
            continue;
        if (!protobuf_next(&dim.body, &value, err))
            return false;
        if (value.number == DIM_VALUE && value.wire == PROTOBUF_VARINT)
            last = value.value;
    }
    *ret_width = last;
    *ret_height = before_last;
    return true;
}

static bool check_value_info(struct protobuf_reader found, const char *name, int width, int height,
                             struct error *err)
{
    struct buffer expected = {0};
    onnx_put_value_info(&expected, name, width, height);
    bool equal;
    if (!compare(found, &expected, &equal, err))
        return false;
    return equal || error_set(err, ERROR_FORMAT, "the %s is not float [batch, 3, %d, %d]", name,
                              height, width);
}

static bool read_input(struct reading *reading, struct protobuf_reader input, struct error *err)
{
    if (reading->inputs++)
        return error_set(err, ERROR_FORMAT, "more than one input");
    uint64_t width, height;
    if (!read_size(input, &width, &height, err))
        return error_add_context(err, "the shape of the input");
    if (!onnx_size_is_possible(reading->network, width, height))
        return error_set(err, ERROR_FORMAT,
                         "the input is %" PRIu64 "x%" PRIu64
                         " px; both sides must be multiples of %d up to 4096",
                         width, height, reading->network->side_multiple);
    reading->width = (int)width;
    reading->height = (int)height;
    return check_value_info(input, "input", reading->width, reading->height, err);
}

static bool read_graph_field(struct reading *reading, const struct protobuf_field *field,
                             struct error *err)
{
    if (!expect_bytes(field, "graph", err))
        return false;
    switch (field->number) {
    case GRAPH_NODE:
        return read_node(reading, field->body, err);
    case GRAPH_NAME:
        return true;
    case GRAPH_TENSOR:
        return read_tensor(reading, field->body, err);
    case GRAPH_INPUT:
        return read_input(reading, field->body, err);
    case GRAPH_OUTPUT:
        reading->output = field->body;
        return reading->outputs++ == 0 || error_set(err, ERROR_FORMAT, "more than one output");
    default:
        return error_set(err, ERROR_FORMAT, "the graph has field %u, which the network has not",
                         field->number);
    }
}

static bool read_graph(struct reading *reading, struct protobuf_reader graph, struct error *err)
{
    while (!protobuf_at_end(&graph)) {
        struct protobuf_field field;
        if (!protobuf_next(&graph, &field, err) || !read_graph_field(reading, &field, err))
            return false;
    }
    const size_t nodes = onnx_node_count(reading->network);
    const size_t tensors = onnx_tensor_count(reading->network);
    if (reading->nodes != nodes || reading->tensors != tensors)
        return error_set(err, ERROR_FORMAT,
                         "the graph has %zu nodes and %zu tensors, the network has %zu and %zu",
                         reading->nodes, reading->tensors, nodes, tensors);
    if (!reading->inputs || !reading->outputs)
        return error_set(err, ERROR_FORMAT, "the graph has no %s",
                         reading->inputs ? "output" : "input");
    if (!check_value_info(reading->output, "reconstruction", reading->width, reading->height, err))
        return false;
    if (!parameters_are_finite(reading->parameters))
        return error_set(err, ERROR_FORMAT, "a weight is not a finite number");
    return true;
}

static bool copy_text(struct protobuf_reader text, char *ret_text, size_t size, struct error *err)
{
    const size_t length = protobuf_left(&text);
    if (length >= size)
        return error_set(err, ERROR_FORMAT, "a text of %zu bytes, at most %zu are allowed", length,
                         size - 1);
    for (size_t i = 0; i < length; i++)
        if (text.next[i] < 0x20 || text.next[i] == 0x7f)
            return error_set(err, ERROR_FORMAT, "a control character in a text");
    if (length)
        memcpy(ret_text, text.next, length);
    ret_text[length] = '\0';
    return true;
}

static bool check_network(const struct reading *reading, const char *name, struct error *err)
{
    return strcmp(name, reading->network->name) == 0 ||
           error_set(err, ERROR_FORMAT, "it holds the network '%s' where '%s' is expected", name,
                     reading->network->name);
}

static bool read_network(struct reading *reading, const char *name, struct error *err)
{
    if (reading->named)
        return error_set(err, ERROR_FORMAT, "metadata '" ONNX_NETWORK_KEY "' is there twice");
    reading->named = true;
    return check_network(reading, name, err);
}

static bool read_pair(struct reading *reading, struct protobuf_reader body, struct error *err)
{
    if (reading->pair_count == ONNX_PAIRS_MAX)
        return error_set(err, ERROR_FORMAT, "more than %d metadata pairs", ONNX_PAIRS_MAX);
    struct onnx_pair *pair = &reading->pairs[reading->pair_count];
    struct protobuf_reader key, value;
    if (!protobuf_find(body, PAIR_KEY, &key, err) ||
        !protobuf_find(body, PAIR_VALUE, &value, err) ||
        !copy_text(key, pair->key, sizeof pair->key, err) ||
        !copy_text(value, pair->value, sizeof pair->value, err))
        return error_add_context(err, "metadata pair %zu", reading->pair_count + 1);
    for (size_t i = 0; i < reading->pair_count; i++)
        if (strcmp(reading->pairs[i].key, pair->key) == 0)
            return error_set(err, ERROR_FORMAT, "metadata '%s' is there twice", pair->key);
    if (strcmp(pair->key, ONNX_NETWORK_KEY) == 0)
        return read_network(reading, pair->value, err);
    reading->pair_count++;
    return true;
}

/* The few things a model holds besides its graph and metadata, gathered so that the most telling
 * difference is reported first: who made the file. */
struct model_head {
    uint64_t ir_version;
    struct protobuf_reader producer, opset, graph;
    unsigned graphs, opsets;
    uint32_t foreign_field; /* one that our models do not have; 0 = none */
};

static void gather(struct model_head *head, const struct protobuf_field *field)
{
    const enum protobuf_wire wire =
        field->number == MODEL_IR_VERSION ? PROTOBUF_VARINT : PROTOBUF_BYTES;
    if (field->wire != wire) {
        head->foreign_field = field->number;
        return;
    }
    switch (field->number) {
    case MODEL_IR_VERSION:
        head->ir_version = field->value;
        break;
    case MODEL_PRODUCER:
        head->producer = field->body;
        break;
    case MODEL_GRAPH:
        head->graph = field->body;
        head->graphs++;
        break;
    case MODEL_OPSET:
        head->opset = field->body;
        head->opsets++;
        break;
    case MODEL_PAIR:
        break; /* read once it is known whose they are */
    default:
        head->foreign_field = field->number;
        break;
    }
}

static bool check_head(const struct model_head *head, struct error *err)
{
    if (!text_equal(head->producer, ONNX_PRODUCER)) {
        char found[FOUND_SIZE];
        quote(head->producer, found);
        return error_set(err, ERROR_FORMAT, "it was made by '%s', not by " ONNX_PRODUCER, found);
    }
    if (head->foreign_field)
        return error_set(err, ERROR_FORMAT, "it has field %u, which models of ours have not",
                         head->foreign_field);
    if (head->ir_version != ONNX_IR_VERSION)
        return error_set(err, ERROR_FORMAT, "its IR version is %" PRIu64 ", expected %d",
                         head->ir_version, ONNX_IR_VERSION);
    struct buffer expected = {0};
    onnx_put_opset(&expected);
    bool equal;
    if (!compare(head->opset, &expected, &equal, err))
        return false;
    if (!equal || head->opsets != 1)
        return error_set(err, ERROR_FORMAT, "its operator set is not exactly version %d",
                         ONNX_OPSET);
    if (head->graphs != 1)
        return error_set(err, ERROR_FORMAT, "it has %u graphs, expected one", head->graphs);
    return true;
}

static bool read_pairs(struct reading *reading, struct protobuf_reader model, struct error *err)
{
    while (!protobuf_at_end(&model)) {
        struct protobuf_field field;
        if (!protobuf_next(&model, &field, err))
            return false;
        if (field.number == MODEL_PAIR && !read_pair(reading, field.body, err))
            return false;
    }
    return reading->named || check_network(reading, network_reference.name, err);
}

static bool read_model(struct reading *reading, struct protobuf_reader model, struct error *err)
{
    struct model_head head = {0};
    for (struct protobuf_reader rest = model; !protobuf_at_end(&rest);) {
        struct protobuf_field field;
        if (!protobuf_next(&rest, &field, err))
            return false;
        gather(&head, &field);
    }
    return check_head(&head, err) && read_pairs(reading, model, err) &&
           read_graph(reading, head.graph, err);
}

bool onnx_read(const void *data, size_t size, struct parameters *ret_parameters, int *ret_width,
               int *ret_height, struct onnx_pair ret_metadata[ONNX_PAIRS_MAX],
               size_t *ret_metadata_count, struct error *err)
{
    if (size == 0)
        return error_set(err, ERROR_FORMAT, "reading the ONNX model: the file is empty");
    if (size > ONNX_FILE_MAX)
        return error_set(err, ERROR_FORMAT,
                         "reading the ONNX model: %zu bytes, at most %d are allowed", size,
                         ONNX_FILE_MAX);
    const struct network *network = ret_parameters->network;
    struct reading reading = {.network = network,
                              .parameters = parameters_create_for(network, err)};
    if (!reading.parameters)
        return false;
    const bool ours = read_model(&reading, protobuf_reader_of(data, size), err);
    if (ours) {
        parameters_copy(ret_parameters, reading.parameters);
        *ret_width = reading.width;
        *ret_height = reading.height;
        memcpy(ret_metadata, reading.pairs, reading.pair_count * sizeof reading.pairs[0]);
        *ret_metadata_count = reading.pair_count;
    }
    parameters_destroy(reading.parameters);
    if (!ours)
        error_add_context(err, "reading the ONNX model");
    return ours;
}
