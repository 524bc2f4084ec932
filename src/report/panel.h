/* One frame as the network saw it, for people: input, reconstruction and heat map of the error side
 * by side, above them the file's name, the score and what it means.
 *
 * The panels have the shape of the region of interest. A frame that is anomalous has a yellow frame
 * and its boxes outlined on the input; a normal one has neither. With a legend the panels are
 * labelled and a colour bar with numbers stands below: 0, the limit from which a pixel counts as
 * abnormal, and the value from which the map is full. The scale is the model's, the same in all
 * pictures. Layout depends on no font; without text (style.with_text false) all pixels are the same
 * on every PC. Pure but for memory. Ownership: everything is borrowed; the caller frees `rgb` of
 * the result. Errors: ERROR_MEMORY, ERROR_INTERNAL (cairo).
 */
#ifndef REPORT_PANEL_H
#define REPORT_PANEL_H

#include "report/lettering.h"
#include "score/detector.h"

struct frame_view {
    const char *name; /* any bytes */
    const struct observation *observation;
    struct rect region; /* what the maps show, in the pixels of the boxes */
};

struct panel_style {
    int panel_px;   /* longer side of each of the three */
    int letters_px; /* of captions */
    enum color_map colors;
    bool with_text;
};

/* What the colours of a heat map mean. */
struct color_scale {
    double full;  /* the map's value at the end of the bar; what is above looks the same */
    double limit; /* pixels above count as abnormal; NAN = no mark */
};

enum { PANEL_MARGIN = 8, VERDICT_SIZE = 96 };

/* All texts of a view fit into this width at least, except long names. */
int frame_view_width(struct rect region, const struct panel_style *style);
int frame_view_height(struct rect region, const struct panel_style *style, bool with_legend);

/* `legend` may be NULL. */
MUST_CHECK bool frame_view_draw(const struct frame_view *view, const struct panel_style *style,
                                const struct color_scale *legend, struct picture *ret_picture,
                                struct error *err);

/* "score 0.01230, ABOVE the threshold 0.01000" */
void frame_view_verdict(const struct observation *observation, char ret_text[VERDICT_SIZE]);

/* The bar and its numbers, `color_legend_height` px high, from (x, y), `width` px wide. */
int color_legend_height(const struct panel_style *style);
MUST_CHECK bool color_legend_draw(struct picture *picture, int x, int y, int width,
                                  const struct color_scale *scale, const struct panel_style *style,
                                  struct error *err);

/* A picture of one colour, the ground of all of these. */
MUST_CHECK bool ground_create(int width, int height, struct picture *ret_picture,
                              struct error *err);

#endif
