/* The lists of a plan, and what every case of a scene has in common: the camera's noise, a little
 * drift of the light, and of footage the moving parts that are painted into it.
 *
 * Those parts have the scene's seed, so that they stand in the same place in all its pictures; the
 * rest has the seed of the case.
 */
#include "plan.h"

#include <assert.h>
#include <stdlib.h>

static const double normal_interval_s = 1.5;
static const double usual_drift = 0.04, usual_noise = 1.0;

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
    *added = (struct case_plan){.onset = -1, .interval_s = 1.0, .rig_amount = 1.0, .rig_rate = 1.0};
    return added;
}

void case_set_nuisance(struct case_plan *plan, enum nuisance_kind kind, double amount,
                       double from_s)
{
    for (int i = 0; i < plan->nuisance_count; i++)
        if (plan->nuisances[i].kind == kind) {
            plan->nuisances[i].amount = amount;
            plan->nuisances[i].from_s = from_s;
            return;
        }
    assert(plan->nuisance_count < CASE_NUISANCES_MAX);
    plan->nuisances[plan->nuisance_count++] =
        (struct nuisance){.kind = kind, .amount = amount, .seed = plan->seed, .from_s = from_s};
}

void case_set_usual(struct case_plan *plan, const struct scene_plan *scene)
{
    static const enum nuisance_kind parts[] = {NUISANCE_LED, NUISANCE_DISPLAY, NUISANCE_ROTOR,
                                               NUISANCE_TANK};
    for (size_t i = 0; scene->source == SCENE_FOOTAGE && i < sizeof parts / sizeof *parts; i++) {
        case_set_nuisance(plan, parts[i], 1.0, 0.0);
        plan->nuisances[plan->nuisance_count - 1].seed = scene->seed;
    }
    case_set_nuisance(plan, NUISANCE_GAIN_DRIFT, usual_drift, 0.0);
    case_set_nuisance(plan, NUISANCE_NOISE, usual_noise, 0.0);
}

struct case_plan plan_normals(const struct scene_plan *scene)
{
    struct case_plan plan = {
        .kind = "normal",
        .onset = -1,
        .frames = scene->normals,
        .seed = scene->seed,
        .interval_s = normal_interval_s,
        .is_normal = true,
        .rig_amount = 1.0,
        .rig_rate = 1.0,
    };
    case_set_usual(&plan, scene);
    return plan;
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
