/* Where the picture lies against the normal one: gradient method on a pyramid, and cells for far
 * shifts.
 *
 * Everything runs on high-passed luma: what is left of a change of light there is too little to
 * pull at an edge. The linear system is solved with the normal picture's gradients, which never
 * change; the picture is moved instead, by bilinear interpolation.
 */
#include "score/scene_register.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3, STEPS = 4, HIGH_PASS_RADIUS = 6, CELL = 4, MARGIN = 2 };

static const float SOLID = 1e-6f; /* determinant per px² below which nothing can be said */

static const double LOST_LIKENESS = 0.5;
static const float VANISHED_SHARPNESS = 0.3f;

/* Half, a quarter and an eighth of the planes. */
struct level {
    int width, height;
    float *normal, *gradient_x, *gradient_y; /* [height][width] */
    float *luma, *moved;
    float noise; /* typical rest of the normal picture's own edges */
};

struct scene_register {
    struct scene_size size;
    struct level levels[LEVELS]; /* the finest first */
    float *scratch;              /* of a plane of the whole size */
    float *cells_normal, *cells_luma;
    int cell_columns, cell_rows;
};

static void halve(const float *from, int from_width, int width, int height, float *to)
{
    for (int y = 0; y < height; y++) {
        const float *upper = from + (size_t)(2 * y) * (size_t)from_width;
        const float *lower = upper + from_width;
        for (int x = 0; x < width; x++)
            to[(size_t)y * (size_t)width + (size_t)x] =
                0.25f * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
    }
}

/* Means over windows of 2 * radius + 1, cut off at the ends. */
static void box_line(const float *from, float *to, int count, int step, int radius)
{
    float sum = 0.0f;
    int end = radius < count ? radius : count - 1, inside = 0;
    for (int i = 0; i <= end; i++, inside++)
        sum += from[i * step];
    for (int i = 0; i < count; i++) {
        to[i * step] = sum / (float)inside;
        if (i + radius + 1 < count) {
            sum += from[(i + radius + 1) * step];
            inside++;
        }
        if (i - radius >= 0) {
            sum -= from[(i - radius) * step];
            inside--;
        }
    }
}

static void high_pass(float *plane, int width, int height, float *scratch)
{
    float *rows = scratch, *means = scratch + (size_t)width * (size_t)height;
    for (int y = 0; y < height; y++)
        box_line(plane + y * width, rows + y * width, width, 1, HIGH_PASS_RADIUS);
    for (int x = 0; x < width; x++)
        box_line(rows + x, means + x, height, width, HIGH_PASS_RADIUS);
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
        plane[i] -= means[i];
}

/* Fills one plane of each level from the luma plane of the whole size. */
static void make_pyramid(struct scene_register *registration, const float *luma, bool normal)
{
    const float *from = luma;
    int from_width = registration->size.width;
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        float *to = normal ? level->normal : level->luma;
        halve(from, from_width, level->width, level->height, to);
        from = to;
        from_width = level->width;
    }
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        high_pass(normal ? level->normal : level->luma, level->width, level->height,
                  registration->scratch);
    }
}

static void make_gradients(struct level *level)
{
    const int width = level->width;
    for (int y = 1; y + 1 < level->height; y++)
        for (int x = 1; x + 1 < width; x++) {
            const float *at = level->normal + y * width + x;
            level->gradient_x[y * width + x] = 0.5f * (at[1] - at[-1]);
            level->gradient_y[y * width + x] = 0.5f * (at[width] - at[-width]);
        }
}

/* Means of absolute values over cells of the second level: what far shifts are looked for with. */
static void make_cells(const struct scene_register *registration, const float *plane, float *cells)
{
    const struct level *level = &registration->levels[1];
    for (int row = 0; row < registration->cell_rows; row++)
        for (int column = 0; column < registration->cell_columns; column++) {
            float sum = 0.0f;
            for (int y = 0; y < CELL; y++)
                for (int x = 0; x < CELL; x++)
                    sum += fabsf(plane[(row * CELL + y) * level->width + column * CELL + x]);
            cells[row * registration->cell_columns + column] = sum;
        }
}

static bool reserve_level(struct level *level)
{
    size_t count = (size_t)level->width * (size_t)level->height;
    level->normal = malloc(count * sizeof(float));
    level->gradient_x = calloc(count, sizeof(float));
    level->gradient_y = calloc(count, sizeof(float));
    level->luma = calloc(count, sizeof(float));
    level->moved = malloc(count * sizeof(float));
    return level->normal && level->gradient_x && level->gradient_y && level->luma && level->moved;
}

static bool reserve(struct scene_register *registration)
{
    int width = registration->size.width, height = registration->size.height;
    for (int i = 0; i < LEVELS; i++) {
        width /= 2;
        height /= 2;
        registration->levels[i].width = width;
        registration->levels[i].height = height;
        if (!reserve_level(&registration->levels[i]))
            return false;
    }
    registration->cell_columns = registration->levels[1].width / CELL;
    registration->cell_rows = registration->levels[1].height / CELL;
    size_t cells = (size_t)registration->cell_columns * (size_t)registration->cell_rows;
    registration->cells_normal = malloc(cells * sizeof(float));
    registration->cells_luma = calloc(cells, sizeof(float));
    registration->scratch = malloc(scene_pixels(registration->size) * sizeof(float));
    return registration->cells_normal && registration->cells_luma && registration->scratch;
}

struct scene_register *scene_register_create(struct scene_size size, const float *normal_luma,
                                             struct error *err)
{
    struct scene_register *registration = calloc(1, sizeof *registration);
    if (registration)
        registration->size = size;
    if (!registration || !reserve(registration)) {
        scene_register_destroy(registration);
        error_set(err, ERROR_MEMORY, "no memory to register pictures of %dx%d px", size.width,
                  size.height);
        return NULL;
    }
    make_pyramid(registration, normal_luma, true);
    for (int i = 0; i < LEVELS; i++)
        make_gradients(&registration->levels[i]);
    make_cells(registration, registration->levels[1].normal, registration->cells_normal);
    return registration;
}

void scene_register_destroy(struct scene_register *registration)
{
    if (!registration)
        return;
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        free(level->normal);
        free(level->gradient_x);
        free(level->gradient_y);
        free(level->luma);
        free(level->moved);
    }
    free(registration->cells_normal);
    free(registration->cells_luma);
    free(registration->scratch);
    free(registration);
}

static float clamp(float value, float low, float high)
{
    return fminf(fmaxf(value, low), high);
}

/* moved(x, y) = luma(x + shift.x, y + shift.y), bilinear, border repeated. */
static void move(const struct level *level, struct shift shift)
{
    const int width = level->width, height = level->height;
    float floor_x = floorf(shift.x), floor_y = floorf(shift.y);
    float part_x = shift.x - floor_x, part_y = shift.y - floor_y;
    for (int y = 0; y < height; y++) {
        int above = (int)clamp((float)y + floor_y, 0.0f, (float)(height - 1));
        int below = above + 1 < height ? above + 1 : above;
        const float *upper = level->luma + above * width, *lower = level->luma + below * width;
        for (int x = 0; x < width; x++) {
            int left = (int)clamp((float)x + floor_x, 0.0f, (float)(width - 1));
            int right = left + 1 < width ? left + 1 : left;
            float first = upper[left] + part_x * (upper[right] - upper[left]);
            float second = lower[left] + part_x * (lower[right] - lower[left]);
            level->moved[y * width + x] = first + part_y * (second - first);
        }
    }
}

struct system {
    double xx, xy, yy, x, y, absolute;
};

/* Weighted normal equations of: moved - normal = gradient . step. */
static struct system collect(const struct level *level, float scale)
{
    struct system sums = {0};
    const int width = level->width;
    for (int y = MARGIN; y + MARGIN < level->height; y++) {
        float xx = 0.0f, xy = 0.0f, yy = 0.0f, sx = 0.0f, sy = 0.0f, absolute = 0.0f;
        for (int x = MARGIN; x + MARGIN < width; x++) {
            int i = y * width + x;
            float rest = level->moved[i] - level->normal[i], over = rest / scale;
            float weight = 1.0f / ((1.0f + over * over) * (1.0f + over * over));
            float gx = level->gradient_x[i], gy = level->gradient_y[i];
            xx += weight * gx * gx;
            xy += weight * gx * gy;
            yy += weight * gy * gy;
            sx += weight * gx * rest;
            sy += weight * gy * rest;
            absolute += fabsf(rest);
        }
        sums.xx += (double)xx, sums.xy += (double)xy, sums.yy += (double)yy;
        sums.x += (double)sx, sums.y += (double)sy, sums.absolute += (double)absolute;
    }
    return sums;
}

static struct shift refine(struct level *level, struct shift shift)
{
    const double count = (double)level->width * level->height;
    for (int step = 0; step < STEPS; step++) {
        move(level, shift);
        struct system sums = collect(level, fmaxf(level->noise, 0.02f));
        level->noise = 3.0f * (float)(sums.absolute / count);
        double determinant = sums.xx * sums.yy - sums.xy * sums.xy;
        if (determinant < (double)SOLID * count * (double)SOLID * count)
            return shift;
        float step_x = (float)((sums.yy * sums.x - sums.xy * sums.y) / determinant);
        float step_y = (float)((sums.xx * sums.y - sums.xy * sums.x) / determinant);
        shift.x -= clamp(step_x, -1.0f, 1.0f);
        shift.y -= clamp(step_y, -1.0f, 1.0f);
        if (fabsf(step_x) < 0.005f && fabsf(step_y) < 0.005f)
            break;
    }
    return shift;
}

struct tile {
    double both, normal, moved;
};

static double likeness_of(const struct tile *tile)
{
    return tile->both / sqrt(tile->normal * tile->moved + 1e-12);
}

/* Squares count a strong edge for more than many faint ones, as the eye does. */
static void compare(const struct level *level, struct edges *ret_edges)
{
    struct tile tiles[TILE_COUNT] = {0}, all = {0};
    double lost = 0.0, vanished = 0.0;
    for (int y = 0; y < level->height; y++)
        for (int x = 0; x < level->width; x++) {
            struct tile *tile = &tiles[y * TILE_ROWS / level->height * TILE_COLUMNS +
                                       x * TILE_COLUMNS / level->width];
            double normal = (double)level->normal[y * level->width + x];
            double moved = (double)level->moved[y * level->width + x];
            tile->both += normal * moved;
            tile->normal += normal * normal;
            tile->moved += moved * moved;
        }
    for (int i = 0; i < TILE_COUNT; i++) {
        all.both += tiles[i].both, all.normal += tiles[i].normal, all.moved += tiles[i].moved;
        if (likeness_of(&tiles[i]) < LOST_LIKENESS)
            lost += tiles[i].normal;
        if (tiles[i].moved < (double)(VANISHED_SHARPNESS * VANISHED_SHARPNESS) * tiles[i].normal)
            vanished += tiles[i].normal;
    }
    *ret_edges = (struct edges){.likeness = (float)likeness_of(&all),
                                .sharpness = (float)sqrt(all.moved / (all.normal + 1e-12)),
                                .lost = (float)(lost / (all.normal + 1e-12)),
                                .vanished = (float)(vanished / (all.normal + 1e-12))};
}

struct shift scene_register_find(struct scene_register *registration, const float *luma,
                                 struct edges *ret_edges)
{
    make_pyramid(registration, luma, false);
    struct shift shift = {0.0f, 0.0f};
    for (int i = LEVELS - 1; i >= 0; i--) {
        struct level *level = &registration->levels[i];
        level->noise = 0.3f;
        shift = refine(level, shift);
        if (i > 0)
            shift = (struct shift){2.0f * shift.x, 2.0f * shift.y};
    }
    move(&registration->levels[0], shift);
    compare(&registration->levels[0], ret_edges);
    return (struct shift){2.0f * shift.x, 2.0f * shift.y};
}

/* Correlation of the cells when the picture's are taken `dx`, `dy` further. */
static float correlate_cells(const struct scene_register *registration, int dx, int dy)
{
    const int columns = registration->cell_columns, rows = registration->cell_rows;
    double n = 0.0, a = 0.0, b = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;
    for (int y = dy < 0 ? -dy : 0; y < rows && y + dy < rows; y++)
        for (int x = dx < 0 ? -dx : 0; x < columns && x + dx < columns; x++) {
            double normal = (double)registration->cells_normal[y * columns + x];
            double luma = (double)registration->cells_luma[(y + dy) * columns + x + dx];
            n += 1.0, a += normal, b += luma;
            aa += normal * normal, bb += luma * luma, ab += normal * luma;
        }
    double variance = (aa - a * a / n) * (bb - b * b / n);
    return n > 0.0 && variance > 0.0 ? (float)((ab - a * b / n) / sqrt(variance)) : 0.0f;
}

struct shift scene_register_find_far(struct scene_register *registration, float *ret_likeness)
{
    const int far_x = registration->cell_columns / 4, far_y = registration->cell_rows / 4;
    make_cells(registration, registration->levels[1].luma, registration->cells_luma);
    int best_x = 0, best_y = 0;
    float best = -1.0f;
    for (int dy = -far_y; dy <= far_y; dy++)
        for (int dx = -far_x; dx <= far_x; dx++) {
            float likeness = correlate_cells(registration, dx, dy);
            if (likeness > best) {
                best = likeness;
                best_x = dx;
                best_y = dy;
            }
        }
    *ret_likeness = best;
    const float cell_px =
        4.0f * (float)CELL; /* the second level has a quarter of the planes' size */
    return (struct shift){cell_px * (float)best_x, cell_px * (float)best_y};
}

static void cubic_weights(float part, float ret_weights[4])
{
    const float t = part, t2 = t * t, t3 = t2 * t;
    ret_weights[0] = -0.5f * t3 + t2 - 0.5f * t;
    ret_weights[1] = 1.5f * t3 - 2.5f * t2 + 1.0f;
    ret_weights[2] = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
    ret_weights[3] = 0.5f * t3 - 0.5f * t2;
}

static int border(int i, int count)
{
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

static void undo_rows(const struct scene_size size, const float *from, float shift_x, float *to)
{
    const int width = size.width, whole = (int)floorf(shift_x);
    float w[4];
    cubic_weights(shift_x - (float)whole, w);
    int first = border(1 - whole, width), last = border(width - 2 - whole, width);
    for (int y = 0; y < size.height; y++) {
        const float *row = from + (size_t)y * (size_t)width;
        float *out = to + (size_t)y * (size_t)width;
        for (int x = 0; x < width; x++) {
            if (x == first && last > first) {
                for (; x < last; x++) {
                    const float *at = row + x + whole;
                    out[x] = w[0] * at[-1] + w[1] * at[0] + w[2] * at[1] + w[3] * at[2];
                }
            }
            int at = x + whole;
            out[x] = w[0] * row[border(at - 1, width)] + w[1] * row[border(at, width)] +
                     w[2] * row[border(at + 1, width)] + w[3] * row[border(at + 2, width)];
        }
    }
}

static void undo_columns(const struct scene_size size, const float *from, float shift_y, float *to)
{
    const int width = size.width, whole = (int)floorf(shift_y);
    float w[4];
    cubic_weights(shift_y - (float)whole, w);
    for (int y = 0; y < size.height; y++) {
        const float *rows[4];
        for (int k = 0; k < 4; k++)
            rows[k] = from + (size_t)border(y + whole - 1 + k, size.height) * (size_t)width;
        float *out = to + (size_t)y * (size_t)width;
        for (int x = 0; x < width; x++)
            out[x] = w[0] * rows[0][x] + w[1] * rows[1][x] + w[2] * rows[2][x] + w[3] * rows[3][x];
    }
}

void scene_register_undo(struct scene_register *registration, struct shift shift, float *planes)
{
    const size_t plane = scene_pixels(registration->size);
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        float *values = planes + channel * plane;
        undo_rows(registration->size, values, shift.x, registration->scratch);
        undo_columns(registration->size, registration->scratch, shift.y, values);
    }
}
