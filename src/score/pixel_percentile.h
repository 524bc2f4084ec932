/* The exact percentile of all pixels of many error maps, without keeping them all.
 *
 * Keeps the largest (100 - percent) % of the values, which is all that a high percentile needs. The
 * number of values must be known beforehand. Interpolates like percentile_of. Ownership:
 * create/destroy (takes NULL). One thread. Errors: ERROR_MEMORY.
 */
#ifndef SCORE_PIXEL_PERCENTILE_H
#define SCORE_PIXEL_PERCENTILE_H

#include "base/error.h"

#include <stddef.h>

struct pixel_percentile;

/* total_count >= 1; 0 <= percent <= 100. */
struct pixel_percentile *pixel_percentile_create(size_t total_count, double percent,
                                                 struct error *err);
void pixel_percentile_destroy(struct pixel_percentile *pixels);
/* Finite values only. */
void pixel_percentile_add(struct pixel_percentile *pixels, const float *map, size_t count);
/* All total_count values must have been added. */
double pixel_percentile_result(struct pixel_percentile *pixels);

#endif
