/* Cropping and resizing: from camera frames to what the network and the reports take.
 *
 * The area average is exact, not nearly so. Where the picture shrinks or grows from n to m pixels,
 * cut each source pixel into m parts: then each target pixel covers exactly n whole parts, and the
 * overlap of a source and a target pixel is an integer. Vertical sums are integers up to
 * 255 * 16384 < 2^24, exact in float; horizontal sums stay below 2^53, exact in double; one
 * division comes last. So the result depends neither on the order of summation nor on the
 * instruction set. The vertical pass is the expensive one and is left to the compiler's vectoriser.
 */
#include "frame/convert.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ROI_SIDE_MIN = 16, SIDE_MAX = 16384 };

/* The source pixels that one target pixel covers, along one axis: `first` .. `first` + `count` - 1.
 * The outer two are covered in part, all between them in whole. */
struct span {
    int first, count;
    int head, whole, tail; /* overlap of the first, of each in between, and of the last one */
};

struct resizer {
    int from_width, from_height;
    int to_width, to_height;
    struct span *columns; /* [to_width] */
    struct span *rows;    /* [to_height] */
    float *sums;          /* [from_width * 3], vertical sums for one target row */
    float *line;          /* [to_width * 3], one target row, 0..255 */
    double scale;         /* 1 / (from_width * from_height) */
};

bool roi_resolve(bool units_relative, double x, double y, double width, double height,
                 int camera_width, int camera_height, struct rect *ret_roi, struct error *err)
{
    const double unit_x = units_relative ? camera_width : 1.0;
    const double unit_y = units_relative ? camera_height : 1.0;
    const double left = round(x * unit_x), top = round(y * unit_y);
    const double right = round((x + width) * unit_x), bottom = round((y + height) * unit_y);
    /* Written so that NaN fails too. */
    if (!(left >= 0 && top >= 0 && right <= camera_width && bottom <= camera_height))
        return error_set(err, ERROR_CONFIG,
                         "the region of interest (roi: x %g, y %g, width %g, height %g, in %s) "
                         "leaves the camera's picture of %dx%d px",
                         x, y, width, height, units_relative ? "fractions" : "pixels", camera_width,
                         camera_height);
    if (!(right - left >= ROI_SIDE_MIN && bottom - top >= ROI_SIDE_MIN))
        return error_set(err, ERROR_CONFIG,
                         "the region of interest (roi) is %.0fx%.0f px, at least %dx%d px are "
                         "needed",
                         right - left, bottom - top, ROI_SIDE_MIN, ROI_SIDE_MIN);
    *ret_roi = (struct rect){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
    return true;
}

static struct span *spans_create(int from, int to)
{
    struct span *spans = calloc((size_t)to, sizeof *spans);
    for (int i = 0; spans && i < to; i++) {
        const int64_t start = (int64_t)i * from, end = start + from; /* in parts of 1/to pixel */
        const int first = (int)(start / to), last = (int)((end - 1) / to);
        const int64_t head_end = ((int64_t)first + 1) * to;
        spans[i] = (struct span){
            .first = first,
            .count = last - first + 1,
            .head = (int)((head_end < end ? head_end : end) - start),
            .whole = to,
            .tail = (int)(end - (int64_t)last * to),
        };
    }
    return spans;
}

static int span_weight(const struct span *span, int k)
{
    return k == 0 ? span->head : k == span->count - 1 ? span->tail : span->whole;
}

struct resizer *resizer_create(int from_width, int from_height, int to_width, int to_height,
                               struct error *err)
{
    assert(from_width > 0 && from_width <= SIDE_MAX && from_height > 0 && from_height <= SIDE_MAX);
    assert(to_width > 0 && to_width <= SIDE_MAX && to_height > 0 && to_height <= SIDE_MAX);
    struct resizer *resizer = calloc(1, sizeof *resizer);
    if (resizer) {
        resizer->from_width = from_width;
        resizer->from_height = from_height;
        resizer->to_width = to_width;
        resizer->to_height = to_height;
        resizer->columns = spans_create(from_width, to_width);
        resizer->rows = spans_create(from_height, to_height);
        resizer->sums = malloc((size_t)from_width * 3 * sizeof(float));
        resizer->line = malloc((size_t)to_width * 3 * sizeof(float));
        resizer->scale = 1.0 / ((double)from_width * (double)from_height);
    }
    if (!resizer || !resizer->columns || !resizer->rows || !resizer->sums || !resizer->line) {
        resizer_destroy(resizer);
        error_set(err, ERROR_MEMORY, "no memory to resize %dx%d px to %dx%d px", from_width,
                  from_height, to_width, to_height);
        return NULL;
    }
    return resizer;
}

void resizer_destroy(struct resizer *resizer)
{
    if (!resizer)
        return;
    free(resizer->columns);
    free(resizer->rows);
    free(resizer->sums);
    free(resizer->line);
    free(resizer);
}

static void sum_rows(struct resizer *resizer, const struct span *span, const uint8_t *from,
                     int from_stride)
{
    const int count = resizer->from_width * 3;
    float *restrict sums = resizer->sums;
    for (int k = 0; k < span->count; k++) {
        const uint8_t *restrict row = from + (ptrdiff_t)(span->first + k) * from_stride;
        const float weight = (float)span_weight(span, k);
        if (k == 0)
            for (int i = 0; i < count; i++)
                sums[i] = weight * (float)row[i];
        else
            for (int i = 0; i < count; i++)
                sums[i] += weight * (float)row[i];
    }
}

static void sum_columns(struct resizer *resizer)
{
    for (int x = 0; x < resizer->to_width; x++) {
        const struct span *span = &resizer->columns[x];
        double red = 0.0, green = 0.0, blue = 0.0;
        const float *sums = resizer->sums + (size_t)span->first * 3;
        for (int k = 0; k < span->count; k++, sums += 3) {
            const double weight = span_weight(span, k);
            red += weight * (double)sums[0];
            green += weight * (double)sums[1];
            blue += weight * (double)sums[2];
        }
        float *line = resizer->line + (size_t)x * 3;
        line[0] = (float)(red * resizer->scale);
        line[1] = (float)(green * resizer->scale);
        line[2] = (float)(blue * resizer->scale);
    }
}

void resizer_to_planes(struct resizer *resizer, const uint8_t *from, int from_stride,
                       float *ret_planes)
{
    const int width = resizer->to_width;
    const size_t plane = (size_t)width * (size_t)resizer->to_height;
    for (int y = 0; y < resizer->to_height; y++) {
        sum_rows(resizer, &resizer->rows[y], from, from_stride);
        sum_columns(resizer);
        float *row = ret_planes + (size_t)y * (size_t)width;
        for (int c = 0; c < 3; c++)
            for (int x = 0; x < width; x++)
                row[(size_t)c * plane + (size_t)x] = resizer->line[x * 3 + c] / 255.0f;
    }
}

void resizer_to_rgb(struct resizer *resizer, const uint8_t *from, int from_stride, uint8_t *ret_rgb)
{
    const int count = resizer->to_width * 3;
    for (int y = 0; y < resizer->to_height; y++) {
        sum_rows(resizer, &resizer->rows[y], from, from_stride);
        sum_columns(resizer);
        uint8_t *row = ret_rgb + (size_t)y * (size_t)count;
        for (int i = 0; i < count; i++)
            row[i] = (uint8_t)(resizer->line[i] + 0.5f);
    }
}

void planes_to_rgb(const float *planes, int width, int height, uint8_t *ret_rgb)
{
    const size_t plane = (size_t)width * (size_t)height;
    for (size_t i = 0; i < plane; i++)
        for (size_t c = 0; c < 3; c++) {
            const float value = planes[c * plane + i] * 255.0f + 0.5f;
            /* NaN is drawn black. */
            ret_rgb[i * 3 + c] = value >= 255.0f ? 255 : value > 0.0f ? (uint8_t)value : 0;
        }
}

void rgb_crop(const uint8_t *from, int from_width, struct rect region, uint8_t *ret_rgb)
{
    const size_t row_size = (size_t)region.width * 3;
    for (int y = 0; y < region.height; y++)
        memcpy(ret_rgb + (size_t)y * row_size,
               from + ((size_t)(region.y + y) * (size_t)from_width + (size_t)region.x) * 3,
               row_size);
}
