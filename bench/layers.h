/* The work of a network: how much it is, and, for the reference one, how long each part takes. */
#ifndef BENCH_LAYERS_H
#define BENCH_LAYERS_H

#include "model/network.h"

/* Multiplications and additions of all convolutions, forward, for one picture, in 1e9. */
double network_gflop(const struct network *network, int width, int height);
/* Forward and both backward passes; the first layer has no gradient by its input. */
double training_gflop(const struct network *network, int width, int height);

/* Prints one line per primitive and kernel of the reference network: training with batches of 16,
 * then inference. */
MUST_CHECK bool layers_measure(int width, int height, int threads, int runs, double peak_gflops,
                               struct error *err);

#endif
