/* Drops: domes that appear one by one around a leak that sprays or drips; some run down.
 *
 * Positions, order and paths are the seed's; `size` scales all radii, so that a wanted area can be
 * met. The clock is the fraction of the growth, 0..1; from 1 on nothing changes.
 */
#ifndef SPILLS_LEAK_DROPS_H
#define SPILLS_LEAK_DROPS_H

#include "leak_shape.h"

enum { DROPS_MAX = 70, DROP_BENDS = 4 };

struct leak_drop {
    float x, y;        /* px, where it lands */
    float radius_px;   /* to the side, at size 1 */
    float born, risen; /* fractions of the growth: first seen, full size */
    float wave[2];     /* phases of its outline */
    float run_px;      /* how far it runs; 0 = it stays */
    float runs_from, runs_until;
    float bend[DROP_BENDS]; /* px to the side at equal parts of the run */
};

struct leak_drops {
    struct leak_patch patch;
    float tilt, size;
    int count;
    struct leak_drop drops[DROPS_MAX];
};

/* The largest `size` for which the patch has room. */
#define DROPS_SIZE_MAX 2.0f

/* At size 1 the area is about right. Errors as site_choose says. */
MUST_CHECK bool drops_plan(struct leak_drops *ret_drops, const struct leak_ground *ground,
                           double area_px, struct rng *rng, struct error *err);

/* ret_cells: [height][width] of the patch, wholly written. */
void drops_render(const struct leak_drops *drops, float fraction, struct leak_cell *ret_cells);

#endif
