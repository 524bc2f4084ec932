/* Plots for reports: a histogram of scores, and a day of scores, as PNG (drawn by cairo) or SVG.
 *
 * Legible at 100 %: 1000 x 560 px on white, text of 13 px and more, ticks at round numbers, units
 * on the axes, colours that colour-blind people can tell apart and that differ in grey. Whatever
 * the data: one sample, all equal, none at all (says so in the picture), not-a-number (left out and
 * counted), 100,000 of them. Outliers don't squeeze the rest: the axis ends before them, and says
 * how many there are. Titles may be long (two lines, then an ellipsis) and hostile.
 *
 * SVG holds the text as text and can stand in a page of HTML as it is; its groups have the ids
 * `bars`, `previous`, `threshold`, `previous-threshold`, `scores`, `cut-off`, `alarms`,
 * `alarm-times`, `unwatched`, `title`, `legend`, `x-axis`, `y-axis`, `notes`. The same input gives
 * the same SVG everywhere (for the hours: in the same time zone), the same PNG for a given cairo
 * and its fonts; no font at all is no failure.
 *
 * Pure but for memory and the time zone. One thread per call. Ownership: all borrowed; the
 * whole picture is appended to `out`, or on failure nothing. Errors: ERROR_MEMORY, ERROR_INTERNAL
 * with cairo's own words.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdint.h>

enum plot_format { PLOT_PNG, PLOT_SVG };

enum { PLOT_WIDTH = 1000, PLOT_HEIGHT = 560 }; /* px, of every plot */

/* A bar is as high as it has samples, but at least a pixel. */
struct histogram_plot {
    const char *title, *subtitle, *axis; /* axis: "score (mean squared error, 0 to 1)" */
    const double *values;
    size_t count;
    double threshold;  /* NAN = none */
    double percentile; /* that the threshold stands for, for its label; NAN = none */
    /* An earlier calibration, drawn as an outline of the same area; may be NULL. */
    const double *previous;
    size_t previous_count;
    double previous_threshold; /* NAN = none */
    /* What the two are called; NULL = "this calibration", "previous calibration". */
    const char *name, *previous_name;
};

MUST_CHECK bool histogram_plot_draw(const struct histogram_plot *plot, enum plot_format format,
                                    struct buffer *out, struct error *err);

/* A stretch of time with its lowest, highest and mean score: a day has 86,400 of them, a picture
 * fewer than 1000 columns. */
struct score_bin {
    int64_t from_utc_ms, to_utc_ms;
    double low, high, mean;
    int64_t count;
};

struct time_span {
    int64_t from_utc_ms, to_utc_ms;
};

struct score_plot {
    const char *title, *subtitle, *axis;
    int64_t from_utc_ms, to_utc_ms; /* the local day: 23, 24 or 25 hours; 48 at the most, else
                                       ERROR_INTERNAL */
    const struct score_bin *bins;   /* any length and number; empty ones are missing */
    size_t bin_count;
    double threshold;                  /* NAN = none */
    const struct time_span *unwatched; /* shaded */
    size_t unwatched_count;
    const int64_t *alarms_utc_ms; /* marked */
    size_t alarm_count;
};

MUST_CHECK bool score_plot_draw(const struct score_plot *plot, enum plot_format format,
                                struct buffer *out, struct error *err);

#endif
