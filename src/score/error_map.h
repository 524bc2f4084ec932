/* Reconstruction error, frame scores and percentiles. Pure functions; no allocation; any thread.
 *
 * Shapes: planes are float [3][height][width] 0..1; a map is float [height][width] of squared
 * error. Source: the reference method (DESIGN section 8); percentiles by linear interpolation
 * between closest ranks (Hyndman & Fan 1996, type 7), as numpy.percentile does.
 */
#ifndef SCORE_ERROR_MAP_H
#define SCORE_ERROR_MAP_H

#include <stddef.h>

/* Mean over the channels of the squared difference. */
void error_map_compute(const float *input, const float *reconstruction, int width, int height,
                       float *ret_map);

double score_mean(const float *map, size_t count);

/* Mean of the k largest values; `scratch` has room for `count` floats. 1 <= k <= count. */
double score_top_k(const float *map, size_t count, size_t k, float *scratch);

/* max(min_pixels, percent of count), at most count. */
size_t score_top_k_size(size_t count, double percent, int min_pixels);

/* `values` is reordered. count >= 1; 0 <= percent <= 100. */
double percentile_of(double *values, size_t count, double percent);

#endif
