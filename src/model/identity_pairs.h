/* The identity of a model as metadata of its ONNX file, "leakwatch.*". One thread.
 *
 * Width and height are not among them: they are in the graph itself. Errors: ERROR_FORMAT naming
 * the key that is missing or wrong, or the format version of another leakwatch.
 */
#ifndef MODEL_IDENTITY_PAIRS_H
#define MODEL_IDENTITY_PAIRS_H

#include "model/model_set.h"
#include "model/onnx.h"

/* Returns how many pairs were filled, at most ONNX_PAIRS_MAX. */
size_t identity_to_pairs(const struct model_identity *identity,
                         const char weights_digest[DIGEST_TEXT_SIZE],
                         struct onnx_pair ret_pairs[ONNX_PAIRS_MAX]);

/* Leaves width and height alone. */
MUST_CHECK bool identity_from_pairs(const struct onnx_pair *pairs, size_t count,
                                    struct model_identity *identity,
                                    char ret_weights_digest[DIGEST_TEXT_SIZE], struct error *err);

#endif
