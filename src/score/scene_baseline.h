/* What has become normal since the scene was learned: an offset to the mean picture.
 *
 * Three ways in, each bounded: slow drift (liquid that changes colour in its tank, daylight), never
 * faster than a creeping puddle and never where evidence stands; a change of light that moves more
 * than half of all pixels at once, which no leak does; and regions that somebody declares normal.
 * Shapes: offset is float [CHANNEL_COUNT][height][width], in logarithms. Ownership: create/destroy
 * (takes NULL). One thread; following allocates nothing.
 */
#ifndef SCORE_SCENE_BASELINE_H
#define SCORE_SCENE_BASELINE_H

#include "frame/convert.h"
#include "score/scene_rest.h"

struct scene_baseline;
struct scene_baseline *scene_baseline_create(struct scene_size size, struct error *err);
void scene_baseline_destroy(struct scene_baseline *baseline);

const float *scene_baseline_offset(const struct scene_baseline *baseline);
/* The part of it that changes of light brought. */
const float *scene_baseline_light(const struct scene_baseline *baseline);

/* Follows the rest of a frame where `strength` (scene_evidence.h) is low; `seconds` since the frame
 * before. */
void scene_baseline_drift(struct scene_baseline *baseline, const struct scene_rest *rest,
                          const float *strength, double seconds);

/* A step towards the rest of this frame, `share` of the way, wherever `strength` is low. */
void scene_baseline_take_light(struct scene_baseline *baseline, const struct scene_rest *rest,
                               const float *strength, float share);

/* The light is as it was: what changes of light brought goes. */
void scene_baseline_reset_light(struct scene_baseline *baseline);

/* All of the rest in `box` (px of the planes) is normal from now on. */
void scene_baseline_accept(struct scene_baseline *baseline, const struct scene_rest *rest,
                           struct rect box);
/* What was followed and accepted in `box` goes; what changes of light brought stays. */
void scene_baseline_restore(struct scene_baseline *baseline, struct rect box);

#endif
