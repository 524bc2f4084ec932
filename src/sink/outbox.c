/* Alerts going into the queue on disk, from the journal's records.
 *
 * Every change is one transaction. Two things keep alerts from being lost or doubled: rows are
 * unique by record and channel, and the cursor never passes a record that was not taken. That is
 * why a record taken out of turn (another process wrote the one before) stores its alerts but
 * leaves the cursor behind.
 */
#include "sink/outbox.h"

#include "platform/clock.h"
#include "sink/outbox_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t delivered_kept_ms = INT64_C(30) * 24 * 3600 * 1000;

/* Out of the way with the file and what SQLite left beside it: a stale rollback journal would be
 * played back into the new file. */
static bool put_aside(const char *path, struct error *err)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_stamp(clock_wall_utc_ms(), true, stamp);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char from[PATH_SIZE + 16], to[PATH_SIZE + 80];
        snprintf(from, sizeof from, "%s%s", path, endings[i]);
        snprintf(to, sizeof to, "%s.damaged-%s%s", path, stamp, endings[i]);
        if (file_kind_of(from) == FILE_REGULAR && !file_rename(from, to, err))
            return error_add_context(err, "the damaged outbox cannot be put aside");
    }
    return true;
}

static sqlite3 *open_or_rebuild(const char *path, bool *ret_rebuilt, struct error *err)
{
    bool newer = false;
    struct error first = {0};
    sqlite3 *database = outbox_file_open(path, &newer, &first);
    *ret_rebuilt = !database && first.code == ERROR_FORMAT && !newer;
    if (*ret_rebuilt)
        return put_aside(path, err) ? outbox_file_open(path, &newer, err) : NULL;
    if (!database && err)
        *err = first;
    return database;
}

struct outbox *outbox_open_later(const char *path, struct error *err)
{
    if (strlen(path) + sizeof ".lock" > PATH_SIZE) {
        error_set(err, ERROR_INPUT, "the path '%.200s…' is too long", path);
        return NULL;
    }
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox) {
        error_set(err, ERROR_MEMORY, "no memory to open the outbox");
        return NULL;
    }
    mutex_init(&outbox->mutex);
    snprintf(outbox->path, sizeof outbox->path, "%s", path);
    return outbox;
}

static bool read_cursor(sqlite3 *database, int64_t *ret_cursor, struct error *err)
{
    sqlite3_stmt *statement =
        outbox_file_prepare(database, "SELECT value FROM state WHERE name = 'cursor'", err);
    return outbox_file_number(database, statement, 0, ret_cursor, err);
}

/* Under the mutex. */
static bool open_now(struct outbox *outbox, bool *ret_rebuilt, struct error *err)
{
    char lock_path[PATH_SIZE + 8];
    struct file_lock lock = {0};
    sqlite3 *database = NULL;
    int64_t cursor;
    snprintf(lock_path, sizeof lock_path, "%s.lock", outbox->path);
    if (file_lock_wait(&lock, lock_path, err))
        database = open_or_rebuild(outbox->path, ret_rebuilt, err);
    file_lock_release(&lock);
    if (!database || !read_cursor(database, &cursor, err)) {
        sqlite3_close(database);
        return false;
    }
    outbox->database = database;
    if (cursor > outbox->seen_seq)
        outbox->seen_seq = cursor;
    return true;
}

struct outbox *outbox_open(const char *path, bool *ret_rebuilt, struct error *err)
{
    bool rebuilt = false;
    struct outbox *outbox = outbox_open_later(path, err);
    if (!outbox || !open_now(outbox, &rebuilt, err)) {
        outbox_close(outbox);
        return NULL;
    }
    if (ret_rebuilt)
        *ret_rebuilt = rebuilt;
    return outbox;
}

void outbox_close(struct outbox *outbox)
{
    if (!outbox)
        return;
    sqlite3_close(outbox->database);
    mutex_finish(&outbox->mutex);
    free(outbox);
}

bool outbox_hold(struct outbox *outbox, struct error *err)
{
    bool rebuilt;
    mutex_lock(&outbox->mutex);
    if (outbox->database || open_now(outbox, &rebuilt, err))
        return true;
    mutex_unlock(&outbox->mutex);
    return false;
}

void outbox_release(struct outbox *outbox)
{
    mutex_unlock(&outbox->mutex);
}

bool outbox_cursor(struct outbox *outbox, int64_t *ret_seq, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    int64_t cursor = 0;
    bool ok = read_cursor(outbox->database, &cursor, err);
    if (ok)
        *ret_seq = cursor > outbox->seen_seq ? cursor : outbox->seen_seq;
    outbox_release(outbox);
    return ok;
}

static bool store_cursor(sqlite3 *database, const char *sql, int64_t seq, struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(database, sql, err);
    if (statement)
        sqlite3_bind_int64(statement, 1, seq);
    return outbox_file_run(database, statement, "store its cursor", err);
}

bool outbox_set_cursor(struct outbox *outbox, int64_t seq, struct error *err)
{
    if (!outbox_hold(outbox, err))
        return false;
    bool ok = store_cursor(outbox->database,
                           "INSERT INTO state(name, value) VALUES('cursor', ?1)"
                           " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                           seq, err);
    if (ok)
        outbox->seen_seq = seq;
    outbox_release(outbox);
    return ok;
}

static bool insert_alert(sqlite3 *database, const char *channel, const char *key, int64_t seq,
                         const char *text, int64_t now_utc_ms, struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(
        database,
        "INSERT INTO alert(key, channel, seq, record, queued_utc_ms) VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT(key, channel) DO NOTHING",
        err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, seq);
    sqlite3_bind_text(statement, 4, text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, now_utc_ms);
    return outbox_file_run(database, statement, "store an alert", err);
}

static bool forget_delivered(sqlite3 *database, int64_t now_utc_ms, struct error *err)
{
    sqlite3_stmt *statement =
        outbox_file_prepare(database,
                            "DELETE FROM alert WHERE delivered_utc_ms < ?1 AND seq <"
                            " (SELECT value FROM state WHERE name = 'cursor')",
                            err);
    if (statement)
        sqlite3_bind_int64(statement, 1, now_utc_ms - delivered_kept_ms);
    return outbox_file_run(database, statement, "forget old alerts", err);
}

struct taking {
    const json_t *record;
    int64_t seq, now_utc_ms;
    const char *const *channels;
    size_t channel_count;
    bool in_turn; /* all records before were taken: the cursor may move */
};

/* The record with its number, which whoever wrote it may not have put in: messages of one alarm
 * differ by it, and mail servers drop a mail that looks like one they have seen. */
static char *text_of(const struct taking *taking)
{
    json_t *whole = json_copy((json_t *)taking->record);
    bool ok = json_object_set_new(whole, "seq", json_integer((json_int_t)taking->seq)) == 0;
    char *text = ok ? json_dumps(whole, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(whole);
    return text;
}

static bool store_alerts(sqlite3 *database, const struct taking *taking, struct error *err)
{
    char key[OUTBOX_KEY_SIZE];
    const char *ts = json_string_value(json_object_get(taking->record, "ts"));
    snprintf(key, sizeof key, "%lld@%s", (long long)taking->seq, ts ? ts : "");
    char *text = text_of(taking);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory to queue record %lld",
                         (long long)taking->seq);
    bool ok = outbox_file_execute(database, "BEGIN IMMEDIATE", "be written", err);
    if (ok) {
        for (size_t i = 0; ok && i < taking->channel_count; i++)
            ok = insert_alert(database, taking->channels[i], key, taking->seq, text,
                              taking->now_utc_ms, err);
        if (taking->in_turn)
            ok = ok && store_cursor(database,
                                    "INSERT INTO state(name, value) VALUES('cursor', ?1)"
                                    " ON CONFLICT(name) DO UPDATE"
                                    " SET value = max(value, excluded.value)",
                                    taking->seq, err);
        ok = ok && forget_delivered(database, taking->now_utc_ms, err);
        ok = outbox_file_end(database, ok, err);
    }
    free(text);
    return ok;
}

bool outbox_take(struct outbox *outbox, const json_t *record, int64_t seq,
                 const char *const *channels, size_t channel_count, int64_t now_utc_ms,
                 struct error *err)
{
    bool notify = json_is_true(json_object_get(record, "notify"));
    if (!notify)
        mutex_lock(&outbox->mutex);
    else if (!outbox_hold(outbox, err))
        return false;
    struct taking taking = {.record = record,
                            .seq = seq,
                            .now_utc_ms = now_utc_ms,
                            .channels = channels,
                            .channel_count = channel_count,
                            .in_turn = seq == outbox->seen_seq + 1};
    bool ok = !notify || store_alerts(outbox->database, &taking, err);
    if (ok && taking.in_turn)
        outbox->seen_seq = seq;
    outbox_release(outbox);
    return ok;
}
