/* An ONNX file from hostile bytes. Promised: refused with ERROR_FORMAT on one line, or read; then
 * it is finite, and writing and reading it again gives the same model.
 *
 * A model has 12 MB of weights, in which there is nothing to find. So an input is either a file as
 * it stands (first byte 'F'), or (else) a list of three bytes each, place and value, that are put
 * into what is not weights of a good file.
 */
#include "fuzz.h"
#include "model/onnx.h"
#include "model/onnx_graph.h"
#include "model/protobuf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_MAX = 1 << 16, EDIT_SIZE = 3 };

static struct buffer model;         /* the good file */
static uint32_t places[PLACES_MAX]; /* offsets in it that are not weights */
static size_t place_count;
static struct parameters *read, *again;

static void add_places(const uint8_t *from, const uint8_t *to)
{
    for (; from < to && place_count < PLACES_MAX; from++)
        places[place_count++] = (uint32_t)(from - (const uint8_t *)model.data);
}

/* All bytes of the graph but the raw data of its tensors. */
static void collect_places(void)
{
    const uint8_t *begin = (const uint8_t *)model.data, *end = begin + model.size;
    struct protobuf_reader graph;
    bool found =
        protobuf_find(protobuf_reader_of(model.data, model.size), MODEL_GRAPH, &graph, NULL);
    assert(found);
    while (!protobuf_at_end(&graph)) {
        struct protobuf_field field;
        struct protobuf_reader raw;
        found = protobuf_next(&graph, &field, NULL);
        assert(found);
        if (field.number == GRAPH_TENSOR && protobuf_find(field.body, TENSOR_RAW, &raw, NULL)) {
            add_places(begin, raw.next);
            begin = raw.end;
        }
    }
    add_places(begin, end);
}

static void prepare(void)
{
    static const struct onnx_pair pairs[] = {{"leakwatch.isa", "avx2"}, {"leakwatch.roi_x", "0.1"}};
    if (model.size)
        return;
    read = parameters_create(NULL);
    again = parameters_create(NULL);
    const bool written = read && again && onnx_write(read, 64, 32, pairs, 2, &model, NULL);
    assert(written);
    collect_places();
}

/* The model without its tensors: small, and well formed down to its nodes. */
static void append_skeleton(struct buffer *out)
{
    struct protobuf_reader whole = protobuf_reader_of(model.data, model.size), graph;
    struct buffer bare = {0};
    struct protobuf_field field;
    bool found = protobuf_find(whole, MODEL_GRAPH, &graph, NULL);
    assert(found);
    while (!protobuf_at_end(&graph) && protobuf_next(&graph, &field, NULL))
        if (field.number != GRAPH_TENSOR)
            protobuf_put_bytes(&bare, field.number, field.body.next, protobuf_left(&field.body));
    protobuf_put_int(out, MODEL_IR_VERSION, ONNX_IR_VERSION);
    protobuf_put_text(out, MODEL_PRODUCER, ONNX_PRODUCER);
    protobuf_put_message(out, MODEL_GRAPH, &bare);
    onnx_put_opset(&bare);
    protobuf_put_message(out, MODEL_OPSET, &bare);
}

bool fuzz_seed(size_t index, struct buffer *out)
{
    prepare();
    if (index == 0) {
        buffer_append_text(out, "F");
        append_skeleton(out);
    } else if (index < 40) { /* one to three bytes changed, spread over the file */
        for (size_t i = 0; i <= index % 3; i++) {
            const size_t place = (index * 7919 + i * 104729) % place_count;
            const uint8_t edit[EDIT_SIZE] = {(uint8_t)place, (uint8_t)(place >> 8),
                                             (uint8_t)(index * 37)};
            buffer_append(out, edit, sizeof edit);
        }
    }
    return index < 40;
}

static void check(const void *data, size_t size)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX], pairs_again[ONNX_PAIRS_MAX];
    int width, height, width_again, height_again;
    size_t count, count_again;
    struct error err = {0};
    if (!onnx_read(data, size, read, &width, &height, pairs, &count, &err)) {
        assert(err.code == ERROR_FORMAT && !strchr(err.message, '\n'));
        assert(strncmp(err.message, "reading the ONNX model: ", 24) == 0);
        return;
    }
    assert(parameters_are_finite(read));
    struct buffer out = {0};
    const bool written = onnx_write(read, width, height, pairs, count, &out, &err);
    assert(written);
    const bool good = onnx_read(out.data, out.size, again, &width_again, &height_again, pairs_again,
                                &count_again, &err);
    assert(good && width == width_again && height == height_again && count == count_again);
    assert(memcmp(parameters_values(read), parameters_values(again),
                  parameters_count(read) * sizeof(float)) == 0);
    buffer_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    prepare();
    if (size > 0 && data[0] == 'F') {
        check(data + 1, size - 1);
        return 0;
    }
    char kept[64];
    size_t places_used[64], edits = 0;
    for (; edits < sizeof kept && (edits + 1) * EDIT_SIZE <= size; edits++) {
        const uint8_t *edit = data + edits * EDIT_SIZE;
        places_used[edits] = places[((size_t)edit[1] << 8 | edit[0]) % place_count];
        kept[edits] = model.data[places_used[edits]];
        model.data[places_used[edits]] = (char)edit[2];
    }
    check(model.data, model.size);
    while (edits-- > 0) /* backwards: two edits may have met at one place */
        model.data[places_used[edits]] = kept[edits];
    return 0;
}
