/* AUPIMO: how much of one picture's abnormal pixels is found at thresholds at which normal pictures
 * stay almost clean.
 *
 * For an abnormal picture, TPR(t) is the share of its abnormal pixels with value >= t. FPR(t) is
 * the mean, over the normal pictures only, of the share of a picture's pixels with value >= t; as
 * all pictures here have the same number of pixels that count, this is the share of all of them.
 * The score is the mean of TPR over log FPR between IMAGE_OVERLAP_FPR_LOW and _HIGH: the area by
 * trapezoids in log FPR, interpolated at both ends, over log(high / low). 1 is perfect. Where the
 * curve has no point between FPR 0 and some FPR above the lower bound, the TPR at FPR 0 is taken up
 * to there: nothing is made up in favour of the detector. Normal pixels of abnormal pictures do not
 * count.
 *
 * Pure, but for the scratch that the caller lends; one thread. Source: Bertoldo, Ameln, Vaidya &
 * Akcay, "AUPIMO: Redefining Anomaly Localization Benchmarks with High Speed and Low Tolerance",
 * BMVC 2024, arXiv:2401.01984, the definitions of PIMO and AUPIMO and their bounds 1e-5 and 1e-4.
 * Exactness: evaluate/pixel_counts.h.
 */
#ifndef EVALUATE_IMAGE_OVERLAP_H
#define EVALUATE_IMAGE_OVERLAP_H

#include "evaluate/pixel_counts.h"

#define IMAGE_OVERLAP_FPR_LOW 1e-5
#define IMAGE_OVERLAP_FPR_HIGH 1e-4

/* Are there enough normal pixels to tell an FPR of IMAGE_OVERLAP_FPR_LOW from none? */
bool image_overlap_is_resolved(const struct pixel_counts *normals);

/* `normals` holds the normal pictures, all of them; `region_area` as for pixel_counts_add.
 * `scratch` [PIXEL_BINS] must be zero, and is again afterwards. NAN when the picture has no
 * abnormal pixel or when there are no normal ones. */
double image_overlap_area(const struct pixel_counts *normals, const float *values,
                          const uint32_t *region_area, size_t count, uint32_t *scratch);

#endif
