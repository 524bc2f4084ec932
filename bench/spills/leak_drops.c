/* Drops are drawn from their description at each moment, not from a front: they are few and small,
 * they move, and what they leave behind is thinner than they are. Where two overlap the deeper one
 * counts, which looks as if they had merged.
 */
#include "leak_drops.h"

#include "leak_site.h"

#include <math.h>
#include <string.h>

/* One dome or piece of a trace in px: from (x, y) along (dx, dy), round at both ends. */
struct dome {
    float x, y, dx, dy;
    float radius, depth;
    const float *wave; /* of the outline; NULL for a trace */
};

static void draw_run(struct leak_drop *drop, float radius, float room_px, struct rng *rng)
{
    drop->runs_from = fminf(drop->risen + 0.15f * (float)rng_uniform(rng), 0.9f);
    drop->runs_until = fminf(drop->runs_from + (float)rng_uniform_between(rng, 0.08, 0.35), 1.0f);
    drop->run_px = fminf(radius * (float)rng_uniform_between(rng, 3.0, 9.0), room_px);
    float side = 0.0f;
    for (int i = 0; i < DROP_BENDS; i++) {
        drop->bend[i] = side;
        side += 0.5f * radius * (float)rng_normal(rng);
    }
}

static void draw_drop(struct leak_drop *drop, const struct light *background, float x, float y,
                      float spread_px, float radius_px, float tilt, double runners, struct rng *rng)
{
    const float right = (float)background->width - 3.0f, bottom = (float)background->height - 3.0f;
    const float aside = spread_px * (float)rng_normal(rng);
    const float along = spread_px * tilt * (float)rng_normal(rng);
    drop->x = fminf(fmaxf(x + aside, 2.0f), right);
    drop->y = fminf(fmaxf(y + along, 2.0f), bottom);
    drop->radius_px = radius_px * expf(0.4f * (float)rng_normal(rng));
    for (int i = 0; i < 2; i++)
        drop->wave[i] = (float)rng_uniform_between(rng, 0.0, 6.2832);
    if (rng_uniform(rng) < runners)
        draw_run(drop, drop->radius_px, fmaxf(bottom - drop->y, 0.0f), rng);
}

/* A few drops may all have come out small: their squares must have the planned mean. */
static void even_out(struct leak_drops *drops, float radius_px)
{
    float squares = 0.0f;
    for (int i = 0; i < drops->count; i++)
        squares += drops->drops[i].radius_px * drops->drops[i].radius_px;
    const float factor = radius_px * sqrtf(1.4f * (float)drops->count / squares);
    for (int i = 0; i < drops->count; i++)
        drops->drops[i].radius_px *= factor;
}

static struct leak_patch drops_patch(const struct leak_drops *drops, const struct light *background,
                                     int scale)
{
    float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int i = 0; i < drops->count; i++) {
        const struct leak_drop *drop = &drops->drops[i];
        const float reach = 1.3f * DROPS_SIZE_MAX * drop->radius_px + 3.0f;
        const float aside = reach + (drop->run_px > 0.0f ? 3.0f * drop->radius_px : 0.0f);
        left = fminf(left, drop->x - aside);
        right = fmaxf(right, drop->x + aside);
        top = fminf(top, drop->y - reach);
        bottom = fmaxf(bottom, drop->y + drop->run_px + reach);
    }
    const double middle_x = 0.5 * (left + right), middle_y = 0.5 * (top + bottom);
    const int x = (int)middle_x, y = (int)middle_y;
    const struct rect rect = leak_reach(background, x, y, right - middle_x + 1.0,
                                        bottom - middle_y + 1.0, bottom - middle_y + 1.0);
    return leak_patch_of(rect, scale);
}

bool drops_plan(struct leak_drops *ret_drops, const struct leak_ground *ground, double area_px,
                struct rng *rng, struct error *err)
{
    struct leak_drops drops = {.tilt = fmaxf(ground->tilt, 0.75f), .size = 1.0f};
    const double wanted_radius = rng_uniform_between(rng, 1.6, 4.0) * (double)ground->unit_px;
    const double each = 3.14159265 * (double)drops.tilt * 1.4; /* mean of the squares */
    const double count = area_px / (each * wanted_radius * wanted_radius) + 0.5;
    drops.count = count < 1.0 ? 1 : count > DROPS_MAX ? DROPS_MAX : (int)count;
    const float radius = (float)sqrt(area_px / (each * drops.count));
    const float spread =
        radius * sqrtf((float)drops.count) * (float)rng_uniform_between(rng, 1.5, 2.6);
    int x = 0, y = 0;
    if (!site_choose(ground->background, ground->region, spread, rng, &x, &y, err))
        return false;
    double runners = rng_uniform(rng) < 0.5 ? 0.35 : 0.05; /* on a wall, on a floor */
    if (area_px < 60.0)
        runners = 0.0; /* a trace would be thinner than what a pixel shows */
    for (int i = 0; i < drops.count; i++) {
        struct leak_drop *drop = &drops.drops[i];
        drop->born = ((float)i + (i ? (float)rng_uniform(rng) : 0.0f)) / (float)drops.count;
        drop->born *= 0.85f;
        drop->risen = drop->born + (drops.count > 4 ? 0.04f : 0.12f);
        draw_drop(drop, ground->background, (float)x, (float)y, spread, radius, drops.tilt, runners,
                  rng);
    }
    even_out(&drops, radius);
    const float narrow = radius * 0.6f;
    const int scale = (int)ceilf(2.6f / narrow);
    drops.patch = drops_patch(&drops, ground->background, scale < 1 ? 1 : scale > 6 ? 6 : scale);
    *ret_drops = drops;
    return true;
}

static void stamp_cell(struct leak_cell *cell, const struct dome *dome, float x, float y,
                       float tilt, float sharpness)
{
    const float length = dome->dx * dome->dx + dome->dy * dome->dy;
    const float along = length > 0.0f ? (x * dome->dx + y * dome->dy) / length : 0.0f;
    const float part = fminf(fmaxf(along, 0.0f), 1.0f);
    const float u = x - part * dome->dx, v = (y - part * dome->dy) / tilt;
    const float distance = sqrtf(u * u + v * v);
    float radius = dome->radius;
    if (dome->wave && distance > 0.0f) {
        const float angle = atan2f(v, u);
        radius *= 1.0f + 0.08f * cosf(2.0f * angle + dome->wave[0]) +
                  0.05f * cosf(3.0f * angle + dome->wave[1]);
    }
    const float cover = fminf((radius - distance) * sharpness + 0.5f, 1.0f);
    if (cover <= 0.0f)
        return;
    const float rho = fminf(distance / radius, 1.0f);
    const float depth = dome->depth * (1.0f - rho * rho);
    cell->cover = fmaxf(cell->cover, cover);
    if (depth < cell->depth)
        return;
    const float slope = distance > 0.0f ? -rho * sqrtf(dome->depth) / distance : 0.0f;
    cell->depth = depth;
    cell->slope_x = slope * u;
    cell->slope_y = slope * v;
}

static void stamp(const struct leak_drops *drops, const struct dome *dome,
                  struct leak_cell *ret_cells)
{
    const struct leak_patch *patch = &drops->patch;
    const float scale = (float)patch->scale, reach = 1.2f * dome->radius + 1.0f;
    const float left = (dome->x + fminf(dome->dx, 0.0f) - reach - (float)patch->rect.x) * scale;
    const float right = (dome->x + fmaxf(dome->dx, 0.0f) + reach - (float)patch->rect.x) * scale;
    const float top = (dome->y - reach - (float)patch->rect.y) * scale;
    const float bottom = (dome->y + dome->dy + reach - (float)patch->rect.y) * scale;
    for (int row = top > 0.0f ? (int)top : 0; row < patch->height && (float)row <= bottom; row++) {
        const float y = leak_patch_y(patch, row) - dome->y;
        for (int column = left > 0.0f ? (int)left : 0;
             column < patch->width && (float)column <= right; column++)
            stamp_cell(&ret_cells[row * patch->width + column], dome,
                       leak_patch_x(patch, column) - dome->x, y, drops->tilt, scale);
    }
}

static float bend_at(const struct leak_drop *drop, float part)
{
    const float position = part * (DROP_BENDS - 1);
    const int from = position < DROP_BENDS - 2 ? (int)position : DROP_BENDS - 2;
    return drop->bend[from] + (position - (float)from) * (drop->bend[from + 1] - drop->bend[from]);
}

static void render_drop(const struct leak_drops *drops, const struct leak_drop *drop,
                        float fraction, struct leak_cell *ret_cells)
{
    const float age = (fraction - drop->born) / (drop->risen - drop->born);
    if (!(age > 0.0f))
        return;
    const float radius = drops->size * drop->radius_px * cbrtf(fminf(age, 1.0f));
    float part = 0.0f;
    if (drop->run_px > 0.0f && fraction > drop->runs_from) {
        const float run =
            fminf((fraction - drop->runs_from) / (drop->runs_until - drop->runs_from), 1.0f);
        part = run * (2.0f - run); /* quick at first */
    }
    enum { PIECES = 9 };
    for (int i = 0; i < PIECES && part > 0.0f; i++) {
        const float from = part * (float)i / PIECES, to = part * (float)(i + 1) / PIECES;
        const float bend = bend_at(drop, from);
        const struct dome trace = {drop->x + bend,
                                   drop->y + from * drop->run_px,
                                   bend_at(drop, to) - bend,
                                   (to - from) * drop->run_px,
                                   radius * (0.62f - 0.12f * from),
                                   0.25f,
                                   NULL};
        stamp(drops, &trace, ret_cells);
    }
    const struct dome head = {drop->x + bend_at(drop, part),
                              drop->y + part * drop->run_px,
                              0,
                              0,
                              radius * (1.0f - 0.2f * part),
                              1.0f,
                              drop->wave};
    stamp(drops, &head, ret_cells);
}

void drops_render(const struct leak_drops *drops, float fraction, struct leak_cell *ret_cells)
{
    const size_t count = (size_t)drops->patch.width * (size_t)drops->patch.height;
    memset(ret_cells, 0, count * sizeof *ret_cells);
    for (int i = 0; i < drops->count; i++)
        render_drop(drops, &drops->drops[i], fraction, ret_cells);
}
