/* A plot of rows: one row for each kind of thing, and in it a value with its interval for each
 * series.
 *
 * For what plot.h promises of all plots see there; this one is as wide as they are and as high as
 * it has rows. Values begin at 0. What has no usable number, or is below 0, is left out and counted
 * below the picture. An interval that would squeeze all others ends at the right edge with an
 * arrow, and the note below says so. Groups of the SVG, besides those of plot.h: `rows`, `points`.
 * Pure but for memory. One thread per call. Ownership: all borrowed; the whole picture is appended
 * to `out`, or on failure nothing. Errors: ERROR_MEMORY, ERROR_INTERNAL with cairo's own words.
 */
#ifndef REPORT_PLOT_ROWS_H
#define REPORT_PLOT_ROWS_H

#include "report/plot.h"

enum { PLOT_ROWS_MAX = 60, PLOT_ROW_SERIES_MAX = 6 }; /* more are left out, and that is said */

struct plot_value {
    double value;     /* NAN = this series has nothing here; not counted */
    double low, high; /* of its interval; NAN = none */
};

struct plot_row {
    const char *label;
    struct plot_value values[PLOT_ROW_SERIES_MAX];
};

struct row_plot {
    const char *title, *subtitle, *axis;
    const char *nothing; /* said when there is no value; NULL = "no data" */
    const char *const *series;
    size_t series_count;
    const struct plot_row *rows;
    size_t row_count;
};

MUST_CHECK bool row_plot_draw(const struct row_plot *plot, enum plot_format format,
                              struct buffer *out, struct error *err);

/* Of the picture that row_plot_draw makes, in px. */
int row_plot_height(const struct row_plot *plot);

#endif
