/* libyaml's events, one at a time, with everything refused that a configuration has no use for:
 * text that is not UTF-8, anchors, aliases, tags, too many events.
 *
 * Private to config/. Ownership: the struct is the caller's; yaml_reader_finish takes a zeroed one.
 * `data` is borrowed until then. Thread: one at a time. Errors: ERROR_CONFIG "FILE:LINE:COL: …".
 */
#ifndef CONFIG_YAML_READER_H
#define CONFIG_YAML_READER_H

#include "base/error.h"

#include <stddef.h>
#include <yaml.h>

struct yaml_reader {
    yaml_parser_t parser;
    bool parser_ready;
    yaml_event_t event; /* the last one */
    bool event_ready;
    int event_count;
    const char *file; /* for messages; borrowed */
    const char *data;
    size_t size;
};

MUST_CHECK bool yaml_reader_init(struct yaml_reader *reader, const char *file, const void *data,
                                 size_t size, struct error *err);
void yaml_reader_finish(struct yaml_reader *reader);

/* Replaces reader->event by the next one. */
MUST_CHECK bool yaml_reader_next(struct yaml_reader *reader, struct error *err);

/* Prefixes file, line and column of the last event; returns false. */
bool yaml_reader_add_place(const struct yaml_reader *reader, struct error *err);

/* A scalar without quotes that means "nothing": empty, ~, null. */
bool yaml_event_is_null(const yaml_event_t *event);

#endif
