/* Where a leak may begin, and what the ground around it does to the liquid. Pure; any thread. */
#ifndef SPILLS_LEAK_SITE_H
#define SPILLS_LEAK_SITE_H

#include "base/rng.h"
#include "leak_march.h"
#include "light.h"

/* A place in the region with ground that is neither saturated nor black within `reach_px` to all
 * sides, of the most even of some that are drawn. ERROR_INPUT when none of many is fit. */
MUST_CHECK bool site_choose(const struct light *background, struct rect region, float reach_px,
                            struct rng *rng, int *ret_x, int *ret_y, struct error *err);

/* Multiplies slowness by what is seen of the ground: edges are steps that hold liquid back, dark
 * lines are joints that lead it along. */
void site_shape_ground(const struct light *background, struct leak_march *march);

#endif
