/* Frame → logarithmic opponent planes: the first step of the scene detector, on the inference
 * thread.
 *
 * The average of a square of pixels is a whole number of 255ths of its area, so the logarithm is a
 * table look-up without any rounding, also for the sixteen bits that averaging gains.
 */
#include "score/scene_view.h"

#include <math.h>
#include <stdlib.h>

enum { LONG_SIDE_WANTED = 640, DARK_LEVEL = 12, SATURATED_LEVEL = 250 };

static const float LOG_OFFSET = 8.0f / 255.0f;

struct scene_view {
    struct scene_size size;
    float *logarithms; /* [255 * reduction^2 + 1] */
    uint32_t *sums;    /* [width][3]: one row of squares */
};

struct scene_size scene_size_of(int picture_width, int picture_height)
{
    int longer = picture_width > picture_height ? picture_width : picture_height;
    int reduction = (longer + LONG_SIDE_WANTED / 2) / LONG_SIDE_WANTED;
    if (reduction < 1)
        reduction = 1;
    return (struct scene_size){picture_width / reduction, picture_height / reduction, reduction};
}

size_t scene_pixels(struct scene_size size)
{
    return (size_t)size.width * (size_t)size.height;
}

struct scene_view *scene_view_create(struct scene_size size, struct error *err)
{
    struct scene_view *view = calloc(1, sizeof *view);
    size_t squares = (size_t)size.reduction * (size_t)size.reduction, levels = 255 * squares + 1;
    if (view) {
        view->size = size;
        view->logarithms = malloc(levels * sizeof *view->logarithms);
        view->sums = malloc(3 * (size_t)size.width * sizeof *view->sums);
    }
    if (!view || !view->logarithms || !view->sums) {
        scene_view_destroy(view);
        error_set(err, ERROR_MEMORY, "no memory to look at pictures of %dx%d px",
                  size.width * size.reduction, size.height * size.reduction);
        return NULL;
    }
    for (size_t i = 0; i < levels; i++)
        view->logarithms[i] = logf((float)i / (255.0f * (float)squares) + LOG_OFFSET);
    return view;
}

void scene_view_destroy(struct scene_view *view)
{
    if (!view)
        return;
    free(view->logarithms);
    free(view->sums);
    free(view);
}

static void sum_squares(struct scene_view *view, const uint8_t *rgb, ptrdiff_t stride)
{
    const int reduction = view->size.reduction, width = view->size.width;
    for (int i = 0; i < 3 * width; i++)
        view->sums[i] = 0;
    for (int row = 0; row < reduction; row++) {
        const uint8_t *at = rgb + row * stride;
        uint32_t *sums = view->sums;
        for (int x = 0; x < width; x++, sums += 3)
            for (int k = 0; k < reduction; k++, at += 3) {
                sums[0] += at[0];
                sums[1] += at[1];
                sums[2] += at[2];
            }
    }
}

static void count_levels(const struct scene_view *view, uint64_t *dark, uint64_t *saturated,
                         uint64_t *total)
{
    const uint32_t squares = (uint32_t)(view->size.reduction * view->size.reduction);
    for (int i = 0; i < 3 * view->size.width; i++) {
        *dark += view->sums[i] <= DARK_LEVEL * squares;
        *saturated += view->sums[i] >= SATURATED_LEVEL * squares;
        *total += view->sums[i];
    }
}

void scene_view_read(struct scene_view *view, const uint8_t *rgb, ptrdiff_t stride,
                     float *ret_planes, struct scene_brightness *ret_brightness)
{
    const struct scene_size size = view->size;
    const size_t plane = scene_pixels(size);
    uint64_t dark = 0, saturated = 0, total = 0;
    for (int y = 0; y < size.height; y++) {
        sum_squares(view, rgb + (ptrdiff_t)y * size.reduction * stride, stride);
        count_levels(view, &dark, &saturated, &total);
        float *row = ret_planes + (size_t)y * (size_t)size.width;
        const uint32_t *sums = view->sums;
        for (int x = 0; x < size.width; x++, sums += 3) {
            float red = view->logarithms[sums[0]], green = view->logarithms[sums[1]];
            float blue = view->logarithms[sums[2]];
            row[x] = (red + green + blue) * (1.0f / 3.0f);
            row[plane + (size_t)x] = red - blue;
            row[2 * plane + (size_t)x] = green - 0.5f * (red + blue);
        }
    }
    const double samples = 3.0 * (double)plane;
    *ret_brightness = (struct scene_brightness){
        .dark_share = (float)((double)dark / samples),
        .saturated_share = (float)((double)saturated / samples),
        .mean = (float)((double)total / (samples * 255.0 * size.reduction * size.reduction))};
}

/* ln of 0 and of 1, each with the offset, rounded inwards. */
static const float LOG_BLACK = -3.461821f, LOG_WHITE = 0.0308903f;

static float clamp(float logarithm)
{
    const float at_least = logarithm < LOG_BLACK ? LOG_BLACK : logarithm;
    return at_least > LOG_WHITE ? LOG_WHITE : at_least;
}

/* The exponential of every pixel of every frame, in a few multiplications that the compiler makes
 * vectors of: clamped logarithms lie within 3.5 of each other, so a Taylor series of an eighth of
 * one, taken to the eighth power, is as good as a float. */
static void take_levels(float *logarithms, size_t count)
{
    const float middle = -1.7154655f, of_middle = 0.17987996f; /* its exponential */
    for (size_t i = 0; i < count; i++) {
        const float u = (logarithms[i] - middle) * 0.125f;
        const float third = 1.0f / 6.0f + u * (1.0f / 24.0f + u * (1.0f / 120.0f + u / 720.0f));
        const float root = 1.0f + u * (1.0f + u * (0.5f + u * third));
        const float square = root * root, fourth = square * square;
        logarithms[i] = of_middle * fourth * fourth - LOG_OFFSET;
    }
}

void scene_view_to_rgb(struct scene_size size, const float *planes, float *ret_rgb_planes)
{
    const size_t plane = scene_pixels(size);
    const float *restrict lumas = planes, *restrict red_blues = planes + plane;
    const float *restrict greens = planes + 2 * plane;
    float *restrict ret_red = ret_rgb_planes, *restrict ret_green = ret_rgb_planes + plane;
    float *restrict ret_blue = ret_rgb_planes + 2 * plane;
    for (size_t i = 0; i < plane; i++) {
        const float both = lumas[i] - greens[i] * (1.0f / 3.0f); /* (r + b) / 2 */
        ret_red[i] = clamp(both + 0.5f * red_blues[i]);
        ret_green[i] = clamp(lumas[i] + greens[i] * (2.0f / 3.0f));
        ret_blue[i] = clamp(both - 0.5f * red_blues[i]);
    }
    take_levels(ret_rgb_planes, 3 * plane);
}
