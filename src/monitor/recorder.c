/* Records thread: queue → backlog → journal, evidence, outbox.
 *
 * Everything passes through the backlog (recorder_backlog.c), a list in memory: on a healthy disk
 * it holds one item for a moment; on a full one it grows and is tried again every second, in order.
 * Here are the life cycle, the slots that carry pictures, and the loop that waits for what comes
 * first: the next event, the next try, or the next look at the free space (room.c).
 */
#include "monitor/recorder_parts.h"

#include "frame/queue.h"
#include "platform/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_CAPACITY = 2048,
    ROOM_KEPT = QUEUE_CAPACITY / 4, /* for records that must not be lost */
};
#define RETRY_NS NS_PER_SECOND
#define CATCH_UP_PERIOD_NS (3600 * NS_PER_SECOND)

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

void recorder_give_back_slot(struct recorder *recorder, struct evidence_slot *slot)
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
    room_init(recorder);
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
    backlog_finish(recorder);
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
                                        .error_scale = maps->error_scale,
                                        .meaning = maps->meaning};
}

void recorder_record(struct recorder *recorder, const struct event *event,
                     struct evidence_slot *slot)
{
    struct record_item item = {.event = *event, .slot = slot};
    item.event.notify = event->notify && recorder->settings.outbox;
    bool taken = recorder->settings.block
                     ? queue_push(recorder->items, &item)
                     : queue_try_push(recorder->items, &item,
                                      recorder_is_routine(event->type) ? ROOM_KEPT : 0);
    if (!taken) {
        atomic_fetch_add(&recorder->lost, 1);
        recorder_give_back_slot(recorder, slot);
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

static int64_t next_deadline_ns(const struct recorder *recorder)
{
    int64_t deadline_ns = room_deadline_ns(recorder);
    if (recorder->head || recorder->outbox_behind) {
        int64_t retry_ns = clock_monotonic_ns() + RETRY_NS;
        deadline_ns = retry_ns < deadline_ns ? retry_ns : deadline_ns;
    }
    return deadline_ns;
}

static void recorder_body(void *context)
{
    struct recorder *recorder = context;
    struct instant last = {0};
    bool ending = false; /* `shutdown` is the last of a run's records */
    for (;;) {
        int64_t deadline_ns = next_deadline_ns(recorder);
        struct record_item item;
        enum queue_result result = queue_pop(recorder->items, &item, deadline_ns);
        if (result == QUEUE_ITEM) {
            last = instant_of(&item.event);
            ending = item.event.type == EVENT_SHUTDOWN;
            look_at_outbox(recorder, &item.event);
            backlog_add(recorder, &item);
        }
        if (!ending && result != QUEUE_CLOSED)
            room_look(recorder);
        backlog_flush(recorder);
        backlog_record_losses(recorder, last);
        recorder_settle_outbox(recorder, last);
        if (result == QUEUE_CLOSED)
            return;
    }
}

void recorder_outbox_is_behind(struct recorder *recorder)
{
    recorder->outbox_behind = true;
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
