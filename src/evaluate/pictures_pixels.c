/* From the map of one picture and its mask to the counters, in the region that counts.
 *
 * Three sets of counters serve any number of kinds. A normal picture goes into `normals` and `all`
 * at once; a kind is counted alone, added to `all`, and only then joined by the normal pictures,
 * for the metrics of that kind.
 */
#include "evaluate/pictures_pixels.h"

#include "evaluate/image_overlap.h"
#include "evaluate/map_resize.h"
#include "evaluate/region_overlap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct pictures_pixels *pixels, struct error *err)
{
    pixels->picture_mask = malloc((size_t)pixels->width * (size_t)pixels->height);
    pixels->mask = malloc(pixels->count);
    pixels->values = malloc(pixels->count * sizeof *pixels->values);
    pixels->areas = malloc(pixels->count * sizeof *pixels->areas);
    pixels->labels = malloc(pixels->count * sizeof *pixels->labels);
    pixels->bins = calloc(PIXEL_BINS, sizeof *pixels->bins);
    if (!pixels->picture_mask || !pixels->mask || !pixels->values || !pixels->areas ||
        !pixels->labels || !pixels->bins)
        return error_set(err, ERROR_MEMORY, "no memory to evaluate pictures of %dx%d px",
                         pixels->width, pixels->height);
    pixels->normals = pixel_counts_create(err);
    pixels->kind = pixels->normals ? pixel_counts_create(err) : NULL;
    pixels->all = pixels->kind ? pixel_counts_create(err) : NULL;
    return pixels->all != NULL;
}

bool pictures_pixels_init(struct pictures_pixels *pixels, int width, int height, struct rect region,
                          struct error *err)
{
    struct pictures_pixels made = {.width = width,
                                   .height = height,
                                   .region = region,
                                   .count = (size_t)region.width * (size_t)region.height};
    if (!reserve(&made, err)) {
        pictures_pixels_finish(&made);
        return false;
    }
    *pixels = made;
    return true;
}

void pictures_pixels_finish(struct pictures_pixels *pixels)
{
    free(pixels->picture_mask);
    free(pixels->mask);
    free(pixels->values);
    free(pixels->areas);
    free(pixels->labels);
    free(pixels->bins);
    pixel_counts_destroy(pixels->normals);
    pixel_counts_destroy(pixels->kind);
    pixel_counts_destroy(pixels->all);
    *pixels = (struct pictures_pixels){0};
}

size_t pictures_pixels_take_mask(struct pictures_pixels *pixels, size_t *ret_outside)
{
    const struct rect *region = &pixels->region;
    const size_t width = (size_t)pixels->width, region_width = (size_t)region->width;
    size_t all = 0, inside = 0;
    for (size_t i = 0; i < width * (size_t)pixels->height; i++)
        all += pixels->picture_mask[i];
    for (size_t y = 0; y < (size_t)region->height; y++)
        memcpy(pixels->mask + y * region_width,
               pixels->picture_mask + ((size_t)region->y + y) * width + (size_t)region->x,
               region_width);
    for (size_t i = 0; i < pixels->count; i++)
        inside += pixels->mask[i];
    *ret_outside = all - inside;
    return inside;
}

static bool take_values(struct pictures_pixels *pixels, const struct detector_maps *maps,
                        struct error *err)
{
    if (!maps->error_map)
        return error_set(err, ERROR_INTERNAL, "the detector gave no map");
    map_resize(maps->error_map, maps->width, maps->height, pixels->region.width,
               pixels->region.height, pixels->values);
    for (size_t i = 0; i < pixels->count; i++)
        if (!isfinite(pixels->values[i]))
            return error_set(err, ERROR_INTERNAL, "the detector's map holds what is no number");
    return true;
}

bool pictures_pixels_add_normal(struct pictures_pixels *pixels, const struct detector_maps *maps,
                                struct error *err)
{
    if (!take_values(pixels, maps, err))
        return false;
    pixel_counts_add(pixels->normals, pixels->values, NULL, pixels->count, 0);
    pixel_counts_add(pixels->all, pixels->values, NULL, pixels->count, 0);
    return true;
}

bool pictures_pixels_add_anomalous(struct pictures_pixels *pixels, const struct detector_maps *maps,
                                   double *ret_aupimo, struct error *err)
{
    if (!take_values(pixels, maps, err))
        return false;
    const size_t regions = regions_find(pixels->mask, pixels->region.width, pixels->region.height,
                                        pixels->labels, pixels->areas);
    pixel_counts_add(pixels->kind, pixels->values, pixels->areas, pixels->count, regions);
    *ret_aupimo = image_overlap_area(pixels->normals, pixels->values, pixels->areas, pixels->count,
                                     pixels->bins);
    return true;
}

void pictures_pixels_begin_kind(struct pictures_pixels *pixels)
{
    pixel_counts_clear(pixels->kind);
}

void pictures_pixels_end_kind(struct pictures_pixels *pixels)
{
    pixel_counts_add_counts(pixels->all, pixels->kind);
    pixel_counts_add_counts(pixels->kind, pixels->normals);
}
