/* Normal pictures of one scene, read from a folder, resized to the network's size, kept as 8-bit
 * RGB in memory.
 *
 * Which files are used and which are skipped, with a warning each: picture_list.h; also skipped is
 * what cannot be decoded. The digest is SHA-256 over names, sizes and pixels of what was used.
 * Shapes: picture i is uint8 [height][width][3]. Ownership: dataset_destroy frees (takes NULL).
 * Read-only once loaded. Errors: ERROR_INPUT, no folder or no pictures; ERROR_FORMAT, fewer than
 * `least` usable ones, more than DATASET_MOST, or more than DATASET_BYTES_MAX in memory, each with
 * advice.
 */
#ifndef MODEL_DATASET_H
#define MODEL_DATASET_H

#include "base/error.h"
#include "model/picture_list.h"

#include <stddef.h>
#include <stdint.h>

enum { DATASET_LEAST = 20, DATASET_ADVISED = 200, DATASET_MOST = 20000, DIGEST_TEXT_SIZE = 65 };
#define DATASET_BYTES_MAX (UINT64_C(4) << 30)

struct dataset {
    size_t count;
    size_t skipped;
    int width, height;               /* px, the network's */
    int camera_width, camera_height; /* px, the files' */
    char **names;
    uint8_t **pictures;
    char digest[DIGEST_TEXT_SIZE]; /* hexadecimal */
};

/* `least` = DATASET_LEAST for training, 1 for looking at pictures. */
struct dataset *dataset_load(const char *folder, int width, int height, size_t least,
                             struct picture_listener listener, struct error *err);
void dataset_destroy(struct dataset *dataset);

/* A seeded random split: indices of `validation_share` of the pictures (rounded, at least 1 on each
 * side) go to validation. Both arrays have room for dataset->count. */
void dataset_split(const struct dataset *dataset, double validation_share, uint64_t seed,
                   size_t *ret_train, size_t *ret_train_count, size_t *ret_validation,
                   size_t *ret_validation_count);

/* 8-bit RGB → float planes [3][height][width] 0..1. */
void picture_to_planes(const uint8_t *rgb, int width, int height, float *ret_planes);

#endif
