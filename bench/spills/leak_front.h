/* A leak with an edge that moves: which cells it covers at which level, and how its surface lies.
 *
 * Made of the arrivals of a march (leak_march.h), cropped to what was reached. The level is a
 * number of cells: so many of those that are reached first are covered, whatever the arrivals'
 * unit. Ownership: front_finish takes a zeroed struct; the march may go after front_init. One
 * thread.
 */
#ifndef SPILLS_LEAK_FRONT_H
#define SPILLS_LEAK_FRONT_H

#include "leak_march.h"

/* The surface at one moment, which the optics look at. */
struct leak_cell {
    float cover;            /* 0..1 */
    float depth;            /* about 1 where it is as deep as this leak gets */
    float slope_x, slope_y; /* uphill; 1 = as steep as a contact line gets */
};

struct front_cell {
    float arrival; /* INFINITY where it never comes */
    float px_per_arrival;
    float inward_x, inward_y; /* away from where the liquid goes, in the picture; length <= 1 */
    float bed;                /* depth where the ground is flat, about 1 */
};

struct leak_front {
    struct leak_patch patch;
    struct front_cell *cells; /* [height][width] */
    float *sorted;            /* the arrivals, earliest first */
    size_t reached;
};

/* How the edge looks. */
struct front_edge {
    float meniscus_px; /* the surface comes up from the ground within this */
    float bank_px;     /* the ground goes down within this: shallow margins */
    float softness_px; /* > 0: no edge, the cover rises within twice this, and no meniscus */
};

/* ERROR_INPUT when the march reached nothing; ERROR_MEMORY. The bed is uneven by `unevenness` with
 * a wavelength of `wave_px`. */
MUST_CHECK bool front_init(struct leak_front *ret_front, const struct leak_march *march,
                           uint32_t seed, float unevenness, float wave_px, struct error *err);
void front_finish(struct leak_front *front);

/* `level` 0..reached; ret_cells: [height][width], wholly written. */
void front_render(const struct leak_front *front, double level, struct front_edge edge,
                  struct leak_cell *ret_cells);

#endif
