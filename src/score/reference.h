/* What the reference detector and its calibration must do alike. Pure; any thread. */
#ifndef SCORE_REFERENCE_H
#define SCORE_REFERENCE_H

#include "base/error.h"
#include "model/model_set.h"

/* The score of an error map by the method in `scoring` (its thresholds are not looked at). False
 * with ERROR_INTERNAL when the map holds anything but finite numbers: compared with a threshold,
 * not-a-number would pass for normal. */
MUST_CHECK bool reference_score(const float *map, size_t count, const struct threshold_set *scoring,
                                double *ret_score, struct error *err);

#endif
