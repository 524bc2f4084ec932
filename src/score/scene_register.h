/* Finds by how much a picture has shifted against the normal one, to hundredths of a pixel, and
 * shifts it back.
 *
 * Estimation: on high-passed luma at half the size of the planes, by the gradient method (Lucas &
 * Kanade 1981), coarse to fine, with weights that let a leak or a person count little
 * (Geman-McClure 1987); good for shifts up to about 8 px of the planes. Pictures too small for it
 * have no shift. Shifting: cubic convolution. Shapes: planes are float [height][width]. Ownership:
 * create/destroy (takes NULL); nothing else allocates. One thread.
 */
#ifndef SCORE_SCENE_REGISTER_H
#define SCORE_SCENE_REGISTER_H

#include "score/scene_resample.h"

enum { TILE_COLUMNS = 4, TILE_ROWS = 3, TILE_COUNT = TILE_COLUMNS * TILE_ROWS };

/* How the picture's edges compare with the normal ones, after the shift. */
struct edges {
    float likeness;  /* correlation, -1..1; near 0 when this is not the scene */
    float sharpness; /* strength, 1 = equal */
    float lost;      /* share of the normal edges that are in tiles with little likeness */
    float vanished;  /* share of the normal edges that are in tiles with hardly any edge */
};

struct scene_register;
/* `normal_luma` is borrowed during the call only. */
struct scene_register *scene_register_create(struct scene_size size, const float *normal_luma,
                                             struct error *err);
void scene_register_destroy(struct scene_register *registration);

struct shift scene_register_find(struct scene_register *registration, const float *luma,
                                 struct edges *ret_edges);

/* Shifts all channels back in place. */
void scene_register_undo(struct scene_register *registration, struct shift shift, float *planes);

#endif
