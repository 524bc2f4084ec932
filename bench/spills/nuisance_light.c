/* Nuisances of light: they multiply what the scene sends, in linear light.
 *
 * The sun and the lamp come from one side, with hard edges, and the camera's automatic exposure
 * answers: so a patch of sun darkens everything else a little, which is what a plain difference to
 * the normals trips over. The speed of the sun's patches is that of a real one seen from near, a
 * few times faster than at a window across the room, so that they cross the frame in one sequence.
 */
#include "nuisance.h"

#include "base/rng.h"

#include <math.h>

static const double turn = 6.283185307179586;

/* Of a change of brightness, as an exponent: what the camera's exposure takes back. */
static const float exposure_share = 0.6f;

static struct rng rng_of(const struct nuisance *nuisance)
{
    return rng_seeded(nuisance->seed, 0x11647 + (uint64_t)nuisance->kind);
}

static struct rng rng_of_moment(const struct nuisance *nuisance, int64_t moment)
{
    return rng_seeded(nuisance->seed * 0x9e3779b97f4a7c15u + (uint64_t)nuisance->kind,
                      (uint64_t)moment);
}

static double ramp(double since_s, double length_s)
{
    const double t = fmin(fmax(since_s / length_s, 0.0), 1.0);
    return t * t * (3.0 - 2.0 * t);
}

static void scale_all(struct picture *picture, double factor)
{
    const float factors[3] = {(float)factor, (float)factor, (float)factor};
    picture_scale(picture, factors);
}

static void expose(struct picture *picture, double brightness_before)
{
    const double after = picture_brightness(picture);
    if (after > 0.0)
        scale_all(picture, pow(brightness_before / after, (double)exposure_share));
}

void nuisance_gain_drift(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double period_s = rng_uniform_between(&rng, 150.0, 400.0);
    const double phase = turn * rng_uniform(&rng);
    scale_all(picture, 1.0 + nuisance->amount * sin(turn * time_s / period_s + phase));
}

void nuisance_gain_steps(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double length_s = rng_uniform_between(&rng, 25.0, 60.0);
    struct rng step = rng_of_moment(nuisance, (int64_t)floor(time_s / length_s));
    const int level = (int)rng_below(&step, 3) - 1;
    if (level)
        scale_all(picture, 1.0 + nuisance->amount * level);
}

void nuisance_white_balance(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double period_s = rng_uniform_between(&rng, 90.0, 300.0);
    const double shift =
        nuisance->amount * sin(turn * time_s / period_s + turn * rng_uniform(&rng));
    const float factors[3] = {(float)(1.0 + shift), 1.0f, (float)(1.0 - shift)};
    picture_scale(picture, factors);
}

/* What stands between the lamp and the wall or bench: long quads that point away from it. */
static void lay_lamp_shadows(struct rng *rng, struct spot lamp, struct picture *picture)
{
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    picture_clear_pattern(picture);
    const uint32_t count = 4 + rng_below(rng, 4);
    for (uint32_t i = 0; i < count; i++) {
        const float x = width * (float)rng_uniform_between(rng, 0.08, 0.92);
        const float y = height * (float)rng_uniform_between(rng, 0.25, 0.9);
        const float away_x = x - lamp.x, away_y = y - lamp.y;
        const float far = sqrtf(away_x * away_x + away_y * away_y) + 1.0f;
        const float half = height * (float)rng_uniform_between(rng, 0.01, 0.05);
        const float length = height * (float)rng_uniform_between(rng, 0.12, 0.4);
        const float u = away_x / far, v = away_y / far, wider = 1.0f + length / far;
        const struct polygon shadow = {
            .points = {{x + v * half, y - u * half},
                       {x + u * length + v * half * wider, y + v * length - u * half * wider},
                       {x + u * length - v * half * wider, y + v * length + u * half * wider},
                       {x - v * half, y + u * half}},
            .softness = 2.0f,
        };
        picture_lay_polygon(picture, &shadow);
    }
}

void nuisance_lamp(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double half_period_s = rng_uniform_between(&rng, 70.0, 150.0);
    const double in_period_s = fmod(time_s - nuisance->from_s, 2.0 * half_period_s);
    const double on = ramp(in_period_s, 0.3) - ramp(in_period_s - half_period_s, 0.3);
    if (on <= 0.0)
        return;
    const int width = picture->light.width, height = picture->light.height;
    const bool from_left = rng_below(&rng, 2);
    const struct spot lamp = {(float)width * (from_left ? -0.1f : 1.1f),
                              (float)height * (float)rng_uniform_between(&rng, -0.2, 0.5)};
    const float reach = 0.6f * (float)width, strength = (float)(nuisance->amount * on);
    const float color[3] = {1.15f, 1.0f, 0.78f};
    lay_lamp_shadows(&rng, lamp, picture);
    const double before = picture_brightness(picture);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const size_t i = (size_t)y * (size_t)width + (size_t)x;
            const float u = ((float)x - lamp.x) / reach, v = ((float)y - lamp.y) / reach;
            const float lit =
                strength * 1.4f / (1.0f + u * u + v * v) * (1.0f - 0.85f * picture->pattern[i]);
            for (size_t c = 0; c < 3; c++)
                picture->light.rgb[3 * i + c] *= 1.0f + lit * color[c];
        }
    expose(picture, before);
}

/* Sunlight where the pattern is. */
static void shine(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    static const float color[3] = {1.12f, 0.96f, 0.66f};
    const double since_s = time_s - nuisance->from_s;
    const double haze = 1.0 + 0.12 * sin(turn * since_s / 47.0) + 0.08 * sin(turn * since_s / 19.0);
    const float strength = (float)(nuisance->amount * ramp(since_s, 90.0) * haze);
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    const double before = picture_brightness(picture);
    for (size_t i = 0; i < pixels; i++) {
        const float lit = strength * (0.1f + 0.9f * picture->pattern[i]);
        for (size_t c = 0; c < 3; c++)
            picture->light.rgb[3 * i + c] *= 1.0f + lit * color[c];
    }
    expose(picture, before);
}

void nuisance_sun_edge(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const float lean = height * (float)rng_uniform_between(&rng, -0.6, 0.6);
    const double crossing_s = rng_uniform_between(&rng, 400.0, 900.0);
    const bool to_right = rng_below(&rng, 2);
    const float way = (float)((time_s - nuisance->from_s) / crossing_s);
    const float at = width * (to_right ? -0.1f + 1.2f * way : 1.1f - 1.2f * way);
    const float far = to_right ? -2.0f * width : 3.0f * width;
    const struct spot top = {at + lean, -height}, bottom = {at - lean, 2.0f * height};
    const struct polygon right = {{top, {far, -height}, {far, 2.0f * height}, bottom}, 2.0f};
    const struct polygon left = {{{far, -height}, top, bottom, {far, 2.0f * height}}, 2.0f};
    picture_clear_pattern(picture);
    picture_lay_polygon(picture, to_right ? &left : &right);
    shine(nuisance, time_s, picture);
}

void nuisance_sun_window(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const float pane_x = width * (float)rng_uniform_between(&rng, 0.08, 0.16);
    const float pane_y = height * (float)rng_uniform_between(&rng, 0.12, 0.22);
    const float lean = (float)rng_uniform_between(&rng, -0.7, 0.7);
    const double angle = turn * rng_uniform(&rng);
    const double speed = rng_uniform_between(&rng, 0.0004, 0.0012); /* widths per second */
    const double way = speed * (time_s - nuisance->from_s);
    const float x = width * (float)(rng_uniform_between(&rng, 0.1, 0.6) + way * cos(angle));
    const float y =
        height * (float)rng_uniform_between(&rng, 0.05, 0.5) + width * (float)(way * sin(angle));
    const int rows = 2 + (int)rng_below(&rng, 2);
    picture_clear_pattern(picture);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < 2; column++) {
            const float top = y + 1.12f * pane_y * (float)row, bottom = top + pane_y;
            const float left = x + 1.10f * pane_x * (float)column, right = left + pane_x;
            const float at_top = lean * (top - y), at_bottom = lean * (bottom - y);
            const struct polygon pane = {{{left + at_top, top},
                                          {right + at_top, top},
                                          {right + at_bottom, bottom},
                                          {left + at_bottom, bottom}},
                                         2.0f};
            picture_lay_polygon(picture, &pane);
        }
    shine(nuisance, time_s, picture);
}

void nuisance_clouds(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    double shade = 0.0, slope = 0.0;
    for (int i = 0; i < 3; i++) {
        const double period_s = rng_uniform_between(&rng, 18.0, 60.0) * (1 << i);
        const double phase = turn * rng_uniform(&rng);
        shade += sin(turn * time_s / period_s + phase) / 3.0;
        slope += sin(turn * (time_s + 4.0) / period_s + phase) / 3.0 - shade;
    }
    shade = tanh(2.2 * shade); /* mostly sun or mostly cloud */
    const int width = picture->light.width, height = picture->light.height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const double across = (double)x / width - 0.5;
            const float factor =
                (float)(1.0 + 0.5 * nuisance->amount * (shade + 0.6 * slope * across));
            float *rgb = picture->light.rgb + 3 * ((size_t)y * (size_t)width + (size_t)x);
            for (int c = 0; c < 3; c++)
                rgb[c] *= factor;
        }
}

void nuisance_flicker(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    struct rng rng = rng_of(nuisance);
    const double bands = rng_uniform_between(&rng, 1.5, 4.5);
    struct rng moment = rng_of_moment(nuisance, llround(time_s * 1000.0));
    const double phase = turn * rng_uniform(&moment);
    const int width = picture->light.width, height = picture->light.height;
    for (int y = 0; y < height; y++) {
        const float factor =
            (float)(1.0 + nuisance->amount * sin(turn * bands * y / height + phase));
        float *row = picture->light.rgb + 3 * (size_t)y * (size_t)width;
        for (int i = 0; i < 3 * width; i++)
            row[i] *= factor;
    }
}

void nuisance_dark(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    scale_all(picture, 1.0 - nuisance->amount * ramp(time_s - nuisance->from_s, 2.0));
}

void nuisance_saturated(const struct nuisance *nuisance, double time_s, struct picture *picture)
{
    scale_all(picture, pow(nuisance->amount, ramp(time_s - nuisance->from_s, 2.0)));
}
