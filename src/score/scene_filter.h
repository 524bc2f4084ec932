/* Means over windows and gradients of one plane.
 *
 * Shapes: planes are float [height][width]. Pure, but for `scratch`; any thread. `to` must be
 * another plane than `from`.
 */
#ifndef SCORE_SCENE_FILTER_H
#define SCORE_SCENE_FILTER_H

#include "score/scene_view.h"

/* Means over squares of 2 * radius + 1 px, cut off at the borders. `scratch`: [width]. */
void scene_box_mean(const float *from, struct scene_size size, int radius, float *scratch,
                    float *to);

/* Length of the gradient, by central differences. */
void scene_gradient(const float *plane, struct scene_size size, float *ret_gradient);

#endif
