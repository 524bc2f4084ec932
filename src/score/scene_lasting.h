/* Watches while a scene is learned whether something changes and stays so to the end: a leak that
 * the normal pictures already contain.
 *
 * Shapes: maps are float [height][width]. Ownership: create/destroy (takes NULL). One thread.
 */
#ifndef SCORE_SCENE_LASTING_H
#define SCORE_SCENE_LASTING_H

#include "score/blobs.h"
#include "score/scene_view.h"

/* The largest place that changed. */
struct scene_change {
    bool found;
    size_t first;    /* index of the picture from which on it strays */
    struct rect box; /* px of the planes */
    double share;    /* of the picture */
};

struct scene_lasting;
struct scene_lasting *scene_lasting_create(struct scene_size size, struct error *err);
void scene_lasting_destroy(struct scene_lasting *lasting);

/* `strength` is that of scene_evidence.h after picture `index`; beyond `limit` a pixel strays.
 * Indices rise. */
void scene_lasting_follow(struct scene_lasting *lasting, const float *strength, float limit,
                          size_t index);

/* What strays since some pictures and to the last one. */
struct scene_change scene_lasting_find(struct scene_lasting *lasting);

#endif
