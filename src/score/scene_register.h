/* Finds by how much a picture has shifted against the normal one, to hundredths of a pixel, and
 * shifts it back.
 *
 * Estimation: on high-passed luma at half the size of the planes, by the gradient method (Lucas &
 * Kanade 1981), coarse to fine, with weights that let a leak or a person count little
 * (Geman-McClure 1987); good for shifts up to about 8 px of the planes. For the question whether
 * the camera has been moved further, normalised cross-correlation of cells over all shifts up to a
 * quarter of the picture (Lewis 1995). Shifting: cubic convolution (Keys 1981, a = -1/2). Shapes:
 * planes are float [height][width]. Ownership: create/destroy (takes NULL); nothing else allocates.
 * One thread.
 */
#ifndef SCORE_SCENE_REGISTER_H
#define SCORE_SCENE_REGISTER_H

#include "score/scene_view.h"

struct shift {
    float x, y; /* px of the planes by which the picture lies right of and below the normal one */
};

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

/* The best shift of all, however far, of the picture last given to scene_register_find, and how
 * well it fits, -1..1. */
struct shift scene_register_find_far(struct scene_register *registration, float *ret_likeness);

/* Shifts all channels back in place. */
void scene_register_undo(struct scene_register *registration, struct shift shift, float *planes);

#endif
