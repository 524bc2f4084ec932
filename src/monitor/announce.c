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

static bool record(const struct config *config, const struct project *project,
                   const char *journal_path, const struct event *event, struct error *err)
{
    if (!folder_create(project->logs_dir, false, err))
        return false;
    struct journal *journal =
        journal_open(journal_path, (uint64_t)(config->records_rotate_mb * 1e6), err);
    struct record_options options = {0};
    json_t *json = journal ? record_from_event(event, &options, NULL, 0, err) : NULL;
    int64_t seq;
    bool good = json && journal_append(journal, json, true, &seq, err);
    json_decref(json);
    journal_close(journal);
    return good;
}

static bool deliver(const struct config *config, const struct project *project,
                    const char *journal_path, int deliver_ms, bool *ret_told, struct error *err)
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
        outbox_catch_up(outbox, journal_path, channels, channel_count, clock_wall_utc_ms(), err) &&
        (delivery = delivery_create(config, project, outbox, nobody, err)) &&
        delivery_drain(delivery, deliver_ms, ret_told, err);
    delivery_destroy(delivery);
    outbox_close(outbox);
    return good;
}

bool announce(const struct config *config, const struct project *project, const struct event *event,
              int deliver_ms, bool *ret_told, struct error *err)
{
    char journal_path[PATH_SIZE];
    bool told = false;
    if (!path_join(journal_path, sizeof journal_path, project->logs_dir, "events.jsonl", err) ||
        !record(config, project, journal_path, event, err))
        return false;
    if (event->notify && !deliver(config, project, journal_path, deliver_ms, &told, err))
        return false;
    if (ret_told)
        *ret_told = told;
    return true;
}
