/* From the scores of single pictures to the ROC curve and what is read off it.
 *
 * Stands behind pictures.c and sequences alike: whoever has scores and knows the truth. Scores are
 * sorted once, falling; a point is made only where the score changes, so that ties go up and to the
 * right in one step and cannot be ordered in anybody's favour.
 */
#include "evaluate/ranking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_falling_score(const void *a, const void *b)
{
    const double first = ((const struct ranked_score *)a)->score;
    const double second = ((const struct ranked_score *)b)->score;
    return (first < second) - (first > second);
}

static void trace_curve(const struct ranked_score *sorted, size_t count, struct ranking *ranking)
{
    size_t found = 0, false_alarms = 0;
    ranking->points[ranking->count++] = (struct roc_point){INFINITY, 0.0, 0.0};
    for (size_t i = 0; i < count; i++) {
        found += sorted[i].anomalous;
        false_alarms += !sorted[i].anomalous;
        if (i + 1 < count && sorted[i + 1].score == sorted[i].score)
            continue;
        ranking->points[ranking->count++] =
            (struct roc_point){.threshold = sorted[i].score,
                               .fpr = (double)false_alarms / (double)ranking->normal_count,
                               .tpr = (double)found / (double)ranking->anomalous_count};
    }
}

bool ranking_create(const struct ranked_score *scores, size_t count, struct ranking *ret_ranking,
                    struct error *err)
{
    struct ranking ranking = {0};
    for (size_t i = 0; i < count; i++) {
        assert(isfinite(scores[i].score));
        ranking.anomalous_count += scores[i].anomalous;
    }
    ranking.normal_count = count - ranking.anomalous_count;
    if (ranking.normal_count > 0 && ranking.anomalous_count > 0) {
        struct ranked_score *sorted = malloc(count * sizeof *sorted);
        ranking.points = malloc((count + 1) * sizeof *ranking.points);
        if (!sorted || !ranking.points) {
            free(sorted);
            free(ranking.points);
            return error_set(err, ERROR_MEMORY, "no memory to rank %zu pictures", count);
        }
        memcpy(sorted, scores, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_falling_score);
        trace_curve(sorted, count, &ranking);
        free(sorted);
    }
    *ret_ranking = ranking;
    return true;
}

void ranking_finish(struct ranking *ranking)
{
    free(ranking->points);
    *ranking = (struct ranking){0};
}

double ranking_auroc(const struct ranking *ranking)
{
    double area = 0.0;
    for (size_t i = 1; i < ranking->count; i++) {
        const struct roc_point *from = &ranking->points[i - 1], *to = &ranking->points[i];
        area += (to->fpr - from->fpr) * (to->tpr + from->tpr) / 2;
    }
    return ranking->count > 0 ? area : NAN;
}

struct operating_point ranking_operating_point(const struct ranking *ranking, double fpr_limit)
{
    assert(fpr_limit > 0.0 && fpr_limit < 1.0);
    struct operating_point best = {fpr_limit, NAN, NAN, NAN, false};
    for (size_t i = 0; i < ranking->count && ranking->points[i].fpr <= fpr_limit; i++) {
        const struct roc_point *point = &ranking->points[i];
        if (i > 0 && point->tpr == best.tpr)
            continue; /* more false alarms for nothing */
        best.threshold = point->threshold;
        best.fpr = point->fpr;
        best.tpr = point->tpr;
    }
    /* Compared like this, 100 pictures resolve 1 % whatever the rounding of 0.01. */
    best.resolved = ranking->count > 0 && 1.0 / (double)ranking->normal_count <= fpr_limit;
    return best;
}
