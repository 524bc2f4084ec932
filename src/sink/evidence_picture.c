/* Evidence as people look at it, perhaps on a phone at night: large enough, undistorted, and with
 * boxes that stand out on any background (a bright line between two dark ones).
 */
#include "sink/evidence_picture.h"

#include "frame/draw.h"

#include <stdlib.h>
#include <string.h>

enum { COMPARISON_PANEL_PX = 640, GAP_PX = 8 };

static const uint8_t box_color[3] = {255, 225, 0}, box_edge_color[3] = {0, 0, 0};
static const uint8_t gap_grey = 40;

bool picture_create(int width, int height, struct picture *ret_picture, struct error *err)
{
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    if (!rgb)
        return error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", width, height);
    ret_picture->width = width;
    ret_picture->height = height;
    ret_picture->rgb = rgb;
    return true;
}

bool picture_of_planes(const float *planes, int width, int height, struct picture *ret_picture,
                       struct error *err)
{
    if (!picture_create(width, height, ret_picture, err))
        return false;
    planes_to_rgb(planes, width, height, ret_picture->rgb);
    return true;
}

/* Where nothing strays the picture shows through; at the threshold half of it. */
static void lay_over(const struct detector_maps *maps, enum color_map colors, uint8_t *rgb)
{
    const size_t count = (size_t)maps->width * (size_t)maps->height;
    for (size_t i = 0; i < count; i++) {
        uint8_t heat[3];
        float value = maps->error_map[i] / maps->error_scale;
        value = value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f; /* NaN becomes 0 */
        color_map_lookup(colors, value, heat);
        for (size_t c = 0; c < 3; c++)
            rgb[3 * i + c] =
                (uint8_t)((1.0f - value) * (float)rgb[3 * i + c] + value * (float)heat[c] + 0.5f);
    }
}

static void draw_map(const struct detector_maps *maps, enum color_map colors, uint8_t *ret_rgb)
{
    if (maps->meaning == MAPS_OF_EVIDENCE) {
        planes_to_rgb(maps->input, maps->width, maps->height, ret_rgb);
        lay_over(maps, colors, ret_rgb);
    } else {
        draw_heat_map(maps->error_map, maps->width, maps->height, maps->error_scale, colors,
                      ret_rgb);
    }
}

bool picture_of_heat(const struct detector_maps *maps, enum color_map colors,
                     struct picture *ret_picture, struct error *err)
{
    if (!picture_create(maps->width, maps->height, ret_picture, err))
        return false;
    draw_map(maps, colors, ret_picture->rgb);
    return true;
}

/* The long side is fixed, so that small scenes are enlarged too. */
void panel_size(struct rect roi, int long_side, int *ret_width, int *ret_height)
{
    int longer = roi.width > roi.height ? roi.width : roi.height;
    int shorter = roi.width > roi.height ? roi.height : roi.width;
    int side = (int)(((int64_t)long_side * shorter + longer / 2) / longer);
    if (side < PANEL_SIDE_LEAST)
        side = PANEL_SIDE_LEAST;
    *ret_width = roi.width >= roi.height ? long_side : side;
    *ret_height = roi.width >= roi.height ? side : long_side;
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

/* One of the three at the network's size. */
static void draw_small(enum panel panel, const struct detector_maps *maps, enum color_map colors,
                       uint8_t *ret_rgb)
{
    if (panel == PANEL_ERROR)
        draw_map(maps, colors, ret_rgb);
    else
        planes_to_rgb(panel == PANEL_INPUT ? maps->input : maps->reconstruction, maps->width,
                      maps->height, ret_rgb);
}

static bool draw_panels(const struct detector_maps *maps, struct picture *small,
                        struct resizer *resizer, int width, int height, enum color_map colors,
                        struct panels *panels, struct error *err)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        struct picture *panel = &panels->pictures[i];
        if (!picture_create(width, height, panel, err))
            return false;
        draw_small((enum panel)i, maps, colors, small->rgb);
        resizer_to_rgb(resizer, small->rgb, 3 * small->width, panel->rgb);
    }
    return true;
}

bool panels_make(const struct detector_maps *maps, struct rect roi, int long_side,
                 const struct rect *boxes, int box_count, enum color_map colors,
                 struct panels *ret_panels, struct error *err)
{
    int width, height;
    struct panels panels = {0};
    struct picture small = {0};
    panel_size(roi, long_side, &width, &height);
    struct resizer *resizer = resizer_create(maps->width, maps->height, width, height, err);
    bool good = resizer && picture_create(maps->width, maps->height, &small, err) &&
                draw_panels(maps, &small, resizer, width, height, colors, &panels, err);
    free(small.rgb);
    resizer_destroy(resizer);
    if (!good) {
        panels_finish(&panels);
        return false;
    }
    for (int i = 0; i < box_count; i++)
        outline_box(&panels.pictures[PANEL_INPUT], roi, boxes[i]);
    *ret_panels = panels;
    return true;
}

void panels_finish(struct panels *panels)
{
    for (int i = 0; i < PANEL_COUNT; i++)
        free(panels->pictures[i].rgb);
    *panels = (struct panels){0};
}

bool picture_of_comparison(const struct detector_maps *maps, struct rect roi,
                           const struct rect *boxes, int box_count, enum color_map colors,
                           struct picture *ret_picture, struct error *err)
{
    struct panels panels;
    struct picture whole;
    if (!panels_make(maps, roi, COMPARISON_PANEL_PX, boxes, box_count, colors, &panels, err))
        return false;
    const int width = panels.pictures[0].width, height = panels.pictures[0].height;
    bool good =
        picture_create(PANEL_COUNT * (width + GAP_PX) + GAP_PX, height + 2 * GAP_PX, &whole, err);
    if (good) {
        memset(whole.rgb, gap_grey, (size_t)whole.width * (size_t)whole.height * 3);
        for (int i = 0; i < PANEL_COUNT; i++)
            draw_picture(whole.rgb, whole.width, whole.height, panels.pictures[i].rgb, width,
                         height, GAP_PX + i * (width + GAP_PX), GAP_PX);
        *ret_picture = whole;
    }
    panels_finish(&panels);
    return good;
}
