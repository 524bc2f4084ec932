/* How well scores tell normal pictures from abnormal ones, whatever the threshold.
 *
 * A picture counts as found at a threshold t when score >= t. Values that do not exist are NAN: all
 * of them when one of the two kinds of picture is missing. Scores are finite numbers. Pure, but for
 * the memory that ranking_create takes; one thread. Errors: ERROR_MEMORY. Sources: Fawcett, "An
 * introduction to ROC analysis", Pattern Recognition Letters 27 (2006) 861-874, algorithms 1 and 2;
 * AUROC as the Mann-Whitney statistic: Hanley & McNeil, Radiology 143 (1982) 29-36.
 */
#ifndef EVALUATE_RANKING_H
#define EVALUATE_RANKING_H

#include "base/error.h"

#include <stddef.h>

struct ranked_score {
    double score;
    bool anomalous; /* what the picture is in truth */
};

/* One threshold: who scores at least `threshold` counts as abnormal. */
struct roc_point {
    double threshold; /* INFINITY at (0, 0) */
    double fpr, tpr;
};

/* The curve from (0, 0) to (1, 1), one point per distinct score. No points when one of the two
 * kinds of picture is missing. */
struct ranking {
    size_t normal_count, anomalous_count;
    size_t count;
    struct roc_point *points;
};

/* The highest TPR of all thresholds whose FPR is at most a limit: a point of the curve, nothing
 * interpolated, so a monitor can be set to it. */
struct operating_point {
    double fpr_limit;
    double threshold, fpr, tpr;
    /* Are there enough normal pictures to tell? With fewer than 1 / fpr_limit of them one false
     * alarm is already too many: the TPR is then that without any false alarm, and says nothing
     * about the limit. */
    bool resolved;
};

/* `scores` is copied. Ownership: ranking_finish frees and takes a zeroed struct. */
MUST_CHECK bool ranking_create(const struct ranked_score *scores, size_t count,
                               struct ranking *ret_ranking, struct error *err);
void ranking_finish(struct ranking *ranking);

/* The probability that an abnormal picture scores above a normal one, ties counted half: the area
 * under the curve by trapezoids, which is the same as Mann-Whitney's U with mid-ranks / (n m). */
double ranking_auroc(const struct ranking *ranking);

/* 0 < fpr_limit < 1. */
struct operating_point ranking_operating_point(const struct ranking *ranking, double fpr_limit);

#endif
