/* One frame as the network saw it, drawn for people; montage.c puts many of them on one sheet.
 *
 * The three panels are made where evidence pictures are made (sink/evidence_picture.h); here they
 * get their captions and the legend. Columns are at least as wide as their labels, however slim the
 * region of interest is. The surprising thing: what is anomalous is said by a word and by a frame,
 * never by colour alone.
 */
#include "report/panel.h"

#include "report/plot_ticks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAR_HEIGHT = 12, EDGE_PX = 3, TICK_PX = 4, TEXT_SIZE = 64 };

static const uint8_t ground_grey = 40;
static const uint8_t bright[3] = {245, 245, 245}, quiet[3] = {190, 190, 190};
static const uint8_t alert[3] = {255, 225, 0};

static const char *const labels[][PANEL_COUNT] = {
    [MAPS_OF_ERROR] = {"input", "reconstruction", "error (squared)"},
    [MAPS_OF_EVIDENCE] = {"input", "expected", "evidence"}};

static struct letters letters_of(const struct panel_style *style, bool bold, const uint8_t color[3])
{
    return (struct letters){style->letters_px, bold, {color[0], color[1], color[2]}};
}

static bool write(struct picture *picture, const struct panel_style *style, struct rect room,
                  enum letters_anchor anchor, struct letters letters, const char *text,
                  struct error *err)
{
    return !style->with_text ||
           letters_draw(picture, room.x, room.y, room.width, anchor, letters, text, err);
}

bool ground_create(int width, int height, struct picture *ret_picture, struct error *err)
{
    if (!picture_create(width, height, ret_picture, err))
        return false;
    memset(ret_picture->rgb, ground_grey, (size_t)width * (size_t)height * 3);
    return true;
}

static bool is_anomalous(const struct observation *observation)
{
    return observation->score_triggered || observation->heatmap_triggered;
}

void frame_view_verdict(const struct observation *observation, char ret_text[VERDICT_SIZE])
{
    char score[NUMBER_TEXT_SIZE], threshold[NUMBER_TEXT_SIZE];
    number_format_pair(observation->score, observation->threshold, score, threshold);
    if (!observation->score_triggered && observation->heatmap_triggered)
        snprintf(ret_text, VERDICT_SIZE, "score %s, but a LARGE BLOB: %.0f px, limit %.0f", score,
                 observation->largest_blob_area, observation->blob_area_threshold);
    else
        snprintf(ret_text, VERDICT_SIZE, "score %s, %s the threshold %s", score,
                 observation->score_triggered ? "ABOVE" : "below", threshold);
}

/* ---- layout */

/* Wide enough for "reconstruction", and three of them for a verdict. */
static int column_width(struct rect region, const struct panel_style *style)
{
    int width, height;
    panel_size(region, style->panel_px, &width, &height);
    const int for_text = 10 * style->letters_px;
    return width > for_text ? width : for_text;
}

int frame_view_width(struct rect region, const struct panel_style *style)
{
    return PANEL_COUNT * (column_width(region, style) + PANEL_MARGIN) + PANEL_MARGIN;
}

static int captions_height(const struct panel_style *style)
{
    return 2 * letters_height(style->letters_px);
}

int color_legend_height(const struct panel_style *style)
{
    return BAR_HEIGHT + TICK_PX + letters_height(style->letters_px);
}

static int legend_height(const struct panel_style *style)
{
    return letters_height(style->letters_px) + color_legend_height(style) + PANEL_MARGIN;
}

int frame_view_height(struct rect region, const struct panel_style *style, bool with_legend)
{
    int width, height;
    panel_size(region, style->panel_px, &width, &height);
    return captions_height(style) + height + 2 * PANEL_MARGIN +
           (with_legend ? legend_height(style) : 0);
}

static struct rect column(struct rect region, const struct panel_style *style, int number, int y)
{
    const int width = column_width(region, style);
    return (struct rect){PANEL_MARGIN + number * (width + PANEL_MARGIN), y, width,
                         letters_height(style->letters_px)};
}

/* ---- drawing */

static void mark_at(struct picture *picture, int x, int y, const uint8_t color[3])
{
    draw_rect(picture->rgb, picture->width, picture->height,
              (struct rect){x, y, 1, BAR_HEIGHT + TICK_PX}, 1, color);
}

bool color_legend_draw(struct picture *picture, int x, int y, int width,
                       const struct color_scale *scale, const struct panel_style *style,
                       struct error *err)
{
    char full[TEXT_SIZE], limit[TEXT_SIZE];
    const struct letters letters = letters_of(style, false, quiet);
    const struct rect room = {x, y + BAR_HEIGHT + TICK_PX, width, 0};
    const double share = scale->limit / scale->full; /* NAN without a limit */
    snprintf(full, sizeof full, "%.3g or more", scale->full);
    snprintf(limit, sizeof limit, "limit %.3g", scale->limit);
    draw_color_bar(picture->rgb, picture->width, picture->height,
                   (struct rect){x, y, width, BAR_HEIGHT}, style->colors);
    mark_at(picture, x, y, quiet);
    mark_at(picture, x + width - 1, y, quiet);
    const bool marked = share > 0.0 && share < 1.0;
    const int at = marked ? (int)lround(share * (width - 1)) : 0;
    if (marked)
        mark_at(picture, x + at, y, bright);
    if (!write(picture, style, room, LETTERS_LEFT, letters, "0", err) ||
        !write(picture, style, room, LETTERS_RIGHT, letters, full, err))
        return false;
    /* Between the numbers at the ends there is room in the middle third only. */
    if (!marked || at < width / 3 || at > 2 * width / 3)
        return true;
    const struct rect middle = {x + at - width / 6, room.y, width / 3, 0};
    return write(picture, style, middle, LETTERS_MIDDLE, letters, limit, err);
}

static bool draw_captions(const struct frame_view *view, const struct panel_style *style,
                          struct picture *picture, struct error *err)
{
    char verdict[VERDICT_SIZE];
    frame_view_verdict(view->observation, verdict);
    const int line = letters_height(style->letters_px);
    const struct rect name = {PANEL_MARGIN, PANEL_MARGIN / 2, picture->width - 2 * PANEL_MARGIN,
                              line};
    const struct rect below = {name.x, name.y + line, name.width, line};
    const bool alarming = is_anomalous(view->observation);
    return write(picture, style, name, LETTERS_LEFT, letters_of(style, true, bright), view->name,
                 err) &&
           write(picture, style, below, LETTERS_LEFT,
                 letters_of(style, alarming, alarming ? alert : quiet), verdict, err);
}

static bool draw_legend(const struct frame_view *view, const struct panel_style *style,
                        const struct color_scale *scale, int y, struct picture *picture,
                        struct error *err)
{
    const struct letters letters = letters_of(style, false, quiet);
    for (int i = 0; i < PANEL_COUNT; i++)
        if (!write(picture, style, column(view->region, style, i, y), LETTERS_MIDDLE, letters,
                   labels[view->observation->maps.meaning][i], err))
            return false;
    /* Two columns wide, so that its three numbers have room under any panel. */
    const int width = 2 * column_width(view->region, style) + PANEL_MARGIN;
    const int right = picture->width - PANEL_MARGIN;
    return color_legend_draw(picture, right - width, y + letters_height(style->letters_px), width,
                             scale, style, err);
}

static void place_panels(const struct frame_view *view, const struct panel_style *style,
                         const struct panels *panels, int y, struct picture *picture)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct picture *panel = &panels->pictures[i];
        const struct rect room = column(view->region, style, i, y);
        draw_picture(picture->rgb, picture->width, picture->height, panel->rgb, panel->width,
                     panel->height, room.x + (room.width - panel->width) / 2, y);
    }
}

static bool draw_all(const struct frame_view *view, const struct panel_style *style,
                     const struct color_scale *legend, const struct panels *panels,
                     struct picture *picture, struct error *err)
{
    const int top = captions_height(style) + PANEL_MARGIN;
    place_panels(view, style, panels, top, picture);
    if (is_anomalous(view->observation))
        draw_rect(picture->rgb, picture->width, picture->height,
                  (struct rect){0, 0, picture->width, picture->height}, EDGE_PX, alert);
    return draw_captions(view, style, picture, err) &&
           (!legend ||
            draw_legend(view, style, legend, top + panels->pictures[0].height + PANEL_MARGIN / 2,
                        picture, err));
}

bool frame_view_draw(const struct frame_view *view, const struct panel_style *style,
                     const struct color_scale *legend, struct picture *ret_picture,
                     struct error *err)
{
    const struct observation *observation = view->observation;
    struct panels panels;
    struct picture picture;
    if (!panels_make(&observation->maps, view->region, style->panel_px, observation->boxes,
                     observation->box_count, style->colors, &panels, err))
        return false;
    const int height = frame_view_height(view->region, style, legend != NULL);
    bool good = ground_create(frame_view_width(view->region, style), height, &picture, err);
    if (good) {
        good = draw_all(view, style, legend, &panels, &picture, err);
        if (good)
            *ret_picture = picture;
        else
            free(picture.rgb);
    }
    panels_finish(&panels);
    return good;
}
