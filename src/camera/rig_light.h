/* What the simulated rig's light, liquids and camera do over time: pure functions of time, so that
 * frames need no order. Times are seconds since frame 0; `start_s` is added for what ages. */
#ifndef CAMERA_RIG_LIGHT_H
#define CAMERA_RIG_LIGHT_H

#include "camera/rig.h"
#include "camera/rig_layout.h"

enum { DRIFT_WAVE_COUNT = 4 };

struct light_plan {
    const struct rig_settings *settings; /* borrowed */
    const struct layout *layout;
    double drift_phase[DRIFT_WAVE_COUNT];
    double charge_phase;
    float room_mean, lamp_mean; /* mean brightness of the scene under either light at gain 1 */
    float usual_mean;           /* with the lamp as it usually is */
};

/* `scene` is metered once; it is not kept. */
void light_plan_init(struct light_plan *plan, const struct rig_settings *settings,
                     const struct canvas *scene);

struct lighting light_plan_at(const struct light_plan *plan, double time_s);

/* State of charge, 0..1, slow. */
double light_plan_charge(const struct light_plan *plan, double time_s);

/* The camera's automatic exposure: follows the brightness with a lag of about a second. */
float light_plan_exposure(const struct light_plan *plan, double time_s);

#endif
