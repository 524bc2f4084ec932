/* How well the values of pixels tell normal from abnormal ones, over any number of pictures in a
 * fixed amount of memory.
 *
 * Values are sorted into PIXEL_BINS counters as they come; nothing else is kept of them (24 MB,
 * whether of ten pictures or of a thousand of 1280x720). A bin holds the floats that share their
 * sign, their exponent and the upper 11 bits of their mantissa: values that differ by more than one
 * part in 2048 are never mixed up, however large or small they are; those that share a bin count as
 * tied. What that can cost is known afterwards: with n and p normal and abnormal pixels in a bin,
 * an AUROC is wrong by at most the sum of n p / 2 over all bins, as a share of all pairs. Values of
 * at most 12 significant bits, such as whole numbers up to 4096, are never mixed up at all.
 *
 * A pixel counts as found at a threshold t when value >= t. A curve begins at (0, 0), has one point
 * per bin that is not empty, from high values to low, and ends at (1, 1).
 *
 * Ownership: create/destroy (takes NULL). One thread. Errors: ERROR_MEMORY. Sources: those of
 * evaluate/ranking.h; sorting by the bits of a float: Herf, "Radix tricks", 2001.
 */
#ifndef EVALUATE_PIXEL_COUNTS_H
#define EVALUATE_PIXEL_COUNTS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { PIXEL_BINS = 1 << 20 };

struct pixel_counts {
    uint64_t normal_count, anomalous_count; /* px */
    size_t region_count;
    uint64_t *normal, *anomalous; /* [PIXEL_BINS] px */
    /* [PIXEL_BINS] each abnormal pixel as its share of the region that it belongs to; over all bins
     * they sum up to region_count. */
    double *region_shares;
};

struct pixel_counts *pixel_counts_create(struct error *err);
void pixel_counts_destroy(struct pixel_counts *counts);
void pixel_counts_clear(struct pixel_counts *counts);

/* Where a value is counted; rises with the value. Numbers only. */
size_t pixel_bin(float value);

/* Pixels of one picture. `region_area` [count]: 0 for a normal pixel, else the area in px of the
 * region it belongs to; NULL = all are normal. `region_count`: how many regions that are. */
void pixel_counts_add(struct pixel_counts *counts, const float *values, const uint32_t *region_area,
                      size_t count, size_t region_count);
/* As if all that was added to `from` had been added to `counts`. */
void pixel_counts_add_counts(struct pixel_counts *counts, const struct pixel_counts *from);

/* One point of the curve after the other:
 *
 *     struct pixel_walk walk = pixel_walk_begin(counts);
 *     while (pixel_walk_next(&walk)) …walk.fpr, walk.tpr…
 *
 * There must be pixels of both kinds. */
struct pixel_walk {
    double fpr;     /* of all normal pixels, how many are at the threshold or above */
    double tpr;     /* of all abnormal ones */
    double overlap; /* mean over the regions of the share that is */
    const struct pixel_counts *counts; /* these are private */
    size_t bin;
    uint64_t false_positives, true_positives;
    double shares;
};
struct pixel_walk pixel_walk_begin(const struct pixel_counts *counts);
bool pixel_walk_next(struct pixel_walk *walk);

/* The area under FPR and TPR, and how far the exact value can be from it. Both NAN when there are
 * no normal or no abnormal pixels. */
struct pixel_auroc {
    double value, error;
};
struct pixel_auroc pixel_auroc_of(const struct pixel_counts *counts);

/* TPR and mean overlap of regions where the FPR is `fpr_limit` * i / (count - 1), interpolated; for
 * drawing. There must be pixels of both kinds; count >= 2. */
void pixel_curve_sample(const struct pixel_counts *counts, double fpr_limit, size_t count,
                        double *ret_tpr, double *ret_overlap);

#endif
