/* The histogram that `calibrate` shows: how scores of normal pictures are spread, and where the
 * threshold stands among them.
 *
 * Bars are as high as they have samples, but never lower than a pixel: a single one among 100,000
 * is what people look for beside the threshold. The previous calibration is drawn over them as an
 * outline of the same area, so that shapes compare whatever the counts. What the axis doesn't reach
 * is counted below it.
 */
#include "base/text.h"
#include "report/plot_bins.h"
#include "report/plot_frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 160, X_TICKS_MOST = 10, Y_TICKS_MOST = 7, LANE_HEIGHT = 17, NAME_SIZE = 40 };

struct sheet {
    const struct histogram_plot *plot;
    struct canvas *canvas;
    struct bin_range range;
    struct bins bins, previous;
    double previous_scale; /* from samples to the height of the outline */
    struct value_scale scale;
};

static double x_of(const struct sheet *sheet, double value)
{
    double bars = (value - sheet->range.low) / sheet->range.width;
    return PLOT_LEFT + bars * sheet->range.pixels;
}

static double x_end(const struct sheet *sheet)
{
    return PLOT_LEFT + sheet->range.count * (double)sheet->range.pixels;
}

static void measure(struct sheet *sheet)
{
    const struct histogram_plot *plot = sheet->plot;
    bins_count(&sheet->range, plot->values, plot->count, &sheet->bins);
    bins_count(&sheet->range, plot->previous, plot->previous_count, &sheet->previous);
    if (sheet->previous.total > 0 && sheet->bins.total > 0)
        sheet->previous_scale = (double)sheet->bins.total / (double)sheet->previous.total;
    else
        sheet->previous_scale = 1;
    double tallest = fmax(sheet->bins.tallest, sheet->previous.tallest * sheet->previous_scale);
    sheet->scale.high = fmax(1.05 * tallest, 1);
}

/* ---- data */

static void draw_bars(const struct sheet *sheet)
{
    int width = sheet->range.pixels > 3 ? sheet->range.pixels - 1 : sheet->range.pixels;
    canvas_begin_group(sheet->canvas, "bars");
    for (int i = 0; i < sheet->range.count; i++) {
        if (sheet->bins.counts[i] == 0)
            continue;
        double top = fmin(plot_y(&sheet->scale, sheet->bins.counts[i]), PLOT_BOTTOM - 1);
        canvas_rect(sheet->canvas, PLOT_LEFT + (double)i * sheet->range.pixels, top, width,
                    PLOT_BOTTOM - top, COLOR_SKY);
    }
    canvas_end_group(sheet->canvas);
}

static void draw_previous(const struct sheet *sheet)
{
    struct point outline[2 * BIN_COUNT_MAX + 2];
    size_t used = 0;
    if (sheet->previous.total == 0)
        return;
    outline[used++] = (struct point){PLOT_LEFT, PLOT_BOTTOM};
    for (int i = 0; i < sheet->range.count; i++) {
        double y = plot_y(&sheet->scale, sheet->previous.counts[i] * sheet->previous_scale);
        double x = PLOT_LEFT + (double)i * sheet->range.pixels;
        outline[used++] = (struct point){x, y};
        outline[used++] = (struct point){x + sheet->range.pixels, y};
    }
    outline[used++] = (struct point){x_end(sheet), PLOT_BOTTOM};
    canvas_begin_group(sheet->canvas, "previous");
    canvas_polyline(sheet->canvas, outline, used, (struct pen){COLOR_INK, 1.5, 0});
    canvas_end_group(sheet->canvas);
}

/* ---- thresholds */

/* The label stands in its lane above the area, on the side of the line that has room; on white,
 * because the line of the other threshold may pass there. */
static void draw_threshold_label(const struct sheet *sheet, double x, double y, const char *label)
{
    double width = text_width(label, plot_text(TEXT_START, COLOR_INK));
    bool to_the_right = x + 6 + width <= PLOT_RIGHT;
    double start = to_the_right ? x + 6 : fmax(x - 6 - width, 0);
    canvas_rect(sheet->canvas, start, y - 12, width, LANE_HEIGHT - 1, 0xffffff);
    canvas_text(sheet->canvas, to_the_right ? start : x - 6, y,
                plot_text(to_the_right ? TEXT_START : TEXT_END, COLOR_INK), label);
}

static void draw_threshold(const struct sheet *sheet, double value, int lane, struct pen pen,
                           const char *label)
{
    double x = x_of(sheet, value), y = PLOT_TOP - 8 - lane * LANE_HEIGHT;
    if (x < PLOT_LEFT) {
        canvas_text(sheet->canvas, PLOT_LEFT, y, plot_text(TEXT_START, COLOR_INK), label);
    } else if (x > x_end(sheet)) {
        canvas_text(sheet->canvas, PLOT_RIGHT, y, plot_text(TEXT_END, COLOR_INK), label);
    } else {
        canvas_line(sheet->canvas, x, y - 11, x, PLOT_BOTTOM, pen);
        draw_threshold_label(sheet, x, y, label);
    }
}

static void append_side(const struct sheet *sheet, double value, char *label, size_t size)
{
    size_t used = strlen(label);
    if (value < sheet->range.low)
        snprintf(label + used, size - used, " (left of this picture)");
    else if (value > bin_range_high(&sheet->range))
        snprintf(label + used, size - used, " (right of this picture)");
}

static size_t count_above(const struct histogram_plot *plot)
{
    size_t above = 0;
    for (size_t i = 0; i < plot->count; i++)
        above += isfinite(plot->values[i]) && plot->values[i] > plot->threshold;
    return above;
}

static void draw_thresholds(const struct sheet *sheet)
{
    const struct histogram_plot *plot = sheet->plot;
    char number[NUMBER_TEXT_SIZE], above[NUMBER_TEXT_SIZE], label[TEXT_SIZE];
    if (isfinite(plot->previous_threshold)) {
        number_format(plot->previous_threshold, number);
        snprintf(label, sizeof label, "previous threshold %s", number);
        append_side(sheet, plot->previous_threshold, label, sizeof label);
        canvas_begin_group(sheet->canvas, "previous-threshold");
        draw_threshold(sheet, plot->previous_threshold, 1, (struct pen){COLOR_INK, 1.5, 5}, label);
        canvas_end_group(sheet->canvas);
    }
    if (isfinite(plot->threshold)) {
        number_format(plot->threshold, number);
        count_format((int64_t)count_above(plot), above);
        int used = snprintf(label, sizeof label, "threshold %s", number);
        if (isfinite(plot->percentile))
            used += snprintf(label + used, sizeof label - (size_t)used, ", percentile %.6g",
                             plot->percentile);
        if (sheet->bins.total > 0)
            snprintf(label + used, sizeof label - (size_t)used, ", %s above", above);
        append_side(sheet, plot->threshold, label, sizeof label);
        canvas_begin_group(sheet->canvas, "threshold");
        draw_threshold(sheet, plot->threshold, 0, (struct pen){COLOR_VERMILLION, 2.5, 0}, label);
        canvas_end_group(sheet->canvas);
    }
}

/* ---- around the data */

static void draw_axes(const struct sheet *sheet)
{
    char width[NUMBER_TEXT_SIZE], label[TEXT_SIZE];
    struct ticks ticks;
    number_format(sheet->range.width, width);
    snprintf(label, sizeof label, "samples per bar of %s", width);
    ticks_choose_whole(sheet->scale.high, Y_TICKS_MOST, &ticks);
    plot_draw_value_axis(sheet->canvas, &sheet->scale, &ticks, label);

    ticks_choose(sheet->range.low, bin_range_high(&sheet->range), X_TICKS_MOST, &ticks);
    canvas_begin_group(sheet->canvas, "x-axis");
    for (int i = 0; i < ticks.count; i++) {
        char text[NUMBER_TEXT_SIZE];
        tick_format(&ticks, i, text);
        plot_draw_tick_below(sheet->canvas, x_of(sheet, tick_value(&ticks, i)), text);
    }
    plot_draw_label_below(sheet->canvas, sheet->plot->axis);
    canvas_end_group(sheet->canvas);
}

/* "this calibration: 509 samples (3 without a usable number left out)" */
static void format_samples(char text[TEXT_SIZE], const char *name, const struct bins *bins)
{
    char number[NUMBER_TEXT_SIZE], who[NAME_SIZE];
    text_copy_plain(who, sizeof who, name);
    count_format((int64_t)bins->total, number);
    int used = snprintf(text, TEXT_SIZE, "%s: %s %s", who, number,
                        bins->total == 1 ? "sample" : "samples");
    count_format((int64_t)bins->unusable, number);
    if (bins->unusable > 0)
        snprintf(text + used, TEXT_SIZE - (size_t)used, " (%s without a usable number left out)",
                 number);
}

static const char *name_of(const struct histogram_plot *plot, bool of_previous)
{
    if (of_previous)
        return plot->previous_name ? plot->previous_name : "previous calibration";
    return plot->name ? plot->name : "this calibration";
}

static void draw_legend(const struct sheet *sheet)
{
    char current[TEXT_SIZE], previous[TEXT_SIZE];
    format_samples(current, name_of(sheet->plot, false), &sheet->bins);
    format_samples(previous, name_of(sheet->plot, true), &sheet->previous);
    size_t used = strlen(previous);
    if (sheet->previous_scale != 1)
        snprintf(previous + used, sizeof previous - used, ", drawn with the same area");
    struct legend_item items[] = {{LEGEND_AREA, COLOR_SKY, current},
                                  {LEGEND_LINE, COLOR_INK, previous}};
    plot_draw_legend(sheet->canvas, items, sheet->previous.total > 0 ? 2 : 1);
}

/* "not shown beyond 0.02: 3 samples, 1 previous"; false if there are none. */
static bool format_outside(char text[TEXT_SIZE], const char *side, double edge, size_t count,
                           size_t previous, const char *previous_name)
{
    char number[NUMBER_TEXT_SIZE], who[NAME_SIZE];
    text_copy_plain(who, sizeof who, previous_name ? previous_name : "previous");
    number_format(edge, number);
    int used = snprintf(text, TEXT_SIZE, "not shown %s %s: ", side, number);
    count_format((int64_t)count, number);
    if (count > 0)
        used += snprintf(text + used, TEXT_SIZE - (size_t)used, "%s %s%s", number,
                         count == 1 ? "sample" : "samples", previous ? ", " : "");
    count_format((int64_t)previous, number);
    if (previous > 0)
        snprintf(text + used, TEXT_SIZE - (size_t)used, "%s %s", number, who);
    return count + previous > 0;
}

static void draw_notes(const struct sheet *sheet)
{
    char text[TEXT_SIZE], note[TEXT_SIZE + 8];
    canvas_begin_group(sheet->canvas, "notes");
    if (format_outside(text, "below", sheet->range.low, sheet->bins.below, sheet->previous.below,
                       sheet->plot->previous_name)) {
        snprintf(note, sizeof note, "\xe2\x86\x90 %s", text);
        plot_draw_note(sheet->canvas, TEXT_START, note);
    }
    if (format_outside(text, "beyond", bin_range_high(&sheet->range), sheet->bins.beyond,
                       sheet->previous.beyond, sheet->plot->previous_name)) {
        snprintf(note, sizeof note, "%s \xe2\x86\x92", text);
        plot_draw_note(sheet->canvas, TEXT_END, note);
    }
    canvas_end_group(sheet->canvas);
}

bool histogram_plot_paint(const struct histogram_plot *plot, struct canvas *canvas,
                          struct error *err)
{
    struct sheet sheet = {.plot = plot, .canvas = canvas};
    const double thresholds[] = {plot->threshold, plot->previous_threshold};
    if (!bin_range_choose(plot->values, plot->count, plot->previous, plot->previous_count,
                          thresholds, PLOT_AREA_WIDTH, &sheet.range, err))
        return false;
    measure(&sheet);
    plot_draw_titles(canvas, plot->title, plot->subtitle);
    draw_legend(&sheet);
    draw_axes(&sheet);
    draw_bars(&sheet);
    draw_previous(&sheet);
    draw_thresholds(&sheet);
    if (sheet.bins.total == 0)
        plot_draw_message(canvas, "no samples");
    draw_notes(&sheet);
    return true;
}

bool histogram_plot_draw(const struct histogram_plot *plot, enum plot_format format,
                         struct buffer *out, struct error *err)
{
    struct canvas *canvas = plot_create_canvas(format, plot->title, err);
    bool ok = canvas && histogram_plot_paint(plot, canvas, err) && canvas_write(canvas, out, err);
    canvas_destroy(canvas);
    return ok;
}
