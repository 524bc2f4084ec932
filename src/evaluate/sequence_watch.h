/* Shows one recorded sequence to a detector and to the state machine of `monitor`, and says what
 * came of it.
 *
 * Frame n has the number n and the time n x interval; before each frame every deadline up to its
 * time passes, as in a replay. `observe` borrows the detector, which should be new: whatever it
 * remembers of another sequence would count here. Nothing is recorded and nobody is told. One
 * thread. Errors: ERROR_CANCELLED when `stop` (may be NULL) says so between two frames;
 * ERROR_FORMAT for frames of different sizes, an area larger than the picture, or a mask of another
 * size; those of the pictures and of the detector, with the file's name.
 */
#ifndef EVALUATE_SEQUENCE_WATCH_H
#define EVALUATE_SEQUENCE_WATCH_H

#include "evaluate/sequence_set.h"

struct sequence_watching {
    const struct sequence_set *set;
    const struct sequence *sequence;  /* of the set */
    const struct config *config;      /* of which monitor.frame_interval_seconds is the interval */
    const struct detector_kind *kind; /* opens one detector, of one thread */
    const struct trained_model *model;
    bool (*stop)(void *context);
    void *context;
};

/* The interval that counts: the sequence's own, else the configuration's, at least a thousandth of
 * a second. */
double sequence_interval_s(const struct sequence *sequence, const struct config *config);

/* A result that has the truth of the sequence, but for its size, and nothing else yet. */
MUST_CHECK bool sequence_result_begin(const struct sequence_set *set,
                                      const struct sequence *sequence, const struct config *config,
                                      struct sequence_result *ret_result, struct error *err);

MUST_CHECK bool sequence_watch(const struct sequence_watching *watching,
                               struct sequence_result *ret_result, struct error *err);

#endif
