/* The lists of a plan: arrays that grow, and nothing else. */
#include "plan.h"

#include <stdlib.h>

void plan_finish(struct plan *plan)
{
    free(plan->scenes);
    free(plan->cases);
    *plan = (struct plan){0};
}

/* Doubles at each power of two. */
static void *grow(void **array, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) {
        void *larger = realloc(*array, (count ? 2 * count : 1) * size);
        if (!larger)
            return NULL;
        *array = larger;
    }
    return (char *)*array + count * size;
}

struct scene_plan *plan_add_scene(struct plan *plan)
{
    void *array = plan->scenes;
    struct scene_plan *scene = grow(&array, plan->scene_count, sizeof *plan->scenes);
    plan->scenes = array;
    if (!scene)
        return NULL;
    plan->scene_count++;
    *scene = (struct scene_plan){0};
    return scene;
}

struct case_plan *plan_add_case(struct plan *plan)
{
    void *array = plan->cases;
    struct case_plan *added = grow(&array, plan->case_count, sizeof *plan->cases);
    plan->cases = array;
    if (!added)
        return NULL;
    plan->case_count++;
    *added = (struct case_plan){.onset = -1, .interval_s = 1.0, .jpeg_quality = 90};
    return added;
}

int64_t plan_frames(const struct plan *plan)
{
    int64_t frames = 0;
    for (size_t i = 0; i < plan->case_count; i++)
        frames += plan->cases[i].frames;
    return frames;
}

int64_t plan_pictures(const struct plan *plan)
{
    int64_t pictures = plan_frames(plan);
    for (size_t i = 0; i < plan->scene_count; i++)
        pictures += plan->scenes[i].normals;
    return pictures;
}
