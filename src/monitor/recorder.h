/* The records thread: journal first, then evidence, then outbox; keeps what the disk refuses and
 * tries again.
 *
 * Life cycle: create → start → (record …) → close → join → destroy.
 * Evidence travels in slots, of which there are few: each pins camera frames, and pictures that
 * wait for a slow disk must not starve the camera. A live alarm that finds no slot is recorded
 * without pictures. When the queue is nearly full, routine records (frame_status) are dropped and
 * counted (`records_lost`); the rest has room kept for it. Thread: recorder_record and
 * recorder_take_slot from any thread.
 */
#ifndef MONITOR_RECORDER_H
#define MONITOR_RECORDER_H

#include "config/config.h"
#include "config/project.h"
#include "event/watch.h"
#include "sink/delivery.h"
#include "sink/evidence.h"
#include "sink/journal.h"
#include "sink/outbox.h"

struct recorder_settings {
    const struct config *config;
    const struct project *project;
    struct journal *journal;
    const char *journal_path;
    struct outbox *outbox;     /* NULL = nobody is told */
    struct delivery *delivery; /* NULL with the outbox */
    const char *channels[CHANNELS_MAX];
    size_t channel_count;
    bool utc_stamps; /* replay */
    bool block;      /* wait for room instead of dropping: replay */
    /* What happened, for the terminal; on the records thread, in the order of the records. May be
     * NULL. */
    void (*tell)(void *context, const struct event *event);
    /* A replay can not go on, because the disk takes no records; on the records thread. */
    void (*failed)(void *context);
    void *context;
};

/* The pictures of one event, filled by the scoring thread, given back by the records thread. */
struct evidence_slot {
    struct frame *frame; /* one reference each */
    struct frame *pre[CONTEXT_FRAMES_MAX], *post[CONTEXT_FRAMES_MAX];
    int pre_count, post_count;
    struct detector_maps maps; /* width 0 = no maps; the arrays below */
    float *planes;             /* input, reconstruction, error map, one after another */
    size_t planes_capacity;    /* floats */
};

struct recorder;

struct recorder *recorder_create(const struct recorder_settings *settings, struct error *err);
/* Before the start: the outbox lacks alerts that are in the journal. They are caught up, and what
 * keeps them from it is told. */
void recorder_outbox_is_behind(struct recorder *recorder);
MUST_CHECK bool recorder_start(struct recorder *recorder, struct error *err);

/* A free slot, or NULL (in blocking mode only after a failure). Memory for maps of this size is
 * there already after the first call with `reserve_slots`. */
struct evidence_slot *recorder_take_slot(struct recorder *recorder);
MUST_CHECK bool recorder_reserve_slots(struct recorder *recorder, int map_width, int map_height,
                                       struct error *err);
/* Copies the maps into the slot (they lie in the detector). */
void evidence_slot_set_maps(struct evidence_slot *slot, const struct detector_maps *maps);

/* Copies the event; takes the slot (may be NULL) and the references in it. */
void recorder_record(struct recorder *recorder, const struct event *event,
                     struct evidence_slot *slot);

/* Writes what is still waiting; a disk that still refuses gets one last try. */
void recorder_close(struct recorder *recorder);
void recorder_join(struct recorder *recorder);
void recorder_destroy(struct recorder *recorder);

/* After join: false when records could not be written at all. */
MUST_CHECK bool recorder_result(const struct recorder *recorder, struct error *err);

#endif
