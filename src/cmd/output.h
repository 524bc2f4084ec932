/* What commands print on stdout: buffers and JSON. Whether it arrived is checked once, when the
 * command is over (cli.c). One thread. Errors: ERROR_MEMORY, also for a buffer that has failed. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "base/buffer.h"
#include "base/error.h"

#include <jansson.h>

MUST_CHECK bool output_write(const struct buffer *text, struct error *err);

/* Indented, with a line feed. Takes the reference; NULL counts as lack of memory. */
MUST_CHECK bool output_json(json_t *value, struct error *err);

/* A name or path from outside as JSON, which is UTF-8 only: what is no text becomes U+FFFD. NULL
 * without memory. */
json_t *output_string(const char *text);

#endif
