/* What the maps of a detector say about the pixels of pictures, one picture after the other.
 *
 * Private to evaluate/pictures.c. All memory is taken at the start. Normal pictures must be added
 * first; abnormal ones come kind by kind. Ownership: init/finish (takes a zeroed struct). One
 * thread. Errors: ERROR_MEMORY; ERROR_INTERNAL, a map that is none or holds what is no number.
 */
#ifndef EVALUATE_PICTURES_PIXELS_H
#define EVALUATE_PICTURES_PIXELS_H

#include "evaluate/pixel_counts.h"
#include "score/detector.h"

struct pictures_pixels {
    int width, height;                         /* px, of the pictures */
    struct rect region;                        /* what counts of them */
    size_t count;                              /* px of the region */
    uint8_t *picture_mask;                     /* [height][width], for the caller to fill: 0 or 1 */
    struct pixel_counts *normals, *kind, *all; /* normal pictures; the present kind; everything */
    /* Private: of the region, and scratch. */
    uint8_t *mask;
    float *values;
    uint32_t *areas, *labels, *bins;
};

MUST_CHECK bool pictures_pixels_init(struct pictures_pixels *pixels, int width, int height,
                                     struct rect region, struct error *err);
void pictures_pixels_finish(struct pictures_pixels *pixels);

/* Takes what `picture_mask` says within the region for the next abnormal picture. Returns how many
 * abnormal pixels lie there, and how many elsewhere. */
size_t pictures_pixels_take_mask(struct pictures_pixels *pixels, size_t *ret_outside);

MUST_CHECK bool pictures_pixels_add_normal(struct pictures_pixels *pixels,
                                           const struct detector_maps *maps, struct error *err);
/* With the mask taken last. `ret_aupimo`: image_overlap_area of this picture. */
MUST_CHECK bool pictures_pixels_add_anomalous(struct pictures_pixels *pixels,
                                              const struct detector_maps *maps, double *ret_aupimo,
                                              struct error *err);

/* Before the first picture of each kind but the normal ones: `kind` begins anew. */
void pictures_pixels_begin_kind(struct pictures_pixels *pixels);
/* After its last one: `all` has it, and `kind` the normal pictures too. */
void pictures_pixels_end_kind(struct pictures_pixels *pixels);

#endif
