/* The table of methods, and what is alike for all of them.
 *
 * The order of the rows is that of the choices of `detector.kind` in config/schema.h, which is the
 * number that the configuration holds.
 */
#include "score/detector_kind.h"

#include "platform/clock.h"
#include "platform/folder.h"
#include "score/reference.h"
#include "score/scene.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

const struct detector_kind *const detector_kinds[DETECTOR_KINDS] = {
    [DETECTOR_REFERENCE] = &reference_kind,
    [DETECTOR_SCENE] = &scene_kind,
};

const struct detector_kind *detector_kind_of(const struct config *config)
{
    assert(config->detector_kind >= 0 && config->detector_kind < DETECTOR_KINDS);
    return detector_kinds[config->detector_kind];
}

const struct detector_kind *detector_kind_find(const char *name)
{
    for (int i = 0; i < DETECTOR_KINDS; i++)
        if (strcmp(detector_kinds[i]->name, name) == 0)
            return detector_kinds[i];
    return NULL;
}

bool detector_kind_load(const struct detector_kind *kind, const char *model_folder,
                        const struct config *config, struct trained_model *ret_model,
                        struct error *err)
{
    struct trained_model model = {0};
    if (!kind->load(model_folder, &model, err))
        return false;
    if (!kind->check(&model, config, err)) {
        kind->unload(&model);
        return false;
    }
    *ret_model = model;
    return true;
}

bool detector_kind_look(const struct detector_kind *kind, struct detector *detector,
                        const struct frame *frame, struct observation *ret_observation,
                        struct error *err)
{
    struct observation seen;
    struct frame shown = *frame;
    if (!detector_observe(detector, &shown, &seen, err))
        return false;
    for (int i = 1; i < kind->looks; i++) {
        shown.time_ns += NS_PER_SECOND;
        if (!detector_observe(detector, &shown, &seen, err))
            return false;
    }
    if (kind->looks > 1) {
        seen.camera_faults &= ~(1u << CAMERA_FAULT_FROZEN); /* the same one again is our doing */
        seen.score_triggered = !seen.heatmap_triggered && !seen.busy && seen.score > seen.threshold;
    }
    *ret_observation = seen;
    return true;
}

bool detector_kind_model_time(const struct detector_kind *kind, const char *model_folder,
                              int64_t *ret_utc_ms)
{
    char path[PATH_SIZE];
    struct file_extent extent;
    struct error ignored;
    if (!path_join(path, sizeof path, model_folder, kind->files[0], &ignored) ||
        !file_measure(path, &extent, &ignored))
        return false;
    *ret_utc_ms = extent.written_utc_ms;
    return true;
}
