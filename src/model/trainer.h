/* One training step of the network: forward, loss, backward, batch norm statistics, Adam.
 *
 * Shapes: a batch is float [count][3][height][width], 0..1; the target is what the reconstruction
 * is compared with. The loss is the mean of squared differences over all elements of the batch.
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

/* 1 <= count <= batch_size in all calls; sides are those of network_fits. */
struct trainer *trainer_create(const struct parameters *initial, int width, int height,
                               int batch_size, double learning_rate, int threads,
                               struct error *err);
void trainer_destroy(struct trainer *trainer);

/* Returns true with the loss before the update, also when it is not finite (then nothing is
 * updated). */
MUST_CHECK bool trainer_step(struct trainer *trainer, const float *input, const float *target,
                             int count, double *ret_loss, struct error *err);

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
