/* People and what they leave behind. Near the camera and moving, they are out of focus; they take
 * light from what is behind them before they hide it.
 */
#include "nuisance.h"

#include "base/rng.h"

#include <math.h>

static const double turn = 6.283185307179586;

struct person {
    float x, feet_y, height; /* px */
    float stride;            /* -1..1 */
    float shirt[3], trousers[3], skin[3], hair[3];
};

static struct rng rng_of(const struct nuisance *nuisance, int64_t visit)
{
    return rng_seeded(nuisance->seed * 0x9e3779b97f4a7c15u + (uint64_t)nuisance->kind,
                      (uint64_t)visit);
}

static struct person person_of(struct rng *rng, const struct picture *picture)
{
    const float height = (float)picture->light.height;
    struct person person = {.height = height * (float)rng_uniform_between(rng, 0.7, 1.1)};
    /* Who is nearer looks taller and stands lower in the picture. */
    person.feet_y = 0.3f * height + person.height * (float)rng_uniform_between(rng, 0.92, 1.0);
    const float tone = (float)rng_uniform_between(rng, 0.25, 1.0);
    const float dark = (float)rng_uniform_between(rng, 0.012, 0.06);
    const float bright = (float)rng_uniform_between(rng, 0.03, 0.35); /* a lab coat is bright */
    for (int c = 0; c < 3; c++) {
        person.shirt[c] = bright * (float)rng_uniform_between(rng, 0.8, 1.2);
        person.trousers[c] = dark * (float)rng_uniform_between(rng, 0.8, 1.3);
        person.hair[c] = 0.5f * dark;
    }
    person.skin[0] = 0.52f * tone;
    person.skin[1] = 0.30f * tone;
    person.skin[2] = 0.21f * tone;
    return person;
}

static void draw_leg(const struct person *person, struct picture *picture, float swing)
{
    const float h = person->height, hip_y = person->feet_y - 0.50f * h;
    const float half = 0.042f * h, foot_x = person->x + 0.13f * h * swing;
    const struct polygon leg = {{{person->x - half, hip_y},
                                 {person->x + half, hip_y},
                                 {foot_x + 0.8f * half, person->feet_y},
                                 {foot_x - 0.8f * half, person->feet_y}},
                                0.018f * h};
    picture_paint_polygon(picture, &leg, person->trousers, 1.0f);
}

static void draw_arm(const struct person *person, struct picture *picture, float side, float swing)
{
    const float h = person->height, top = person->feet_y - 0.80f * h;
    const float hand_x = person->x + side * 0.07f * h - 0.10f * h * swing;
    const float half = 0.026f * h, shoulder_x = person->x + side * 0.075f * h;
    const struct polygon arm = {{{shoulder_x - half, top},
                                 {shoulder_x + half, top},
                                 {hand_x + half, top + 0.33f * h},
                                 {hand_x - half, top + 0.33f * h}},
                                0.018f * h};
    const struct ellipse hand = {hand_x, top + 0.35f * h, 0.022f * h, 0.03f * h, 0.012f * h};
    picture_paint_polygon(picture, &arm, person->shirt, 1.0f);
    picture_paint_ellipse(picture, &hand, person->skin, 1.0f);
}

static void draw_person(const struct person *person, struct picture *picture)
{
    static const float shadow[3] = {0.62f, 0.63f, 0.66f};
    const float h = person->height, soft = 0.02f * h, x = person->x;
    const struct ellipse dim = {x + 0.18f * h, person->feet_y - 0.4f * h, 0.42f * h, 0.62f * h,
                                0.35f * h};
    picture_shade_ellipse(picture, &dim, shadow);
    draw_leg(person, picture, -person->stride);
    draw_leg(person, picture, person->stride);
    draw_arm(person, picture, -1.0f, person->stride);
    const struct ellipse trunk = {x, person->feet_y - 0.66f * h, 0.088f * h, 0.20f * h, soft};
    const struct ellipse shoulders = {x, person->feet_y - 0.79f * h, 0.098f * h, 0.05f * h, soft};
    const struct ellipse neck = {x, person->feet_y - 0.85f * h, 0.03f * h, 0.05f * h, soft};
    const struct ellipse head = {x, person->feet_y - 0.925f * h, 0.05f * h, 0.066f * h, soft};
    const struct ellipse hair = {x, person->feet_y - 0.955f * h, 0.05f * h, 0.045f * h, soft};
    picture_paint_ellipse(picture, &trunk, person->shirt, 1.0f);
    picture_paint_ellipse(picture, &shoulders, person->shirt, 1.0f);
    picture_paint_ellipse(picture, &neck, person->skin, 1.0f);
    picture_paint_ellipse(picture, &head, person->skin, 1.0f);
    picture_paint_ellipse(picture, &hair, person->hair, 1.0f);
    draw_arm(person, picture, 1.0f, -person->stride);
}

/* Where someone is who crosses the frame in `crossing_s`, from outside to outside. */
static float crossing_at(const struct person *person, float width, double since_s,
                         double crossing_s, bool to_right)
{
    const float way = (float)(since_s / crossing_s), margin = 0.5f * person->height;
    const float at = -margin + (width + 2.0f * margin) * way;
    return to_right ? at : width - at;
}

void nuisance_walker(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    const double period_s = 70.0, since_s = time_s - nuisance->from_s;
    const int64_t visit = (int64_t)(since_s / period_s);
    struct rng rng = rng_of(nuisance, visit);
    const double crossing_s = rng_uniform_between(&rng, 3.0, 10.0);
    const double wait_s = rng_uniform_between(&rng, 0.0, 50.0);
    const double in_visit_s = since_s - (double)visit * period_s - wait_s;
    const bool to_right = rng_below(&rng, 2);
    if (in_visit_s < 0.0 || in_visit_s > crossing_s)
        return;
    struct person person = person_of(&rng, picture);
    person.x = crossing_at(&person, (float)picture->light.width, in_visit_s, crossing_s, to_right);
    person.stride = (float)sin(turn * 0.9 * in_visit_s);
    draw_person(&person, picture);
}

void nuisance_standing(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    const double walk_s = 4.0, stay_s = nuisance->amount, period_s = stay_s + 140.0;
    const double since_s = time_s - nuisance->from_s;
    const int64_t visit = (int64_t)(since_s / period_s);
    const double in_visit_s = since_s - (double)visit * period_s;
    if (in_visit_s > 2.0 * walk_s + stay_s)
        return;
    struct rng rng = rng_of(nuisance, visit);
    struct person person = person_of(&rng, picture);
    const float width = (float)picture->light.width;
    const float place = width * (float)rng_uniform_between(&rng, 0.2, 0.8);
    const bool to_right = rng_below(&rng, 2);
    const double phase = turn * rng_uniform(&rng);
    const float from = to_right ? -0.5f * person.height : width + 0.5f * person.height;
    const double come = fmin(in_visit_s / walk_s, 1.0);
    const double go = fmax((in_visit_s - walk_s - stay_s) / walk_s, 0.0);
    const bool walks = come < 1.0 || go > 0.0;
    /* Nobody stands still. */
    const double sway =
        0.012 * sin(turn * time_s / 7.3 + phase) + 0.02 * sin(turn * time_s / 23.0 + 2.0 * phase);
    person.x = from + (place - from) * (float)(come - go) + width * (float)sway;
    person.stride = walks ? (float)sin(turn * 0.9 * in_visit_s)
                          : 0.25f * (float)sin(turn * time_s / 11.0 + phase);
    draw_person(&person, picture);
}

static void draw_box(struct picture *picture, struct rng *rng, double share)
{
    static const float shadow[3] = {0.45f, 0.45f, 0.48f};
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const float tall = (float)share * height;
    const float wide = tall * (float)rng_uniform_between(rng, 0.5, 1.6);
    const float x = width * (float)rng_uniform_between(rng, 0.15, 0.8);
    const float y = height * (float)rng_uniform_between(rng, 0.6, 0.92);
    const float deep = 0.3f * wide;
    float front[3], side[3], top[3];
    for (int c = 0; c < 3; c++) {
        front[c] = (float)rng_uniform_between(rng, 0.05, 0.5);
        side[c] = 0.5f * front[c];
        top[c] = 1.3f * front[c];
    }
    const struct ellipse contact = {x + 0.6f * wide, y, 0.8f * wide, 0.16f * wide, 0.2f * wide};
    const struct polygon front_face = {{{x, y - tall}, {x + wide, y - tall}, {x + wide, y}, {x, y}},
                                       1.5f};
    const struct polygon side_face = {{{x + wide, y - tall},
                                       {x + wide + deep, y - tall - 0.6f * deep},
                                       {x + wide + deep, y - 0.6f * deep},
                                       {x + wide, y}},
                                      1.5f};
    const struct polygon top_face = {{{x, y - tall},
                                      {x + deep, y - tall - 0.6f * deep},
                                      {x + wide + deep, y - tall - 0.6f * deep},
                                      {x + wide, y - tall}},
                                     1.5f};
    picture_shade_ellipse(picture, &contact, shadow);
    picture_paint_polygon(picture, &side_face, side, 1.0f);
    picture_paint_polygon(picture, &top_face, top, 1.0f);
    picture_paint_polygon(picture, &front_face, front, 1.0f);
}

/* Someone walks past, and then it stands there for good. */
void nuisance_object(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    const double crossing_s = 8.0, since_s = time_s - nuisance->from_s;
    struct rng rng = rng_of(nuisance, 0);
    if (since_s > 0.5 * crossing_s)
        draw_box(picture, &rng, nuisance->amount);
    if (since_s > crossing_s)
        return;
    rng = rng_of(nuisance, 1);
    struct person person = person_of(&rng, picture);
    person.x = crossing_at(&person, (float)picture->light.width, since_s, crossing_s, true);
    person.stride = (float)sin(turn * 0.9 * since_s);
    draw_person(&person, picture);
}
