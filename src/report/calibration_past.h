/* What an earlier calibration found, read back from its JSON file, to compare with.
 *
 * The newest one counts that is older than the present one, of the same model (its set digest) and
 * of the same way of scoring. Those that are damaged, foreign, of fewer than DATASET_LEAST pictures
 * or of another model are passed over, each with a sentence to `listener`. Ownership:
 * past_calibration_finish frees and takes a zeroed struct. One thread. Errors: ERROR_MEMORY;
 * everything else is a sentence.
 */
#ifndef REPORT_CALIBRATION_PAST_H
#define REPORT_CALIBRATION_PAST_H

#include "model/dataset.h"
#include "model/model_set.h"

#include <jansson.h>
#include <stdint.h>

enum { CALIBRATION_SCHEMA = 1, CALIBRATION_NAME_SIZE = 96 };

#define CALIBRATION_PREFIX "threshold_calibration_"
#define CALIBRATION_SUFFIX ".json"

struct past_calibration {
    char name[CALIBRATION_NAME_SIZE]; /* of its file; "" = there is none */
    int64_t made_utc_ms;
    double threshold; /* in force then */
    size_t count;
    char **names; /* of the pictures, in the order of the scores */
    double *scores;
};

/* `name` is that of the present one's file: only names before it count. */
MUST_CHECK bool past_calibration_find(const char *folder, const char *name,
                                      const struct model_set *set, struct picture_listener listener,
                                      struct past_calibration *ret_past, struct error *err);
void past_calibration_finish(struct past_calibration *past);

#endif
