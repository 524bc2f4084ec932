/* The day of scores that `summary` shows: band and mean of the scores, threshold, alarms, and the
 * time that nobody watched.
 *
 * Time runs evenly from left to right in UTC; only its labels are local, so a day of 25 hours is
 * drawn in full. Scores above the sheet are cut off, marked at its upper edge and named below it: a
 * leak scores a hundred times what is usual, and the usual is what tomorrow is compared with.
 */
#include "report/plot_columns.h"
#include "report/plot_hours.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY_LONGEST_MS UINT64_C(172800000)
#define SHADED_LEAST 0.5 /* of a column, to be shaded from top to bottom */

enum {
    LABEL_DISTANCE = 48,   /* px, between texts of five digits */
    ALARM_LINES_MOST = 24, /* more would hide the scores */
    SHADE_TEXT_WIDTH = 100,
    FOOT_HEIGHT = 6,
    DOT_SIZE = 4, /* for scores that stand alone, a line would be hard to see */
    Y_TICKS_MOST = 7,
    TEXT_SIZE = 160
};

struct sheet {
    const struct score_plot *plot;
    struct canvas *canvas;
    struct score_columns columns;
    struct value_scale scale;
};

static double x_of(const struct score_plot *plot, int64_t utc_ms)
{
    double share =
        (double)(utc_ms - plot->from_utc_ms) / (double)(plot->to_utc_ms - plot->from_utc_ms);
    return PLOT_LEFT + share * PLOT_AREA_WIDTH;
}

/* ---- time not watched */

/* 0: watched, 1: partly not, 2: not */
static int shade_of(double unwatched)
{
    return unwatched >= SHADED_LEAST ? 2 : unwatched > 0;
}

/* At the foot of the shade, or at its top where the threshold would cross the words. */
static double shade_text_y(const struct sheet *sheet)
{
    double threshold = sheet->plot->threshold;
    bool is_low = isfinite(threshold) && plot_y(&sheet->scale, threshold) > PLOT_BOTTOM - 36;
    return is_low ? PLOT_TOP + 20 : PLOT_BOTTOM - 12;
}

static void draw_shade(const struct sheet *sheet, int first, int end)
{
    int shade = shade_of(sheet->columns.unwatched[first]);
    double top = shade == 2 ? PLOT_TOP : PLOT_BOTTOM - FOOT_HEIGHT;
    double x = PLOT_LEFT + first;
    canvas_rect(sheet->canvas, x, top, end - first, PLOT_BOTTOM - top, COLOR_SHADE);
    if (shade == 2 && end - first >= SHADE_TEXT_WIDTH)
        canvas_text(sheet->canvas, x + (end - first) / 2.0, shade_text_y(sheet),
                    plot_text(TEXT_MIDDLE, COLOR_QUIET), "not watched");
}

static void draw_unwatched(const struct sheet *sheet)
{
    const double *unwatched = sheet->columns.unwatched;
    canvas_begin_group(sheet->canvas, "unwatched");
    for (int first = 0, end; first < PLOT_AREA_WIDTH; first = end) {
        int shade = shade_of(unwatched[first]);
        for (end = first + 1; end < PLOT_AREA_WIDTH && shade_of(unwatched[end]) == shade; end++)
            ;
        if (shade > 0)
            draw_shade(sheet, first, end);
    }
    canvas_end_group(sheet->canvas);
}

/* ---- scores */

static double mean_of(const struct score_column *column)
{
    return column->sum / column->weight;
}

/* Where point i of a run of columns stands: at the run's ends and in the middle of its columns. */
static double run_x(int first, int end, int i)
{
    if (i == 0)
        return PLOT_LEFT + first;
    if (i == end - first + 1)
        return PLOT_LEFT + end;
    return PLOT_LEFT + first + i - 0.5;
}

/* Columns first..end - 1 have scores, those beside them not. */
static void draw_run(const struct sheet *sheet, int first, int end)
{
    struct point band[2 * (PLOT_AREA_WIDTH + 2)], mean[PLOT_AREA_WIDTH + 2];
    int count = end - first + 2;
    for (int i = 0; i < count; i++) {
        int index = first + (i == 0 ? 0 : i == count - 1 ? count - 3 : i - 1);
        const struct score_column *column = &sheet->columns.at[index];
        double x = run_x(first, end, i);
        band[i] = (struct point){x, plot_y(&sheet->scale, column->high)};
        band[2 * count - 1 - i] = (struct point){x, plot_y(&sheet->scale, column->low)};
        mean[i] = (struct point){x, plot_y(&sheet->scale, mean_of(column))};
    }
    canvas_polygon(sheet->canvas, band, 2 * (size_t)count, COLOR_SKY);
    canvas_polyline(sheet->canvas, mean, (size_t)count, (struct pen){COLOR_BLUE, 1.5, 0});
    if (end - first < DOT_SIZE)
        canvas_rect(sheet->canvas, PLOT_LEFT + (first + end - DOT_SIZE) / 2.0,
                    mean[0].y - DOT_SIZE / 2.0, DOT_SIZE, DOT_SIZE, COLOR_BLUE);
}

static bool is_cut_off(const struct sheet *sheet, int column)
{
    const struct score_column *at = &sheet->columns.at[column];
    return at->weight > 0 && at->high > sheet->scale.high;
}

static void draw_scores(const struct sheet *sheet)
{
    const struct score_column *at = sheet->columns.at;
    canvas_begin_group(sheet->canvas, "scores");
    for (int first = 0, end; first < PLOT_AREA_WIDTH; first = end) {
        bool filled = at[first].weight > 0;
        for (end = first + 1; end < PLOT_AREA_WIDTH && (at[end].weight > 0) == filled; end++)
            ;
        if (filled)
            draw_run(sheet, first, end);
    }
    canvas_end_group(sheet->canvas);
    canvas_begin_group(sheet->canvas, "cut-off");
    for (int first = 0, end; first < PLOT_AREA_WIDTH; first = end) {
        bool cut_off = is_cut_off(sheet, first);
        for (end = first + 1; end < PLOT_AREA_WIDTH && is_cut_off(sheet, end) == cut_off; end++)
            ;
        if (cut_off)
            canvas_rect(sheet->canvas, PLOT_LEFT + first, PLOT_TOP - 4, fmax(end - first, 3), 4,
                        COLOR_BLUE);
    }
    canvas_end_group(sheet->canvas);
}

static bool threshold_is_shown(const struct sheet *sheet)
{
    double threshold = sheet->plot->threshold;
    return threshold >= sheet->scale.low && threshold <= sheet->scale.high;
}

static void draw_threshold(const struct sheet *sheet)
{
    if (!threshold_is_shown(sheet))
        return;
    double y = plot_y(&sheet->scale, sheet->plot->threshold);
    canvas_begin_group(sheet->canvas, "threshold");
    canvas_line(sheet->canvas, PLOT_LEFT, y, PLOT_RIGHT, y, (struct pen){COLOR_VERMILLION, 2, 5});
    canvas_end_group(sheet->canvas);
}

/* ---- alarms */

static bool is_within(const struct score_plot *plot, int64_t utc_ms)
{
    return utc_ms >= plot->from_utc_ms && utc_ms < plot->to_utc_ms;
}

/* Alarms within the day, and in ret_columns where they are: many share a column of a minute and a
 * half. */
static size_t find_alarms(const struct score_plot *plot, bool ret_columns[PLOT_AREA_WIDTH],
                          int *ret_column_count)
{
    size_t found = 0;
    memset(ret_columns, 0, PLOT_AREA_WIDTH * sizeof *ret_columns);
    *ret_column_count = 0;
    for (size_t i = 0; i < plot->alarm_count; i++) {
        int64_t at = plot->alarms_utc_ms[i];
        if (!is_within(plot, at))
            continue;
        int column = column_of(plot, at);
        *ret_column_count += !ret_columns[column];
        ret_columns[column] = true;
        found++;
    }
    return found;
}

static void draw_alarms(const struct sheet *sheet)
{
    const struct score_plot *plot = sheet->plot;
    bool columns[PLOT_AREA_WIDTH];
    int column_count;
    double last_label = -LABEL_DISTANCE;
    find_alarms(plot, columns, &column_count);
    canvas_begin_group(sheet->canvas, "alarms");
    for (int i = 0; i < PLOT_AREA_WIDTH; i++) {
        double x = PLOT_LEFT + i + 0.5;
        if (!columns[i])
            continue;
        if (column_count <= ALARM_LINES_MOST)
            canvas_line(sheet->canvas, x, PLOT_TOP - 5, x, PLOT_BOTTOM,
                        (struct pen){COLOR_VERMILLION, 1, 0});
        plot_draw_triangle(sheet->canvas, x, PLOT_TOP - 5, COLOR_VERMILLION);
    }
    canvas_end_group(sheet->canvas);
    canvas_begin_group(sheet->canvas, "alarm-times");
    for (size_t i = 0; i < plot->alarm_count && column_count <= ALARM_LINES_MOST; i++) {
        char text[HOUR_TEXT_SIZE];
        int64_t at = plot->alarms_utc_ms[i];
        if (!is_within(plot, at) || x_of(plot, at) - last_label < LABEL_DISTANCE)
            continue;
        double x = x_of(plot, at);
        hour_format(at, text);
        canvas_text(sheet->canvas, x, PLOT_TOP - 19, plot_text(TEXT_MIDDLE, COLOR_INK), text);
        last_label = x;
    }
    canvas_end_group(sheet->canvas);
}

/* ---- around the data */

static void draw_axes(const struct sheet *sheet)
{
    const struct score_plot *plot = sheet->plot;
    struct ticks ticks;
    struct day_hours hours;
    ticks_choose(sheet->scale.low, sheet->scale.high, Y_TICKS_MOST, &ticks);
    plot_draw_value_axis(sheet->canvas, &sheet->scale, &ticks, plot->axis);

    day_hours_find(plot->from_utc_ms, plot->to_utc_ms, &hours);
    double last_label = -LABEL_DISTANCE;
    canvas_begin_group(sheet->canvas, "x-axis");
    for (int i = 0; i < hours.count; i++) {
        double x = x_of(plot, hours.hours[i].utc_ms);
        bool has_room = x - last_label >= LABEL_DISTANCE;
        plot_draw_tick_below(sheet->canvas, x, has_room ? hours.hours[i].text : "");
        if (has_room && hours.hours[i].text[0])
            last_label = x;
    }
    if (hours.change_utc_ms) {
        double x = x_of(plot, hours.change_utc_ms);
        canvas_line(sheet->canvas, x, PLOT_TOP, x, PLOT_BOTTOM, (struct pen){COLOR_QUIET, 1, 3});
    }
    plot_draw_label_below(sheet->canvas, hours.note);
    canvas_end_group(sheet->canvas);
}

static void draw_legend(const struct sheet *sheet)
{
    const struct score_plot *plot = sheet->plot;
    bool columns[PLOT_AREA_WIDTH];
    int column_count;
    size_t alarms = find_alarms(plot, columns, &column_count), count = 0;
    char number[NUMBER_TEXT_SIZE], threshold[TEXT_SIZE], alarm[TEXT_SIZE];
    struct legend_item items[5];
    if (sheet->columns.filled > 0) {
        items[count++] = (struct legend_item){LEGEND_AREA, COLOR_SKY, "lowest to highest score"};
        items[count++] = (struct legend_item){LEGEND_LINE, COLOR_BLUE, "mean"};
    }
    if (isfinite(plot->threshold)) {
        number_format(plot->threshold, number);
        snprintf(threshold, sizeof threshold, "threshold %s%s", number,
                 threshold_is_shown(sheet)             ? ""
                 : plot->threshold > sheet->scale.high ? " (above this picture)"
                                                       : " (below this picture)");
        items[count++] = (struct legend_item){LEGEND_DASHES, COLOR_VERMILLION, threshold};
    }
    if (alarms > 0) {
        count_format((int64_t)alarms, number);
        snprintf(alarm, sizeof alarm, "%s %s", number, alarms == 1 ? "alarm" : "alarms");
        items[count++] = (struct legend_item){LEGEND_TRIANGLE, COLOR_VERMILLION, alarm};
    }
    if (plot->unwatched_count > 0)
        items[count++] = (struct legend_item){LEGEND_AREA, COLOR_SHADE, "not watched"};
    plot_draw_legend(sheet->canvas, items, count);
}

static void draw_notes(const struct sheet *sheet)
{
    char number[NUMBER_TEXT_SIZE], note[TEXT_SIZE];
    canvas_begin_group(sheet->canvas, "notes");
    if (sheet->columns.filled > 0 && sheet->columns.highest > sheet->scale.high) {
        number_format(sheet->columns.highest, number);
        snprintf(note, sizeof note, "scores go up to %s where the upper edge is marked", number);
        plot_draw_note(sheet->canvas, TEXT_END, note);
    }
    if (sheet->columns.unusable > 0) {
        count_format((int64_t)sheet->columns.unusable, number);
        snprintf(note, sizeof note, "left out: %s %s of time without a usable score", number,
                 sheet->columns.unusable == 1 ? "stretch" : "stretches");
        plot_draw_note(sheet->canvas, TEXT_START, note);
    }
    canvas_end_group(sheet->canvas);
}

bool score_plot_paint(const struct score_plot *plot, struct canvas *canvas, struct error *err)
{
    struct sheet sheet = {.plot = plot, .canvas = canvas};
    uint64_t length_ms = (uint64_t)plot->to_utc_ms - (uint64_t)plot->from_utc_ms;
    if (plot->from_utc_ms >= plot->to_utc_ms || length_ms > DAY_LONGEST_MS)
        return error_set(err, ERROR_INTERNAL, "a plot of scores shows one day, not %lld to %lld ms",
                         (long long)plot->from_utc_ms, (long long)plot->to_utc_ms);
    score_columns_fill(plot, &sheet.columns);
    sheet.scale = score_scale(&sheet.columns, plot->threshold);
    plot_draw_titles(canvas, plot->title, plot->subtitle);
    draw_legend(&sheet);
    draw_unwatched(&sheet);
    draw_axes(&sheet);
    draw_scores(&sheet);
    draw_threshold(&sheet);
    draw_alarms(&sheet);
    if (sheet.columns.filled == 0)
        plot_draw_message(canvas, "no scores in this time");
    draw_notes(&sheet);
    return true;
}

bool score_plot_draw(const struct score_plot *plot, enum plot_format format, struct buffer *out,
                     struct error *err)
{
    struct canvas *canvas = plot_create_canvas(format, plot->title, err);
    bool ok = canvas && score_plot_paint(plot, canvas, err) && canvas_write(canvas, out, err);
    canvas_destroy(canvas);
    return ok;
}
