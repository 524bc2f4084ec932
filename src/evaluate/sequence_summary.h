/* From results of single sequences to the figures of all. Pure but for memory; one thread. Sources:
 * isotonic regression by pooling adjacent violators, Ayer, Brunk, Ewing, Reid & Silverman, Annals
 * of Mathematical Statistics 26 (1955) 641-647; the others stand where they are computed
 * (evaluate/intervals.h, evaluate/ranking.h, score/error_map.h). Errors: ERROR_MEMORY. */
#ifndef EVALUATE_SEQUENCE_SUMMARY_H
#define EVALUATE_SEQUENCE_SUMMARY_H

#include "evaluate/sequence_result.h"

MUST_CHECK bool sequences_summarise(const struct sequence_result *results, size_t count,
                                    struct sequences_summary *ret_summary, struct error *err);

/* One sequence with a leak, for smallest_area_at. */
struct area_outcome {
    double area; /* any unit */
    bool found;
};

/* The smallest area from which on the recall, fitted as a function that never falls with the area,
 * is at least `recall`; NAN when it never is. `outcomes` is reordered. */
MUST_CHECK bool smallest_area_at(double recall, struct area_outcome *outcomes, size_t count,
                                 double *ret_area, struct error *err);

#endif
