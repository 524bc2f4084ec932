/* Smooth random fields: random numbers on a coarse grid, interpolated in between.
 *
 * Shapes: the field is float [height][width], from -1 to 1. Any thread; nothing is allocated.
 * Source: value noise with the smoothstep weight 3t² - 2t³ (Perlin 1985).
 */
#ifndef MODEL_SMOOTH_FIELD_H
#define MODEL_SMOOTH_FIELD_H

#include "base/rng.h"

#include <stddef.h>

enum { SMOOTH_CELLS_MAX = 16, SMOOTH_SIDE_MAX = 4096 };

/* `cells_x` x `cells_y` cells, 1 to SMOOTH_CELLS_MAX each; sides up to SMOOTH_SIDE_MAX. */
void smooth_field_fill(struct rng *rng, int cells_x, int cells_y, int width, int height,
                       float *ret_field);

#endif
