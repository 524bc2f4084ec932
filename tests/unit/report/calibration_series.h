/* Scores of pictures that are not there, and a model set that goes with them: what the tests of
 * calibrations calibrate.
 */
#ifndef TESTS_REPORT_CALIBRATION_SERIES_H
#define TESTS_REPORT_CALIBRATION_SERIES_H

#include "report/calibration_report.h"

#include <stdint.h>
#include <stdio.h>

enum { MOST = 400 };

static struct error err;
static double scores[MOST];
static char names[MOST][32];
static char *name_list[MOST];
static struct model_set set;
static struct dataset dataset = {.camera_width = 320, .camera_height = 180, .names = name_list};
static struct calibration calibration = {.scores = scores};
static struct past_calibration none;

static inline double next_random(uint32_t *state)
{
    *state = (*state * UINT32_C(1103515245) + 12345) & 0x7fffffff;
    return *state / 2147483648.0;
}

/* Scores of 0.01 to 0.02, plus `shift`, of pictures that are called after `first` and their number.
 */
static inline void make_series(char first, size_t count, uint32_t seed, double shift)
{
    calibration.count = dataset.count = count;
    calibration.mean = 0.0;
    for (size_t i = 0; i < count; i++) {
        scores[i] = 0.01 + 0.01 * next_random(&seed) + shift;
        calibration.mean += scores[i] / (double)count;
        snprintf(names[i], sizeof names[i], "%c_%04zu.jpg", first, i);
        name_list[i] = names[i];
    }
    calibration.std = 0.003;
    calibration.min = 0.01 + shift;
    calibration.max = 0.02 + shift;
}

static inline void make_set(void)
{
    set = (struct model_set){.identity = {.width = 64, .height = 64},
                             .threshold = {.percentile = 99.5,
                                           .threshold = 0.0195,
                                           .scoring_method = SCORING_MEAN,
                                           .topk_percent = 1.0,
                                           .topk_min_pixels = 100,
                                           .connectivity = 8,
                                           .min_blob_area = 16},
                             .stats = {.val_error_mean = 0.015, .val_error_std = 0.003}};
    snprintf(set.identity.set_digest, sizeof set.identity.set_digest, "%064x", 0xabc);
    calibration.threshold = set.threshold;
    calibration.threshold.threshold = 0.0199;
    snprintf(dataset.digest, sizeof dataset.digest, "%064x", 0xdef);
}

#endif
