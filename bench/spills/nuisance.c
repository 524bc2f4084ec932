/* The table of nuisances, and the few that are no operation on a picture.
 *
 * Noise, JPEG and freezing are not rows with a function: the renderer asks for them where it
 * exposes, encodes and numbers the frames.
 */
#include "nuisance.h"

#include <math.h>

const struct nuisance_row nuisance_rows[NUISANCE_COUNT] = {
    [NUISANCE_LED] = {"led", "1 = blinks as in the normals", "", STAGE_SCENE, nuisance_led},
    [NUISANCE_DISPLAY] = {"display", "1 = digits as in the normals", "", STAGE_SCENE,
                          nuisance_display},
    [NUISANCE_ROTOR] = {"rotor", "1 = turns as in the normals", "", STAGE_SCENE, nuisance_rotor},
    [NUISANCE_TANK] = {"tank", "1 = colours of the normals, 2 = beyond", "", STAGE_SCENE,
                       nuisance_tank},
    [NUISANCE_INSECTS] = {"insects", "number", "", STAGE_OBJECT, nuisance_insects},
    [NUISANCE_WALKER] = {"walker", "1 = someone walks past", "", STAGE_OBJECT, nuisance_walker},
    [NUISANCE_STANDING] = {"standing", "seconds in front of the rig", "", STAGE_OBJECT,
                           nuisance_standing},
    [NUISANCE_OBJECT] = {"object", "height, share of the frame", "scene_changed", STAGE_OBJECT,
                         nuisance_object},
    [NUISANCE_GAIN_DRIFT] = {"gain-drift", "share of the light", "", STAGE_LIGHT,
                             nuisance_gain_drift},
    [NUISANCE_GAIN_STEPS] = {"gain-steps", "share of the light", "", STAGE_LIGHT,
                             nuisance_gain_steps},
    [NUISANCE_WHITE_BALANCE] = {"balance", "share of red and blue", "", STAGE_LIGHT,
                                nuisance_white_balance},
    [NUISANCE_LAMP] = {"lamp", "share of the light, near it", "", STAGE_LIGHT, nuisance_lamp},
    [NUISANCE_SUN_EDGE] = {"sun-edge", "share of the light", "", STAGE_LIGHT, nuisance_sun_edge},
    [NUISANCE_SUN_WINDOW] = {"sun-window", "share of the light", "", STAGE_LIGHT,
                             nuisance_sun_window},
    [NUISANCE_CLOUDS] = {"clouds", "share of the light", "", STAGE_LIGHT, nuisance_clouds},
    [NUISANCE_FLICKER] = {"flicker", "share of the light, in bands", "", STAGE_LIGHT,
                          nuisance_flicker},
    [NUISANCE_DARK] = {"dark", "share of the light that goes", "camera_dark", STAGE_LIGHT,
                       nuisance_dark},
    [NUISANCE_SATURATED] = {"saturated", "times the light", "camera_saturated", STAGE_LIGHT,
                            nuisance_saturated},
    [NUISANCE_JITTER] = {"jitter", "px, root mean square", "", STAGE_LENS, nuisance_jitter},
    [NUISANCE_VIBRATION] = {"vibration", "px, amplitude", "", STAGE_LENS, nuisance_vibration},
    [NUISANCE_MOVED] = {"moved", "px", "camera_moved", STAGE_LENS, nuisance_moved},
    [NUISANCE_COVERED] = {"covered", "share of the frame", "camera_covered", STAGE_LENS,
                          nuisance_covered},
    [NUISANCE_DEFOCUSED] = {"defocused", "px, sigma", "camera_blurred", STAGE_LENS,
                            nuisance_defocused},
    [NUISANCE_NOISE] = {"noise", "sigma, 1/255", "", STAGE_SENSOR, NULL},
    [NUISANCE_JPEG] = {"jpeg", "quality", "", STAGE_SENSOR, NULL},
    [NUISANCE_FROZEN] = {"frozen", "1 = yes", "camera_frozen", STAGE_SENSOR, NULL},
};

void nuisances_apply(const struct nuisance *nuisances, int count, enum nuisance_stage stage,
                     double time_s, struct picture *picture)
{
    for (int i = 0; i < count; i++) {
        const struct nuisance_row *row = &nuisance_rows[nuisances[i].kind];
        if (row->stage == stage && row->apply && nuisances[i].amount != 0.0 &&
            time_s >= nuisances[i].from_s)
            row->apply(&nuisances[i], time_s, picture);
    }
}

static const struct nuisance *find(const struct nuisance *nuisances, int count,
                                   enum nuisance_kind kind)
{
    for (int i = 0; i < count; i++)
        if (nuisances[i].kind == kind && nuisances[i].amount != 0.0)
            return &nuisances[i];
    return NULL;
}

double nuisances_noise(const struct nuisance *nuisances, int count)
{
    double variance = 0.0;
    for (int i = 0; i < count; i++)
        if (nuisances[i].kind == NUISANCE_NOISE)
            variance += nuisances[i].amount * nuisances[i].amount;
    return sqrt(variance);
}

int nuisances_jpeg_quality(const struct nuisance *nuisances, int count, int usual)
{
    const struct nuisance *jpeg = find(nuisances, count, NUISANCE_JPEG);
    return jpeg ? (int)lround(jpeg->amount) : usual;
}

int nuisances_shown_frame(const struct nuisance *nuisances, int count, int frame, double interval_s)
{
    const struct nuisance *frozen = find(nuisances, count, NUISANCE_FROZEN);
    if (!frozen || (double)frame * interval_s < frozen->from_s)
        return frame;
    return (int)ceil(frozen->from_s / interval_s);
}
