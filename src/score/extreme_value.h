/* How high does it get once in a very long time? A Gumbel distribution fitted to the maxima of
 * blocks.
 *
 * Pure; any thread. Sources: Gumbel, Statistics of Extremes, 1958, 5.2; the fit by L-moments,
 * Hosking, J. R. Statist. Soc. B 52 (1990), table 2. The shape is fixed at 0, the limit of
 * noise-like maxima: with the 20 to 100 blocks that a capture has, a free shape has an error that
 * no extrapolation to a month survives (Coles, An Introduction to Statistical Modeling of Extreme
 * Values, 2001, 3.3).
 */
#ifndef SCORE_EXTREME_VALUE_H
#define SCORE_EXTREME_VALUE_H

#include <stddef.h>

struct gumbel {
    double location, scale; /* scale >= 0 */
};

/* `maxima` is sorted in place; count >= 2. */
struct gumbel gumbel_fit(double *maxima, size_t count);

/* What is exceeded once in `blocks` blocks on average; blocks > 1. */
double gumbel_return_level(struct gumbel gumbel, double blocks);

#endif
