/* Alerts coming out of the queue on disk, channel by channel, and what became of each attempt.
 *
 * Nothing here decides when to try again: times are the caller's, and those stored only order the
 * queue and outlive a restart. The surprising thing: a row whose record can no longer be parsed is
 * given out all the same, as a record that says so, because somebody should go and look.
 */
#include "sink/outbox.h"

#include "sink/outbox_file.h"

#include <stdio.h>
#include <string.h>

void outbox_item_finish(struct outbox_item *item)
{
    json_decref(item->record);
    *item = (struct outbox_item){0};
}

/* A row whose text rotted still tells people that there was something. */
static json_t *record_of_row(const char *text, int64_t seq)
{
    json_t *record = text ? json_loads(text, 0, NULL) : NULL;
    if (json_is_object(record))
        return record;
    json_decref(record);
    return json_pack("{s:s, s:I, s:b, s:s}", "type", "alert_unreadable", "seq", (json_int_t)seq,
                     "notify", true, "text", "an alert waited here but can no longer be read");
}

static bool read_item(sqlite3_stmt *row, struct outbox_item *ret_item, struct error *err)
{
    struct outbox_item item = {.id = sqlite3_column_int64(row, 0),
                               .seq = sqlite3_column_int64(row, 1),
                               .attempts = sqlite3_column_int(row, 3),
                               .queued_utc_ms = sqlite3_column_int64(row, 4),
                               .next_attempt_utc_ms = sqlite3_column_int64(row, 5)};
    const char *channel = (const char *)sqlite3_column_text(row, 2);
    snprintf(item.channel, sizeof item.channel, "%s", channel ? channel : "");
    item.record = record_of_row((const char *)sqlite3_column_text(row, 6), item.seq);
    if (!item.record)
        return error_set(err, ERROR_MEMORY, "no memory to read an alert from the outbox");
    *ret_item = item;
    return true;
}

static bool next_time(sqlite3 *database, const char *channel, int64_t *ret_next_utc_ms,
                      struct error *err)
{
    sqlite3_stmt *statement =
        outbox_file_prepare(database,
                            "SELECT min(next_attempt_utc_ms) FROM alert"
                            " WHERE channel = ?1 AND delivered_utc_ms IS NULL",
                            err);
    if (statement)
        sqlite3_bind_text(statement, 1, channel, -1, SQLITE_STATIC);
    return outbox_file_number(database, statement, INT64_MAX, ret_next_utc_ms, err);
}

static bool next_locked(sqlite3 *database, const char *channel, int64_t now_utc_ms,
                        struct outbox_item *ret_item, bool *ret_found, int64_t *ret_next_utc_ms,
                        struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(
        database,
        "SELECT id, seq, channel, attempts, queued_utc_ms, next_attempt_utc_ms, record FROM alert"
        " WHERE channel = ?1 AND delivered_utc_ms IS NULL AND next_attempt_utc_ms <= ?2"
        " ORDER BY attempts > 0, id LIMIT 1",
        err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, now_utc_ms);
    int result = sqlite3_step(statement);
    bool found = result == SQLITE_ROW;
    bool ok = found ? read_item(statement, ret_item, err)
                    : result == SQLITE_DONE || outbox_file_error(database, "be read", err);
    sqlite3_finalize(statement);
    if (ok && !found)
        ok = next_time(database, channel, ret_next_utc_ms, err);
    if (ok)
        *ret_found = found;
    return ok;
}

bool outbox_next(struct outbox *outbox, const char *channel, int64_t now_utc_ms,
                 struct outbox_item *ret_item, bool *ret_found, int64_t *ret_next_utc_ms,
                 struct error *err)
{
    if (!outbox_hold(outbox, err)) {
        *ret_found = false;
        *ret_next_utc_ms = INT64_MAX;
        return true;
    }
    bool ok = next_locked(outbox->database, channel, now_utc_ms, ret_item, ret_found,
                          ret_next_utc_ms, err);
    outbox_release(outbox);
    return ok;
}

/* Runs `sql` with ?1 = id or time, ?2 = time, ?3 = text (each where the statement has it). */
static bool change(struct outbox *outbox, const char *sql, int64_t first, int64_t second,
                   const char *text, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    sqlite3_stmt *statement = outbox_file_prepare(outbox->database, sql, err);
    int parameters = statement ? sqlite3_bind_parameter_count(statement) : 0;
    if (parameters >= 1)
        sqlite3_bind_int64(statement, 1, first);
    if (parameters >= 2)
        sqlite3_bind_int64(statement, 2, second);
    if (parameters >= 3)
        sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
    bool ok = outbox_file_run(outbox->database, statement, "be changed", err);
    outbox_release(outbox);
    return ok;
}

bool outbox_delivered(struct outbox *outbox, int64_t id, int64_t now_utc_ms, struct error *err)
{
    return change(outbox,
                  "UPDATE alert SET delivered_utc_ms = ?2, attempts = attempts + 1, reason = ''"
                  " WHERE id = ?1",
                  id, now_utc_ms, NULL, err);
}

bool outbox_retry(struct outbox *outbox, int64_t id, int64_t next_attempt_utc_ms,
                  const char *reason, struct error *err)
{
    return change(outbox,
                  "UPDATE alert SET next_attempt_utc_ms = ?2, attempts = attempts + 1,"
                  " rejected = 0, reason = ?3 WHERE id = ?1",
                  id, next_attempt_utc_ms, reason, err);
}

bool outbox_reject(struct outbox *outbox, int64_t id, int64_t next_attempt_utc_ms,
                   const char *reason, struct error *err)
{
    return change(outbox,
                  "UPDATE alert SET next_attempt_utc_ms = ?2, attempts = attempts + 1,"
                  " rejected = 1, reason = ?3 WHERE id = ?1",
                  id, next_attempt_utc_ms, reason, err);
}

bool outbox_limit_waits(struct outbox *outbox, int64_t latest_utc_ms, struct error *err)
{
    return change(outbox,
                  "UPDATE alert SET next_attempt_utc_ms = ?1"
                  " WHERE delivered_utc_ms IS NULL AND next_attempt_utc_ms > ?1",
                  latest_utc_ms, 0, NULL, err);
}

bool outbox_hurry(struct outbox *outbox, const char *channel, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    sqlite3_stmt *statement =
        outbox_file_prepare(outbox->database,
                            "UPDATE alert SET next_attempt_utc_ms = 0"
                            " WHERE channel = ?1 AND delivered_utc_ms IS NULL AND rejected = 0",
                            err);
    if (statement)
        sqlite3_bind_text(statement, 1, channel, -1, SQLITE_STATIC);
    bool ok = outbox_file_run(outbox->database, statement, "be changed", err);
    outbox_release(outbox);
    return ok;
}

bool outbox_pending(struct outbox *outbox, int *ret_count, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    sqlite3_stmt *statement = outbox_file_prepare(
        outbox->database, "SELECT count(*) FROM alert WHERE delivered_utc_ms IS NULL", err);
    int64_t count;
    bool ok = outbox_file_number(outbox->database, statement, 0, &count, err);
    if (ok)
        *ret_count = (int)count;
    outbox_release(outbox);
    return ok;
}

bool outbox_oldest(struct outbox *outbox, int64_t *ret_queued_utc_ms, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    sqlite3_stmt *statement = outbox_file_prepare(
        outbox->database, "SELECT min(queued_utc_ms) FROM alert WHERE delivered_utc_ms IS NULL",
        err);
    bool ok = outbox_file_number(outbox->database, statement, INT64_MAX, ret_queued_utc_ms, err);
    outbox_release(outbox);
    return ok;
}
