/* A network as an ONNX file: opset 13, NCHW, `input` → `reconstruction`, symbolic batch, batch
 * norm not folded.
 *
 * The writer makes just this graph; the reader accepts just this graph: anything else is
 * ERROR_FORMAT with what was found and where. Input is hostile: every length is checked against
 * what is left, nesting is bounded, tensors must have exactly the expected shape and finite values,
 * and nothing is allocated by a number from the file. Metadata are text pairs "leakwatch.*"; which
 * network it is stands in "leakwatch.network", which is written and read here (missing = reference)
 * and never among the caller's pairs. The reader expects the network of `ret_parameters`.
 * Source: onnx/onnx.proto3 (IR version 8), protobuf encoding specification.
 */
#ifndef MODEL_ONNX_H
#define MODEL_ONNX_H

#include "base/buffer.h"
#include "model/network.h"

struct onnx_pair {
    char key[48];
    char value[128];
};
enum { ONNX_PAIRS_MAX = 32, ONNX_FILE_MAX = 64 << 20 };

MUST_CHECK bool onnx_write(const struct parameters *parameters, int width, int height,
                           const struct onnx_pair *metadata, size_t metadata_count,
                           struct buffer *out, struct error *err);
MUST_CHECK bool onnx_read(const void *data, size_t size, struct parameters *ret_parameters,
                          int *ret_width, int *ret_height,
                          struct onnx_pair ret_metadata[ONNX_PAIRS_MAX], size_t *ret_metadata_count,
                          struct error *err);

#endif
