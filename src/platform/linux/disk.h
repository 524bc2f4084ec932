/* Steps that the files of this folder share. Private to src/platform/linux/. Any thread. */
#ifndef PLATFORM_LINUX_DISK_H
#define PLATFORM_LINUX_DISK_H

#include "base/error.h"

#include <stddef.h>

/* Whole, over short writes and interruptions; false with errno. */
MUST_CHECK bool disk_write_all(int descriptor, const void *data, size_t size);

/* fsync over interruptions; false with errno. */
MUST_CHECK bool disk_flush(int descriptor);

/* Flushes the folder that holds `path`, so that a new or changed name survives a power cut. */
MUST_CHECK bool disk_flush_folder_of(const char *path, struct error *err);

/* Opens the folder that holds `path`; -1 with errno. */
int disk_open_folder_of(const char *path);

/* The same flush on a folder opened before; file systems that cannot flush folders are content. */
MUST_CHECK bool disk_flush_folder(int folder);

/* Opens for writing without following a link as the last component; -1 with `err` filled. */
int disk_open(const char *path, int flags, unsigned mode, struct error *err);

#endif
