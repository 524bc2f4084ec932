/* Private to calibration.c and its test: how many error maps may be kept between the passes. */
#ifndef SCORE_CALIBRATION_PARTS_H
#define SCORE_CALIBRATION_PARTS_H

#include "score/calibration.h"

#define CALIBRATION_KEPT_BYTES ((size_t)256 << 20) /* 1024 pictures of the default size */

MUST_CHECK bool calibration_run_keeping(size_t kept_bytes, struct inference *inference,
                                        const struct dataset *dataset, const size_t *indices,
                                        size_t count, const struct config *config,
                                        bool (*progress)(void *context, size_t done, size_t total),
                                        void *context, struct calibration *ret_calibration,
                                        struct error *err);

#endif
