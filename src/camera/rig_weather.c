/* Daylight and room light of the quiet scenarios that still change every pixel.
 *
 * Called by rig_light.c for the gains of a moment (so the camera's exposure answers to them) and by
 * rig.c for what has a shape: the sun falls through a window of two by two panes, its image breaks
 * where the wall meets the bench, and it lies over whatever stands there like light, not paint.
 */
#include "camera/rig_weather.h"

#include "base/rng.h"

#include <math.h>
#include <stddef.h>

static const double turn = 6.283185307179586;

static const double sunrise_s = 1800.0;                  /* where the settings know no end */
static const double sunrise_min_s = 20.0;                /* shorter than that it is a lamp */
static const float sun_from = -560.0f, sun_to = 1290.0f; /* the patch wanders, units */
static const float pane = 118.0f, bar = 16.0f, pane_height = 108.0f;
static const float penumbra = 3.0f;

/* 0 at the onset, 1 at the end. */
static double sunrise_share(const struct rig_settings *settings, double since_s)
{
    double span_s =
        settings->duration_s > 0.0 ? settings->duration_s - settings->onset_s : sunrise_s;
    span_s = fmax(span_s, sunrise_min_s);
    return fmin(since_s / span_s, 1.0);
}

static void rise(const struct rig_settings *settings, double time_s, struct lighting *lighting)
{
    static const double warm[3] = {1.35, 1.0, 0.62};
    const double since_s = rig_since_s(settings, SCENARIO_SUNRISE, time_s);
    if (since_s < 0.0)
        return;
    const double share = sunrise_share(settings, since_s);
    const double bright = 1.0 + 0.9 * smooth_step(share - 0.45, 0.9);
    const double warmth = smooth_step(share - 0.15, 0.3) - 0.7 * smooth_step(share - 0.8, 0.5);
    const double sun = 1.5 * smooth_step(share - 0.12, 0.2);
    for (int c = 0; c < 3; c++) {
        lighting->room[c] *= (float)(bright * (1.0 + 0.22 * warmth * (warm[c] - 1.0)));
        lighting->sun[c] = (float)(sun * (1.0 + (0.3 + 0.5 * warmth) * (warm[c] - 1.0)));
    }
}

/* Clouds of 5 to 60 seconds, ±30 %. */
static double cloud_factor(const struct rig_settings *settings, double time_s)
{
    const double since_s = rig_since_s(settings, SCENARIO_CLOUDS, time_s);
    if (since_s < 0.0)
        return 1.0;
    const uint32_t seed = (uint32_t)settings->seed;
    const float t = (float)fmod(since_s, 1e5);
    const float sum = 0.75f * texture_noise(t / 21.0f, 0.5f, seed) +
                      0.45f * texture_noise(t / 8.0f, 1.5f, seed) +
                      0.20f * texture_noise(t / 3.0f, 2.5f, seed);
    return 1.0 + 0.30 * smooth_step(since_s - 2.0, 4.0) * tanh(1.8 * (double)sum);
}

/* A tube at its end: the beat of mains and frame rate, and now and then it nearly goes out. */
static double flicker_factor(const struct rig_settings *settings, double time_s)
{
    const double since_s = rig_since_s(settings, SCENARIO_FLICKER, time_s);
    if (since_s < 0.0)
        return 1.0;
    struct rng rng = rng_seeded(settings->seed ^ 0xf11c, (uint64_t)(since_s * 4.0));
    const double dip = rng_uniform(&rng) < 0.06 ? 0.35 * rng_uniform(&rng) : 0.0;
    return 1.0 + 0.03 * sin(turn * 0.83 * since_s) + 0.02 * rng_normal(&rng) - dip;
}

static double dark_factor(const struct rig_settings *settings, double time_s)
{
    const double since_s = rig_since_s(settings, SCENARIO_DARK, time_s);
    return since_s < 0.0 ? 1.0 : 1.0 - 0.9975 * smooth_step(since_s - 0.05, 0.1);
}

void weather_change(const struct rig_settings *settings, double time_s, struct lighting *lighting)
{
    const double room = cloud_factor(settings, time_s) * flicker_factor(settings, time_s);
    const double all = dark_factor(settings, time_s);
    for (int c = 0; c < 3; c++) {
        lighting->room[c] *= (float)(room * all);
        lighting->lamp[c] *= (float)all;
    }
    rise(settings, time_s, lighting);
}

/* 1 inside of `from`..`to`, with the sun's narrow penumbra. */
static float between(float value, float from, float to)
{
    const float inside = fminf(value - from, to - value) / penumbra + 0.5f;
    return inside <= 0.0f ? 0.0f : inside >= 1.0f ? 1.0f : inside;
}

/* How much of the sun a point gets when the patch has come to `left`. */
static float sun_at(struct point p, float left, float wall_line)
{
    const float down = p.y - wall_line;
    const float across = p.x - left - (down < 0.0f ? 0.22f : 0.9f) * down;
    const float along = (down < 0.0f ? down : 0.62f * down) + pane_height + 14.0f;
    const float columns =
        between(across, 0.0f, pane) + between(across, pane + bar, 2.0f * pane + bar);
    const float rows = between(along, 0.0f, pane_height) +
                       between(along, pane_height + bar, 2.0f * pane_height + bar);
    return columns * rows;
}

static void paint_sun(struct canvas *frame, const struct canvas *scene, float left, float wall_line)
{
    const struct lighting *lighting = frame->lighting;
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            const float sun = sun_at(canvas_point(frame, x, y), left, wall_line);
            if (sun <= 0.0f)
                continue;
            const size_t i = (size_t)y * (size_t)frame->width + (size_t)x;
            for (int c = 0; c < FRAME_PLANE_COUNT; c++)
                frame->planes[c][i] += canvas_albedo(scene, lighting, c, i) *
                                       scene->planes[PLANE_ROOM][i] * sun * lighting->sun[c];
        }
}

static void paint_bands(struct canvas *frame, double since_s)
{
    const double phase = turn * fmod(since_s * 0.37, 1.0);
    for (int y = 0; y < frame->height; y++) {
        const double down = (double)y / frame->height;
        const float factor = (float)(1.0 + 0.045 * sin(turn * 1.7 * down + phase));
        for (int c = 0; c < FRAME_PLANE_COUNT; c++) {
            float *row = frame->planes[c] + (size_t)y * (size_t)frame->width;
            for (int x = 0; x < frame->width; x++)
                row[x] *= factor;
        }
    }
}

void weather_paint(struct canvas *frame, const struct canvas *scene,
                   const struct rig_settings *settings, float wall_line, double time_s)
{
    const double risen_s = rig_since_s(settings, SCENARIO_SUNRISE, time_s);
    const double flickering_s = rig_since_s(settings, SCENARIO_FLICKER, time_s);
    if (risen_s >= 0.0) {
        float share = (float)sunrise_share(settings, risen_s);
        if (settings->seed % 2 == 0)
            share = 1.0f - share;
        paint_sun(frame, scene, sun_from + share * (sun_to - sun_from), wall_line);
    }
    if (flickering_s >= 0.0)
        paint_bands(frame, flickering_s);
}
