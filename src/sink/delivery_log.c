/* What delivery says: to its log, one line an attempt, and to whoever listens.
 *
 * One mutex serialises both, because the channels' threads all come here.
 */
#include "sink/delivery_worker.h"

#include "platform/clock.h"
#include "sink/event_log.h"
#include "sink/record_fields.h"

#include <stdio.h>

int64_t delivery_now_utc_ms(const struct delivery_shared *shared)
{
    return shared->utc_zero_ms + clock_monotonic_ns() / NS_PER_MS;
}

void delivery_tell(struct delivery_shared *shared, enum delivery_news news, const char *channel,
                   const char *reason)
{
    mutex_lock(&shared->log_mutex);
    if (shared->listener.told)
        shared->listener.told(shared->listener.context, news, channel, reason);
    mutex_unlock(&shared->log_mutex);
}

/* Reasons quote servers and certificates: what is no UTF-8 is shown as '?'. */
static json_t *text_value(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    char clean[sizeof(struct send_result){0}.reason];
    snprintf(clean, sizeof clean, "%s", text);
    for (char *c = clean; *c; c++) {
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    }
    return json_string(clean);
}

static json_t *log_record(const struct attempt *attempt, const struct send_result *result)
{
    char ts[CLOCK_TEXT_SIZE];
    clock_format_iso8601(clock_wall_utc_ms(), false, ts);
    const char *event_id = json_string_value(json_object_get(attempt->record, "event_id"));
    json_int_t seq = record_integer(attempt->record, "seq");
    return json_pack("{s:s, s:s, s:s*, s:I, s:s, s:i, s:s, s:i, s:o, s:I}", "ts", ts, "type",
                     "delivery", "event_id", event_id, "record_seq", seq, "channel",
                     attempt->channel, "attempt", attempt->number, "outcome", attempt->outcome,
                     "status", result->status, "reason", text_value(result->reason), "duration_ms",
                     (json_int_t)attempt->duration_ms);
}

/* A log that cannot be written stops no alert. */
void delivery_log(struct delivery_shared *shared, const struct attempt *attempt,
                  const struct send_result *result)
{
    json_t *record = log_record(attempt, result);
    mutex_lock(&shared->log_mutex);
    if (!shared->log)
        shared->log = journal_open(shared->project->delivery_log_file,
                                   log_rotate_bytes(shared->config), NULL);
    if (shared->log && record)
        (void)!journal_append(shared->log, record, false, NULL, NULL);
    mutex_unlock(&shared->log_mutex);
    json_decref(record);
}
