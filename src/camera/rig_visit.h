/* People in the simulated laboratory: someone walks past, someone covers the camera. */
#ifndef CAMERA_RIG_VISIT_H
#define CAMERA_RIG_VISIT_H

#include "camera/rig.h"
#include "camera/rig_canvas.h"

/* Share of the picture's light that a visit takes away, 0..1; the automatic exposure sees it. */
double visit_shading(const struct rig_settings *settings, double time_s);

/* When the visitor of SCENARIO_OBJECT has put the bottle down, seconds since the onset. */
double visit_object_put_s(void);

/* Over everything else. */
void visit_paint(struct canvas *frame, const struct rig_settings *settings, double time_s);

#endif
