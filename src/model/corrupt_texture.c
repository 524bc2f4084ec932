/* Random textures: what a spoiled region shows instead of the picture, or of it.
 *
 * Half of them are made from the picture itself (another place of it, the same place a few pixels
 * off or blurred, a film over it), because those are what clear liquids look like and what is hard
 * to see: a network that only learned to remove bright patches would miss them all.
 */
#include "model/corrupt_parts.h"

#include "model/smooth_field.h"

enum { CHANNELS = 3, NOISE_CELLS_MAX = 12, BLUR_MAX = 6, SHIFT_MAX = 6 };

static const double film_min = 0.6, film_max = 1.25, rim_depth = 0.3;

struct canvas {
    struct corrupter *corrupter;
    struct rng *rng;
    const struct corruption_source *source;
    const float *target;
    struct box box;
};

static size_t pixel_at(const struct canvas *canvas, int x, int y)
{
    return (size_t)y * (size_t)canvas->corrupter->width + (size_t)x;
}

static size_t box_pixel(const struct canvas *canvas, int x, int y)
{
    return (size_t)(y - canvas->box.y0) * (size_t)(canvas->box.x1 - canvas->box.x0) +
           (size_t)(x - canvas->box.x0);
}

static void fill_field(const struct canvas *canvas)
{
    const int cells = whole_between(canvas->rng, 1, NOISE_CELLS_MAX);
    smooth_field_fill(canvas->rng, cells, cells, canvas->box.x1 - canvas->box.x0,
                      canvas->box.y1 - canvas->box.y0, canvas->corrupter->field);
}

static void paint_colour(const struct canvas *canvas, float roughness)
{
    const struct box *box = &canvas->box;
    fill_field(canvas);
    for (size_t c = 0; c < CHANNELS; c++) {
        float *plane = canvas->corrupter->texture + c * canvas->corrupter->area;
        const float colour = between(canvas->rng, 0.0, 1.0);
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++) {
                const float smooth = canvas->corrupter->field[box_pixel(canvas, x, y)];
                const float rough =
                    roughness > 0.0f ? roughness * between(canvas->rng, -1.0, 1.0) : 0.0f;
                plane[pixel_at(canvas, x, y)] = colour + roughness * smooth + rough;
            }
    }
}

static void paint_flat(const struct canvas *canvas)
{
    paint_colour(canvas, 0.0f);
}

static void paint_noise(const struct canvas *canvas)
{
    paint_colour(canvas, between(canvas->rng, 0.05, 0.4));
}

/* How far the box may go along one side. */
static int random_offset(struct rng *rng, int low, int high, int side)
{
    return whole_between(rng, -low, side - high);
}

static void paint_target_from(const struct canvas *canvas, int offset_x, int offset_y)
{
    const struct box *box = &canvas->box;
    for (size_t c = 0; c < CHANNELS; c++) {
        const size_t plane = c * canvas->corrupter->area;
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++)
                canvas->corrupter->texture[plane + pixel_at(canvas, x, y)] =
                    canvas->target[plane + pixel_at(canvas, x + offset_x, y + offset_y)];
    }
}

static void paint_elsewhere(const struct canvas *canvas)
{
    const struct box *box = &canvas->box;
    const int x = random_offset(canvas->rng, box->x0, box->x1, canvas->corrupter->width);
    const int y = random_offset(canvas->rng, box->y0, box->y1, canvas->corrupter->height);
    paint_target_from(canvas, x, y);
}

/* A few pixels off, as behind clear liquid; as far as the border allows. */
static int small_offset(struct rng *rng, int low, int high, int side)
{
    const int least = low < SHIFT_MAX ? -low : -SHIFT_MAX;
    const int most = side - high < SHIFT_MAX ? side - high : SHIFT_MAX;
    return whole_between(rng, least, most);
}

static void paint_shifted(const struct canvas *canvas)
{
    const struct box *box = &canvas->box;
    const int x = small_offset(canvas->rng, box->x0, box->x1, canvas->corrupter->width);
    const int y = small_offset(canvas->rng, box->y0, box->y1, canvas->corrupter->height);
    paint_target_from(canvas, x, y);
}

static void paint_other(const struct canvas *canvas)
{
    const struct box *box = &canvas->box;
    const uint8_t *other =
        canvas->source->others[rng_below(canvas->rng, (uint32_t)canvas->source->other_count)];
    const int off_x = random_offset(canvas->rng, box->x0, box->x1, canvas->corrupter->width);
    const int off_y = random_offset(canvas->rng, box->y0, box->y1, canvas->corrupter->height);
    for (size_t c = 0; c < CHANNELS; c++)
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++)
                canvas->corrupter->texture[c * canvas->corrupter->area + pixel_at(canvas, x, y)] =
                    (float)other[pixel_at(canvas, x + off_x, y + off_y) * CHANNELS + c] / 255.0f;
}

static int nearest(int at, int side)
{
    return at < 0 ? 0 : at >= side ? side - 1 : at;
}

/* Mean over a square, first along rows (into `field`), then along columns. */
static void paint_blurred(const struct canvas *canvas)
{
    const struct box *box = &canvas->box;
    const int radius = whole_between(canvas->rng, 1, BLUR_MAX);
    const float share = 1.0f / (float)(2 * radius + 1);
    float *rows = canvas->corrupter->field;
    for (size_t c = 0; c < CHANNELS; c++) {
        const float *from = canvas->target + c * canvas->corrupter->area;
        float *to = canvas->corrupter->texture + c * canvas->corrupter->area;
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++) {
                float sum = 0.0f;
                for (int k = -radius; k <= radius; k++)
                    sum += from[pixel_at(canvas, nearest(x + k, canvas->corrupter->width), y)];
                rows[box_pixel(canvas, x, y)] = sum * share;
            }
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++) {
                float sum = 0.0f;
                for (int k = -radius; k <= radius; k++)
                    sum += rows[box_pixel(canvas, x,
                                          box->y0 + nearest(y + k - box->y0, box->y1 - box->y0))];
                to[pixel_at(canvas, x, y)] = sum * share;
            }
    }
}

/* `rim` is added where the region is shallow. */
static void paint_wet(const struct canvas *canvas, float rim)
{
    const struct box *box = &canvas->box;
    const float wetness = between(canvas->rng, film_min, film_max);
    fill_field(canvas);
    for (size_t c = 0; c < CHANNELS; c++) {
        const size_t plane = c * canvas->corrupter->area;
        const float tint = between(canvas->rng, 0.85, 1.15);
        for (int y = box->y0; y < box->y1; y++)
            for (int x = box->x0; x < box->x1; x++) {
                const size_t at = pixel_at(canvas, x, y);
                float factor = wetness * tint;
                factor += 0.05f * canvas->corrupter->field[box_pixel(canvas, x, y)];
                factor = factor < (float)film_min ? (float)film_min : factor;
                factor = factor > (float)film_max ? (float)film_max : factor;
                const float shallow = 1.0f - canvas->corrupter->depth[at] / (float)rim_depth;
                canvas->corrupter->texture[plane + at] =
                    canvas->target[plane + at] * factor + rim * clamp_unit(shallow);
            }
    }
}

static void paint_film(const struct canvas *canvas)
{
    paint_wet(canvas, 0.0f);
}

static void paint_rim(const struct canvas *canvas)
{
    paint_wet(canvas, between(canvas->rng, 0.05, 0.5));
}

void corrupter_draw_texture(struct corrupter *corrupter, struct rng *rng,
                            const struct corruption_source *source, const float *target,
                            struct box box)
{
    static void (*const painters[])(const struct canvas *) = {
        paint_flat,  paint_noise,   paint_elsewhere, paint_shifted,
        paint_other, paint_blurred, paint_film,      paint_rim};
    const struct canvas canvas = {corrupter, rng, source, target, box};
    painters[rng_below(rng, sizeof painters / sizeof painters[0])](&canvas);
}
