/* Connected regions of a map above a threshold, with their boxes and areas.
 *
 * Units: pixels of the map. Ownership: the finder holds scratch for one map size; create/destroy
 * (takes NULL); the list lies in it and is valid until the next call. blobs_find allocates nothing.
 * One thread. Source: two-scan labelling with union-find (Rosenfeld & Pfaltz 1966), on runs instead
 * of pixels (He, Chao & Suzuki 2008).
 */
#ifndef SCORE_BLOBS_H
#define SCORE_BLOBS_H

#include "base/error.h"
#include "frame/convert.h"

struct blob {
    struct rect box;
    int area_px;
    float peak; /* largest map value inside */
};

enum { BLOBS_KEPT = 16 };

struct blob_list {
    int count;           /* kept: the largest ones, by falling area, ties by position */
    int found;           /* all */
    int area_px;         /* of all together */
    int large_area_px;   /* of those of at least `min_area_px`, kept or not */
    int largest_area_px; /* of the largest one, kept or not */
    struct blob blobs[BLOBS_KEPT];
};

struct blob_finder;
struct blob_finder *blob_finder_create(int width, int height, struct error *err);
void blob_finder_destroy(struct blob_finder *finder);

/* Pixels with map > threshold; connectivity 4 or 8. Blobs below `min_area_px` count in `found`,
 * `area_px` and `largest_area_px` only. */
const struct blob_list *blobs_find(struct blob_finder *finder, const float *map, float threshold,
                                   int connectivity, int min_area_px);

#endif
