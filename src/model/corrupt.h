/* Spoils training pictures, so that a network can learn to repair them.
 *
 * What is normal, and stays in the target: other light (a smooth field of gains; large areas with
 * a straight edge that reach the picture's border, as sun and shadow have) and the noise of a
 * camera. What is not, and is in the input only: one to four regions of a random shape, filled with
 * a random texture, at a random opacity, in six of ten pictures. The mask is 1 wherever input and
 * target may differ.
 *
 * This generator shares nothing with those that draw leaks for judging a detector (src/camera/rig_*
 * and bench/spills), and must not: a detector that has trained on its examination proves nothing.
 *
 * Shapes: input and target are float [3][height][width] in 0..1, the mask is float [height][width],
 * 0 or 1. The result is a function of the pictures and of (seed, epoch, picture), whatever happened
 * before. Ownership: create / destroy; a corrupter holds memory only and belongs to one thread at
 * a time.
 * Sources: Zavrtanik et al., DRAEM, ICCV 2021 (texture pasted through a noise mask at an opacity);
 * Zavrtanik et al., RIAD, Pattern Recognition 112, 2021 (repair by inpainting); arXiv 2206.11723
 * (self-supervised masks); arXiv 2511.07233 (shape x texture x opacity; noise kept in the target).
 */
#ifndef MODEL_CORRUPT_H
#define MODEL_CORRUPT_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct corrupter;

struct corrupter *corrupter_create(int width, int height, struct error *err);
void corrupter_destroy(struct corrupter *corrupter); /* takes NULL */

/* Pictures are 8-bit RGB [height][width][3]. */
struct corruption_source {
    const uint8_t *picture;
    const uint8_t *const *others; /* what may be pasted in; [other_count], at least one */
    size_t other_count;
};

struct corrupted {
    float *input, *target, *mask;
};

/* Returns whether anything was spoiled. */
bool corrupter_apply(struct corrupter *corrupter, const struct corruption_source *source,
                     uint64_t seed, int epoch, size_t picture,
                     const struct corrupted *ret_pictures);

#endif
