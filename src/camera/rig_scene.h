/* The still life of a layout: the rig as it stands on the bench when nothing happens. What moves or
 * leaks is drawn over it by the other rig_*.c files. */
#ifndef CAMERA_RIG_SCENE_H
#define CAMERA_RIG_SCENE_H

#include "camera/rig_layout.h"

/* Paints all of it onto an empty scene canvas; `seed` varies grain, scratches and small positions.
 */
void rig_scene_paint(struct canvas *canvas, const struct layout *layout, uint64_t seed);

#endif
