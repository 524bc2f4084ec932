/* Results of sequences as JSON: what is kept between two runs, and what others read.
 *
 * Reading takes nothing for granted: what a file says about the truth is not looked at, it comes
 * from the dataset; what follows from truth and alarms is computed anew. Ownership: references are
 * the caller's; NULL = no memory. Errors: ERROR_FORMAT, with the member's name.
 */
#ifndef EVALUATE_SEQUENCE_JSON_H
#define EVALUATE_SEQUENCE_JSON_H

#include "evaluate/sequence_result.h"

#include <jansson.h>

/* With `frames`, the scores of every frame too. */
json_t *sequence_result_to_json(const struct sequence_result *result, bool frames);

/* Fills width, height, frames, alarms and notices of a result that has its truth, and judges it.
 * After a failure the result must be finished. */
MUST_CHECK bool sequence_result_from_json(const json_t *object, struct sequence_result *result,
                                          struct error *err);

json_t *sequences_summary_to_json(const struct sequences_summary *summary);

/* The whole, with a row for every sequence but without frames. */
json_t *sequence_evaluation_to_json(const struct sequence_evaluation *evaluation);

#endif
