/* What lies in a folder and how much of its disk it takes, for whoever has to keep room there.
 *
 * Nothing here follows a symbolic link as the last component. Any thread. Errors name the path.
 */
#ifndef PLATFORM_FOLDER_H
#define PLATFORM_FOLDER_H

#include "platform/file.h"

/* Calls `visit` for each entry but "." and "..", in the order of the disk, until it returns false;
 * constant memory, however many there are. What is removed or added meanwhile may be shown or not.
 */
MUST_CHECK bool folder_visit(const char *path,
                             bool (*visit)(void *context, const char *name, enum file_kind kind),
                             void *context, struct error *err);

struct file_extent {
    uint64_t
        freed_bytes; /* what the disk gets back when it is removed; 0 when it has other names */
    int64_t written_utc_ms; /* its contents, last */
};
/* ERROR_INPUT when nothing is there, or something that is no regular file. */
MUST_CHECK bool file_measure(const char *path, struct file_extent *ret_extent, struct error *err);

/* Of the disk that the folder lies on, used or not. */
MUST_CHECK bool folder_total_bytes(const char *path, uint64_t *ret_bytes, struct error *err);

/* Would room in the one folder be room in the other? */
MUST_CHECK bool folder_same_disk(const char *path, const char *other, bool *ret_same,
                                 struct error *err);

#endif
