/* The simulated rig as it stands on the bench when nothing happens, and where its parts are.
 *
 * Positions are in scene units (rig_canvas.h). What moves or leaks is drawn over this by the other
 * rig_*.c files, which take the positions from here.
 */
#ifndef CAMERA_RIG_SCENE_H
#define CAMERA_RIG_SCENE_H

#include "camera/rig_canvas.h"

enum { RIG_PUMP_COUNT = 2, RIG_TUBE_POINTS = 33 };

static const struct point rig_pump_heads[RIG_PUMP_COUNT] = {{462.0f, 566.0f}, {832.0f, 566.0f}};
#define RIG_PUMP_RADIUS 33.0f

/* Displays: the left upper corner of the first digit. */
static const struct point rig_pump_displays[RIG_PUMP_COUNT] = {{429.0f, 620.0f}, {799.0f, 620.0f}};
static const struct point rig_supply_display = {1104.0f, 222.0f};
static const struct point rig_supply_led = {1236.0f, 300.0f};
static const struct point rig_pump_leds[RIG_PUMP_COUNT] = {{502.0f, 628.0f}, {872.0f, 628.0f}};

/* The fittings under the cell stack, the ones that leak. */
static const struct point rig_fittings[RIG_PUMP_COUNT] = {{572.0f, 402.0f}, {708.0f, 402.0f}};

#define RIG_TUBE_RADIUS 6.5f

/* The tube from a pump up to its fitting; the first point is at the fitting. */
void rig_feed_tube(int pump, struct point ret_points[RIG_TUBE_POINTS]);

/* Paints all of it onto an empty scene canvas; `seed` varies grain, scratches and small positions.
 */
void rig_scene_paint(struct canvas *canvas, uint64_t seed);

#endif
