/* The still life: everything that stands in a layout, painted once per rig, back to front, each
 * thing after the shadows that it throws. Tubes come last: they lie over everything.
 */
#include "camera/rig_scene.h"

#include "camera/rig_still.h"

static piece_painter *const painters[PIECE_KIND_COUNT] = {
    [PIECE_WALL] = paint_wall,     [PIECE_TILES] = paint_tiles,
    [PIECE_DUCT] = paint_duct,     [PIECE_PROTOCOL] = paint_protocol,
    [PIECE_SIGN] = paint_sign,     [PIECE_WINDOW] = paint_window,
    [PIECE_SHELF] = paint_shelf,   [PIECE_CUPBOARD] = paint_cupboard,
    [PIECE_SASH] = paint_sash,     [PIECE_BENCH] = paint_bench,
    [PIECE_WOOD] = paint_wood,     [PIECE_FLOOR_TILES] = paint_floor_tiles,
    [PIECE_TRAY] = paint_tray,     [PIECE_TISSUE] = paint_tissue,
    [PIECE_SUPPLY] = paint_supply, [PIECE_WASH_BOTTLE] = paint_wash_bottle,
    [PIECE_BOTTLE] = paint_bottle, [PIECE_BEAKER] = paint_beaker,
    [PIECE_TANK] = paint_tank,     [PIECE_STACK] = paint_stack,
    [PIECE_PUMP] = paint_pump,
};

static void paint_cable(struct canvas *canvas, const struct point control[4], uint32_t color)
{
    struct point points[RIG_TUBE_POINTS];
    curve_points(control, points, RIG_TUBE_POINTS);
    const struct shape cable = shape_stroke(points, RIG_TUBE_POINTS, 3.4f);
    canvas_paint(canvas, &cable,
                 &(struct brush){.srgb = color, .relief = RELIEF_TUBE, .gloss = 0.25f});
}

static void paint_cables(struct canvas *canvas, const struct layout *layout)
{
    for (int i = 0; i < layout->cable_count; i++)
        paint_cable(canvas, layout->cables[i].control, layout->cables[i].srgb);
    for (int i = 0; i < layout->cable_count; i++) {
        const struct point clamp = layout->cables[i].control[0];
        paint_ellipse(canvas, clamp.x, clamp.y + 4, 7, 7,
                      &(struct brush){.srgb = 0xc9ccce, .relief = RELIEF_DOME});
    }
}

/* A silicone tube: milky wall, liquid inside, highlight along it. */
static void paint_tube(struct canvas *canvas, const struct point *points, float radius,
                       enum liquid liquid)
{
    const struct shape wall = shape_stroke(points, RIG_TUBE_POINTS, radius);
    const struct shape bore = shape_stroke(points, RIG_TUBE_POINTS, radius * 0.66f);
    canvas_paint(canvas, &wall, &(struct brush){.srgb = 0xc8cbc6, .relief = RELIEF_TUBE});
    canvas_paint(
        canvas, &bore,
        &(struct brush){
            .liquid = liquid, .relief = RELIEF_TUBE, .softness = 1.5f, .transparency = 0.12f});
    canvas_paint(canvas, &wall,
                 &(struct brush){
                     .srgb = 0xe0e4e2, .relief = RELIEF_TUBE, .gloss = 3.0f, .transparency = 0.8f});
}

static void paint_curve_tube(struct canvas *canvas, const struct point control[4], float radius,
                             enum liquid liquid)
{
    struct point points[RIG_TUBE_POINTS];
    curve_points(control, points, RIG_TUBE_POINTS);
    paint_tube(canvas, points, radius, liquid);
}

static void paint_fitting(struct canvas *canvas, float x, float y, uint32_t color)
{
    paint_box(canvas, x - 10, y - 8, x + 10, y + 7, 2,
              &(struct brush){.srgb = color, .relief = RELIEF_COLUMN, .gloss = 0.3f});
    paint_box(canvas, x - 7.5f, y + 6, x + 7.5f, y + 16, 2,
              &(struct brush){.srgb = 0xe6e4da, .relief = RELIEF_COLUMN});
}

static void paint_circuit(struct canvas *canvas, const struct circuit *circuit, float radius)
{
    const struct point fitting = circuit->feed[0], into_tank = circuit->back[3];
    const struct point outlet = circuit->suction[0];
    paint_curve_tube(canvas, circuit->back, radius, circuit->liquid);
    paint_curve_tube(canvas, circuit->suction, radius, circuit->liquid);
    paint_curve_tube(canvas, circuit->feed, radius, circuit->liquid);
    paint_fitting(canvas, fitting.x, fitting.y - 10, 0x3d4347);
    paint_fitting(canvas, circuit->back[0].x, circuit->back[0].y - 6, 0x3d4347);
    paint_box(canvas, into_tank.x - 9, into_tank.y - 16, into_tank.x + 9, into_tank.y + 4, 3,
              &(struct brush){.srgb = 0xd9d8d0, .relief = RELIEF_COLUMN});
    paint_box(canvas, outlet.x - 11, outlet.y - 9, outlet.x + 11, outlet.y + 9, 3,
              &(struct brush){.srgb = 0x3d4347});
}

void rig_scene_paint(struct canvas *canvas, const struct layout *layout, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0x5ce7e);
    for (int i = 0; i < layout->piece_count; i++) {
        const struct piece *piece = &layout->pieces[i];
        painters[piece->kind](canvas, piece, &rng);
        canvas_place_back(canvas);
    }
    paint_cables(canvas, layout);
    for (int i = 0; i < layout->circuit_count; i++)
        paint_circuit(canvas, &layout->circuits[i], layout->tube_radius);
}
