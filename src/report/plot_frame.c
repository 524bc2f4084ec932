/* The sheet of a plot, around its data: titles, legend, axes, notes.
 *
 * Everything has its fixed place, whatever the data and however long the texts: a title gets two
 * lines and then an ellipsis, axis labels are cut at the sheet's edge. So pictures of different
 * days lie on each other. Lines of one pixel stand on half pixels, which makes them sharp.
 */
#include "report/plot_frame.h"

#include <math.h>
#include <string.h>

#define TITLE_SIZE 18.0
#define TITLE_WIDTH (PLOT_WIDTH - 2 * 24.0)
#define LEGEND_TOP 93.0 /* baseline of the first row */
#define LEGEND_ROW 17.0
#define MARK_WIDTH 22.0

struct text_style plot_text(enum text_anchor anchor, uint32_t color)
{
    return (struct text_style){.size = PLOT_TEXT_SIZE, .anchor = anchor, .color = color};
}

struct canvas *plot_create_canvas(enum plot_format format, const char *title, struct error *err)
{
    return format == PLOT_SVG ? canvas_create_svg(PLOT_WIDTH, PLOT_HEIGHT, title, err)
                              : canvas_create_png(PLOT_WIDTH, PLOT_HEIGHT, true, err);
}

/* ---- titles and legend */

/* Where the first line ends: at the last space that fits, or in the middle of a long word. */
static size_t first_line(const char *title, struct text_style style)
{
    size_t fits = text_fit(title, style, TITLE_WIDTH);
    if (!title[fits])
        return fits;
    for (size_t end = fits; end > fits / 2; end--)
        if (title[end] == ' ')
            return end;
    return fits;
}

void plot_draw_titles(struct canvas *canvas, const char *title, const char *subtitle)
{
    struct text_style style = {.size = TITLE_SIZE, .bold = true, .color = COLOR_INK};
    size_t cut = first_line(title, style);
    bool two_lines = title[cut] != '\0';
    struct buffer line = {0};
    buffer_append(&line, title, cut);
    canvas_begin_group(canvas, "title");
    canvas_text(canvas, 24, two_lines ? 28 : 38, style, buffer_text(&line));
    buffer_finish(&line);
    if (two_lines)
        canvas_text_within(canvas, 24, 50, style, TITLE_WIDTH,
                           title + cut + strspn(title + cut, " "));
    canvas_text_within(canvas, 24, two_lines ? 72 : 62, plot_text(TEXT_START, COLOR_QUIET),
                       TITLE_WIDTH, subtitle);
    canvas_end_group(canvas);
}

void plot_draw_triangle(struct canvas *canvas, double x, double y, uint32_t color)
{
    struct point corners[] = {{x, y}, {x - 6, y - 11}, {x + 6, y - 11}};
    canvas_polygon(canvas, corners, 3, color);
}

static void draw_mark(struct canvas *canvas, const struct legend_item *item, double x, double y)
{
    switch (item->mark) {
    case LEGEND_AREA:
        canvas_rect(canvas, x, y - 10, MARK_WIDTH, 12, item->color);
        break;
    case LEGEND_LINE:
    case LEGEND_DASHES:
        canvas_line(canvas, x, y - 4, x + MARK_WIDTH, y - 4,
                    (struct pen){item->color, 2, item->mark == LEGEND_DASHES ? 5 : 0});
        break;
    case LEGEND_TRIANGLE:
        plot_draw_triangle(canvas, x + MARK_WIDTH / 2, y + 1, item->color);
        break;
    }
}

void plot_draw_legend(struct canvas *canvas, const struct legend_item *items, size_t count)
{
    struct text_style style = plot_text(TEXT_START, COLOR_INK);
    double x = PLOT_LEFT, y = LEGEND_TOP;
    canvas_begin_group(canvas, "legend");
    for (size_t i = 0; i < count; i++) {
        double width = MARK_WIDTH + 8 + text_width(items[i].text, style);
        if (x > PLOT_LEFT && x + width > PLOT_RIGHT) {
            x = PLOT_LEFT;
            y += LEGEND_ROW;
        }
        draw_mark(canvas, &items[i], x, y);
        canvas_text(canvas, x + MARK_WIDTH + 8, y, style, items[i].text);
        x += width + 20;
    }
    canvas_end_group(canvas);
}

/* ---- axes */

double plot_y(const struct value_scale *scale, double value)
{
    double share = (value - scale->low) / (scale->high - scale->low);
    return PLOT_BOTTOM - fmin(fmax(share, 0), 1) * PLOT_AREA_HEIGHT;
}

static double sharp(double at)
{
    return floor(at) + 0.5;
}

void plot_draw_value_axis(struct canvas *canvas, const struct value_scale *scale,
                          const struct ticks *ticks, const char *label)
{
    canvas_begin_group(canvas, "y-axis");
    for (int i = 0; i < ticks->count; i++) {
        char text[NUMBER_TEXT_SIZE];
        double y = sharp(plot_y(scale, tick_value(ticks, i)));
        tick_format(ticks, i, text);
        canvas_line(canvas, PLOT_LEFT, y, PLOT_RIGHT, y, (struct pen){COLOR_GRID, 1, 0});
        canvas_text(canvas, PLOT_LEFT - 8, y + 4, plot_text(TEXT_END, COLOR_INK), text);
    }
    struct text_style style = plot_text(TEXT_MIDDLE, COLOR_INK);
    style.upwards = true;
    canvas_text_within(canvas, 20, (PLOT_TOP + PLOT_BOTTOM) / 2.0, style, PLOT_AREA_HEIGHT + 80,
                       label);
    canvas_end_group(canvas);
}

void plot_draw_tick_below(struct canvas *canvas, double x, const char *text)
{
    bool labelled = text && *text;
    canvas_line(canvas, sharp(x), PLOT_BOTTOM, sharp(x), PLOT_BOTTOM + (labelled ? 6 : 4),
                (struct pen){COLOR_INK, 1, 0});
    if (!labelled)
        return;
    struct text_style style = plot_text(TEXT_MIDDLE, COLOR_INK);
    double most =
        PLOT_WIDTH - 2 - text_width(text, style) / 2; /* the last one stays on the sheet */
    canvas_text(canvas, fmin(x, most), PLOT_BOTTOM + 21, style, text);
}

void plot_draw_label_below(struct canvas *canvas, const char *label)
{
    canvas_line(canvas, PLOT_LEFT, PLOT_BOTTOM + 0.5, PLOT_RIGHT, PLOT_BOTTOM + 0.5,
                (struct pen){COLOR_INK, 1, 0});
    canvas_text_within(canvas, (PLOT_LEFT + PLOT_RIGHT) / 2.0, PLOT_BOTTOM + 45,
                       plot_text(TEXT_MIDDLE, COLOR_INK), PLOT_AREA_WIDTH, label);
}

void plot_draw_note(struct canvas *canvas, enum text_anchor anchor, const char *text)
{
    canvas_text_within(canvas, anchor == TEXT_END ? PLOT_RIGHT : PLOT_LEFT, PLOT_HEIGHT - 14,
                       plot_text(anchor, COLOR_QUIET), PLOT_AREA_WIDTH, text);
}

void plot_draw_message(struct canvas *canvas, const char *text)
{
    struct text_style style = plot_text(TEXT_MIDDLE, COLOR_QUIET);
    style.size = TITLE_SIZE;
    canvas_text_within(canvas, (PLOT_LEFT + PLOT_RIGHT) / 2.0, (PLOT_TOP + PLOT_BOTTOM) / 2.0,
                       style, PLOT_AREA_WIDTH, text);
}
