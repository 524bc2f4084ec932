/* One case, or the normals of one scene, as a folder: made whole, and known as such afterwards. */
#ifndef SPILLS_CASE_FOLDER_H
#define SPILLS_CASE_FOLDER_H

#include "plan.h"

/* `plan` NULL: the normals. Is it there already, by the same recipe? */
bool case_folder_is_complete(const char *out, const struct scene_plan *scene,
                             const struct case_plan *plan);

MUST_CHECK bool case_folder_make(const char *out, const struct scene_plan *scene,
                                 const struct case_plan *plan, struct error *err);

#endif
