/* threshold.json: what decides whether a frame is abnormal. Keys as existing readers know them, and
 * our own `schema` and `set_digest`.
 *
 * A threshold that was changed by hand is read like any other: people do tune it. One thread.
 */
#ifndef MODEL_THRESHOLD_FILE_H
#define MODEL_THRESHOLD_FILE_H

#include "model/model_set.h"

#include <jansson.h>

enum { THRESHOLD_SCHEMA = 1 };

/* The keys of a set, without digest; a new reference. NULL: no memory, or a number that JSON cannot
 * hold. */
json_t *threshold_to_json(const struct threshold_set *threshold);

MUST_CHECK bool threshold_from_json(const json_t *object, struct threshold_set *ret_threshold,
                                    struct error *err);

/* Adds the scoring and trigger keys that threshold.json and stats.json share. */
MUST_CHECK bool threshold_add_settings(json_t *object, const struct threshold_set *threshold);

#endif
