/* A day put into columns of one pixel: scores, and time that was not watched. Private to plot*.c.
 */
#ifndef REPORT_PLOT_COLUMNS_H
#define REPORT_PLOT_COLUMNS_H

#include "report/plot_frame.h"

struct score_column {
    double low, high, sum; /* sum of the means, each as often as it counts */
    double weight;         /* 0 = no score */
};

struct score_columns {
    struct score_column at[PLOT_AREA_WIDTH];
    double unwatched[PLOT_AREA_WIDTH]; /* share of the column, 0..1 */
    size_t filled;                     /* columns with a score */
    size_t unusable;                   /* bins whose values are no usable numbers: left out */
    double lowest, highest;
    double usual; /* median of the columns' highest scores */
};

/* The column of an instant that lies within the day, 0..PLOT_AREA_WIDTH - 1. */
int column_of(const struct score_plot *plot, int64_t utc_ms);

void score_columns_fill(const struct score_plot *plot, struct score_columns *ret_columns);

/* The y axis: from 0 to the highest score and the threshold, but not so far that the usual scores
 * and the threshold would be squeezed into the lowest eighth. */
struct value_scale score_scale(const struct score_columns *columns, double threshold);

#endif
