/* One 3x3 convolution primitive of oneDNN: forward, backward to its input, or backward to its
 * weights.
 *
 * A transposed convolution needs no primitive of its own: it is the adjoint of a convolution, so
 * its forward pass *is* a convolution's backward pass to the input, with source and destination
 * swapped, and [in][out][3][3] weights are that convolution's [out][in][3][3]. Besides being the
 * same by construction, oneDNN 2.6 runs it at twice the speed of its deconvolution.
 *
 * Layouts: source and destination are blocked (see onednn.h), the source plain where it is the
 * picture itself; weights are what the primitive prefers. Ownership: the struct is the caller's;
 * init / finish, finish takes a zeroed one; `library` is borrowed until finish. Buffers belong to
 * the caller, 64-byte aligned. One thread at a time.
 */
#ifndef MODEL_CONVOLUTION_H
#define MODEL_CONVOLUTION_H

#include "model/network.h"
#include "model/onednn.h"

struct convolution_shape {
    int batch;
    int source_channels, destination_channels;
    int source_height, source_width;           /* px */
    int destination_height, destination_width; /* px */
    int stride;
    bool plain_source;
};

struct convolution {
    const struct onednn *library;
    enum convolution_pass pass;
    dnnl_primitive_t primitive;
    dnnl_primitive_t reorder; /* weights: plain → preferred; backward: preferred → plain */
    dnnl_memory_t source, weights, bias, destination, scratchpad, plain_weights;
    size_t weights_bytes; /* in the preferred layout */
    size_t scratchpad_bytes;
    char implementation[64];
};

/* The convolution behind a layer whose input is `height` x `width`, and the pass of it that carries
 * the layer forward, or backward to its input. */
struct convolution_shape layer_convolution_shape(const struct layer_spec *layer, int batch,
                                                 int height, int width);
enum convolution_pass layer_forward_pass(const struct layer_spec *layer);
enum convolution_pass layer_backward_pass(const struct layer_spec *layer);

/* `bias_and_relu`: fused behind a forward pass. */
MUST_CHECK bool convolution_init(struct convolution *convolution, const struct onednn *library,
                                 const struct convolution_shape *shape, enum convolution_pass pass,
                                 bool bias_and_relu, struct error *err);
void convolution_finish(struct convolution *convolution);

/* Between plain weights and the primitive's own; the direction is the pass's (see `reorder`). */
MUST_CHECK bool convolution_reorder_weights(struct convolution *convolution, float *plain,
                                            void *preferred, struct error *err);

/* What the pass produces is written, the rest is read. */
struct convolution_buffers {
    void *source, *weights, *bias, *destination, *scratchpad;
};
MUST_CHECK bool convolution_run(struct convolution *convolution,
                                const struct convolution_buffers *buffers, struct error *err);

#endif
