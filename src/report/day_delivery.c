/* What came of the attempts to tell people, per channel.
 *
 * Outcomes are words of sink/delivery_worker.c: "delivered", "retry", "rejected", "interrupted".
 */
#include "report/day_parts.h"

#include "base/text.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <string.h>

static bool is_within(const struct day_summary *day, int64_t utc_ms)
{
    return utc_ms >= day->settings.from_utc_ms && utc_ms < day->settings.to_utc_ms;
}

bool day_wants_attempt(void *context, const struct journal_peek *peek)
{
    return is_within(context, peek->stamp.utc_ms);
}

/* NULL when there are too many. */
static struct day_channel *channel_of(struct day_delivery *delivery, const char *name)
{
    char clean[DAY_NAME_SIZE];
    text_copy_plain(clean, sizeof clean, name);
    for (size_t i = 0; i < delivery->channel_count; i++) {
        if (strcmp(delivery->channels[i].name, clean) == 0)
            return &delivery->channels[i];
    }
    if (delivery->channel_count == DAY_CHANNELS_MAX)
        return NULL;
    struct day_channel *channel = &delivery->channels[delivery->channel_count++];
    *channel = (struct day_channel){0};
    memcpy(channel->name, clean, sizeof clean);
    return channel;
}

static int64_t *counter_of(struct day_channel *channel, const char *outcome)
{
    const struct {
        const char *outcome;
        int64_t *counter;
    } rows[] = {{"delivered", &channel->delivered},
                {"retry", &channel->retried},
                {"rejected", &channel->refused},
                {"interrupted", &channel->interrupted}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(outcome, rows[i].outcome) == 0)
            return rows[i].counter;
    }
    return NULL;
}

bool day_take_attempt(void *context, const json_t *json, int64_t seq)
{
    struct day_summary *day = context;
    struct day_delivery *delivery = &day->delivery;
    struct clock_stamp stamp;
    const char *ts = record_text(json, "ts"), *outcome = record_text(json, "outcome");
    (void)seq;
    if (!clock_parse_stamp(ts, strlen(ts), &stamp) || !is_within(day, stamp.utc_ms))
        return true;
    struct day_channel *channel = channel_of(delivery, record_text(json, "channel"));
    int64_t *counter = channel ? counter_of(channel, outcome) : NULL;
    if (!counter) {
        delivery->other++;
        return true;
    }
    ++*counter;
    if (counter == &channel->retried || counter == &channel->refused) {
        channel->last_failure_utc_ms = stamp.utc_ms;
        text_copy_plain(channel->last_failure, sizeof channel->last_failure,
                        record_text(json, "reason"));
    }
    return true;
}
