/* What of a frame the normal picture does not explain: the frame, registered, its light taken out,
 * minus the normal picture, averaged over small and larger windows.
 *
 * Shapes: `maps` are float [MAP_COUNT][height][width], map = scale * CHANNEL_COUNT + channel, in
 * logarithms (0.1 = 10 % brighter). Windows: squares of 3 px for drops and edges, of 9 px for faint
 * films, which are larger; a mean over n independent pixels has 1/sqrt(n) of their noise.
 * Ownership: create/destroy (takes NULL); borrows `mean` ([CHANNEL_COUNT][height][width]) for its
 * life. One thread; reading allocates nothing.
 */
#ifndef SCORE_SCENE_REST_H
#define SCORE_SCENE_REST_H

#include "score/scene_filter.h"
#include "score/scene_register.h"
#include "score/scene_view.h"

enum { SCALE_COUNT = 2, MAP_COUNT = SCALE_COUNT * CHANNEL_COUNT };

/* What a detector does besides the bare difference; switched off one by one to measure each. */
struct scene_parts {
    bool registration, light;
};

struct scene_glance {
    struct scene_brightness brightness;
    struct shift shift; /* px of the planes */
    struct edges edges;
    float light_level;               /* scene_light_level */
    float light_depth, light_change; /* scene_light.h */
};

struct scene_rest;
struct scene_rest *scene_rest_create(struct scene_size size, const float *mean,
                                     struct scene_parts parts, struct error *err);
void scene_rest_destroy(struct scene_rest *rest);

/* `doubt`: scene_light_remove. `offset` [CHANNEL_COUNT][height][width] (may be NULL) is what has
 * become normal since the mean was learned. */
void scene_rest_read(struct scene_rest *rest, const uint8_t *rgb, ptrdiff_t stride,
                     const float *doubt, const float *offset, struct scene_glance *ret_glance);

/* A change of light is followed by what is remembered of it, `share` of the way. */
void scene_rest_remember_light(struct scene_rest *rest, float share);

/* Of the last frame, [height][width]: how far |rest| may stray for reasons that are known. Because
 * the light differs so much from the normal one: little in the middle of the scale, nearly all of
 * it where the picture is burnt out or black. Because the picture had to be shifted back: what
 * interpolation does to edges. */
const float *scene_rest_doubt(const struct scene_rest *rest);

/* Of the last frame. */
const float *scene_rest_map(const struct scene_rest *rest, int map);
const float *scene_rest_difference(const struct scene_rest *rest, enum scene_channel channel);
/* [CHANNEL_COUNT][height][width]: the registered frame, and what the normal picture would look like
 * in its light. */
const float *scene_rest_frame(const struct scene_rest *rest);
void scene_rest_expected(const struct scene_rest *rest, float *ret_planes);

/* px; windows are squares of 2 * radius + 1. */
extern const int scene_scale_radius[SCALE_COUNT];

#endif
