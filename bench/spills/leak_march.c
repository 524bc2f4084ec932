/* Fast marching: the cell with the earliest arrival is final, and its neighbours' arrivals follow
 * from the upwind difference equation. A binary heap holds the front; `place` finds a cell in it,
 * so that an arrival that gets earlier moves up instead of being entered twice.
 */
#include "leak_march.h"

#include <math.h>
#include <stdlib.h>

enum { PLACE_NONE = -1, PLACE_DONE = -2 };

struct leak_patch leak_patch_of(struct rect rect, int scale)
{
    return (struct leak_patch){
        .rect = rect, .scale = scale, .width = rect.width * scale, .height = rect.height * scale};
}

bool march_init(struct leak_march *ret_march, struct leak_patch patch, struct error *err)
{
    const size_t cells = (size_t)patch.width * (size_t)patch.height;
    struct leak_march march = {.patch = patch, .tilt = 1.0f};
    march.slowness = malloc(cells * sizeof *march.slowness);
    march.arrival = malloc(cells * sizeof *march.arrival);
    march.heap = malloc(cells * sizeof *march.heap);
    march.place = malloc(cells * sizeof *march.place);
    if (!march.slowness || !march.arrival || !march.heap || !march.place) {
        march_finish(&march);
        return error_set(err, ERROR_MEMORY, "no memory for a leak's ground of %dx%d cells",
                         patch.width, patch.height);
    }
    for (size_t i = 0; i < cells; i++) {
        march.slowness[i] = 1.0f;
        march.arrival[i] = INFINITY;
        march.place[i] = PLACE_NONE;
    }
    *ret_march = march;
    return true;
}

void march_finish(struct leak_march *march)
{
    free(march->slowness);
    free(march->arrival);
    free(march->heap);
    free(march->place);
    *march = (struct leak_march){0};
}

static void heap_put(struct leak_march *march, int32_t index, int32_t cell)
{
    march->heap[index] = cell;
    march->place[cell] = index;
}

static void heap_rise(struct leak_march *march, int32_t cell)
{
    int32_t index = march->place[cell];
    while (index > 0) {
        const int32_t parent = (index - 1) / 2;
        if (march->arrival[march->heap[parent]] <= march->arrival[cell])
            break;
        heap_put(march, index, march->heap[parent]);
        index = parent;
    }
    heap_put(march, index, cell);
}

static int32_t heap_take(struct leak_march *march)
{
    const int32_t first = march->heap[0];
    march->place[first] = PLACE_DONE;
    const int32_t cell = march->heap[--march->heap_size];
    if (march->heap_size == 0)
        return first;
    int32_t index = 0;
    for (;;) {
        int32_t child = 2 * index + 1;
        if (child >= march->heap_size)
            break;
        if (child + 1 < march->heap_size &&
            march->arrival[march->heap[child + 1]] < march->arrival[march->heap[child]])
            child++;
        if (march->arrival[cell] <= march->arrival[march->heap[child]])
            break;
        heap_put(march, index, march->heap[child]);
        index = child;
    }
    heap_put(march, index, cell);
    return first;
}

static void arrive(struct leak_march *march, int32_t cell, float at)
{
    if (march->place[cell] == PLACE_DONE || at >= march->arrival[cell])
        return;
    march->arrival[cell] = at;
    if (march->place[cell] == PLACE_NONE)
        march->place[cell] = march->heap_size++;
    heap_rise(march, cell);
}

void march_seed(struct leak_march *march, int column, int row, float at)
{
    if (column >= 0 && row >= 0 && column < march->patch.width && row < march->patch.height)
        arrive(march, row * march->patch.width + column, at);
}

static float done_arrival(const struct leak_march *march, int column, int row)
{
    if (column < 0 || row < 0 || column >= march->patch.width || row >= march->patch.height)
        return INFINITY;
    const int32_t cell = row * march->patch.width + column;
    return march->place[cell] == PLACE_DONE ? march->arrival[cell] : INFINITY;
}

/* The later root of ((t - a) / da)^2 + ((t - b) / db)^2 = 1, or of one term where only that counts:
 * `da` and `db` are the times that a step takes. */
static float upwind(float a, float da, float b, float db)
{
    const float alone = fminf(a + da, b + db);
    if (!(fabsf(a - b) < INFINITY))
        return alone;
    const float wa = 1.0f / (da * da), wb = 1.0f / (db * db);
    const float mean = (wa * a + wb * b) / (wa + wb);
    const float inside = (1.0f - wa * wb / (wa + wb) * (a - b) * (a - b)) / (wa + wb);
    if (inside < 0.0f)
        return alone;
    const float both = mean + sqrtf(inside);
    return both >= fmaxf(a, b) ? both : alone;
}

static void update(struct leak_march *march, int column, int row)
{
    if (column < 0 || row < 0 || column >= march->patch.width || row >= march->patch.height)
        return;
    const int32_t cell = row * march->patch.width + column;
    if (march->place[cell] == PLACE_DONE)
        return;
    const float slowness = march->slowness[cell];
    const float side =
        fminf(done_arrival(march, column - 1, row), done_arrival(march, column + 1, row));
    const float step = slowness / march->tilt, ease = 1.0f + march->downhill;
    const float above = done_arrival(march, column, row - 1);
    const float below = done_arrival(march, column, row + 1);
    const float down = upwind(side, slowness, above, step / ease);
    const float up = upwind(side, slowness, below, step * ease);
    arrive(march, cell, fminf(down, up));
}

void march_run(struct leak_march *march, size_t cells)
{
    for (size_t done = 0; march->heap_size > 0 && done < cells; done++) {
        const int32_t cell = heap_take(march);
        const int column = cell % march->patch.width, row = cell / march->patch.width;
        update(march, column - 1, row);
        update(march, column + 1, row);
        update(march, column, row - 1);
        update(march, column, row + 1);
    }
    /* What is still on the front only has a guess, and no arrival. */
    for (int32_t i = 0; i < march->heap_size; i++)
        march->arrival[march->heap[i]] = INFINITY;
    march->heap_size = 0;
}
