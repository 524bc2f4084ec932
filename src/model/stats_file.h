/* stats.json: how the model was trained, for people and reports; nothing is decided by it.
 *
 * Paths in it are names beside it. One thread.
 */
#ifndef MODEL_STATS_FILE_H
#define MODEL_STATS_FILE_H

#include "model/model_set.h"

#include <jansson.h>

enum { STATS_SCHEMA = 1 };

/* The keys of a set, without digest; a new reference. NULL: no memory, or a number that JSON cannot
 * hold. */
json_t *stats_to_json(const struct model_set *set);

/* All but the loss curves. */
MUST_CHECK bool stats_from_json(const json_t *object, struct model_stats *ret_stats,
                                struct error *err);

/* The loss curves in one allocation, [2 * epochs], those of training first; NULL when the file has
 * none. */
MUST_CHECK bool stats_curves_from_json(const json_t *object, int epochs, double **ret_curves,
                                       struct error *err);

#endif
