/* Is it text? UTF-8 from outside, character by character. Any thread. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed UTF-8 sequence at `at` (RFC 3629), 0 where there is none. `left` > 0. */
size_t text_next(const unsigned char *at, size_t left, uint32_t *ret_code);

/* Well-formed, on one line, and without characters that control a terminal, a mail header or YAML
 * (C0 and C1 controls, line and paragraph separators, byte-order marks, non-characters). */
bool text_is_plain(const char *bytes, size_t size);

/* Appends `text` with U+FFFD for each byte that belongs to no well-formed sequence. */
void text_append_valid(struct buffer *out, const char *text);

/* The same on one line: control characters, and those that turn the direction of the text around
 * them, become spaces. */
void text_append_plain(struct buffer *out, const char *text);

/* The same within `text`, whose length stays: a space for each byte of such a character, '?' for
 * each byte that belongs to none. */
void text_make_plain(char *text);

/* The same as a field of `size` bytes with its NUL; what does not fit is cut at a whole character,
 * with "…" for it. */
void text_copy_plain(char *ret_text, size_t size, const char *text);

/* What text_append_plain and text_make_plain take for no letter: it controls a terminal, or turns
 * the direction of what follows. */
bool text_code_is_plain(uint32_t code);

/* A copy with a NUL behind it, which the caller frees; NULL without memory. */
char *text_copy(const char *bytes, size_t size);

#endif
