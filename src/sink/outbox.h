/* Alerts that still have to reach people: an SQLite file filled from the journal.
 *
 * The journal is the truth, the outbox its consumer. The cursor is the last journal record up to
 * which every alert is known to be stored; it moves in one transaction with the alerts it stands
 * for, and only over records that lie on disk. outbox_take stores the alert of a record at once;
 * outbox_catch_up takes up every record with notify = true beyond the cursor, so an alarm whose
 * record reached the disk is queued exactly once, whenever the process died. Rows are unique by
 * record (seq and ts) and channel; delivered rows stay for 30 days (so that nothing is queued
 * twice), undelivered ones until they are delivered, however long that takes.
 *
 * Several processes may have the file open. Those that live briefly (train, drill) only take their
 * own records; `monitor`, which knows all channels, catches up: at start, after any error, and
 * every hour or so to move the cursor over quiet stretches.
 *
 * Thread: any; calls are serialised inside. Errors: ERROR_SPACE / ERROR_IO / ERROR_BUSY /
 * ERROR_FORMAT. A damaged file is put aside on open as outbox.db.damaged-<stamp> and a new one is
 * made, which outbox_catch_up fills from the journal's last 7 days; the caller is told through
 * `ret_rebuilt`. A file of a newer program is refused.
 */
#ifndef SINK_OUTBOX_H
#define SINK_OUTBOX_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { CHANNELS_MAX = 4, OUTBOX_KEY_SIZE = 64, CHANNEL_NAME_SIZE = 16 };

struct outbox;

struct outbox *outbox_open(const char *path, bool *ret_rebuilt, struct error *err);
/* For a disk that is full just now: opened by the first call that can, and until then nothing is
 * stored (ERROR_SPACE, …) and nothing is due. NULL when there is no memory or the path is too long.
 */
struct outbox *outbox_open_later(const char *path, struct error *err);
void outbox_close(struct outbox *outbox); /* takes NULL */

/* Queue `record` (when its `notify` is true) for each channel; to be called once the record is
 * flushed. What is queued already is left as it is. The cursor moves to `seq` when all records
 * before were taken; else outbox_catch_up moves it. Cheap for records without notify. */
MUST_CHECK bool outbox_take(struct outbox *outbox, const json_t *record, int64_t seq,
                            const char *const *channels, size_t channel_count, int64_t now_utc_ms,
                            struct error *err);

/* Take everything in the journal beyond the cursor. A journal that is shorter than the cursor (a
 * power cut, or somebody deleted it) and a new outbox are read from 7 days before their last
 * record. Without channels nothing is done: the alerts wait for a run that has some. */
MUST_CHECK bool outbox_catch_up(struct outbox *outbox, const char *journal_path,
                                const char *const *channels, size_t channel_count,
                                int64_t now_utc_ms, struct error *err);

MUST_CHECK bool outbox_cursor(struct outbox *outbox, int64_t *ret_seq, struct error *err);
/* All up to `seq` is taken, or is not to be told: a new outbox beside an old journal starts here
 * instead of telling history again. */
MUST_CHECK bool outbox_set_cursor(struct outbox *outbox, int64_t seq, struct error *err);

struct outbox_item {
    int64_t id;
    int64_t seq;
    char channel[CHANNEL_NAME_SIZE];
    int attempts; /* made so far */
    int64_t queued_utc_ms, next_attempt_utc_ms;
    json_t *record; /* the whole journal record; owned by the item */
};
void outbox_item_finish(struct outbox_item *item);

/* The oldest due item of a channel, those never tried first; *ret_found false when none is due,
 * then *ret_next_utc_ms says when (INT64_MAX = nothing). A new item is due at once. */
MUST_CHECK bool outbox_next(struct outbox *outbox, const char *channel, int64_t now_utc_ms,
                            struct outbox_item *ret_item, bool *ret_found, int64_t *ret_next_utc_ms,
                            struct error *err);
MUST_CHECK bool outbox_delivered(struct outbox *outbox, int64_t id, int64_t now_utc_ms,
                                 struct error *err);
MUST_CHECK bool outbox_retry(struct outbox *outbox, int64_t id, int64_t next_attempt_utc_ms,
                             const char *reason, struct error *err);
/* As outbox_retry for what will not get better by itself: outbox_hurry leaves it alone. */
MUST_CHECK bool outbox_reject(struct outbox *outbox, int64_t id, int64_t next_attempt_utc_ms,
                              const char *reason, struct error *err);
/* The server is back: what waits for another attempt is due now. */
MUST_CHECK bool outbox_hurry(struct outbox *outbox, const char *channel, struct error *err);
/* No item waits beyond `latest_utc_ms`: the clock may have been wrong when the wait was stored. */
MUST_CHECK bool outbox_limit_waits(struct outbox *outbox, int64_t latest_utc_ms, struct error *err);
MUST_CHECK bool outbox_pending(struct outbox *outbox, int *ret_count, struct error *err);
/* When the oldest undelivered alert was queued; INT64_MAX when none waits. */
MUST_CHECK bool outbox_oldest(struct outbox *outbox, int64_t *ret_queued_utc_ms, struct error *err);

#endif
