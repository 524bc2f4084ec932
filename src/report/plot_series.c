/* The look of the series of plot_curves.c and plot_rows.c.
 *
 * The colours are those of plot_frame.h and their companions by Okabe and Ito. The first three
 * differ most: a plot seldom has more.
 */
#include "report/plot_series.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define FULL_TURN 6.283185307179586
#define LEGEND_TOP 93.0 /* baseline of the first row */
#define LEGEND_ROW 17.0
#define LINE_WIDTH 30.0
#define ITEM_GAP 20.0

enum { CORNERS_MAX = 5 };

const struct series_style *series_style_of(size_t index)
{
    static const struct series_style styles[SERIES_MAX] = {
        {COLOR_BLUE, 0xc5dff0, 0, 4, 0.125}, {COLOR_VERMILLION, 0xf7d9c4, 8, 3, 0.25},
        {0x009e73, 0xc4e9de, 3, 4, 0},       {COLOR_INK, 0xdddddd, 14, 3, 0.75},
        {0xcc79a7, 0xf3e0ea, 5, 5, 0.25},    {0xe69f00, 0xfaeac8, 2, 4, 0.125},
    };
    assert(index < SERIES_MAX);
    return &styles[index];
}

void series_draw_mark(struct canvas *canvas, const struct series_style *style, double x, double y)
{
    struct point corners[CORNERS_MAX];
    const double radius = 5.5;
    for (int i = 0; i < style->corners; i++) {
        double angle = FULL_TURN * (style->turn + (double)i / style->corners);
        corners[i] = (struct point){x + radius * cos(angle), y - radius * sin(angle)};
    }
    canvas_polygon(canvas, corners, (size_t)style->corners, style->color);
}

void series_draw_interval(struct canvas *canvas, uint32_t color, double x1, double y1, double x2,
                          double y2)
{
    const struct pen pen = {color, 1.5, 0};
    double across_x = y1 == y2 ? 0 : 4, across_y = y1 == y2 ? 4 : 0;
    canvas_line(canvas, x1, y1, x2, y2, pen);
    canvas_line(canvas, x1 - across_x, y1 - across_y, x1 + across_x, y1 + across_y, pen);
    canvas_line(canvas, x2 - across_x, y2 - across_y, x2 + across_x, y2 + across_y, pen);
}

void series_draw_legend(struct canvas *canvas, const char *const *labels, size_t count,
                        bool with_lines, bool with_marks)
{
    const double columns = count < 2 ? 1 : count <= 4 ? 2 : 3;
    const double widest = PLOT_AREA_WIDTH / columns - LINE_WIDTH - 8 - ITEM_GAP;
    struct text_style text = plot_text(TEXT_START, COLOR_INK);
    double x = PLOT_LEFT, y = LEGEND_TOP;
    canvas_begin_group(canvas, "legend");
    for (size_t i = 0; i < count; i++) {
        const struct series_style *style = series_style_of(i);
        double width = fmin(text_width(labels[i], text), widest);
        if (x > PLOT_LEFT && x + LINE_WIDTH + 8 + width > PLOT_RIGHT) {
            x = PLOT_LEFT;
            y += LEGEND_ROW;
        }
        if (with_lines)
            canvas_line(canvas, x, y - 4, x + LINE_WIDTH, y - 4,
                        (struct pen){style->color, 2, style->dash});
        if (with_marks)
            series_draw_mark(canvas, style, x + LINE_WIDTH / 2, y - 4);
        canvas_text_within(canvas, x + LINE_WIDTH + 8, y, text, widest, labels[i]);
        x += LINE_WIDTH + 8 + width + ITEM_GAP;
    }
    canvas_end_group(canvas);
}

void series_draw_notes(struct canvas *canvas, double y, const char *const *sentences, size_t count)
{
    char text[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "; " : "",
                                 sentences[i]);
    canvas_begin_group(canvas, "notes");
    if (text[0])
        canvas_text_within(canvas, 24, y, plot_text(TEXT_START, COLOR_QUIET), PLOT_WIDTH - 48,
                           text);
    canvas_end_group(canvas);
}
