/* Drawing for the simulated rig: shapes by their signed distance, shaded by two fixed lights.
 *
 * Behind rig_scene.c (once) and rig_parts.c, rig_leak.c, rig_visit.c (each frame). A pixel's
 * coverage comes from the distance of its centre to the outline, over a little more than a pixel:
 * the blur of a cheap lens. That makes all motion sub-pixel. The surprising thing: a highlight is
 * added to the albedo, so it brightens and fades with both lights alike.
 */
#include "camera/rig_canvas.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const float lens_blur_px = 1.5f;

/* Towards the two lights, seen from the scene: x right, y down, z to the viewer. */
static const float to_room[3] = {-0.35f, -0.55f, 0.758f};
static const float to_lamp[3] = {0.50f, -0.50f, 0.707f};
static const float highlight[3] = {-0.187f, -0.294f, 0.937f}; /* half way from to_room to viewer */

bool canvas_init(struct canvas *canvas, int width, int height, int plane_count, struct error *err)
{
    const float scale_x = (float)width / RIG_SCENE_WIDTH;
    const float scale_y = (float)height / RIG_SCENE_HEIGHT;
    *canvas = (struct canvas){
        .width = width,
        .height = height,
        .plane_count = plane_count,
        .scale = scale_x < scale_y ? scale_x : scale_y,
    };
    canvas->left = ((float)RIG_SCENE_WIDTH - (float)width / canvas->scale) / 2.0f;
    canvas->top = ((float)RIG_SCENE_HEIGHT - (float)height / canvas->scale) / 2.0f;
    assert(plane_count > 0 && plane_count <= SCENE_PLANE_COUNT);
    const size_t size = (size_t)width * (size_t)height;
    float *memory = calloc(size * (size_t)plane_count, sizeof *memory);
    if (!memory)
        return error_set(err, ERROR_MEMORY, "no memory for a simulated rig of %dx%d px", width,
                         height);
    for (int i = 0; i < plane_count; i++)
        canvas->planes[i] = memory + size * (size_t)i;
    return true;
}

void canvas_finish(struct canvas *canvas)
{
    free(canvas->planes[0]);
    *canvas = (struct canvas){0};
}

static int clip_px(float value, int limit)
{
    return value <= 0.0f ? 0 : value >= (float)limit ? limit : (int)value;
}

struct pixel_range canvas_range(const struct canvas *canvas, const struct shape *shape,
                                float margin)
{
    float left = shape->center.x - shape->half_width, right = shape->center.x + shape->half_width;
    float top = shape->center.y - shape->half_height;
    float bottom = shape->center.y + shape->half_height;
    for (int i = 0; i < shape->count; i++) {
        const struct point p = shape->points[i];
        left = i == 0 || p.x < left ? p.x : left;
        right = i == 0 || p.x > right ? p.x : right;
        top = i == 0 || p.y < top ? p.y : top;
        bottom = i == 0 || p.y > bottom ? p.y : bottom;
    }
    margin += lens_blur_px / canvas->scale + (shape->kind == SHAPE_STROKE ? shape->radius : 0.0f);
    return (struct pixel_range){
        .left = clip_px((left - margin - canvas->left) * canvas->scale, canvas->width),
        .right = clip_px((right + margin - canvas->left) * canvas->scale + 1.0f, canvas->width),
        .top = clip_px((top - margin - canvas->top) * canvas->scale, canvas->height),
        .bottom = clip_px((bottom + margin - canvas->top) * canvas->scale + 1.0f, canvas->height),
    };
}

struct point canvas_point(const struct canvas *canvas, int x, int y)
{
    return (struct point){
        canvas->left + ((float)x + 0.5f) / canvas->scale,
        canvas->top + ((float)y + 0.5f) / canvas->scale,
    };
}

float canvas_coverage(const struct canvas *canvas, float distance, float softness)
{
    const float width = softness + lens_blur_px / canvas->scale;
    const float inside = 0.5f - distance / width;
    if (inside <= 0.0f)
        return 0.0f;
    if (inside >= 1.0f)
        return 1.0f;
    return inside * inside * (3.0f - 2.0f * inside);
}

/* What a brush gives at one point: albedo, share of liquid, brightness under the two lights. */
struct surface {
    float albedo[3];
    float liquid[2];
    float room, lamp;
};

/* The tilt of the surface at `p` towards the viewer's right and down, -1..1. */
static struct point tilt_at(const struct shape *shape, enum relief relief, struct point p)
{
    struct point tilt = {0.0f, 0.0f};
    if (relief == RELIEF_TUBE && shape->kind == SHAPE_STROKE) {
        tilt = shape_from_line(shape, p);
        tilt.x /= shape->radius;
        tilt.y /= shape->radius;
    } else if (relief == RELIEF_COLUMN || relief == RELIEF_DOME) {
        tilt.x = (p.x - shape->center.x) / shape->half_width;
        if (relief == RELIEF_DOME)
            tilt.y = (p.y - shape->center.y) / shape->half_height;
    }
    const float square = tilt.x * tilt.x + tilt.y * tilt.y;
    if (square > 1.0f) {
        tilt.x /= sqrtf(square);
        tilt.y /= sqrtf(square);
    }
    return tilt;
}

static float lambert(struct point tilt, float depth, const float light[3])
{
    const float cosine = tilt.x * light[0] + tilt.y * light[1] + depth * light[2];
    return cosine > 0.0f ? cosine : 0.0f;
}

/* Sharp highlight; along the axis of tubes and columns it is as long as they are. */
static float specular(struct point tilt, float depth, enum relief relief)
{
    float cosine = lambert(tilt, depth, highlight);
    const float across = sqrtf(tilt.x * tilt.x + tilt.y * tilt.y);
    if (relief != RELIEF_DOME && across > 1e-4f) {
        const float along = (tilt.x * highlight[0] + tilt.y * highlight[1]) / across;
        cosine /= sqrtf(along * along + highlight[2] * highlight[2]);
    }
    for (int i = 0; i < 6; i++) /* to the 64th power */
        cosine *= cosine;
    return cosine;
}

static struct surface surface_at(const struct shape *shape, const struct brush *brush,
                                 const float color[3], struct point p)
{
    const struct point tilt = tilt_at(shape, brush->relief, p);
    const float depth = sqrtf(fmaxf(0.0f, 1.0f - tilt.x * tilt.x - tilt.y * tilt.y));
    const float shine = brush->gloss > 0.0f && brush->relief != RELIEF_FLAT
                            ? brush->gloss * specular(tilt, depth, brush->relief)
                            : 0.0f;
    float grain = 1.0f;
    if (brush->grain > 0.0f)
        grain += brush->grain * (0.6f * texture_noise(p.x / 2.0f, p.y / 2.0f, 1) +
                                 0.4f * texture_noise(p.x / 17.0f, p.y / 11.0f, 2));
    struct surface surface = {
        .room = light_room_at(p) * (0.43f + 0.75f * lambert(tilt, depth, to_room)),
        .lamp = light_lamp_at(p) * (0.22f + 1.10f * lambert(tilt, depth, to_lamp)),
    };
    for (int c = 0; c < 3; c++)
        surface.albedo[c] = (brush->liquid == LIQUID_NONE ? color[c] * grain : 0.0f) + shine;
    if (brush->liquid != LIQUID_NONE)
        surface.liquid[brush->liquid - LIQUID_POSITIVE] = grain;
    return surface;
}

static void blend(float *value, float target, float weight)
{
    *value += (target - *value) * weight;
}

static void blend_scene(struct canvas *canvas, size_t i, const struct surface *surface,
                        float floor_share, float weight)
{
    float *const *planes = canvas->planes;
    for (int c = 0; c < 3; c++)
        blend(&planes[c][i], surface->albedo[c], weight);
    blend(&planes[PLANE_POSITIVE][i], surface->liquid[0], weight);
    blend(&planes[PLANE_NEGATIVE][i], surface->liquid[1], weight);
    blend(&planes[PLANE_ROOM][i], surface->room, weight);
    blend(&planes[PLANE_LAMP][i], surface->lamp, weight);
    blend(&planes[PLANE_FLOOR][i], floor_share, weight);
}

static void blend_frame(struct canvas *canvas, size_t i, const struct surface *surface,
                        float weight)
{
    const struct lighting *lighting = canvas->lighting;
    for (int c = 0; c < 3; c++) {
        const float albedo = surface->albedo[c] + surface->liquid[0] * lighting->liquid[0][c] +
                             surface->liquid[1] * lighting->liquid[1][c];
        const float light = surface->room * lighting->room[c] + surface->lamp * lighting->lamp[c];
        blend(&canvas->planes[c][i], albedo * light, weight);
    }
}

void canvas_paint(struct canvas *canvas, const struct shape *shape, const struct brush *brush)
{
    float color[3];
    color_from_srgb(brush->srgb, color);
    const struct pixel_range range = canvas_range(canvas, shape, brush->softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const struct point p = canvas_point(canvas, x, y);
            const float weight =
                canvas_coverage(canvas, shape_distance(shape, p), brush->softness) *
                (1.0f - brush->transparency);
            if (weight <= 0.0f)
                continue;
            const struct surface surface = surface_at(shape, brush, color, p);
            const size_t i = (size_t)y * (size_t)canvas->width + (size_t)x;
            if (canvas->lighting)
                blend_frame(canvas, i, &surface, weight);
            else
                blend_scene(canvas, i, &surface, brush->floor, weight);
        }
}

void canvas_shade(struct canvas *canvas, enum plane plane, const struct shape *shape,
                  float softness, float strength)
{
    const struct pixel_range range = canvas_range(canvas, shape, softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const float distance = shape_distance(shape, canvas_point(canvas, x, y));
            canvas->planes[plane][(size_t)y * (size_t)canvas->width + (size_t)x] *=
                1.0f - strength * canvas_coverage(canvas, distance, softness);
        }
}

void canvas_glow(struct canvas *canvas, const struct shape *shape, float softness,
                 const float light[3])
{
    const struct pixel_range range = canvas_range(canvas, shape, softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const float distance = shape_distance(shape, canvas_point(canvas, x, y));
            const float weight = canvas_coverage(canvas, distance, softness);
            for (int c = 0; c < 3; c++)
                canvas->planes[c][(size_t)y * (size_t)canvas->width + (size_t)x] +=
                    weight * light[c];
        }
}

/* A window far to the left and strip lights above. */
float light_room_at(struct point p)
{
    const float x = (p.x - 640.0f) / 640.0f, y = (p.y - 360.0f) / 360.0f;
    return 0.95f - 0.13f * x + 0.05f * y - 0.05f * x * x - 0.07f * y * y;
}

/* A desk lamp on the right: a pool of light on the tray. */
float light_lamp_at(struct point p)
{
    const float x = (p.x - 860.0f) / 430.0f, y = (p.y - 470.0f) / 300.0f;
    return 0.10f + 1.0f / (1.0f + (x * x + y * y) * (x * x + y * y));
}

void color_from_srgb(uint32_t srgb, float ret_linear[3])
{
    for (int c = 0; c < 3; c++) {
        const float value = (float)((srgb >> (16 - 8 * c)) & 0xffu) / 255.0f;
        ret_linear[c] = value <= 0.04045f ? value / 12.92f : powf((value + 0.055f) / 1.055f, 2.4f);
    }
}
