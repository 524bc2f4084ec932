/* Reconstruction error, frame scores and percentiles. Pure functions; no allocation; any thread.
 *
 * Shapes: planes are float [3][height][width] 0..1; a map is float [height][width] of squared
 * error. Sums run in a fixed order in double, so that the same map gives the same bits whatever the
 * instruction set. Source: the reference method, as people know it; percentiles by linear
 * interpolation between closest ranks (Hyndman & Fan 1996, type 7), as numpy.percentile does.
 */
#ifndef SCORE_ERROR_MAP_H
#define SCORE_ERROR_MAP_H

#include <stddef.h>

/* Mean over the channels of the squared difference. */
void error_map_compute(const float *input, const float *reconstruction, int width, int height,
                       float *ret_map);

/* count >= 1. */
double score_mean(const float *map, size_t count);

/* Mean of the k largest values. 1 <= k <= count. */
double score_top_k(const float *map, size_t count, size_t k);

/* max(min_pixels, percent of count rounded down), at least 1 and at most count. */
size_t score_top_k_size(size_t count, double percent, int min_pixels);

/* `values` is reordered. count >= 1; 0 <= percent <= 100; numbers only. */
double percentile_of(double *values, size_t count, double percent);

/* Where a percentile lies among sorted values: between ranks `below` and `below` + 1 (0-based), at
 * `fraction` of the way; `fraction` is 0 at the last rank. */
struct percentile_position {
    size_t below;
    double fraction;
};
struct percentile_position percentile_position_of(size_t count, double percent);
double percentile_between(double below, double above, double fraction);

#endif
