/* Puddles, wet spots and threads of liquid of the simulated leaks.
 *
 * Called by rig_leak.c between the still life and the moving parts of a frame. The light that
 * reaches the camera from below is absorbed along the depth (Lambert and Beer); the surface adds
 * the ceiling's strip light where it is tilted the right way, and the image of what stands behind.
 * Spills of clear liquid are seen by their edge and their gloss alone, so these matter more than
 * the colour.
 */
#include "camera/rig_film.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float meniscus = 7.0f; /* units from the edge to full depth */
static const float mirror_share = 0.10f;

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

/* Tilt of the surface by central differences, in depth per unit. */
static struct point slope_at(const struct film *film, const struct canvas *frame, int x, int y)
{
    const int left = x > 0 ? x - 1 : x, right = x < frame->width - 1 ? x + 1 : x;
    const int above = y > 0 ? y - 1 : y, below = y < frame->height - 1 ? y + 1 : y;
    const float *row = film->height + (size_t)y * (size_t)frame->width;
    const float half = frame->scale / 2.0f;
    return (struct point){
        (row[right] - row[left]) * half,
        (film->height[(size_t)below * (size_t)frame->width + (size_t)x] -
         film->height[(size_t)above * (size_t)frame->width + (size_t)x]) *
            half,
    };
}

/* The strip light in the tilted surface. */
static float gloss_at(struct point slope)
{
    const float toward = 0.55f * slope.x + 0.83f * slope.y; /* faces left and up */
    const float across = 0.83f * slope.x - 0.55f * slope.y;
    const float miss = (toward - 0.52f) * (toward - 0.52f) * 22.0f + across * across * 9.0f;
    return expf(-miss);
}

static size_t mirrored(const struct canvas *frame, float mirror_line, int x, struct point p,
                       struct point slope)
{
    const float ripple = 2.5f * texture_noise(p.x / 9.0f, p.y / 3.0f, 3);
    const float image_y = 2.0f * mirror_line - p.y - 24.0f * slope.y + ripple;
    float row = (image_y - frame->top) * frame->scale;
    row = row < 0.0f ? 0.0f : row > (float)(frame->height - 1) ? (float)(frame->height - 1) : row;
    return (size_t)row * (size_t)frame->width + (size_t)x;
}

static void light_pixel(const struct film *film, struct canvas *frame, const struct canvas *scene,
                        const float absorbance[3], int x, int y)
{
    const size_t i = (size_t)y * (size_t)frame->width + (size_t)x;
    const float height = film->height[i];
    float share = fminf(height / 0.45f, 1.0f); /* a pixel or so at the edge is wet in part */
    if (scene)
        share *= scene->planes[PLANE_FLOOR][i];
    if (share <= 0.0f)
        return;
    if (film->cover)
        note_cover(&film->cover[i], share);
    const struct point p = canvas_point(frame, x, y);
    const struct point slope = slope_at(film, frame, x, y);
    const float steep = fminf(slope.x * slope.x + slope.y * slope.y, 1.0f);
    const float room = light_room_at(frame->optics, p), lamp = light_lamp_at(frame->optics, p);
    const float gloss = 0.9f * gloss_at(slope);
    const size_t image = mirrored(frame, film->layout->mirror_line, x, p, slope);
    for (int c = 0; c < 3; c++) {
        const float below =
            frame->planes[c][i] * expf(-absorbance[c] * height) * (0.93f - 0.30f * steep);
        const float light = room * frame->lighting->room[c] + lamp * frame->lighting->lamp[c];
        float wet = below + gloss * light;
        if (scene)
            wet += mirror_share * (frame->planes[c][image] - below);
        frame->planes[c][i] += (wet - frame->planes[c][i]) * share;
    }
}

void film_paint(struct film *film, struct canvas *frame, const struct canvas *scene,
                enum liquid liquid)
{
    const struct pixel_range range = film->dirty;
    const float *color = frame->lighting->liquid[liquid - LIQUID_POSITIVE];
    float absorbance[3];
    for (int c = 0; c < 3; c++) /* a depth of 3 units shows the colour as in the tanks */
        absorbance[c] = -logf(fminf(color[c] + 0.02f, 1.0f)) / 3.0f;
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++)
            light_pixel(film, frame, scene, absorbance, x, y);
    for (int y = range.top; y < range.bottom; y++)
        memset(film->height + (size_t)y * (size_t)frame->width + (size_t)range.left, 0,
               (size_t)(range.right - range.left) * sizeof *film->height);
    film->dirty = (struct pixel_range){0};
}
