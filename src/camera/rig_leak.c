/* Leaks of the simulated rig. One unit is about half a millimetre, so drops of 40 microlitres are 8
 * units wide and fall with 19600 units/s2.
 *
 * Each leak is a function of the time since its onset. The k-th drop has its own stream of random
 * numbers, so where it splashes does not depend on which frames were asked for before.
 */
#include "camera/rig_leak.h"

#include "base/rng.h"
#include "camera/rig_scene.h"

#include <math.h>
#include <stddef.h>

static const double gravity = 19600.0; /* units/s2 */
static const double shutter_s = 1.0 / 60.0;

static const double drop_period_s = 2.6;
static const float drop_radius = 4.3f;
static const struct point drop_start = {584.0f, 419.0f};
static const struct point drop_landing = {585.0f, 528.0f};
enum { SPLASHES_MAX = 48 }; /* later drops fall into the puddle of the earlier ones */

static const double trickle_creep_s = 9.0; /* time constant of its way down the tube */
static const struct point trickle_landing = {757.0f, 628.0f};

static const struct point puddle_source = {628.0f, 588.0f};
static const float puddle_area_per_s = 260.0f; /* units2 as seen */
static const float puddle_half_width_max = 245.0f;

static struct rng drop_rng(const struct rig_settings *settings, int64_t k)
{
    return rng_seeded(settings->seed ^ 0xd209, (uint64_t)k);
}

/* When the k-th drop lets go, in seconds since the onset. */
static double drop_release_s(const struct rig_settings *settings, int64_t k)
{
    struct rng rng = drop_rng(settings, k);
    return ((double)k + 0.45 + 0.5 * rng_uniform(&rng)) * drop_period_s;
}

static double fall_time_s(void)
{
    return sqrt(2.0 * (double)(drop_landing.y - drop_start.y) / gravity);
}

/* What one drop leaves where it lands: a spot and a few splashes round it. */
static void add_splash(struct film *film, const struct canvas *frame,
                       const struct rig_settings *settings, int64_t k, double since_impact_s)
{
    struct rng rng = drop_rng(settings, k);
    rng_next(&rng);
    const float spread = (float)(0.72 + 0.28 * smooth_step(since_impact_s - 0.25, 0.5));
    const struct point spot = {
        drop_landing.x + 7.0f * (float)rng_normal(&rng),
        drop_landing.y + 3.0f * (float)rng_normal(&rng),
    };
    film_add_puddle(film, frame, spot, spread * (float)rng_uniform_between(&rng, 10.0, 15.0), 1.9f,
                    (uint32_t)rng_next(&rng));
    const uint32_t count = 1 + rng_below(&rng, 4);
    for (uint32_t i = 0; i < count; i++) {
        const double angle = rng_uniform_between(&rng, 0.0, 6.283185307179586);
        const double far = 14.0 + 30.0 * rng_uniform(&rng) * rng_uniform(&rng);
        const struct point at = {spot.x + (float)(far * cos(angle)),
                                 spot.y + film_slant * (float)(far * sin(angle))};
        film_add_puddle(film, frame, at, (float)rng_uniform_between(&rng, 2.4, 5.4), 1.5f,
                        (uint32_t)rng_next(&rng));
    }
}

/* A drop of liquid in the air: dark edge, liquid's colour, a highlight. */
static void paint_drop(struct canvas *frame, struct point top, float length, float radius,
                       enum liquid liquid)
{
    const struct point ends[2] = {top, {top.x, top.y + length}};
    const struct shape drop = shape_stroke(ends, 2, radius);
    const float blur = fminf(length / 40.0f, 0.6f);
    canvas_paint(
        frame, &drop,
        &(struct brush){
            .liquid = liquid, .relief = RELIEF_TUBE, .gloss = 2.5f, .transparency = 0.08f + blur});
    const struct shape light = shape_ellipse(top.x - radius * 0.3f, top.y + length - radius * 0.3f,
                                             radius * 0.28f, radius * 0.4f);
    canvas_paint(frame, &light,
                 &(struct brush){.srgb = 0xffffff, .softness = 1.0f, .transparency = 0.35f + blur});
}

static void paint_drop_in_flight(struct canvas *frame, double since_release_s)
{
    const double from_s = fmax(since_release_s - shutter_s, 0.0);
    const double to_s = fmin(since_release_s, fall_time_s());
    if (to_s <= from_s)
        return;
    const float from = drop_start.y + (float)(0.5 * gravity * from_s * from_s);
    const float to = drop_start.y + (float)(0.5 * gravity * to_s * to_s);
    paint_drop(frame, (struct point){drop_start.x, from}, to - from, drop_radius, LIQUID_POSITIVE);
}

static void paint_drops(struct canvas *frame, const struct canvas *scene, struct film *film,
                        const struct rig_settings *settings, double since_s)
{
    int64_t landed = 0;
    double hanging_since_s = 0.0;
    double in_flight_s = -1.0;
    const int64_t first = (int64_t)(since_s / drop_period_s) - 2;
    for (int64_t k = first < 0 ? 0 : first;; k++) {
        const double since_release_s = since_s - drop_release_s(settings, k);
        if (since_release_s < 0.0)
            break;
        hanging_since_s = drop_release_s(settings, k);
        if (since_release_s >= fall_time_s())
            landed = k + 1;
        else
            in_flight_s = since_release_s;
    }
    for (int64_t k = 0; k < landed && k < SPLASHES_MAX; k++)
        add_splash(film, frame, settings, k, since_s - drop_release_s(settings, k) - fall_time_s());
    if (landed > 0)
        film_add_puddle(film, frame, drop_landing, 6.0f + 3.4f * sqrtf((float)landed), 2.0f, 77);
    film_paint(film, frame, scene, LIQUID_POSITIVE);
    const float grown = (float)fmin((since_s - hanging_since_s) / drop_period_s, 1.0);
    const float radius = 1.4f + (drop_radius - 1.4f) * cbrtf(grown);
    paint_drop(frame, (struct point){drop_start.x, drop_start.y - 4.0f}, 1.0f + 2.6f * grown,
               radius, LIQUID_POSITIVE);
    if (in_flight_s >= 0.0)
        paint_drop_in_flight(frame, in_flight_s);
}

/* A point of the tube's lower side, `along` from 0 at the fitting to 1 at the pump. */
static struct point trickle_point(const struct point tube[RIG_TUBE_POINTS], float along)
{
    const float position = fminf(along, 0.9999f) * (RIG_TUBE_POINTS - 1);
    const int i = (int)position;
    const float t = position - (float)i;
    const struct point a = tube[i], b = tube[i + 1];
    const float x = b.x - a.x, y = b.y - a.y;
    const float length = sqrtf(x * x + y * y);
    const float side = 3.6f + 0.8f * texture_noise(along * 14.0f, 0.0f, 5);
    return (struct point){a.x + t * x - side * y / length, a.y + t * y + side * x / length};
}

static void paint_trickle(struct canvas *frame, const struct canvas *scene, struct film *film,
                          double since_s)
{
    struct point tube[RIG_TUBE_POINTS], wet[RIG_TUBE_POINTS];
    const float end = 0.80f;
    const float front = end * (1.0f - expf(-(float)(since_s / trickle_creep_s)));
    rig_feed_tube(1, tube);
    for (int i = 0; i < RIG_TUBE_POINTS; i++)
        wet[i] = trickle_point(tube, front * (float)i / (RIG_TUBE_POINTS - 1));
    const struct shape thread = shape_stroke(wet, RIG_TUBE_POINTS, 2.6f);
    film_add_shape(film, frame, &thread, 1.8f);
    for (int i = 0; i < 4; i++) { /* beads run down the thread */
        const float along = (float)fmod(since_s * 0.11 + 0.27 * i + 0.05 * sin(since_s + i), end);
        if (along > front)
            continue;
        const struct point at = trickle_point(tube, along);
        const struct shape bead = shape_ellipse(at.x, at.y, 3.4f, 4.6f);
        film_add_shape(film, frame, &bead, 2.6f);
    }
    const struct point last = trickle_point(tube, front);
    const struct shape head = shape_ellipse(last.x, last.y, 3.8f, 4.8f);
    film_add_shape(film, frame, &head, 2.8f);
    film_paint(film, frame, NULL, LIQUID_NEGATIVE);
    const double arrival_s = 2.2 * trickle_creep_s;
    if (since_s > arrival_s) {
        const float area = 42.0f * (float)(since_s - arrival_s);
        film_add_puddle(film, frame, trickle_landing,
                        fminf(3.0f + sqrtf(area / (3.14159f * film_slant)), 150.0f), 2.2f, 91);
        film_paint(film, frame, scene, LIQUID_NEGATIVE);
    }
}

static void paint_puddle(struct canvas *frame, const struct canvas *scene, struct film *film,
                         const struct rig_settings *settings, double since_s)
{
    const float area = puddle_area_per_s * (float)since_s;
    const float half_width = fminf(sqrtf(area / (3.14159f * film_slant)), puddle_half_width_max);
    if (half_width < 1.0f)
        return;
    film_add_puddle(film, frame, puddle_source, half_width, 2.6f, (uint32_t)settings->seed + 41);
    film_paint(film, frame, scene, LIQUID_POSITIVE);
}

void leak_paint(struct canvas *frame, const struct canvas *scene, struct film *film,
                const struct rig_settings *settings, double since_s)
{
    if (since_s < 0.0)
        return;
    if (settings->scenario == SCENARIO_DROPS)
        paint_drops(frame, scene, film, settings, since_s);
    else if (settings->scenario == SCENARIO_TRICKLE)
        paint_trickle(frame, scene, film, since_s);
    else if (settings->scenario == SCENARIO_PUDDLE)
        paint_puddle(frame, scene, film, settings, since_s);
}
