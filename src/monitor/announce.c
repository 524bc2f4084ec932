/* A short-lived command's way to the same journal, outbox and channels that a monitor uses. */
#include "monitor/announce.h"

#include "platform/clock.h"
#include "sink/delivery.h"
#include "sink/event_log.h"
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
    struct journal *journal = event_log_open(config, project, err);
    bool good = journal && journal_append(journal, record, true, ret_seq, err);
    journal_close(journal);
    return good;
}

/* Lets channels work on the outbox, and on `urgent` from memory when it is given. */
static bool deliver(const struct config *config, const struct project *project,
                    struct outbox *outbox, const json_t *urgent, int deliver_ms, bool *ret_told,
                    struct error *err)
{
    struct delivery_listener nobody = {0};
    struct delivery *delivery = delivery_create(config, project, outbox, nobody, err);
    if (delivery && urgent)
        delivery_urgent(delivery, urgent);
    bool good = delivery && delivery_drain(delivery, deliver_ms, ret_told, err);
    delivery_destroy(delivery);
    return good;
}

/* The disk refuses the record, or the alert: people hear of it all the same. */
static void tell_from_memory(const struct config *config, const struct project *project,
                             const json_t *record, int deliver_ms)
{
    bool told;
    struct error ignored;
    struct outbox *outbox = outbox_open_later(project->outbox_file, &ignored);
    if (outbox)
        (void)!deliver(config, project, outbox, record, deliver_ms, &told, &ignored);
    outbox_close(outbox);
}

/* Only its own record: catching up is for the monitor, which knows every channel's secrets. */
static bool tell_recorded(const struct config *config, const struct project *project,
                          const json_t *record, int64_t seq, int deliver_ms, bool *ret_told,
                          struct error *err)
{
    bool rebuilt;
    struct outbox *outbox = outbox_open(project->outbox_file, &rebuilt, err);
    const char *channels[CHANNELS_MAX];
    struct config_warnings no_warnings = {0};
    size_t channel_count = delivery_channels(config, no_warnings, channels);
    bool stored = outbox && outbox_take(outbox, record, seq, channels, channel_count,
                                        clock_wall_utc_ms(), err);
    bool good = stored && deliver(config, project, outbox, NULL, deliver_ms, ret_told, err);
    outbox_close(outbox);
    if (!stored)
        tell_from_memory(config, project, record, deliver_ms);
    return good;
}

bool announce_with_paths(const struct config *config, const struct project *project,
                         const struct event *event, const char *const *paths, size_t path_count,
                         int deliver_ms, bool *ret_told, struct error *err)
{
    struct record_options options = {0};
    json_t *record = record_from_event(event, &options, paths, path_count, err);
    if (!record)
        return false;
    int64_t seq;
    bool told = false;
    bool recorded = append(config, project, record, &seq, err);
    bool good = recorded && (!event->notify ||
                             tell_recorded(config, project, record, seq, deliver_ms, &told, err));
    if (!recorded && event->notify)
        tell_from_memory(config, project, record, deliver_ms);
    json_decref(record);
    if (good && ret_told)
        *ret_told = told;
    return good;
}

bool announce(const struct config *config, const struct project *project, const struct event *event,
              int deliver_ms, bool *ret_told, struct error *err)
{
    return announce_with_paths(config, project, event, NULL, 0, deliver_ms, ret_told, err);
}
