/* When does the liquid reach each place? A front that spreads from sources over uneven ground.
 *
 * The ground is a grid of cells, `scale` per pixel and side, over a part of the picture. Arrival is
 * in cells of travel at slowness 1; cells that were not reached are INFINITY. Going down in the
 * picture is quicker than going up by the factor (1 + downhill)^2, and a step up or down is
 * 1 / tilt times as long as one to the side, because floors are seen at an angle.
 * Ownership: march_finish takes a zeroed struct. One thread.
 *
 * Source: Sethian, "A fast marching level set method for monotonically advancing fronts", 1996.
 */
#ifndef SPILLS_LEAK_MARCH_H
#define SPILLS_LEAK_MARCH_H

#include "base/error.h"
#include "frame/convert.h"

#include <stddef.h>
#include <stdint.h>

struct leak_patch {
    struct rect rect;  /* px of the frame */
    int scale;         /* cells per px and side */
    int width, height; /* cells: rect times scale */
};

struct leak_patch leak_patch_of(struct rect rect, int scale);

/* Where the centre of a cell lies in the frame, px (pixel centres are whole numbers). */
static inline float leak_patch_x(const struct leak_patch *patch, int column)
{
    return (float)patch->rect.x + ((float)column + 0.5f) / (float)patch->scale - 0.5f;
}

static inline float leak_patch_y(const struct leak_patch *patch, int row)
{
    return (float)patch->rect.y + ((float)row + 0.5f) / (float)patch->scale - 0.5f;
}

struct leak_march {
    struct leak_patch patch;
    float tilt, downhill;
    float *slowness; /* [height][width], > 0, set by the caller */
    float *arrival;  /* [height][width] */
    int32_t *heap;   /* private: cells on the front, earliest first */
    int32_t *place;  /* private: cell → its index in the heap, or -1, or -2 when it is done */
    int32_t heap_size;
};

/* Slowness 1 everywhere, nothing reached. */
MUST_CHECK bool march_init(struct leak_march *ret_march, struct leak_patch patch,
                           struct error *err);
void march_finish(struct leak_march *march);

/* A source at a cell from time `at` on; ignored outside of the grid and where an earlier one is. */
void march_seed(struct leak_march *march, int column, int row, float at);

/* Spreads until `cells` are reached or none is left. */
void march_run(struct leak_march *march, size_t cells);

#endif
