/* The laboratory behind the simulated rig: wall with cable duct, protocol and warning sign, bench,
 * power supply, wash bottle. And the few strokes that all of the still life is painted with.
 */
#include "camera/rig_scene.h"
#include "camera/rig_still.h"

void paint_box(struct canvas *canvas, float left, float top, float right, float bottom,
               float radius, const struct brush *brush)
{
    const struct shape shape = shape_box(left, top, right, bottom, radius);
    canvas_paint(canvas, &shape, brush);
}

void paint_ellipse(struct canvas *canvas, float x, float y, float half_width, float half_height,
                   const struct brush *brush)
{
    const struct shape shape = shape_ellipse(x, y, half_width, half_height);
    canvas_paint(canvas, &shape, brush);
}

void paint_polygon(struct canvas *canvas, const struct point *points, int count,
                   const struct brush *brush)
{
    const struct shape shape = shape_polygon(points, count);
    canvas_paint(canvas, &shape, brush);
}

void paint_line(struct canvas *canvas, struct point a, struct point b, float radius,
                const struct brush *brush)
{
    const struct point points[2] = {a, b};
    const struct shape shape = shape_stroke(points, 2, radius);
    canvas_paint(canvas, &shape, brush);
}

/* The window's soft shadow falls to the right, the lamp's sharper one to the left. */
void paint_shadow(struct canvas *canvas, float left, float right, float foot, float reach)
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
    paint_box(canvas, -2000, -2000, 3300, 300, 0,
              &(struct brush){.srgb = 0xc9c8c2, .grain = 0.035f});
    /* cable duct with sockets */
    paint_box(canvas, -2000, 66, 3300, 112, 2, &(struct brush){.srgb = 0xdcdcd8});
    paint_box(canvas, -2000, 108, 3300, 113, 0,
              &(struct brush){.srgb = 0x9a9a97, .softness = 3.0f});
    for (int i = 0; i < 3; i++) {
        const float x = 150.0f + 62.0f * (float)i;
        paint_box(canvas, x, 70, x + 52, 108, 4, &(struct brush){.srgb = 0xeeeeea});
        paint_ellipse(canvas, x + 26, 89, 15, 15, &(struct brush){.srgb = 0xb9b9b5});
        paint_ellipse(canvas, x + 20, 89, 2.2f, 2.2f, &(struct brush){.srgb = 0x303030});
        paint_ellipse(canvas, x + 32, 89, 2.2f, 2.2f, &(struct brush){.srgb = 0x303030});
    }
    /* a sheet with the day's protocol */
    paint_box(canvas, 42, 134, 132, 258, 0,
              &(struct brush){.srgb = 0x8f8f8b, .softness = 6.0f, .transparency = 0.5f});
    paint_box(canvas, 38, 130, 128, 254, 0, &(struct brush){.srgb = 0xf2f1ec});
    for (int i = 0; i < 9; i++)
        paint_box(canvas, 47, 144.0f + 11.0f * (float)i, 118.0f - 9.0f * (float)(i * 5 % 4),
                  146.5f + 11.0f * (float)i, 0, &(struct brush){.srgb = 0x85858a});
}

static void paint_sign(struct canvas *canvas)
{
    static const struct point outer[] = {{995, 128}, {1037, 200}, {953, 200}};
    static const struct point inner[] = {{995, 141}, {1026, 194}, {964, 194}};
    paint_polygon(canvas, outer, 3, &(struct brush){.srgb = 0x23211c});
    paint_polygon(canvas, inner, 3, &(struct brush){.srgb = 0xe7b90f});
    paint_line(canvas, (struct point){980, 186}, (struct point){1010, 186}, 2.2f,
               &(struct brush){.srgb = 0x23211c});
    paint_line(canvas, (struct point){985, 163}, (struct point){992, 176}, 3.0f,
               &(struct brush){.srgb = 0x23211c});
    paint_ellipse(canvas, 994, 181, 2.0f, 2.6f, &(struct brush){.srgb = 0x23211c});
}

static void paint_bench(struct canvas *canvas)
{
    paint_box(canvas, -2000, 284, 3300, 3000, 0, &(struct brush){.srgb = 0x8d949b, .grain = 0.06f});
    paint_box(canvas, -2000, 268, 3300, 290, 0, &(struct brush){.srgb = 0x70767b});
    paint_box(canvas, -2000, 288, 3300, 293, 0,
              &(struct brush){.srgb = 0x4a4e52, .softness = 4.0f});
}

static void paint_supply(struct canvas *canvas)
{
    paint_shadow(canvas, 1080, 1262, 340, 60);
    paint_box(canvas, 1080, 196, 1262, 344, 6, &(struct brush){.srgb = 0x4d5358});
    paint_box(canvas, 1087, 203, 1255, 337, 4, &(struct brush){.srgb = 0xb4b8b8, .grain = 0.02f});
    paint_box(canvas, 1095, 213, 1208, 262, 3, &(struct brush){.srgb = 0x0c0d0e});
    paint_ellipse(canvas, 1234, 238, 14, 14,
                  &(struct brush){.srgb = 0x2b2d2f, .relief = RELIEF_DOME, .gloss = 0.2f});
    paint_line(canvas, (struct point){1234, 238}, (struct point){1240, 229}, 1.5f,
               &(struct brush){.srgb = 0xe8e8e8});
    for (int i = 0; i < 4; i++)
        paint_box(canvas, 1097.0f + 27.0f * (float)i, 272, 1117.0f + 27.0f * (float)i, 284, 2,
                  &(struct brush){.srgb = i == 3 ? 0x5f8f5b : 0x6c7175});
    paint_ellipse(canvas, 1118, 312, 9, 9,
                  &(struct brush){.srgb = 0x8f1d1d, .relief = RELIEF_DOME, .gloss = 0.3f});
    paint_ellipse(canvas, 1160, 312, 9, 9,
                  &(struct brush){.srgb = 0x1b1c1e, .relief = RELIEF_DOME, .gloss = 0.3f});
    paint_ellipse(canvas, rig_supply_led.x, rig_supply_led.y, 5.5f, 5.5f,
                  &(struct brush){.srgb = 0x2c3a2c});
    paint_box(canvas, 1096, 342, 1112, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
    paint_box(canvas, 1230, 342, 1246, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
}

static void paint_wash_bottle(struct canvas *canvas)
{
    static const struct point spout[4] = {{96, 262}, {98, 222}, {70, 226}, {48, 246}};
    struct point points[17];
    paint_shadow(canvas, 56, 140, 402, 70);
    curve_points(spout, points, 17);
    const struct shape tube = shape_stroke(points, 17, 3.0f);
    canvas_paint(canvas, &tube, &(struct brush){.srgb = 0xd8dadb, .relief = RELIEF_TUBE});
    paint_box(canvas, 80, 258, 114, 288, 4,
              &(struct brush){.srgb = 0xb23a2c, .relief = RELIEF_COLUMN, .gloss = 0.15f});
    paint_box(canvas, 54, 282, 142, 408, 18,
              &(struct brush){.srgb = 0xdfe4e6, .relief = RELIEF_COLUMN, .gloss = 0.1f});
    paint_box(canvas, 58, 330, 138, 404, 14,
              &(struct brush){.srgb = 0xbfd0d8, .relief = RELIEF_COLUMN, .transparency = 0.35f});
    paint_box(canvas, 66, 344, 130, 384, 2,
              &(struct brush){.srgb = 0xf4f4f0, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 3; i++)
        paint_box(canvas, 74, 352.0f + 10.0f * (float)i, 122.0f - 10.0f * (float)i,
                  355.0f + 10.0f * (float)i, 0, &(struct brush){.srgb = 0x3a5c86});
}

void paint_backdrop(struct canvas *canvas)
{
    paint_wall(canvas);
    paint_sign(canvas);
    paint_bench(canvas);
    paint_supply(canvas);
    paint_wash_bottle(canvas);
}
