/* An axis whose numbers are even or logarithmic steps apart. Private to plot*.c. Pure. */
#ifndef REPORT_PLOT_AXIS_H
#define REPORT_PLOT_AXIS_H

#include "report/plot_ticks.h"

#include <stddef.h>

/* From `low` to `high`, low < high; logarithmic: 0 < low. */
struct axis {
    bool logarithmic;
    double low, high;
};

struct axis_tick {
    double value;
    char text[NUMBER_TEXT_SIZE]; /* "" = a mark without a number */
};

enum { AXIS_TICKS_MAX = 128, AXIS_DECADES_MAX = 8 };

/* Finite and below 1e100. */
bool axis_is_usable(double value);

/* The axis for numbers from `low` to `high` (NAN = none are there), as far as its ends are not
 * `fixed`. Even: from 0 or less, to a little beyond `high`. Logarithmic: `low` is the least above
 * 0; ends are 1, 2 or 5 times a power of ten, and AXIS_DECADES_MAX decades apart or a little more.
 */
struct axis axis_choose(bool logarithmic, double low, double high, const double fixed[2]);

/* 0 at the low end, 1 at the high end, beyond that outside; on a logarithmic axis what is not above
 * 0 is far below its end. */
double axis_share(const struct axis *axis, double value);

/* The reverse, for a share of 0..1. */
double axis_value(const struct axis *axis, double share);

/* At the most `most` (>= 4) of them with a number. Returns how many. */
int axis_ticks(const struct axis *axis, int most, struct axis_tick ret_ticks[AXIS_TICKS_MAX]);

#endif
