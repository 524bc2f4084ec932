/* What the simulated rigs stand on: benches, trays, tissue. Their free parts are written to
 * PLANE_FLOOR, for that is where a leak is seen spreading.
 */
#include "camera/rig_still.h"

#include <math.h>

/* Variant 1: liquid can lie on it; there is no tray. */
void paint_bench(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 284});
    paint_box(canvas, -2000, 284, 3300, 3000, 0,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0x8d949b),
                              .grain = 0.06f,
                              .floor = (float)piece->variant});
    paint_box(canvas, -2000, 268, 3300, 290, 0,
              &(struct brush){.srgb = piece_srgb(piece, 1, 0x70767b)});
    paint_box(canvas, -2000, 288, 3300, 293, 0,
              &(struct brush){.srgb = piece_srgb(piece, 2, 0x4a4e52), .softness = 4.0f});
}

/* Boards that run to the right, with their grain. */
void paint_wood(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    const uint32_t srgb = piece_srgb(piece, 0, 0xb98f5e), vein = piece_srgb(piece, 1, 0x8a6238);
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(canvas, -2000, 0, 3300, 3000, 0,
              &(struct brush){.srgb = srgb, .grain = 0.05f, .floor = 1.0f});
    float top = 0.0f, high = 34.0f;
    for (int board = 0; board < 8; board++) {
        paint_box(canvas, -2000, top, 3300, top + high, 0,
                  &(struct brush){.srgb = board * 5 % 3 ? srgb : vein,
                                  .grain = 0.04f,
                                  .floor = 1.0f,
                                  .transparency = 0.55f + 0.35f * (float)rng_uniform(rng)});
        for (int i = 0; i < 14; i++) {
            const float x = (float)rng_uniform_between(rng, -300, 1500);
            const float y = top + high * (float)rng_uniform_between(rng, 0.08, 0.92);
            const float length = (float)rng_uniform_between(rng, 60, 330);
            paint_line(canvas, (struct point){x, y}, (struct point){x + length, y + 2.0f}, 0.9f,
                       &(struct brush){
                           .srgb = vein, .transparency = 0.45f, .softness = 1.5f, .floor = 1.0f});
        }
        paint_box(canvas, -2000, top + high - 1.2f, 3300, top + high + 1.2f, 0,
                  &(struct brush){.srgb = 0x4a341f, .transparency = 0.25f, .floor = 1.0f});
        top += high;
        high *= 1.24f; /* nearer boards look wider */
    }
    paint_box(canvas, -2000, -14, 3300, 2, 0, &(struct brush){.srgb = vein});
}

/* Joints in perspective: rows spread towards the viewer, columns meet far behind the wall. */
void paint_floor_tiles(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    const struct brush joint = {
        .srgb = piece_srgb(piece, 1, 0x8f918d), .floor = 1.0f, .transparency = 0.15f};
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(
        canvas, -2000, 0, 3300, 3000, 0,
        &(struct brush){.srgb = piece_srgb(piece, 0, 0xd9dbd6), .grain = 0.025f, .floor = 1.0f});
    float y = 0.0f, high = 44.0f;
    while (y < 900.0f) {
        y += high;
        high *= 1.22f;
        paint_line(canvas, (struct point){-2000, y}, (struct point){3300, y}, 1.2f + y / 500.0f,
                   &joint);
    }
    for (int i = -12; i <= 12; i++) {
        const float x = 640.0f + 104.0f * (float)i;
        paint_line(canvas, (struct point){x, 0},
                   (struct point){640.0f + (x - 640.0f) * 2.3f, 900.0f}, 1.5f, &joint);
    }
    paint_box(canvas, -2000, -6, 3300, 4, 0, &(struct brush){.srgb = 0x83857f, .softness = 4.0f});
}

/* What a tray is made of. */
struct tray_look {
    uint32_t front, rim, hollow, left_wall, right_wall, floor_srgb, scratch, scratch_light, edge;
};
static const struct tray_look tray_looks[] = {
    {0xbdbfba, 0xe3e4df, 0xb7b9b3, 0xa4a6a1, 0xcbcdc8, 0xd3d4ce, 0x9b9c97, 0xe4e4df, 0xf4f4f0},
    {0x3c4043, 0x73797d, 0x34383b, 0x2c3033, 0x4b5054, 0x50565a, 0x363b3e, 0x8b9398, 0x9aa1a6},
    {0x24486f, 0x4d7fb4, 0x1f4166, 0x1b3a5c, 0x2f5f94, 0x386ba3, 0x274f7c, 0x5f92c8, 0x83aede},
    {0x1d1e20, 0x3c3e41, 0x17181a, 0x131416, 0x2a2c2f, 0x2b2d30, 0x1a1b1d, 0x55585c, 0x5e6266},
    {0xa9a08b, 0xd8cfb9, 0xa79d86, 0x988f7a, 0xc0b69f, 0xcbc1aa, 0x8f8671, 0xe5ddc9, 0xefe8d6},
};

static void paint_scratches(struct canvas *canvas, const struct tray_look *look, struct rng *rng)
{
    for (int i = 0; i < 26; i++) {
        const float x = (float)rng_uniform_between(rng, 220, 1060);
        const float y = (float)rng_uniform_between(rng, 470, 655);
        const float length = (float)rng_uniform_between(rng, 8, 70);
        const float slope = (float)rng_uniform_between(rng, -0.25, 0.25);
        paint_line(canvas, (struct point){x, y}, (struct point){x + length, y + slope * length},
                   0.6f,
                   &(struct brush){.srgb = i % 3 ? look->scratch : look->scratch_light,
                                   .transparency = 0.6f,
                                   .floor = 1.0f});
    }
}

/* Its front edge stands on `at`; the variant is what it is made of. */
void paint_tray(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    static const struct point shadow[] = {{70, 700}, {206, 425}, {1120, 425}, {1240, 700}};
    static const struct point rim[] = {{84, 690}, {206, 424}, {1074, 424}, {1196, 690}};
    static const struct point hollow[] = {{108, 682}, {220, 434}, {1060, 434}, {1172, 682}};
    static const struct point floor_area[] = {{136, 664}, {240, 462}, {1040, 462}, {1144, 664}};
    static const struct point left_wall[] = {{108, 682}, {220, 434}, {240, 462}, {136, 664}};
    static const struct point right_wall[] = {{1172, 682}, {1060, 434}, {1040, 462}, {1144, 664}};
    const struct tray_look *look = &tray_looks[piece->variant];
    piece_place(canvas, piece, (struct point){640, 690});
    const struct shape shadow_shape = shape_polygon(shadow, 4);
    canvas_shade(canvas, PLANE_ROOM, &shadow_shape, 34, 0.4f);
    canvas_shade(canvas, PLANE_LAMP, &shadow_shape, 26, 0.5f);
    paint_box(canvas, 84, 688, 1196, 714, 6, &(struct brush){.srgb = look->front, .grain = 0.02f});
    paint_polygon(canvas, rim, 4, &(struct brush){.srgb = look->rim});
    paint_polygon(canvas, hollow, 4, &(struct brush){.srgb = look->hollow});
    paint_polygon(canvas, left_wall, 4, &(struct brush){.srgb = look->left_wall});
    paint_polygon(canvas, right_wall, 4, &(struct brush){.srgb = look->right_wall});
    paint_polygon(canvas, floor_area, 4,
                  &(struct brush){.srgb = look->floor_srgb, .grain = 0.035f, .floor = 1.0f});
    const struct shape back_edge = shape_box(200, 450, 1080, 470, 4);
    canvas_shade(canvas, PLANE_ROOM, &back_edge, 22, 0.18f);
    paint_scratches(canvas, look, rng);
    paint_line(canvas, (struct point){88, 689}, (struct point){1192, 689}, 1.6f,
               &(struct brush){.srgb = look->edge});
}

/* Sheets of tissue paper, 640 x 210, creased. */
void paint_tissue(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    enum { BORDER = 28 };
    struct point border[BORDER];
    piece_place(canvas, piece, (struct point){0, 0});
    for (int i = 0; i < BORDER; i++) {
        const int side = i * 4 / BORDER, along = i % (BORDER / 4);
        const float t = (float)along / (BORDER / 4.0f);
        const struct point corners[5] = {
            {-282, -98}, {276, -104}, {330, 100}, {-336, 106}, {-282, -98}};
        border[i].x = corners[side].x + t * (corners[side + 1].x - corners[side].x) +
                      4.0f * (float)rng_normal(rng);
        border[i].y = corners[side].y + t * (corners[side + 1].y - corners[side].y) +
                      2.0f * (float)rng_normal(rng);
    }
    const struct shape sheet = shape_polygon(border, BORDER);
    canvas_shade(canvas, PLANE_ROOM, &sheet, 12, 0.25f);
    canvas_shade(canvas, PLANE_LAMP, &sheet, 10, 0.3f);
    paint_polygon(
        canvas, border, BORDER,
        &(struct brush){.srgb = piece_srgb(piece, 0, 0xe9e8e2), .grain = 0.05f, .floor = 1.0f});
    for (int i = 0; i < 46; i++) { /* creases: a light side and a dark one */
        const float x = (float)rng_uniform_between(rng, -215, 205);
        const float y = (float)rng_uniform_between(rng, -88, 88);
        const float to_x = x + (float)rng_uniform_between(rng, -60, 60);
        const float to_y = y + (float)rng_uniform_between(rng, -26, 26);
        paint_line(canvas, (struct point){x, y}, (struct point){to_x, to_y}, 2.0f,
                   &(struct brush){
                       .srgb = 0xb9b8b2, .softness = 5.0f, .transparency = 0.55f, .floor = 1.0f});
        paint_line(canvas, (struct point){x - 2, y - 3}, (struct point){to_x - 2, to_y - 3}, 1.2f,
                   &(struct brush){
                       .srgb = 0xfafaf6, .softness = 4.0f, .transparency = 0.4f, .floor = 1.0f});
    }
}
