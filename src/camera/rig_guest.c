/* The insect and the forgotten bottle of the simulated rig.
 *
 * A fly comes every 90 seconds and stays for 72. It walks for a moment, sits for a while, walks
 * on: where it goes next is drawn from the number of the walk, not from where it has been, so any
 * frame can be asked for alone. The bottle stays for good.
 */
#include "camera/rig_guest.h"

#include "camera/rig_still.h"
#include "camera/rig_visit.h"

#include <math.h>

static const double visit_period_s = 90.0, visit_s = 72.0;
static const double walk_period_s = 9.0; /* to walk and then to sit */
enum { WALKS_PER_VISIT = 8 };

static struct point resting_place(const struct rig_settings *settings, int64_t visit, int64_t walk)
{
    struct rng about = rng_seeded(settings->seed ^ 0xf1e, (uint64_t)visit);
    const double x = rng_uniform_between(&about, 180.0, 1100.0);
    const double y = rng_uniform_between(&about, 140.0, 640.0);
    struct rng rng = rng_seeded(settings->seed ^ 0xf1f, (uint64_t)(visit * WALKS_PER_VISIT + walk));
    return (struct point){(float)(x + rng_uniform_between(&rng, -110.0, 110.0)),
                          (float)(y + rng_uniform_between(&rng, -60.0, 60.0))};
}

struct insect {
    bool present;
    struct point at;
    float heading; /* radians, 0 to the right */
};

static struct insect insect_at(const struct rig_settings *settings, double since_s)
{
    struct insect insect = {0};
    if (since_s < 0.0 || fmod(since_s, visit_period_s) >= visit_s)
        return insect;
    const int64_t visit = (int64_t)(since_s / visit_period_s);
    const double in_visit_s = fmod(since_s, visit_period_s);
    const int64_t walk = (int64_t)(in_visit_s / walk_period_s);
    const double walking_s = 1.5 + 0.25 * (double)((visit + walk) % 8);
    const double share = smooth_step(fmod(in_visit_s, walk_period_s) / walking_s - 0.5, 1.0);
    const struct point from = resting_place(settings, visit, walk);
    const struct point to = resting_place(settings, visit, walk + 1);
    insect.present = true;
    insect.at.x = from.x + (float)share * (to.x - from.x);
    insect.at.y = from.y + (float)share * (to.y - from.y);
    insect.heading = atan2f(to.y - from.y, to.x - from.x);
    return insect;
}

/* A point of the insect: `along` its body, `aside` of it. */
static struct point limb(struct insect insect, float along, float aside)
{
    const float c = cosf(insect.heading), s = sinf(insect.heading);
    return (struct point){insect.at.x + along * c - aside * s,
                          insect.at.y + 0.8f * (along * s + aside * c)};
}

static void paint_insect(struct canvas *frame, struct insect insect)
{
    static const float leg_angle[3] = {4.0f, 0.5f, -3.5f};
    const struct brush black = {.srgb = 0x17181a, .relief = RELIEF_DOME, .gloss = 0.1f};
    const struct brush leg = {.srgb = 0x1d1d1e, .transparency = 0.25f};
    const struct brush wing = {.srgb = 0xaeb2b4, .transparency = 0.55f};
    paint_ellipse(frame, insect.at.x + 3.0f, insect.at.y + 3.0f, 7.5f, 4.0f,
                  &(struct brush){.srgb = 0x101010, .transparency = 0.75f, .softness = 5.0f});
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 3; i++)
            paint_line(frame, limb(insect, leg_angle[i] * 0.5f, (float)side * 1.5f),
                       limb(insect, leg_angle[i] * 1.6f, (float)side * 6.0f), 0.5f, &leg);
    paint_line(frame, limb(insect, -4.5f, 0), limb(insect, 1.0f, 0), 3.0f, &black);
    for (int side = -1; side <= 1; side += 2)
        paint_line(frame, limb(insect, 0.5f, (float)side * 1.2f),
                   limb(insect, -7.0f, (float)side * 3.4f), 1.8f, &wing);
    const struct point head = limb(insect, 5.0f, 0);
    paint_ellipse(frame, head.x, head.y, 2.4f, 2.2f, &black);
}

void guest_paint(struct canvas *frame, const struct rig_settings *settings, double time_s)
{
    const double since_s = time_s - settings->onset_s;
    if (since_s < 0.0)
        return;
    if (settings->scenario == SCENARIO_INSECT) {
        const struct insect insect = insect_at(settings, since_s);
        if (insect.present)
            paint_insect(frame, insect);
    } else if (settings->scenario == SCENARIO_OBJECT && since_s >= visit_object_put_s()) {
        struct rng rng = rng_seeded(settings->seed, 0xb077);
        paint_bottle(frame, &rig_layouts[settings->rig]->forgotten, &rng);
        canvas_place_back(frame);
    }
}
