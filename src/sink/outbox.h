/* Alerts that still have to reach people: an SQLite file filled from the journal.
 *
 * The journal is the truth, the outbox its consumer: in one transaction it stores the alerts of a
 * record and the record's `seq` as its cursor. On start it takes up every record with notify = true
 * beyond the cursor, so an alarm whose record reached the disk is queued exactly once, whenever the
 * process died. Rows are unique by record and channel; delivered rows stay for 30 days (so that
 * nothing is queued twice), undelivered ones until they are delivered, however long that takes.
 * Thread: any; calls are serialised inside. Errors: ERROR_SPACE / ERROR_IO / ERROR_FORMAT (a
 * damaged file is put aside as outbox.db.damaged-<stamp>, a new one is filled from the journal's
 * last 7 days, and the caller is told through `ret_rebuilt`).
 */
#ifndef SINK_OUTBOX_H
#define SINK_OUTBOX_H

#include "base/error.h"

#include <jansson.h>
#include <stdint.h>

enum { CHANNELS_MAX = 4, OUTBOX_KEY_SIZE = 64 };

struct outbox;

struct outbox *outbox_open(const char *path, bool *ret_rebuilt, struct error *err);
void outbox_close(struct outbox *outbox);

/* Queue `record` (when its `notify` is true) for each channel and move the cursor to `seq`; a seq
 * at or below the cursor is ignored. */
MUST_CHECK bool outbox_take(struct outbox *outbox, const json_t *record, int64_t seq,
                            const char *const *channels, size_t channel_count, int64_t now_utc_ms,
                            struct error *err);
MUST_CHECK bool outbox_cursor(struct outbox *outbox, int64_t *ret_seq, struct error *err);
/* A new outbox beside an old journal starts here instead of telling history again. */
MUST_CHECK bool outbox_set_cursor(struct outbox *outbox, int64_t seq, struct error *err);

struct outbox_item {
    int64_t id;
    int64_t seq;
    char channel[16];
    int attempts; /* made so far */
    int64_t queued_utc_ms, next_attempt_utc_ms;
    json_t *record; /* the whole journal record; owned by the item */
};
void outbox_item_finish(struct outbox_item *item);

/* The oldest due item of a channel; *ret_found false when none is due, then *ret_next_utc_ms says
 * when (INT64_MAX = nothing). */
MUST_CHECK bool outbox_next(struct outbox *outbox, const char *channel, int64_t now_utc_ms,
                            struct outbox_item *ret_item, bool *ret_found, int64_t *ret_next_utc_ms,
                            struct error *err);
MUST_CHECK bool outbox_delivered(struct outbox *outbox, int64_t id, int64_t now_utc_ms,
                                 struct error *err);
MUST_CHECK bool outbox_retry(struct outbox *outbox, int64_t id, int64_t next_attempt_utc_ms,
                             const char *reason, struct error *err);
MUST_CHECK bool outbox_pending(struct outbox *outbox, int *ret_count, struct error *err);

#endif
