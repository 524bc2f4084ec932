/* state/acknowledged.txt: which alarms people have seen, left by `ack` for a monitor that runs.
 *
 * A line for each, newest last: "<event id> <UTC ms of the acknowledgement>". The number makes the
 * line of a second acknowledgement (something new had appeared) another than that of the first; a
 * line without it counts as 0. At most 64 lines: a monitor has one open alarm. The truth is the
 * journal's `alarm_acknowledged`; this file may be lost or edited at any time.
 * Hostile input: files above 16 KB are refused, lines that are no acknowledgement passed over.
 * Ownership: nothing is kept. Any thread, any number of processes (acknowledged_add waits for
 * `<path>.lock`).
 */
#ifndef SINK_ACKNOWLEDGED_H
#define SINK_ACKNOWLEDGED_H

#include "event/event.h"

#include <stddef.h>

enum { ACKNOWLEDGED_MAX = 64 };

struct acknowledgement {
    char event_id[EVENT_ID_SIZE];
    int64_t utc_ms;
};

struct acknowledged {
    size_t count;
    struct acknowledgement entries[ACKNOWLEDGED_MAX]; /* newest last */
};

/* "<digits>-<digits>", as watch makes them. */
bool event_id_is_valid(const char *event_id);

bool acknowledged_holds(const struct acknowledged *list, const struct acknowledgement *entry);

/* A file that does not exist is an empty list. ERROR_FORMAT when it is too large, ERROR_INPUT /
 * ERROR_IO when it can not be read. */
MUST_CHECK bool acknowledged_read(const char *path, struct acknowledged *ret_list,
                                  struct error *err);

/* Puts behind the others what is not there yet; the oldest give way. A file that is too large is
 * begun anew. When nothing is new, nothing is written. */
MUST_CHECK bool acknowledged_add(const char *path, const struct acknowledgement *entries,
                                 size_t count, struct error *err);

#endif
