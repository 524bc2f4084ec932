/* People in front of the simulated rig: who walks past, who stands there, who brings something, who
 * covers the camera. Most come again: a walker every 80 seconds, from the other side each time; a
 * cover stays for a minute of every two.
 *
 * Drawn last, nearest to the camera and therefore out of focus.
 */
#include "camera/rig_visit.h"

#include "camera/rig_light.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

static const double walk_period_s = 80.0;
static const double walk_s = 3.4;  /* in, and out again */
static const double pause_s = 2.4; /* in front of the rig */
static const double stand_s = 60.0, stand_period_s = 180.0;
static const float stand_offset = -240.0f;
static const float walk_start = -380.0f, walk_pause = 600.0f, walk_end = 1660.0f;

static const double cover_period_s = 120.0;
static const double cover_move_s = 0.5;

struct walker {
    bool present;
    float x;      /* of the body's middle */
    float stride; /* -1..1, swing of the arms */
};

/* How long somebody stays, and how often somebody comes (0: once). */
struct itinerary {
    double stay_s, period_s;
};

static bool itinerary_of(enum scenario scenario, struct itinerary *ret_itinerary)
{
    if (scenario == SCENARIO_WALKER)
        *ret_itinerary = (struct itinerary){pause_s, walk_period_s};
    else if (scenario == SCENARIO_STANDER)
        *ret_itinerary = (struct itinerary){stand_s, stand_period_s};
    else if (scenario == SCENARIO_OBJECT)
        *ret_itinerary = (struct itinerary){pause_s, 0.0};
    else
        return false;
    return true;
}

static struct walker walker_at(const struct rig_settings *settings, double time_s)
{
    struct walker walker = {0};
    struct itinerary itinerary;
    const double since_s = time_s - settings->onset_s;
    if (!itinerary_of(settings->scenario, &itinerary) || since_s < 0.0)
        return walker;
    const double in_period_s =
        itinerary.period_s > 0.0 ? fmod(since_s, itinerary.period_s) : since_s;
    if (in_period_s >= 2.0 * walk_s + itinerary.stay_s)
        return walker;
    const double in = smooth_step(in_period_s / walk_s - 0.5, 1.0);
    const double out = smooth_step((in_period_s - walk_s - itinerary.stay_s) / walk_s - 0.5, 1.0);
    walker.present = true;
    walker.x =
        walk_start + (walk_pause - walk_start) * (float)in + (walk_end - walk_pause) * (float)out;
    walker.stride = (float)(sin(6.1 * in_period_s) * (in < 1.0 || out > 0.0 ? 1.0 : 0.15));
    if (settings->scenario == SCENARIO_STANDER) /* nobody stands still */
        walker.x +=
            stand_offset + 9.0f * (float)sin(0.8 * since_s) + 4.0f * (float)sin(2.3 * since_s);
    if (itinerary.period_s > 0.0 && (int64_t)(since_s / itinerary.period_s) % 2)
        walker.x = RIG_SCENE_WIDTH - walker.x;
    return walker;
}

double visit_object_put_s(void)
{
    return walk_s + 0.6 * pause_s;
}

/* How far the cover has come, 0..1. */
static double cover_at(const struct rig_settings *settings, double time_s)
{
    const double since_s = rig_since_s(settings, SCENARIO_COVERED, time_s);
    if (since_s < 0.0)
        return 0.0;
    const double in_period_s = fmod(since_s, cover_period_s);
    return smooth_step(in_period_s / cover_move_s - 0.5, 1.0) -
           smooth_step((in_period_s - cover_period_s / 2.0) / cover_move_s - 0.5, 1.0);
}

double visit_shading(const struct rig_settings *settings, double time_s)
{
    const struct walker walker = walker_at(settings, time_s);
    if (walker.present) {
        const double left = fmax((double)walker.x - 200.0, 0.0);
        const double right = fmin((double)walker.x + 200.0, RIG_SCENE_WIDTH);
        return right > left ? 0.85 * (right - left) / RIG_SCENE_WIDTH : 0.0;
    }
    return 0.99 * cover_at(settings, time_s);
}

/* The window's light is behind the walker: everything near gets darker. */
static void paint_walker_shadow(struct canvas *frame, float walker_x)
{
    float factors[RIG_WIDTH_MAX];
    assert(frame->width <= RIG_WIDTH_MAX);
    for (int x = 0; x < frame->width; x++) {
        const float offset = (canvas_point(frame, x, 0).x - walker_x - 90.0f) / 300.0f;
        factors[x] = 1.0f - 0.34f * expf(-offset * offset);
    }
    for (int c = 0; c < FRAME_PLANE_COUNT; c++)
        for (int y = 0; y < frame->height; y++) {
            float *row = frame->planes[c] + (size_t)y * (size_t)frame->width;
            for (int x = 0; x < frame->width; x++)
                row[x] *= factors[x];
        }
}

static void paint_walker(struct canvas *frame, struct walker walker)
{
    const float x = walker.x, swing = 46.0f * walker.stride;
    const struct brush cloth = {.srgb = 0x262a35, .softness = 11.0f};
    const struct brush fold = {.srgb = 0x1b1e27, .softness = 16.0f, .transparency = 0.45f};
    const struct brush skin = {.srgb = 0x7a5544, .relief = RELIEF_DOME, .softness = 10.0f};
    const struct brush hair = {.srgb = 0x211a16, .relief = RELIEF_DOME, .softness = 10.0f};
    const struct point spine[2] = {{x, 270.0f}, {x + 8.0f, 900.0f}};
    const struct point shoulders[3] = {{x - 118.0f, 190.0f}, {x, 158.0f}, {x + 118.0f, 190.0f}};
    const struct point folds[2][2] = {
        {{x - 128.0f, 250.0f}, {x - 142.0f, 560.0f}},
        {{x + 128.0f, 250.0f}, {x + 142.0f, 560.0f}},
    };
    const struct point arms[2][3] = {
        {{x - 148.0f, 212.0f}, {x - 186.0f + swing * 0.4f, 380.0f}, {x - 174.0f + swing, 560.0f}},
        {{x + 148.0f, 212.0f}, {x + 186.0f - swing * 0.4f, 380.0f}, {x + 174.0f - swing, 560.0f}},
    };
    const struct shape neck = shape_box(x - 34.0f, 30.0f, x + 34.0f, 130.0f, 20.0f);
    const struct shape head = shape_ellipse(x, 2.0f, 66.0f, 86.0f);
    const struct shape body = shape_stroke(spine, 2, 140.0f);
    const struct shape yoke = shape_stroke(shoulders, 3, 66.0f);
    canvas_paint(frame, &neck, &skin);
    canvas_paint(frame, &head, &hair);
    canvas_paint(frame, &body, &cloth);
    canvas_paint(frame, &yoke, &cloth);
    for (int i = 0; i < 2; i++) {
        const struct shape arm = shape_stroke(arms[i], 3, 43.0f);
        const struct shape hand = shape_ellipse(arms[i][2].x, arms[i][2].y + 52.0f, 27.0f, 38.0f);
        const struct shape crease = shape_stroke(folds[i], 2, 5.0f);
        canvas_paint(frame, &hand, &skin);
        canvas_paint(frame, &arm, &cloth);
        canvas_paint(frame, &crease, &fold);
    }
}

/* A hand from above: reddish black, soft as anything that touches the lens. */
static void paint_cover(struct canvas *frame, float share)
{
    static const float dark[FRAME_PLANE_COUNT] = {0.0052f, 0.0024f, 0.0020f};
    float edges[RIG_WIDTH_MAX];
    assert(frame->width <= RIG_WIDTH_MAX);
    const float edge = -260.0f + share * (RIG_SCENE_HEIGHT + 560.0f);
    for (int x = 0; x < frame->width; x++)
        edges[x] = edge + 40.0f * texture_noise(canvas_point(frame, x, 0).x / 160.0f, 0.0f, 9);
    for (int c = 0; c < FRAME_PLANE_COUNT; c++)
        for (int y = 0; y < frame->height; y++) {
            const float scene_y = canvas_point(frame, 0, y).y;
            const float target = dark[c] * (1.3f - scene_y / 1400.0f);
            float *row = frame->planes[c] + (size_t)y * (size_t)frame->width;
            for (int x = 0; x < frame->width; x++)
                row[x] += (target - row[x]) * canvas_coverage(frame, scene_y - edges[x], 220.0f);
        }
}

void visit_paint(struct canvas *frame, const struct rig_settings *settings, double time_s)
{
    const struct walker walker = walker_at(settings, time_s);
    if (walker.present) {
        paint_walker_shadow(frame, walker.x);
        paint_walker(frame, walker);
    }
    const double cover = cover_at(settings, time_s);
    if (cover > 0.0)
        paint_cover(frame, (float)cover);
}
