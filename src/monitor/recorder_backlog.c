/* What waits to be written: a list in memory, in the order of the events.
 *
 * Bounded for routine records (one for each frame) only: what people must learn of is kept however
 * long the disk refuses, and they are told of it from memory meanwhile, because the outbox lies on
 * the same disk. Somebody may then be told twice, never not at all.
 */
#include "monitor/recorder_parts.h"

#include "frame/queue.h"

#include <stdlib.h>

enum { BACKLOG_ROUTINE_MOST = 20000 };

/* What can not be written yet is told from memory, once. */
static void tell_backlog(struct recorder *recorder)
{
    for (struct record_item *item = recorder->head; item; item = item->next) {
        if (item->sent_urgently)
            continue;
        item->sent_urgently = true;
        recorder_send_urgent(recorder, &item->event);
    }
}

/* A replay can be run again, so it ends here; a camera's night can not. */
static void fail_replay(struct recorder *recorder)
{
    recorder->failed = true;
    queue_close(recorder->free_slots);
    recorder->settings.failed(recorder->settings.context);
}

void backlog_flush(struct recorder *recorder)
{
    while (recorder->head) {
        struct record_item *item = recorder->head;
        if (!recorder->failed && !recorder_write_item(recorder, item)) {
            if (!recorder->settings.block) {
                tell_backlog(recorder);
                return;
            }
            fail_replay(recorder);
        }
        if (recorder->settings.tell && !recorder->failed && !item->own)
            recorder->settings.tell(recorder->settings.context, &item->event);
        recorder_give_back_slot(recorder, item->slot);
        recorder->head = item->next;
        if (!recorder->head)
            recorder->tail = &recorder->head;
        recorder->backlog_count--;
        free(item);
    }
}

void backlog_add(struct recorder *recorder, const struct record_item *item)
{
    bool full =
        recorder->backlog_count >= BACKLOG_ROUTINE_MOST && recorder_is_routine(item->event.type);
    struct record_item *copy = full ? NULL : malloc(sizeof *copy);
    if (!copy) {
        atomic_fetch_add(&recorder->lost, 1);
        recorder_give_back_slot(recorder, item->slot);
        return;
    }
    *copy = *item;
    copy->next = NULL;
    *recorder->tail = copy;
    recorder->tail = &copy->next;
    recorder->backlog_count++;
}

/* Routine records that had no room leave one record that says how many. */
void backlog_record_losses(struct recorder *recorder, struct instant at)
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
    if (recorder_journal(recorder, &event, &none, &ignored))
        atomic_fetch_sub(&recorder->lost, lost);
}

void backlog_finish(struct recorder *recorder)
{
    while (recorder->head) {
        struct record_item *item = recorder->head;
        recorder->head = item->next;
        recorder_give_back_slot(recorder, item->slot);
        free(item);
    }
}
