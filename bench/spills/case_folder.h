/* One case, or the normals of one scene, as a folder: made whole, and known as such afterwards.
 *
 *     OUT/<scene>/normal/000000.jpg …     the normals
 *     OUT/<scene>/scene.json              written when all normals are there
 *     OUT/<scene>/<case>/000000.jpg …     the frames; mask/000000.png where a leak is seen
 *     OUT/<scene>/<case>/case.json        written last, whole: the case is complete
 */
#ifndef SPILLS_CASE_FOLDER_H
#define SPILLS_CASE_FOLDER_H

#include "footage.h"
#include "plan.h"

/* Is it there already, by the same recipe? */
bool case_folder_is_complete(const char *out, const struct scene_plan *scene,
                             const struct case_plan *plan);

/* What an interrupted run or another recipe left there is removed first. `footage` is NULL for a
 * rig. ERROR_CANCELLED when a stop is requested (platform/signal.h). */
MUST_CHECK bool case_folder_make(const char *out, const struct scene_plan *scene,
                                 const struct case_plan *plan, const struct footage *footage,
                                 struct error *err);

#endif
