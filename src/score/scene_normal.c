/* The memory of what is normal. */
#include "score/scene_normal.h"

#include <stdlib.h>

struct scene_normal *scene_normal_create(int picture_width, int picture_height, struct error *err)
{
    struct scene_normal *normal = calloc(1, sizeof *normal);
    if (normal) {
        normal->size = scene_size_of(picture_width, picture_height);
        normal->picture_width = picture_width;
        normal->picture_height = picture_height;
        const size_t plane = scene_pixels(normal->size);
        normal->mean = calloc(CHANNEL_COUNT * plane, sizeof(float));
        normal->spread = calloc(MAP_COUNT * plane, sizeof(float));
    }
    if (!normal || !normal->mean || !normal->spread) {
        scene_normal_destroy(normal);
        error_set(err, ERROR_MEMORY, "no memory for a scene of %dx%d px", picture_width,
                  picture_height);
        return NULL;
    }
    return normal;
}

void scene_normal_destroy(struct scene_normal *normal)
{
    if (!normal)
        return;
    free(normal->mean);
    free(normal->spread);
    free(normal);
}
