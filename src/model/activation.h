/* What follows a convolution: batch norm and ReLU, or bias and ReLU, as one y = max(0, x scale +
 * shift) per channel, forward and backward.
 *
 * Shapes: x, y and their gradients are blocked tensors [count][channels / lanes][pixels][lanes].
 * A convolution's bias cancels in a batch norm that uses the statistics of the batch, so nothing
 * here adds it there: its gradient is exactly zero, and only the running mean includes it.
 * Ownership: the struct is the caller's, init / finish, finish takes a zeroed one. Work is spread
 * over the calling thread's OpenMP threads by planes; sums over planes are taken in their order, so
 * that no result depends on the number of threads. Source: Ioffe & Szegedy 2015, algorithm 1.
 */
#ifndef MODEL_ACTIVATION_H
#define MODEL_ACTIVATION_H

#include "model/kernels.h"
#include "model/network.h"

struct activation_layer {
    const struct kernels *kernels;
    size_t channels, pixels;
    float *scale, *shift;            /* [channels] */
    float *mean, *variance;          /* of the last batch, [channels] */
    float *inverse, *slope, *offset; /* [channels]; between forward and backward */
    float *memory;                   /* all of the above */
    double *sums;                    /* [2][count][channels] */
    size_t largest_count;
};

MUST_CHECK bool activation_init(struct activation_layer *activation, const struct kernels *kernels,
                                size_t channels, size_t pixels, size_t largest_count,
                                struct error *err);
void activation_finish(struct activation_layer *activation);

/* Choose scale and shift: from the statistics of this batch, … */
void activation_use_batch(struct activation_layer *activation, const float *x, size_t count,
                          const float *gamma, const float *beta);
/* … from the running ones (bias included), … */
void activation_use_running(struct activation_layer *activation,
                            const struct layer_parameters *layer);
/* … or the bias alone. */
void activation_use_bias(struct activation_layer *activation, const float *bias);

/* `ret_y` may be `x`. */
void activation_forward(const struct activation_layer *activation, const float *x, size_t count,
                        float *ret_y);

/* Turns the gradient by y into the gradient by x, in place. After use_batch, `ret_gamma` and
 * `ret_shift` (beta's) are gradients too; after use_bias `ret_gamma` is NULL and `ret_shift` the
 * bias's. */
void activation_backward(struct activation_layer *activation, const float *x, float *gradient,
                         size_t count, float *ret_gamma, float *ret_shift);

#endif
