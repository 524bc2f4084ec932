/* A picture told by how it differs from another: the logarithm of their ratio, in 0..1.
 *
 * 0.5 is "as the reference picture"; RELATIVE_RANGE above or below it, as a natural logarithm, is 1
 * or 0, and what is beyond is clamped. Light multiplies, so it becomes a smooth field in which the
 * scene has vanished: a network has next to nothing to remember of the scene and learns what varies
 * in it. RELATIVE_DARK is added to both pictures, so that noise in the dark stays noise.
 *
 * Shapes: any `count` of floats, picture and reference in 0..1 in the same order. Any thread;
 * `ret_relative` may be `picture`.
 */
#ifndef MODEL_RELATIVE_H
#define MODEL_RELATIVE_H

#include <stddef.h>

#define RELATIVE_DARK (8.0f / 255.0f)
#define RELATIVE_RANGE 1.2f

void relative_encode(const float *picture, const float *reference, size_t count,
                     float *ret_relative);

/* The picture that looks like `relative` beside `reference`. */
void relative_decode(const float *relative, const float *reference, size_t count,
                     float *ret_picture);

#endif
