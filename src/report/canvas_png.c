/* Canvas → PNG, by cairo.
 *
 * cairo keeps its first error and ignores all calls after it, so it is asked once, at the end. Text
 * goes through cairo's "toy" calls: a title and some numbers need no shaping library. Without any
 * font on the PC cairo draws its own built-in letters; nothing fails.
 */
#include "report/canvas_ops.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>

struct png_canvas {
    struct canvas base;
    cairo_surface_t *surface;
    cairo_t *cairo;
    bool with_text;
};

static struct png_canvas *png_of(struct canvas *canvas)
{
    return (struct png_canvas *)canvas;
}

static void set_color(cairo_t *cairo, uint32_t color)
{
    cairo_set_source_rgb(cairo, (color >> 16 & 0xff) / 255.0, (color >> 8 & 0xff) / 255.0,
                         (color & 0xff) / 255.0);
}

static void ignore_group(struct canvas *canvas, const char *id)
{
    (void)canvas;
    (void)id;
}

static void ignore_group_end(struct canvas *canvas)
{
    (void)canvas;
}

static void draw_rect(struct canvas *canvas, double x, double y, double width, double height,
                      uint32_t fill)
{
    cairo_t *cairo = png_of(canvas)->cairo;
    set_color(cairo, fill);
    cairo_rectangle(cairo, x, y, width, height);
    cairo_fill(cairo);
}

static void trace(cairo_t *cairo, const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cairo, points[i].x, points[i].y);
}

static void draw_polyline(struct canvas *canvas, const struct point *points, size_t count,
                          struct pen pen)
{
    cairo_t *cairo = png_of(canvas)->cairo;
    set_color(cairo, pen.color);
    cairo_set_line_width(cairo, pen.width);
    cairo_set_dash(cairo, &pen.dash, pen.dash > 0, 0);
    trace(cairo, points, count);
    cairo_stroke(cairo);
}

static void draw_polygon(struct canvas *canvas, const struct point *points, size_t count,
                         uint32_t fill)
{
    cairo_t *cairo = png_of(canvas)->cairo;
    set_color(cairo, fill);
    trace(cairo, points, count);
    cairo_close_path(cairo);
    cairo_fill(cairo);
}

static void draw_text(struct canvas *canvas, double x, double y, struct text_style style,
                      const char *text)
{
    cairo_t *cairo = png_of(canvas)->cairo;
    if (!png_of(canvas)->with_text)
        return;
    cairo_save(cairo);
    set_color(cairo, style.color);
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, style.size);
    cairo_text_extents_t extents;
    cairo_text_extents(cairo, text, &extents);
    double share = style.anchor == TEXT_START ? 0 : style.anchor == TEXT_MIDDLE ? 0.5 : 1;
    cairo_move_to(cairo, x, y);
    if (style.upwards)
        cairo_rotate(cairo, -acos(0));
    cairo_rel_move_to(cairo, -share * extents.x_advance, 0);
    cairo_show_text(cairo, text);
    cairo_restore(cairo);
    cairo_new_path(cairo); /* the current point outlives the text */
}

static cairo_status_t append_bytes(void *closure, const unsigned char *data, unsigned length)
{
    struct buffer *out = closure;
    buffer_append(out, data, length);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static bool fail(cairo_status_t status, struct error *err)
{
    if (status == CAIRO_STATUS_NO_MEMORY)
        return error_set(err, ERROR_MEMORY, "no memory to draw a plot");
    return error_set(err, ERROR_INTERNAL, "cairo can not draw the plot: %s",
                     cairo_status_to_string(status));
}

static bool finish(struct canvas *canvas, struct buffer *out, struct error *err)
{
    struct png_canvas *png = png_of(canvas);
    struct buffer bytes = {0}; /* so that `out` has all of the picture or nothing */
    cairo_status_t status = cairo_status(png->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(png->surface, append_bytes, &bytes);
    if (status == CAIRO_STATUS_SUCCESS)
        buffer_append(out, bytes.data, bytes.size);
    buffer_finish(&bytes);
    if (status != CAIRO_STATUS_SUCCESS)
        return fail(status, err);
    return buffer_check(out, err);
}

static void destroy(struct canvas *canvas)
{
    struct png_canvas *png = png_of(canvas);
    cairo_destroy(png->cairo);
    cairo_surface_destroy(png->surface);
    free(png);
}

static const struct canvas_ops png_ops = {
    .begin_group = ignore_group,
    .end_group = ignore_group_end,
    .rect = draw_rect,
    .polyline = draw_polyline,
    .polygon = draw_polygon,
    .text = draw_text,
    .finish = finish,
    .destroy = destroy,
};

struct canvas *canvas_create_png(int width, int height, bool with_text, struct error *err)
{
    struct png_canvas *png = calloc(1, sizeof *png);
    if (!png) {
        error_set(err, ERROR_MEMORY, "no memory for a plot of %dx%d px", width, height);
        return NULL;
    }
    png->base.ops = &png_ops;
    png->with_text = with_text;
    png->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    png->cairo = cairo_create(png->surface); /* keeps the error of a surface that failed */
    if (cairo_status(png->cairo) != CAIRO_STATUS_SUCCESS) {
        fail(cairo_status(png->cairo), err);
        destroy(&png->base);
        return NULL;
    }
    canvas_rect(&png->base, 0, 0, width, height, 0xffffff);
    return &png->base;
}
