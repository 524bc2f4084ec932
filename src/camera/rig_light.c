/* Light drift, lamp, colours of the electrolytes, automatic exposure of the simulated rig.
 *
 * Between the clock of a frame and the painting. The exposure is the surprising part: a camera's
 * control loop has memory, but a frame here must not depend on the frames before it. So the loop is
 * written as what it amounts to, an exponentially weighted mean of the past brightness, summed up
 * anew for each frame.
 */
#include "camera/rig_light.h"

#include "base/rng.h"
#include "camera/rig_visit.h"
#include "camera/rig_weather.h"

#include <math.h>
#include <stddef.h>

static const double turn = 6.283185307179586;

/* Clouds and the building's heating: periods in seconds, relative amplitudes. */
static const double drift_period_s[DRIFT_WAVE_COUNT] = {1130.0, 347.0, 89.0, 31.0};
static const double drift_amplitude[DRIFT_WAVE_COUNT] = {0.050, 0.030, 0.010, 0.004};

static const double charge_period_s = 2700.0;
static const double lamp_period_s = 120.0; /* on for the first half */

static const float sun_share = 0.06f; /* of the picture that the patch of sunlight fills */

enum { EXPOSURE_SAMPLES = 32 };
static const double exposure_lag_s = 0.9;

void light_plan_init(struct light_plan *plan, const struct rig_settings *settings,
                     const struct canvas *scene)
{
    struct rng rng = rng_seeded(settings->seed, 0x11647);
    *plan = (struct light_plan){.settings = settings, .layout = rig_layouts[settings->rig]};
    for (int i = 0; i < DRIFT_WAVE_COUNT; i++)
        plan->drift_phase[i] = turn * rng_uniform(&rng);
    plan->charge_phase = turn * rng_uniform(&rng);
    const size_t count = (size_t)scene->width * (size_t)scene->height;
    double room = 0.0, lamp = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double albedo = (double)scene->planes[PLANE_GREEN][i];
        room += albedo * (double)scene->planes[PLANE_ROOM][i];
        lamp += albedo * (double)scene->planes[PLANE_LAMP][i];
    }
    plan->room_mean = (float)(room / (double)count);
    plan->lamp_mean = (float)(lamp / (double)count);
    plan->usual_mean = plan->room_mean + plan->layout->lamp_always * plan->lamp_mean;
}

static double wave(double time_s, double period_s, double phase)
{
    return sin(turn * fmod(time_s / period_s, 1.0) + phase);
}

static double lamp_at(const struct light_plan *plan, double time_s)
{
    const double since_s = rig_since_s(plan->settings, SCENARIO_LAMP, time_s);
    if (since_s < 0.0)
        return 0.0;
    const double in_period_s = fmod(since_s, lamp_period_s);
    return smooth_step(in_period_s - 0.1, 0.2) -
           smooth_step(in_period_s - lamp_period_s / 2.0, 0.2);
}

double light_plan_charge(const struct light_plan *plan, double time_s)
{
    return 0.5 + 0.42 * wave(time_s + plan->settings->start_s, charge_period_s, plan->charge_phase);
}

/* Mixtures absorb what both absorb: colours mix as products. */
static void mix_colors(uint32_t a, uint32_t b, float share, float ret_color[3])
{
    float first[3], second[3];
    color_from_srgb(a, first);
    color_from_srgb(b, second);
    for (int c = 0; c < 3; c++)
        ret_color[c] = powf(first[c] + 0.004f, 1.0f - share) * powf(second[c] + 0.004f, share);
}

struct lighting light_plan_at(const struct light_plan *plan, double time_s)
{
    const double age_s = time_s + plan->settings->start_s;
    double drift = 1.0;
    for (int i = 0; i < DRIFT_WAVE_COUNT; i++)
        drift += drift_amplitude[i] * wave(age_s, drift_period_s[i], plan->drift_phase[i]);
    const double warmth = 0.015 * wave(age_s, 613.0, plan->drift_phase[0] + 1.0);
    const float lamp = plan->layout->lamp_always + (float)lamp_at(plan, time_s);
    const struct layout *layout = plan->layout;
    struct lighting lighting = {
        .room = {(float)(drift * (1.0 + warmth)), (float)drift, (float)(drift * (1.0 - warmth))},
    };
    for (int c = 0; c < 3; c++) {
        lighting.room[c] *= layout->room_color[c];
        lighting.lamp[c] = layout->lamp_color[c] * lamp;
    }
    const float charge = (float)light_plan_charge(plan, time_s);
    for (int i = 0; i < 2; i++)
        mix_colors(layout->liquids[i][0], layout->liquids[i][1], charge, lighting.liquid[i]);
    weather_change(plan->settings, time_s, &lighting);
    return lighting;
}

static double brightness_at(const struct light_plan *plan, double time_s)
{
    const struct lighting lighting = light_plan_at(plan, time_s);
    const double seen =
        (double)(plan->room_mean * (lighting.room[1] + sun_share * lighting.sun[1])) +
        (double)(plan->lamp_mean * lighting.lamp[1]);
    return seen * (1.0 - visit_shading(plan->settings, time_s)) + 0.004;
}

float light_plan_exposure(const struct light_plan *plan, double time_s)
{
    double sum = 0.0, weights = 0.0;
    for (int i = 0; i < EXPOSURE_SAMPLES; i++) {
        const double age_s = ((double)i + 0.5) * 5.0 * exposure_lag_s / EXPOSURE_SAMPLES;
        const double weight = exp(-age_s / exposure_lag_s);
        sum += weight * brightness_at(plan, time_s - age_s);
        weights += weight;
    }
    const float exposure_target = plan->layout->eye.exposure_target;
    const float exposure = exposure_target / (float)(sum / weights);
    /* Cheap controls leave a part of the change, and their gain ends somewhere. */
    const float usual = exposure_target / plan->usual_mean;
    const float controlled = usual * powf(exposure / usual, 0.85f);
    return controlled > 6.0f * usual ? 6.0f * usual : controlled;
}
