/* Values with intervals, one row per kind: the false alarms of `evaluate`.
 *
 * Kinds have names of any length, so they stand at the left of their rows and not below an axis.
 * How far the axis goes is a compromise: all values, and the intervals of most rows. A kind that
 * was watched for a minute has an interval of a thousand per day, which must not hide that the
 * others have ten.
 */
#include "report/plot_rows.h"

#include "report/plot_axis.h"
#include "report/plot_series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SQUEEZE_MOST 6.0 /* highest end of an interval: times the median of them */

enum {
    ROWS_LEFT = 300,
    ROWS_TOP = 136,
    ROWS_FOOT = 84,
    SERIES_HEIGHT = 15,
    ROW_MARGIN = 12,
    LABEL_WIDTH = ROWS_LEFT - 24 - 12,
    AXIS_WIDTH = PLOT_RIGHT - ROWS_LEFT,
    X_TICKS_MOST = 9,
    TEXT_SIZE = 96
};

struct sheet {
    const struct row_plot *plot;
    struct canvas *canvas;
    size_t row_count, series_count;
    double row_height, bottom;
    struct axis axis;
    size_t usable, unusable, cut_off;
};

static size_t rows_of(const struct row_plot *plot)
{
    return plot->row_count < PLOT_ROWS_MAX ? plot->row_count : PLOT_ROWS_MAX;
}

static size_t series_of(const struct row_plot *plot)
{
    return plot->series_count < PLOT_ROW_SERIES_MAX ? plot->series_count : PLOT_ROW_SERIES_MAX;
}

static int row_height_of(const struct row_plot *plot)
{
    size_t series = series_of(plot);
    return SERIES_HEIGHT * (int)(series > 0 ? series : 1) + ROW_MARGIN;
}

static int bottom_of(const struct row_plot *plot)
{
    size_t rows = rows_of(plot);
    return ROWS_TOP + row_height_of(plot) * (int)(rows > 2 ? rows : 3);
}

int row_plot_height(const struct row_plot *plot)
{
    return bottom_of(plot) + ROWS_FOOT;
}

/* ---- ranges */

static bool is_usable(const struct plot_value *value)
{
    return axis_is_usable(value->value) && value->value >= 0;
}

static bool has_interval(const struct plot_value *value)
{
    return is_usable(value) && axis_is_usable(value->low) && axis_is_usable(value->high) &&
           value->low >= 0 && value->low <= value->high;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(struct sheet *sheet)
{
    double ends[PLOT_ROWS_MAX * PLOT_ROW_SERIES_MAX], highest = 0;
    const double to_choose[2] = {0, NAN};
    size_t used = 0;
    for (size_t r = 0; r < sheet->row_count; r++) {
        for (size_t s = 0; s < sheet->series_count; s++) {
            const struct plot_value *value = &sheet->plot->rows[r].values[s];
            sheet->unusable += !isnan(value->value) && !is_usable(value);
            sheet->usable += is_usable(value);
            if (is_usable(value))
                highest = fmax(highest, value->value);
            if (has_interval(value))
                ends[used++] = value->high;
        }
    }
    double most = highest;
    if (used > 0) {
        qsort(ends, used, sizeof *ends, compare);
        most = ends[used - 1];
        if (ends[used / 2] > 0)
            most = fmin(most, SQUEEZE_MOST * ends[used / 2]);
    }
    sheet->axis = axis_choose(false, 0, fmax(most, highest), to_choose);
}

/* ---- data */

static double x_of(const struct sheet *sheet, double value)
{
    double share = axis_share(&sheet->axis, value);
    return ROWS_LEFT + fmin(fmax(share, 0), 1) * AXIS_WIDTH;
}

static double y_of(const struct sheet *sheet, size_t row, size_t series)
{
    return ROWS_TOP + (double)row * sheet->row_height + ROW_MARGIN / 2.0 +
           ((double)series + 0.5) * SERIES_HEIGHT;
}

static void draw_arrow(struct canvas *canvas, double x, double y, uint32_t color)
{
    struct point corners[] = {{x, y}, {x - 11, y - 6}, {x - 11, y + 6}};
    canvas_polygon(canvas, corners, 3, color);
}

static void draw_value(struct sheet *sheet, const struct plot_value *value, double y,
                       const struct series_style *style)
{
    if (has_interval(value)) {
        double low = x_of(sheet, value->low), high = x_of(sheet, value->high);
        if (value->high > sheet->axis.high) {
            canvas_line(sheet->canvas, low, y, PLOT_RIGHT - 8, y,
                        (struct pen){style->color, 1.5, 0});
            draw_arrow(sheet->canvas, PLOT_RIGHT, y, style->color);
            sheet->cut_off++;
        } else {
            series_draw_interval(sheet->canvas, style->color, low, y, high, y);
        }
    }
    series_draw_mark(sheet->canvas, style, x_of(sheet, value->value), y);
}

static void draw_points(struct sheet *sheet)
{
    canvas_begin_group(sheet->canvas, "points");
    for (size_t r = 0; r < sheet->row_count; r++) {
        for (size_t s = 0; s < sheet->series_count; s++) {
            const struct plot_value *value = &sheet->plot->rows[r].values[s];
            if (is_usable(value))
                draw_value(sheet, value, y_of(sheet, r, s), series_style_of(s));
        }
    }
    canvas_end_group(sheet->canvas);
}

/* ---- around the data */

static void draw_rows(const struct sheet *sheet)
{
    const struct pen pen = {COLOR_GRID, 1, 0};
    canvas_begin_group(sheet->canvas, "rows");
    for (size_t r = 0; r < sheet->row_count; r++) {
        double top = ROWS_TOP + (double)r * sheet->row_height;
        canvas_line(sheet->canvas, 24, top + 0.5, PLOT_RIGHT, top + 0.5, pen);
        canvas_text_within(sheet->canvas, ROWS_LEFT - 12, top + sheet->row_height / 2 + 4,
                           plot_text(TEXT_END, COLOR_INK), LABEL_WIDTH, sheet->plot->rows[r].label);
    }
    canvas_end_group(sheet->canvas);
}

static void draw_axis(const struct sheet *sheet)
{
    const struct pen grid = {COLOR_GRID, 1, 0}, ink = {COLOR_INK, 1, 0};
    struct axis_tick ticks[AXIS_TICKS_MAX];
    int count = axis_ticks(&sheet->axis, X_TICKS_MOST, ticks);
    double bottom = sheet->bottom;
    canvas_begin_group(sheet->canvas, "x-axis");
    for (int i = 0; i < count; i++) {
        double x = floor(x_of(sheet, ticks[i].value)) + 0.5;
        canvas_line(sheet->canvas, x, ROWS_TOP, x, bottom, grid);
        canvas_line(sheet->canvas, x, bottom, x, bottom + 6, ink);
        canvas_text(sheet->canvas, x, bottom + 21, plot_text(TEXT_MIDDLE, COLOR_INK),
                    ticks[i].text);
    }
    canvas_line(sheet->canvas, ROWS_LEFT, bottom + 0.5, PLOT_RIGHT, bottom + 0.5, ink);
    canvas_text_within(sheet->canvas, (ROWS_LEFT + PLOT_RIGHT) / 2.0, bottom + 45,
                       plot_text(TEXT_MIDDLE, COLOR_INK), AXIS_WIDTH, sheet->plot->axis);
    canvas_end_group(sheet->canvas);
}

static void draw_notes(const struct sheet *sheet)
{
    char number[NUMBER_TEXT_SIZE], texts[4][TEXT_SIZE];
    const char *sentences[4] = {texts[0], texts[1], texts[2], texts[3]};
    size_t used = 0;
    count_format((int64_t)sheet->cut_off, number);
    if (sheet->cut_off > 0)
        snprintf(texts[used++], TEXT_SIZE, "%s %s beyond the picture (arrow)", number,
                 sheet->cut_off == 1 ? "interval goes" : "intervals go");
    count_format((int64_t)sheet->unusable, number);
    if (sheet->unusable > 0)
        snprintf(texts[used++], TEXT_SIZE, "left out: %s %s without a usable number", number,
                 sheet->unusable == 1 ? "value" : "values");
    size_t more = sheet->plot->row_count - sheet->row_count;
    if (more > 0)
        snprintf(texts[used++], TEXT_SIZE, "not shown: %zu more %s", more,
                 more == 1 ? "row" : "rows");
    more = sheet->plot->series_count - sheet->series_count;
    if (more > 0)
        snprintf(texts[used++], TEXT_SIZE, "not shown: %zu more series", more);
    series_draw_notes(sheet->canvas, sheet->bottom + ROWS_FOOT - 14, sentences, used);
}

static void paint(struct sheet *sheet)
{
    const char *nothing = sheet->plot->nothing ? sheet->plot->nothing : "no data";
    struct text_style message = plot_text(TEXT_MIDDLE, COLOR_QUIET);
    message.size = 18;
    measure(sheet);
    plot_draw_titles(sheet->canvas, sheet->plot->title, sheet->plot->subtitle);
    series_draw_legend(sheet->canvas, sheet->plot->series, sheet->series_count, false, true);
    draw_rows(sheet);
    draw_axis(sheet);
    draw_points(sheet);
    if (sheet->usable == 0)
        canvas_text_within(sheet->canvas, (ROWS_LEFT + PLOT_RIGHT) / 2.0,
                           (ROWS_TOP + sheet->bottom) / 2, message, AXIS_WIDTH, nothing);
    draw_notes(sheet);
}

bool row_plot_draw(const struct row_plot *plot, enum plot_format format, struct buffer *out,
                   struct error *err)
{
    const int height = row_plot_height(plot);
    struct sheet sheet = {.plot = plot,
                          .row_count = rows_of(plot),
                          .series_count = series_of(plot),
                          .row_height = row_height_of(plot),
                          .bottom = bottom_of(plot)};
    sheet.canvas = format == PLOT_SVG ? canvas_create_svg(PLOT_WIDTH, height, plot->title, err)
                                      : canvas_create_png(PLOT_WIDTH, height, true, err);
    if (!sheet.canvas)
        return false;
    paint(&sheet);
    bool ok = canvas_write(sheet.canvas, out, err);
    canvas_destroy(sheet.canvas);
    return ok;
}
