/* The walls of the simulated laboratories and what hangs on them. And the few strokes that all of
 * the still life is painted with.
 *
 * Each painter draws at a place of its own and is moved to the piece's by the canvas. A wall hangs
 * from the line where it meets the bench, everything else from its left upper corner.
 */
#include "camera/rig_still.h"

#include <math.h>

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

/* Both lights' shadows: the room's soft, the lamp's sharper, each to its own side. */
void paint_shadow(struct canvas *canvas, float left, float right, float foot, float reach)
{
    const struct optics *optics = canvas->optics;
    const float middle = (left + right) / 2.0f, half = (right - left) / 2.0f;
    const struct shape contact = shape_ellipse(middle, foot, half * 1.08f, reach * 0.30f);
    const struct shape room =
        shape_ellipse(middle + reach * optics->room_shadow, foot - reach * 0.06f,
                      half + reach * 0.5f, reach * 0.36f);
    const struct shape lamp =
        shape_ellipse(middle + reach * optics->lamp_shadow, foot + reach * 0.04f,
                      half + reach * 0.6f, reach * 0.24f);
    canvas_shade(canvas, PLANE_ROOM, &room, reach * 0.7f, 0.30f);
    canvas_shade(canvas, PLANE_ROOM, &contact, reach * 0.35f, 0.45f);
    canvas_shade(canvas, PLANE_LAMP, &lamp, reach * 0.22f, 0.75f);
    canvas_shade(canvas, PLANE_LAMP, &contact, reach * 0.3f, 0.5f);
}

uint32_t piece_srgb(const struct piece *piece, int i, uint32_t usual_srgb)
{
    return piece->srgb[i] ? piece->srgb[i] : usual_srgb;
}

void piece_place(struct canvas *canvas, const struct piece *piece, struct point reference)
{
    canvas_place(canvas, reference, piece->at, piece->scale_x, piece->scale_y);
}

void paint_wall(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 284});
    paint_box(canvas, -2000, -2000, 3300, 300, 0,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0xc9c8c2), .grain = 0.035f});
}

/* Glazed tiles, no two alike. */
void paint_tiles(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    const float wide = 96.0f, high = 66.0f, joint = 3.0f;
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(canvas, -2000, -2000, 3300, 20, 0,
              &(struct brush){.srgb = piece_srgb(piece, 1, 0x9c9d98), .grain = 0.05f});
    for (int row = 1; row < 12; row++)
        for (int column = -8; column < 24; column++) {
            const float left = wide * (float)column, top = -high * (float)row;
            paint_box(canvas, left, top, left + wide - joint, top + high - joint, 3,
                      &(struct brush){.srgb = piece_srgb(piece, 0, 0xe4e6e2),
                                      .grain = 0.02f,
                                      .transparency = 0.10f * (float)rng_uniform(rng)});
            paint_box(canvas, left + 3, top + 2, left + wide - 8, top + 5, 1,
                      &(struct brush){.srgb = 0xffffff, .transparency = 0.7f, .softness = 2.0f});
        }
}

void paint_duct(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 66});
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
}

void paint_protocol(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){38, 130});
    paint_box(canvas, 42, 134, 132, 258, 0,
              &(struct brush){.srgb = 0x8f8f8b, .softness = 6.0f, .transparency = 0.5f});
    paint_box(canvas, 38, 130, 128, 254, 0, &(struct brush){.srgb = 0xf2f1ec});
    for (int i = 0; i < 9; i++)
        paint_box(canvas, 47, 144.0f + 11.0f * (float)i, 118.0f - 9.0f * (float)(i * 5 % 4),
                  146.5f + 11.0f * (float)i, 0, &(struct brush){.srgb = 0x85858a});
}

void paint_sign(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){953, 128});
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

/* Bright sky, the blurred trees before it, and the frame: 330 x 236. */
void paint_window(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(canvas, -16, -16, 346, 252, 2, &(struct brush){.srgb = 0xdcdcd6});
    paint_box(canvas, 0, 0, 330, 236, 0, &(struct brush){.srgb = piece_srgb(piece, 0, 0xf2f7ff)});
    for (int i = 0; i < 9; i++) {
        const float x = 18.0f + 37.0f * (float)i, y = 196.0f + 30.0f * (float)rng_uniform(rng);
        paint_ellipse(canvas, x, y, 30, 26.0f + 30.0f * (float)rng_uniform(rng),
                      &(struct brush){.srgb = piece_srgb(piece, 1, 0x8fa58a),
                                      .softness = 26.0f,
                                      .transparency = 0.35f});
    }
    paint_box(canvas, 0, 226, 330, 240, 0, &(struct brush){.srgb = 0xc9c9c2, .softness = 3.0f});
    paint_box(canvas, 158, 0, 174, 236, 0,
              &(struct brush){.srgb = 0xd2d2cb, .relief = RELIEF_COLUMN});
    paint_box(canvas, 0, 92, 330, 100, 0, &(struct brush){.srgb = 0xd8d8d2});
    paint_box(canvas, -26, 250, 356, 264, 2, &(struct brush){.srgb = 0xeceae4});
    paint_box(canvas, -26, 263, 356, 268, 0,
              &(struct brush){.srgb = 0x77776f, .softness = 4.0f, .transparency = 0.3f});
}

static void paint_shelf_bottle(struct canvas *canvas, float x, float height, float half_width,
                               uint32_t srgb)
{
    const struct brush body = {.srgb = srgb, .relief = RELIEF_COLUMN, .gloss = 0.5f};
    const struct brush cap = {.srgb = 0x2b2e33, .relief = RELIEF_COLUMN};
    paint_box(canvas, x - half_width * 0.45f, -height - 14, x + half_width * 0.45f, -height + 6, 2,
              &cap);
    paint_box(canvas, x - half_width, -height, x + half_width, 0, half_width * 0.4f, &body);
    paint_box(canvas, x - half_width + 3, -height * 0.62f, x + half_width - 3, -height * 0.22f, 1,
              &(struct brush){.srgb = 0xeeece2, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 2; i++)
        paint_box(canvas, x - half_width + 7, -height * 0.55f + 8.0f * (float)i,
                  x + half_width - 9.0f - 5.0f * (float)i, -height * 0.55f + 3.0f + 8.0f * (float)i,
                  0, &(struct brush){.srgb = 0x4a4c55, .transparency = 0.2f});
}

/* A board of 620 with bottles of reagents; the variant shuffles them. */
void paint_shelf(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    static const uint32_t glass[6] = {0x6b3d17, 0xd9dcd8, 0x54703c, 0xe2e0d4, 0x7a4517, 0x35557e};
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(canvas, 6, 16, 614, 60, 0,
              &(struct brush){.srgb = 0x3c3b38, .softness = 26.0f, .transparency = 0.72f});
    float x = 34.0f;
    for (int i = 0; x < 590.0f; i++) {
        const int kind = (i * 7 + piece->variant * 3) % 6;
        const float half_width = 15.0f + 4.0f * (float)(kind % 4);
        paint_shelf_bottle(canvas, x, 58.0f + 11.0f * (float)((kind * 5) % 6), half_width,
                           glass[kind]);
        x += 2.3f * half_width + (kind == 2 ? 46.0f : 12.0f);
    }
    paint_box(canvas, 0, 0, 620, 14, 1,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0xb59b78), .grain = 0.06f});
    paint_box(canvas, 0, 12, 620, 18, 0, &(struct brush){.srgb = 0x54483a, .softness = 3.0f});
}

/* Doors over the whole wall, as far down as `at`. */
void paint_cupboard(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){0, 0});
    paint_box(canvas, -2000, -2000, 3300, 20, 0,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0x4c5157), .grain = 0.03f});
    for (int i = -4; i < 8; i++) {
        const float x = 318.0f * (float)i;
        paint_box(canvas, x - 2, -2000, x + 2, 0, 0, &(struct brush){.srgb = 0x17191b});
        paint_box(canvas, x + 2, -2000, x + 5, 0, 0,
                  &(struct brush){.srgb = 0x8a9096, .transparency = 0.6f, .softness = 2.0f});
        const float handle = i % 2 ? x + 22.0f : x - 22.0f;
        paint_box(canvas, handle - 4, -170, handle + 4, -84, 4,
                  &(struct brush){.srgb = 0xa8adb1, .relief = RELIEF_COLUMN, .gloss = 0.6f});
    }
    paint_box(canvas, -2000, -12, 3300, 8, 0,
              &(struct brush){.srgb = 0x101113, .softness = 14.0f, .transparency = 0.4f});
}

/* The front of a fume hood: frame above and at the sides, streaks on its glass. Painted last. */
void paint_sash(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    const struct brush profile = {
        .srgb = piece_srgb(piece, 0, 0xb9bdc0), .grain = 0.02f, .softness = 2.0f};
    piece_place(canvas, piece, (struct point){0, 0});
    for (int i = 0; i < 5; i++) {
        const float x = 120.0f + 240.0f * (float)i + 60.0f * (float)rng_uniform(rng);
        const struct point streak[4] = {{x, 40}, {x + 26, 40}, {x - 150, 330}, {x - 190, 330}};
        paint_polygon(canvas, streak, 4,
                      &(struct brush){.srgb = 0xf4f8fa, .softness = 22.0f, .transparency = 0.93f});
    }
    paint_box(canvas, -2000, -400, 3300, 30, 0, &profile);
    paint_box(canvas, -2000, 28, 3300, 42, 0,
              &(struct brush){.srgb = 0x2b2e31, .softness = 5.0f, .transparency = 0.25f});
    for (int i = 0; i < 2; i++) {
        const float x = i ? 1262.0f : 18.0f;
        paint_box(canvas, x - 22, -400, x + 22, 1200, 0,
                  &(struct brush){.srgb = 0xa7abae, .relief = RELIEF_COLUMN, .gloss = 0.15f});
    }
    paint_box(canvas, 560, 8, 720, 20, 5, &(struct brush){.srgb = 0x3c4045});
}
