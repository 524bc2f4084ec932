/* Rotors, seven-segment displays, LEDs: what changes all the time and means nothing. A detector
 * has to learn to leave it alone.
 */
#include "camera/rig_parts.h"

#include "base/rng.h"
#include "camera/rig_still.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROLLER_COUNT = 3, PUMP_SPEEDS = 3 };

static const double turn = 6.283185307179586;
static const double pump_turns_per_s[PUMP_SPEEDS] = {0.537, 0.611, 0.473};
static const float pump_radius = 33.0f;

static void paint_rotor(struct canvas *frame, struct point head, double angle)
{
    struct point rollers[ROLLER_COUNT];
    for (int i = 0; i < ROLLER_COUNT; i++) {
        const double at = angle + turn * i / ROLLER_COUNT;
        rollers[i].x = head.x + (pump_radius - 11.0f) * (float)cos(at);
        rollers[i].y = head.y + (pump_radius - 11.0f) * (float)sin(at);
    }
    const struct shape plate = shape_polygon(rollers, ROLLER_COUNT);
    canvas_paint(frame, &plate, &(struct brush){.srgb = 0x9fa5a9, .softness = 1.0f});
    for (int i = 0; i < ROLLER_COUNT; i++) {
        const struct point ends[2] = {head, rollers[i]};
        const struct shape arm = shape_stroke(ends, 2, 8.5f);
        const struct shape roller = shape_ellipse(rollers[i].x, rollers[i].y, 9.0f, 9.0f);
        canvas_paint(frame, &arm, &(struct brush){.srgb = 0x9fa5a9});
        canvas_paint(frame, &roller,
                     &(struct brush){.srgb = 0xd9d6c8, .relief = RELIEF_DOME, .gloss = 0.3f});
    }
    const struct shape hub = shape_ellipse(head.x, head.y, 8.0f, 8.0f);
    canvas_paint(frame, &hub,
                 &(struct brush){.srgb = 0x55595d, .relief = RELIEF_DOME, .gloss = 0.5f});
}

/* Bits a to g of a digit: top, right upper, right lower, bottom, left lower, left upper, middle. */
static const uint8_t digit_segments[10] = {0x3f, 0x06, 0x5b, 0x4f, 0x66,
                                           0x6d, 0x7d, 0x07, 0x7f, 0x6f};
static const struct point segment_ends[7][2] = {
    {{0, 0}, {1, 0}}, {{1, 0}, {1, 1}}, {{1, 1}, {1, 2}}, {{0, 2}, {1, 2}},
    {{0, 1}, {0, 2}}, {{0, 0}, {0, 1}}, {{0, 1}, {1, 1}},
};

static void paint_digit(struct canvas *frame, struct point corner, float size, int digit,
                        const float light[3])
{
    for (int i = 0; i < 7; i++) {
        if (!(digit_segments[digit] >> i & 1))
            continue;
        const struct point *ends = segment_ends[i];
        /* Segments end short of the corners, where their neighbours begin. */
        const float gap_x = ends[0].y == ends[1].y ? 0.18f : 0.0f;
        const float gap_y = gap_x > 0.0f ? 0.0f : 0.18f;
        const struct point line[2] = {
            {corner.x + size * (ends[0].x + gap_x), corner.y + size * (ends[0].y + gap_y)},
            {corner.x + size * (ends[1].x - gap_x), corner.y + size * (ends[1].y - gap_y)},
        };
        const struct shape segment = shape_stroke(line, 2, size * 0.10f);
        canvas_glow(frame, &segment, size * 0.12f, light);
    }
}

static void paint_display(struct canvas *frame, struct point corner, float size, const char *text,
                          const float light[3])
{
    for (; *text; text++) {
        if (*text == '.') {
            const struct shape dot = shape_ellipse(corner.x - size * 0.28f, corner.y + size * 2.0f,
                                                   size * 0.13f, size * 0.13f);
            canvas_glow(frame, &dot, 1.0f, light);
            continue;
        }
        paint_digit(frame, corner, size, *text - '0', light);
        corner.x += size * 1.62f;
    }
}

/* A whole number in 0..range-1 that changes every `period_s`. */
static int flicker(const struct light_plan *plan, double time_s, double period_s, uint32_t range)
{
    const double step = floor((time_s + plan->settings->start_s) / period_s);
    struct rng rng = rng_seeded(plan->settings->seed, (uint64_t)(int64_t)step);
    return (int)rng_below(&rng, range);
}

static void paint_led(struct canvas *frame, struct point center, float radius, const float light[3])
{
    const struct shape core = shape_ellipse(center.x, center.y, radius, radius);
    const struct shape halo = shape_ellipse(center.x, center.y, radius * 1.4f, radius * 1.4f);
    const float faint[3] = {0.12f * light[0], 0.12f * light[1], 0.12f * light[2]};
    canvas_glow(frame, &core, 1.0f, light);
    canvas_glow(frame, &halo, radius * 2.4f, faint);
}

static const float green[3] = {0.06f, 0.95f, 0.22f};
static const float red[3] = {1.1f, 0.07f, 0.05f};
static const float amber[3] = {1.0f, 0.42f, 0.04f};

static void paint_pump_parts(struct canvas *frame, const struct light_plan *plan,
                             const struct piece *pump, int number, double time_s)
{
    const double turns_per_s = pump_turns_per_s[number % PUMP_SPEEDS];
    const double turns = fmod((time_s + plan->settings->start_s) * turns_per_s, 1.0);
    const struct point head = pump->at;
    char text[16];
    piece_place(frame, pump, head);
    paint_rotor(frame, head, (number % 2 ? -turn : turn) * turns);
    snprintf(text, sizeof text, "%03d",
             (int)(60.0 * turns_per_s) + flicker(plan, time_s, 0.7 + 0.2 * number, 3));
    paint_display(frame, (struct point){head.x - 33.0f, head.y + 54.0f}, 10.0f, text, green);
    paint_led(frame, (struct point){head.x + 40.0f, head.y + 62.0f}, 3.2f,
              number % 2 ? amber : green);
    canvas_place_back(frame);
}

static void paint_supply_parts(struct canvas *frame, const struct light_plan *plan,
                               const struct piece *supply, double time_s)
{
    const double volts =
        1.16 + 0.34 * light_plan_charge(plan, time_s) + 0.01 * flicker(plan, time_s, 1.3, 2);
    char text[16];
    piece_place(frame, supply, supply_reference);
    snprintf(text, sizeof text, "%.2f%d", volts, flicker(plan, time_s, 0.4, 10));
    paint_display(frame, (struct point){1104.0f, 222.0f}, 15.0f, text, red);
    if (fmod(time_s + plan->settings->start_s, 1.1) < 0.55)
        paint_led(frame, (struct point){1236.0f, 300.0f}, 4.5f, green);
    canvas_place_back(frame);
}

void parts_paint(struct canvas *frame, const struct light_plan *plan, double time_s)
{
    const struct layout *layout = plan->layout;
    int pump_count = 0;
    for (int i = 0; i < layout->piece_count; i++) {
        const struct piece *piece = &layout->pieces[i];
        if (piece->kind == PIECE_PUMP)
            paint_pump_parts(frame, plan, piece, pump_count++, time_s);
        else if (piece->kind == PIECE_SUPPLY)
            paint_supply_parts(frame, plan, piece, time_s);
    }
}
