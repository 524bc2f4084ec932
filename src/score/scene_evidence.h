/* Evidence per pixel over time: what strays from normal, in the same place and the same way, for
 * seconds.
 *
 * Each map of the rest (scene_rest.h) is divided by its spread, and by how much noisier the frame
 * is as a whole than normal pictures are. The result is followed by a filter that rises slowly and
 * falls fast: somebody who walks past leaves nothing behind, a blinking light never adds up, a
 * spill does, and the faster the stronger it is. `strength` is the largest of the maps, each
 * divided by its threshold: 1 = as lasting as normal pictures are about as seldom as was asked for.
 * Shapes: float [height][width]. Ownership: create/destroy (takes NULL); borrows `normal`. One
 * thread; follows without allocating. Source: asymmetric exponential smoothing, a one-sided
 * relative of Page's cumulative sums (Biometrika 41, 1954).
 */
#ifndef SCORE_SCENE_EVIDENCE_H
#define SCORE_SCENE_EVIDENCE_H

#include "frame/convert.h"
#include "score/scene_normal.h"

struct scene_evidence;
struct scene_evidence *scene_evidence_create(const struct scene_normal *normal, struct error *err);
void scene_evidence_destroy(struct scene_evidence *evidence);

/* `seconds` since the frame before. With `hold`, nothing is added and nothing forgotten. */
void scene_evidence_follow(struct scene_evidence *evidence, const struct scene_rest *rest,
                           double seconds, bool hold);
void scene_evidence_forget(struct scene_evidence *evidence);
/* Of a region (px of the planes) that has been declared normal. */
void scene_evidence_forget_box(struct scene_evidence *evidence, struct rect box);

/* Before a frame is followed: how much of the picture strays, on a sparse grid. */
struct scene_stir {
    float abnormal; /* share of pixels beyond their threshold */
    float alike;    /* share that strays clearly, and strayed the same way in the frame before:
                       near 0 for noise, near 1 when the light has changed */
    float abnormal_at_first, alike_at_first; /* the same against the mean as it was learned */
};
struct scene_stir scene_evidence_stir(struct scene_evidence *evidence,
                                      const struct scene_rest *rest, const float *offset);

const float *scene_evidence_strength(const struct scene_evidence *evidence); /* lasting */
const float *scene_evidence_present(const struct scene_evidence *evidence);  /* of this frame */

/* Largest lasting |rest| / spread of one map, without its threshold: for setting it. */
float scene_evidence_peak(const struct scene_evidence *evidence, int map);

/* Raises `peaks` [MAP_COUNT][height][width] to the lasting |rest| / spread of the last frame. */
void scene_evidence_raise_peaks(const struct scene_evidence *evidence, float *peaks);

/* How much noisier than normal the last frame was, the largest of all maps; 1 = as normal. */
float scene_evidence_unrest(const struct scene_evidence *evidence);

/* Median of |map| / spread on a sparse grid: what `calm` is made of. */
float scene_map_median(const float *map, const float *spread, struct scene_size size,
                       float *scratch);
size_t scene_map_median_scratch(struct scene_size size); /* floats */

#endif
