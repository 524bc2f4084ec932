/* Which places of an alarm have been recorded, and which ones are only being noticed.
 *
 * A box that touches no recorded place is a candidate; it is new when something was there for
 * `frames_needed` anomalous frames in a row, as for the alarm itself, so that a single noisy frame
 * or a hand passing by is not taken for a second leak. Boxes that overlap or share an edge or
 * corner touch. Units: camera pixels. Ownership: the struct is the caller's; zeroed is empty.
 * Nothing here allocates: a place that
 * does not fit any more widens the recorded one that grows least by it.
 */
#ifndef EVENT_BOX_MEMORY_H
#define EVENT_BOX_MEMORY_H

#include "score/detector.h"

enum { RECORDED_BOXES_MAX = 64 };

struct box_candidate {
    struct rect box;
    int frames; /* in a row */
};

struct box_memory {
    int recorded_count;
    struct rect recorded[RECORDED_BOXES_MAX];
    int candidate_count;
    struct box_candidate candidates[BOXES_MAX];
};

/* Forgets all and records these. */
void box_memory_begin(struct box_memory *memory, const struct rect *boxes, int count);

/* The boxes of an anomalous frame; count <= BOXES_MAX. True when one of them is new. */
bool box_memory_look(struct box_memory *memory, const struct rect *boxes, int count,
                     int frames_needed);

/* The alarm was recorded with these boxes: whatever of them is new or touches a recorded place is
 * recorded too. */
void box_memory_record(struct box_memory *memory, const struct rect *boxes, int count,
                       int frames_needed);

/* A normal frame: the row is broken. */
void box_memory_drop_candidates(struct box_memory *memory);

#endif
