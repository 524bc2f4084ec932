/* An append-only file of JSON lines that survives crashes, rotates, and is shared by several
 * processes.
 *
 * Each record gets `seq`, gapless and continuous across rotation, restarts and processes.
 * journal_append takes the journal's lock file, looks whether another process has appended or
 * rotated, writes one line with one write(), and flushes when asked. A torn last line (a crash, a
 * full disk) is cut off into `<name>.torn` on open and before an append, and counted, never fatal.
 * Rotation: at `rotate_bytes` the file is renamed to `<name>-<first seq, 12 digits>.jsonl`; nothing
 * is ever deleted. A file of the old tool, without `schema` and `seq`, is continued: numbers begin
 * behind it at 1. A damaged last line counts as a record that was: its number is not used again.
 * Ownership: journal_close takes NULL. Thread: one at a time per struct; any
 * number of processes. Errors: ERROR_SPACE / ERROR_IO; the record was then not written and the file
 * ends as before: call again later.
 */
#ifndef SINK_JOURNAL_H
#define SINK_JOURNAL_H

#include "base/error.h"
#include "platform/clock.h"

#include <jansson.h>
#include <stdint.h>

struct journal;

/* `path` like "logs/events.jsonl"; `rotate_bytes` 0 = never. */
struct journal *journal_open(const char *path, uint64_t rotate_bytes, struct error *err);
void journal_close(struct journal *journal);

/* `record` is borrowed; `schema` and `seq` are put first, then its members in their order. `flush`
 * waits for the disk. */
MUST_CHECK bool journal_append(struct journal *journal, json_t *record, bool flush,
                               int64_t *ret_seq, struct error *err);

/* How many torn lines were cut off since open. */
int journal_repaired(const struct journal *journal);

/* Calls `visit` for each whole record with seq > after_seq, oldest first, across rotated files,
 * until it returns false. Damaged lines (and those above 64 KB) are counted in `ret_damaged` (may
 * be NULL) and passed over. Records of the old tool have no `seq`: they are shown, as 0, only when
 * after_seq is below 0. A journal that does not exist has no records. Constant memory, no lock.
 * ERROR_FORMAT when a record's schema is newer than this program. */
MUST_CHECK bool journal_read(const char *path, int64_t after_seq,
                             bool (*visit)(void *context, const json_t *record, int64_t seq),
                             void *context, int64_t *ret_damaged, struct error *err);

/* What the beginning of a line tells without parsing the rest. */
enum { JOURNAL_TYPE_SIZE = 40 };
struct journal_peek {
    int64_t seq;
    struct clock_stamp stamp;
    char type[JOURNAL_TYPE_SIZE];
};

/* For those who want few records of a long journal. `wanted` is asked before a line is parsed; one
 * that does not begin as our writer's do is parsed and shown without asking. A rotated file whose
 * first and last lines are both of a live run (no replay) and stamped before `since_utc_ms` is not
 * read at all; INT64_MIN reads every file. */
struct journal_query {
    int64_t since_utc_ms;
    bool (*wanted)(void *context, const struct journal_peek *peek);
    bool (*visit)(void *context, const json_t *record, int64_t seq);
    void *context;
};

/* As journal_read from the very beginning, records of the old tool included, for what a query
 * wants. Lines that are passed over are looked at only at their beginning and end, so that
 * `ret_damaged` (may be NULL) counts no damage in the middle of those. */
MUST_CHECK bool journal_search(const char *path, const struct journal_query *query,
                               int64_t *ret_damaged, struct error *err);

#endif
