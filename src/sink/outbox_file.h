/* Private to the outbox: its SQLite file.
 *
 * outbox_file.c opens, checks and creates it; outbox.c takes records in, outbox_queue.c gives them
 * out. Every function here expects the outbox to be held by one thread (its mutex). SQLite's result
 * codes become error codes.
 */
#ifndef SINK_OUTBOX_FILE_H
#define SINK_OUTBOX_FILE_H

#include "platform/file.h"
#include "platform/thread.h"

#include <sqlite3.h>

enum { OUTBOX_SCHEMA = 1 };

struct outbox {
    struct mutex mutex;
    char path[PATH_SIZE];
    sqlite3 *database; /* NULL = not opened yet */
    int64_t seen_seq;  /* at or beyond the stored cursor: quiet records are not written */
};

/* Locks the mutex, and opens the file where that is still to be done; false = not locked. */
MUST_CHECK bool outbox_hold(struct outbox *outbox, struct error *err);
void outbox_release(struct outbox *outbox);

/* NULL with an error; ERROR_FORMAT and *ret_newer when a newer program made it, ERROR_FORMAT alone
 * when it is damaged or not ours. */
sqlite3 *outbox_file_open(const char *path, bool *ret_newer, struct error *err);

bool outbox_file_error(sqlite3 *database, const char *doing, struct error *err);

/* Prepares; NULL with an error. */
sqlite3_stmt *outbox_file_prepare(sqlite3 *database, const char *sql, struct error *err);
/* Runs a statement without rows to its end and finalises it; takes NULL (and fails: the error is
 * in `err` already). */
MUST_CHECK bool outbox_file_run(sqlite3 *database, sqlite3_stmt *statement, const char *doing,
                                struct error *err);
MUST_CHECK bool outbox_file_execute(sqlite3 *database, const char *sql, const char *doing,
                                    struct error *err);
/* The first column of the first row, `absent` when there is none or it is null; finalises; takes
 * NULL. */
MUST_CHECK bool outbox_file_number(sqlite3 *database, sqlite3_stmt *statement, int64_t absent,
                                   int64_t *ret_number, struct error *err);
/* Ends a transaction: commits when `ok` and the commit works, else rolls back. */
MUST_CHECK bool outbox_file_end(sqlite3 *database, bool ok, struct error *err);

#endif
