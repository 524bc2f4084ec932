/* The reference method: what its detector, its calibration and its learning must do alike. Pure but
 * for reference_learn; any thread. */
#ifndef SCORE_REFERENCE_H
#define SCORE_REFERENCE_H

#include "score/detector_kind.h"

/* The row of detector_kinds. */
extern const struct detector_kind reference_kind;

/* The score of an error map by the method in `scoring` (its thresholds are not looked at). False
 * with ERROR_INTERNAL when the map holds anything but finite numbers: compared with a threshold,
 * not-a-number would pass for normal. */
MUST_CHECK bool reference_score(const float *map, size_t count, const struct threshold_set *scoring,
                                double *ret_score, struct error *err);

/* `learn` of the reference kind: pictures → network → thresholds → model set. */
MUST_CHECK bool reference_learn(const struct learning *learning, struct learned *ret_learned,
                                struct error *err);

#endif
