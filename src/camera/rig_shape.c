/* Geometry of the simulated rig: how far a point is from a shape's outline.
 *
 * Under rig_canvas.c, which turns distances into coverage. Nothing here knows pixels or light.
 */
#include "camera/rig_shape.h"

#include <math.h>

struct shape shape_box(float left, float top, float right, float bottom, float radius)
{
    return (struct shape){
        .kind = SHAPE_BOX,
        .center = {(left + right) / 2.0f, (top + bottom) / 2.0f},
        .half_width = (right - left) / 2.0f,
        .half_height = (bottom - top) / 2.0f,
        .radius = radius,
    };
}

struct shape shape_ellipse(float x, float y, float half_width, float half_height)
{
    return (struct shape){
        .kind = SHAPE_ELLIPSE,
        .center = {x, y},
        .half_width = half_width,
        .half_height = half_height,
    };
}

struct shape shape_polygon(const struct point *points, int count)
{
    return (struct shape){.kind = SHAPE_POLYGON, .points = points, .count = count};
}

struct shape shape_stroke(const struct point *points, int count, float radius)
{
    return (struct shape){.kind = SHAPE_STROKE, .points = points, .count = count, .radius = radius};
}

static float box_distance(const struct shape *shape, struct point p)
{
    const float x = fabsf(p.x - shape->center.x) - shape->half_width + shape->radius;
    const float y = fabsf(p.y - shape->center.y) - shape->half_height + shape->radius;
    const float outside_x = x > 0.0f ? x : 0.0f, outside_y = y > 0.0f ? y : 0.0f;
    const float inside = x > y ? x : y;
    return sqrtf(outside_x * outside_x + outside_y * outside_y) + (inside < 0.0f ? inside : 0.0f) -
           shape->radius;
}

/* First order: exact on the outline, which is where it matters. */
static float ellipse_distance(const struct shape *shape, struct point p)
{
    const float x = (p.x - shape->center.x) / shape->half_width;
    const float y = (p.y - shape->center.y) / shape->half_height;
    const float length = sqrtf(x * x + y * y);
    const float slope_x = x / shape->half_width, slope_y = y / shape->half_height;
    const float slope = sqrtf(slope_x * slope_x + slope_y * slope_y);
    if (slope < 1e-9f)
        return -fminf(shape->half_width, shape->half_height);
    return length * (length - 1.0f) / slope;
}

static struct point from_segment(struct point a, struct point b, struct point p)
{
    const float x = b.x - a.x, y = b.y - a.y;
    const float square = x * x + y * y;
    float t = square > 0.0f ? ((p.x - a.x) * x + (p.y - a.y) * y) / square : 0.0f;
    t = t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
    return (struct point){p.x - a.x - t * x, p.y - a.y - t * y};
}

static float polygon_distance(const struct shape *shape, struct point p)
{
    float nearest = 1e30f;
    bool inside = false;
    for (int i = 0, j = shape->count - 1; i < shape->count; j = i++) {
        const struct point a = shape->points[i], b = shape->points[j];
        const struct point d = from_segment(a, b, p);
        nearest = fminf(nearest, d.x * d.x + d.y * d.y);
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside ? -sqrtf(nearest) : sqrtf(nearest);
}

struct point shape_from_line(const struct shape *shape, struct point p)
{
    struct point nearest = {1e15f, 1e15f};
    float nearest_square = 1e30f;
    for (int i = 0; i + 1 < shape->count; i++) {
        const struct point d = from_segment(shape->points[i], shape->points[i + 1], p);
        const float square = d.x * d.x + d.y * d.y;
        if (square < nearest_square) {
            nearest_square = square;
            nearest = d;
        }
    }
    return nearest;
}

float shape_distance(const struct shape *shape, struct point p)
{
    switch (shape->kind) {
    case SHAPE_BOX:
        return box_distance(shape, p);
    case SHAPE_ELLIPSE:
        return ellipse_distance(shape, p);
    case SHAPE_POLYGON:
        return polygon_distance(shape, p);
    case SHAPE_STROKE:
        break;
    }
    const struct point d = shape_from_line(shape, p);
    return sqrtf(d.x * d.x + d.y * d.y) - shape->radius;
}

void curve_points(const struct point *control, struct point *ret_points, int count)
{
    for (int i = 0; i < count; i++) {
        const float t = (float)i / (float)(count - 1), s = 1.0f - t;
        const float w0 = s * s * s, w1 = 3.0f * s * s * t, w2 = 3.0f * s * t * t, w3 = t * t * t;
        ret_points[i].x =
            w0 * control[0].x + w1 * control[1].x + w2 * control[2].x + w3 * control[3].x;
        ret_points[i].y =
            w0 * control[0].y + w1 * control[1].y + w2 * control[2].y + w3 * control[3].y;
    }
}

static float lattice(int32_t x, int32_t y, uint32_t seed)
{
    uint32_t h = (uint32_t)x * 0x9e3779b1u ^ (uint32_t)y * 0x85ebca77u ^ seed * 0xc2b2ae3du;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return (float)((h ^ (h >> 15)) >> 8) * (2.0f / 16777216.0f) - 1.0f;
}

float texture_noise(float x, float y, uint32_t seed)
{
    const float floor_x = floorf(x), floor_y = floorf(y);
    const int32_t i = (int32_t)floor_x, j = (int32_t)floor_y;
    float u = x - floor_x, v = y - floor_y;
    u = u * u * (3.0f - 2.0f * u);
    v = v * v * (3.0f - 2.0f * v);
    const float top = lattice(i, j, seed) * (1.0f - u) + lattice(i + 1, j, seed) * u;
    const float bottom = lattice(i, j + 1, seed) * (1.0f - u) + lattice(i + 1, j + 1, seed) * u;
    return top * (1.0f - v) + bottom * v;
}

double smooth_step(double value, double width)
{
    const double t = value / width + 0.5;
    return t <= 0.0 ? 0.0 : t >= 1.0 ? 1.0 : t * t * (3.0 - 2.0 * t);
}
