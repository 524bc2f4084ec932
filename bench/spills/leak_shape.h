/* The shapes of leaks that grow by an edge: each gives a front that reaches further than `area_px`.
 *
 * All are seeded by `rng`. Errors: as site_choose, march_init and front_init say.
 */
#ifndef SPILLS_LEAK_SHAPE_H
#define SPILLS_LEAK_SHAPE_H

#include "base/rng.h"
#include "leak.h"
#include "leak_front.h"

struct leak_ground {
    const struct light *background; /* borrowed */
    struct rect region;             /* where a leak may begin */
    float tilt;
    float unit_px; /* 1/432 of the picture's height: what is a pixel in a small picture */
};

/* Radius of a circle on the floor with this area in the picture, px to the side. */
float leak_radius_px(double area_px, float tilt);

/* Cells per px so that a leak of this area has outlines worth the name. */
int leak_scale_for(double area_px);

/* The part of the frame that reaches so far from (x, y), clipped. */
struct rect leak_reach(const struct light *background, int x, int y, double side_px, double up_px,
                       double down_px);

/* Puddle, film, stain. */
MUST_CHECK bool pool_shape(enum leak_kind kind, const struct leak_ground *ground, double area_px,
                           struct rng *rng, struct leak_front *ret_front, struct error *err);
MUST_CHECK bool crust_shape(const struct leak_ground *ground, double area_px, struct rng *rng,
                            struct leak_front *ret_front, struct error *err);
MUST_CHECK bool trickle_shape(const struct leak_ground *ground, double area_px, struct rng *rng,
                              struct leak_front *ret_front, struct error *err);

#endif
