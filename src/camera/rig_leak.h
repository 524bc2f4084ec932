/* The simulated leaks: drops from a fitting, a trickle down a tube, a puddle in the tray. */
#ifndef CAMERA_RIG_LEAK_H
#define CAMERA_RIG_LEAK_H

#include "camera/rig.h"
#include "camera/rig_film.h"
#include "camera/rig_light.h"

/* Paints the leak of the settings' scenario `since_s` seconds after its onset; nothing before it
 * and nothing for other scenarios. */
void leak_paint(struct canvas *frame, const struct canvas *scene, struct film *film,
                const struct rig_settings *settings, double since_s);

#endif
