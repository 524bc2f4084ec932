/* Varies a training picture a little, as Keras' RandomRotation, RandomTranslation, RandomContrast
 * and a random brightness would, one after the other.
 *
 * Shapes: planes are float [3][height][width], 0..1, changed in place and clamped to 0..1.
 * Ownership: the caller's memory only; nothing is allocated. What happens to a picture is a
 * function of (seed, epoch, picture), whatever happened to others. Any thread.
 */
#ifndef MODEL_AUGMENT_H
#define MODEL_AUGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct augmentation {
    bool enabled;
    double rotation_turns; /* ± of a full turn */
    double translation;    /* ± fraction of the side, each side its own */
    double contrast;       /* ± around factor 1 */
    double brightness;     /* ± of full scale */
};

/* One draw of each; what the four numbers above are the limits of. */
struct variation {
    double angle_rad;        /* counter-clockwise as seen */
    double shift_x, shift_y; /* px, right and down */
    double contrast;         /* factor */
    double brightness;       /* added */
};

struct variation variation_draw(const struct augmentation *augmentation, int width, int height,
                                uint64_t seed, int epoch, size_t picture);

/* `scratch` is as large as `planes`. */
void variation_apply(const struct variation *variation, int width, int height, float *planes,
                     float *scratch);

#endif
