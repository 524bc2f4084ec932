/* Removing old evidence, whole sets of pictures of one time stamp, the oldest first.
 *
 * What may go, in the order of their stamps:
 *   - for age: sets whose stamp and whose files are both older than `keep_ms`;
 *   - for room: sets until `wanted_bytes` are freed, but never the RETENTION_KEPT_SETS newest.
 * What never goes: sets of `open_since` and later (the alarm that is open), and everything that
 * evidence_name.h would not have named: records, other people's files, links, folders. Stamps that
 * lie ahead come from a clock that was wrong: they do not count among the newest, and go last.
 *
 * A set that a crash left half removed is finished by the next pass. Bounded memory; one pass reads
 * the folder a few times, however many files it holds. Thread: one at a time per folder.
 */
#ifndef SINK_RETENTION_H
#define SINK_RETENTION_H

#include "base/error.h"
#include "sink/evidence_name.h"

#include <stddef.h>
#include <stdint.h>

enum { RETENTION_KEPT_SETS = 16 };

struct retention_rules {
    uint64_t wanted_bytes; /* to be freed; 0 = room is no reason */
    int64_t keep_ms;       /* 0 = age is no reason */
    int64_t now_utc_ms;
    char open_since[EVIDENCE_STAMP_SIZE]; /* "" = no alarm is open */
};

struct retention_result {
    size_t sets_for_age, sets_for_room, files;
    uint64_t bytes;                   /* freed in all */
    char oldest[EVIDENCE_STAMP_SIZE]; /* of what was removed; "" = nothing was */
    char newest[EVIDENCE_STAMP_SIZE];
    struct error refused; /* the first file that could not be removed; ERROR_NONE = none */
};

/* A file that can not be removed is passed over and told in the result. Errors: the folder can not
 * be read; `ret_result` holds what was removed before that. */
MUST_CHECK bool retention_prune(const char *folder, const struct retention_rules *rules,
                                struct retention_result *ret_result, struct error *err);

#endif
