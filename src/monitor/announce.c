/* A short-lived command's way to the same journal, outbox and channels that a monitor uses. */
#include "monitor/announce.h"

#include "platform/clock.h"
#include "sink/delivery.h"
#include "sink/journal.h"
#include "sink/outbox.h"
#include "sink/record.h"

#include <stdio.h>

struct event announce_event(enum event_type type, const char *text)
{
    struct event event = {
        .type = type, .frame = -1, .utc_ms = clock_wall_utc_ms(), .time_ns = clock_monotonic_ns()};
    snprintf(event.text, sizeof event.text, "%s", text);
    return event;
}

static bool append(const struct config *config, const struct project *project, json_t *record,
                   int64_t *ret_seq, struct error *err)
{
    char path[PATH_SIZE];
    if (!folder_create(project->logs_dir, false, err) ||
        !path_join(path, sizeof path, project->logs_dir, "events.jsonl", err))
        return false;
    struct journal *journal = journal_open(path, (uint64_t)(config->records_rotate_mb * 1e6), err);
    bool good = journal && journal_append(journal, record, true, ret_seq, err);
    journal_close(journal);
    return good;
}

/* Only its own record: catching up is for the monitor, which knows every channel's secrets. */
static bool deliver(const struct config *config, const struct project *project,
                    const json_t *record, int64_t seq, int deliver_ms, bool *ret_told,
                    struct error *err)
{
    bool rebuilt;
    struct outbox *outbox = outbox_open(project->outbox_file, &rebuilt, err);
    if (!outbox)
        return false;
    const char *channels[CHANNELS_MAX];
    struct config_warnings no_warnings = {0};
    size_t channel_count = delivery_channels(config, no_warnings, channels);
    struct delivery_listener nobody = {0};
    struct delivery *delivery = NULL;
    bool good =
        outbox_take(outbox, record, seq, channels, channel_count, clock_wall_utc_ms(), err) &&
        (delivery = delivery_create(config, project, outbox, nobody, err)) &&
        delivery_drain(delivery, deliver_ms, ret_told, err);
    delivery_destroy(delivery);
    outbox_close(outbox);
    return good;
}

bool announce(const struct config *config, const struct project *project, const struct event *event,
              int deliver_ms, bool *ret_told, struct error *err)
{
    struct record_options options = {0};
    json_t *record = record_from_event(event, &options, NULL, 0, err);
    int64_t seq;
    bool told = false;
    bool good = record && append(config, project, record, &seq, err) &&
                (!event->notify || deliver(config, project, record, seq, deliver_ms, &told, err));
    json_decref(record);
    if (good && ret_told)
        *ret_told = told;
    return good;
}
