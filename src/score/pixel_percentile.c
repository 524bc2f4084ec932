/* The pixel threshold of the second trigger, pooled over all pixels of all validation pictures.
 *
 * A percentile needs one or two order statistics near the top, so only the `kept` largest values
 * seen so far matter. They gather in a store of twice that size; when it is full, the smaller half
 * goes and the smallest one left becomes the floor that new values must exceed. Values equal to the
 * floor may be passed over: as many as matter are in the store already.
 */
#include "score/pixel_percentile.h"

#include "score/error_map.h"
#include "score/rank.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { STORE_EXTRA = 4096 };

struct pixel_percentile {
    struct percentile_position position;
    size_t total, added;
    size_t kept; /* of the largest values, this many decide */
    size_t used, capacity;
    float floor;
    float *store;
};

struct pixel_percentile *pixel_percentile_create(size_t total_count, double percent,
                                                 struct error *err)
{
    assert(total_count >= 1);
    struct percentile_position position = percentile_position_of(total_count, percent);
    size_t kept = total_count - position.below;
    size_t capacity =
        total_count - kept > kept + STORE_EXTRA ? 2 * kept + STORE_EXTRA : total_count;
    struct pixel_percentile *pixels = calloc(1, sizeof *pixels);
    float *store =
        total_count <= PTRDIFF_MAX / sizeof *store ? malloc(capacity * sizeof *store) : NULL;
    if (!pixels || !store) {
        free(pixels);
        free(store);
        error_set(err, ERROR_MEMORY,
                  "no memory for the largest %zu of %zu pixel errors; use fewer pictures or a "
                  "higher heatmap_trigger.pixel_error_percentile",
                  kept, total_count);
        return NULL;
    }
    *pixels = (struct pixel_percentile){.position = position,
                                        .total = total_count,
                                        .kept = kept,
                                        .capacity = capacity,
                                        .floor = -INFINITY,
                                        .store = store};
    return pixels;
}

void pixel_percentile_destroy(struct pixel_percentile *pixels)
{
    if (!pixels)
        return;
    free(pixels->store);
    free(pixels);
}

static void drop_smaller_ones(struct pixel_percentile *pixels)
{
    const float least = rank_largest(pixels->store, pixels->used, pixels->kept);
    size_t above = 0;
    for (size_t i = 0; i < pixels->used; i++)
        if (pixels->store[i] > least)
            pixels->store[above++] = pixels->store[i];
    while (above < pixels->kept)
        pixels->store[above++] = least;
    pixels->used = pixels->kept;
    pixels->floor = least;
}

void pixel_percentile_add(struct pixel_percentile *pixels, const float *map, size_t count)
{
    assert(count <= pixels->total - pixels->added);
    pixels->added += count;
    for (size_t i = 0; i < count; i++) {
        if (!(map[i] > pixels->floor))
            continue;
        if (pixels->used == pixels->capacity)
            drop_smaller_ones(pixels);
        pixels->store[pixels->used++] = map[i];
    }
}

double pixel_percentile_result(struct pixel_percentile *pixels)
{
    assert(pixels->added == pixels->total);
    double below = (double)rank_largest(pixels->store, pixels->used, pixels->kept);
    if (pixels->position.fraction == 0.0)
        return below;
    double above = (double)rank_largest(pixels->store, pixels->used, pixels->kept - 1);
    return percentile_between(below, above, pixels->position.fraction);
}
