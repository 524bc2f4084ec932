/* One item to disk: names of the pictures, record, pictures, outbox, in this order.
 *
 * The journal is the truth: what the outbox missed it catches up from there. What refuses is told
 * once per stretch (episode.h): the journal from memory, since its own fault can not be recorded
 * before it is over; pictures and outbox by a record. When the disk is full, each is tried again
 * after old evidence has made room (room.h).
 */
#include "monitor/recorder_parts.h"

#include "base/log.h"
#include "platform/clock.h"
#include "sink/record.h"

#include <stdio.h>

static json_t *make_record(struct recorder *recorder, const struct event *event,
                           const struct evidence_set *set, struct error *err)
{
    const char *paths[EVIDENCE_FILES_MAX] = {NULL};
    for (size_t i = 0; i < set->count; i++)
        paths[i] = set->paths[i];
    struct record_options options = {.utc_stamps = recorder->settings.utc_stamps};
    return record_from_event(event, &options, paths, set->count, err);
}

void recorder_send_urgent(struct recorder *recorder, const struct event *event)
{
    if (!recorder->settings.delivery || !event->notify)
        return;
    struct evidence_set none = {0};
    json_t *record = make_record(recorder, event, &none, NULL);
    if (record)
        delivery_urgent(recorder->settings.delivery, record);
    json_decref(record);
}

/* ---- events of the recorder's own */

struct event recorder_disk_event(const struct recorder *recorder, enum event_type type,
                                 struct instant at, const char *text)
{
    struct event event = {.type = type,
                          .fault = FAULT_DISK,
                          .frame = -1,
                          .notify = recorder->settings.outbox != NULL,
                          .utc_ms = at.utc_ms,
                          .time_ns = at.time_ns};
    snprintf(event.text, sizeof event.text, "%s", text);
    return event;
}

void recorder_say(struct recorder *recorder, const struct event *event)
{
    if (event->type == EVENT_FAULT)
        log_error("%s", event->text);
    else
        log_note("%s", event->text);
    backlog_add(recorder, &(struct record_item){.event = *event, .own = true});
}

static void record_or_send(struct recorder *recorder, const struct event *event)
{
    static const struct evidence_set none;
    struct error ignored;
    if (!recorder_journal(recorder, event, &none, &ignored))
        recorder_send_urgent(recorder, event);
}

static void pictures_fail(struct recorder *recorder, struct instant at, const struct error *cause)
{
    if (!episode_begin(&recorder->picture_episode, at, cause))
        return;
    struct event fault = recorder_disk_event(recorder, EVENT_FAULT, at, cause->message);
    recorder_say(recorder, &fault);
}

void recorder_pictures_work(struct recorder *recorder, struct instant at)
{
    struct event recovered = recorder_disk_event(recorder, EVENT_RECOVERED, at,
                                                 "evidence pictures can be written again");
    if (episode_end(&recorder->picture_episode, at, &recovered.fault_duration_s))
        recorder_say(recorder, &recovered);
}

/* With what to do about it: whoever refused knows only that it was refused. */
static struct error with_remedy(const struct error *cause)
{
    struct error whole = *cause;
    if (cause->code == ERROR_SPACE)
        error_set(&whole, cause->code, "%.400s; move or delete other files on that disk",
                  cause->message);
    return whole;
}

static void outbox_refuses(struct recorder *recorder, struct instant at, const struct error *cause)
{
    struct error whole = with_remedy(cause);
    if (!episode_begin(&recorder->outbox_episode, at, &whole))
        return;
    log_error("%s; alerts are sent from memory meanwhile", whole.message);
    struct event fault = recorder_disk_event(recorder, EVENT_FAULT, at, whole.message);
    record_or_send(recorder, &fault);
}

/* The record is safe, the way to people is not: they hear of it from memory. */
static void outbox_fails(struct recorder *recorder, const struct event *event,
                         const struct error *cause)
{
    recorder->outbox_behind = true;
    recorder_send_urgent(recorder, event);
    outbox_refuses(recorder, instant_of(event), cause);
}

static void outbox_works(struct recorder *recorder, struct instant at)
{
    struct event recovered = recorder_disk_event(recorder, EVENT_RECOVERED, at,
                                                 "alerts can be stored for delivery again");
    if (episode_end(&recorder->outbox_episode, at, &recovered.fault_duration_s))
        record_or_send(recorder, &recovered);
}

/* The journal takes nothing: its own fault can only be told from memory now, and recorded
 * afterwards. */
static void journal_fails(struct recorder *recorder, struct instant at, const struct error *cause)
{
    struct error whole = with_remedy(cause);
    if (!episode_begin(&recorder->journal_episode, at, &whole))
        return;
    log_error("%s; records are kept in memory and tried again every second", whole.message);
    struct event fault = recorder_disk_event(recorder, EVENT_FAULT, at, whole.message);
    recorder_send_urgent(recorder, &fault);
}

static void journal_works(struct recorder *recorder)
{
    struct episode *episode = &recorder->journal_episode;
    /* Not the time of the event that is written now: it was the first to be refused. */
    struct instant at = {.time_ns = clock_monotonic_ns(), .utc_ms = clock_wall_utc_ms()};
    struct event fault =
        recorder_disk_event(recorder, EVENT_FAULT, episode->since, episode->cause.message);
    struct event recovered = recorder_disk_event(
        recorder, EVENT_RECOVERED, at, "the disk takes records again; none was lost meanwhile");
    if (!episode_end(episode, at, &recovered.fault_duration_s))
        return;
    log_note("%s", recovered.text);
    record_or_send(recorder, &fault);
    record_or_send(recorder, &recovered);
}

/* ---- records */

bool recorder_journal(struct recorder *recorder, const struct event *event,
                      const struct evidence_set *set, struct error *err)
{
    json_t *record = make_record(recorder, event, set, err);
    if (!record)
        return false;
    int64_t seq = 0;
    bool good = journal_append(recorder->settings.journal, record, record_needs_flush(event->type),
                               &seq, err);
    struct outbox *outbox = recorder->settings.outbox;
    if (good && outbox) {
        struct error cause;
        if (!outbox_take(outbox, record, seq, recorder->settings.channels,
                         recorder->settings.channel_count, clock_wall_utc_ms(), &cause))
            outbox_fails(recorder, event, &cause);
        else if (event->notify)
            delivery_wake(recorder->settings.delivery);
    }
    json_decref(record);
    return good;
}

static bool journal_with_room(struct recorder *recorder, const struct event *event,
                              const struct evidence_set *set, struct error *err)
{
    bool good =
        recorder_journal(recorder, event, set, err) ||
        (room_make(recorder, ROOM_FOR_RECORDS, err) && recorder_journal(recorder, event, set, err));
    if (good)
        room_write_worked(recorder, ROOM_FOR_RECORDS);
    return good;
}

void recorder_settle_outbox(struct recorder *recorder, struct instant at)
{
    struct outbox *outbox = recorder->settings.outbox;
    struct error cause;
    if (!outbox || !recorder->outbox_behind || recorder->head)
        return;
    if (!outbox_catch_up(outbox, recorder->settings.journal_path, recorder->settings.channels,
                         recorder->settings.channel_count, clock_wall_utc_ms(), &cause)) {
        if (cause.code == ERROR_SPACE)
            outbox_refuses(recorder, at, &cause);
        return;
    }
    recorder->outbox_behind = false;
    outbox_works(recorder, at);
    delivery_wake(recorder->settings.delivery);
}

/* ---- pictures */

static struct evidence_input input_of(const struct evidence_slot *slot)
{
    return (struct evidence_input){.frame = slot->frame,
                                   .maps = slot->maps.width ? &slot->maps : NULL,
                                   .pre_frames = (const struct frame *const *)slot->pre,
                                   .pre_count = slot->pre_count,
                                   .post_frames = (const struct frame *const *)slot->post,
                                   .post_count = slot->post_count};
}

/* Names for the pictures, if they can be written at all; an empty set otherwise. */
static void plan_evidence(struct recorder *recorder, const struct record_item *item,
                          struct evidence_input *ret_input, struct evidence_set *ret_set)
{
    struct error err;
    *ret_set = (struct evidence_set){0};
    if (!item->slot)
        return;
    *ret_input = input_of(item->slot);
    if (!room_for_pictures(recorder, ret_input, &err) ||
        !evidence_plan(recorder->settings.config, recorder->settings.project, &item->event,
                       recorder->settings.utc_stamps, ret_input, ret_set, &err))
        pictures_fail(recorder, instant_of(&item->event), &err);
}

static bool write_evidence(struct recorder *recorder, const struct event *event,
                           const struct evidence_input *input, const struct evidence_set *set,
                           struct error *err)
{
    return evidence_write(recorder->settings.config, recorder->settings.project, event, input, set,
                          err);
}

static void write_pictures(struct recorder *recorder, const struct event *event,
                           const struct evidence_input *input, const struct evidence_set *set)
{
    struct error err;
    struct instant at = instant_of(event);
    if (write_evidence(recorder, event, input, set, &err) ||
        (room_make(recorder, ROOM_FOR_PICTURES, &err) &&
         write_evidence(recorder, event, input, set, &err))) {
        room_write_worked(recorder, ROOM_FOR_PICTURES);
        recorder_pictures_work(recorder, at);
    } else {
        pictures_fail(recorder, at, &err);
        /* When the disk is really full, it is room_look that sees the end of it. */
        (void)!room_for_pictures(recorder, input, &err);
    }
}

bool recorder_write_item(struct recorder *recorder, struct record_item *item)
{
    struct evidence_input input = {0};
    struct evidence_set set;
    struct error err;
    struct instant at = instant_of(&item->event);
    plan_evidence(recorder, item, &input, &set);
    if (!journal_with_room(recorder, &item->event, &set, &err)) {
        journal_fails(recorder, at, &err);
        return false;
    }
    journal_works(recorder);
    room_note_recorded(recorder, &item->event, set.stamp);
    if (set.count > 0)
        write_pictures(recorder, &item->event, &input, &set);
    room_note_done(recorder, &item->event);
    return true;
}
