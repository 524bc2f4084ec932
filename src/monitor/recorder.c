/* Records thread: queue → backlog → journal, evidence, outbox.
 *
 * Everything passes through the backlog, a list in memory: on a healthy disk it holds one item for
 * a moment; on a full one it grows (routine records only up to a bound) and is tried again every
 * second, in order. People are told meanwhile from memory (delivery_urgent), because the outbox
 * lies on the same disk; so they are when the outbox alone refuses. The journal is the truth: what
 * the outbox missed it catches up from there, and somebody may then be told twice, never not at
 * all.
 */
#include "monitor/recorder.h"

#include "base/log.h"
#include "frame/queue.h"
#include "platform/clock.h"
#include "platform/thread.h"
#include "sink/record.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_CAPACITY = 2048,
    ROOM_KEPT = QUEUE_CAPACITY / 4, /* for records that must not be lost */
    BACKLOG_ROUTINE_MOST = 20000,
    SLOT_COUNT = 2,
};
#define RETRY_NS NS_PER_SECOND
#define CATCH_UP_PERIOD_NS (3600 * NS_PER_SECOND)

struct record_item {
    struct event event;
    struct evidence_slot *slot;
    bool sent_urgently;
    struct record_item *next;
};

/* A stretch of time in which the disk refuses something; told once. */
struct episode {
    bool active;
    struct instant since;
    struct error cause;
};

struct recorder {
    struct recorder_settings settings;
    struct queue *items;
    struct queue *free_slots;
    struct evidence_slot slots[SLOT_COUNT];
    struct thread thread;
    atomic_uint_fast64_t lost;

    struct record_item *head, **tail; /* the records thread's own from here */
    size_t backlog_count;
    struct episode journal_episode, picture_episode, outbox_episode;
    bool outbox_behind;
    int64_t caught_up_ns; /* on the clock of the events */
    bool failed;          /* replay only: nothing more is written */
};

static void slot_clear(struct evidence_slot *slot)
{
    frame_release(slot->frame);
    slot->frame = NULL;
    for (int i = 0; i < slot->pre_count; i++)
        frame_release(slot->pre[i]);
    for (int i = 0; i < slot->post_count; i++)
        frame_release(slot->post[i]);
    slot->pre_count = slot->post_count = 0;
    slot->maps.width = 0;
}

static void give_back_slot(struct recorder *recorder, struct evidence_slot *slot)
{
    if (!slot)
        return;
    slot_clear(slot);
    queue_push(recorder->free_slots, &slot);
}

/* Writes to each place of the ring once. Memory that is only promised would have the program grow
 * for its first 2048 records, and might not be there when it is needed. */
static void claim_memory(struct queue *items)
{
    static const struct record_item nothing;
    struct record_item taken;
    for (int i = 0; i < QUEUE_CAPACITY; i++)
        queue_try_push(items, &nothing, 0);
    while (queue_pop(items, &taken, 0) == QUEUE_ITEM)
        continue;
}

struct recorder *recorder_create(const struct recorder_settings *settings, struct error *err)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder) {
        error_set(err, ERROR_MEMORY, "no memory for the records thread");
        return NULL;
    }
    recorder->settings = *settings;
    recorder->tail = &recorder->head;
    recorder->items =
        queue_create(sizeof(struct record_item), QUEUE_CAPACITY, QUEUE_BLOCK, NULL, err);
    recorder->free_slots =
        queue_create(sizeof(struct evidence_slot *), SLOT_COUNT, QUEUE_BLOCK, NULL, err);
    if (!recorder->items || !recorder->free_slots) {
        recorder_destroy(recorder);
        return NULL;
    }
    claim_memory(recorder->items);
    for (int i = 0; i < SLOT_COUNT; i++) {
        struct evidence_slot *slot = &recorder->slots[i];
        queue_push(recorder->free_slots, &slot);
    }
    return recorder;
}

void recorder_destroy(struct recorder *recorder)
{
    if (!recorder)
        return;
    while (recorder->head) {
        struct record_item *item = recorder->head;
        recorder->head = item->next;
        if (item->slot)
            slot_clear(item->slot);
        free(item);
    }
    for (int i = 0; i < SLOT_COUNT; i++)
        free(recorder->slots[i].planes);
    queue_destroy(recorder->items);
    queue_destroy(recorder->free_slots);
    free(recorder);
}

bool recorder_reserve_slots(struct recorder *recorder, int map_width, int map_height,
                            struct error *err)
{
    size_t floats = (size_t)map_width * (size_t)map_height * 7;
    for (int i = 0; i < SLOT_COUNT; i++) {
        struct evidence_slot *slot = &recorder->slots[i];
        if (slot->planes_capacity >= floats)
            continue;
        float *planes = realloc(slot->planes, floats * sizeof *planes);
        if (!planes)
            return error_set(err, ERROR_MEMORY, "no memory for evidence pictures");
        slot->planes = planes;
        slot->planes_capacity = floats;
    }
    return true;
}

struct evidence_slot *recorder_take_slot(struct recorder *recorder)
{
    struct evidence_slot *slot = NULL;
    int64_t deadline_ns = recorder->settings.block ? INT64_MAX : 0;
    if (queue_pop(recorder->free_slots, &slot, deadline_ns) != QUEUE_ITEM)
        return NULL;
    return slot;
}

void evidence_slot_set_maps(struct evidence_slot *slot, const struct detector_maps *maps)
{
    size_t plane = (size_t)maps->width * (size_t)maps->height;
    if (plane * 7 > slot->planes_capacity)
        return; /* no room was reserved: evidence goes without maps */
    memcpy(slot->planes, maps->input, 3 * plane * sizeof(float));
    memcpy(slot->planes + 3 * plane, maps->reconstruction, 3 * plane * sizeof(float));
    memcpy(slot->planes + 6 * plane, maps->error_map, plane * sizeof(float));
    slot->maps = (struct detector_maps){.width = maps->width,
                                        .height = maps->height,
                                        .input = slot->planes,
                                        .reconstruction = slot->planes + 3 * plane,
                                        .error_map = slot->planes + 6 * plane,
                                        .error_scale = maps->error_scale};
}

static bool is_routine(enum event_type type)
{
    return type == EVENT_FRAME_STATUS;
}

void recorder_record(struct recorder *recorder, const struct event *event,
                     struct evidence_slot *slot)
{
    struct record_item item = {.event = *event, .slot = slot};
    item.event.notify = event->notify && recorder->settings.outbox;
    bool taken = recorder->settings.block ? queue_push(recorder->items, &item)
                                          : queue_try_push(recorder->items, &item,
                                                           is_routine(event->type) ? ROOM_KEPT : 0);
    if (!taken) {
        atomic_fetch_add(&recorder->lost, 1);
        give_back_slot(recorder, slot);
    }
}

static json_t *make_record(struct recorder *recorder, const struct event *event,
                           const struct evidence_set *set, struct error *err)
{
    const char *paths[EVIDENCE_FILES_MAX] = {NULL};
    for (size_t i = 0; i < set->count; i++)
        paths[i] = set->paths[i];
    struct record_options options = {.utc_stamps = recorder->settings.utc_stamps};
    return record_from_event(event, &options, paths, set->count, err);
}

/* People hear of it although the disk takes nothing. */
static void send_urgent(struct recorder *recorder, const struct event *event)
{
    if (!recorder->settings.delivery || !event->notify)
        return;
    struct evidence_set none = {0};
    json_t *record = make_record(recorder, event, &none, NULL);
    if (record)
        delivery_urgent(recorder->settings.delivery, record);
    json_decref(record);
}

static struct event disk_event(const struct recorder *recorder, enum event_type type,
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

static struct instant instant_of(const struct event *event)
{
    return (struct instant){.time_ns = event->time_ns, .utc_ms = event->utc_ms};
}

/* True when this is news: the first failure of an episode. */
static bool episode_begin(struct episode *episode, struct instant at, const struct error *cause)
{
    if (episode->active)
        return false;
    *episode = (struct episode){.active = true, .since = at, .cause = *cause};
    return true;
}

static struct event episode_end(struct recorder *recorder, struct episode *episode,
                                struct instant at, const char *text)
{
    struct event recovered = disk_event(recorder, EVENT_RECOVERED, at, text);
    recovered.fault_duration_s =
        (double)(at.time_ns - episode->since.time_ns) / (double)NS_PER_SECOND;
    episode->active = false;
    return recovered;
}

static void record_or_send(struct recorder *recorder, const struct event *event);

/* The record is safe, the way to people is not: they hear of it from memory. */
static void outbox_fails(struct recorder *recorder, const struct event *event,
                         const struct error *cause)
{
    recorder->outbox_behind = true;
    send_urgent(recorder, event);
    if (!episode_begin(&recorder->outbox_episode, instant_of(event), cause))
        return;
    log_error("%s; alerts are sent from memory meanwhile", cause->message);
    struct event fault = disk_event(recorder, EVENT_FAULT, instant_of(event), cause->message);
    record_or_send(recorder, &fault);
}

static bool journal_event(struct recorder *recorder, const struct event *event,
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

static void record_or_send(struct recorder *recorder, const struct event *event)
{
    static const struct evidence_set none;
    struct error ignored;
    if (!journal_event(recorder, event, &none, &ignored))
        send_urgent(recorder, event);
}

/* The journal takes nothing: its own fault can only be told from memory now, and recorded
 * afterwards. */
static void journal_fails(struct recorder *recorder, struct instant at, const struct error *cause)
{
    if (!episode_begin(&recorder->journal_episode, at, cause))
        return;
    log_error("%s; records are kept in memory and tried again every second", cause->message);
    struct event fault = disk_event(recorder, EVENT_FAULT, at, cause->message);
    send_urgent(recorder, &fault);
}

static void journal_works(struct recorder *recorder, struct instant at)
{
    struct episode *episode = &recorder->journal_episode;
    if (!episode->active)
        return;
    struct event fault = disk_event(recorder, EVENT_FAULT, episode->since, episode->cause.message);
    struct event recovered =
        episode_end(recorder, episode, at, "the disk takes records again; none was lost meanwhile");
    log_note("%s", recovered.text);
    record_or_send(recorder, &fault);
    record_or_send(recorder, &recovered);
}

static void pictures_fail(struct recorder *recorder, struct instant at, const struct error *cause)
{
    if (!episode_begin(&recorder->picture_episode, at, cause))
        return;
    log_error("%s", cause->message);
    struct event fault = disk_event(recorder, EVENT_FAULT, at, cause->message);
    record_or_send(recorder, &fault);
}

static void pictures_work(struct recorder *recorder, struct instant at)
{
    if (!recorder->picture_episode.active)
        return;
    struct event recovered = episode_end(recorder, &recorder->picture_episode, at,
                                         "evidence pictures can be written again");
    record_or_send(recorder, &recovered);
}

static bool plan_evidence(struct recorder *recorder, const struct record_item *item,
                          struct evidence_input *ret_input, struct evidence_set *ret_set,
                          struct error *err)
{
    struct evidence_slot *slot = item->slot;
    *ret_set = (struct evidence_set){0};
    if (!slot)
        return true;
    *ret_input = (struct evidence_input){.frame = slot->frame,
                                         .maps = slot->maps.width ? &slot->maps : NULL,
                                         .pre_frames = (const struct frame *const *)slot->pre,
                                         .pre_count = slot->pre_count,
                                         .post_frames = (const struct frame *const *)slot->post,
                                         .post_count = slot->post_count};
    return evidence_plan(recorder->settings.config, recorder->settings.project, &item->event,
                         recorder->settings.utc_stamps, ret_input, ret_set, err);
}

/* One item to disk. False: the journal refused it, nothing has happened. */
static bool write_item(struct recorder *recorder, struct record_item *item)
{
    struct evidence_input input = {0};
    struct evidence_set set;
    struct error err;
    struct instant at = instant_of(&item->event);
    bool planned = plan_evidence(recorder, item, &input, &set, &err);
    if (!planned)
        pictures_fail(recorder, at, &err);
    if (!journal_event(recorder, &item->event, &set, &err)) {
        journal_fails(recorder, at, &err);
        return false;
    }
    journal_works(recorder, at);
    if (set.count == 0)
        return true;
    if (evidence_write(recorder->settings.config, recorder->settings.project, &item->event, &input,
                       &set, &err))
        pictures_work(recorder, at);
    else
        pictures_fail(recorder, at, &err);
    return true;
}

/* What can not be written yet is told from memory, once. */
static void tell_backlog(struct recorder *recorder)
{
    for (struct record_item *item = recorder->head; item; item = item->next) {
        if (item->sent_urgently)
            continue;
        item->sent_urgently = true;
        send_urgent(recorder, &item->event);
    }
}

/* A replay can be run again, so it ends here; a camera's night can not. */
static void fail_replay(struct recorder *recorder)
{
    recorder->failed = true;
    queue_close(recorder->free_slots);
    recorder->settings.failed(recorder->settings.context);
}

static void flush_backlog(struct recorder *recorder)
{
    while (recorder->head) {
        struct record_item *item = recorder->head;
        if (!recorder->failed && !write_item(recorder, item)) {
            if (!recorder->settings.block) {
                tell_backlog(recorder);
                return;
            }
            fail_replay(recorder);
        }
        if (recorder->settings.tell && !recorder->failed)
            recorder->settings.tell(recorder->settings.context, &item->event);
        give_back_slot(recorder, item->slot);
        recorder->head = item->next;
        if (!recorder->head)
            recorder->tail = &recorder->head;
        recorder->backlog_count--;
        free(item);
    }
}

static void add_to_backlog(struct recorder *recorder, const struct record_item *item)
{
    bool full = recorder->backlog_count >= BACKLOG_ROUTINE_MOST && is_routine(item->event.type);
    struct record_item *copy = full ? NULL : malloc(sizeof *copy);
    if (!copy) {
        atomic_fetch_add(&recorder->lost, 1);
        give_back_slot(recorder, item->slot);
        return;
    }
    *copy = *item;
    copy->next = NULL;
    *recorder->tail = copy;
    recorder->tail = &copy->next;
    recorder->backlog_count++;
}

/* Routine records that had no room leave one record that says how many. */
static void record_losses(struct recorder *recorder, struct instant at)
{
    uint64_t lost = atomic_load(&recorder->lost);
    if (lost == 0 || recorder->head)
        return;
    struct event event = {.type = EVENT_RECORDS_LOST,
                          .frame = -1,
                          .lost = lost,
                          .utc_ms = at.utc_ms,
                          .time_ns = at.time_ns};
    static const struct evidence_set none;
    struct error ignored;
    if (journal_event(recorder, &event, &none, &ignored))
        atomic_fetch_sub(&recorder->lost, lost);
}

/* The outbox follows the journal; what a direct hand-over missed is taken up here. */
static void settle_outbox(struct recorder *recorder, struct instant at)
{
    struct outbox *outbox = recorder->settings.outbox;
    struct error ignored;
    if (!outbox || !recorder->outbox_behind || recorder->head)
        return;
    if (outbox_catch_up(outbox, recorder->settings.journal_path, recorder->settings.channels,
                        recorder->settings.channel_count, clock_wall_utc_ms(), &ignored)) {
        recorder->outbox_behind = false;
        if (recorder->outbox_episode.active) {
            struct event recovered = episode_end(recorder, &recorder->outbox_episode, at,
                                                 "alerts can be stored for delivery again");
            record_or_send(recorder, &recovered);
        }
        delivery_wake(recorder->settings.delivery);
    }
}

/* Records of other processes hold the outbox's cursor up; now and then it is moved past them. */
static void look_at_outbox(struct recorder *recorder, const struct event *event)
{
    if (event->type == EVENT_SHUTDOWN ||
        event->time_ns - recorder->caught_up_ns >= CATCH_UP_PERIOD_NS) {
        recorder->outbox_behind = true;
        recorder->caught_up_ns = event->time_ns;
    }
}

static void recorder_body(void *context)
{
    struct recorder *recorder = context;
    struct instant last = {0};
    for (;;) {
        bool waiting = recorder->head || recorder->outbox_behind;
        int64_t deadline_ns = waiting ? clock_monotonic_ns() + RETRY_NS : INT64_MAX;
        struct record_item item;
        enum queue_result result = queue_pop(recorder->items, &item, deadline_ns);
        if (result == QUEUE_ITEM) {
            last = instant_of(&item.event);
            look_at_outbox(recorder, &item.event);
            add_to_backlog(recorder, &item);
        }
        flush_backlog(recorder);
        record_losses(recorder, last);
        settle_outbox(recorder, last);
        if (result == QUEUE_CLOSED)
            return;
    }
}

bool recorder_start(struct recorder *recorder, struct error *err)
{
    return thread_start(&recorder->thread, "records", recorder_body, recorder, err);
}

void recorder_close(struct recorder *recorder)
{
    queue_close(recorder->items);
}

void recorder_join(struct recorder *recorder)
{
    thread_join(&recorder->thread);
}

bool recorder_result(const struct recorder *recorder, struct error *err)
{
    if (!recorder->head && !recorder->failed)
        return true;
    if (err)
        *err = recorder->journal_episode.cause;
    if (recorder->failed)
        return false;
    return error_add_context(err, "%zu records could not be written", recorder->backlog_count);
}
