/* Many frames on one sheet, for `visualize`.
 *
 * All memory is taken at the beginning, so a sheet that is too large is refused before an hour of
 * work and not after it. The surprising thing: a sheet is at least as wide as its title needs, so
 * a single slim picture stands on a wider ground.
 */
#include "report/montage.h"

#include "frame/image.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { TITLE_PX = 18, LEAST_WIDTH = 720, LEGEND_WIDTH = 480, GAP_PX = 4 };

static const double screen_shape = 1.3; /* width by height */

static const uint8_t bright[3] = {245, 245, 245}, quiet[3] = {190, 190, 190};

int montage_columns(int count, int cell_width, int cell_height)
{
    int best = 1;
    double best_off = INFINITY;
    for (int columns = 1; columns <= count; columns++) {
        const int rows = (count + columns - 1) / columns;
        const double shape = (double)columns * cell_width / ((double)rows * cell_height);
        const double off = fabs(log(shape / screen_shape));
        if (off < best_off) {
            best = columns;
            best_off = off;
        }
    }
    return best;
}

static int head_height(const struct panel_style *style)
{
    return letters_height(TITLE_PX) + letters_height(style->letters_px) + 2 * PANEL_MARGIN;
}

static int foot_height(const struct panel_style *style)
{
    return color_legend_height(style) + letters_height(style->letters_px) + 3 * PANEL_MARGIN;
}

struct layout {
    int columns, top;
    int64_t width, height; /* of the sheet */
};

static struct layout lay_out(const struct montage_plan *plan, const struct panel_style *style)
{
    assert(plan->count >= 1 && plan->columns >= 0);
    struct layout layout = {.columns = plan->columns, .top = head_height(style)};
    if (layout.columns == 0)
        layout.columns = montage_columns(plan->count, plan->cell_width, plan->cell_height);
    if (layout.columns > plan->count)
        layout.columns = plan->count;
    const int64_t rows = (plan->count + layout.columns - 1) / layout.columns;
    const int64_t grid_width = (int64_t)layout.columns * (plan->cell_width + GAP_PX) - GAP_PX;
    layout.width = grid_width > LEAST_WIDTH ? grid_width : LEAST_WIDTH;
    layout.height = layout.top + rows * (plan->cell_height + GAP_PX) - GAP_PX + foot_height(style);
    return layout;
}

bool montage_check(const struct montage_plan *plan, const struct panel_style *style,
                   struct error *err)
{
    const struct layout layout = lay_out(plan, style);
    if (layout.width <= IMAGE_SIDE_MAX && layout.height <= IMAGE_SIDE_MAX &&
        layout.width * layout.height <= IMAGE_PIXELS_MAX)
        return true;
    return error_set(err, ERROR_USAGE,
                     "a montage of %d pictures would have %lldx%lld px; say a smaller --num, "
                     "another --grid-cols, or --no-grid",
                     plan->count, (long long)layout.width, (long long)layout.height);
}

static bool draw_texts(struct montage *montage, const struct panel_style *style,
                       const struct color_scale *scale, struct error *err)
{
    struct picture *picture = &montage->picture;
    const int left = PANEL_MARGIN, width = picture->width - 2 * PANEL_MARGIN;
    const int line = letters_height(style->letters_px);
    const int legend_width = width < LEGEND_WIDTH ? width : LEGEND_WIDTH;
    const int foot = picture->height - foot_height(style) + PANEL_MARGIN;
    const struct letters title = {TITLE_PX, true, {bright[0], bright[1], bright[2]}};
    const struct letters text = {style->letters_px, false, {quiet[0], quiet[1], quiet[2]}};
    if (!color_legend_draw(picture, left, foot + line, legend_width, scale, style, err))
        return false;
    return !style->with_text ||
           (letters_draw(picture, left, PANEL_MARGIN, width, LETTERS_LEFT, title,
                         montage->plan.title, err) &&
            letters_draw(picture, left, PANEL_MARGIN + letters_height(TITLE_PX), width,
                         LETTERS_LEFT, text, montage->plan.subtitle, err) &&
            letters_draw(picture, left, foot, width, LETTERS_LEFT, text,
                         montage->plan.meaning == MAPS_OF_EVIDENCE
                             ? "left: input; middle: expected; right: evidence over the input, 1 = "
                               "threshold, in these colours:"
                             : "left: input; middle: reconstruction; right: error (squared "
                               "difference), in these colours:",
                         err));
}

bool montage_begin(const struct montage_plan *plan, const struct panel_style *style,
                   const struct color_scale *scale, struct montage *ret_montage, struct error *err)
{
    const struct layout layout = lay_out(plan, style);
    struct montage montage = {.plan = *plan, .columns = layout.columns, .top = layout.top};
    if (!montage_check(plan, style, err) ||
        !ground_create((int)layout.width, (int)layout.height, &montage.picture, err))
        return false;
    if (!draw_texts(&montage, style, scale, err)) {
        montage_finish(&montage);
        return false;
    }
    *ret_montage = montage;
    return true;
}

void montage_place(struct montage *montage, int number, const struct picture *cell)
{
    const struct montage_plan *plan = &montage->plan;
    assert(number >= 0 && number < plan->count);
    assert(cell->width == plan->cell_width && cell->height == plan->cell_height);
    const int x = number % montage->columns * (plan->cell_width + GAP_PX);
    const int y = montage->top + number / montage->columns * (plan->cell_height + GAP_PX);
    draw_picture(montage->picture.rgb, montage->picture.width, montage->picture.height, cell->rgb,
                 cell->width, cell->height, x, y);
}

void montage_finish(struct montage *montage)
{
    free(montage->picture.rgb);
    *montage = (struct montage){0};
}
