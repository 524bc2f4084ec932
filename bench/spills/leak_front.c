/* From arrivals to a surface. The distance to the edge is (level's arrival - own arrival) divided
 * by the steepness of the arrival: exact near the edge, where it decides cover and meniscus, and
 * anything large inside, where it no longer matters. Ranks instead of arrivals make the area right
 * by construction: the level set through the n-th earliest cell holds n cells.
 */
#include "leak_front.h"

#include "leak_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN_PX = 2 };

/* What was reached, in px of the patch, with a margin; false when nothing was. */
static bool reached_rect(const struct leak_march *march, struct rect *ret_rect, size_t *ret_count)
{
    const struct leak_patch *patch = &march->patch;
    int left = patch->width, top = patch->height, right = -1, bottom = -1;
    size_t count = 0;
    for (int y = 0; y < patch->height; y++) {
        for (int x = 0; x < patch->width; x++) {
            if (!isfinite(march->arrival[y * patch->width + x]))
                continue;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
            count++;
        }
    }
    if (count == 0)
        return false;
    left = left / patch->scale - MARGIN_PX;
    top = top / patch->scale - MARGIN_PX;
    right = right / patch->scale + MARGIN_PX;
    bottom = bottom / patch->scale + MARGIN_PX;
    left = left > 0 ? left : 0;
    top = top > 0 ? top : 0;
    right = right < patch->rect.width ? right : patch->rect.width - 1;
    bottom = bottom < patch->rect.height ? bottom : patch->rect.height - 1;
    *ret_rect = (struct rect){left, top, right - left + 1, bottom - top + 1};
    *ret_count = count;
    return true;
}

/* Central difference where both neighbours were reached, else one-sided, else 0. */
static float difference(float before, float here, float after)
{
    if (isfinite(before) && isfinite(after))
        return 0.5f * (after - before);
    if (isfinite(after))
        return after - here;
    return isfinite(before) ? here - before : 0.0f;
}

static float arrival_at(const struct leak_march *march, int x, int y)
{
    if (x < 0 || y < 0 || x >= march->patch.width || y >= march->patch.height)
        return INFINITY;
    return march->arrival[y * march->patch.width + x];
}

static void gradient_at(const struct leak_march *march, int x, int y, float *ret_dx, float *ret_dy)
{
    const float here = arrival_at(march, x, y);
    *ret_dx = *ret_dy = 0.0f;
    if (!isfinite(here))
        return;
    *ret_dx = difference(arrival_at(march, x - 1, y), here, arrival_at(march, x + 1, y));
    *ret_dy = difference(arrival_at(march, x, y - 1), here, arrival_at(march, x, y + 1));
}

/* The direction is the mean of the neighbours' unit vectors, so it is shorter where they disagree:
 * where lobes met there is no edge, and rough ground must not glitter. */
static struct front_cell front_cell_of(const struct leak_march *march, int x, int y)
{
    struct front_cell cell = {.arrival = arrival_at(march, x, y)};
    if (!isfinite(cell.arrival))
        return cell;
    float dx, dy;
    for (int i = 0; i < 9; i++) {
        gradient_at(march, x + i % 3 - 1, y + i / 3 - 1, &dx, &dy);
        const float steepness = fmaxf(sqrtf(dx * dx + dy * dy), 1e-3f);
        cell.inward_x -= dx / (9.0f * steepness);
        cell.inward_y -= dy / (9.0f * steepness);
    }
    gradient_at(march, x, y, &dx, &dy);
    const float steepness = fmaxf(sqrtf(dx * dx + dy * dy), 1e-3f);
    cell.px_per_arrival = 1.0f / (steepness * (float)march->patch.scale);
    return cell;
}

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

bool front_init(struct leak_front *ret_front, const struct leak_march *march, uint32_t seed,
                float unevenness, float wave_px, struct error *err)
{
    struct rect crop;
    size_t count;
    if (!reached_rect(march, &crop, &count))
        return error_set(err, ERROR_INPUT, "the leak has no place to spread to");
    const struct rect in_frame = {march->patch.rect.x + crop.x, march->patch.rect.y + crop.y,
                                  crop.width, crop.height};
    struct leak_front front = {.patch = leak_patch_of(in_frame, march->patch.scale)};
    const size_t cells = (size_t)front.patch.width * (size_t)front.patch.height;
    front.cells = malloc(cells * sizeof *front.cells);
    front.sorted = malloc(count * sizeof *front.sorted);
    if (!front.cells || !front.sorted) {
        front_finish(&front);
        return error_set(err, ERROR_MEMORY, "no memory for a leak of %zu cells", cells);
    }
    const int left = crop.x * front.patch.scale, top = crop.y * front.patch.scale;
    for (int y = 0; y < front.patch.height; y++) {
        for (int x = 0; x < front.patch.width; x++) {
            struct front_cell *cell = &front.cells[y * front.patch.width + x];
            *cell = front_cell_of(march, left + x, top + y);
            if (!isfinite(cell->arrival))
                continue;
            front.sorted[front.reached++] = cell->arrival;
            const float u = leak_patch_x(&front.patch, x) / wave_px;
            const float v = leak_patch_y(&front.patch, y) / (wave_px * march->tilt);
            cell->bed = fmaxf(1.0f + unevenness * noise_fractal(seed, 3, u, v), 0.15f);
        }
    }
    qsort(front.sorted, front.reached, sizeof *front.sorted, compare_floats);
    *ret_front = front;
    return true;
}

void front_finish(struct leak_front *front)
{
    free(front->cells);
    free(front->sorted);
    *front = (struct leak_front){0};
}

static float arrival_of_level(const struct leak_front *front, double level)
{
    const double last = (double)(front->reached - 1);
    const double position = fmin(level, last);
    const size_t index = (size_t)position;
    if (index + 1 >= front->reached)
        return front->sorted[front->reached - 1];
    const float part = (float)(position - (double)index);
    return front->sorted[index] + part * (front->sorted[index + 1] - front->sorted[index]);
}

static float smooth_step(float t)
{
    t = fminf(fmaxf(t, 0.0f), 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

void front_render(const struct leak_front *front, double level, struct front_edge edge,
                  struct leak_cell *ret_cells)
{
    const size_t count = (size_t)front->patch.width * (size_t)front->patch.height;
    memset(ret_cells, 0, count * sizeof *ret_cells);
    if (!(level > 0.0))
        return;
    const float now = arrival_of_level(front, level);
    const float sharpness = (float)front->patch.scale;
    const float ahead_px = fmaxf(edge.softness_px, 0.5f / sharpness);
    for (size_t i = 0; i < count; i++) {
        const struct front_cell *from = &front->cells[i];
        const float inside_px = (now - from->arrival) * from->px_per_arrival;
        if (!(inside_px > -ahead_px)) /* also where it never comes */
            continue;
        struct leak_cell *cell = &ret_cells[i];
        if (edge.softness_px > 0.0f) {
            cell->cover = smooth_step(0.5f + 0.5f * inside_px / edge.softness_px);
            cell->depth = from->bed;
            continue;
        }
        const float rise = expf(-fmaxf(inside_px, 0.0f) / edge.meniscus_px);
        cell->cover = fminf(inside_px * sharpness + 0.5f, 1.0f);
        const float bank = expf(-fmaxf(inside_px, 0.0f) / edge.bank_px);
        cell->depth = from->bed * (1.0f - 0.9f * rise) * (1.0f - 0.5f * bank);
        cell->slope_x = rise * from->inward_x;
        cell->slope_y = rise * from->inward_y;
    }
}
