/* A plot of curves: several labelled series over one axis that is even or logarithmic.
 *
 * For what plot.h promises of all plots (size, colours, hostile texts, one format for pages and one
 * for files) see there. Series differ by colour, dashes and marks. Groups of the SVG, besides those
 * of plot.h: `bands`, `curves`, `points`, `marks`.
 *
 * Points come in the order of x. One without a usable number (not-a-number, infinite, above 1e100)
 * is left out and counted below the picture, one outside of the axis is left out of the picture
 * without leaving a gap in the line; a line of 100,000 points costs no more than the pixels it
 * crosses. On a logarithmic axis, what is not above 0 stands at its left end.
 * Pure but for memory. One thread per call. Ownership: all borrowed; the whole picture is appended
 * to `out`, or on failure nothing. Errors: ERROR_MEMORY, ERROR_INTERNAL with cairo's own words.
 */
#ifndef REPORT_PLOT_CURVES_H
#define REPORT_PLOT_CURVES_H

#include "report/plot.h"

enum {
    PLOT_CURVES_MAX = 6, /* more are left out, and that is said */
    PLOT_MARKS_MAX = 4   /* the same */
};

enum curve_shape {
    PLOT_LINE,  /* intervals are a band around it */
    PLOT_STEPS, /* a value holds until the next point, and after the last one; no intervals */
    PLOT_POINTS /* joined by a thin line, intervals are bars; series stand side by side */
};

struct plot_point {
    double x, y;
    double low, high; /* of the interval around y; NAN = none */
};

struct plot_curve {
    const char *label;
    enum curve_shape shape;
    const struct plot_point *points;
    size_t count;
};

/* A dashed line from top to bottom with a few words, as for a limit. */
struct plot_mark {
    double x;
    const char *label;
};

struct curve_plot {
    const char *title, *subtitle, *x_label, *y_label;
    bool logarithmic;    /* the x axis */
    double x_range[2];   /* NAN = as far as the points go; logarithmic: above 0 */
    double y_range[2];   /* the same */
    const char *nothing; /* said in the middle when there is no point; NULL = "no data" */
    const struct plot_curve *curves;
    size_t curve_count;
    const struct plot_mark *marks;
    size_t mark_count;
};

MUST_CHECK bool curve_plot_draw(const struct curve_plot *plot, enum plot_format format,
                                struct buffer *out, struct error *err);

#endif
