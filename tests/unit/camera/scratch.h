/* A temporary folder for one test program, and what its tests put into it. */
#ifndef TESTS_CAMERA_SCRATCH_H
#define TESTS_CAMERA_SCRATCH_H

#include <stddef.h>

/* Makes the folder; aborts when that fails, because nothing can be tested then. */
void scratch_create(void);
void scratch_remove(void);

/* "FOLDER/name"; valid until the program ends. */
const char *scratch_path(const char *name);

void scratch_make_folder(const char *path);
void scratch_write(const char *path, const void *data, size_t size);
void scratch_write_text(const char *path, const char *text);

/* The whole file, to be freed; aborts when it cannot be read. */
unsigned char *scratch_read(const char *path, size_t *ret_size);

/* A picture of one grey level, 0..255. */
void scratch_write_jpeg(const char *path, int width, int height, int level);

#endif
