/* Canvas → SVG 1.1, written directly. One element per call, in the order of the calls; the text of
 * the elements is kept in a buffer until the canvas is finished.
 *
 * Numbers have two decimals at the most (a hundredth of a pixel) and no locale, so the same calls
 * give the same bytes everywhere: tests compare them, and files of the same day compare equal.
 */
#include "base/text.h"
#include "report/canvas_ops.h"
#include "report/markup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 32 };

struct svg_canvas {
    struct canvas base;
    struct buffer text;
};

static struct svg_canvas *svg_of(struct canvas *canvas)
{
    return (struct svg_canvas *)canvas;
}

static void append_number(struct buffer *out, double value)
{
    char text[NUMBER_SIZE];
    double hundredths = nearbyint(fmin(fmax(value, -1e9), 1e9) * 100);
    size_t length = (size_t)snprintf(text, sizeof text, "%.2f", hundredths / 100 + 0.0);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    buffer_append(out, text, length);
}

static void append_attribute(struct buffer *out, const char *name, double value)
{
    buffer_append_format(out, " %s=\"", name);
    append_number(out, value);
    buffer_append_text(out, "\"");
}

static void append_color(struct buffer *out, const char *name, uint32_t color)
{
    buffer_append_format(out, " %s=\"#%06x\"", name, (unsigned)(color & 0xffffff));
}

static void begin_group(struct canvas *canvas, const char *id)
{
    struct buffer *out = &svg_of(canvas)->text;
    buffer_append_text(out, "<g id=\"");
    markup_escape(id, out);
    buffer_append_text(out, "\">\n");
}

static void end_group(struct canvas *canvas)
{
    buffer_append_text(&svg_of(canvas)->text, "</g>\n");
}

static void draw_rect(struct canvas *canvas, double x, double y, double width, double height,
                      uint32_t fill)
{
    struct buffer *out = &svg_of(canvas)->text;
    buffer_append_text(out, "<rect");
    append_attribute(out, "x", x);
    append_attribute(out, "y", y);
    append_attribute(out, "width", width);
    append_attribute(out, "height", height);
    append_color(out, "fill", fill);
    buffer_append_text(out, "/>\n");
}

static void append_points(struct buffer *out, const struct point *points, size_t count)
{
    buffer_append_text(out, " points=\"");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_text(out, " ");
        append_number(out, points[i].x);
        buffer_append_text(out, ",");
        append_number(out, points[i].y);
    }
    buffer_append_text(out, "\"");
}

static void draw_polyline(struct canvas *canvas, const struct point *points, size_t count,
                          struct pen pen)
{
    struct buffer *out = &svg_of(canvas)->text;
    buffer_append_text(out, "<polyline");
    append_points(out, points, count);
    buffer_append_text(out, " fill=\"none\"");
    append_color(out, "stroke", pen.color);
    append_attribute(out, "stroke-width", pen.width);
    if (pen.dash > 0)
        append_attribute(out, "stroke-dasharray", pen.dash);
    buffer_append_text(out, "/>\n");
}

static void draw_polygon(struct canvas *canvas, const struct point *points, size_t count,
                         uint32_t fill)
{
    struct buffer *out = &svg_of(canvas)->text;
    buffer_append_text(out, "<polygon");
    append_points(out, points, count);
    append_color(out, "fill", fill);
    buffer_append_text(out, "/>\n");
}

static void draw_text(struct canvas *canvas, double x, double y, struct text_style style,
                      const char *text)
{
    static const char *const anchors[] = {
        [TEXT_START] = "start", [TEXT_MIDDLE] = "middle", [TEXT_END] = "end"};
    struct buffer *out = &svg_of(canvas)->text;
    buffer_append_text(out, "<text");
    append_attribute(out, "x", x);
    append_attribute(out, "y", y);
    append_attribute(out, "font-size", style.size);
    if (style.bold)
        buffer_append_text(out, " font-weight=\"bold\"");
    if (style.anchor != TEXT_START)
        buffer_append_format(out, " text-anchor=\"%s\"", anchors[style.anchor]);
    append_color(out, "fill", style.color);
    if (style.upwards) {
        buffer_append_text(out, " transform=\"rotate(-90 ");
        append_number(out, x);
        buffer_append_text(out, " ");
        append_number(out, y);
        buffer_append_text(out, ")\"");
    }
    buffer_append_text(out, ">");
    markup_escape(text, out);
    buffer_append_text(out, "</text>\n");
}

static bool finish(struct canvas *canvas, struct buffer *out, struct error *err)
{
    struct buffer *text = &svg_of(canvas)->text;
    buffer_append_text(text, "</svg>\n");
    if (!buffer_check(text, err))
        return false;
    buffer_append(out, text->data, text->size);
    return buffer_check(out, err);
}

static void destroy(struct canvas *canvas)
{
    buffer_finish(&svg_of(canvas)->text);
    free(canvas);
}

static const struct canvas_ops svg_ops = {
    .begin_group = begin_group,
    .end_group = end_group,
    .rect = draw_rect,
    .polyline = draw_polyline,
    .polygon = draw_polygon,
    .text = draw_text,
    .finish = finish,
    .destroy = destroy,
};

struct canvas *canvas_create_svg(int width, int height, const char *title, struct error *err)
{
    struct svg_canvas *svg = calloc(1, sizeof *svg);
    if (!svg) {
        error_set(err, ERROR_MEMORY, "no memory for a plot of %dx%d px", width, height);
        return NULL;
    }
    svg->base.ops = &svg_ops;
    struct buffer *out = &svg->text, clean = {0};
    text_append_plain(&clean, title);
    svg->base.failed = clean.failed;
    buffer_append_format(out,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                         "viewBox=\"0 0 %d %d\" role=\"img\" "
                         "font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\">\n<title>",
                         width, height, width, height);
    markup_escape(buffer_text(&clean), out);
    buffer_append_text(out, "</title>\n");
    buffer_finish(&clean);
    canvas_rect(&svg->base, 0, 0, width, height, 0xffffff);
    return &svg->base;
}
