/* One file per result: what is finished is kept, so that an evaluation that was stopped goes on
 * where it was.
 *
 * A file counts only when its key is equal (evaluate/sequence_key.h) and it can be read without any
 * doubt; any other is as if it were not there. Any thread, one per file. Errors: those of
 * platform/file.h; ERROR_MEMORY.
 */
#ifndef EVALUATE_SEQUENCE_STORE_H
#define EVALUATE_SEQUENCE_STORE_H

#include "evaluate/sequence_set.h"

/* "OUT/results/<detector>/seed-<seed>/<path of the sequence>.json" */
MUST_CHECK bool sequence_store_path(const char *out, const struct detector_kind *kind, int64_t seed,
                                    const struct sequence *sequence, char ret_path[PATH_SIZE],
                                    struct error *err);

/* False when there is none that counts. */
bool sequence_store_read(const char *path, const char *key, const struct sequence_set *set,
                         const struct sequence *sequence, const struct config *config,
                         struct sequence_result *ret_result);

/* Whole or not at all; makes the folders. */
MUST_CHECK bool sequence_store_write(const char *path, const char *key,
                                     const struct sequence_result *result, struct error *err);

#endif
