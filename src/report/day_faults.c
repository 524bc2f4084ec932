/* Faults and how long they lasted, and what went wrong without lasting.
 *
 * A fault is a name and, for delivery, a channel; said again while it stands it is the same. The
 * surprising thing: delivery begins with notify_error and ends with `recovered`, and a camera fault
 * begins before its record, by the time after which a camera counts as down; `fault_duration_s` of
 * the end knows. A run that ends takes its faults with it.
 */
#include "report/day_parts.h"

#include "base/text.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <string.h>

static struct day_fault *find_open(struct day_track *track, const char *name, const char *channel)
{
    for (size_t i = track->fault_count; i-- > 0;) {
        struct day_fault *fault = &track->fault_list[i];
        if (fault->end == DAY_FAULT_OPEN && strcmp(fault->name, name) == 0 &&
            strcmp(fault->channel, channel) == 0)
            return fault;
    }
    return NULL;
}

/* NULL when there are too many. */
static struct day_fault *add(struct day_track *track, const char *name, const char *channel,
                             int64_t from_utc_ms)
{
    track->faults++;
    if (track->fault_count == DAY_FAULTS_MAX)
        return NULL;
    struct day_fault *fault = &track->fault_list[track->fault_count++];
    *fault = (struct day_fault){.from_utc_ms = from_utc_ms, .to_utc_ms = from_utc_ms};
    snprintf(fault->name, sizeof fault->name, "%s", name);
    snprintf(fault->channel, sizeof fault->channel, "%s", channel);
    return fault;
}

/* Never back: the clock may have been set, and nothing lasts less than no time. */
static void reach(struct day_fault *fault, int64_t utc_ms)
{
    if (utc_ms > fault->to_utc_ms)
        fault->to_utc_ms = utc_ms;
}

/* Keeps the list to what touches the day; the order stays. */
static void drop_ended_before(struct day_track *track, const struct day_settings *settings)
{
    size_t kept = 0;
    for (size_t i = 0; i < track->fault_count; i++) {
        const struct day_fault *fault = &track->fault_list[i];
        if (fault->end != DAY_FAULT_OPEN && fault->to_utc_ms < settings->from_utc_ms)
            track->faults--;
        else if (kept++ != i)
            track->fault_list[kept - 1] = *fault;
    }
    track->fault_count = kept;
}

static void begin_fault(struct day_track *track, const struct day_record *record, const char *name,
                        const char *channel)
{
    struct day_fault *fault = find_open(track, name, channel);
    if (!fault && (record->of_day || record->before_day))
        fault = add(track, name, channel, record->utc_ms);
    if (!fault)
        return;
    reach(fault, record->utc_ms);
    if (!fault->text[0])
        text_copy_plain(fault->text, sizeof fault->text, record_text(record->json, "text"));
}

static void end_fault(struct day_track *track, const struct day_settings *settings,
                      const struct day_record *record, const char *name, const char *channel)
{
    double seconds = record_number(record->json, "fault_duration_s");
    bool known = seconds > 0 && seconds < 366.0 * 86400;
    int64_t from_utc_ms = record->utc_ms - (known ? (int64_t)(seconds * 1000) : 0);
    struct day_fault *fault = find_open(track, name, channel);
    if (!fault && from_utc_ms < settings->to_utc_ms) {
        fault = add(track, name, channel, from_utc_ms);
        if (fault)
            text_copy_plain(fault->text, sizeof fault->text, record_text(record->json, "text"));
    }
    if (!fault)
        return;
    if (known && from_utc_ms < fault->from_utc_ms)
        fault->from_utc_ms = from_utc_ms;
    reach(fault, record->utc_ms);
    fault->end = DAY_FAULT_RECOVERED;
    if (record->before_day)
        drop_ended_before(track, settings);
}

static void take_notice(struct day_track *track, const struct day_record *record)
{
    if (!record->of_day)
        return;
    track->notices++;
    if (track->notice_count == DAY_NOTICES_MAX)
        return;
    struct day_notice *notice = &track->notice_list[track->notice_count++];
    notice->utc_ms = record->utc_ms;
    text_copy_plain(notice->type, sizeof notice->type, record->type);
    text_copy_plain(notice->text, sizeof notice->text, record_text(record->json, "text"));
    int64_t lost = record_integer(record->json, "lost");
    if (!notice->text[0] && lost > 0)
        snprintf(notice->text, sizeof notice->text, "%lld frame records had no room on the disk",
                 (long long)lost);
}

static bool is_notice(const char *type)
{
    static const char *const types[] = {"camera_error", "startup_error", "startup_warning",
                                        "records_lost"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

void day_faults_take(struct day_track *track, const struct day_settings *settings,
                     const struct day_record *record)
{
    char name[DAY_NAME_SIZE], channel[DAY_NAME_SIZE];
    text_copy_plain(name, sizeof name, record_text(record->json, "fault"));
    text_copy_plain(channel, sizeof channel, record_text(record->json, "channel"));
    if (strcmp(record->type, "fault") == 0)
        begin_fault(track, record, name, channel);
    else if (strcmp(record->type, "notify_error") == 0)
        begin_fault(track, record, "delivery", channel);
    else if (strcmp(record->type, "recovered") == 0)
        end_fault(track, settings, record, name, channel);
    else if (is_notice(record->type))
        take_notice(track, record);
}

void day_faults_leave(struct day_track *track, const struct day_settings *settings, int64_t utc_ms)
{
    for (size_t i = 0; i < track->fault_count; i++) {
        struct day_fault *fault = &track->fault_list[i];
        if (fault->end != DAY_FAULT_OPEN)
            continue;
        fault->end = DAY_FAULT_RUN_ENDED;
        reach(fault, utc_ms);
    }
    drop_ended_before(track, settings);
}

void day_faults_end(struct day_track *track, int64_t end_utc_ms)
{
    for (size_t i = 0; i < track->fault_count; i++) {
        struct day_fault *fault = &track->fault_list[i];
        if (fault->end == DAY_FAULT_OPEN)
            reach(fault, end_utc_ms);
    }
}
