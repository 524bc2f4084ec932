/* The loops that oneDNN does not do for us, or does slowly: batch norm with ReLU, the last
 * convolution (32 → 3 channels), sigmoid, squared error, Adam.
 *
 * One table per instruction set, the same source compiled three times (kernels_body.h). A *plane*
 * is one block of channels of one picture: float [pixels][lanes], contiguous. A *row* of the last
 * convolution's input is float [blocks][width + 2][lanes], already activated, with a zero pixel at
 * both ends; NULL stands for a row outside the picture. `width` is a multiple of 8. Every sum has a
 * fixed order, so the results depend on the instruction set only. Planes and rows are aligned to 64
 * bytes. Any thread; nothing here allocates, fails or keeps state.
 *
 * The activation is y = max(0, x * scale + shift), which is batch norm and ReLU in one; NaN stays
 * NaN, so that a broken step is seen in its loss.
 */
#ifndef MODEL_KERNELS_H
#define MODEL_KERNELS_H

#include <stddef.h>

enum {
    OUTPUT_CHANNELS = 3,     /* of the last convolution */
    OUTPUT_IN_CHANNELS = 32, /* of the last convolution */
    OUTPUT_WEIGHTS = OUTPUT_CHANNELS * OUTPUT_IN_CHANNELS * 9,
    LANES_MAX = 16
};

/* One channel of one picture under the repair loss
 *
 *     squared_factor Σ w (r - t)² + structure_factor Σ w (1 - SSIM),
 *
 * pixels in the first sum, 7x7 boxes (by their middle pixel) in the second, w = masked_weight where
 * the mask is 1, 1 where it is 0 and everywhere without a mask. SSIM by Wang, Bovik, Sheikh &
 * Simoncelli 2004, equation 13, over a plain box: a third of the cost of their Gaussian window. */
struct repair_plane {
    float *values;        /* [height][width]: r = sigmoid(z), then the gradient by z */
    const float *target;  /* [height][width] */
    const float *mask;    /* [height][width], 0..1; NULL = none */
    size_t width, height; /* px, at least REPAIR_BOX */
    float squared_factor, structure_factor, masked_weight;
    float *rows; /* to work in: REPAIR_ROWS rows of width + 2 (REPAIR_BOX - 1) */
};
enum { REPAIR_BOX = 7, REPAIR_ROWS = (REPAIR_BOX + 1) * 8 };

struct adam_rates {
    float step; /* learning rate with the bias corrections folded in */
    float beta1, beta2, epsilon;
};

struct kernels {
    const char *name; /* "avx512", "avx2", "portable" */
    size_t lanes;

    /* Mean and sum of squared deviations from it, per lane. */
    void (*moments)(const float *x, size_t pixels, double *ret_mean, double *ret_deviation);
    void (*activate)(const float *x, size_t pixels, const float *scale, const float *shift,
                     float *ret_y);
    /* With g = dy where the activation was not cut: Σ g and Σ g (x - center), per lane. */
    void (*gradient_sums)(const float *x, const float *dy, size_t pixels, const float *scale,
                          const float *shift, const float *center, double *ret_sum,
                          double *ret_product);
    /* dy ← scale g + slope x + offset. */
    void (*gradient_apply)(const float *x, float *dy, size_t pixels, const float *scale,
                           const float *shift, const float *slope, const float *offset);

    /* Weights [3][32][3][3] → the order the output_* kernels read: [ky][block][kx][out][lanes]. */
    void (*output_pack)(const float *plain, float *ret_packed);
    void (*output_unpack)(const float *packed, float *ret_plain);
    /* One row of z = conv(rows) + bias: three rows in, one row of each output channel out. */
    void (*output_forward)(const float *const rows[3], size_t width, const float *packed,
                           const float bias[3], float *const ret_rows[3]);
    /* One row of the gradient by the input. `gradients` are the three rows around it of dz, float
     * [3][width + 2] with zero ends; `ret_rows` one plane row per block. */
    void (*output_backward_data)(const float *const gradients[3], size_t width, const float *packed,
                                 float *const *ret_rows);
    /* Adds one row's part to the gradient by the weights. `gradient` as above, one row. */
    void (*output_backward_weights)(const float *const rows[3], const float *gradient, size_t width,
                                    float *sum_packed);

    void (*sigmoid)(float *values, size_t count); /* count is a multiple of 16, as below */
    /* values: z → dz = factor (r - target) r (1 - r) with r = sigmoid(z). Returns Σ (r - target)².
     */
    double (*sigmoid_error)(float *values, const float *target, size_t count, float factor);
    double (*repair_error)(const struct repair_plane *plane); /* returns its part of the loss */
    void (*adam)(float *weights, const float *gradient, float *moment1, float *moment2,
                 size_t count, const struct adam_rates *rates);
};

extern const struct kernels kernels_avx512, kernels_avx2, kernels_portable;

/* The table that fits oneDNN's block (see onednn_block) on this machine. */
const struct kernels *kernels_select(void);

#endif
