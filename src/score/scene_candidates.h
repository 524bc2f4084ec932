/* What may be leaking: connected regions of lasting evidence, followed from frame to frame.
 *
 * A candidate is believed the sooner the larger it is: a hundredth of a percent of the frame may be
 * a fly that sits, and waits for half a minute; a tenth of a percent waits for seconds. Others have
 * another cause:
 *   - what was not there and is suddenly large, alone or together with others, or appears while the
 *     scene is busy or its light changes, came with that: a change of the scene, not a leak, unless
 *     it grows afterwards;
 *   - what looks like light and comes as fast as light does is light;
 *   - what looks as it was learned is normal again.
 * Units: px of the planes, seconds on the caller's clock. Ownership: create/destroy (takes NULL);
 * the list lies in it and is valid until the next call. One thread.
 */
#ifndef SCORE_SCENE_CANDIDATES_H
#define SCORE_SCENE_CANDIDATES_H

#include "frame/convert.h"
#include "score/blobs.h"
#include "score/detector.h"
#include "score/scene_view.h"

enum { CANDIDATES_MAX = BLOBS_KEPT };

enum candidate_outcome {
    CANDIDATE_WAITS,
    CANDIDATE_LEAKS,   /* `path` says why */
    CANDIDATE_CHANGED, /* it stays and is no leak: to be said, and accepted */
    CANDIDATE_NORMAL   /* light, or normal again: to be accepted without a word */
};

/* What a region looks like, apart from its size. */
enum region_look {
    REGION_STRANGE,
    REGION_LIGHT,  /* brighter by the same factor all over, and hardly another colour */
    REGION_LEARNED /* as in the normal pictures */
};

struct scene_candidate {
    struct rect box; /* px of the planes */
    int area_px;
    float peak;
    double since_s;
    enum candidate_outcome outcome;
    enum alarm_path path;
};

/* Whoever can look at the picture. */
struct region_viewer {
    enum region_look (*look)(void *context, struct rect box);
    void *context;
};

struct scene_candidates;
struct scene_candidates *scene_candidates_create(struct scene_size size, struct error *err);
void scene_candidates_destroy(struct scene_candidates *candidates);

/* `visited`: the scene is, or was just now, busy, or its light changed. Returns how many there are.
 */
int scene_candidates_follow(struct scene_candidates *candidates, const float *strength,
                            double now_s, bool visited, struct region_viewer viewer,
                            const struct scene_candidate **ret_list);
/* Nothing can be said of this frame: ages stand still. */
void scene_candidates_wait(struct scene_candidates *candidates, double now_s);
void scene_candidates_forget(struct scene_candidates *candidates);

#endif
