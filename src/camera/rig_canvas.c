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

static const struct placement in_place = {{1.0f, 1.0f}, {0.0f, 0.0f}};
static const struct point middle = {RIG_SCENE_WIDTH / 2.0f, RIG_SCENE_HEIGHT / 2.0f};

bool canvas_init(struct canvas *canvas, int width, int height, int plane_count,
                 const struct optics *optics, struct error *err)
{
    const float scale_x = (float)width / RIG_SCENE_WIDTH;
    const float scale_y = (float)height / RIG_SCENE_HEIGHT;
    *canvas = (struct canvas){
        .width = width,
        .height = height,
        .plane_count = plane_count,
        .scale = scale_x < scale_y ? scale_x : scale_y,
        .optics = optics,
        .placement = in_place,
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

void canvas_place(struct canvas *canvas, struct point reference, struct point at, float scale_x,
                  float scale_y)
{
    const struct point factor = {scale_x > 0.0f ? 1.0f / scale_x : 1.0f,
                                 scale_y > 0.0f ? 1.0f / scale_y : 1.0f};
    canvas->placement = (struct placement){
        .factor = factor,
        .offset = {reference.x - at.x * factor.x, reference.y - at.y * factor.y},
    };
}

void canvas_place_back(struct canvas *canvas)
{
    canvas->placement = in_place;
}

void canvas_move_camera(struct canvas *canvas, float turn_rad, struct point shift)
{
    canvas->pose = (struct pose){true, cosf(turn_rad), sinf(turn_rad), shift};
}

static int clip_px(float value, int limit)
{
    return value <= 0.0f ? 0 : value >= (float)limit ? limit : (int)value;
}

/* Units of the scene per local unit, for what has no direction. */
static float local_size(const struct canvas *canvas)
{
    const struct point factor = canvas->placement.factor;
    return 1.0f / sqrtf(factor.x * factor.y);
}

static struct point to_local(const struct canvas *canvas, struct point p)
{
    const struct placement *placement = &canvas->placement;
    return (struct point){p.x * placement->factor.x + placement->offset.x,
                          p.y * placement->factor.y + placement->offset.y};
}

static struct point from_local(const struct canvas *canvas, float x, float y)
{
    const struct placement *placement = &canvas->placement;
    return (struct point){(x - placement->offset.x) / placement->factor.x,
                          (y - placement->offset.y) / placement->factor.y};
}

static struct point unmoved(const struct pose *pose, struct point p)
{
    if (!pose->moved)
        return p;
    const float x = p.x - middle.x - pose->shift.x, y = p.y - middle.y - pose->shift.y;
    return (struct point){middle.x + pose->cosine * x + pose->sine * y,
                          middle.y - pose->sine * x + pose->cosine * y};
}

struct point canvas_pixel(const struct canvas *canvas, struct point p)
{
    p = unmoved(&canvas->pose, p);
    return (struct point){(p.x - canvas->left) * canvas->scale,
                          (p.y - canvas->top) * canvas->scale};
}

/* Both corners of a box in units of the scene; of a turned camera's picture, of the box round it.
 */
static void bound_in_picture(const struct canvas *canvas, struct point *low, struct point *high)
{
    if (!canvas->pose.moved)
        return;
    const struct point corners[4] = {*low, {high->x, low->y}, *high, {low->x, high->y}};
    for (int i = 0; i < 4; i++) {
        const struct point p = unmoved(&canvas->pose, corners[i]);
        low->x = i == 0 || p.x < low->x ? p.x : low->x;
        low->y = i == 0 || p.y < low->y ? p.y : low->y;
        high->x = i == 0 || p.x > high->x ? p.x : high->x;
        high->y = i == 0 || p.y > high->y ? p.y : high->y;
    }
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
    margin += shape->kind == SHAPE_STROKE ? shape->radius : 0.0f;
    struct point low = from_local(canvas, left - margin, top - margin);
    struct point high = from_local(canvas, right + margin, bottom + margin);
    const float blur = canvas->optics->lens_blur_px / canvas->scale;
    low = (struct point){low.x - blur, low.y - blur};
    high = (struct point){high.x + blur, high.y + blur};
    bound_in_picture(canvas, &low, &high);
    return (struct pixel_range){
        .left = clip_px((low.x - canvas->left) * canvas->scale, canvas->width),
        .right = clip_px((high.x - canvas->left) * canvas->scale + 1.0f, canvas->width),
        .top = clip_px((low.y - canvas->top) * canvas->scale, canvas->height),
        .bottom = clip_px((high.y - canvas->top) * canvas->scale + 1.0f, canvas->height),
    };
}

struct point canvas_point(const struct canvas *canvas, int x, int y)
{
    const struct point p = {
        canvas->left + ((float)x + 0.5f) / canvas->scale,
        canvas->top + ((float)y + 0.5f) / canvas->scale,
    };
    const struct pose *pose = &canvas->pose;
    if (!pose->moved)
        return p;
    const float from_x = p.x - middle.x, from_y = p.y - middle.y;
    return (struct point){
        middle.x + pose->cosine * from_x - pose->sine * from_y + pose->shift.x,
        middle.y + pose->sine * from_x + pose->cosine * from_y + pose->shift.y,
    };
}

float canvas_coverage(const struct canvas *canvas, float distance, float softness)
{
    const float width = softness + canvas->optics->lens_blur_px / canvas->scale;
    const float inside = 0.5f - distance / width;
    if (inside <= 0.0f)
        return 0.0f;
    if (inside >= 1.0f)
        return 1.0f;
    return inside * inside * (3.0f - 2.0f * inside);
}

/* How much of a pixel a placed shape covers. */
static float shape_coverage(const struct canvas *canvas, const struct shape *shape,
                            struct point local, float softness, float size)
{
    return canvas_coverage(canvas, shape_distance(shape, local) * size, softness * size);
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
static float specular(const float highlight[3], struct point tilt, float depth, enum relief relief)
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

/* `p` is the point in the scene, `local` the one that the shape knows. */
static struct surface surface_at(const struct optics *optics, const struct shape *shape,
                                 const struct brush *brush, const float color[3], struct point p,
                                 struct point local)
{
    const struct point tilt = tilt_at(shape, brush->relief, local);
    const float depth = sqrtf(fmaxf(0.0f, 1.0f - tilt.x * tilt.x - tilt.y * tilt.y));
    const float shine = brush->gloss > 0.0f && brush->relief != RELIEF_FLAT
                            ? brush->gloss * specular(optics->highlight, tilt, depth, brush->relief)
                            : 0.0f;
    float grain = 1.0f;
    if (brush->grain > 0.0f)
        grain += brush->grain * (0.6f * texture_noise(local.x / 2.0f, local.y / 2.0f, 1) +
                                 0.4f * texture_noise(local.x / 17.0f, local.y / 11.0f, 2));
    struct surface surface = {
        .room = light_room_at(optics, p) * (0.43f + 0.75f * lambert(tilt, depth, optics->to_room)),
        .lamp = light_lamp_at(optics, p) * (0.22f + 1.10f * lambert(tilt, depth, optics->to_lamp)),
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
    const float size = local_size(canvas);
    const struct pixel_range range = canvas_range(canvas, shape, brush->softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const struct point p = canvas_point(canvas, x, y), local = to_local(canvas, p);
            const float weight = shape_coverage(canvas, shape, local, brush->softness, size) *
                                 (1.0f - brush->transparency);
            if (weight <= 0.0f)
                continue;
            const struct surface surface =
                surface_at(canvas->optics, shape, brush, color, p, local);
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
    const int first = canvas->lighting ? PLANE_RED : (int)plane;
    const int last = canvas->lighting ? PLANE_BLUE : (int)plane;
    const float size = local_size(canvas);
    if (canvas->lighting && plane != PLANE_ROOM)
        return;
    const struct pixel_range range = canvas_range(canvas, shape, softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const struct point local = to_local(canvas, canvas_point(canvas, x, y));
            const size_t i = (size_t)y * (size_t)canvas->width + (size_t)x;
            const float factor =
                1.0f - strength * shape_coverage(canvas, shape, local, softness, size);
            for (int shaded = first; shaded <= last; shaded++)
                canvas->planes[shaded][i] *= factor;
        }
}

void canvas_glow(struct canvas *canvas, const struct shape *shape, float softness,
                 const float light[3])
{
    const float size = local_size(canvas);
    const struct pixel_range range = canvas_range(canvas, shape, softness);
    for (int y = range.top; y < range.bottom; y++)
        for (int x = range.left; x < range.right; x++) {
            const struct point local = to_local(canvas, canvas_point(canvas, x, y));
            const float weight = shape_coverage(canvas, shape, local, softness, size);
            for (int c = 0; c < 3; c++)
                canvas->planes[c][(size_t)y * (size_t)canvas->width + (size_t)x] +=
                    weight * light[c];
        }
}

/* A window or strip lights, far away. */
float light_room_at(const struct optics *optics, struct point p)
{
    const float *room = optics->room;
    const float x = (p.x - 640.0f) / 640.0f, y = (p.y - 360.0f) / 360.0f;
    return room[0] + room[1] * x + room[2] * y + room[3] * x * x + room[4] * y * y;
}

/* A desk lamp: a pool of light. */
float light_lamp_at(const struct optics *optics, struct point p)
{
    const float x = (p.x - optics->lamp_center.x) / optics->lamp_width;
    const float y = (p.y - optics->lamp_center.y) / optics->lamp_height;
    return 0.10f + 1.0f / (1.0f + (x * x + y * y) * (x * x + y * y));
}

void color_from_srgb(uint32_t srgb, float ret_linear[3])
{
    for (int c = 0; c < 3; c++) {
        const float value = (float)((srgb >> (16 - 8 * c)) & 0xffu) / 255.0f;
        ret_linear[c] = value <= 0.04045f ? value / 12.92f : powf((value + 0.055f) / 1.055f, 2.4f);
    }
}
