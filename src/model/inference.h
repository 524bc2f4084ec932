/* Runs the trained network on one picture at a time.
 *
 * Shapes: input and reconstruction are float [3][height][width], 0..1.
 * Ownership: borrows `parameters` only during create. Everything is allocated there; inference_run
 * allocates nothing of ours. Thread: one at a time. Bits are the same for 1 and 2 threads.
 */
#ifndef MODEL_INFERENCE_H
#define MODEL_INFERENCE_H

#include "base/buffer.h"
#include "model/network.h"

struct inference;

struct inference *inference_create(const struct parameters *parameters, int width, int height,
                                   int threads, struct error *err);
void inference_destroy(struct inference *inference);

MUST_CHECK bool inference_run(struct inference *inference, const float *input,
                              float *ret_reconstruction, struct error *err);

/* Writes one line per primitive, "enc1 forward jit:avx512_core", for tests and the bench. */
MUST_CHECK bool inference_describe(const struct inference *inference, struct buffer *out,
                                   struct error *err);

#endif
