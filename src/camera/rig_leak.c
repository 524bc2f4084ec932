/* Leaks of the simulated rig: where liquid and salt are, as a function of the time since the onset.
 * Drops are rig_drops.c's; what all of it looks like is rig_film.c's and rig_coat.c's.
 */
#include "camera/rig_leak.h"

#include "base/rng.h"
#include "camera/rig_leak_parts.h"

#include <math.h>

static const double trickle_creep_s = 9.0; /* time constant of its way down the tube */

static const float puddle_area_per_s = 260.0f; /* units2 as seen */

static const double stain_s = 100.0;
static const float stain_half_width = 150.0f;
enum { TONGUE_COUNT = 7 };

enum { LUMP_COUNT = 44 };
static const float lump_size_min = 0.7f;
static const double lump_period_s = 7.0, lump_growth_s = 90.0;

static float circle_radius(const struct leak *leak, float area)
{
    return sqrtf(area / (3.14159f * leak->layout->slant));
}

/* A point of the tube's lower side, `along` from 0 at the fitting to 1 at the pump. */
static struct point trickle_point(const struct point tube[RIG_TUBE_POINTS], float along,
                                  float to_side)
{
    const float position = fminf(along, 0.9999f) * (RIG_TUBE_POINTS - 1);
    const int i = (int)position;
    const float t = position - (float)i;
    const struct point a = tube[i], b = tube[i + 1];
    const float x = b.x - a.x, y = b.y - a.y;
    const float length = sqrtf(x * x + y * y);
    const float side = to_side * (3.6f + 0.8f * texture_noise(along * 14.0f, 0.0f, 5));
    return (struct point){a.x + t * x - side * y / length, a.y + t * y + side * x / length};
}

/* The thread of liquid on the tube, and the beads that run down it. */
static void add_thread(const struct leak *leak, float width)
{
    const struct leak_places *places = &leak->layout->leaks;
    const float end = places->trickle_end, side = places->trickle_side;
    const float front = end * (1.0f - expf(-(float)(leak->grown_s / trickle_creep_s)));
    struct point tube[RIG_TUBE_POINTS], wet[RIG_TUBE_POINTS];
    layout_feed_tube(leak->layout, places->trickle_circuit, tube);
    for (int i = 0; i < RIG_TUBE_POINTS; i++)
        wet[i] = trickle_point(tube, front * (float)i / (RIG_TUBE_POINTS - 1), side);
    const struct shape thread = shape_stroke(wet, RIG_TUBE_POINTS, width * 2.6f);
    film_add_shape(leak->film, leak->frame, &thread, 1.8f);
    for (int i = 0; i < 4; i++) {
        const double t = leak->grown_s;
        const float along = (float)fmod(t * 0.11 + 0.27 * i + 0.05 * sin(t + i), (double)end);
        if (along > front)
            continue;
        const struct point at = trickle_point(tube, along, side);
        const struct shape bead = shape_ellipse(at.x, at.y, width * 3.4f, width * 4.6f);
        film_add_shape(leak->film, leak->frame, &bead, 2.6f);
    }
    const struct point last = trickle_point(tube, front, side);
    const struct shape head = shape_ellipse(last.x, last.y, width * 3.8f, width * 4.8f);
    film_add_shape(leak->film, leak->frame, &head, 2.8f);
}

static void paint_trickle(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    const enum liquid liquid = leak->layout->circuits[places->trickle_circuit].liquid;
    add_thread(leak, fminf(fmaxf(leak->size, 0.5f), 1.6f));
    film_paint(leak->film, leak->frame, leak->scene, &(struct coat){LOOK_LIQUID, liquid, false});
    const double arrival_s = 2.2 * trickle_creep_s;
    if (leak->grown_s > arrival_s) {
        const float area = 42.0f * (float)(leak->grown_s - arrival_s);
        film_add_puddle(leak->film, leak->frame, places->trickle_landing,
                        leak->size * fminf(3.0f + circle_radius(leak, area), 150.0f), 2.2f, 91);
        film_paint(leak->film, leak->frame, leak->scene, &(struct coat){LOOK_LIQUID, liquid, true});
    }
}

/* One of the layout's places, not quite where the last seed had it. */
static struct point puddle_source(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    struct rng rng = rng_seeded(leak->settings->seed, 0x9dd1e);
    struct point source = places->puddles[rng_below(&rng, (uint32_t)places->puddle_count)];
    source.x += places->puddle_spread.x * (float)rng_uniform_between(&rng, -1.0, 1.0);
    source.y += places->puddle_spread.y * (float)rng_uniform_between(&rng, -1.0, 1.0);
    return source;
}

static void paint_puddle(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    const float area = puddle_area_per_s * (float)leak->grown_s;
    const float half_width =
        leak->size * fminf(circle_radius(leak, area), places->puddle_half_width_max);
    const enum look look = leak->settings->scenario == SCENARIO_CLEAR ? LOOK_CLEAR : LOOK_LIQUID;
    if (half_width < 1.0f)
        return;
    film_add_puddle(leak->film, leak->frame, puddle_source(leak), half_width, 2.6f,
                    (uint32_t)leak->settings->seed + 41);
    film_paint(leak->film, leak->frame, leak->scene,
               &(struct coat){look, places->drop_liquid, true});
}

/* Soaked up: fast at first, and with tongues that run ahead. */
static void paint_stain(const struct leak *leak)
{
    const struct leak_places *places = &leak->layout->leaks;
    const struct point source = puddle_source(leak);
    const uint32_t seed = (uint32_t)leak->settings->seed + 43;
    const float soaked = 1.0f - expf(-(float)(leak->grown_s / stain_s));
    const float half_width = leak->size * stain_half_width * sqrtf(soaked);
    if (half_width < 1.0f)
        return;
    film_add_puddle(leak->film, leak->frame, source, half_width, 1.0f, seed);
    for (uint32_t i = 0; i < TONGUE_COUNT; i++) {
        struct rng rng = rng_seeded(seed, i);
        const double angle = rng_uniform_between(&rng, 0.0, 6.283185307179586);
        const float far = half_width * (float)rng_uniform_between(&rng, 0.6, 0.95);
        const struct point at = {source.x + far * (float)cos(angle),
                                 source.y + leak->layout->slant * far * (float)sin(angle)};
        film_add_puddle(leak->film, leak->frame, at,
                        half_width * (float)rng_uniform_between(&rng, 0.25, 0.5), 1.0f, seed + i);
    }
    film_paint(leak->film, leak->frame, leak->scene,
               &(struct coat){LOOK_STAIN, places->drop_liquid, true});
}

/* Lumps of salt, born one after another from the fitting down its tube, each growing slower and
 * slower. */
static void paint_crust(const struct leak *leak)
{
    const int circuit = leak->layout->leaks.crust_circuit;
    /* Small amounts are fewer lumps, for a lump has its size. */
    const float size = fmaxf(leak->size, lump_size_min);
    const int count = (int)ceilf(LUMP_COUNT * leak->size * leak->size / (size * size));
    struct point tube[RIG_TUBE_POINTS];
    layout_feed_tube(leak->layout, circuit, tube);
    for (int i = 0; i < count; i++) {
        struct rng rng = rng_seeded(leak->settings->seed ^ 0x5a17, (uint64_t)i);
        const double age_s =
            leak->grown_s - i * lump_period_s * rng_uniform_between(&rng, 0.7, 1.0);
        if (age_s <= 0.0)
            continue;
        const float place = (float)i / LUMP_COUNT * 0.32f * fminf(leak->size, 2.0f);
        const float position = place * (RIG_TUBE_POINTS - 1);
        const struct point on = tube[(int)position];
        const float radius = size * (float)(rng_uniform_between(&rng, 3.5, 7.5) *
                                            (1.0 - exp(-age_s / lump_growth_s)));
        const struct point at = {on.x + 5.0f * size * (float)rng_normal(&rng),
                                 on.y - 9.0f + 4.0f * size * (float)rng_normal(&rng)};
        const struct shape lump = shape_ellipse(at.x, at.y, radius, radius * 0.85f);
        if (radius > 0.3f)
            film_add_shape(leak->film, leak->frame, &lump, 1.6f);
    }
    film_paint(leak->film, leak->frame, leak->scene,
               &(struct coat){LOOK_CRUST, leak->layout->circuits[circuit].liquid, false});
}

static void (*const painters[SCENARIO_COUNT])(const struct leak *leak) = {
    [SCENARIO_DROPS] = leak_paint_drops, [SCENARIO_TRICKLE] = paint_trickle,
    [SCENARIO_PUDDLE] = paint_puddle,    [SCENARIO_CLEAR] = paint_puddle,
    [SCENARIO_STAIN] = paint_stain,      [SCENARIO_CRUST] = paint_crust,
};

void leak_paint(struct canvas *frame, const struct canvas *scene, struct film *film,
                const struct rig_settings *settings, double since_s)
{
    const struct leak leak = {
        .frame = frame,
        .scene = scene,
        .film = film,
        .settings = settings,
        .layout = rig_layouts[settings->rig],
        .since_s = since_s,
        .grown_s = since_s * settings->rate,
        .size = sqrtf((float)settings->amount),
    };
    if (since_s >= 0.0 && painters[settings->scenario])
        painters[settings->scenario](&leak);
}
