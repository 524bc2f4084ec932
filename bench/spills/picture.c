/* Brushes, shift and blur in linear light.
 *
 * Paint and shade differ in one thing: what is painted stands in front of a leak and hides it, what
 * shades lies on both. A brush visits only the box that it can touch.
 */
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool picture_init(struct picture *picture, int width, int height, struct error *err)
{
    *picture = (struct picture){0};
    if (!light_init(&picture->light, width, height, err) ||
        !light_init(&picture->spare, width, height, err)) {
        picture_finish(picture);
        return false;
    }
    const size_t pixels = (size_t)width * (size_t)height;
    picture->cover = calloc(pixels, sizeof *picture->cover);
    picture->pattern = calloc(pixels, sizeof *picture->pattern);
    if (picture->cover && picture->pattern)
        return true;
    picture_finish(picture);
    return error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", width, height);
}

void picture_finish(struct picture *picture)
{
    light_finish(&picture->light);
    light_finish(&picture->spare);
    free(picture->cover);
    free(picture->pattern);
    *picture = (struct picture){0};
}

/* Half-open box of pixels, clipped. */
struct box {
    int left, top, right, bottom;
};

static struct box box_of(const struct picture *picture, float left, float top, float right,
                         float bottom)
{
    const float width = (float)picture->light.width, height = (float)picture->light.height;
    const struct box box = {
        .left = (int)floorf(fminf(fmaxf(left, 0.0f), width)),
        .top = (int)floorf(fminf(fmaxf(top, 0.0f), height)),
        .right = (int)ceilf(fminf(fmaxf(right + 1.0f, 0.0f), width)),
        .bottom = (int)ceilf(fminf(fmaxf(bottom + 1.0f, 0.0f), height)),
    };
    return box;
}

static struct box ellipse_box(const struct picture *picture, const struct ellipse *ellipse)
{
    const float x = ellipse->radius_x + ellipse->softness;
    const float y = ellipse->radius_y + ellipse->softness;
    return box_of(picture, ellipse->x - x, ellipse->y - y, ellipse->x + x, ellipse->y + y);
}

static struct box polygon_box(const struct picture *picture, const struct polygon *polygon)
{
    float left = polygon->points[0].x, right = left;
    float top = polygon->points[0].y, bottom = top;
    for (int i = 1; i < POLYGON_POINTS; i++) {
        left = fminf(left, polygon->points[i].x);
        right = fmaxf(right, polygon->points[i].x);
        top = fminf(top, polygon->points[i].y);
        bottom = fmaxf(bottom, polygon->points[i].y);
    }
    const float margin = polygon->softness;
    return box_of(picture, left - margin, top - margin, right + margin, bottom + margin);
}

/* `distance` px outside of the edge (negative inside). */
static float edge_cover(float distance, float softness)
{
    const float t = 0.5f - distance / fmaxf(softness, 1.0f);
    return t <= 0.0f ? 0.0f : t >= 1.0f ? 1.0f : t * t * (3.0f - 2.0f * t);
}

static float ellipse_cover(const struct ellipse *ellipse, float x, float y)
{
    const float u = (x - ellipse->x) / ellipse->radius_x, v = (y - ellipse->y) / ellipse->radius_y;
    const float radius = sqrtf(u * u + v * v);
    return edge_cover((radius - 1.0f) * fminf(ellipse->radius_x, ellipse->radius_y),
                      ellipse->softness);
}

static float polygon_cover(const struct polygon *polygon, float x, float y)
{
    float outside = -1e9f;
    for (int i = 0; i < POLYGON_POINTS; i++) {
        const struct spot a = polygon->points[i], b = polygon->points[(i + 1) % POLYGON_POINTS];
        const float along_x = b.x - a.x, along_y = b.y - a.y;
        const float length = sqrtf(along_x * along_x + along_y * along_y) + 1e-6f;
        outside = fmaxf(outside, ((x - a.x) * along_y - (y - a.y) * along_x) / length);
    }
    return edge_cover(outside, polygon->softness);
}

static void paint_pixel(struct picture *picture, size_t i, const float color[3], float alpha)
{
    float *rgb = picture->light.rgb + 3 * i;
    for (int c = 0; c < 3; c++)
        rgb[c] += (color[c] - rgb[c]) * alpha;
    picture->cover[i] *= 1.0f - alpha;
}

static void shade_pixel(struct picture *picture, size_t i, const float factor[3], float cover)
{
    float *rgb = picture->light.rgb + 3 * i;
    for (int c = 0; c < 3; c++)
        rgb[c] *= 1.0f + (factor[c] - 1.0f) * cover;
}

void picture_paint_ellipse(struct picture *picture, const struct ellipse *ellipse,
                           const float color[3], float alpha)
{
    const struct box box = ellipse_box(picture, ellipse);
    for (int y = box.top; y < box.bottom; y++)
        for (int x = box.left; x < box.right; x++) {
            const float cover = alpha * ellipse_cover(ellipse, (float)x, (float)y);
            if (cover > 0.0f)
                paint_pixel(picture, (size_t)y * (size_t)picture->light.width + (size_t)x, color,
                            cover);
        }
}

void picture_paint_polygon(struct picture *picture, const struct polygon *polygon,
                           const float color[3], float alpha)
{
    const struct box box = polygon_box(picture, polygon);
    for (int y = box.top; y < box.bottom; y++)
        for (int x = box.left; x < box.right; x++) {
            const float cover = alpha * polygon_cover(polygon, (float)x, (float)y);
            if (cover > 0.0f)
                paint_pixel(picture, (size_t)y * (size_t)picture->light.width + (size_t)x, color,
                            cover);
        }
}

void picture_shade_ellipse(struct picture *picture, const struct ellipse *ellipse,
                           const float factor[3])
{
    const struct box box = ellipse_box(picture, ellipse);
    for (int y = box.top; y < box.bottom; y++)
        for (int x = box.left; x < box.right; x++) {
            const float cover = ellipse_cover(ellipse, (float)x, (float)y);
            if (cover > 0.0f)
                shade_pixel(picture, (size_t)y * (size_t)picture->light.width + (size_t)x, factor,
                            cover);
        }
}

void picture_clear_pattern(struct picture *picture)
{
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    memset(picture->pattern, 0, pixels * sizeof *picture->pattern);
}

void picture_lay_polygon(struct picture *picture, const struct polygon *polygon)
{
    const struct box box = polygon_box(picture, polygon);
    for (int y = box.top; y < box.bottom; y++) {
        float *row = picture->pattern + (size_t)y * (size_t)picture->light.width;
        for (int x = box.left; x < box.right; x++)
            row[x] = fmaxf(row[x], polygon_cover(polygon, (float)x, (float)y));
    }
}

double picture_brightness(const struct picture *picture)
{
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    double sum = 0.0;
    for (size_t i = 0; i < pixels; i++)
        sum += (double)light_luminance(picture->light.rgb + 3 * i);
    return sum / (double)pixels;
}

void picture_scale(struct picture *picture, const float factor[3])
{
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    float *rgb = picture->light.rgb;
    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + (size_t)c] *= factor[c];
}

static void swap_buffers(struct picture *picture)
{
    const struct light light = picture->light;
    float *cover = picture->cover;
    picture->light = picture->spare;
    picture->cover = picture->pattern;
    picture->spare = light;
    picture->pattern = cover;
}

/* Catmull-Rom weights for a sample `t` of the way from the second to the third of four. */
static void cubic_weights(float t, float ret_weights[4])
{
    const float t2 = t * t, t3 = t2 * t;
    ret_weights[0] = 0.5f * (-t + 2.0f * t2 - t3);
    ret_weights[1] = 0.5f * (2.0f - 5.0f * t2 + 3.0f * t3);
    ret_weights[2] = 0.5f * (t + 4.0f * t2 - 3.0f * t3);
    ret_weights[3] = 0.5f * (-t2 + t3);
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* One direction of a shift: out[i] = the four neighbours of i - shift; `lines` x `count` values of
 * `channels` each, `step` values from one to the next along the direction. */
struct pass {
    int lines, count, channels;
    size_t step, line_step;
};

static void shift_pass(const float *restrict from, float *restrict to, const struct pass *pass,
                       float shift)
{
    const float whole = floorf(-shift);
    float weights[4];
    cubic_weights(-shift - whole, weights);
    for (int line = 0; line < pass->lines; line++) {
        const size_t start = (size_t)line * pass->line_step;
        for (int i = 0; i < pass->count; i++) {
            const float *taps[4];
            for (int k = 0; k < 4; k++)
                taps[k] = from + start +
                          (size_t)clamp(i + (int)whole + k - 1, 0, pass->count - 1) * pass->step;
            float *out = to + start + (size_t)i * pass->step;
            for (int c = 0; c < pass->channels; c++) {
                const float value = weights[0] * taps[0][c] + weights[1] * taps[1][c] +
                                    weights[2] * taps[2][c] + weights[3] * taps[3][c];
                out[c] = value > 0.0f ? value : 0.0f;
            }
        }
    }
}

void picture_shift(struct picture *picture, float x, float y)
{
    const int width = picture->light.width, height = picture->light.height;
    const size_t row = (size_t)width;
    const struct pass across = {height, width, 3, 3, 3 * row};
    /* Down a column is the same for all columns: a row of 3 x width channels. */
    const struct pass down = {1, height, 3 * width, 3 * row, 0};
    shift_pass(picture->light.rgb, picture->spare.rgb, &across, x);
    shift_pass(picture->spare.rgb, picture->light.rgb, &down, y);
    if (!picture->has_cover)
        return;
    const struct pass cover_across = {height, width, 1, 1, row};
    const struct pass cover_down = {1, height, width, row, 0};
    shift_pass(picture->cover, picture->pattern, &cover_across, x);
    shift_pass(picture->pattern, picture->cover, &cover_down, y);
}

void picture_turn(struct picture *picture, float x, float y, float angle)
{
    const int width = picture->light.width, height = picture->light.height;
    const float middle_x = 0.5f * (float)(width - 1), middle_y = 0.5f * (float)(height - 1);
    const float cosine = cosf(angle), sine = sinf(angle);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            const float u = (float)column - middle_x - x, v = (float)row - middle_y - y;
            const float from_x = middle_x + cosine * u + sine * v;
            const float from_y = middle_y - sine * u + cosine * v;
            const size_t i = (size_t)row * (size_t)width + (size_t)column;
            light_sample(&picture->light, from_x, from_y, picture->spare.rgb + 3 * i);
            const int near_x = clamp((int)lroundf(from_x), 0, width - 1);
            const int near_y = clamp((int)lroundf(from_y), 0, height - 1);
            picture->pattern[i] = picture->cover[(size_t)near_y * (size_t)width + (size_t)near_x];
        }
    swap_buffers(picture);
}

/* Running mean over 2 * radius + 1 values; borders repeat. */
static void box_pass(const float *from, float *to, const struct pass *pass, int radius)
{
    const float scale = 1.0f / (float)(2 * radius + 1);
    const int last = pass->count - 1;
    for (int line = 0; line < pass->lines; line++)
        for (int c = 0; c < pass->channels; c++) {
            const float *in = from + (size_t)line * pass->line_step + c;
            float *out = to + (size_t)line * pass->line_step + c;
            double sum = 0.0;
            for (int k = -radius; k <= radius; k++)
                sum += (double)in[(size_t)clamp(k, 0, last) * pass->step];
            for (int i = 0; i < pass->count; i++) {
                out[(size_t)i * pass->step] = (float)sum * scale;
                sum += (double)in[(size_t)clamp(i + radius + 1, 0, last) * pass->step] -
                       (double)in[(size_t)clamp(i - radius, 0, last) * pass->step];
            }
        }
}

static double box_variance(int radius)
{
    const double width = 2.0 * radius + 1.0;
    return (width * width - 1.0) / 12.0;
}

void picture_blur(struct picture *picture, float sigma)
{
    /* Three boxes; as many of them are one wider as brings their variance nearest to sigma². */
    const double wanted = (double)sigma * (double)sigma;
    int radius = 0;
    while (3.0 * box_variance(radius + 1) <= wanted)
        radius++;
    const double step = box_variance(radius + 1) - box_variance(radius);
    const long wider = lround((wanted - 3.0 * box_variance(radius)) / step);
    const int width = picture->light.width, height = picture->light.height;
    const size_t row = 3 * (size_t)width;
    const struct pass across = {height, width, 3, 3, row};
    const struct pass down = {width, height, 3, row, 3};
    for (int i = 0; i < 3; i++) {
        const int reach = radius + (i < wider);
        if (reach == 0)
            continue;
        box_pass(picture->light.rgb, picture->spare.rgb, &across, reach);
        box_pass(picture->spare.rgb, picture->light.rgb, &down, reach);
    }
}
