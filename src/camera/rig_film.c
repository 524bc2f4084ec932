/* Puddles, wet spots and threads of the simulated leaks, as heights over what they lie on.
 *
 * Called by rig_leak.c between the still life and the moving parts of a frame; what the heights
 * look like is rig_coat.c's. A film is emptied as it is painted, so nothing of one frame is left
 * in the next.
 */
#include "camera/rig_film.h"

#include "camera/rig_coat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float meniscus = 7.0f; /* units from the edge to full depth */

bool film_init(struct film *film, const struct canvas *canvas, const struct layout *layout,
               struct error *err)
{
    *film = (struct film){.layout = layout};
    film->height = calloc((size_t)canvas->width * (size_t)canvas->height, sizeof *film->height);
    if (!film->height)
        return error_set(err, ERROR_MEMORY, "no memory for a simulated leak");
    return true;
}

void film_finish(struct film *film)
{
    free(film->height);
    *film = (struct film){0};
}

static void extend(struct pixel_range *dirty, struct pixel_range range)
{
    if (range.left >= range.right || range.top >= range.bottom)
        return;
    if (dirty->left >= dirty->right) {
        *dirty = range;
        return;
    }
    dirty->left = range.left < dirty->left ? range.left : dirty->left;
    dirty->top = range.top < dirty->top ? range.top : dirty->top;
    dirty->right = range.right > dirty->right ? range.right : dirty->right;
    dirty->bottom = range.bottom > dirty->bottom ? range.bottom : dirty->bottom;
}

/* Two depths at one place become less than their sum: the liquid spreads. */
static void pour(float *height, float added, float depth)
{
    *height += added * (1.0f - fminf(*height / depth, 1.0f));
}

/* 0 at the edge, 1 from `meniscus` inwards; its slope at the edge is that of a wetting drop. */
static float rounded_edge(float inside)
{
    if (inside <= 0.0f)
        return 0.0f;
    const float t = 1.0f - fminf(inside / meniscus, 1.0f);
    return 1.0f - t * t;
}

void film_add_puddle(struct film *film, const struct canvas *canvas, struct point center,
                     float half_width, float depth, uint32_t seed)
{
    const float slant = film->layout->slant, half_height = half_width * slant;
    const struct shape reach =
        shape_ellipse(center.x, center.y, half_width * 1.3f, half_height * 1.3f);
    const struct pixel_range range = canvas_range(canvas, &reach, 0.0f);
    extend(&film->dirty, range);
    const float broad = 1.3f / half_width, fine = 3.6f / half_width;
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const struct point p = canvas_point(canvas, x, y);
            const float u = p.x - center.x, v = (p.y - center.y) / slant;
            const float radius =
                half_width * (1.0f + 0.22f * texture_noise(u * broad, v * broad, seed) +
                              0.06f * texture_noise(u * fine, v * fine, seed + 1));
            const float inside = radius - sqrtf(u * u + v * v);
            if (inside > 0.0f)
                pour(&film->height[(size_t)y * (size_t)canvas->width + (size_t)x],
                     depth * rounded_edge(inside), depth);
        }
}

void film_add_shape(struct film *film, const struct canvas *canvas, const struct shape *shape,
                    float depth)
{
    const struct pixel_range range = canvas_range(canvas, shape, 0.0f);
    extend(&film->dirty, range);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const float inside = -shape_distance(shape, canvas_point(canvas, x, y));
            if (inside > 0.0f)
                pour(&film->height[(size_t)y * (size_t)canvas->width + (size_t)x],
                     depth * rounded_edge(inside * 2.0f), depth);
        }
}

static void note_cover(uint8_t *cover, float share)
{
    const uint8_t level = (uint8_t)(share * 255.0f + 0.5f);
    *cover = level > *cover ? level : *cover;
}

void film_cover_shape(struct film *film, const struct canvas *canvas, const struct shape *shape)
{
    if (!film->cover)
        return;
    const struct pixel_range range = canvas_range(canvas, shape, 0.0f);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const float distance = shape_distance(shape, canvas_point(canvas, x, y));
            note_cover(&film->cover[(size_t)y * (size_t)canvas->width + (size_t)x],
                       canvas_coverage(canvas, distance, 0.0f));
        }
}

void film_paint(struct film *film, struct canvas *frame, const struct canvas *scene,
                const struct coat *coat)
{
    const struct pixel_range range = film->dirty;
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const float share = coat_pixel(coat, film, frame, scene, x, y);
            if (film->cover && share > 0.0f)
                note_cover(&film->cover[(size_t)y * (size_t)frame->width + (size_t)x], share);
        }
    for (int y = range.top; y < range.bottom; y++)
        memset(film->height + (size_t)y * (size_t)frame->width + (size_t)range.left, 0,
               (size_t)(range.right - range.left) * sizeof *film->height);
    film->dirty = (struct pixel_range){0};
}
