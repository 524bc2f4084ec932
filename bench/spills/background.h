/* The scene before anything is added: the simulated rig, or frames of a real camera.
 *
 * A frame is a function of (scene, case, frame number). Ownership: borrows scene, case and footage;
 * background_destroy takes NULL. One thread per background.
 */
#ifndef SPILLS_BACKGROUND_H
#define SPILLS_BACKGROUND_H

#include "footage.h"
#include "plan.h"

struct background;

/* `footage` is NULL for a rig. */
struct background *background_create(const struct scene_plan *scene, const struct case_plan *plan,
                                     const struct footage *footage, struct error *err);
void background_destroy(struct background *background);

/* `ret_rgb`: packed RGB of the scene's size. */
MUST_CHECK bool background_render(struct background *background, int frame, uint8_t *ret_rgb,
                                  struct error *err);

/* How much of each pixel the rig's own leak covers, 0..255, and its contrast (leak.h), for a frame
 * from the onset on; `rgb` is that frame as rendered. */
MUST_CHECK bool background_leak(struct background *background, int frame, const uint8_t *rgb,
                                uint8_t *ret_cover, double *ret_contrast, struct error *err);

#endif
