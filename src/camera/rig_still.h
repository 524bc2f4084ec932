/* Painters of the still life, one for each kind of piece (rig_layout.h), and the strokes they
 * share.
 */
#ifndef CAMERA_RIG_STILL_H
#define CAMERA_RIG_STILL_H

#include "base/rng.h"
#include "camera/rig_layout.h"

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

/* A piece's colour, or the usual one where the layout names none. */
uint32_t piece_srgb(const struct piece *piece, int i, uint32_t usual_srgb);

/* Puts a piece whose own drawing stands on `reference` where the layout wants it. */
void piece_place(struct canvas *canvas, const struct piece *piece, struct point reference);

typedef void piece_painter(struct canvas *canvas, const struct piece *piece, struct rng *rng);

/* rig_backdrop.c: what hangs on the wall */
piece_painter paint_wall, paint_tiles, paint_duct, paint_protocol, paint_sign, paint_window,
    paint_shelf, paint_cupboard, paint_sash;
/* rig_surface.c: what things stand on; its free parts are PLANE_FLOOR */
piece_painter paint_bench, paint_wood, paint_floor_tiles, paint_tray, paint_tissue;
/* rig_things.c */
piece_painter paint_supply, paint_wash_bottle, paint_bottle, paint_beaker;
/* rig_vessels.c */
piece_painter paint_tank, paint_stack, paint_pump;

/* The supply's and the pumps' drawings stand on these. */
extern const struct point supply_reference;

#endif
