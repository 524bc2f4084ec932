/* Pictures of what the network saw, for evidence files and reports. Pure but for memory; any
 * thread.
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

MUST_CHECK bool picture_create(int width, int height, struct picture *ret_picture,
                               struct error *err);

/* float [3][height][width] 0..1 → 8 bits. */
MUST_CHECK bool picture_of_planes(const float *planes, int width, int height,
                                  struct picture *ret_picture, struct error *err);

/* Of evidence: laid over the input. */
MUST_CHECK bool picture_of_heat(const struct detector_maps *maps, enum color_map colors,
                                struct picture *ret_picture, struct error *err);

/* Three pictures of one frame, each in the shape of `roi` (camera px), so that the scene looks as
 * people know it and not squeezed as the network sees it. The longer side is `long_side` px
 * whatever the network's size, the shorter at least PANEL_SIDE_LEAST. The boxes (camera px) are
 * outlined on the input. Ownership: panels_finish, which takes zeroed ones. */
enum panel { PANEL_INPUT, PANEL_RECONSTRUCTION, PANEL_ERROR, PANEL_COUNT };
enum { PANEL_SIDE_LEAST = 64 };
struct panels {
    struct picture pictures[PANEL_COUNT];
};
void panel_size(struct rect roi, int long_side, int *ret_width, int *ret_height);
MUST_CHECK bool panels_make(const struct detector_maps *maps, struct rect roi, int long_side,
                            const struct rect *boxes, int box_count, enum color_map colors,
                            struct panels *ret_panels, struct error *err);
void panels_finish(struct panels *panels);

/* All three side by side. */
MUST_CHECK bool picture_of_comparison(const struct detector_maps *maps, struct rect roi,
                                      const struct rect *boxes, int box_count,
                                      enum color_map colors, struct picture *ret_picture,
                                      struct error *err);

#endif
