/* Shapes in scene units, known by their signed distance; a noise for textures and a step for
 * motion. Pure; any thread. */
#ifndef CAMERA_RIG_SHAPE_H
#define CAMERA_RIG_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

struct point {
    float x, y;
};

enum shape_kind { SHAPE_BOX, SHAPE_ELLIPSE, SHAPE_POLYGON, SHAPE_STROKE };

/* Box: centre, half sides, corner radius. Ellipse: centre, half axes. Polygon: points. Stroke: a
 * line through the points, `radius` to either side. Points are borrowed. */
struct shape {
    enum shape_kind kind;
    struct point center;
    float half_width, half_height, radius;
    const struct point *points;
    int count;
};

struct shape shape_box(float left, float top, float right, float bottom, float radius);
struct shape shape_ellipse(float x, float y, float half_width, float half_height);
struct shape shape_polygon(const struct point *points, int count);
struct shape shape_stroke(const struct point *points, int count, float radius);

/* Signed distance from the outline, negative inside; exact but for ellipses. */
float shape_distance(const struct shape *shape, struct point p);

/* The vector to `p` from the nearest point of a stroke's middle line. */
struct point shape_from_line(const struct shape *shape, struct point p);

/* `count` points along the cubic Bézier curve of four control points. (A pointer: of an array that
 * is a parameter, gcc 12 with -fsanitize=thread believes that too much of it is read.)
 */
void curve_points(const struct point *control, struct point *ret_points, int count);

/* Value noise, smooth between lattice points one unit apart, -1..1. */
float texture_noise(float x, float y, uint32_t seed);

/* From 0 to 1 over `width`, half way at 0, without corners. */
double smooth_step(double value, double width);

#endif
