/* Is what the camera gives a picture of the scene at all? One look at brightness, sameness and
 * edges.
 *
 * Returns bits 1u << enum camera_fault. What one frame shows, not more: whoever reads decides how
 * long it must last. Ownership: the struct is the caller's, zeroed at first. One thread.
 */
#ifndef SCORE_SCENE_HEALTH_H
#define SCORE_SCENE_HEALTH_H

#include "score/detector.h"
#include "score/scene_normal.h"

struct scene_health {
    uint64_t last_digest;
    bool has_digest;
};

/* Of a packed picture: equal pictures have equal digests. Not for keeping: it may differ between
 * machines. */
uint64_t scene_digest(const uint8_t *rgb, size_t size);

unsigned scene_health_look(struct scene_health *health, const struct scene_normal *normal,
                           const struct frame *frame, const struct scene_glance *glance);

#endif
