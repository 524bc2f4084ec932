/* Where the picture lies against the normal one: gradient method on a pyramid.
 *
 * Everything runs on high-passed luma: what is left of a change of light there is too little to
 * pull at an edge. The linear system is solved with the normal picture's gradients, which never
 * change; the picture is moved instead. It is moved by a B-spline, which smooths it, and compared
 * with the normal picture smoothed likewise: interpolation that keeps edges sharp makes them
 * steeper or flatter with the part of a pixel, and shifts were wrong by up to 0.05 px for it.
 */
#include "score/scene_register.h"

#include "score/scene_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3, STEPS = 4, HIGH_PASS_RADIUS = 6, MARGIN = 2, SIDE_LEAST = 16, LANES = 8 };

static const float SOLID = 1e-6f; /* determinant per px² below which nothing can be said */
static const float STEP_LEAST = 0.005f, STEP_LEAST_COARSE = 0.05f; /* px of the level */

static const double LOST_LIKENESS = 0.5;
static const float VANISHED_SHARPNESS = 0.3f;

/* Half, a quarter and an eighth of the planes. */
struct level {
    struct scene_size size;
    float *normal; /* [height][width] */
    float *smooth; /* the same, as a B-spline that is not moved leaves it */
    float *gradient_x, *gradient_y;
    float *luma, *moved;
};

struct scene_register {
    struct scene_size size;
    struct level levels[LEVELS]; /* the finest first */
    float *scratch;              /* of a plane of the whole size */
};

static void halve(const float *restrict from, int from_width, struct scene_size size,
                  float *restrict to)
{
    for (int y = 0; y < size.height; y++) {
        const float *upper = from + (size_t)(2 * y) * (size_t)from_width;
        const float *lower = upper + from_width;
        float *row = to + (size_t)y * (size_t)size.width;
        for (int x = 0; x < size.width; x++)
            row[x] = 0.25f * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
    }
}

/* `scratch`: a plane and a row. */
static void high_pass(float *plane, struct scene_size size, float *scratch)
{
    const size_t count = scene_pixels(size);
    scene_box_mean(plane, size, HIGH_PASS_RADIUS, scratch + count, scratch);
    for (size_t i = 0; i < count; i++)
        plane[i] -= scratch[i];
}

/* Fills one plane of each level from the luma plane of the whole size. */
static void make_pyramid(struct scene_register *registration, const float *luma, bool normal)
{
    const float *from = luma;
    int from_width = registration->size.width;
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        float *to = normal ? level->normal : level->luma;
        halve(from, from_width, level->size, to);
        from = to;
        from_width = level->size.width;
    }
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        high_pass(normal ? level->normal : level->luma, level->size, registration->scratch);
    }
}

static void make_gradients(struct level *level, float *scratch)
{
    const int width = level->size.width;
    scene_resample(level->normal, level->size, (struct shift){0.0f, 0.0f}, resample_spline, scratch,
                   level->smooth);
    for (int y = 1; y + 1 < level->size.height; y++)
        for (int x = 1; x + 1 < width; x++) {
            const float *at = level->smooth + y * width + x;
            level->gradient_x[y * width + x] = 0.5f * (at[1] - at[-1]);
            level->gradient_y[y * width + x] = 0.5f * (at[width] - at[-width]);
        }
}

static bool reserve_level(struct level *level)
{
    size_t count = scene_pixels(level->size) + 1; /* a level may be empty, a plane is not NULL */
    level->normal = malloc(count * sizeof(float));
    level->smooth = malloc(count * sizeof(float));
    level->gradient_x = calloc(count, sizeof(float));
    level->gradient_y = calloc(count, sizeof(float));
    level->luma = calloc(count, sizeof(float));
    level->moved = malloc(count * sizeof(float));
    return level->normal && level->smooth && level->gradient_x && level->gradient_y &&
           level->luma && level->moved;
}

static bool reserve(struct scene_register *registration)
{
    struct scene_size size = registration->size;
    for (int i = 0; i < LEVELS; i++) {
        size = (struct scene_size){size.width / 2, size.height / 2, 2 * size.reduction};
        registration->levels[i].size = size;
        if (!reserve_level(&registration->levels[i]))
            return false;
    }
    registration->scratch = malloc(scene_pixels(registration->size) * sizeof(float));
    return registration->scratch != NULL;
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
        make_gradients(&registration->levels[i], registration->scratch);
    return registration;
}

void scene_register_destroy(struct scene_register *registration)
{
    if (!registration)
        return;
    for (int i = 0; i < LEVELS; i++) {
        struct level *level = &registration->levels[i];
        free(level->normal);
        free(level->smooth);
        free(level->gradient_x);
        free(level->gradient_y);
        free(level->luma);
        free(level->moved);
    }
    free(registration->scratch);
    free(registration);
}

struct system {
    double xx, xy, yy, x, y, absolute;
};

/* Sums of a row in lanes that the compiler adds up side by side. */
struct lanes {
    float xx[LANES], xy[LANES], yy[LANES], x[LANES], y[LANES], absolute[LANES];
};

static void collect_pixel(const struct level *level, float per_scale, int i, int lane,
                          struct lanes *sums)
{
    const float rest = level->moved[i] - level->smooth[i], over = rest * per_scale;
    const float gx = level->gradient_x[i], gy = level->gradient_y[i];
    const float root = 1.0f / (1.0f + over * over), weight = root * root;
    sums->xx[lane] += weight * gx * gx;
    sums->xy[lane] += weight * gx * gy;
    sums->yy[lane] += weight * gy * gy;
    sums->x[lane] += weight * gx * rest;
    sums->y[lane] += weight * gy * rest;
    sums->absolute[lane] += fabsf(rest);
}

static void add_lanes(const struct lanes *lanes, struct system *sums)
{
    for (int k = 0; k < LANES; k++) {
        sums->xx += (double)lanes->xx[k], sums->xy += (double)lanes->xy[k];
        sums->yy += (double)lanes->yy[k], sums->absolute += (double)lanes->absolute[k];
        sums->x += (double)lanes->x[k], sums->y += (double)lanes->y[k];
    }
}

/* Weighted normal equations of: moved - normal = gradient . step. */
static struct system collect(const struct level *level, float scale)
{
    struct system sums = {0};
    const int width = level->size.width;
    const float per_scale = 1.0f / scale;
    for (int y = MARGIN; y + MARGIN < level->size.height; y++) {
        struct lanes lanes = {0};
        int i = y * width + MARGIN;
        const int end = (y + 1) * width - MARGIN;
        for (; i + LANES <= end; i += LANES)
            for (int lane = 0; lane < LANES; lane++)
                collect_pixel(level, per_scale, i + lane, lane, &lanes);
        for (; i < end; i++)
            collect_pixel(level, per_scale, i, 0, &lanes);
        add_lanes(&lanes, &sums);
    }
    return sums;
}

static float clamp(float value, float low, float high)
{
    return fminf(fmaxf(value, low), high);
}

/* `noise` starts as an edge's contrast, and becomes the typical rest of the picture. */
static struct shift refine(const struct level *level, struct shift shift, float step_least,
                           float *scratch)
{
    const double count = (double)scene_pixels(level->size);
    float noise = 0.3f;
    for (int step = 0; step < STEPS; step++) {
        scene_resample(level->luma, level->size, shift, resample_spline, scratch, level->moved);
        struct system sums = collect(level, fmaxf(noise, 0.02f));
        noise = 3.0f * (float)(sums.absolute / count);
        double determinant = sums.xx * sums.yy - sums.xy * sums.xy;
        if (determinant < (double)SOLID * count * (double)SOLID * count)
            return shift;
        float step_x = (float)((sums.yy * sums.x - sums.xy * sums.y) / determinant);
        float step_y = (float)((sums.xx * sums.y - sums.xy * sums.x) / determinant);
        shift.x -= clamp(step_x, -1.0f, 1.0f);
        shift.y -= clamp(step_y, -1.0f, 1.0f);
        if (fabsf(step_x) < step_least && fabsf(step_y) < step_least)
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

static void sum_tiles(const struct level *level, struct tile tiles[TILE_COUNT])
{
    const int width = level->size.width, height = level->size.height;
    for (int y = 0; y < height; y++)
        for (int column = 0; column < TILE_COLUMNS; column++) {
            struct tile *tile = &tiles[y * TILE_ROWS / height * TILE_COLUMNS + column];
            const int end = ((column + 1) * width + TILE_COLUMNS - 1) / TILE_COLUMNS;
            float both[LANES] = {0}, normal[LANES] = {0}, moved[LANES] = {0};
            for (int x = (column * width + TILE_COLUMNS - 1) / TILE_COLUMNS; x < end; x++) {
                const float a = level->normal[y * width + x], b = level->moved[y * width + x];
                both[x % LANES] += a * b;
                normal[x % LANES] += a * a;
                moved[x % LANES] += b * b;
            }
            for (int k = 0; k < LANES; k++) {
                tile->both += (double)both[k];
                tile->normal += (double)normal[k];
                tile->moved += (double)moved[k];
            }
        }
}

/* Squares count a strong edge for more than many faint ones, as the eye does. */
static void compare(const struct level *level, struct edges *ret_edges)
{
    struct tile tiles[TILE_COUNT] = {0}, all = {0};
    double lost = 0.0, vanished = 0.0;
    sum_tiles(level, tiles);
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
    const struct level *finest = &registration->levels[0];
    make_pyramid(registration, luma, false);
    struct shift shift = {0.0f, 0.0f};
    for (int i = LEVELS - 1; i >= 0; i--) {
        const struct level *level = &registration->levels[i];
        if (level->size.width >= SIDE_LEAST && level->size.height >= SIDE_LEAST)
            shift =
                refine(level, shift, i > 0 ? STEP_LEAST_COARSE : STEP_LEAST, registration->scratch);
        if (i > 0)
            shift = (struct shift){2.0f * shift.x, 2.0f * shift.y};
    }
    scene_resample(finest->luma, finest->size, shift, resample_linear, registration->scratch,
                   finest->moved);
    compare(finest, ret_edges);
    return (struct shift){2.0f * shift.x, 2.0f * shift.y};
}

void scene_register_undo(struct scene_register *registration, struct shift shift, float *planes)
{
    const size_t plane = scene_pixels(registration->size);
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        float *values = planes + channel * plane;
        scene_resample(values, registration->size, shift, resample_cubic, registration->scratch,
                       values);
    }
}
