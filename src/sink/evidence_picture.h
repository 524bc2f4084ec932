/* Pictures of what the network saw, for evidence files. Pure but for memory; any thread.
 *
 * Ownership: the caller frees `rgb` of what it gets. Errors: ERROR_MEMORY.
 */
#ifndef SINK_EVIDENCE_PICTURE_H
#define SINK_EVIDENCE_PICTURE_H

#include "event/event.h"
#include "frame/draw.h"

struct picture {
    int width, height; /* px */
    uint8_t *rgb;
};

/* float [3][height][width] 0..1 → 8 bits. */
MUST_CHECK bool picture_of_planes(const float *planes, int width, int height,
                                  struct picture *ret_picture, struct error *err);

MUST_CHECK bool picture_of_heat(const struct detector_maps *maps, enum color_map colors,
                                struct picture *ret_picture, struct error *err);

/* Input, reconstruction and heat map side by side, each in the shape of `roi` (camera px), so that
 * the scene looks as people know it and not squeezed as the network sees it. The boxes (camera px)
 * are outlined on the first. */
MUST_CHECK bool picture_of_comparison(const struct detector_maps *maps, struct rect roi,
                                      const struct rect *boxes, int box_count,
                                      enum color_map colors, struct picture *ret_picture,
                                      struct error *err);

#endif
