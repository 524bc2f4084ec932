/* Filling the outbox from the journal: what makes "recorded" and "queued" one thing across crashes.
 *
 * The journal is read from the record that the cursor stands on. When that record is not there any
 * more, the journal lost its end or was deleted, its numbers begin again, and the cursor is worth
 * nothing: then the last 7 days are taken again, which doubles nothing because rows are unique. The
 * surprising thing: the journal is flushed before the cursor moves, so that no power cut leaves a
 * cursor that is ahead of the records.
 */
#include "sink/outbox.h"

#include "base/parse.h"
#include "platform/file.h"
#include "sink/journal.h"

static const int64_t history_ms = INT64_C(7) * 24 * 3600 * 1000;

struct catching {
    struct outbox *outbox;
    const char *const *channels;
    size_t channel_count;
    int64_t now_utc_ms;
    int64_t taken_seq;     /* up to here nothing is to be taken */
    int64_t oldest_utc_ms; /* records before are history */
    int64_t last_seq;      /* seen */
    bool failed;
    struct error *err;
};

static bool time_of(const json_t *record, int64_t *ret_utc_ms)
{
    const char *ts = json_string_value(json_object_get(record, "ts"));
    return ts && parse_time_utc_ms(ts, ret_utc_ms);
}

static bool take_one(void *context, const json_t *record, int64_t seq)
{
    struct catching *catching = context;
    int64_t utc_ms;
    bool history = time_of(record, &utc_ms) && utc_ms < catching->oldest_utc_ms;
    if (!history && seq > catching->taken_seq && json_is_true(json_object_get(record, "notify")))
        catching->failed =
            !outbox_take(catching->outbox, record, seq, catching->channels, catching->channel_count,
                         catching->now_utc_ms, catching->err);
    if (!catching->failed)
        catching->last_seq = seq;
    return !catching->failed;
}

static bool newest_time(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    int64_t utc_ms;
    if (time_of(record, &utc_ms))
        *(int64_t *)context = utc_ms;
    return true;
}

static bool flush_journal(const char *path, struct error *err)
{
    struct append_file file = {0};
    if (file_kind_of(path) != FILE_REGULAR)
        return true;
    bool ok = append_open(&file, path, err) && append_flush(&file, err);
    append_close(&file);
    return ok;
}

static bool take_from(struct catching *catching, const char *journal_path, int64_t after_seq,
                      struct error *err)
{
    catching->err = err;
    return journal_read(journal_path, after_seq, take_one, catching, NULL, err) &&
           !catching->failed;
}

static bool take_history(struct catching *catching, const char *journal_path, struct error *err)
{
    int64_t newest_utc_ms = 0;
    if (!journal_read(journal_path, 0, newest_time, &newest_utc_ms, NULL, err))
        return false;
    catching->taken_seq = 0;
    catching->oldest_utc_ms = newest_utc_ms - history_ms;
    return take_from(catching, journal_path, 0, err);
}

bool outbox_catch_up(struct outbox *outbox, const char *journal_path, const char *const *channels,
                     size_t channel_count, int64_t now_utc_ms, struct error *err)
{
    int64_t cursor;
    if (channel_count == 0)
        return true;
    if (!outbox_cursor(outbox, &cursor, err))
        return false;
    struct catching catching = {.outbox = outbox,
                                .channels = channels,
                                .channel_count = channel_count,
                                .now_utc_ms = now_utc_ms,
                                .taken_seq = cursor,
                                .oldest_utc_ms = INT64_MIN};
    if (cursor > 0 && !take_from(&catching, journal_path, cursor - 1, err))
        return false;
    if (catching.last_seq == 0 && !take_history(&catching, journal_path, err))
        return false;
    if (catching.last_seq == cursor)
        return true;
    return flush_journal(journal_path, err) && outbox_set_cursor(outbox, catching.last_seq, err);
}
