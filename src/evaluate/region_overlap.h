/* AUPRO: how much of each abnormal region is found, small ones weighing as much as large ones.
 *
 * PRO(t) is the mean over all regions of all pictures of the share of a region's pixels with value
 * >= t; regions are the connected parts of the masks, corners touching (8-connected), as in the
 * authors' own program. FPR(t) is the share of all normal pixels of all pictures, those of abnormal
 * pictures included. The area under PRO over FPR is taken from 0 to a limit by trapezoids, with the
 * curve interpolated at the limit, and divided by the limit: 1 is perfect.
 *
 * Pure; any thread. Source: Bergmann, Batzner, Fauser, Sattlegger & Steger, "The MVTec Anomaly
 * Detection Dataset", International Journal of Computer Vision 129 (2021) 1038-1059, on performance
 * metrics for anomaly segmentation; there the limit is 0.3. Exactness: evaluate/pixel_counts.h.
 */
#ifndef EVALUATE_REGION_OVERLAP_H
#define EVALUATE_REGION_OVERLAP_H

#include "evaluate/pixel_counts.h"

/* The regions of a mask (not 0 = abnormal). `ret_area` gets, for each pixel, the area in px of the
 * region that it belongs to, 0 outside of all. Returns how many regions there are. Both arrays and
 * `mask` have width * height elements. */
size_t regions_find(const uint8_t *mask, int width, int height, uint32_t *scratch,
                    uint32_t *ret_area);

/* 0 < fpr_limit <= 1. NAN when there are no regions or no normal pixels. */
double region_overlap_area(const struct pixel_counts *counts, double fpr_limit);

#endif
