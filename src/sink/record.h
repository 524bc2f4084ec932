/* An event as a JSON record. Pure but for memory; deterministic to the byte.
 *
 * Members and their order: docs/records.md. `paths` are relative to the project folder. Whoever
 * writes a record dumps it with RECORD_DUMP_FLAGS: reals have 9 significant digits; not-a-number
 * never appears (null); text that is no UTF-8 is replaced. Ownership: the caller decrefs the
 * result; NULL with ERROR_MEMORY.
 */
#ifndef SINK_RECORD_H
#define SINK_RECORD_H

#include "event/event.h"

#include <jansson.h>

enum { RECORD_SCHEMA = 1 };
#define RECORD_DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(9))

struct record_options {
    bool utc_stamps;      /* replay: stamps in UTC, else local time with offset */
    int64_t mono_zero_ns; /* `mono_ms` counts from here in a replay; 0 live */
};

json_t *record_from_event(const struct event *event, const struct record_options *options,
                          const char *const *paths, size_t path_count, struct error *err);

/* Must this one be on disk before anything follows from it? (alarms, faults, mode changes,
 * shutdown, and whatever people are told of) */
bool record_needs_flush(enum event_type type);

#endif
