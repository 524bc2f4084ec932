/* The still life: wall, bench, tray, tanks, cell stack, pumps, tubes. Painted once per rig, back to
 * front, each thing after the shadows that it throws. The liquids are painted as shares, because
 * their colours change with the state of charge.
 */
#include "camera/rig_scene.h"

#include "base/rng.h"
#include "camera/rig_still.h"

static void paint_scratches(struct canvas *canvas, struct rng *rng)
{
    for (int i = 0; i < 26; i++) {
        const float x = (float)rng_uniform_between(rng, 220, 1060);
        const float y = (float)rng_uniform_between(rng, 470, 655);
        const float length = (float)rng_uniform_between(rng, 8, 70);
        const float slope = (float)rng_uniform_between(rng, -0.25, 0.25);
        paint_line(canvas, (struct point){x, y}, (struct point){x + length, y + slope * length},
                   0.6f,
                   &(struct brush){
                       .srgb = i % 3 ? 0x9b9c97 : 0xe4e4df, .transparency = 0.6f, .floor = 1.0f});
    }
}

static void paint_tray(struct canvas *canvas, struct rng *rng)
{
    static const struct point shadow[] = {{70, 700}, {206, 425}, {1120, 425}, {1240, 700}};
    static const struct point rim[] = {{84, 690}, {206, 424}, {1074, 424}, {1196, 690}};
    static const struct point hollow[] = {{108, 682}, {220, 434}, {1060, 434}, {1172, 682}};
    static const struct point floor_area[] = {{136, 664}, {240, 462}, {1040, 462}, {1144, 664}};
    static const struct point left_wall[] = {{108, 682}, {220, 434}, {240, 462}, {136, 664}};
    static const struct point right_wall[] = {{1172, 682}, {1060, 434}, {1040, 462}, {1144, 664}};
    const struct shape shadow_shape = shape_polygon(shadow, 4);
    canvas_shade(canvas, PLANE_ROOM, &shadow_shape, 34, 0.4f);
    canvas_shade(canvas, PLANE_LAMP, &shadow_shape, 26, 0.5f);
    paint_box(canvas, 84, 688, 1196, 714, 6, &(struct brush){.srgb = 0xbdbfba, .grain = 0.02f});
    paint_polygon(canvas, rim, 4, &(struct brush){.srgb = 0xe3e4df});
    paint_polygon(canvas, hollow, 4, &(struct brush){.srgb = 0xb7b9b3});
    paint_polygon(canvas, left_wall, 4, &(struct brush){.srgb = 0xa4a6a1});
    paint_polygon(canvas, right_wall, 4, &(struct brush){.srgb = 0xcbcdc8});
    paint_polygon(canvas, floor_area, 4,
                  &(struct brush){.srgb = 0xd3d4ce, .grain = 0.035f, .floor = 1.0f});
    const struct shape back_edge = shape_box(200, 450, 1080, 470, 4);
    canvas_shade(canvas, PLANE_ROOM, &back_edge, 22, 0.18f);
    paint_scratches(canvas, rng);
    paint_line(canvas, (struct point){88, 689}, (struct point){1192, 689}, 1.6f,
               &(struct brush){.srgb = 0xf4f4f0});
}

static void paint_cable(struct canvas *canvas, const struct point control[4], uint32_t color)
{
    struct point points[RIG_TUBE_POINTS];
    curve_points(control, points, RIG_TUBE_POINTS);
    const struct shape cable = shape_stroke(points, RIG_TUBE_POINTS, 3.4f);
    canvas_paint(canvas, &cable,
                 &(struct brush){.srgb = color, .relief = RELIEF_TUBE, .gloss = 0.25f});
}

static void paint_cables(struct canvas *canvas)
{
    static const struct point plus[4] = {{575, 164}, {600, 20}, {1010, 60}, {1118, 312}};
    static const struct point minus[4] = {{705, 164}, {740, 70}, {1040, 120}, {1160, 312}};
    paint_cable(canvas, plus, 0x9c1f1f);
    paint_cable(canvas, minus, 0x1b1c1f);
    paint_ellipse(canvas, 575, 168, 7, 7, &(struct brush){.srgb = 0xc9ccce, .relief = RELIEF_DOME});
    paint_ellipse(canvas, 705, 168, 7, 7, &(struct brush){.srgb = 0xc9ccce, .relief = RELIEF_DOME});
}

static void paint_pump(struct canvas *canvas, struct point head)
{
    const float x = head.x, y = head.y;
    paint_shadow(canvas, x - 52, x + 62, y + 88, 62);
    paint_box(canvas, x - 50, y - 62, x + 58, y + 90, 7, &(struct brush){.srgb = 0x2f4a66});
    paint_box(canvas, x - 50, y - 62, x + 50, y + 90, 7,
              &(struct brush){.srgb = 0x45678a, .grain = 0.02f});
    paint_box(canvas, x - 50, y - 62, x + 50, y - 54, 4,
              &(struct brush){.srgb = 0x6c8cad, .softness = 2.0f});
    paint_box(canvas, x - 40, y + 46, x + 22, y + 84, 3, &(struct brush){.srgb = 0x101113});
    paint_ellipse(canvas, x, y, 44, 44, &(struct brush){.srgb = 0x22252a});
    paint_ellipse(canvas, x, y, 41, 41, &(struct brush){.srgb = 0xc2c6c8});
    paint_ellipse(canvas, x, y, 37, 37, &(struct brush){.srgb = 0x50565b});
    paint_ellipse(canvas, x + 40, y + 80, 4, 4, &(struct brush){.srgb = 0x22282e});
}

/* A silicone tube: milky wall, liquid inside, highlight along it. */
static void paint_tube(struct canvas *canvas, const struct point *points, enum liquid liquid)
{
    const struct shape wall = shape_stroke(points, RIG_TUBE_POINTS, RIG_TUBE_RADIUS);
    const struct shape bore = shape_stroke(points, RIG_TUBE_POINTS, RIG_TUBE_RADIUS * 0.66f);
    canvas_paint(canvas, &wall, &(struct brush){.srgb = 0xc8cbc6, .relief = RELIEF_TUBE});
    canvas_paint(
        canvas, &bore,
        &(struct brush){
            .liquid = liquid, .relief = RELIEF_TUBE, .softness = 1.5f, .transparency = 0.12f});
    canvas_paint(canvas, &wall,
                 &(struct brush){
                     .srgb = 0xe0e4e2, .relief = RELIEF_TUBE, .gloss = 3.0f, .transparency = 0.8f});
}

static void paint_curve_tube(struct canvas *canvas, const struct point control[4],
                             enum liquid liquid)
{
    struct point points[RIG_TUBE_POINTS];
    curve_points(control, points, RIG_TUBE_POINTS);
    paint_tube(canvas, points, liquid);
}

void rig_feed_tube(int pump, struct point ret_points[RIG_TUBE_POINTS])
{
    const struct point fitting = rig_fittings[pump], head = rig_pump_heads[pump];
    const float side = pump == 0 ? 1.0f : -1.0f;
    const struct point control[4] = {
        {fitting.x, fitting.y + 10.0f},
        {fitting.x + side * 4.0f, fitting.y + 108.0f},
        {head.x + side * 74.0f, head.y - 66.0f},
        {head.x + side * 36.0f, head.y - 12.0f},
    };
    curve_points(control, ret_points, RIG_TUBE_POINTS);
}

static void paint_fitting(struct canvas *canvas, float x, float y, uint32_t color)
{
    paint_box(canvas, x - 10, y - 8, x + 10, y + 7, 2,
              &(struct brush){.srgb = color, .relief = RELIEF_COLUMN, .gloss = 0.3f});
    paint_box(canvas, x - 7.5f, y + 6, x + 7.5f, y + 16, 2,
              &(struct brush){.srgb = 0xe6e4da, .relief = RELIEF_COLUMN});
}

static void paint_tubes(struct canvas *canvas)
{
    static const struct point returns[2][4] = {
        {{574, 182}, {560, 70}, {350, 70}, {346, 196}},
        {{706, 182}, {722, 60}, {916, 60}, {930, 196}},
    };
    static const struct point suctions[2][4] = {
        {{404, 492}, {424, 494}, {398, 560}, {428, 574}},
        {{876, 492}, {856, 494}, {900, 556}, {866, 574}},
    };
    for (int i = 0; i < RIG_PUMP_COUNT; i++) {
        const enum liquid liquid = i == 0 ? LIQUID_POSITIVE : LIQUID_NEGATIVE;
        struct point feed[RIG_TUBE_POINTS];
        paint_curve_tube(canvas, returns[i], liquid);
        paint_curve_tube(canvas, suctions[i], liquid);
        rig_feed_tube(i, feed);
        paint_tube(canvas, feed, liquid);
        paint_fitting(canvas, rig_fittings[i].x, rig_fittings[i].y, 0x3d4347);
        paint_fitting(canvas, returns[i][0].x, returns[i][0].y - 6, 0x3d4347);
        paint_box(canvas, returns[i][3].x - 9, 180, returns[i][3].x + 9, 200, 3,
                  &(struct brush){.srgb = 0xd9d8d0, .relief = RELIEF_COLUMN});
        const float outlet = suctions[i][0].x;
        paint_box(canvas, outlet - 11, 483, outlet + 11, 501, 3, &(struct brush){.srgb = 0x3d4347});
    }
}

void rig_scene_paint(struct canvas *canvas, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0x5ce7e);
    paint_backdrop(canvas);
    paint_tray(canvas, &rng);
    paint_tank(canvas, 330, LIQUID_POSITIVE, 0xa5301f);
    paint_tank(canvas, 950, LIQUID_NEGATIVE, 0x23508c);
    paint_stack(canvas);
    paint_cables(canvas);
    for (int i = 0; i < RIG_PUMP_COUNT; i++)
        paint_pump(canvas, rig_pump_heads[i]);
    paint_tubes(canvas);
}
