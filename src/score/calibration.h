/* The reference method's thresholds from the scores of normal pictures.
 *
 * One pass over the pictures computes scores and pools the pixels; a second finds each picture's
 * largest blob at the pixel threshold, for which the network runs again where the error maps need
 * more than 256 MB. Deterministic. Both are computed whether the
 * second trigger is enabled or not: boxes and heat maps need the pixel threshold too. Ownership:
 * calibration_finish frees the scores and takes a zeroed struct. Thread: the caller's; `progress`
 * (may be NULL) is called before each run of the network and may return false to stop
 * (ERROR_CANCELLED). Errors also: ERROR_INPUT, no pictures; ERROR_INTERNAL, scores that are no
 * numbers; ERROR_MEMORY.
 */
#ifndef SCORE_CALIBRATION_H
#define SCORE_CALIBRATION_H

#include "config/config.h"
#include "model/dataset.h"
#include "model/inference.h"
#include "model/model_set.h"

struct calibration {
    struct threshold_set threshold;
    size_t count;
    double *scores;             /* [count], in the order of the indices */
    double mean, std, min, max; /* of the scores; std of the population, as numpy.std */
};

MUST_CHECK bool calibration_run(struct inference *inference, const struct dataset *dataset,
                                const size_t *indices, size_t count, const struct config *config,
                                bool (*progress)(void *context, size_t done, size_t total),
                                void *context, struct calibration *ret_calibration,
                                struct error *err);
void calibration_finish(struct calibration *calibration);

#endif
