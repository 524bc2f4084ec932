/* What the plots have in common: sheet, titles, axes, legend, notes. Private to plot*.c.
 *
 * The sheet, from the top: title (one or two lines), subtitle, legend, lanes for labels, the area
 * with the data, axis, notes.
 */
#ifndef REPORT_PLOT_FRAME_H
#define REPORT_PLOT_FRAME_H

#include "report/canvas.h"
#include "report/plot.h"
#include "report/plot_ticks.h"

/* Colours that colour-blind people can tell apart (M. Okabe, K. Ito, Color Universal Design, 2008),
 * light ones for areas and dark ones for lines, so that they differ in grey too. */
enum {
    COLOR_INK = 0x000000,
    COLOR_QUIET = 0x595959, /* of text that matters less; 7:1 on white */
    COLOR_GRID = 0xdddddd,
    COLOR_SHADE = 0xd8d8d8,
    COLOR_SKY = 0x56b4e9,
    COLOR_BLUE = 0x0072b2,
    COLOR_VERMILLION = 0xd55e00,
};

enum {
    PLOT_LEFT = 88,
    PLOT_RIGHT = 976,
    PLOT_TOP = 152,
    PLOT_BOTTOM = 476,
    PLOT_AREA_WIDTH = PLOT_RIGHT - PLOT_LEFT,
    PLOT_AREA_HEIGHT = PLOT_BOTTOM - PLOT_TOP,
    PLOT_TEXT_SIZE = 13
};

struct text_style plot_text(enum text_anchor anchor, uint32_t color);

struct canvas *plot_create_canvas(enum plot_format format, const char *title, struct error *err);

void plot_draw_titles(struct canvas *canvas, const char *title, const char *subtitle);

enum legend_mark { LEGEND_AREA, LEGEND_LINE, LEGEND_DASHES, LEGEND_TRIANGLE };

struct legend_item {
    enum legend_mark mark;
    uint32_t color;
    const char *text;
};

/* From left to right, and on into a second row. */
void plot_draw_legend(struct canvas *canvas, const struct legend_item *items, size_t count);

/* The middle of the mark of an alarm is the tip of the triangle, which points down to x, y. */
void plot_draw_triangle(struct canvas *canvas, double x, double y, uint32_t color);

/* Values low..high stand at PLOT_BOTTOM..PLOT_TOP. */
struct value_scale {
    double low, high;
};

double plot_y(const struct value_scale *scale, double value);

/* Grid lines and numbers at the left, and what they count or measure. */
void plot_draw_value_axis(struct canvas *canvas, const struct value_scale *scale,
                          const struct ticks *ticks, const char *label);

/* A mark below the area at x with `text` (NULL or "" = none) under it. */
void plot_draw_tick_below(struct canvas *canvas, double x, const char *text);
void plot_draw_label_below(struct canvas *canvas, const char *label);

/* What is not in the picture, said below it: at the left or at the right. */
void plot_draw_note(struct canvas *canvas, enum text_anchor anchor, const char *text);

/* In the middle of an area that has no data. */
void plot_draw_message(struct canvas *canvas, const char *text);

/* The private half of the public functions: tests bring a canvas of their own. */
MUST_CHECK bool histogram_plot_paint(const struct histogram_plot *plot, struct canvas *canvas,
                                     struct error *err);
MUST_CHECK bool score_plot_paint(const struct score_plot *plot, struct canvas *canvas,
                                 struct error *err);

#endif
