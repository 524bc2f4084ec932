/* Protobuf's wire format, under the ONNX writer and reader.
 *
 * A message is a run of fields, each a key (number · 8 + wire type) and a value; a nested message
 * is a byte string that is such a run again. So reading never recurses by itself: the caller opens
 * the bodies it knows, and nesting is as deep as its code. Numbers are little-endian on the wire
 * and, asserted below, in memory.
 */
#include "model/protobuf.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "floats are stored as they lie in memory");

static void put_varint(struct buffer *out, uint64_t value)
{
    uint8_t bytes[10];
    size_t count = 0;
    while (value >= 0x80) {
        bytes[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[count++] = (uint8_t)value;
    buffer_append(out, bytes, count);
}

static void put_key(struct buffer *out, uint32_t field, enum protobuf_wire wire)
{
    put_varint(out, (uint64_t)field << 3 | wire);
}

void protobuf_put_int(struct buffer *out, uint32_t field, uint64_t value)
{
    put_key(out, field, PROTOBUF_VARINT);
    put_varint(out, value);
}

void protobuf_put_float(struct buffer *out, uint32_t field, float value)
{
    put_key(out, field, PROTOBUF_FIXED32);
    buffer_append(out, &value, sizeof value);
}

void protobuf_put_bytes(struct buffer *out, uint32_t field, const void *data, size_t size)
{
    put_key(out, field, PROTOBUF_BYTES);
    put_varint(out, size);
    buffer_append(out, data, size);
}

void protobuf_put_text(struct buffer *out, uint32_t field, const char *text)
{
    protobuf_put_bytes(out, field, text, strlen(text));
}

void protobuf_put_message(struct buffer *out, uint32_t field, struct buffer *message)
{
    if (message->failed)
        out->failed = true;
    else
        protobuf_put_bytes(out, field, message->data, message->size);
    buffer_finish(message);
}

struct protobuf_reader protobuf_reader_of(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    return (struct protobuf_reader){.file = bytes, .next = bytes, .end = bytes + size};
}

bool protobuf_at_end(const struct protobuf_reader *reader)
{
    return reader->next == reader->end;
}

size_t protobuf_left(const struct protobuf_reader *reader)
{
    return (size_t)(reader->end - reader->next);
}

static bool refuse(const struct protobuf_reader *reader, struct error *err, const char *why)
{
    return error_set(err, ERROR_FORMAT, "%s at byte %zu", why,
                     (size_t)(reader->next - reader->file));
}

static bool take_varint(struct protobuf_reader *reader, uint64_t *ret_value, struct error *err)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (protobuf_at_end(reader))
            return refuse(reader, err, "cut short in a number");
        const uint8_t byte = *reader->next++;
        if (shift == 63 && byte > 1)
            return refuse(reader, err, "number above 64 bits");
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *ret_value = value;
            return true;
        }
    }
    return refuse(reader, err, "number of more than ten bytes");
}

static bool take_fixed(struct protobuf_reader *reader, size_t size, uint64_t *ret_value,
                       struct error *err)
{
    if (protobuf_left(reader) < size)
        return refuse(reader, err, "cut short in a number");
    uint64_t value = 0;
    memcpy(&value, reader->next, size);
    reader->next += size;
    *ret_value = value;
    return true;
}

static bool take_bytes(struct protobuf_reader *reader, struct protobuf_reader *ret_body,
                       struct error *err)
{
    uint64_t size;
    if (!take_varint(reader, &size, err))
        return false;
    if (size > protobuf_left(reader))
        return error_set(err, ERROR_FORMAT, "cut short at byte %zu: %llu bytes wanted, %zu left",
                         (size_t)(reader->next - reader->file), (unsigned long long)size,
                         protobuf_left(reader));
    *ret_body = (struct protobuf_reader){reader->file, reader->next, reader->next + size};
    reader->next += size;
    return true;
}

static bool take_value(struct protobuf_reader *reader, struct protobuf_field *field,
                       struct error *err)
{
    switch (field->wire) {
    case PROTOBUF_VARINT:
        return take_varint(reader, &field->value, err);
    case PROTOBUF_FIXED64:
        return take_fixed(reader, 8, &field->value, err);
    case PROTOBUF_BYTES:
        return take_bytes(reader, &field->body, err);
    case PROTOBUF_FIXED32:
        return take_fixed(reader, 4, &field->value, err);
    }
    return refuse(reader, err, "unknown kind of field");
}

bool protobuf_next(struct protobuf_reader *reader, struct protobuf_field *ret_field,
                   struct error *err)
{
    uint64_t key;
    if (!take_varint(reader, &key, err))
        return false;
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff)
        return refuse(reader, err, "impossible field number");
    struct protobuf_field field = {.number = (uint32_t)(key >> 3),
                                   .wire = (enum protobuf_wire)(key & 7)};
    if (!take_value(reader, &field, err))
        return false;
    *ret_field = field;
    return true;
}

bool protobuf_find(struct protobuf_reader reader, uint32_t number, struct protobuf_reader *ret_body,
                   struct error *err)
{
    while (!protobuf_at_end(&reader)) {
        struct protobuf_field field;
        if (!protobuf_next(&reader, &field, err))
            return false;
        if (field.number != number)
            continue;
        if (field.wire != PROTOBUF_BYTES)
            return refuse(&reader, err, "number where a message should be");
        *ret_body = field.body;
        return true;
    }
    return error_set(err, ERROR_FORMAT, "field %u missing before byte %zu", number,
                     (size_t)(reader.end - reader.file));
}
