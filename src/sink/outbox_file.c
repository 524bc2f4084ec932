/* The outbox's SQLite file: opened, checked, created.
 *
 * Rollback journal and synchronous=FULL: what was committed survives a power cut. The file is
 * checked as a whole on every open, which takes milliseconds at the size of an outbox. The
 * surprising thing: a file that SQLite can read but that lacks our tables is damage too, while a
 * file of a newer program is not and must never be put aside.
 */
#include "sink/outbox_file.h"

#include <string.h>

enum { BUSY_TIMEOUT_MS = 10000 };

static const char layout[] =
    "CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER NOT NULL);"
    "CREATE TABLE alert("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " key TEXT NOT NULL," /* the record: its seq and ts */
    " channel TEXT NOT NULL,"
    " seq INTEGER NOT NULL,"
    " record TEXT NOT NULL,"
    " queued_utc_ms INTEGER NOT NULL,"
    " next_attempt_utc_ms INTEGER NOT NULL DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0,"
    " rejected INTEGER NOT NULL DEFAULT 0,"
    " reason TEXT NOT NULL DEFAULT '',"
    " delivered_utc_ms INTEGER,"
    " UNIQUE(key, channel));"
    "CREATE INDEX alert_waiting ON alert(channel) WHERE delivered_utc_ms IS NULL;"
    "PRAGMA user_version = 1;";

static enum error_code code_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_FULL:
        return ERROR_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_BUSY;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our SQL is right, so the tables are wrong */
        return ERROR_FORMAT;
    default:
        return ERROR_IO;
    }
}

bool outbox_file_error(sqlite3 *database, const char *doing, struct error *err)
{
    return error_set(err, code_of(sqlite3_extended_errcode(database)), "the outbox cannot %s: %s",
                     doing, sqlite3_errmsg(database));
}

sqlite3_stmt *outbox_file_prepare(sqlite3 *database, const char *sql, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        outbox_file_error(database, "be read", err);
    return statement;
}

bool outbox_file_run(sqlite3 *database, sqlite3_stmt *statement, const char *doing,
                     struct error *err)
{
    if (!statement)
        return false;
    bool ok = sqlite3_step(statement) == SQLITE_DONE || outbox_file_error(database, doing, err);
    sqlite3_finalize(statement);
    return ok;
}

bool outbox_file_execute(sqlite3 *database, const char *sql, const char *doing, struct error *err)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           outbox_file_error(database, doing, err);
}

bool outbox_file_number(sqlite3 *database, sqlite3_stmt *statement, int64_t absent,
                        int64_t *ret_number, struct error *err)
{
    if (!statement)
        return false;
    int result = sqlite3_step(statement);
    bool ok = result == SQLITE_ROW || result == SQLITE_DONE ||
              outbox_file_error(database, "be read", err);
    if (ok)
        *ret_number = result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER
                          ? sqlite3_column_int64(statement, 0)
                          : absent;
    sqlite3_finalize(statement);
    return ok;
}

bool outbox_file_end(sqlite3 *database, bool ok, struct error *err)
{
    ok = ok && outbox_file_execute(database, "COMMIT", "be written", err);
    if (!ok)
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return ok;
}

static bool read_version(sqlite3 *database, int *ret_version, struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(database, "PRAGMA user_version", err);
    if (!statement)
        return false;
    bool ok = sqlite3_step(statement) == SQLITE_ROW || outbox_file_error(database, "be read", err);
    if (ok)
        *ret_version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return ok;
}

static bool check_integrity(sqlite3 *database, struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(database, "PRAGMA integrity_check(1)", err);
    if (!statement)
        return false;
    int result = sqlite3_step(statement);
    const char *verdict =
        result == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    bool ok = verdict && strcmp(verdict, "ok") == 0;
    if (!ok && verdict)
        error_set(err, ERROR_FORMAT, "the outbox is damaged: %.200s", verdict);
    else if (!ok)
        outbox_file_error(database, "be checked", err);
    sqlite3_finalize(statement);
    return ok;
}

static bool create_layout(sqlite3 *database, struct error *err)
{
    return outbox_file_execute(database, "BEGIN IMMEDIATE", "be created", err) &&
           outbox_file_end(database, outbox_file_execute(database, layout, "be created", err), err);
}

static bool check_layout(sqlite3 *database, struct error *err)
{
    sqlite3_stmt *statement = outbox_file_prepare(
        database,
        "SELECT value, key, channel, seq, record, queued_utc_ms, next_attempt_utc_ms, attempts,"
        " rejected, reason, delivered_utc_ms FROM alert, state LIMIT 0",
        err);
    return outbox_file_run(database, statement, "be read", err);
}

static bool prepare_file(sqlite3 *database, bool *ret_newer, struct error *err)
{
    int version;
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, BUSY_TIMEOUT_MS);
    if (!outbox_file_execute(database,
                             "PRAGMA trusted_schema = OFF; PRAGMA journal_mode = DELETE;"
                             "PRAGMA synchronous = FULL",
                             "be opened", err) ||
        !read_version(database, &version, err))
        return false;
    if (version > OUTBOX_SCHEMA) {
        *ret_newer = true;
        return error_set(err, ERROR_FORMAT,
                         "the outbox has schema %d, this program knows up to %d; "
                         "install the newer leakwatch again or move outbox.db away",
                         version, OUTBOX_SCHEMA);
    }
    return check_integrity(database, err) && (version > 0 || create_layout(database, err)) &&
           check_layout(database, err);
}

sqlite3 *outbox_file_open(const char *path, bool *ret_newer, struct error *err)
{
    enum file_kind kind = file_kind_of(path);
    if (kind != FILE_MISSING && kind != FILE_REGULAR) {
        error_set(err, ERROR_IO, "the outbox '%s' is not a regular file; move it away", path);
        return NULL;
    }
    sqlite3 *database = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK) {
        if (database)
            outbox_file_error(database, "be opened", err);
        else
            error_set(err, ERROR_MEMORY, "no memory to open the outbox '%s'", path);
        sqlite3_close(database);
        return NULL;
    }
    if (!prepare_file(database, ret_newer, err)) {
        sqlite3_close(database);
        return NULL;
    }
    return database;
}
