/* The still life: wall, bench, tray, tanks, cell stack, pumps, tubes. Painted once per rig, back to
 * front, each thing after the shadows that it throws. The liquids are painted as shares, because
 * their colours change with the state of charge.
 */
#include "camera/rig_scene.h"

#include "base/rng.h"

#include <math.h>

static void box(struct canvas *canvas, float left, float top, float right, float bottom,
                float radius, const struct brush *brush)
{
    const struct shape shape = shape_box(left, top, right, bottom, radius);
    canvas_paint(canvas, &shape, brush);
}

static void ellipse(struct canvas *canvas, float x, float y, float half_width, float half_height,
                    const struct brush *brush)
{
    const struct shape shape = shape_ellipse(x, y, half_width, half_height);
    canvas_paint(canvas, &shape, brush);
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    const struct brush *brush)
{
    const struct shape shape = shape_polygon(points, count);
    canvas_paint(canvas, &shape, brush);
}

static void line(struct canvas *canvas, struct point a, struct point b, float radius,
                 const struct brush *brush)
{
    const struct point points[2] = {a, b};
    const struct shape shape = shape_stroke(points, 2, radius);
    canvas_paint(canvas, &shape, brush);
}

/* A thing's shadow on what is behind and below it: the window's soft one to the right, the lamp's
 * sharper one to the left. */
static void cast_shadow(struct canvas *canvas, float left, float right, float foot, float reach)
{
    const float middle = (left + right) / 2.0f, half = (right - left) / 2.0f;
    const struct shape contact = shape_ellipse(middle, foot, half * 1.08f, reach * 0.30f);
    const struct shape room = shape_ellipse(middle + reach * 0.55f, foot - reach * 0.06f,
                                            half + reach * 0.5f, reach * 0.36f);
    const struct shape lamp = shape_ellipse(middle - reach * 0.75f, foot + reach * 0.04f,
                                            half + reach * 0.6f, reach * 0.24f);
    canvas_shade(canvas, PLANE_ROOM, &room, reach * 0.7f, 0.30f);
    canvas_shade(canvas, PLANE_ROOM, &contact, reach * 0.35f, 0.45f);
    canvas_shade(canvas, PLANE_LAMP, &lamp, reach * 0.22f, 0.75f);
    canvas_shade(canvas, PLANE_LAMP, &contact, reach * 0.3f, 0.5f);
}

static void paint_wall(struct canvas *canvas)
{
    box(canvas, -2000, -2000, 3300, 300, 0, &(struct brush){.srgb = 0xc9c8c2, .grain = 0.035f});
    /* cable duct with sockets */
    box(canvas, -2000, 66, 3300, 112, 2, &(struct brush){.srgb = 0xdcdcd8});
    box(canvas, -2000, 108, 3300, 113, 0, &(struct brush){.srgb = 0x9a9a97, .softness = 3.0f});
    for (int i = 0; i < 3; i++) {
        const float x = 150.0f + 62.0f * (float)i;
        box(canvas, x, 70, x + 52, 108, 4, &(struct brush){.srgb = 0xeeeeea});
        ellipse(canvas, x + 26, 89, 15, 15, &(struct brush){.srgb = 0xb9b9b5});
        ellipse(canvas, x + 20, 89, 2.2f, 2.2f, &(struct brush){.srgb = 0x303030});
        ellipse(canvas, x + 32, 89, 2.2f, 2.2f, &(struct brush){.srgb = 0x303030});
    }
    /* a sheet with the day's protocol */
    box(canvas, 42, 134, 132, 258, 0,
        &(struct brush){.srgb = 0x8f8f8b, .softness = 6.0f, .transparency = 0.5f});
    box(canvas, 38, 130, 128, 254, 0, &(struct brush){.srgb = 0xf2f1ec});
    for (int i = 0; i < 9; i++)
        box(canvas, 47, 144.0f + 11.0f * (float)i, 118.0f - 9.0f * (float)(i * 5 % 4),
            146.5f + 11.0f * (float)i, 0, &(struct brush){.srgb = 0x85858a});
}

static void paint_sign(struct canvas *canvas)
{
    static const struct point outer[] = {{995, 128}, {1037, 200}, {953, 200}};
    static const struct point inner[] = {{995, 141}, {1026, 194}, {964, 194}};
    polygon(canvas, outer, 3, &(struct brush){.srgb = 0x23211c});
    polygon(canvas, inner, 3, &(struct brush){.srgb = 0xe7b90f});
    line(canvas, (struct point){980, 186}, (struct point){1010, 186}, 2.2f,
         &(struct brush){.srgb = 0x23211c});
    line(canvas, (struct point){985, 163}, (struct point){992, 176}, 3.0f,
         &(struct brush){.srgb = 0x23211c});
    ellipse(canvas, 994, 181, 2.0f, 2.6f, &(struct brush){.srgb = 0x23211c});
}

static void paint_bench(struct canvas *canvas)
{
    box(canvas, -2000, 284, 3300, 3000, 0, &(struct brush){.srgb = 0x8d949b, .grain = 0.06f});
    box(canvas, -2000, 268, 3300, 290, 0, &(struct brush){.srgb = 0x70767b});
    box(canvas, -2000, 288, 3300, 293, 0, &(struct brush){.srgb = 0x4a4e52, .softness = 4.0f});
}

static void paint_supply(struct canvas *canvas)
{
    cast_shadow(canvas, 1080, 1262, 340, 60);
    box(canvas, 1080, 196, 1262, 344, 6, &(struct brush){.srgb = 0x4d5358});
    box(canvas, 1087, 203, 1255, 337, 4, &(struct brush){.srgb = 0xb4b8b8, .grain = 0.02f});
    box(canvas, 1095, 213, 1208, 262, 3, &(struct brush){.srgb = 0x0c0d0e});
    ellipse(canvas, 1234, 238, 14, 14,
            &(struct brush){.srgb = 0x2b2d2f, .relief = RELIEF_DOME, .gloss = 0.2f});
    line(canvas, (struct point){1234, 238}, (struct point){1240, 229}, 1.5f,
         &(struct brush){.srgb = 0xe8e8e8});
    for (int i = 0; i < 4; i++)
        box(canvas, 1097.0f + 27.0f * (float)i, 272, 1117.0f + 27.0f * (float)i, 284, 2,
            &(struct brush){.srgb = i == 3 ? 0x5f8f5b : 0x6c7175});
    ellipse(canvas, 1118, 312, 9, 9,
            &(struct brush){.srgb = 0x8f1d1d, .relief = RELIEF_DOME, .gloss = 0.3f});
    ellipse(canvas, 1160, 312, 9, 9,
            &(struct brush){.srgb = 0x1b1c1e, .relief = RELIEF_DOME, .gloss = 0.3f});
    ellipse(canvas, rig_supply_led.x, rig_supply_led.y, 5.5f, 5.5f,
            &(struct brush){.srgb = 0x2c3a2c});
    box(canvas, 1096, 342, 1112, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
    box(canvas, 1230, 342, 1246, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
}

static void paint_wash_bottle(struct canvas *canvas)
{
    static const struct point spout[4] = {{96, 262}, {98, 222}, {70, 226}, {48, 246}};
    struct point points[17];
    cast_shadow(canvas, 56, 140, 402, 70);
    curve_points(spout, points, 17);
    const struct shape tube = shape_stroke(points, 17, 3.0f);
    canvas_paint(canvas, &tube, &(struct brush){.srgb = 0xd8dadb, .relief = RELIEF_TUBE});
    box(canvas, 80, 258, 114, 288, 4,
        &(struct brush){.srgb = 0xb23a2c, .relief = RELIEF_COLUMN, .gloss = 0.15f});
    box(canvas, 54, 282, 142, 408, 18,
        &(struct brush){.srgb = 0xdfe4e6, .relief = RELIEF_COLUMN, .gloss = 0.1f});
    box(canvas, 58, 330, 138, 404, 14,
        &(struct brush){.srgb = 0xbfd0d8, .relief = RELIEF_COLUMN, .transparency = 0.35f});
    box(canvas, 66, 344, 130, 384, 2, &(struct brush){.srgb = 0xf4f4f0, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 3; i++)
        box(canvas, 74, 352.0f + 10.0f * (float)i, 122.0f - 10.0f * (float)i,
            355.0f + 10.0f * (float)i, 0, &(struct brush){.srgb = 0x3a5c86});
}

static void paint_scratches(struct canvas *canvas, struct rng *rng)
{
    for (int i = 0; i < 26; i++) {
        const float x = (float)rng_uniform_between(rng, 220, 1060);
        const float y = (float)rng_uniform_between(rng, 470, 655);
        const float length = (float)rng_uniform_between(rng, 8, 70);
        const float slope = (float)rng_uniform_between(rng, -0.25, 0.25);
        line(canvas, (struct point){x, y}, (struct point){x + length, y + slope * length}, 0.6f,
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
    box(canvas, 84, 688, 1196, 714, 6, &(struct brush){.srgb = 0xbdbfba, .grain = 0.02f});
    polygon(canvas, rim, 4, &(struct brush){.srgb = 0xe3e4df});
    polygon(canvas, hollow, 4, &(struct brush){.srgb = 0xb7b9b3});
    polygon(canvas, left_wall, 4, &(struct brush){.srgb = 0xa4a6a1});
    polygon(canvas, right_wall, 4, &(struct brush){.srgb = 0xcbcdc8});
    polygon(canvas, floor_area, 4,
            &(struct brush){.srgb = 0xd3d4ce, .grain = 0.035f, .floor = 1.0f});
    const struct shape back_edge = shape_box(200, 450, 1080, 470, 4);
    canvas_shade(canvas, PLANE_ROOM, &back_edge, 22, 0.18f);
    paint_scratches(canvas, rng);
    line(canvas, (struct point){88, 689}, (struct point){1192, 689}, 1.6f,
         &(struct brush){.srgb = 0xf4f4f0});
}

static void paint_tank(struct canvas *canvas, float x, enum liquid liquid, uint32_t cap)
{
    const float left = x - 76, right = x + 76, top = 222, foot = 520, level = 292;
    cast_shadow(canvas, left, right, foot, 84);
    ellipse(canvas, x, foot, 76, 15, &(struct brush){.srgb = 0xb9c0c0, .relief = RELIEF_COLUMN});
    box(canvas, left, top, right, foot, 16,
        &(struct brush){.srgb = 0xc6cccb, .relief = RELIEF_COLUMN});
    /* the liquid, darker towards the bottom, with its surface */
    ellipse(canvas, x, foot - 6, 70, 13,
            &(struct brush){.liquid = liquid, .relief = RELIEF_COLUMN, .transparency = 0.06f});
    box(canvas, x - 70, level, x + 70, foot - 6, 0,
        &(struct brush){.liquid = liquid, .relief = RELIEF_COLUMN, .transparency = 0.06f});
    ellipse(canvas, x, level, 70, 11, &(struct brush){.srgb = 0xd6dad9, .transparency = 0.55f});
    ellipse(canvas, x, level + 1.5f, 68, 9,
            &(struct brush){.liquid = liquid, .transparency = 0.25f});
    /* wall of the tank over it: milky plastic and its reflections */
    box(canvas, left, top, right, foot, 16,
        &(struct brush){
            .srgb = 0xe9eeee, .relief = RELIEF_COLUMN, .gloss = 1.5f, .transparency = 0.91f});
    box(canvas, x + 50, top + 24, x + 57, foot - 30, 3,
        &(struct brush){.srgb = 0xffffff, .transparency = 0.86f, .softness = 5.0f});
    for (int i = 0; i < 6; i++)
        box(canvas, x - 8, level + 20.0f + 32.0f * (float)i, x + (i % 2 ? 10.0f : 20.0f),
            level + 22.0f + 32.0f * (float)i, 0,
            &(struct brush){.srgb = 0x2a2d2e, .transparency = 0.35f});
    box(canvas, x - 62, 372, x - 18, 428, 2,
        &(struct brush){.srgb = 0xf3f3ee, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 3; i++)
        box(canvas, x - 56, 382.0f + 14.0f * (float)i, x - 26.0f - 4.0f * (float)i,
            386.0f + 14.0f * (float)i, 0, &(struct brush){.srgb = 0x39404a});
    box(canvas, x - 58, 196, x + 58, 232, 6,
        &(struct brush){.srgb = cap, .relief = RELIEF_COLUMN, .gloss = 0.2f});
    ellipse(canvas, x, 198, 58, 9, &(struct brush){.srgb = cap, .grain = 0.03f});
    for (int i = 0; i < 12; i++) {
        const float offset = 56.0f * sinf(0.27f * ((float)i - 5.5f));
        box(canvas, x + offset - 0.8f, 206, x + offset + 0.8f, 230, 0,
            &(struct brush){.srgb = 0x101214, .transparency = 0.65f});
    }
}

static void paint_stand(struct canvas *canvas)
{
    cast_shadow(canvas, 548, 732, 512, 70);
    for (int i = 0; i < 2; i++) {
        const float x = i ? 722.0f : 546.0f;
        box(canvas, x - 7, 380, x + 7, 510, 2,
            &(struct brush){.srgb = 0x9ea3a6, .relief = RELIEF_COLUMN, .gloss = 0.25f});
        box(canvas, x - 18, 504, x + 18, 514, 3, &(struct brush){.srgb = 0x55595c});
    }
}

static void paint_stack(struct canvas *canvas)
{
    /* end plates, with the cells between them as upright stripes */
    box(canvas, 562, 196, 718, 390, 0, &(struct brush){.srgb = 0x1d1e20});
    for (int i = 0; i < 12; i++) {
        const float x = 564.0f + 12.9f * (float)i;
        box(canvas, x, 194, x + 6.2f, 392, 1,
            &(struct brush){.srgb = i % 3 ? 0xdedcd2 : 0xb98747, .relief = RELIEF_COLUMN});
        box(canvas, x + 7.4f, 200, x + 11.4f, 386, 1,
            &(struct brush){.srgb = 0x2c2d30, .relief = RELIEF_COLUMN});
    }
    for (int i = 0; i < 2; i++) {
        const float left = i ? 716.0f : 536.0f;
        box(canvas, left, 182, left + 28, 402, 3,
            &(struct brush){.srgb = 0x8b9094, .grain = 0.04f});
        box(canvas, left + 2, 184, left + 7, 400, 2,
            &(struct brush){.srgb = 0xc3c7c9, .transparency = 0.4f, .softness = 3.0f});
    }
    for (int i = 0; i < 4; i++) {
        const float y = 206.0f + 57.0f * (float)i;
        line(canvas, (struct point){524, y}, (struct point){756, y}, 3.2f,
             &(struct brush){.srgb = 0xa9adb0, .relief = RELIEF_TUBE, .gloss = 0.4f});
        box(canvas, 525, y - 7.5f, 536, y + 7.5f, 1.5f, &(struct brush){.srgb = 0x6c7073});
        box(canvas, 744, y - 7.5f, 755, y + 7.5f, 1.5f, &(struct brush){.srgb = 0x6c7073});
    }
    /* current collectors */
    box(canvas, 567, 160, 583, 200, 2, &(struct brush){.srgb = 0xb8713a, .grain = 0.05f});
    box(canvas, 697, 160, 713, 200, 2, &(struct brush){.srgb = 0xb8713a, .grain = 0.05f});
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
    ellipse(canvas, 575, 168, 7, 7, &(struct brush){.srgb = 0xc9ccce, .relief = RELIEF_DOME});
    ellipse(canvas, 705, 168, 7, 7, &(struct brush){.srgb = 0xc9ccce, .relief = RELIEF_DOME});
}

static void paint_pump(struct canvas *canvas, struct point head)
{
    const float x = head.x, y = head.y;
    cast_shadow(canvas, x - 52, x + 62, y + 88, 62);
    box(canvas, x - 50, y - 62, x + 58, y + 90, 7, &(struct brush){.srgb = 0x2f4a66});
    box(canvas, x - 50, y - 62, x + 50, y + 90, 7,
        &(struct brush){.srgb = 0x45678a, .grain = 0.02f});
    box(canvas, x - 50, y - 62, x + 50, y - 54, 4,
        &(struct brush){.srgb = 0x6c8cad, .softness = 2.0f});
    box(canvas, x - 40, y + 46, x + 22, y + 84, 3, &(struct brush){.srgb = 0x101113});
    ellipse(canvas, x, y, 44, 44, &(struct brush){.srgb = 0x22252a});
    ellipse(canvas, x, y, 41, 41, &(struct brush){.srgb = 0xc2c6c8});
    ellipse(canvas, x, y, 37, 37, &(struct brush){.srgb = 0x50565b});
    ellipse(canvas, x + 40, y + 80, 4, 4, &(struct brush){.srgb = 0x22282e});
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
    box(canvas, x - 10, y - 8, x + 10, y + 7, 2,
        &(struct brush){.srgb = color, .relief = RELIEF_COLUMN, .gloss = 0.3f});
    box(canvas, x - 7.5f, y + 6, x + 7.5f, y + 16, 2,
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
        box(canvas, returns[i][3].x - 9, 180, returns[i][3].x + 9, 200, 3,
            &(struct brush){.srgb = 0xd9d8d0, .relief = RELIEF_COLUMN});
        const float outlet = suctions[i][0].x;
        box(canvas, outlet - 11, 483, outlet + 11, 501, 3, &(struct brush){.srgb = 0x3d4347});
    }
}

void rig_scene_paint(struct canvas *canvas, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0x5ce7e);
    paint_wall(canvas);
    paint_sign(canvas);
    paint_bench(canvas);
    paint_supply(canvas);
    paint_wash_bottle(canvas);
    paint_tray(canvas, &rng);
    paint_tank(canvas, 330, LIQUID_POSITIVE, 0xa5301f);
    paint_tank(canvas, 950, LIQUID_NEGATIVE, 0x23508c);
    paint_stand(canvas);
    paint_stack(canvas);
    paint_cables(canvas);
    for (int i = 0; i < RIG_PUMP_COUNT; i++)
        paint_pump(canvas, rig_pump_heads[i]);
    paint_tubes(canvas);
}
