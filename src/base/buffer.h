/* A growing byte string, always followed by a NUL that is not counted.
 *
 * Ownership: the struct is the caller's; `buffer_finish` frees what it holds and takes a zeroed
 * one.
 * `{0}` is a valid empty buffer. A failed allocation sets `failed` and makes every later append do
 * nothing, so a chain of appends is checked once, at its end. One thread at a time.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/error.h"

#include <stddef.h>

struct buffer {
    char *data; /* NULL while empty */
    size_t size;
    size_t capacity;
    bool failed;
};

void buffer_finish(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* The NUL-terminated contents ("" while empty); borrowed until the next call on the buffer. */
const char *buffer_text(const struct buffer *buffer);

/* False with ERROR_MEMORY when an append failed. */
MUST_CHECK bool buffer_check(const struct buffer *buffer, struct error *err);

#endif
