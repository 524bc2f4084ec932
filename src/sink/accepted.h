/* state/accepted.jsonl: places that people have declared normal, left by `ack --normal` for the
 * detector.
 *
 * One JSON object a line, oldest first: {"schema":1,"event_id":…,"utc_ms":…,"boxes":[{"x","y","w",
 * "h"}…]} accepts the places of an alarm, in camera pixels; the same id later replaces it, and
 * {…,"undo":true} takes it back. What is in force is what stands at the end. The journal's
 * `accepted_as_normal` says who did what when; this file says what counts.
 *
 * Hostile input: where something leaks must never be accepted by accident, and a line that cannot
 * be understood may be one that takes something back; so a file with such a line is refused whole
 * (ERROR_FORMAT with the line's number), and nothing is accepted. At most ACCEPTED_MAX acceptances
 * in force, 1 MB. Ownership: the list is the caller's, nothing to free. Any thread, any number of
 * processes (writers wait for `<path>.lock`; readers take no lock, the file is replaced as one
 * step).
 */
#ifndef SINK_ACCEPTED_H
#define SINK_ACCEPTED_H

#include "event/event.h"

#include <stddef.h>

enum { ACCEPTED_MAX = 256 };

struct acceptance {
    char event_id[EVENT_ID_SIZE];
    int64_t utc_ms; /* when it was accepted; a model that was trained later knows better */
    int box_count;  /* at least 1 */
    struct rect boxes[BOXES_MAX];
};

struct accepted {
    size_t count;
    struct acceptance entries[ACCEPTED_MAX]; /* in force, oldest first */
};

/* A file that does not exist is an empty list. ERROR_INPUT / ERROR_IO when it can not be read. */
MUST_CHECK bool accepted_load(const char *path, struct accepted *ret_list, struct error *err);

/* The same of bytes; `path` names them in errors. */
MUST_CHECK bool accepted_parse(const char *data, size_t size, const char *path,
                               struct accepted *ret_list, struct error *err);

/* NULL when it is not in force. */
const struct acceptance *accepted_find(const struct accepted *list, const char *event_id);
bool accepted_equal(const struct accepted *a, const struct accepted *b);

/* ERROR_INPUT for an id that is none, or without places in a picture. */
MUST_CHECK bool accepted_check(const struct acceptance *acceptance, struct error *err);

/* Writes nothing when it is in force already. ERROR_INPUT as accepted_check, and when too many are
 * in force. */
MUST_CHECK bool accepted_add(const char *path, const struct acceptance *acceptance,
                             struct error *err);

/* ERROR_INPUT when it is not in force. */
MUST_CHECK bool accepted_undo(const char *path, const char *event_id, int64_t utc_ms,
                              struct error *err);

#endif
