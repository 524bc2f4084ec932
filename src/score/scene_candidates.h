/* What may be leaking: connected regions of lasting evidence, followed from frame to frame.
 *
 * A candidate is believed the sooner the larger it is: a hundredth of a percent of the frame may be
 * a fly that sits, and waits for half a minute; a tenth of a percent waits for seconds. What was
 * not there and is suddenly large came with somebody (a bottle, a hand that stays); so did what
 * appears while the scene is busy: such a candidate is a change of the scene, not a leak, unless it
 * grows afterwards. Units: px of the planes, seconds on the caller's clock. Ownership:
 * create/destroy (takes NULL); the list lies in it and is valid until the next call. One thread.
 */
#ifndef SCORE_SCENE_CANDIDATES_H
#define SCORE_SCENE_CANDIDATES_H

#include "frame/convert.h"
#include "score/blobs.h"
#include "score/detector.h"
#include "score/scene_view.h"

enum { CANDIDATES_MAX = BLOBS_KEPT };

struct scene_candidate {
    struct rect box; /* px of the planes */
    int area_px;
    float peak;
    double since_s;
    int area_at_rest_px; /* when it had been seen for some seconds: what growth is counted from */
    bool came_with_visit;
    enum alarm_path path; /* NONE while it is not believed to be a leak */
    bool scene_changed;   /* it stays, and is no leak: to be said and accepted */
    bool seen;            /* private */
};

struct scene_candidates;
struct scene_candidates *scene_candidates_create(struct scene_size size, struct error *err);
void scene_candidates_destroy(struct scene_candidates *candidates);

/* `visited`: the scene is, or was just now, busy. Returns how many there are. */
int scene_candidates_follow(struct scene_candidates *candidates, const float *strength,
                            double now_s, bool visited, const struct scene_candidate **ret_list);
/* Nothing can be said of this frame: ages stand still. */
void scene_candidates_wait(struct scene_candidates *candidates, double now_s);
void scene_candidates_forget(struct scene_candidates *candidates);

#endif
