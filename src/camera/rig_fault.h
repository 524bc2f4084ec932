/* What goes wrong with the simulated camera itself: bumped, out of focus, frozen, shaken,
 * overexposed. (Covered is a visit, dark is weather.) */
#ifndef CAMERA_RIG_FAULT_H
#define CAMERA_RIG_FAULT_H

#include "camera/rig.h"
#include "camera/rig_canvas.h"

/* The frame that is really shown: a frozen camera repeats the one of its onset. */
int64_t fault_frame_number(const struct rig_settings *settings, int64_t frame_number);

/* Has the camera been bumped by now? */
bool fault_has_moved(const struct rig_settings *settings, double time_s);
/* Turns a canvas as the bump turns the camera, which was `usual_rad` askew before. */
void fault_move(const struct rig_settings *settings, float usual_rad, struct canvas *canvas);

/* Shakes or blurs a finished frame. `scratch`: one plane of the frame's size. */
void fault_distort(struct canvas *frame, const struct rig_settings *settings, double time_s,
                   float *scratch);

/* A factor on the exposure. */
float fault_exposure(const struct rig_settings *settings, double time_s);

#endif
