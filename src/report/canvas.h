/* A sheet to draw on: rectangles, lines, areas and text, written as PNG (by cairo) or SVG (by us).
 *
 * Our own SVG writer, because cairo's turns text into outlines: here text stays text, for screen
 * readers, searching and tests, and the bytes depend on no font and no version of cairo. Used by
 * the plots; fit for other report pictures too.
 *
 * Units: pixels from the top left, x to the right, y down; texts stand on their baseline. Colours:
 * 0xRRGGBB. Nothing that draws can fail: what goes wrong is kept and said by `canvas_write`. Texts
 * may be hostile: control characters become spaces, bytes that are no UTF-8 become U+FFFD, and SVG
 * escapes the rest. Coordinates are finite (asserted).
 * Ownership: texts and points are borrowed for the call. One thread at a time. Errors:
 * ERROR_MEMORY, ERROR_INTERNAL with cairo's own words.
 */
#ifndef REPORT_CANVAS_H
#define REPORT_CANVAS_H

#include "base/buffer.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct canvas;

struct point {
    double x, y;
};

struct pen {
    uint32_t color;
    double width;
    double dash; /* length of dashes and gaps; 0 = solid */
};

enum text_anchor { TEXT_START, TEXT_MIDDLE, TEXT_END };

struct text_style {
    double size; /* height of the letters' box; 12 and more is legible */
    bool bold;
    enum text_anchor anchor; /* which point of the text stands at x */
    bool upwards;            /* turned to the left: reads from bottom to top */
    uint32_t color;
};

/* With `with_text` false, texts leave no mark: such pictures are the same whatever fonts there are.
 * White ground. NULL with ERROR_MEMORY. */
MUST_CHECK struct canvas *canvas_create_png(int width, int height, bool with_text,
                                            struct error *err);

/* `title` is what a screen reader says of the picture. The result is UTF-8 without an XML
 * declaration, so that it can stand in a page of HTML as it is. */
MUST_CHECK struct canvas *canvas_create_svg(int width, int height, const char *title,
                                            struct error *err);
void canvas_destroy(struct canvas *canvas);

/* What is drawn in between belongs together, under an id that is a plain word. Groups don't nest;
 * PNG takes no notice of them. */
void canvas_begin_group(struct canvas *canvas, const char *id);
void canvas_end_group(struct canvas *canvas);

void canvas_rect(struct canvas *canvas, double x, double y, double width, double height,
                 uint32_t fill);
void canvas_line(struct canvas *canvas, double x1, double y1, double x2, double y2, struct pen pen);
void canvas_polyline(struct canvas *canvas, const struct point *points, size_t count,
                     struct pen pen);
void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count, uint32_t fill);
void canvas_text(struct canvas *canvas, double x, double y, struct text_style style,
                 const char *text);

/* The same, but a text wider than `width` loses its end to an ellipsis. */
void canvas_text_within(struct canvas *canvas, double x, double y, struct text_style style,
                        double width, const char *text);

/* Estimated from the classes of its characters, for a wide sans serif (DejaVu Sans): the layout of
 * a picture depends on no font. Seldom less than the truth. */
double text_width(const char *text, struct text_style style);

/* Bytes of the longest beginning of `text` that is at most `width` wide, cut between characters. */
size_t text_fit(const char *text, struct text_style style, double width);

/* Appends the picture. Once per canvas; nothing may be drawn after. */
MUST_CHECK bool canvas_write(struct canvas *canvas, struct buffer *out, struct error *err);

#endif
