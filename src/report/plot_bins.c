/* Values → bars. Pure, but for the sorted copy of the values that quartiles need.
 *
 * The range is chosen in steps, each allowed to widen the former within limits: the samples without
 * outliers, the previous calibration, the thresholds. What comes out always has a positive width,
 * whatever goes in: one value, equal values, zeros, values that differ in the last bit only.
 */
#include "report/plot_bins.h"

#include "report/plot_ticks.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define FENCE 6.0            /* interquartile ranges */
#define EQUAL_SPREAD 0.2     /* of a value, where there is none */
#define LEFT_OUT_MOST 0.025  /* of the samples, at each end */
#define RESOLUTION 1e-3      /* of a value: a narrower bar would need labels of many digits */
#define PREVIOUS_WIDENS 12.0 /* times at the most */
#define THRESHOLD_WIDENS 2.5
#define USABLE_MOST 1e100
#define USABLE_LEAST 1e-100 /* what is nearer to 0 counts as 0 */

enum { BARS_LEAST = 8, BARS_MOST = 110 };

struct span {
    double low, high;
};

static bool is_usable(double value)
{
    return fabs(value) <= USABLE_MOST; /* false for what is not a number */
}

static double flushed(double value)
{
    return fabs(value) < USABLE_LEAST ? 0 : value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The usable values in order; NULL without memory. */
static double *sort_usable(const double *values, size_t count, size_t *ret_count)
{
    double *sorted =
        count < SIZE_MAX / sizeof *sorted ? malloc((count + 1) * sizeof *sorted) : NULL;
    size_t used = 0;
    for (size_t i = 0; sorted && i < count; i++)
        if (is_usable(values[i]))
            sorted[used++] = flushed(values[i]);
    if (sorted)
        qsort(sorted, used, sizeof *sorted, compare);
    *ret_count = used;
    return sorted;
}

static double quantile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t index = (size_t)at;
    double next = sorted[index + 1 < count ? index + 1 : index];
    return sorted[index] + (at - (double)index) * (next - sorted[index]);
}

/* ---- the range */

/* How far apart ordinary samples are: the interquartile range, or when more than half of them are
 * equal the next wider one that is not 0. */
static double ordinary_spread(const double *sorted, size_t count)
{
    static const double tails[] = {0.25, 0.05, 0.01};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        double spread = quantile(sorted, count, 1 - tails[i]) - quantile(sorted, count, tails[i]);
        if (spread > 0)
            return spread;
    }
    return EQUAL_SPREAD * fabs(quantile(sorted, count, 0.5));
}

/* From the first to the last sample within the fences. What is frequent is no outlier. */
static struct span ordinary_span(const double *sorted, size_t count)
{
    double reach = FENCE * ordinary_spread(sorted, count);
    double low =
        fmin(quantile(sorted, count, 0.25) - reach, quantile(sorted, count, LEFT_OUT_MOST));
    double high =
        fmax(quantile(sorted, count, 0.75) + reach, quantile(sorted, count, 1 - LEFT_OUT_MOST));
    size_t first = 0, last = count - 1;
    while (reach > 0 && first < last && sorted[first] < low)
        first++;
    while (reach > 0 && last > first && sorted[last] > high)
        last--;
    return (struct span){sorted[first], sorted[last]};
}

static double width_of(struct span span)
{
    return span.high - span.low;
}

/* Equal samples still need an axis around them. */
static struct span made_visible(struct span span)
{
    double margin = width_of(span) > 0 ? 0 : EQUAL_SPREAD / 2 * fabs(span.low);
    return (struct span){span.low - margin, span.high + margin};
}

/* Both, if the result is at most `most` times as wide as `span`; else `span`. Zeros have no scale
 * of their own and take what comes. */
static struct span widened(struct span span, struct span other, double most)
{
    struct span both = {fmin(span.low, other.low), fmax(span.high, other.high)};
    return width_of(span) == 0 || width_of(both) <= most * width_of(span) ? both : span;
}

/* The length of the shortest interval that holds half of the samples (P. Rousseeuw, A. Leroy, A
 * robust scale estimator based on the shortest half, Statistica Neerlandica 42, 1988). */
static double shortest_half(const double *sorted, size_t count)
{
    size_t reach = (count + 1) / 2 - 1;
    double shortest = sorted[count - 1] - sorted[0];
    for (size_t i = 0; i + reach < count; i++)
        shortest = fmin(shortest, sorted[i + reach] - sorted[i]);
    return shortest;
}

static double bar_width(const double *sorted, size_t count, struct span span)
{
    double root = sqrt((double)count), width = 0;
    if (count > 1)
        width = 2 * shortest_half(sorted, count) / cbrt((double)count);
    if (width == 0) /* more than half are equal: as many bars as H. Sturges advised in 1926 */
        width = width_of(span) / (1 + log2(fmax((double)count, 1)));
    width = fmax(width, width_of(span) / fmin(fmax(2 * root, BARS_LEAST), BARS_MOST));
    width = fmin(width, width_of(span) / BARS_LEAST);
    width = fmax(width, RESOLUTION * fmax(fabs(span.low), fabs(span.high)));
    return nice_number(width > 0 ? width : 1.0 / BARS_LEAST, false);
}

/* A free bar at each end, and few bars in the middle, as far as that doesn't lead below 0 where no
 * sample is. */
static void place_bars(struct span span, double width, int area_width, struct bin_range *ret_range)
{
    double first = floor(span.low / width), last = floor(span.high / width);
    while (last - first + 3 > BARS_MOST) {
        width = nice_number(1.5 * width, true);
        first = floor(span.low / width);
        last = floor(span.high / width);
    }
    double spare = fmax(1, floor((BARS_LEAST - (last - first + 1)) / 2));
    double start = span.low < 0 ? first - spare : fmax(first - spare, 0);
    double needed = fmax(last + 2 - start, BARS_LEAST);
    ret_range->width = width;
    ret_range->low = start * width;
    ret_range->pixels = (int)(area_width / needed);
    ret_range->count = area_width / ret_range->pixels;
}

bool bin_range_choose(const double *values, size_t count, const double *previous,
                      size_t previous_count, const double thresholds[2], int area_width,
                      struct bin_range *ret_range, struct error *err)
{
    size_t used, previous_used;
    double *sorted = sort_usable(values, count, &used);
    double *before = sort_usable(previous, previous_count, &previous_used);
    if (!sorted || !before) {
        free(sorted);
        free(before);
        return error_set(err, ERROR_MEMORY, "no memory to draw %zu samples", count);
    }
    struct span span = {0, 0};
    if (used > 0)
        span = made_visible(ordinary_span(sorted, used));
    if (previous_used > 0)
        span = widened(span, ordinary_span(before, previous_used), PREVIOUS_WIDENS);
    for (int i = 0; i < 2; i++)
        if (is_usable(thresholds[i]))
            span = widened(span, (struct span){flushed(thresholds[i]), flushed(thresholds[i])},
                           THRESHOLD_WIDENS);
    place_bars(span, bar_width(sorted, used, span), area_width, ret_range);
    free(sorted);
    free(before);
    return true;
}

double bin_range_high(const struct bin_range *range)
{
    return range->low + range->count * range->width;
}

/* ---- the bars */

void bins_count(const struct bin_range *range, const double *values, size_t count,
                struct bins *ret_bins)
{
    *ret_bins = (struct bins){0};
    for (size_t i = 0; i < count; i++) {
        double at = floor((values[i] - range->low) / range->width);
        if (!is_usable(values[i]))
            ret_bins->unusable++;
        else if (at < 0)
            ret_bins->below++;
        else if (at >= range->count)
            ret_bins->beyond++;
        else
            ret_bins->counts[(int)at]++;
    }
    ret_bins->total = count - ret_bins->unusable;
    for (int i = 0; i < range->count; i++)
        ret_bins->tallest = fmax(ret_bins->tallest, ret_bins->counts[i]);
}
