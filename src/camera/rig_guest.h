/* Small and harmless things in the simulated picture: an insect, a bottle that somebody left. */
#ifndef CAMERA_RIG_GUEST_H
#define CAMERA_RIG_GUEST_H

#include "camera/rig.h"
#include "camera/rig_canvas.h"

/* Onto a frame, before people are. Nothing before the onset and for other scenarios. */
void guest_paint(struct canvas *frame, const struct rig_settings *settings, double time_s);

#endif
