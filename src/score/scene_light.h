/* Takes a change of light out of a difference of two pictures: the smooth part of it, channel by
 * channel.
 *
 * In logarithms a change of light is a field that is added, and smooth where its source is large or
 * far. The field starts as the median of the difference and is then a mean over Gaussian
 * neighbourhoods (standard deviation: 1/12 of the width) in which what lies beyond 2.5 medians of
 * the absolute rest counts nothing: a leak is an outlier of the light. Shapes: planes are float
 * [CHANNEL_COUNT][height][width]. Ownership: create/destroy (takes NULL); estimating allocates
 * nothing. One thread. Source: homomorphic separation of illumination (Stockham 1972) with
 * normalised convolution (Knutsson & Westin 1993).
 */
#ifndef SCORE_SCENE_LIGHT_H
#define SCORE_SCENE_LIGHT_H

#include "score/scene_view.h"

struct scene_light;
struct scene_light *scene_light_create(struct scene_size size, struct error *err);
void scene_light_destroy(struct scene_light *light);

/* Subtracts the field from `difference` and keeps it. `doubt` (may be NULL) is a plane in which
 * pixels above 1 are known to be no light and count nothing. */
void scene_light_remove(struct scene_light *light, float *difference, const float *doubt);

/* Of the last difference: the field of one channel at one row, [width]; valid until the next call
 * with this light. */
const float *scene_light_row(struct scene_light *light, enum scene_channel channel, int y);

/* Mean absolute luma of the field over the picture, and of its change since the field that
 * scene_light_remember kept (before that: 0 everywhere). */
float scene_light_depth(const struct scene_light *light);
float scene_light_change(const struct scene_light *light);
/* `share` of the way from the field that was kept to this one. */
void scene_light_remember(struct scene_light *light, float share);

/* Of the last difference: how much brighter the picture as a whole is (the medians' luma). */
float scene_light_level(const struct scene_light *light);

#endif
