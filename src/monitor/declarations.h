/* What people have declared normal, on its way from state/accepted.jsonl to the detector.
 *
 * The newest list is what is wanted; after each frame what is missing is taken in, which needs a
 * frame that could be judged, and what is no longer wanted is taken back, which does not. Taking
 * back makes a place what it was when it was learned, so that others which overlap it are taken in
 * anew. What was accepted before the model was made is part of what it learned, or is not: it does
 * not count. Large: not for the stack. Allocates nothing. Thread: the inference thread's.
 */
#ifndef MONITOR_DECLARATIONS_H
#define MONITOR_DECLARATIONS_H

#include "score/detector.h"
#include "sink/accepted.h"

/* Zeroed at first. */
struct declarations {
    struct accepted wanted, in_force;
    bool settled; /* the two are the same */
};

/* `declarations->wanted` has just been filled with a new list. */
void declarations_renew(struct declarations *declarations, int64_t model_utc_ms);

/* After a frame was observed. A detector that cannot accept is let alone. */
void declarations_apply(struct declarations *declarations, struct detector *detector);

#endif
