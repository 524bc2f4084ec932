/* Evidence as people look at it, perhaps on a phone at night: large enough, undistorted, and with
 * boxes that stand out on any background (a bright line between two dark ones).
 */
#include "sink/evidence_picture.h"

#include "frame/draw.h"

#include <stdlib.h>
#include <string.h>

enum { PANEL_LONG_SIDE = 640, PANEL_SHORT_SIDE_LEAST = 64, GAP_PX = 8, PANEL_COUNT = 3 };

static const uint8_t box_color[3] = {255, 225, 0}, box_edge_color[3] = {0, 0, 0};
static const uint8_t gap_grey = 40;

static bool picture_reserve(struct picture *picture, int width, int height, struct error *err)
{
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    if (!rgb)
        return error_set(err, ERROR_MEMORY, "no memory for an evidence picture of %dx%d px", width,
                         height);
    picture->width = width;
    picture->height = height;
    picture->rgb = rgb;
    return true;
}

bool picture_of_planes(const float *planes, int width, int height, struct picture *ret_picture,
                       struct error *err)
{
    if (!picture_reserve(ret_picture, width, height, err))
        return false;
    planes_to_rgb(planes, width, height, ret_picture->rgb);
    return true;
}

bool picture_of_heat(const struct detector_maps *maps, enum color_map colors,
                     struct picture *ret_picture, struct error *err)
{
    if (!picture_reserve(ret_picture, maps->width, maps->height, err))
        return false;
    draw_heat_map(maps->error_map, maps->width, maps->height, maps->error_scale, colors,
                  ret_picture->rgb);
    return true;
}

/* The long side is fixed, so that small scenes are enlarged too. */
static void panel_size(struct rect roi, int *ret_width, int *ret_height)
{
    int longer = roi.width > roi.height ? roi.width : roi.height;
    int shorter = roi.width > roi.height ? roi.height : roi.width;
    int side = (int)(((int64_t)PANEL_LONG_SIDE * shorter + longer / 2) / longer);
    if (side < PANEL_SHORT_SIDE_LEAST)
        side = PANEL_SHORT_SIDE_LEAST;
    *ret_width = roi.width >= roi.height ? PANEL_LONG_SIDE : side;
    *ret_height = roi.width >= roi.height ? side : PANEL_LONG_SIDE;
}

static struct rect grown(struct rect rect, int by)
{
    return (struct rect){rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by};
}

static void outline_box(struct picture *panel, struct rect roi, struct rect box)
{
    int64_t left = (int64_t)(box.x - roi.x) * panel->width / roi.width;
    int64_t top = (int64_t)(box.y - roi.y) * panel->height / roi.height;
    int64_t right = (int64_t)(box.x + box.width - roi.x) * panel->width / roi.width;
    int64_t bottom = (int64_t)(box.y + box.height - roi.y) * panel->height / roi.height;
    struct rect inner = {(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
    /* Outside the box, so that a small leak is not hidden by its own outline. */
    draw_rect(panel->rgb, panel->width, panel->height, grown(inner, 4), 4, box_edge_color);
    draw_rect(panel->rgb, panel->width, panel->height, grown(inner, 3), 2, box_color);
}

static void place_panel(struct picture *whole, const struct picture *panel, int number)
{
    draw_picture(whole->rgb, whole->width, whole->height, panel->rgb, panel->width, panel->height,
                 GAP_PX + number * (panel->width + GAP_PX), GAP_PX);
}

struct comparison {
    struct picture small, panel, whole;
    struct resizer *resizer;
};

static bool comparison_reserve(struct comparison *comparison, const struct detector_maps *maps,
                               struct rect roi, struct error *err)
{
    int width, height;
    panel_size(roi, &width, &height);
    if (!picture_reserve(&comparison->small, maps->width, maps->height, err) ||
        !picture_reserve(&comparison->panel, width, height, err) ||
        !picture_reserve(&comparison->whole, PANEL_COUNT * (width + GAP_PX) + GAP_PX,
                         height + 2 * GAP_PX, err))
        return false;
    comparison->resizer = resizer_create(maps->width, maps->height, width, height, err);
    return comparison->resizer != NULL;
}

static void comparison_draw(struct comparison *comparison, const struct detector_maps *maps,
                            struct rect roi, const struct rect *boxes, int box_count,
                            enum color_map colors)
{
    struct picture *small = &comparison->small, *panel = &comparison->panel;
    struct picture *whole = &comparison->whole;
    memset(whole->rgb, gap_grey, (size_t)whole->width * (size_t)whole->height * 3);
    planes_to_rgb(maps->input, maps->width, maps->height, small->rgb);
    resizer_to_rgb(comparison->resizer, small->rgb, 3 * small->width, panel->rgb);
    for (int i = 0; i < box_count; i++)
        outline_box(panel, roi, boxes[i]);
    place_panel(whole, panel, 0);
    planes_to_rgb(maps->reconstruction, maps->width, maps->height, small->rgb);
    resizer_to_rgb(comparison->resizer, small->rgb, 3 * small->width, panel->rgb);
    place_panel(whole, panel, 1);
    draw_heat_map(maps->error_map, maps->width, maps->height, maps->error_scale, colors,
                  small->rgb);
    resizer_to_rgb(comparison->resizer, small->rgb, 3 * small->width, panel->rgb);
    place_panel(whole, panel, 2);
}

bool picture_of_comparison(const struct detector_maps *maps, struct rect roi,
                           const struct rect *boxes, int box_count, enum color_map colors,
                           struct picture *ret_picture, struct error *err)
{
    struct comparison comparison = {0};
    bool good = comparison_reserve(&comparison, maps, roi, err);
    if (good) {
        comparison_draw(&comparison, maps, roi, boxes, box_count, colors);
        *ret_picture = comparison.whole;
    } else {
        free(comparison.whole.rgb);
    }
    free(comparison.small.rgb);
    free(comparison.panel.rgb);
    resizer_destroy(comparison.resizer);
    return good;
}
