/* The ONNX file: what is written comes back bit for bit, and nothing else is taken for it.
 *
 * Files that are almost ours are made from a real one, by exchanging bytes or by taking its
 * messages apart and putting them together differently, so that all lengths stay right.
 */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "model/onnx.h"
#include "model/onnx_graph.h"
#include "model/protobuf.h"

#include <stdlib.h>

/* Of the reference network, counted by hand. */
enum { WIDTH = 64, HEIGHT = 32, NODE_COUNT = 28, TENSOR_COUNT = 52 };

#define GRAPH_TEXT "leakwatch reference autoencoder"

static const struct onnx_pair pairs[] = {{"leakwatch.format_version", "1"},
                                         {"leakwatch.isa", "avx512_core"}};
enum { PAIR_COUNT = sizeof pairs / sizeof pairs[0] };

static struct buffer model; /* a good file, made once */
static struct parameters *written;

/* What a read gives back, with the parameters made once for all tests. */
static struct read {
    struct parameters *parameters;
    int width, height;
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    size_t pair_count;
    struct error err;
} got;

static bool read_back(const void *data, size_t size)
{
    got.err = (struct error){0};
    return onnx_read(data, size, got.parameters, &got.width, &got.height, got.pairs,
                     &got.pair_count, &got.err);
}

static void make_model(void)
{
    struct error err;
    written = parameters_create(&err);
    got.parameters = parameters_create(&err);
    struct rng rng = rng_seeded(1, 1);
    parameters_randomise(written, &rng);
    for (size_t i = 0; i < TENSOR_COUNT; i++) {
        const struct onnx_tensor tensor = onnx_tensor_at(written, i);
        for (size_t v = 0; tensor.dim_count == 1 && v < tensor.count; v++)
            tensor.values[v] = (float)rng_uniform(&rng);
    }
    if (!onnx_write(written, WIDTH, HEIGHT, pairs, PAIR_COUNT, &model, &err))
        printf("no model to test with: %s\n", err.message);
}

TEST(a_round_trip_is_bit_exact)
{
    CHECK(read_back(model.data, model.size));
    CHECK_INT(got.width, WIDTH);
    CHECK_INT(got.height, HEIGHT);
    CHECK_INT(got.pair_count, PAIR_COUNT);
    CHECK_TEXT(got.pairs[1].key, pairs[1].key);
    CHECK_TEXT(got.pairs[1].value, pairs[1].value);
    size_t values = 0;
    for (size_t i = 0; i < TENSOR_COUNT; i++) {
        const struct onnx_tensor a = onnx_tensor_at(written, i);
        const struct onnx_tensor b = onnx_tensor_at(got.parameters, i);
        CHECK(memcmp(a.values, b.values, a.count * sizeof(float)) == 0);
        values += a.count;
    }
    CHECK_INT(values, parameters_count(written));
    struct buffer again = {0};
    CHECK(onnx_write(got.parameters, WIDTH, HEIGHT, got.pairs, got.pair_count, &again, &got.err));
    CHECK(again.size == model.size && memcmp(again.data, model.data, model.size) == 0);
    buffer_finish(&again);
}

TEST(what_cannot_be_read_back_is_not_written)
{
    struct buffer out = {0};
    struct error err;
    CHECK(!onnx_write(written, 40, 32, NULL, 0, &out, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "40x32");
    CHECK(!onnx_write(written, -16, 32, NULL, 0, &out, &err));
    CHECK(!onnx_write(written, 32, 8192, NULL, 0, &out, &err));
    CHECK(!onnx_write(written, 32, 32, pairs, ONNX_PAIRS_MAX + 1, &out, &err));
    CHECK_CONTAINS(err.message, "33 metadata pairs");
    const struct onnx_pair nameless = {"", "x"};
    CHECK(!onnx_write(written, 32, 32, &nameless, 1, &out, &err));
    CHECK_CONTAINS(err.message, "no key");
    const float kept = written->layers[2].mean[5];
    written->layers[2].mean[5] = INFINITY;
    CHECK(!onnx_write(written, 32, 32, NULL, 0, &out, &err));
    written->layers[2].mean[5] = kept;
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "finite");
    CHECK_INT(out.size, 0);
}

TEST(a_failure_leaves_the_outputs_alone)
{
    float *const first = got.parameters->layers[0].weights;
    *first = 123.0f;
    got.width = got.height = -7;
    got.pair_count = 99;
    CHECK(!read_back(model.data, model.size - 1));
    CHECK_NEAR(*first, 123.0, 0.0);
    CHECK_INT(got.width, -7);
    CHECK_INT(got.height, -7);
    CHECK_INT(got.pair_count, 99);
}

/* A copy in memory of exactly that size, so that the sanitizer sees a read beyond it. */
static bool read_prefix(const void *data, size_t size)
{
    void *copy = malloc(size ? size : 1);
    if (!copy)
        return true;
    memcpy(copy, data, size);
    const bool ours = read_back(copy, size);
    free(copy);
    return ours;
}

TEST(a_file_cut_anywhere_is_refused)
{
    for (size_t size = 0; size < 600; size++) {
        CHECK(!read_prefix(model.data, size));
        CHECK_INT(got.err.code, ERROR_FORMAT);
        CHECK_CONTAINS(got.err.message, "reading the ONNX model: ");
    }
    CHECK(!read_back(model.data, 0));
    CHECK_CONTAINS(got.err.message, "the file is empty");
    for (size_t missing = 1; missing < 200; missing++)
        if (read_prefix(model.data, model.size - missing)) /* whole pairs may be cut off */
            CHECK(got.pair_count < PAIR_COUNT);
    for (size_t size = 600; size < model.size - 200; size += model.size / 50) {
        CHECK(!read_prefix(model.data, size));
        CHECK_CONTAINS(got.err.message, "cut short at byte");
    }
}

TEST(a_file_above_the_limit_is_refused_unread)
{
    CHECK(!read_back(model.data, (size_t)ONNX_FILE_MAX + 1));
    CHECK_CONTAINS(got.err.message, "67108865 bytes");
}

/* The messages of the model, or of its graph, put together anew: the one at `drop` left out, the
 * one at `twice` doubled (-1 = none), and `extra` at the end. */
struct change {
    bool in_graph;
    long drop, twice;
    const struct buffer *extra;
};

static void put_field(struct buffer *out, const struct protobuf_field *field)
{
    if (field->wire == PROTOBUF_BYTES)
        protobuf_put_bytes(out, field->number, field->body.next, protobuf_left(&field->body));
    else
        protobuf_put_int(out, field->number, field->value);
}

static void rebuild(struct protobuf_reader from, const struct change *change, struct buffer *out)
{
    struct protobuf_field field;
    for (long i = 0; !protobuf_at_end(&from) && protobuf_next(&from, &field, NULL); i++) {
        for (int copies = i == change->twice ? 2 : i == change->drop ? 0 : 1; copies > 0; copies--)
            put_field(out, &field);
    }
    if (change->extra)
        buffer_append(out, change->extra->data, change->extra->size);
}

static bool read_changed(struct change change)
{
    const struct protobuf_reader whole = protobuf_reader_of(model.data, model.size);
    struct buffer changed = {0};
    if (!change.in_graph) {
        rebuild(whole, &change, &changed);
    } else {
        const struct change none = {.drop = -1, .twice = -1};
        const struct change without_graph = {.drop = 2, .twice = -1};
        struct protobuf_reader graph;
        struct buffer changed_graph = {0};
        if (protobuf_find(whole, MODEL_GRAPH, &graph, NULL))
            rebuild(graph, change.in_graph ? &change : &none, &changed_graph);
        rebuild(whole, &without_graph, &changed);
        protobuf_put_message(&changed, MODEL_GRAPH, &changed_graph);
    }
    const bool ours = read_back(changed.data, changed.size);
    buffer_finish(&changed);
    return ours;
}

/* Places of the fields in the model and in its graph. */
enum { AT_IR = 0, AT_PRODUCER = 1, AT_GRAPH = 2, AT_OPSET = 3, AT_PAIR = 4 };
enum {
    AT_NAME = NODE_COUNT,
    AT_TENSOR = AT_NAME + 1,
    AT_INPUT = AT_TENSOR + TENSOR_COUNT,
    AT_OUTPUT
};

TEST(the_order_of_fields_in_the_model_is_free)
{
    CHECK(read_changed((struct change){.in_graph = true, .drop = -1, .twice = -1}));
}

TEST(a_model_that_lacks_or_doubles_a_part_is_refused)
{
    static const struct {
        bool in_graph;
        long drop, twice;
        const char *message;
    } rows[] = {
        {false, AT_IR, -1, "its IR version is 0, expected 8"},
        {false, AT_PRODUCER, -1, "it was made by ''"},
        {false, AT_GRAPH, -1, "it has 0 graphs"},
        {false, -1, AT_GRAPH, "it has 2 graphs"},
        {false, AT_OPSET, -1, "operator set is not exactly version 13"},
        {false, -1, AT_OPSET, "operator set is not exactly version 13"},
        {false, -1, AT_PAIR, "metadata 'leakwatch.format_version' is there twice"},
        {true, 2, -1, "node 3 is Conv 'enc2.conv' where Relu 'enc1.activation' should be"},
        {true, NODE_COUNT - 1, -1, "the graph has 27 nodes and 52 tensors"},
        {true, -1, NODE_COUNT - 1, "more than 28 nodes"},
        {true, AT_TENSOR, -1, "tensor 1, 'enc1.weights': it is called 'enc1.bias'"},
        {true, AT_INPUT - 1, -1, "28 nodes and 51 tensors"},
        {true, -1, AT_INPUT - 1, "more than 52 tensors"},
        {true, AT_INPUT, -1, "the graph has no input"},
        {true, -1, AT_INPUT, "more than one input"},
        {true, AT_OUTPUT, -1, "the graph has no output"},
        {true, -1, AT_OUTPUT, "more than one output"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!read_changed((struct change){rows[i].in_graph, rows[i].drop, rows[i].twice, NULL}));
        CHECK_INT(got.err.code, ERROR_FORMAT);
        CHECK_CONTAINS(got.err.message, rows[i].message);
    }
}

static bool read_with_extra(bool in_graph, void (*put)(struct buffer *out))
{
    struct buffer extra = {0};
    put(&extra);
    const bool ours = read_changed((struct change){in_graph, -1, -1, &extra});
    buffer_finish(&extra);
    return ours;
}

static void put_sparse_tensor(struct buffer *out)
{
    protobuf_put_text(out, 15, "sparse");
}

static void put_number(struct buffer *out)
{
    protobuf_put_int(out, GRAPH_NODE, 5);
}

static void put_function(struct buffer *out)
{
    protobuf_put_text(out, 25, "function");
}

static void put_many_pairs(struct buffer *out)
{
    for (int i = 0; i < ONNX_PAIRS_MAX; i++) {
        struct buffer pair = {0};
        char key[8];
        snprintf(key, sizeof key, "k%d", i);
        protobuf_put_text(&pair, PAIR_KEY, key);
        protobuf_put_text(&pair, PAIR_VALUE, "v");
        protobuf_put_message(out, MODEL_PAIR, &pair);
    }
}

static void put_pair(struct buffer *out, const char *key, const char *value)
{
    struct buffer pair = {0};
    protobuf_put_text(&pair, PAIR_KEY, key);
    if (value)
        protobuf_put_text(&pair, PAIR_VALUE, value);
    protobuf_put_message(out, MODEL_PAIR, &pair);
}

static void put_long_key(struct buffer *out)
{
    put_pair(out, "a key that is longer than the forty-seven characters allowed", "v");
}

static void put_bell(struct buffer *out)
{
    put_pair(out, "bell", "\a");
}

static void put_half_pair(struct buffer *out)
{
    put_pair(out, "half", NULL);
}

static void put_endless_length(struct buffer *out)
{
    buffer_append(out, "\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void put_endless_number(struct buffer *out)
{
    buffer_append(out, "\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
}

static void put_group(struct buffer *out)
{
    buffer_append(out, "\x0b\x0c", 2);
}

static void put_field_zero(struct buffer *out)
{
    buffer_append(out, "\x02\x00", 2);
}

TEST(hostile_additions_are_refused)
{
    static const struct {
        bool in_graph;
        void (*put)(struct buffer *out);
        const char *message;
    } rows[] = {
        {true, put_sparse_tensor, "the graph has field 15"},
        {true, put_number, "field 1 of the graph has an unexpected kind"},
        {false, put_function, "it has field 25"},
        {false, put_many_pairs, "more than 32 metadata pairs"},
        {false, put_long_key, "metadata pair 3: a text of 60 bytes, at most 47"},
        {false, put_bell, "metadata pair 3: a control character"},
        {false, put_half_pair, "metadata pair 3: field 2 missing"},
        {false, put_endless_length, "18446744073709551615 bytes wanted, 0 left"},
        {false, put_endless_number, "number above 64 bits"},
        {false, put_group, "unknown kind of field"},
        {false, put_field_zero, "impossible field number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!read_with_extra(rows[i].in_graph, rows[i].put));
        CHECK_INT(got.err.code, ERROR_FORMAT);
        CHECK_CONTAINS(got.err.message, rows[i].message);
    }
}

static char *find(const void *part, size_t size)
{
    return memmem(model.data, model.size, part, size);
}

/* Reads the model with `size` bytes after the first `before` exchanged, and puts them back. */
static bool read_exchanged(const char *before, size_t skip, const void *bytes, size_t size)
{
    char *at = find(before, strlen(before));
    if (!at)
        return true;
    char kept[16];
    at += skip;
    memcpy(kept, at, size);
    memcpy(at, bytes, size);
    const bool ours = read_back(model.data, model.size);
    memcpy(at, kept, size);
    return ours;
}

TEST(a_graph_that_is_not_ours_is_named)
{
    static const struct {
        const char *at;
        size_t skip;
        const char *bytes;
        const char *message;
    } rows[] = {
        {"leakwatch", 0, "pytorch/2", "it was made by 'pytorch/2', not by leakwatch"},
        {"enc1.activation\x22\x04Relu", 17, "Tanh", "node 3 is Tanh 'enc1.activation' where Relu"},
        {"enc1.conv\x22\x04", 0, "evil", "node 1 is Conv 'evil.conv' where Conv 'enc1.conv'"},
        {"strides\x40", 8, "\x01", "node 1, Conv 'enc1.conv', has other inputs or attributes"},
        {"epsilon\x15", 8, "\x01", "node 2, BatchNormalization 'enc1.norm', has other"},
        {"\x42\x09"
         "enc1.bias",
         2, "dec", "tensor 2, 'enc1.bias': it is called 'dec1.bias'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!read_exchanged(rows[i].at, rows[i].skip, rows[i].bytes, strlen(rows[i].bytes)));
        CHECK_CONTAINS(got.err.message, rows[i].message);
    }
    CHECK(read_back(model.data, model.size));
}

TEST(a_tensor_of_another_kind_is_named)
{
    /* enc1.weights: dims 32, 3, 3, 3; type 1; name; raw data of 3456 bytes */
    static const char header[] = "\x08\x20\x08\x03\x08\x03\x08\x03\x10\x01\x42\x0c"
                                 "enc1.weights";
    CHECK(!read_exchanged(header, 5, "\x05", 1));
    CHECK_CONTAINS(got.err.message, "its shape is [32x3x5x3], expected 864 values");
    CHECK(!read_exchanged(header, 9, "\x0a", 1));
    CHECK_CONTAINS(got.err.message, "its data type is 10, expected 1 (float)");
    CHECK(!read_exchanged(header, 8, "\x70\x00", 2)); /* data_location: an external file */
    CHECK_CONTAINS(got.err.message, "field 14, which the network's tensors do not have");
    CHECK(!read_exchanged(header, 10, "\x08\x0c\x08\x01\x08\x01\x08\x01\x08\x01\x08\x01\x08\x01",
                          14));
    CHECK(strstr(got.err.message, "tensor 1, 'enc1.weights'"));
    CHECK(!read_exchanged("\x42\x0c"
                          "enc1.weights\x4a",
                          15, "\x7f\x00", 2)); /* fewer bytes */
    CHECK_INT(got.err.code, ERROR_FORMAT);
}

TEST(an_impossible_size_is_named)
{
    static const char input[] = "\x0a\x05input\x12";
    const char *at = find(input, sizeof input - 1);
    CHECK(at != NULL);
    const char *dims = memmem(at, 64, "\x0a\x02\x08\x20\x0a\x02\x08\x40", 8); /* 32, 64 */
    CHECK(dims != NULL);
    char *height = (char *)dims + 3, *width = (char *)dims + 7;
    *width = 0x48;
    CHECK(!read_back(model.data, model.size));
    CHECK_CONTAINS(got.err.message, "the input is 72x32 px; both sides must be multiples of 16");
    *width = 0;
    CHECK(!read_back(model.data, model.size));
    *width = 0x40;
    *height = 0x10; /* possible, but not the output's */
    CHECK(!read_back(model.data, model.size));
    CHECK_CONTAINS(got.err.message, "the reconstruction is not float [batch, 3, 16, 64]");
    *height = 0x20;
    char *channels = (char *)dims - 1;
    *channels = 4;
    CHECK(!read_back(model.data, model.size));
    CHECK_CONTAINS(got.err.message, "the input is not float [batch, 3, 32, 64]");
    *channels = 3;
    CHECK(read_back(model.data, model.size));
}

TEST(a_weight_that_is_not_a_number_is_refused)
{
    char *raw = find("\x42\x08out.bias\x4a\x0c", 12);
    CHECK(raw != NULL);
    char kept[4];
    memcpy(kept, raw + 12, 4);
    memcpy(raw + 12, &(float){NAN}, 4);
    CHECK(!read_back(model.data, model.size));
    memcpy(raw + 12, kept, 4);
    CHECK_CONTAINS(got.err.message, "a weight is not a finite number");
}

/* A small whole model as another program would write it. */
static void put_foreign(struct buffer *out)
{
    struct buffer node = {0}, graph = {0}, opset = {0};
    protobuf_put_text(&node, NODE_INPUT, "x");
    protobuf_put_text(&node, NODE_OUTPUT, "y");
    protobuf_put_text(&node, NODE_OPERATOR, "MaxPool");
    protobuf_put_message(&graph, GRAPH_NODE, &node);
    protobuf_put_int(&opset, OPSET_VERSION, 11);
    protobuf_put_int(out, MODEL_IR_VERSION, 6);
    protobuf_put_text(out, MODEL_PRODUCER, "keras2onnx\n\xff");
    protobuf_put_text(out, 3, "1.7.0");
    protobuf_put_message(out, MODEL_GRAPH, &graph);
    protobuf_put_message(out, MODEL_OPSET, &opset);
    put_pair(out, "note",
             "a longer text than any of ours: ................................"
             "..............................................................."
             "................................................................");
}

TEST(another_programs_model_and_other_files_are_refused)
{
    struct buffer foreign = {0};
    put_foreign(&foreign);
    CHECK(!read_back(foreign.data, foreign.size));
    CHECK_CONTAINS(got.err.message, "it was made by 'keras2onnx?\?', not by leakwatch");
    buffer_finish(&foreign);
    static const char *const others[] = {"\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0JFIF",
                                         "{\"threshold\": 1}", "PK\x03\x04", "\n"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CHECK(!read_prefix(others[i], strlen(others[i])));
        CHECK_INT(got.err.code, ERROR_FORMAT);
    }
}

/* Random damage outside the weights: it is refused, or it hit what carries no meaning here (the
 * graph's name) or what is only handed on (the metadata). */
TEST(flipped_bits_are_found)
{
    struct rng rng = rng_seeded(3, 3);
    const char *name = find(GRAPH_TEXT, strlen(GRAPH_TEXT));
    const char *weights = find("enc1.weights\x4a", 13);
    const char *const pairs_begin = find(pairs[0].key, strlen(pairs[0].key));
    CHECK(name && weights && pairs_begin);
    const size_t head = (size_t)(weights - model.data);
    const size_t tail = model.size - (size_t)(pairs_begin - model.data) + 40;
    for (int i = 0; i < 1500; i++) {
        const size_t at = i % 4 ? rng_below(&rng, (uint32_t)head)
                                : model.size - 1 - rng_below(&rng, (uint32_t)tail);
        if (model.data + at >= name && model.data + at < name + strlen(GRAPH_TEXT))
            continue;
        const char bit = (char)(1 << rng_below(&rng, 8));
        model.data[at] ^= bit;
        const bool ours = read_back(model.data, model.size);
        model.data[at] ^= bit;
        if (ours)
            CHECK(model.data + at >= pairs_begin - 2);
        else
            CHECK_INT(got.err.code, ERROR_FORMAT);
    }
    CHECK(read_back(model.data, model.size));
}

TEST(no_memory_is_said_wherever_it_happens)
{
    long n = 0;
    for (;; n++) {
        allocations_until_failure = n;
        const bool ours = read_back(model.data, model.size);
        allocations_until_failure = -1;
        if (ours)
            break;
        CHECK_INT(got.err.code, ERROR_MEMORY);
    }
    CHECK(n > NODE_COUNT);
    for (n = 0;; n++) {
        struct buffer out = {0};
        allocations_until_failure = n;
        const bool done = onnx_write(written, WIDTH, HEIGHT, pairs, PAIR_COUNT, &out, &got.err);
        allocations_until_failure = -1;
        buffer_finish(&out);
        if (done)
            break;
        CHECK_INT(got.err.code, ERROR_MEMORY);
    }
    CHECK(n > NODE_COUNT);
}

int main(void)
{
    make_model();
    RUN(a_round_trip_is_bit_exact);
    RUN(what_cannot_be_read_back_is_not_written);
    RUN(a_failure_leaves_the_outputs_alone);
    RUN(a_file_cut_anywhere_is_refused);
    RUN(a_file_above_the_limit_is_refused_unread);
    RUN(the_order_of_fields_in_the_model_is_free);
    RUN(a_model_that_lacks_or_doubles_a_part_is_refused);
    RUN(hostile_additions_are_refused);
    RUN(a_graph_that_is_not_ours_is_named);
    RUN(a_tensor_of_another_kind_is_named);
    RUN(an_impossible_size_is_named);
    RUN(a_weight_that_is_not_a_number_is_refused);
    RUN(another_programs_model_and_other_files_are_refused);
    RUN(flipped_bits_are_found);
    RUN(no_memory_is_said_wherever_it_happens);
    buffer_finish(&model);
    parameters_destroy(written);
    parameters_destroy(got.parameters);
    return check_report();
}
