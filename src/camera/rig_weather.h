/* What the daylight of the simulated laboratory does when it does not just drift: sunrise, clouds,
 * a flickering tube, lights off. Pure functions of time, like all of rig_light.h. */
#ifndef CAMERA_RIG_WEATHER_H
#define CAMERA_RIG_WEATHER_H

#include "camera/rig.h"
#include "camera/rig_canvas.h"

/* Changes the usual light into that of the settings' scenario; nothing before its onset. */
void weather_change(const struct rig_settings *settings, double time_s, struct lighting *lighting);

/* Onto a lit still life: the patch of sunlight, and the bands of a flickering tube under a rolling
 * shutter. `wall_line` is where the wall meets the bench. */
void weather_paint(struct canvas *frame, const struct canvas *scene,
                   const struct rig_settings *settings, float wall_line, double time_s);

#endif
