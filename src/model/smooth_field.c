/* Value noise, row by row: the two grid rows around a picture row are mixed first, so that a pixel
 * costs one more mixture. All random numbers are drawn before the first pixel: how many there are
 * depends on the cells alone. */
#include "model/smooth_field.h"

#include <assert.h>

enum { NODES_MAX = SMOOTH_CELLS_MAX + 1 };

/* Where position i of `length` lies among `cells`: the cell, and the share of its far side. */
struct place {
    int cell;
    float share;
};

static struct place place_of(int i, int length, int cells)
{
    const float at = ((float)i + 0.5f) * (float)cells / (float)length;
    int cell = (int)at;
    if (cell >= cells)
        cell = cells - 1;
    const float t = at - (float)cell;
    return (struct place){.cell = cell, .share = t * t * (3.0f - 2.0f * t)};
}

void smooth_field_fill(struct rng *rng, int cells_x, int cells_y, int width, int height,
                       float *ret_field)
{
    assert(cells_x >= 1 && cells_x <= SMOOTH_CELLS_MAX && cells_y >= 1 &&
           cells_y <= SMOOTH_CELLS_MAX && width <= SMOOTH_SIDE_MAX);
    float nodes[NODES_MAX][NODES_MAX], row[NODES_MAX];
    struct place columns[SMOOTH_SIDE_MAX];
    for (int y = 0; y <= cells_y; y++)
        for (int x = 0; x <= cells_x; x++)
            nodes[y][x] = (float)rng_uniform_between(rng, -1.0, 1.0);
    for (int x = 0; x < width; x++)
        columns[x] = place_of(x, width, cells_x);
    for (int y = 0; y < height; y++) {
        const struct place line = place_of(y, height, cells_y);
        for (int x = 0; x <= cells_x; x++)
            row[x] =
                nodes[line.cell][x] + line.share * (nodes[line.cell + 1][x] - nodes[line.cell][x]);
        for (int x = 0; x < width; x++) {
            const struct place *column = &columns[x];
            *ret_field++ =
                row[column->cell] + column->share * (row[column->cell + 1] - row[column->cell]);
        }
    }
}
