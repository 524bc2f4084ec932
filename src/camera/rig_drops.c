/* Drops from a fitting of the simulated rig, and the wet spots where they land. One unit is about
 * half a millimetre, so drops of 40 microlitres are 8 units wide and fall with 19600 units/s2.
 *
 * The k-th drop has its own stream of random numbers, so where it splashes does not depend on which
 * frames were asked for before. A leak's rate changes how often drops fall, not how fast.
 */
#include "camera/rig_leak_parts.h"

#include "base/rng.h"

#include <math.h>

static const double gravity = 19600.0; /* units/s2 */
static const double shutter_s = 1.0 / 60.0;

static const double drop_period_s = 2.6;
static const float drop_radius = 4.3f;
enum { SPLASHES_MAX = 48 }; /* later drops fall into the puddle of the earlier ones */

static struct rng drop_rng(const struct leak *leak, int64_t k)
{
    return rng_seeded(leak->settings->seed ^ 0xd209, (uint64_t)k);
}

/* When the k-th drop lets go, in seconds since the onset. */
static double drop_release_s(const struct leak *leak, int64_t k)
{
    struct rng rng = drop_rng(leak, k);
    return ((double)k + 0.45 + 0.5 * rng_uniform(&rng)) * drop_period_s / leak->settings->rate;
}

static double fall_time_s(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    return sqrt(2.0 * (double)(places->drop_landing.y - places->drop_start.y) / gravity);
}

/* What one drop leaves where it lands: a spot and a few splashes round it. */
static void add_splash(const struct leak *leak, int64_t k, double since_impact_s)
{
    const struct point landing = leak->layout->leaks.drop_landing;
    struct rng rng = drop_rng(leak, k);
    rng_next(&rng);
    const float spread = (float)(0.72 + 0.28 * smooth_step(since_impact_s - 0.25, 0.5));
    const struct point spot = {
        landing.x + leak->size * 7.0f * (float)rng_normal(&rng),
        landing.y + leak->size * 3.0f * (float)rng_normal(&rng),
    };
    film_add_puddle(leak->film, leak->frame, spot,
                    leak->size * spread * (float)rng_uniform_between(&rng, 10.0, 15.0), 1.9f,
                    (uint32_t)rng_next(&rng));
    const uint32_t count = 1 + rng_below(&rng, 4);
    for (uint32_t i = 0; i < count; i++) {
        const double angle = rng_uniform_between(&rng, 0.0, 6.283185307179586);
        const double far =
            (double)leak->size * (14.0 + 30.0 * rng_uniform(&rng) * rng_uniform(&rng));
        const struct point at = {spot.x + (float)(far * cos(angle)),
                                 spot.y + leak->layout->slant * (float)(far * sin(angle))};
        film_add_puddle(leak->film, leak->frame, at,
                        leak->size * (float)rng_uniform_between(&rng, 2.4, 5.4), 1.5f,
                        (uint32_t)rng_next(&rng));
    }
}

/* A drop of liquid in the air: dark edge, liquid's colour, a highlight. */
static void paint_drop(const struct leak *leak, struct point top, float length, float radius)
{
    const struct point ends[2] = {top, {top.x, top.y + length}};
    const struct shape drop = shape_stroke(ends, 2, radius);
    const float blur = fminf(length / 40.0f, 0.6f);
    film_cover_shape(leak->film, leak->frame, &drop);
    canvas_paint(leak->frame, &drop,
                 &(struct brush){.liquid = leak->layout->leaks.drop_liquid,
                                 .relief = RELIEF_TUBE,
                                 .gloss = 2.5f,
                                 .transparency = 0.08f + blur});
    const struct shape light = shape_ellipse(top.x - radius * 0.3f, top.y + length - radius * 0.3f,
                                             radius * 0.28f, radius * 0.4f);
    canvas_paint(leak->frame, &light,
                 &(struct brush){.srgb = 0xffffff, .softness = 1.0f, .transparency = 0.35f + blur});
}

static void paint_drop_in_flight(const struct leak *leak, double since_release_s, float radius)
{
    const struct point start = leak->layout->leaks.drop_start;
    const double from_s = fmax(since_release_s - shutter_s, 0.0);
    const double to_s = fmin(since_release_s, fall_time_s(leak));
    if (to_s <= from_s)
        return;
    const float from = start.y + (float)(0.5 * gravity * from_s * from_s);
    const float to = start.y + (float)(0.5 * gravity * to_s * to_s);
    paint_drop(leak, (struct point){start.x, from}, to - from, radius);
}

/* The drops of one moment. */
struct dripping {
    int64_t landed;
    double hanging_since_s;
    double in_flight_s; /* of the last one; < 0 when none is */
};

static struct dripping dripping_at(const struct leak *leak)
{
    struct dripping now = {.in_flight_s = -1.0};
    const double period_s = drop_period_s / leak->settings->rate;
    const int64_t first = (int64_t)((leak->since_s - fall_time_s(leak)) / period_s) - 2;
    for (int64_t k = first < 0 ? 0 : first;; k++) {
        const double since_release_s = leak->since_s - drop_release_s(leak, k);
        if (since_release_s < 0.0)
            return now;
        now.hanging_since_s = drop_release_s(leak, k);
        if (since_release_s >= fall_time_s(leak))
            now.landed = k + 1;
        else
            now.in_flight_s = since_release_s;
    }
}

void leak_paint_drops(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    const struct point start = places->drop_start;
    const struct dripping now = dripping_at(leak);
    for (int64_t k = 0; k < now.landed && k < SPLASHES_MAX; k++)
        add_splash(leak, k, leak->since_s - drop_release_s(leak, k) - fall_time_s(leak));
    if (now.landed > 0)
        film_add_puddle(leak->film, leak->frame, places->drop_landing,
                        leak->size * (6.0f + 3.4f * sqrtf((float)now.landed)), 2.0f, 77);
    film_paint(leak->film, leak->frame, leak->scene,
               &(struct coat){LOOK_LIQUID, places->drop_liquid, true});
    const float full = drop_radius * fminf(fmaxf(cbrtf(leak->size), 0.6f), 1.5f);
    const double period_s = drop_period_s / leak->settings->rate;
    const float grown = (float)fmin((leak->since_s - now.hanging_since_s) / period_s, 1.0);
    const float radius = 1.4f + (full - 1.4f) * cbrtf(grown);
    paint_drop(leak, (struct point){start.x, start.y - 4.0f}, 1.0f + 2.6f * grown, radius);
    if (now.in_flight_s >= 0.0)
        paint_drop_in_flight(leak, now.in_flight_s, full);
}
