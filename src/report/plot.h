/* Plots for reports: a histogram of scores, and a day of scores, drawn with cairo as PNG or SVG.
 *
 * Legible at 100 %: text of 12 px and more on a white ground, colours that colour-blind people can
 * tell apart, ticks at round numbers, units on the axes. Whatever the data: one sample, all equal,
 * none at all (says so in the picture), not-a-number (left out and counted), 100,000 of them. SVG
 * holds the text as text, and groups with ids (`bars`, `threshold`, `previous`, `scores`, `alarms`,
 * `unwatched`), which tests count. Pure but for memory; deterministic for a given cairo and fonts.
 * Ownership: all borrowed; `out` is appended to. Errors: ERROR_MEMORY, ERROR_INTERNAL with cairo's
 * own words.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdint.h>

enum plot_format { PLOT_PNG, PLOT_SVG };

struct histogram_plot {
    const char *title, *subtitle, *axis; /* axis: "score (mean squared error, 0 to 1)" */
    const double *values;
    size_t count;
    double threshold;  /* NAN = none */
    double percentile; /* that the threshold stands for, for its label; NAN = none */
    const double
        *previous; /* an earlier calibration, as an outline of the same area; may be NULL */
    size_t previous_count;
    double previous_threshold; /* NAN = none */
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
    int64_t from_utc_ms, to_utc_ms; /* the local day: 23, 24 or 25 hours */
    const struct score_bin *bins;   /* in order of time; empty ones are missing */
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
