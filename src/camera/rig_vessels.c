/* The tanks, the cell stack and the pumps of the simulated rigs. The liquids are painted as shares,
 * because their colours change with the state of charge.
 */
#include "camera/rig_still.h"

#include <math.h>

enum { TANK_TOP = 222, TANK_FOOT = 520, TANK_LEVEL = 292, TANK_HALF_WIDTH = 76 };

static void paint_tank_liquid(struct canvas *canvas, float x, enum liquid liquid)
{
    const float half_width = TANK_HALF_WIDTH - 6, foot = TANK_FOOT - 6;
    const struct brush body = {.liquid = liquid, .relief = RELIEF_COLUMN, .transparency = 0.06f};
    paint_ellipse(canvas, x, foot, half_width, 13, &body);
    paint_box(canvas, x - half_width, TANK_LEVEL, x + half_width, foot, 0, &body);
    paint_ellipse(canvas, x, TANK_LEVEL, half_width, 11,
                  &(struct brush){.srgb = 0xd6dad9, .transparency = 0.55f});
    paint_ellipse(canvas, x, TANK_LEVEL + 1.5f, half_width - 2, 9,
                  &(struct brush){.liquid = liquid, .transparency = 0.25f});
}

/* A scale and a label. */
static void paint_tank_marks(struct canvas *canvas, float x)
{
    for (int i = 0; i < 6; i++) {
        const float y = TANK_LEVEL + 20.0f + 32.0f * (float)i;
        paint_box(canvas, x - 8, y, x + (i % 2 ? 10.0f : 20.0f), y + 2, 0,
                  &(struct brush){.srgb = 0x2a2d2e, .transparency = 0.35f});
    }
    paint_box(canvas, x - 62, 372, x - 18, 428, 2,
              &(struct brush){.srgb = 0xf3f3ee, .relief = RELIEF_COLUMN});
    for (int i = 0; i < 3; i++) {
        const float y = 382.0f + 14.0f * (float)i;
        paint_box(canvas, x - 56, y, x - 26.0f - 4.0f * (float)i, y + 4, 0,
                  &(struct brush){.srgb = 0x39404a});
    }
}

static void paint_cap(struct canvas *canvas, float x, uint32_t srgb)
{
    paint_box(canvas, x - 58, 196, x + 58, 232, 6,
              &(struct brush){.srgb = srgb, .relief = RELIEF_COLUMN, .gloss = 0.2f});
    paint_ellipse(canvas, x, 198, 58, 9, &(struct brush){.srgb = srgb, .grain = 0.03f});
    for (int i = 0; i < 12; i++) { /* ribs, closer together towards the sides */
        const float rib = x + 56.0f * sinf(0.27f * ((float)i - 5.5f));
        paint_box(canvas, rib - 0.8f, 206, rib + 0.8f, 230, 0,
                  &(struct brush){.srgb = 0x101214, .transparency = 0.65f});
    }
}

/* Stands on its foot; the first colour is the cap's. */
void paint_tank(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    const float x = piece->at.x;
    piece_place(canvas, piece, (struct point){x, TANK_FOOT});
    const float left = x - TANK_HALF_WIDTH, right = x + TANK_HALF_WIDTH;
    paint_shadow(canvas, left, right, TANK_FOOT, 84);
    paint_ellipse(canvas, x, TANK_FOOT, TANK_HALF_WIDTH, 15,
                  &(struct brush){.srgb = 0xb9c0c0, .relief = RELIEF_COLUMN});
    paint_box(canvas, left, TANK_TOP, right, TANK_FOOT, 16,
              &(struct brush){.srgb = 0xc6cccb, .relief = RELIEF_COLUMN});
    paint_tank_liquid(canvas, x, piece->liquid);
    /* milky plastic in front of it, and its reflections */
    paint_box(canvas, left, TANK_TOP, right, TANK_FOOT, 16,
              &(struct brush){
                  .srgb = 0xe9eeee, .relief = RELIEF_COLUMN, .gloss = 1.5f, .transparency = 0.91f});
    paint_box(canvas, x + 50, TANK_TOP + 24, x + 57, TANK_FOOT - 30, 3,
              &(struct brush){.srgb = 0xffffff, .transparency = 0.86f, .softness = 5.0f});
    paint_tank_marks(canvas, x);
    paint_cap(canvas, x, piece_srgb(piece, 0, 0xa5301f));
}

static void paint_stand(struct canvas *canvas)
{
    paint_shadow(canvas, 548, 732, 512, 70);
    for (int i = 0; i < 2; i++) {
        const float x = i ? 722.0f : 546.0f;
        paint_box(canvas, x - 7, 380, x + 7, 510, 2,
                  &(struct brush){.srgb = 0x9ea3a6, .relief = RELIEF_COLUMN, .gloss = 0.25f});
        paint_box(canvas, x - 18, 504, x + 18, 514, 3, &(struct brush){.srgb = 0x55595c});
    }
}

/* On its stand. Colours: end plates, frames, and every third frame. */
void paint_stack(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    piece_place(canvas, piece, (struct point){640, 510});
    const uint32_t frame_srgb = piece_srgb(piece, 1, 0xdedcd2);
    const uint32_t accent_srgb = piece_srgb(piece, 2, 0xb98747);
    paint_stand(canvas);
    /* end plates, with the cells between them as upright stripes */
    paint_box(canvas, 562, 196, 718, 390, 0, &(struct brush){.srgb = 0x1d1e20});
    for (int i = 0; i < 12; i++) {
        const float x = 564.0f + 12.9f * (float)i;
        paint_box(
            canvas, x, 194, x + 6.2f, 392, 1,
            &(struct brush){.srgb = i % 3 ? frame_srgb : accent_srgb, .relief = RELIEF_COLUMN});
        paint_box(canvas, x + 7.4f, 200, x + 11.4f, 386, 1,
                  &(struct brush){.srgb = 0x2c2d30, .relief = RELIEF_COLUMN});
    }
    for (int i = 0; i < 2; i++) {
        const float left = i ? 716.0f : 536.0f;
        paint_box(canvas, left, 182, left + 28, 402, 3,
                  &(struct brush){.srgb = piece_srgb(piece, 0, 0x8b9094), .grain = 0.04f});
        paint_box(canvas, left + 2, 184, left + 7, 400, 2,
                  &(struct brush){.srgb = 0xc3c7c9, .transparency = 0.4f, .softness = 3.0f});
    }
    for (int i = 0; i < 4; i++) {
        const float y = 206.0f + 57.0f * (float)i;
        paint_line(canvas, (struct point){524, y}, (struct point){756, y}, 3.2f,
                   &(struct brush){.srgb = 0xa9adb0, .relief = RELIEF_TUBE, .gloss = 0.4f});
        paint_box(canvas, 525, y - 7.5f, 536, y + 7.5f, 1.5f, &(struct brush){.srgb = 0x6c7073});
        paint_box(canvas, 744, y - 7.5f, 755, y + 7.5f, 1.5f, &(struct brush){.srgb = 0x6c7073});
    }
    /* current collectors */
    paint_box(canvas, 567, 160, 583, 200, 2, &(struct brush){.srgb = 0xb8713a, .grain = 0.05f});
    paint_box(canvas, 697, 160, 713, 200, 2, &(struct brush){.srgb = 0xb8713a, .grain = 0.05f});
}

/* A peristaltic pump; `at` is its head. Colours: front, side, upper edge. */
void paint_pump(struct canvas *canvas, const struct piece *piece, struct rng *rng)
{
    (void)rng;
    const float x = piece->at.x, y = piece->at.y;
    piece_place(canvas, piece, piece->at);
    paint_shadow(canvas, x - 52, x + 62, y + 88, 62);
    paint_box(canvas, x - 50, y - 62, x + 58, y + 90, 7,
              &(struct brush){.srgb = piece_srgb(piece, 1, 0x2f4a66)});
    paint_box(canvas, x - 50, y - 62, x + 50, y + 90, 7,
              &(struct brush){.srgb = piece_srgb(piece, 0, 0x45678a), .grain = 0.02f});
    paint_box(canvas, x - 50, y - 62, x + 50, y - 54, 4,
              &(struct brush){.srgb = piece_srgb(piece, 2, 0x6c8cad), .softness = 2.0f});
    paint_box(canvas, x - 40, y + 46, x + 22, y + 84, 3, &(struct brush){.srgb = 0x101113});
    paint_ellipse(canvas, x, y, 44, 44, &(struct brush){.srgb = 0x22252a});
    paint_ellipse(canvas, x, y, 41, 41, &(struct brush){.srgb = 0xc2c6c8});
    paint_ellipse(canvas, x, y, 37, 37, &(struct brush){.srgb = 0x50565b});
    paint_ellipse(canvas, x + 40, y + 80, 4, 4, &(struct brush){.srgb = 0x22282e});
}
