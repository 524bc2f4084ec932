/* Bins of any length → columns of a pixel, so that neither 86,400 bins nor ten make the picture
 * large or coarse. A bin that spans several columns fills them all; several bins in a column are
 * put together. Whatever lies outside of the day is cut off, bad numbers are counted.
 */
#include "report/plot_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define USABLE_MOST 1e100
#define SQUEEZE_MOST 8.0     /* highest score: times what is usual */
#define THRESHOLD_REACH 20.0 /* threshold: times the highest score */
#define HEADROOM 1.08

int column_of(const struct score_plot *plot, int64_t utc_ms)
{
    int64_t length = plot->to_utc_ms - plot->from_utc_ms;
    int64_t column = (utc_ms - plot->from_utc_ms) * PLOT_AREA_WIDTH / length;
    return column < PLOT_AREA_WIDTH ? (int)column : PLOT_AREA_WIDTH - 1;
}

/* Cuts a stretch of time to the day; false when nothing is left. */
static bool cut_to_day(const struct score_plot *plot, int64_t *from_utc_ms, int64_t *to_utc_ms)
{
    if (*from_utc_ms < plot->from_utc_ms)
        *from_utc_ms = plot->from_utc_ms;
    if (*to_utc_ms > plot->to_utc_ms)
        *to_utc_ms = plot->to_utc_ms;
    return *from_utc_ms < *to_utc_ms;
}

static bool is_usable(double value)
{
    return fabs(value) <= USABLE_MOST;
}

static void add_bin(struct score_columns *columns, int column, const struct score_bin *bin)
{
    struct score_column *at = &columns->at[column];
    double low = fmin(bin->low, bin->mean), high = fmax(bin->high, bin->mean);
    if (at->weight == 0) {
        *at = (struct score_column){.low = low, .high = high};
        columns->filled++;
    }
    at->low = fmin(at->low, low);
    at->high = fmax(at->high, high);
    at->sum += bin->mean * (double)bin->count;
    at->weight += (double)bin->count;
}

static void add_bins(const struct score_plot *plot, struct score_columns *columns)
{
    for (size_t i = 0; i < plot->bin_count; i++) {
        const struct score_bin *bin = &plot->bins[i];
        int64_t from = bin->from_utc_ms, to = bin->to_utc_ms;
        if (bin->count <= 0 || !cut_to_day(plot, &from, &to))
            continue;
        if (!is_usable(bin->low) || !is_usable(bin->high) || !is_usable(bin->mean)) {
            columns->unusable++;
            continue;
        }
        int last = column_of(plot, to - 1);
        for (int column = column_of(plot, from); column <= last; column++)
            add_bin(columns, column, bin);
    }
}

static void add_unwatched(const struct score_plot *plot, struct score_columns *columns)
{
    double length = (double)(plot->to_utc_ms - plot->from_utc_ms) / PLOT_AREA_WIDTH;
    for (size_t i = 0; i < plot->unwatched_count; i++) {
        int64_t from = plot->unwatched[i].from_utc_ms, to = plot->unwatched[i].to_utc_ms;
        if (!cut_to_day(plot, &from, &to))
            continue;
        double start = (double)(from - plot->from_utc_ms) / length;
        double end = (double)(to - plot->from_utc_ms) / length;
        for (int column = (int)start; column < PLOT_AREA_WIDTH && column < end; column++)
            columns->unwatched[column] += fmin(end, column + 1) - fmax(start, column);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(struct score_columns *columns)
{
    double highs[PLOT_AREA_WIDTH];
    size_t used = 0;
    for (int i = 0; i < PLOT_AREA_WIDTH; i++) {
        const struct score_column *at = &columns->at[i];
        if (at->weight == 0)
            continue;
        columns->lowest = used ? fmin(columns->lowest, at->low) : at->low;
        columns->highest = used ? fmax(columns->highest, at->high) : at->high;
        highs[used++] = at->high;
    }
    qsort(highs, used, sizeof *highs, compare);
    columns->usual = used ? highs[used / 2] : 0;
}

void score_columns_fill(const struct score_plot *plot, struct score_columns *ret_columns)
{
    *ret_columns = (struct score_columns){0};
    add_bins(plot, ret_columns);
    add_unwatched(plot, ret_columns);
    measure(ret_columns);
}

struct value_scale score_scale(const struct score_columns *columns, double threshold)
{
    bool near = is_usable(threshold) &&
                (columns->filled == 0 || threshold <= THRESHOLD_REACH * columns->highest);
    double usual = fmax(columns->usual, near ? threshold : 0);
    double highest = fmax(columns->highest, near ? threshold : 0);
    if (usual > 0)
        highest = fmin(highest, SQUEEZE_MOST * usual);
    double lowest = fmax(fmin(columns->lowest, 0), -fmax(highest, SQUEEZE_MOST * fabs(usual)));
    double width = highest - lowest;
    if (!(width > 1e-100))
        return (struct value_scale){0, 1};
    return (struct value_scale){lowest < 0 ? lowest * HEADROOM : 0, highest * HEADROOM};
}
