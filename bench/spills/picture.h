/* The frame on its way from the background to the sensor, and the brushes that nuisances share.
 *
 * In linear light (light.h). Where a leak was painted, `cover` says how much of it is still seen:
 * what is painted in front takes from it, what moves the picture moves it. Coordinates are px,
 * pixel centres at whole numbers; softness is the width of an edge from 0 to 1. Nothing here
 * allocates after picture_init. One thread per picture.
 */
#ifndef SPILLS_PICTURE_H
#define SPILLS_PICTURE_H

#include "light.h"

struct picture {
    struct light light;
    struct light spare; /* room for operations that need a copy */
    float *cover;       /* [height][width], 0..1 */
    float *pattern;     /* also room for operations that need a copy of the cover */
    bool has_cover;     /* there is a leak in this frame */
};

MUST_CHECK bool picture_init(struct picture *picture, int width, int height, struct error *err);
void picture_finish(struct picture *picture);

struct ellipse {
    float x, y, radius_x, radius_y, softness;
};

struct spot {
    float x, y;
};
enum { POLYGON_POINTS = 4 };
/* Convex, corners in clockwise order as seen. */
struct polygon {
    struct spot points[POLYGON_POINTS];
    float softness;
};

/* Something opaque (alpha 1) or half transparent in front of the scene. */
void picture_paint_ellipse(struct picture *picture, const struct ellipse *ellipse,
                           const float color[3], float alpha);
void picture_paint_polygon(struct picture *picture, const struct polygon *polygon,
                           const float color[3], float alpha);

/* Light that is taken away or added: a factor for each colour, 1 = none. */
void picture_shade_ellipse(struct picture *picture, const struct ellipse *ellipse,
                           const float factor[3]);
void picture_scale(struct picture *picture, const float factor[3]);

/* A pattern of light or shade from several polygons: laid one after the other into `pattern`,
 * [height][width] 0..1, which is the caller's until the next shift, turn or blur. */
void picture_clear_pattern(struct picture *picture);
void picture_lay_polygon(struct picture *picture, const struct polygon *polygon);

/* Mean luminance. */
double picture_brightness(const struct picture *picture);

/* The picture appears `x`, `y` px further right and down; bicubic (Catmull-Rom), borders repeat.
 * A shift by whole pixels copies exactly. */
void picture_shift(struct picture *picture, float x, float y);

/* The same after turning by `angle` rad about the middle; bilinear. */
void picture_turn(struct picture *picture, float x, float y, float angle);

/* Gaussian of `sigma` px, as three passes of a box each way. */
void picture_blur(struct picture *picture, float sigma);

#endif
