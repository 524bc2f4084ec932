/* The part of a canvas that is the same for every format: hostile text made harmless, text measured
 * and cut, coordinates checked. From here each call goes through the table of its format
 * (canvas_png.c, canvas_svg.c).
 *
 * Widths of text are a guess by classes of characters, on purpose: a layout that asked the fonts
 * would differ from PC to PC, and SVG is laid out before anyone knows the reader's fonts.
 */
#include "report/canvas.h"

#include "base/text.h"
#include "report/canvas_ops.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */

/* ---- text */

/* In parts of the letter size, after the advance widths of DejaVu Sans. */
static double character_width(uint32_t code)
{
    if (code >= 0x1100) /* mostly scripts with square characters; wide punctuation too */
        return 1.0;
    if (code >= 0x80)
        return 0.7;
    if (strchr("iljI.,:;'|!", (int)code))
        return 0.34;
    if (strchr(" ftr()[]/-\"", (int)code))
        return 0.42;
    if (strchr("mwMW@%", (int)code))
        return 1.0;
    if (code >= 'A' && code <= 'Z')
        return 0.72;
    return 0.635;
}

static double advance(const char *text, size_t left, struct text_style style, size_t *ret_length)
{
    uint32_t code;
    *ret_length = text_next((const unsigned char *)text, left, &code);
    if (*ret_length == 0) {
        *ret_length = 1;
        code = 0xfffd;
    }
    return character_width(code) * style.size * (style.bold ? 1.12 : 1);
}

size_t text_fit(const char *text, struct text_style style, double width)
{
    size_t size = strlen(text), used = 0, length;
    for (double taken = 0; used < size; used += length) {
        taken += advance(text + used, size - used, style, &length);
        if (taken > width)
            break;
    }
    return used;
}

double text_width(const char *text, struct text_style style)
{
    double width = 0;
    size_t size = strlen(text), length;
    for (size_t used = 0; used < size; used += length)
        width += advance(text + used, size - used, style, &length);
    return width;
}

/* ---- drawing */

void canvas_begin_group(struct canvas *canvas, const char *id)
{
    canvas->ops->begin_group(canvas, id);
}

void canvas_end_group(struct canvas *canvas)
{
    canvas->ops->end_group(canvas);
}

void canvas_rect(struct canvas *canvas, double x, double y, double width, double height,
                 uint32_t fill)
{
    assert(isfinite(x) && isfinite(y) && isfinite(width) && isfinite(height));
    canvas->ops->rect(canvas, x, y, width, height, fill);
}

static void check_points(const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert(isfinite(points[i].x) && isfinite(points[i].y));
}

void canvas_line(struct canvas *canvas, double x1, double y1, double x2, double y2, struct pen pen)
{
    struct point ends[] = {{x1, y1}, {x2, y2}};
    canvas_polyline(canvas, ends, 2, pen);
}

void canvas_polyline(struct canvas *canvas, const struct point *points, size_t count,
                     struct pen pen)
{
    check_points(points, count);
    if (count > 1)
        canvas->ops->polyline(canvas, points, count, pen);
}

void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count, uint32_t fill)
{
    check_points(points, count);
    if (count > 2)
        canvas->ops->polygon(canvas, points, count, fill);
}

void canvas_text(struct canvas *canvas, double x, double y, struct text_style style,
                 const char *text)
{
    canvas_text_within(canvas, x, y, style, INFINITY, text);
}

void canvas_text_within(struct canvas *canvas, double x, double y, struct text_style style,
                        double width, const char *text)
{
    assert(isfinite(x) && isfinite(y));
    struct buffer clean = {0}, shown = {0};
    text_append_plain(&clean, text);
    const char *whole = buffer_text(&clean);
    if (text_width(whole, style) > width) {
        buffer_append(&shown, whole, text_fit(whole, style, width - text_width(ELLIPSIS, style)));
        buffer_append_text(&shown, ELLIPSIS);
    } else {
        buffer_append_text(&shown, whole);
    }
    canvas->failed |= clean.failed || shown.failed;
    if (shown.size > 0)
        canvas->ops->text(canvas, x, y, style, buffer_text(&shown));
    buffer_finish(&shown);
    buffer_finish(&clean);
}

bool canvas_write(struct canvas *canvas, struct buffer *out, struct error *err)
{
    if (canvas->failed)
        return error_set(err, ERROR_MEMORY, "no memory for the texts of a plot");
    return canvas->ops->finish(canvas, out, err);
}

void canvas_destroy(struct canvas *canvas)
{
    if (canvas)
        canvas->ops->destroy(canvas);
}
