/* What is normal for one scene, pixel by pixel: the mean picture and how far its rest strays.
 *
 * Learned from pictures of the scene in the order of their time; see scene_learn.h. Shapes: mean is
 * float [CHANNEL_COUNT][height][width] in logarithms (scene_view.h), spread [MAP_COUNT][height]
 * [width] (scene_rest.h). Ownership: create/destroy (takes NULL); all planes are its own. Read-only
 * once learned: any thread. Errors of load: ERROR_INPUT, no file; ERROR_FORMAT, damaged or foreign.
 */
#ifndef SCORE_SCENE_NORMAL_H
#define SCORE_SCENE_NORMAL_H

#include "score/scene_rest.h"

struct scene_normal {
    struct scene_size size;
    int picture_width, picture_height; /* px, after the ROI crop */
    float *mean, *spread;
    float calm[MAP_COUNT];      /* median of |rest| / spread in a normal picture */
    float threshold[MAP_COUNT]; /* of lasting |rest| / spread: what normal pictures reach so seldom
                                   as was asked for */
    float likeness;             /* lowest of the normal pictures; 1 = all alike */
    float sharpness_low;        /* lowest of the normal pictures */
    float brightness_low, brightness_high;
    bool noiseless; /* normal pictures repeat bit for bit: a frozen camera cannot be told */
};

struct scene_normal *scene_normal_create(int picture_width, int picture_height, struct error *err);
void scene_normal_destroy(struct scene_normal *normal);

#endif
