/* Random shapes: polygons, blobs, strokes, groups of drops.
 *
 * Each is drawn around a centre within a circle of 1.5 px to half of the picture's area, of which
 * it fills two thirds at most; small ones are as frequent as large ones, octave by octave, because
 * leaks begin small. A shape is a function from a place relative to the centre to its depth; the
 * box is where it can be above 0.
 */
#include "model/corrupt_parts.h"

#include "model/smooth_field.h"

#include <math.h>

static const double full_turn = 6.283185307179586, radius_min_px = 1.5;

enum { CORNERS_MAX = 8, POINTS_MAX = 4, DROPS_MAX = 10, BLOB_CELLS_MAX = 7 };

struct spot {
    float x, y, radius;
};

struct shape {
    float (*depth)(const struct shape *shape, float x, float y);
    float radius;       /* px, of the circle around all of it */
    float cosine, sine; /* of its direction */
    float narrow;       /* how much smaller across that direction */
    float half_width;   /* px, of a stroke */
    int count;          /* corners, points or drops */
    struct spot spots[DROPS_MAX];
};

/* Turned, and scaled to the unit circle. */
static struct spot to_unit(const struct shape *shape, float x, float y)
{
    return (struct spot){
        .x = (x * shape->cosine + y * shape->sine) / shape->radius,
        .y = (y * shape->cosine - x * shape->sine) / (shape->radius * shape->narrow),
    };
}

static float cross(struct spot a, struct spot b)
{
    return a.x * b.y - a.y * b.x;
}

/* In the wedge of its two corners, a point's depth falls from 1 in the middle to 0 on the edge. */
static float polygon_depth(const struct shape *shape, float x, float y)
{
    const struct spot point = to_unit(shape, x, y);
    for (int i = 0; i < shape->count; i++) {
        const struct spot a = shape->spots[i], b = shape->spots[(i + 1) % shape->count];
        if (cross(a, point) < 0.0f || cross(point, b) < 0.0f)
            continue;
        const struct spot edge = {.x = b.x - a.x, .y = b.y - a.y};
        const struct spot from = {.x = point.x - a.x, .y = point.y - a.y};
        return cross(edge, from) / cross(a, b);
    }
    return 0.0f;
}

/* Noise is added to it pixel by pixel in fill_depth; 1.9 keeps the sum inside the circle. */
static float blob_depth(const struct shape *shape, float x, float y)
{
    const struct spot point = to_unit(shape, x, y);
    return 1.0f - 1.9f * (point.x * point.x + point.y * point.y);
}

static float stroke_depth(const struct shape *shape, float x, float y)
{
    float nearest = INFINITY;
    for (int i = 0; i + 1 < shape->count; i++) {
        const struct spot a = shape->spots[i], b = shape->spots[i + 1];
        const float along_x = b.x - a.x, along_y = b.y - a.y;
        const float length = along_x * along_x + along_y * along_y + 1e-6f;
        const float t = clamp_unit(((x - a.x) * along_x + (y - a.y) * along_y) / length);
        const float off_x = x - a.x - t * along_x, off_y = y - a.y - t * along_y;
        const float distance = off_x * off_x + off_y * off_y;
        nearest = distance < nearest ? distance : nearest;
    }
    return 1.0f - sqrtf(nearest) / shape->half_width;
}

static float drops_depth(const struct shape *shape, float x, float y)
{
    float deepest = 0.0f;
    for (int i = 0; i < shape->count; i++) {
        const struct spot drop = shape->spots[i];
        const float off_x = x - drop.x, off_y = y - drop.y;
        const float depth = 1.0f - (off_x * off_x + off_y * off_y) / (drop.radius * drop.radius);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

static struct spot spot_within(struct rng *rng, float radius)
{
    const float angle = between(rng, 0.0, full_turn);
    const float away = radius * sqrtf(between(rng, 0.0, 1.0));
    return (struct spot){.x = away * cosf(angle), .y = away * sinf(angle)};
}

static void choose_polygon(struct shape *shape, struct rng *rng)
{
    shape->depth = polygon_depth;
    shape->count = whole_between(rng, 3, CORNERS_MAX);
    for (int i = 0; i < shape->count; i++) {
        /* No gap of half a turn: the middle stays inside. */
        const double turn = (i + rng_uniform_between(rng, -0.2, 0.2)) / shape->count;
        const float away = between(rng, 0.5, 1.0);
        shape->spots[i].x = away * (float)cos(turn * full_turn);
        shape->spots[i].y = away * (float)sin(turn * full_turn);
    }
}

static void choose_stroke(struct shape *shape, struct rng *rng)
{
    shape->depth = stroke_depth;
    shape->count = whole_between(rng, 2, POINTS_MAX);
    shape->half_width = fmaxf(1.0f, shape->radius * between(rng, 0.03, 0.2));
    const float reach = fmaxf(0.5f, shape->radius - shape->half_width);
    for (int i = 0; i < shape->count; i++)
        shape->spots[i] = spot_within(rng, reach);
}

static void choose_drops(struct shape *shape, struct rng *rng)
{
    shape->depth = drops_depth;
    shape->count = whole_between(rng, 1, DROPS_MAX);
    for (int i = 0; i < shape->count; i++) {
        const float radius = fmaxf(1.5f, shape->radius * between(rng, 0.05, 0.3));
        shape->spots[i] = spot_within(rng, fmaxf(0.0f, shape->radius - radius));
        shape->spots[i].radius = radius;
    }
}

static struct shape shape_choose(const struct corrupter *corrupter, struct rng *rng)
{
    const double largest_px = sqrt((double)corrupter->area / 2.0 / (full_turn / 2.0));
    const float direction = between(rng, 0.0, full_turn);
    struct shape shape = {
        .radius = expf(between(rng, log(radius_min_px), log(largest_px))),
        .cosine = cosf(direction),
        .sine = sinf(direction),
        .narrow = between(rng, 0.4, 1.0),
    };
    switch (rng_below(rng, 4)) {
    case 0:
        choose_polygon(&shape, rng);
        break;
    case 1:
        choose_stroke(&shape, rng);
        break;
    case 2:
        choose_drops(&shape, rng);
        break;
    default:
        shape.depth = blob_depth;
        break;
    }
    return shape;
}

static int clamp_to(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void fill_depth(struct corrupter *corrupter, const struct shape *shape, struct rng *rng,
                       struct box box, float center_x, float center_y)
{
    const int width = box.x1 - box.x0;
    const bool ragged = shape->depth == blob_depth;
    if (ragged) {
        const int cells = whole_between(rng, 2, BLOB_CELLS_MAX);
        smooth_field_fill(rng, cells, cells, width, box.y1 - box.y0, corrupter->field);
    }
    for (int y = box.y0; y < box.y1; y++) {
        float *row = corrupter->depth + (size_t)y * (size_t)corrupter->width;
        const float *noise = corrupter->field + (size_t)(y - box.y0) * (size_t)width;
        for (int x = box.x0; x < box.x1; x++) {
            row[x] = shape->depth(shape, (float)x - center_x, (float)y - center_y);
            if (ragged)
                row[x] = fminf(1.0f, row[x] + 0.9f * noise[x - box.x0]);
        }
    }
}

struct box corrupter_draw_shape(struct corrupter *corrupter, struct rng *rng)
{
    const int width = corrupter->width, height = corrupter->height;
    const struct shape shape = shape_choose(corrupter, rng);
    const float center_x = between(rng, 0.0, width), center_y = between(rng, 0.0, height);
    const float reach = shape.radius + 2.0f;
    const struct box box = {
        .x0 = clamp_to((int)(center_x - reach), 0, width - 1),
        .y0 = clamp_to((int)(center_y - reach), 0, height - 1),
        .x1 = clamp_to((int)(center_x + reach) + 1, 1, width),
        .y1 = clamp_to((int)(center_y + reach) + 1, 1, height),
    };
    fill_depth(corrupter, &shape, rng, box, center_x, center_y);
    return box;
}
