/* Small things that move or blink: parts of the scene that the normals have too (LED, display,
 * rotor, a tank whose liquid changes colour), and insects, which come uninvited.
 *
 * An amount of 1 is the behaviour that the normals show; more goes beyond it: a faster LED, a
 * display that is brighter, a rotor that turns unevenly, a liquid that gets colours never seen
 * before.
 */
#include "nuisance.h"

#include "base/rng.h"

#include <math.h>

static const double turn = 6.283185307179586;

static struct rng rng_of(const struct nuisance *nuisance, uint64_t stream)
{
    return rng_seeded(nuisance->seed * 0x9e3779b97f4a7c15u + (uint64_t)nuisance->kind, stream);
}

/* px per unit: things keep their size relative to the frame. */
static float scale_of(const struct picture *picture)
{
    return (float)picture->light.width / 640.0f;
}

static struct spot place_of(struct rng *rng, const struct picture *picture, double left,
                            double right, double top, double bottom)
{
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const float x = width * (float)rng_uniform_between(rng, left, right);
    return (struct spot){x, height * (float)rng_uniform_between(rng, top, bottom)};
}

/* The parts of a scene stand side by side; which comes first follows from the seed. */
static struct spot place_of_part(const struct nuisance *nuisance, struct rng *rng,
                                 const struct picture *picture, double top, double bottom)
{
    const uint64_t slot = (nuisance->seed + (uint64_t)nuisance->kind) % 4;
    const double left = 0.06 + 0.235 * (double)slot;
    return place_of(rng, picture, left, left + 0.1, top, bottom);
}

void nuisance_led(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    static const float dark[3] = {0.02f, 0.03f, 0.02f}, body[3] = {0.05f, 0.05f, 0.055f};
    static const float lit[2][3] = {{0.15f, 1.2f, 0.2f}, {1.3f, 0.25f, 0.1f}};
    struct rng rng = rng_of(nuisance, 0);
    const struct spot at = place_of_part(nuisance, &rng, picture, 0.15, 0.6);
    const float unit = scale_of(picture);
    const float *color = lit[rng_below(&rng, 2)];
    const double period_s = rng_uniform_between(&rng, 2.6, 5.4) / nuisance->amount;
    const bool on = fmod(time_s, period_s) < 0.45 * period_s;
    const struct ellipse box = {at.x, at.y, 9.0f * unit, 6.0f * unit, 1.5f};
    const struct ellipse lamp = {at.x, at.y, 2.4f * unit, 2.4f * unit, 1.5f};
    const struct ellipse halo = {at.x, at.y, 7.0f * unit, 7.0f * unit, 10.0f * unit};
    const float glow[3] = {1.0f + color[0], 1.0f + color[1], 1.0f + color[2]};
    picture_paint_ellipse(picture, &box, body, 1.0f);
    if (on)
        picture_shade_ellipse(picture, &halo, glow);
    picture_paint_ellipse(picture, &lamp, on ? color : dark, 1.0f);
}

static void draw_bar(struct picture *picture, float x, float y, float width, float height,
                     const float color[3])
{
    const struct polygon bar = {{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}},
                                1.2f};
    picture_paint_polygon(picture, &bar, color, 1.0f);
}

static void draw_digit(struct picture *picture, int digit, float x, float y, float unit,
                       const float color[3])
{
    /* top, middle, bottom, upper left, upper right, lower left, lower right */
    static const uint8_t segments[10] = {0x7d, 0x50, 0x37, 0x57, 0x5a,
                                         0x4f, 0x6f, 0x51, 0x7f, 0x5f};
    const float w = 5.0f * unit, t = 1.3f * unit;
    const int lit = segments[digit];
    for (int i = 0; i < 3; i++)
        if (lit & 1 << i)
            draw_bar(picture, x, y + w * (float)i, w, t, color);
    for (int i = 0; i < 4; i++)
        if (lit & 8 << i)
            draw_bar(picture, i % 2 ? x + w - t : x, y + (i / 2 ? w : 0.0f), t, w, color);
}

void nuisance_display(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    static const float body[3] = {0.03f, 0.032f, 0.035f}, glass[3] = {0.012f, 0.014f, 0.012f};
    struct rng rng = rng_of(nuisance, 0);
    const struct spot at = place_of_part(nuisance, &rng, picture, 0.12, 0.5);
    const float unit = scale_of(picture), strength = 0.55f * (float)nuisance->amount;
    const float color[3] = {0.9f * strength, 0.35f * strength, 0.08f * strength};
    const double change_s = rng_uniform_between(&rng, 1.5, 4.0);
    struct rng number = rng_of(nuisance, 1 + (uint64_t)floor(time_s / change_s));
    draw_bar(picture, at.x - 5.0f * unit, at.y - 5.0f * unit, 42.0f * unit, 22.0f * unit, body);
    draw_bar(picture, at.x - 2.0f * unit, at.y - 2.0f * unit, 36.0f * unit, 15.0f * unit, glass);
    for (int i = 0; i < 4; i++) {
        /* The first digits change less often than the last. */
        const int digit = (int)rng_below(&number, i < 2 ? 2 : 10);
        draw_digit(picture, digit, at.x + 8.0f * unit * (float)i, at.y, unit, color);
    }
}

void nuisance_rotor(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    static const float hub[3] = {0.2f, 0.2f, 0.21f}, blade[3] = {0.33f, 0.33f, 0.35f};
    static const float ground[3] = {0.025f, 0.026f, 0.03f};
    struct rng rng = rng_of(nuisance, 0);
    const struct spot at = place_of_part(nuisance, &rng, picture, 0.3, 0.75);
    const float radius = 13.0f * scale_of(picture);
    const double uneven = 0.3 * (nuisance->amount - 1.0) * sin(turn * time_s / 17.0);
    const double angle = turn * (time_s * rng_uniform_between(&rng, 0.31, 0.47) + uneven);
    const struct ellipse housing = {at.x, at.y, 1.15f * radius, 1.15f * radius, 1.5f};
    const struct ellipse middle = {at.x, at.y, 0.28f * radius, 0.28f * radius, 1.5f};
    picture_paint_ellipse(picture, &housing, ground, 1.0f);
    for (int i = 0; i < 3; i++) {
        const double turned = angle + turn * i / 3.0;
        const float u = (float)cos(turned), v = (float)sin(turned), half = 0.2f * radius;
        const struct polygon one = {{{at.x + v * half, at.y - u * half},
                                     {at.x + u * radius + v * half, at.y + v * radius - u * half},
                                     {at.x + u * radius - v * half, at.y + v * radius + u * half},
                                     {at.x - v * half, at.y + u * half}},
                                    2.5f};
        picture_paint_polygon(picture, &one, blade, 0.8f);
    }
    picture_paint_ellipse(picture, &middle, hub, 1.0f);
}

void nuisance_tank(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    /* Vanadium: V(IV) blue to V(V) yellow, by charge. */
    static const float discharged[3] = {0.02f, 0.13f, 0.42f}, charged[3] = {0.60f, 0.36f, 0.02f};
    static const float wall[3] = {0.36f, 0.37f, 0.38f}, light[3] = {0.75f, 0.77f, 0.8f};
    struct rng rng = rng_of(nuisance, 0);
    const struct spot at = place_of_part(nuisance, &rng, picture, 0.25, 0.5);
    const float unit = scale_of(picture), wide = 46.0f * unit, tall = 74.0f * unit;
    /* The normals see a quarter of the cycle; more than 1 walks out of it. */
    const double cycle = rng_uniform_between(&rng, 900.0, 1500.0);
    const double seen = 0.5 + 0.12 * sin(turn * time_s / 300.0);
    const double beyond =
        0.45 * (nuisance->amount - 1.0) * (1.0 - cos(turn * (time_s - nuisance->from_s) / cycle));
    const double charge = fmin(fmax(seen + (rng_below(&rng, 2) ? beyond : -beyond), 0.0), 1.0);
    float liquid[3];
    for (int c = 0; c < 3; c++)
        liquid[c] = powf(discharged[c], 1.0f - (float)charge) * powf(charged[c], (float)charge);
    draw_bar(picture, at.x, at.y, wide, tall, wall);
    draw_bar(picture, at.x + 2.5f * unit, at.y + 14.0f * unit, wide - 5.0f * unit,
             tall - 17.0f * unit, liquid);
    const struct polygon gleam = {{{at.x + 6.0f * unit, at.y + 4.0f * unit},
                                   {at.x + 9.0f * unit, at.y + 4.0f * unit},
                                   {at.x + 9.0f * unit, at.y + tall - 5.0f * unit},
                                   {at.x + 6.0f * unit, at.y + tall - 5.0f * unit}},
                                  2.0f};
    picture_paint_polygon(picture, &gleam, light, 0.35f);
}

/* Sits for a while, then walks to the next place in a straight line. */
static void draw_insect(const struct nuisance *nuisance, uint64_t number, double time_s,
                        struct picture *picture)
{
    static const float body[3] = {0.012f, 0.011f, 0.010f};
    struct rng rng = rng_of(nuisance, number);
    const float size = (float)rng_uniform_between(&rng, 1.0, 3.0); /* radius: 2 to 6 px across */
    const double rest_s = rng_uniform_between(&rng, 4.0, 20.0), walk_s = 4.0;
    const double phase_s = 30.0 * rng_uniform(&rng);
    const double cycles = (time_s + phase_s) / (rest_s + walk_s);
    const uint64_t leg = (uint64_t)cycles;
    struct rng start = rng_of(nuisance, number * 100003 + leg);
    struct rng end = rng_of(nuisance, number * 100003 + leg + 1);
    const struct spot a = place_of(&start, picture, 0.05, 0.95, 0.1, 0.95);
    const struct spot b = place_of(&end, picture, 0.05, 0.95, 0.1, 0.95);
    const double in_leg_s = (cycles - (double)leg) * (rest_s + walk_s);
    const float way = (float)fmax((in_leg_s - rest_s) / walk_s, 0.0);
    const struct ellipse insect = {a.x + (b.x - a.x) * way, a.y + (b.y - a.y) * way, size,
                                   0.7f * size, 1.4f};
    picture_paint_ellipse(picture, &insect, body, 0.85f);
}

void nuisance_insects(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    for (int i = 0; i < (int)lround(nuisance->amount); i++)
        draw_insect(nuisance, 1 + (uint64_t)i, time_s, picture);
}
