/* One training step of a network: forward, loss, backward, batch norm statistics, Adam.
 *
 * Shapes: a batch is float [count][3][height][width], 0..1; the target is what the reconstruction
 * is compared with; a mask is float [count][height][width]. The loss is the mean of squared
 * differences over all elements of the batch, or what trainer_use_loss asks for.
 * Adam: beta1 0.9, beta2 0.999, epsilon 1e-7, bias-corrected as in Kingma & Ba 2015, section 2 (the
 * "epsilon hat" form that TensorFlow uses). Batch norm: statistics of the batch forward, running
 * statistics by the network's momentum with the biased variance (as Keras). Ownership: everything
 * is allocated by create; a step allocates nothing of ours, but the first step of a new `count`
 * builds primitives. Thread: one; the compute library uses `threads` of its own. Bit-identical for
 * the same start, batches, threads and instruction set.
 */
#ifndef MODEL_TRAINER_H
#define MODEL_TRAINER_H

#include "base/buffer.h"
#include "model/network.h"

struct trainer;

/* The mean of w (r - t)² over all elements, plus `structure_weight` times the mean of w (1 - SSIM)
 * over all 7x7 boxes (kernels.h says which SSIM); w is `masked_weight` where the mask of a batch is
 * 1, else 1. */
struct loss {
    double masked_weight, structure_weight;
};

struct trainer_batch {
    const float *input, *target;
    const float *mask; /* NULL = none; needs trainer_use_loss */
    int count;
};

/* 1 <= count <= batch_size in all calls; sides are those of network_fits. */
struct trainer *trainer_create(const struct parameters *initial, int width, int height,
                               int batch_size, double learning_rate, int threads,
                               struct error *err);
void trainer_destroy(struct trainer *trainer);

/* From the next step on; without it the loss is that of the reference method. */
MUST_CHECK bool trainer_use_loss(struct trainer *trainer, const struct loss *loss,
                                 struct error *err);
void trainer_set_learning_rate(struct trainer *trainer, double learning_rate);

/* Returns true with the loss before the update, also when it is not finite (then nothing is
 * updated). */
MUST_CHECK bool trainer_step(struct trainer *trainer, const float *input, const float *target,
                             int count, double *ret_loss, struct error *err);
MUST_CHECK bool trainer_step_batch(struct trainer *trainer, const struct trainer_batch *batch,
                                   double *ret_loss, struct error *err);

/* The weights and running statistics as they are now, in plain layouts. */
MUST_CHECK bool trainer_export(struct trainer *trainer, struct parameters *ret_parameters,
                               struct error *err);

/* Forward in training mode and backward without update: gradients of the loss by every weight,
 * bias, gamma and beta (mean and variance stay zero; so does a bias before batch norm, which the
 * batch's mean cancels). For tests. */
MUST_CHECK bool trainer_gradients(struct trainer *trainer, const float *input, const float *target,
                                  int count, double *ret_loss, struct parameters *ret_gradients,
                                  struct error *err);

/* Everything a bit-identical continuation needs (weights, statistics, both moments, step number),
 * appended to `out`; loading refuses another size with ERROR_FORMAT. */
MUST_CHECK bool trainer_save_state(struct trainer *trainer, struct buffer *out, struct error *err);
MUST_CHECK bool trainer_load_state(struct trainer *trainer, const void *data, size_t size,
                                   struct error *err);

/* One line per primitive: "enc1 backward-weights jit:avx512_core". */
MUST_CHECK bool trainer_describe(const struct trainer *trainer, struct buffer *out,
                                 struct error *err);

#endif
