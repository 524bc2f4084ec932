/* Where the bars of a histogram stand and how high they are. Private to plot*.c.
 *
 * Bars are as wide as Freedman and Diaconis advise (D. Freedman, P. Diaconis, On the histogram as a
 * density estimator: L2 theory, Z. Wahrscheinlichkeitstheorie 57, 453-476, 1981), with the shortest
 * half of the samples in place of the interquartile range, so that two humps stay two; then rounded
 * to 1, 2 or 5 x 10^n, so that their edges are round numbers. Eight bars at least across the data;
 * at most 2 sqrt(n), and 110.
 *
 * Samples more than six interquartile ranges outside of the quartiles (twice as far as Tukey's "far
 * out") stand outside, where they are counted: a single bad picture must not squeeze all others
 * into one bar. That many are never more than one in twenty.
 */
#ifndef REPORT_PLOT_BINS_H
#define REPORT_PLOT_BINS_H

#include "base/error.h"

#include <stddef.h>

enum { BIN_COUNT_MAX = 128 };

/* The axis: bar i is values low + i * width up to low + (i + 1) * width. */
struct bin_range {
    double low, width;
    int count;  /* 1..BIN_COUNT_MAX */
    int pixels; /* of one bar */
};

struct bins {
    double counts[BIN_COUNT_MAX];
    double tallest;
    size_t below, beyond; /* outside of the range */
    size_t unusable;      /* not numbers, infinite, or above 1e100 */
    size_t total;         /* the others, whether inside or outside */
};

/* Chooses the range for `values`, and for the previous ones and the thresholds as far as they lie
 * near enough (NAN = none); all bars together are at most `area_width` pixels wide. Without any
 * sample it shows the thresholds, or 0 to 1. ERROR_MEMORY. */
MUST_CHECK bool bin_range_choose(const double *values, size_t count, const double *previous,
                                 size_t previous_count, const double thresholds[2], int area_width,
                                 struct bin_range *ret_range, struct error *err);

void bins_count(const struct bin_range *range, const double *values, size_t count,
                struct bins *ret_bins);

double bin_range_high(const struct bin_range *range);

#endif
