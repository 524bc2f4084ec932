/* The table of methods, and what is alike for all of them.
 *
 * The order of the rows is that of the choices of `detector.kind` in config/schema.h, which is the
 * number that the configuration holds.
 */
#include "score/detector_kind.h"

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
