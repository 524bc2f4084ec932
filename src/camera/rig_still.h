/* Parts of the still life, shared by rig_scene.c and the files that paint its single things. */
#ifndef CAMERA_RIG_STILL_H
#define CAMERA_RIG_STILL_H

#include "camera/rig_canvas.h"

void paint_box(struct canvas *canvas, float left, float top, float right, float bottom,
               float radius, const struct brush *brush);
void paint_ellipse(struct canvas *canvas, float x, float y, float half_width, float half_height,
                   const struct brush *brush);
void paint_polygon(struct canvas *canvas, const struct point *points, int count,
                   const struct brush *brush);
void paint_line(struct canvas *canvas, struct point a, struct point b, float radius,
                const struct brush *brush);

/* The shadows of a thing between `left` and `right` that stands at `foot`; `reach` tells how far
 * they fall. To be painted before the thing. */
void paint_shadow(struct canvas *canvas, float left, float right, float foot, float reach);

/* Wall, bench, and what stands on it outside of the tray. */
void paint_backdrop(struct canvas *canvas);

void paint_tank(struct canvas *canvas, float x, enum liquid liquid, uint32_t cap_srgb);
void paint_stack(struct canvas *canvas); /* on its stand */

#endif
