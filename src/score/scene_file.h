/* What is normal for a scene, on disk: one file, `scene.bin`, beside nothing else.
 *
 * Layout, little-endian: "LWSCENE1"; six int32 (picture width and height, planes' width and height,
 * reduction, noiseless); float32 likeness, sharpness, brightness low and high, calm and threshold
 * of each map; float32 planes of mean and spread; SHA-256 of all that, as 64 hexadecimal
 * characters. Saved whole or not at all. Errors of load: ERROR_INPUT, no file (remedy: train);
 * ERROR_FORMAT, damaged, foreign, of impossible size, or with numbers that are none.
 */
#ifndef SCORE_SCENE_FILE_H
#define SCORE_SCENE_FILE_H

#include "base/sha256.h"
#include "score/scene_normal.h"

#define SCENE_FILE_NAME "scene.bin"

MUST_CHECK bool scene_file_save(const char *folder, const struct scene_normal *normal,
                                struct error *err);
/* `ret_digest` is that of the file. */
struct scene_normal *scene_file_load(const char *folder, char ret_digest[SHA256_TEXT_SIZE],
                                     struct error *err);

#endif
