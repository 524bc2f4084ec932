/* The kinds of cases that sets are put together from; each call adds to the last scene of a plan.
 *
 * Seeds are dealt out in order, one per scene and case, whether or not a case comes of it, so that
 * a part that this build lacks does not change the others.
 */
#ifndef SPILLS_SET_CASES_H
#define SPILLS_SET_CASES_H

#include "plan.h"

struct dealer {
    struct plan *plan;
    const struct split *split;
    uint64_t next_seed;
    bool failed; /* no memory */
};

void deal_rig_scene(struct dealer *dealer, int rig, int width, int height, int normals);
/* Nothing for a clip that footage.h does not know. */
bool deal_footage_scene(struct dealer *dealer, const char *file, int normals);

/* Leaks painted into the scene: at least 0.1 % of the frame when fully grown; 0.01 to 0.1 %; clear
 * films of at least 0.5 %. Kinds, areas, contrasts, speeds and what else changes take turns. */
void deal_large_leaks(struct dealer *dealer, int count);
void deal_small_leaks(struct dealer *dealer, int count);
void deal_films(struct dealer *dealer, int count);

/* Leaks that a rig draws itself; none for footage. */
void deal_rig_leaks(struct dealer *dealer, int count);

/* Every nuisance on each of its rungs, `share` of its usual length; `step` 2 takes every other
 * rung.
 */
void deal_quiets(struct dealer *dealer, double share, int step);

/* What is expected to raise a fault, or scene_changed; `step` as above. */
void deal_faults(struct dealer *dealer, int step);

#endif
