/* What the files of the recorder share: recorder.c (life cycle, slots, loop), recorder_backlog.c
 * (what waits), recorder_write.c (one item to disk), room.c (room on the disk for it).
 *
 * Everything here belongs to the records thread, but for the queues and `lost`.
 */
#ifndef MONITOR_RECORDER_PARTS_H
#define MONITOR_RECORDER_PARTS_H

#include "monitor/recorder.h"
#include "monitor/room.h"
#include "platform/thread.h"

#include <stdatomic.h>

struct record_item {
    struct event event;
    struct evidence_slot *slot;
    bool own; /* of the recorder itself, which has told the terminal already */
    bool sent_urgently;
    struct record_item *next;
};

enum { SLOT_COUNT = 2 };

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
    struct room room;
    bool outbox_behind;
    int64_t caught_up_ns; /* on the clock of the events */
    bool failed;          /* replay only: nothing more is written */
};

static inline struct instant instant_of(const struct event *event)
{
    return (struct instant){.time_ns = event->time_ns, .utc_ms = event->utc_ms};
}

/* One for each frame; may be lost when there is no room. */
static inline bool recorder_is_routine(enum event_type type)
{
    return type == EVENT_FRAME_STATUS;
}

/* recorder.c */
void recorder_give_back_slot(struct recorder *recorder, struct evidence_slot *slot);

/* recorder_backlog.c */
void backlog_add(struct recorder *recorder, const struct record_item *item);
/* Writes what waits, as far as the disk takes it. */
void backlog_flush(struct recorder *recorder);
void backlog_record_losses(struct recorder *recorder, struct instant at);
void backlog_finish(struct recorder *recorder);

/* recorder_write.c */
/* False: the journal refused it, nothing has happened. */
bool recorder_write_item(struct recorder *recorder, struct record_item *item);
bool recorder_journal(struct recorder *recorder, const struct event *event,
                      const struct evidence_set *set, struct error *err);
/* People hear of it although the disk takes nothing. */
void recorder_send_urgent(struct recorder *recorder, const struct event *event);
void recorder_settle_outbox(struct recorder *recorder, struct instant at);
/* Pictures can be written again; does nothing when they could all the time. */
void recorder_pictures_work(struct recorder *recorder, struct instant at);

/* An event of the recorder's own, said on the terminal now and recorded after what waits. */
void recorder_say(struct recorder *recorder, const struct event *event);
struct event recorder_disk_event(const struct recorder *recorder, enum event_type type,
                                 struct instant at, const char *text);

#endif
