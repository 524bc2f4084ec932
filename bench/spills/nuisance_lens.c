/* Nuisances of where the camera is and what is before its lens: the picture as a whole is moved,
 * blurred or hidden, a leak with it. */
#include "nuisance.h"

#include "base/rng.h"

#include <math.h>

static const double turn = 6.283185307179586;

static struct rng rng_of(const struct nuisance *nuisance)
{
    return rng_seeded(nuisance->seed, 0x1e45 + (uint64_t)nuisance->kind);
}

static struct rng rng_of_moment(const struct nuisance *nuisance, double time_s)
{
    return rng_seeded(nuisance->seed * 0x9e3779b97f4a7c15u + (uint64_t)nuisance->kind,
                      (uint64_t)llround(time_s * 1000.0));
}

struct spot nuisance_jitter_at(const struct nuisance *nuisance, double time_s)
{
    struct rng rng = rng_of_moment(nuisance, time_s);
    /* Rayleigh distances have a long tail that no mount has. */
    const double angle = turn * rng_uniform(&rng);
    const double distance = nuisance->amount * sqrt(2.0 * rng_uniform(&rng));
    return (struct spot){(float)(distance * cos(angle)), (float)(distance * sin(angle))};
}

void nuisance_jitter(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    const struct spot shift = nuisance_jitter_at(nuisance, time_s);
    picture_shift(picture, shift.x, shift.y);
}

/* A pump that runs for a while: the exposure sees the middle of a swing, and its blur. */
void nuisance_vibration(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double period_s = rng_uniform_between(&rng, 60.0, 160.0);
    const double angle = turn * rng_uniform(&rng);
    if (fmod(time_s - nuisance->from_s, period_s) > 0.6 * period_s)
        return;
    struct rng moment = rng_of_moment(nuisance, time_s);
    const double swing = nuisance->amount * sin(turn * rng_uniform(&moment));
    picture_shift(picture, (float)(swing * cos(angle)), (float)(swing * sin(angle)));
    picture_blur(picture, (float)(0.6 * fabs(nuisance->amount)));
}

void nuisance_moved(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    (void)time_s;
    struct rng rng = rng_of(nuisance);
    const double direction = turn * rng_uniform(&rng);
    const double angle = nuisance->amount / picture->light.width * rng_uniform_between(&rng, -1, 1);
    picture_turn(picture, (float)(nuisance->amount * cos(direction)),
                 (float)(nuisance->amount * sin(direction)), (float)angle);
}

/* A hand, a rag or a sheet of paper that came down from above. */
void nuisance_covered(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    static const float hand[3] = {0.030f, 0.014f, 0.011f}, paper[3] = {0.42f, 0.40f, 0.36f};
    struct rng rng = rng_of(nuisance);
    const bool is_paper = rng_below(&rng, 2);
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const double come = fmin((time_s - nuisance->from_s) / 1.5, 1.0);
    const float edge = (float)(nuisance->amount * come * 1.3) * height;
    const float lean = 0.15f * height * (float)rng_uniform_between(&rng, -1.0, 1.0);
    const struct polygon cover = {{{-width, -2.0f * height},
                                   {2.0f * width, -2.0f * height},
                                   {2.0f * width, edge + lean},
                                   {-width, edge - lean}},
                                  0.3f * height};
    picture_paint_polygon(picture, &cover, is_paper ? paper : hand, 1.0f);
}

void nuisance_defocused(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    const double come = fmin((time_s - nuisance->from_s) / 3.0, 1.0);
    picture_blur(picture, (float)(nuisance->amount * come));
}
