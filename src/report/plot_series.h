/* How several series are told apart in one plot: by colour, dashes and the shape of their marks,
 * so that neither colour-blind people nor grey printers lose them. Private to plot*.c.
 */
#ifndef REPORT_PLOT_SERIES_H
#define REPORT_PLOT_SERIES_H

#include "report/plot_frame.h"

enum { SERIES_MAX = 6 };

struct series_style {
    uint32_t color, light; /* of lines and marks, of bands */
    double dash;
    int corners; /* of its mark: 3, 4, 5 */
    double turn; /* of its mark, as part of a full turn */
};

/* `index` below SERIES_MAX. */
const struct series_style *series_style_of(size_t index);

/* The mark, with its middle at x, y. */
void series_draw_mark(struct canvas *canvas, const struct series_style *style, double x, double y);

/* A line from 1 to 2 with a short stroke across each end, for an interval. */
void series_draw_interval(struct canvas *canvas, uint32_t color, double x1, double y1, double x2,
                          double y2);

/* `labels` of `count` (<= SERIES_MAX) series, two or three to a row when they are long, each cut to
 * its place. */
void series_draw_legend(struct canvas *canvas, const char *const *labels, size_t count,
                        bool with_lines, bool with_marks);

/* What was left out, at the left of the line at y, joined by "; ". */
void series_draw_notes(struct canvas *canvas, double y, const char *const *sentences, size_t count);

#endif
