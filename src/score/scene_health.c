/* Faults of the picture as such. Inference thread.
 *
 * Edges tell most: a cover makes them vanish, dirt and defocus make them weak, another view puts
 * them elsewhere. They are counted by tiles, so that a person, who hides those of some tiles, is no
 * fault. A sensor has noise: two frames that are equal to the bit are one frame.
 */
#include "score/scene_health.h"

#include <math.h>
#include <string.h>

static const float DARK_SHARE = 0.97f, DARK_OF_NORMAL = 0.2f, DARK_MEAN = 0.08f;
static const float SATURATED_SHARE = 0.6f;
static const float VANISHED_SHARE = 0.7f, LOST_SHARE = 0.7f;
static const float BLURRED_OF_NORMAL = 0.62f, BLURRED_LIKENESS = 0.35f;
static const float MOVED_PX = 4.0f; /* of the planes: further than registration should have to go */

/* Eight bytes at a time: FNV-1a on words, a check for sameness and nothing more. */
uint64_t scene_digest(const uint8_t *rgb, size_t size)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, rgb + i, size - i < 8 ? size - i : 8);
        digest = (digest ^ word) * UINT64_C(0x100000001b3);
        digest ^= digest >> 29;
    }
    return digest;
}

static bool is_frozen(struct scene_health *health, const struct frame *frame)
{
    uint64_t digest = scene_digest(frame->rgb, 3 * (size_t)frame->width * (size_t)frame->height);
    bool same = health->has_digest && digest == health->last_digest;
    health->last_digest = digest;
    health->has_digest = true;
    return same;
}

static unsigned bit(enum camera_fault fault)
{
    return 1u << (unsigned)fault;
}

static unsigned look_at_edges(const struct scene_normal *normal, const struct scene_glance *glance)
{
    const struct edges *edges = &glance->edges;
    if (edges->vanished >= VANISHED_SHARE)
        return bit(CAMERA_FAULT_COVERED);
    if (edges->sharpness < BLURRED_OF_NORMAL * normal->sharpness_low &&
        edges->likeness >= BLURRED_LIKENESS)
        return bit(CAMERA_FAULT_BLURRED);
    if (edges->lost >= LOST_SHARE || hypotf(glance->shift.x, glance->shift.y) >= MOVED_PX)
        return bit(CAMERA_FAULT_MOVED);
    return 0;
}

unsigned scene_health_look(struct scene_health *health, const struct scene_normal *normal,
                           const struct frame *frame, const struct scene_glance *glance)
{
    const struct scene_brightness *brightness = &glance->brightness;
    unsigned faults = 0;
    if (is_frozen(health, frame) && !normal->noiseless)
        faults |= bit(CAMERA_FAULT_FROZEN);
    if (brightness->dark_share >= DARK_SHARE ||
        (brightness->mean < DARK_MEAN &&
         brightness->mean < DARK_OF_NORMAL * normal->brightness_low))
        return faults | bit(CAMERA_FAULT_DARK);
    if (brightness->saturated_share >= SATURATED_SHARE)
        return faults | bit(CAMERA_FAULT_SATURATED);
    return faults | look_at_edges(normal, glance);
}
