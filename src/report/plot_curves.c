/* Curves of `evaluate`: ROC, per-region overlap, recall by size, delays.
 *
 * Everything is first brought to pixels, then cut to the area and thinned, so that neither the
 * number of points nor their range matters to what is written. Bands lie below all lines, and have
 * edges in the colour of their line, so that two of them can lie upon each other.
 */
#include "report/plot_curves.h"

#include "base/text.h"
#include "report/plot_axis.h"
#include "report/plot_series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THIN_LEAST 0.5   /* px between points of a line */
#define SIDE_BY_SIDE 8.0 /* px between the points of two series at the same x */

enum {
    X_TICKS_MOST = 10,
    Y_TICKS_MOST = 7,
    TEXT_SIZE = 160,
    LANE_HEIGHT = 17,
    POINTS_PER_POINT = 4
};

struct line {
    struct point *points; /* room for POINTS_PER_POINT of the longest curve */
    size_t count;
};

struct sheet {
    const struct curve_plot *plot;
    struct canvas *canvas;
    size_t curve_count, mark_count;
    struct axis axis;
    struct value_scale scale;
    size_t usable, unusable;
    struct line line, lower; /* of one curve on its way to the canvas */
};

static bool is_usable(const struct plot_point *point)
{
    return axis_is_usable(point->x) && axis_is_usable(point->y);
}

static bool has_interval(const struct plot_point *point)
{
    return is_usable(point) && axis_is_usable(point->low) && axis_is_usable(point->high) &&
           point->low <= point->high;
}

/* ---- ranges */

struct extent {
    double low, high; /* NAN = none */
};

static void extend(struct extent *extent, double value)
{
    extent->low = fmin(extent->low, value); /* fmin and fmax pass over what is not a number */
    extent->high = fmax(extent->high, value);
}

static void measure_curve(struct sheet *sheet, const struct plot_curve *curve, struct extent *x,
                          struct extent *y)
{
    for (size_t i = 0; i < curve->count; i++) {
        const struct plot_point *point = &curve->points[i];
        if (!is_usable(point)) {
            sheet->unusable++;
            continue;
        }
        sheet->usable++;
        if (!sheet->plot->logarithmic || point->x > 0)
            extend(x, point->x);
        extend(y, point->y);
        if (curve->shape != PLOT_STEPS && has_interval(point)) {
            extend(y, point->low);
            extend(y, point->high);
        }
    }
}

static void measure(struct sheet *sheet)
{
    const struct curve_plot *plot = sheet->plot;
    struct extent x = {NAN, NAN}, y = {NAN, NAN};
    for (size_t i = 0; i < sheet->curve_count; i++)
        measure_curve(sheet, &plot->curves[i], &x, &y);
    sheet->axis = axis_choose(plot->logarithmic, x.low, x.high, plot->x_range);
    struct axis values = axis_choose(false, y.low, y.high, plot->y_range);
    sheet->scale = (struct value_scale){values.low, values.high};
}

/* ---- to pixels */

/* Where `x` stands; a curve may leave the area by as much as it likes. */
static double x_of(const struct sheet *sheet, double x)
{
    double share = axis_share(&sheet->axis, x);
    if (sheet->plot->logarithmic && share < 0 && !(x > 0))
        share = 0;
    return PLOT_LEFT + fmin(fmax(share, -1e6), 1e6) * PLOT_AREA_WIDTH;
}

static void add_point(struct line *line, struct point at)
{
    const struct point *last = line->count > 0 ? &line->points[line->count - 1] : NULL;
    if (!last || fabs(last->x - at.x) + fabs(last->y - at.y) >= THIN_LEAST)
        line->points[line->count++] = at;
}

/* The part of the stretch from a to b that lies between the edges. */
static void add_stretch(struct line *line, struct point a, struct point b)
{
    if (b.x < PLOT_LEFT || a.x > PLOT_RIGHT)
        return;
    double slope = b.x > a.x ? (b.y - a.y) / (b.x - a.x) : 0;
    struct point from = a, to = b;
    if (a.x < PLOT_LEFT)
        from = (struct point){PLOT_LEFT, a.y + slope * (PLOT_LEFT - a.x)};
    if (b.x > PLOT_RIGHT)
        to = (struct point){PLOT_RIGHT, a.y + slope * (PLOT_RIGHT - a.x)};
    add_point(line, from);
    add_point(line, to);
}

enum which { WHICH_Y, WHICH_LOW, WHICH_HIGH };

static double value_of(const struct plot_point *point, enum which which)
{
    return which == WHICH_Y ? point->y : which == WHICH_LOW ? point->low : point->high;
}

static void trace(const struct sheet *sheet, const struct plot_curve *curve, double shift,
                  enum which which, struct line *line)
{
    struct point last = {0};
    bool any = false;
    line->count = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct plot_point *point = &curve->points[i];
        if (which == WHICH_Y ? !is_usable(point) : !has_interval(point))
            continue;
        struct point at = {x_of(sheet, point->x) + shift,
                           plot_y(&sheet->scale, value_of(point, which))};
        struct point corner = {at.x, last.y};
        bool steps = curve->shape == PLOT_STEPS;
        add_stretch(line, any ? last : at, any && steps ? corner : at);
        if (any && steps)
            add_stretch(line, corner, at);
        last = at;
        any = true;
    }
    if (any && curve->shape == PLOT_STEPS)
        add_stretch(line, last, (struct point){PLOT_RIGHT, last.y});
}

/* ---- data */

static void draw_bands(struct sheet *sheet)
{
    canvas_begin_group(sheet->canvas, "bands");
    for (size_t i = 0; i < sheet->curve_count; i++) {
        const struct series_style *style = series_style_of(i);
        struct line *high = &sheet->line, *low = &sheet->lower;
        if (sheet->plot->curves[i].shape != PLOT_LINE)
            continue;
        trace(sheet, &sheet->plot->curves[i], 0, WHICH_HIGH, high);
        trace(sheet, &sheet->plot->curves[i], 0, WHICH_LOW, low);
        for (size_t n = low->count; n > 0; n--)
            high->points[high->count++] = low->points[n - 1];
        canvas_polygon(sheet->canvas, high->points, high->count, style->light);
    }
    canvas_end_group(sheet->canvas);
}

static void draw_band_edges(struct sheet *sheet, size_t index)
{
    const struct plot_curve *curve = &sheet->plot->curves[index];
    const struct pen pen = {series_style_of(index)->color, 0.7, 0};
    for (int which = WHICH_LOW; which <= WHICH_HIGH; which++) {
        trace(sheet, curve, 0, (enum which)which, &sheet->line);
        canvas_polyline(sheet->canvas, sheet->line.points, sheet->line.count, pen);
    }
}

static void draw_lines(struct sheet *sheet)
{
    canvas_begin_group(sheet->canvas, "curves");
    for (size_t i = 0; i < sheet->curve_count; i++) {
        const struct plot_curve *curve = &sheet->plot->curves[i];
        const struct series_style *style = series_style_of(i);
        struct line *line = &sheet->line;
        if (curve->shape == PLOT_POINTS)
            continue;
        if (curve->shape == PLOT_LINE)
            draw_band_edges(sheet, i);
        trace(sheet, curve, 0, WHICH_Y, line);
        canvas_polyline(sheet->canvas, line->points, line->count,
                        (struct pen){style->color, 2.2, style->dash});
        if (line->count == 1)
            series_draw_mark(sheet->canvas, style, line->points[0].x, line->points[0].y);
    }
    canvas_end_group(sheet->canvas);
}

static void draw_point(const struct sheet *sheet, const struct plot_point *point, double shift,
                       const struct series_style *style)
{
    double x = x_of(sheet, point->x);
    if (!is_usable(point) || x < PLOT_LEFT - 0.5 || x > PLOT_RIGHT + 0.5)
        return;
    x += shift;
    if (has_interval(point))
        series_draw_interval(sheet->canvas, style->color, x, plot_y(&sheet->scale, point->low), x,
                             plot_y(&sheet->scale, point->high));
    series_draw_mark(sheet->canvas, style, x, plot_y(&sheet->scale, point->y));
}

static void draw_points(struct sheet *sheet)
{
    canvas_begin_group(sheet->canvas, "points");
    for (size_t i = 0; i < sheet->curve_count; i++) {
        const struct plot_curve *curve = &sheet->plot->curves[i];
        const struct series_style *style = series_style_of(i);
        double shift = SIDE_BY_SIDE * ((double)i - (double)(sheet->curve_count - 1) / 2);
        if (curve->shape != PLOT_POINTS)
            continue;
        trace(sheet, curve, shift, WHICH_Y, &sheet->line);
        canvas_polyline(sheet->canvas, sheet->line.points, sheet->line.count,
                        (struct pen){style->color, 1.2, style->dash});
        for (size_t n = 0; n < curve->count; n++)
            draw_point(sheet, &curve->points[n], shift, style);
    }
    canvas_end_group(sheet->canvas);
}

/* ---- around the data */

static void draw_axes(const struct sheet *sheet)
{
    struct axis_tick x_ticks[AXIS_TICKS_MAX];
    struct ticks ticks;
    ticks_choose(sheet->scale.low, sheet->scale.high, Y_TICKS_MOST, &ticks);
    plot_draw_value_axis(sheet->canvas, &sheet->scale, &ticks, sheet->plot->y_label);
    int count = axis_ticks(&sheet->axis, X_TICKS_MOST, x_ticks);
    canvas_begin_group(sheet->canvas, "x-axis");
    for (int i = 0; i < count; i++) {
        double x = x_of(sheet, x_ticks[i].value);
        if (x_ticks[i].text[0])
            canvas_line(sheet->canvas, floor(x) + 0.5, PLOT_TOP, floor(x) + 0.5, PLOT_BOTTOM,
                        (struct pen){COLOR_GRID, 1, 0});
        plot_draw_tick_below(sheet->canvas, x, x_ticks[i].text);
    }
    plot_draw_label_below(sheet->canvas, sheet->plot->x_label);
    canvas_end_group(sheet->canvas);
}

/* Labels take turns in two lanes above the area, each on the side of its line that has room. */
static void draw_marks(const struct sheet *sheet)
{
    canvas_begin_group(sheet->canvas, "marks");
    for (size_t i = 0; i < sheet->mark_count; i++) {
        const struct plot_mark *mark = &sheet->plot->marks[i];
        double x = axis_is_usable(mark->x) ? x_of(sheet, mark->x) : -1;
        if (x < PLOT_LEFT || x > PLOT_RIGHT)
            continue;
        double y = PLOT_TOP - 8 - (double)(i % 2 * LANE_HEIGHT);
        double room = fmax(PLOT_RIGHT - x, x - PLOT_LEFT) - 6;
        double width = fmin(text_width(mark->label, plot_text(TEXT_START, COLOR_INK)), room);
        bool to_the_right = x + 6 + width <= PLOT_RIGHT;
        canvas_line(sheet->canvas, x, y - 11, x, PLOT_BOTTOM, (struct pen){COLOR_QUIET, 1.5, 5});
        canvas_rect(sheet->canvas, to_the_right ? x + 4 : x - 4 - width, y - 12, width,
                    LANE_HEIGHT - 1, 0xffffff);
        canvas_text_within(sheet->canvas, to_the_right ? x + 6 : x - 6, y,
                           plot_text(to_the_right ? TEXT_START : TEXT_END, COLOR_INK), room,
                           mark->label);
    }
    canvas_end_group(sheet->canvas);
}

static size_t count_usable(const struct plot_curve *curve)
{
    size_t count = 0;
    for (size_t i = 0; i < curve->count; i++)
        count += is_usable(&curve->points[i]);
    return count;
}

static void draw_legend(const struct sheet *sheet)
{
    char texts[PLOT_CURVES_MAX][TEXT_SIZE];
    const char *labels[PLOT_CURVES_MAX];
    bool lines = false, points = false;
    for (size_t i = 0; i < sheet->curve_count; i++) {
        const struct plot_curve *curve = &sheet->plot->curves[i];
        text_copy_plain(texts[i], TEXT_SIZE - 16, curve->label);
        const size_t used = strlen(texts[i]);
        if (count_usable(curve) == 0)
            snprintf(texts[i] + used, TEXT_SIZE - used, " (no data)");
        labels[i] = texts[i];
        lines = true;
        points = points || curve->shape == PLOT_POINTS;
    }
    series_draw_legend(sheet->canvas, labels, sheet->curve_count, lines, points);
}

static void draw_notes(const struct sheet *sheet)
{
    char number[NUMBER_TEXT_SIZE], texts[2][TEXT_SIZE];
    const char *sentences[2];
    size_t used = 0;
    if (sheet->unusable > 0) {
        count_format((int64_t)sheet->unusable, number);
        snprintf(texts[used], TEXT_SIZE, "left out: %s %s without a usable number", number,
                 sheet->unusable == 1 ? "point" : "points");
        sentences[used] = texts[used];
        used++;
    }
    if (sheet->plot->curve_count > PLOT_CURVES_MAX) {
        snprintf(texts[used], TEXT_SIZE, "not shown: %zu more series",
                 sheet->plot->curve_count - PLOT_CURVES_MAX);
        sentences[used] = texts[used];
        used++;
    }
    series_draw_notes(sheet->canvas, PLOT_HEIGHT - 14, sentences, used);
}

static void paint(struct sheet *sheet)
{
    const char *nothing = sheet->plot->nothing ? sheet->plot->nothing : "no data";
    measure(sheet);
    plot_draw_titles(sheet->canvas, sheet->plot->title, sheet->plot->subtitle);
    draw_legend(sheet);
    draw_bands(sheet);
    draw_axes(sheet);
    draw_marks(sheet);
    draw_lines(sheet);
    draw_points(sheet);
    if (sheet->usable == 0)
        plot_draw_message(sheet->canvas, nothing);
    draw_notes(sheet);
}

/* A line, and behind it that of the other edge of its band. */
static bool make_lines(struct sheet *sheet, struct error *err)
{
    size_t longest = 0;
    for (size_t i = 0; i < sheet->curve_count; i++)
        if (sheet->plot->curves[i].count > longest)
            longest = sheet->plot->curves[i].count;
    const size_t room = POINTS_PER_POINT * (longest + 1);
    sheet->line.points = calloc(2 * room, sizeof *sheet->line.points);
    sheet->lower.points = calloc(room, sizeof *sheet->lower.points);
    if (!sheet->line.points || !sheet->lower.points)
        return error_set(err, ERROR_MEMORY, "no memory for a plot of %zu points", longest);
    return true;
}

bool curve_plot_draw(const struct curve_plot *plot, enum plot_format format, struct buffer *out,
                     struct error *err)
{
    struct sheet sheet = {
        .plot = plot,
        .canvas = plot_create_canvas(format, plot->title, err),
        .curve_count = plot->curve_count < PLOT_CURVES_MAX ? plot->curve_count : PLOT_CURVES_MAX,
        .mark_count = plot->mark_count < PLOT_MARKS_MAX ? plot->mark_count : PLOT_MARKS_MAX};
    bool ok = sheet.canvas && make_lines(&sheet, err);
    if (ok) {
        paint(&sheet);
        ok = canvas_write(sheet.canvas, out, err);
    }
    free(sheet.lower.points);
    free(sheet.line.points);
    canvas_destroy(sheet.canvas);
    return ok;
}
