/* The moving and glowing parts of the simulated rig in normal operation. */
#ifndef CAMERA_RIG_PARTS_H
#define CAMERA_RIG_PARTS_H

#include "camera/rig_light.h"

/* Pump rotors, displays and LEDs at one time, onto a frame canvas. */
void parts_paint(struct canvas *frame, const struct light_plan *plan, double time_s);

#endif
