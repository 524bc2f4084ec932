/* Have the scores of normal pictures changed since an earlier calibration?
 *
 * Compared are the pictures that the earlier one had not (by name and score) with all of the
 * earlier one, both thinned (score/distribution.h). A change is one that chance alone would bring
 * about in fewer than 1 of 100 calibrations and that is large enough to matter (D of at least 0.2:
 * with thousands of pictures the smallest difference is significant). Pure but for memory and, in
 * the sentence, the local time zone. Errors: ERROR_MEMORY.
 */
#ifndef REPORT_CALIBRATION_DRIFT_H
#define REPORT_CALIBRATION_DRIFT_H

#include "report/calibration_past.h"
#include "score/calibration.h"

enum drift_verdict {
    DRIFT_FIRST,         /* nothing to compare with but the training */
    DRIFT_SAME_PICTURES, /* none that the earlier one had not */
    DRIFT_TOO_FEW,       /* only a very large change would be seen, and there is none */
    DRIFT_NONE,
    DRIFT_UNCLEAR, /* chance alone would seldom bring about so much, but sometimes */
    DRIFT_UP,
    DRIFT_DOWN,
    DRIFT_SPREAD, /* neither up nor down, but otherwise spread */
    DRIFT_VERDICT_COUNT
};

struct drift {
    enum drift_verdict verdict;
    size_t fresh; /* pictures that were compared */
    size_t block_now, block_before, samples_now, samples_before;
    double distance, significance; /* D, and how often chance gives so much; NAN = none */
    double mean_shift_stds;        /* with DRIFT_FIRST: of the mean since the training, in its
                                      standard deviations; else, and where it had none, NAN */
};

/* "up" */
const char *drift_verdict_name(enum drift_verdict verdict);

/* `names` [calibration->count]; a `past` without name is none. */
MUST_CHECK bool drift_compare(const struct past_calibration *past,
                              const struct calibration *calibration, char *const *names,
                              const struct model_stats *training, struct drift *ret_drift,
                              struct error *err);

/* "12 Nov 2026, 14:03", local. */
void calibration_append_date(struct buffer *out, int64_t utc_ms);

/* One sentence for a chemist, without full stop. */
void drift_append_sentence(struct buffer *out, const struct drift *drift,
                           const struct past_calibration *past,
                           const struct calibration *calibration,
                           const struct model_stats *training);

#endif
