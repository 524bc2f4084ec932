/* The scene detector: what is not normal in this one scene, in the same place, for seconds.
 *
 * A frame is reduced and taken into logarithms (scene_view.h), registered and freed of the light
 * (scene_rest.h), compared with what is normal (scene_normal.h, scene_baseline.h), and what strays
 * gathers evidence pixel by pixel (scene_evidence.h), from which candidates grow
 * (scene_candidates.h). The map is that of the lasting evidence: 1 is the threshold.
 */
#ifndef SCORE_SCENE_H
#define SCORE_SCENE_H

#include "score/detector_kind.h"
#include "score/scene_normal.h"

/* The row of detector_kinds. */
extern const struct detector_kind scene_kind;

/* Borrows `normal` for its life; `config` during the call only. */
struct detector *scene_detector_create(const struct scene_normal *normal,
                                       const struct config *config, struct scene_parts parts,
                                       int camera_width, int camera_height, struct error *err);

#endif
