/* The last convolution, 32 → 3 channels at full size, together with the activation before it.
 *
 * oneDNN pads three output channels to a whole block and so wastes four fifths of its work here;
 * these loops put the *input* channels in the vector lanes instead. The activation of the layer
 * before is applied row by row on the way in, so that its result, the largest tensor of the
 * network, is never stored.
 *
 * Shapes: x is that layer's convolution, blocked [count][32 / lanes][height][width][lanes]; z and
 * its gradient are plain [count][3][height][width]. Ownership: init / finish, the struct is the
 * caller's, finish takes a zeroed one. Work is spread over the calling thread's OpenMP threads by
 * bands of rows; results don't depend on their number.
 */
#ifndef MODEL_OUTPUT_LAYER_H
#define MODEL_OUTPUT_LAYER_H

#include "model/activation.h"

struct output_layer {
    const struct kernels *kernels;
    size_t width, height, threads, largest_count;
    float *packed; /* weights as the kernels read them */
    float bias[OUTPUT_CHANNELS];
    float *rows;  /* per thread: the rows around the current one */
    float *parts; /* per band: its part of the gradients by weights and bias; training only */
};

MUST_CHECK bool output_layer_init(struct output_layer *layer, const struct kernels *kernels,
                                  size_t width, size_t height, size_t threads, size_t largest_count,
                                  struct error *err);
void output_layer_finish(struct output_layer *layer);

void output_layer_set_weights(struct output_layer *layer, const float *weights, const float *bias);

/* z = convolution(activation(x)) + bias. */
void output_layer_forward(const struct output_layer *layer,
                          const struct activation_layer *activation, const float *x, size_t count,
                          float *ret_z);

/* Gradients by the activation's result (blocked, as x), by the weights [3][32][3][3] and the bias.
 */
void output_layer_backward(const struct output_layer *layer,
                           const struct activation_layer *activation, const float *x,
                           const float *z_gradient, size_t count, float *ret_gradient,
                           float *ret_weights, float *ret_bias);

#endif
