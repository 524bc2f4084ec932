/* A plane as it looks when it is taken from a little further: to(x, y) = from(x + shift.x, y +
 * shift.y), between pixels by a kernel of four taps each way; the border is repeated.
 *
 * Shapes: planes are float [height][width]. Pure, but for `scratch`; any thread.
 */
#ifndef SCORE_SCENE_RESAMPLE_H
#define SCORE_SCENE_RESAMPLE_H

#include "score/scene_view.h"

struct shift {
    float x, y; /* px of the planes by which the picture lies right of and below the normal one */
};

/* Weights of the pixels -1, 0, 1, 2 for a place `part` (0..1) of the way from pixel 0 to 1. */
typedef void resample_kernel(float part, float ret_weights[4]);

resample_kernel resample_linear;
resample_kernel resample_cubic;  /* cubic convolution, a = -1/2 (Keys 1981) */
resample_kernel resample_spline; /* cubic B-spline without its inverse: smooths by 1/6 4/6 1/6 */

/* `scratch`: a plane; `to` may be `from`. */
void scene_resample(const float *from, struct scene_size size, struct shift shift,
                    resample_kernel *kernel, float *scratch, float *to);

#endif
