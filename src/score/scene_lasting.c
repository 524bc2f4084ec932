/* Since when does each pixel stray without a break? Called while a scene is learned.
 *
 * The age of a pixel, in pictures, is a map like any other: what is old enough is found in it as a
 * connected region.
 */
#include "score/scene_lasting.h"

#include <stdlib.h>

enum { PICTURES_LEAST = 3 };
static const double SHARE_LEAST = 2e-4; /* of the picture */

struct scene_lasting {
    struct scene_size size;
    struct blob_finder *finder;
    float *ages; /* [height][width]: pictures since it strays, 0 = it does not */
    size_t last;
};

struct scene_lasting *scene_lasting_create(struct scene_size size, struct error *err)
{
    struct scene_lasting *lasting = calloc(1, sizeof *lasting);
    if (lasting) {
        lasting->size = size;
        lasting->ages = calloc(scene_pixels(size), sizeof *lasting->ages);
    }
    if (!lasting || !lasting->ages) {
        scene_lasting_destroy(lasting);
        error_set(err, ERROR_MEMORY, "no memory to follow changes of %dx%d px", size.width,
                  size.height);
        return NULL;
    }
    lasting->finder = blob_finder_create(size.width, size.height, err);
    if (lasting->finder)
        return lasting;
    scene_lasting_destroy(lasting);
    return NULL;
}

void scene_lasting_destroy(struct scene_lasting *lasting)
{
    if (!lasting)
        return;
    blob_finder_destroy(lasting->finder);
    free(lasting->ages);
    free(lasting);
}

void scene_lasting_follow(struct scene_lasting *lasting, const float *strength, float limit,
                          size_t index)
{
    const size_t plane = scene_pixels(lasting->size);
    for (size_t i = 0; i < plane; i++)
        lasting->ages[i] = strength[i] > limit ? lasting->ages[i] + 1.0f : 0.0f;
    lasting->last = index;
}

struct scene_change scene_lasting_find(struct scene_lasting *lasting)
{
    const struct blob_list *blobs =
        blobs_find(lasting->finder, lasting->ages, (float)PICTURES_LEAST - 0.5f, 8, 1);
    const double plane = (double)scene_pixels(lasting->size);
    if (blobs->count == 0 || (double)blobs->blobs[0].area_px < SHARE_LEAST * plane)
        return (struct scene_change){0};
    const struct blob *blob = &blobs->blobs[0];
    return (struct scene_change){.found = true,
                                 .first = lasting->last + 1 - (size_t)blob->peak,
                                 .box = blob->box,
                                 .share = (double)blob->area_px / plane};
}
