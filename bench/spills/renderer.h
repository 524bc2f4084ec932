/* The pictures of one case: background, leak, nuisances, camera.
 *
 * A frame is a function of (plan, frame number) alone. Ownership: borrows scene, plan and footage
 * until destroy. One thread per renderer.
 */
#ifndef SPILLS_RENDERER_H
#define SPILLS_RENDERER_H

#include "background.h"
#include "base/buffer.h"

struct rendering {
    int width, height; /* px */
    const uint8_t
        *mask; /* 255 where the leak is seen, 0 elsewhere; borrowed until the next frame */
    int64_t area_px;
    double contrast; /* leak.h says of what; 0 without a leak */
};

struct renderer;

/* `footage` is NULL for a rig. */
struct renderer *renderer_create(const struct scene_plan *scene, const struct case_plan *plan,
                                 const struct footage *footage, struct error *err);
void renderer_destroy(struct renderer *renderer);

/* Appends the JPEG of the frame to `jpeg`. */
MUST_CHECK bool renderer_frame(struct renderer *renderer, int frame, struct buffer *jpeg,
                               struct rendering *ret_rendering, struct error *err);

#endif
