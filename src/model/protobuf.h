/* The part of the protobuf encoding that ONNX files need: varints, 32-bit and 64-bit numbers, and
 * byte strings, which are texts and nested messages alike.
 *
 * Writing appends to a `struct buffer` and is checked once, by buffer_check at the end. Reading is
 * of hostile bytes: every length is compared with what is left, and nothing is allocated. A reader
 * borrows its bytes. One thread at a time.
 * Source: protobuf.dev, "Encoding". Groups (wire types 3 and 4) are refused.
 */
#ifndef MODEL_PROTOBUF_H
#define MODEL_PROTOBUF_H

#include "base/buffer.h"

#include <stdint.h>

enum protobuf_wire {
    PROTOBUF_VARINT = 0,
    PROTOBUF_FIXED64 = 1,
    PROTOBUF_BYTES = 2,
    PROTOBUF_FIXED32 = 5
};

void protobuf_put_int(struct buffer *out, uint32_t field, uint64_t value);
void protobuf_put_float(struct buffer *out, uint32_t field, float value);
void protobuf_put_bytes(struct buffer *out, uint32_t field, const void *data, size_t size);
void protobuf_put_text(struct buffer *out, uint32_t field, const char *text);

/* Appends `message` and finishes it; when it had failed, so has `out`. */
void protobuf_put_message(struct buffer *out, uint32_t field, struct buffer *message);

/* What is left of a message; `file` is where offsets in error messages are counted from. */
struct protobuf_reader {
    const uint8_t *file;
    const uint8_t *next, *end;
};

struct protobuf_field {
    uint32_t number;
    enum protobuf_wire wire;
    uint64_t value;              /* of a varint or fixed number */
    struct protobuf_reader body; /* of a byte string */
};

struct protobuf_reader protobuf_reader_of(const void *data, size_t size);
bool protobuf_at_end(const struct protobuf_reader *reader);
size_t protobuf_left(const struct protobuf_reader *reader);

/* The next field, which must be there. ERROR_FORMAT with the offset when the bytes end too early or
 * make no sense. */
MUST_CHECK bool protobuf_next(struct protobuf_reader *reader, struct protobuf_field *ret_field,
                              struct error *err);

/* The first field `number` of a message, which must be a byte string; the reader stays where it is.
 */
MUST_CHECK bool protobuf_find(struct protobuf_reader reader, uint32_t number,
                              struct protobuf_reader *ret_body, struct error *err);

#endif
