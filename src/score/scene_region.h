/* What a region of strange pixels looks like: light, the scene as it was learned, or neither.
 *
 * Light multiplies: a patch of sun is brighter by one factor on whatever it falls, wall and tank
 * alike, and hardly another colour. Liquid takes light away, colours it, or mirrors. Pure; any
 * thread.
 */
#ifndef SCORE_SCENE_REGION_H
#define SCORE_SCENE_REGION_H

#include "score/scene_candidates.h"
#include "score/scene_normal.h"

/* Of the pixels in `box` with a `strength` of 1 or more. `offset`: scene_baseline_offset. */
enum region_look scene_region_look(const struct scene_normal *normal, const struct scene_rest *rest,
                                   const float *offset, const float *strength, struct rect box);

#endif
