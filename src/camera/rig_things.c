/* What stands on a laboratory bench besides the rig: power supply, wash bottle, bottles, beakers.
 * Everything stands on the middle of its foot.
 */
#include "camera/rig_still.h"

const struct point supply_reference = {1171.0f, 344.0f};

void paint_supply(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, supply_reference);
    paint_shadow(canvas, 1080, 1262, 340, 60);
    paint_box(canvas, 1080, 196, 1262, 344, 6,
              &(struct brush){.srgb = piece_srgb(piece, 1, 0x4d5358)});
    paint_box(canvas, 1087, 203, 1255, 337, 4,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0xb4b8b8), .grain = 0.02f});
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
    paint_ellipse(canvas, 1236, 300, 5.5f, 5.5f, &(struct brush){.srgb = 0x2c3a2c});
    paint_box(canvas, 1096, 342, 1112, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
    paint_box(canvas, 1230, 342, 1246, 350, 2, &(struct brush){.srgb = 0x1c1c1c});
}

void paint_wash_bottle(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    static const struct point spout[4] = {{96, 262}, {98, 222}, {70, 226}, {48, 246}};
    struct point points[17];
    (void)rng;
    piece_place(canvas, piece, (struct point){98, 402});
    paint_shadow(canvas, 56, 140, 402, 70);
    curve_points(spout, points, 17);
    const struct shape tube = shape_stroke(points, 17, 3.0f);
    canvas_paint(canvas, &tube, &(struct brush){.srgb = 0xd8dadb, .relief = RELIEF_TUBE});
    paint_box(canvas, 80, 258, 114, 288, 4,
              &(struct brush){
                  .srgb = piece_srgb(piece, 0, 0xb23a2c), .relief = RELIEF_COLUMN, .gloss = 0.15f});
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

/* A laboratory bottle with a screw cap: colours are glass, cap and contents; 76 x 170. */
void paint_bottle(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    const uint32_t glass = piece_srgb(piece, 0, 0xd6dcdc);
    piece_place(canvas, piece, (struct point){0, 0});
    paint_shadow(canvas, -38, 38, -3, 50);
    const struct brush cap = {
        .srgb = piece_srgb(piece, 1, 0x2c62a0), .relief = RELIEF_COLUMN, .gloss = 0.2f};
    paint_box(canvas, -17, -150, 17, -112, 4,
              &(struct brush){.srgb = glass, .relief = RELIEF_COLUMN});
    paint_box(canvas, -38, -124, 38, 0, 22,
              &(struct brush){.srgb = glass, .relief = RELIEF_COLUMN, .gloss = 0.9f});
    paint_box(canvas, -34, -78, 34, -4, 12,
              &(struct brush){.srgb = piece_srgb(piece, 2, 0xb9cbd2),
                              .relief = RELIEF_COLUMN,
                              .transparency = 0.15f});
    paint_box(canvas, -20, -172, 20, -144, 4, &cap);
    paint_box(canvas, -28, -70, 22, -28, 1,
              &(struct brush){.srgb = 0xf2f1ea, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 3; i++)
        paint_box(canvas, -23, -64.0f + 11.0f * (float)i, 14.0f - 9.0f * (float)i,
                  -60.0f + 11.0f * (float)i, 0, &(struct brush){.srgb = 0x3b4350});
    paint_box(canvas, 22, -104, 27, -20, 2,
              &(struct brush){.srgb = 0xffffff, .softness = 3.0f, .transparency = 0.6f});
}

/* An open glass, 90 x 96; the second colour is what is in it. */
void paint_beaker(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    const struct brush wall = {
        .srgb = 0xdfe6e6, .relief = RELIEF_COLUMN, .gloss = 1.2f, .transparency = 0.7f};
    piece_place(canvas, piece, (struct point){0, 0});
    paint_shadow(canvas, -42, 42, -4, 34);
    paint_box(canvas, -45, -96, 45, 0, 8, &wall);
    paint_box(canvas, -41, -48, 41, -3, 7,
              &(struct brush){.srgb = piece_srgb(piece, 1, 0xb7c7c9),
                              .relief = RELIEF_COLUMN,
                              .transparency = 0.35f});
    paint_ellipse(canvas, 0, -48, 41, 9,
                  &(struct brush){.srgb = piece_srgb(piece, 1, 0xb7c7c9), .transparency = 0.2f});
    paint_ellipse(canvas, 0, -96, 45, 10, &(struct brush){.srgb = 0xe9efef, .transparency = 0.55f});
    for (int i = 0; i < 4; i++)
        paint_box(canvas, -8, -40.0f - 14.0f * (float)i, 8.0f + 6.0f * (float)(i % 2),
                  -38.0f - 14.0f * (float)i, 0,
                  &(struct brush){.srgb = 0xf4f6f6, .transparency = 0.3f});
}
