/* Files and folders, with the promises that records need: whole or not at all, and told when it is
 * on disk.
 *
 * Paths are UTF-8. Every failure names the path. No function follows a symbolic link as the last
 * component when it writes. Any thread, one thread per open file.
 */
#ifndef PLATFORM_FILE_H
#define PLATFORM_FILE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* dir + "/" + name, or `name` alone when it is absolute or dir is "". ERROR_INPUT when it does not
 * fit `size`. */
MUST_CHECK bool path_join(char *ret_path, size_t size, const char *dir, const char *name,
                          struct error *err);
enum { PATH_SIZE = 1024 };

enum file_kind { FILE_MISSING, FILE_REGULAR, FILE_FOLDER, FILE_LINK, FILE_OTHER };
/* What stands at `path`, without following a link; FILE_MISSING too when it cannot be looked at. */
enum file_kind file_kind_of(const char *path);
/* Is nothing there, for certain? False too when a folder on the way may not be looked into: whoever
 * opens the file then learns why. */
bool file_is_missing(const char *path);

/* Appends the whole file to `contents`. ERROR_FORMAT when it is larger than `max_size`, ERROR_INPUT
 * when it is not a regular file (links to regular files are followed). */
MUST_CHECK bool file_read(const char *path, size_t max_size, struct buffer *contents,
                          struct error *err);

/* Replaces `path` as one step: temporary name in the same folder, write, flush to disk, rename,
 * flush the folder. After a failure no temporary file is left and the old file stands untouched,
 * except when the last step alone fails: then the new file stands and the message says so.
 * `private_mode` makes it readable by its owner only (0600), else 0644 less the umask. */
MUST_CHECK bool file_replace(const char *path, const void *data, size_t size, bool private_mode,
                             struct error *err);

/* The same for a file that some library writes by itself: write to the name this gives, then commit
 * or discard. `ret_path` is in the same folder, begins with '.', and is given out once in this
 * process. file_commit flushes and renames; the temporary file is gone afterwards, also after a
 * failure. file_discard takes a name that is already gone. */
MUST_CHECK bool file_temporary_name(const char *path, char *ret_path, size_t size,
                                    struct error *err);
MUST_CHECK bool file_commit(const char *temporary, const char *path, struct error *err);
void file_discard(const char *temporary);

/* Removes from `folder` the temporary files of processes that do not live any more: what a kill or
 * a power cut left of the functions above. How many is in *ret_count (may be NULL). A folder that
 * does not exist has none; one file that can not be removed is passed over. */
MUST_CHECK bool folder_remove_leftovers(const char *folder, size_t *ret_count, struct error *err);

/* True when it is gone afterwards, also when it was never there. */
MUST_CHECK bool file_remove(const char *path, struct error *err);
MUST_CHECK bool file_rename(const char *from, const char *to,
                            struct error *err); /* and flushes the folder */

/* Makes the folder and its parents; existing ones keep their mode. `private_mode` is 0700, else
 * 0755. */
MUST_CHECK bool folder_create(const char *path, bool private_mode, struct error *err);

/* Names in `path` in byte order, without "." and "..", and without names beginning with '.'.
 * ERROR_FORMAT above `max_names`. Ownership: the caller calls name_list_finish, also after a
 * failure. */
struct name_list {
    char **names;
    size_t count;
};
MUST_CHECK bool folder_list(const char *path, size_t max_names, struct name_list *ret_list,
                            struct error *err);
void name_list_finish(struct name_list *list);

/* `path` from the root of the file system, all links resolved. ERROR_INPUT when nothing is there or
 * it does not fit `size`. */
MUST_CHECK bool path_absolute(const char *path, char *ret_path, size_t size, struct error *err);

/* Is `path`, all links resolved, inside the folder `root`, all links resolved? False with
 * ERROR_INPUT naming both when it is not. */
MUST_CHECK bool path_check_inside(const char *path, const char *root, struct error *err);

MUST_CHECK bool folder_free_bytes(const char *path, uint64_t *ret_bytes, struct error *err);

/* True with the answer when `path` is readable by its owner only; used for files with secrets. */
MUST_CHECK bool file_is_private(const char *path, bool *ret_private, struct error *err);

/* An advisory lock on a file of its own, released by the end of the process however it ends.
 * file_lock_try: ERROR_BUSY when another process (or another struct of this one) holds it. */
struct file_lock {
    intptr_t handle; /* 0 = not held; the descriptor + 1 */
};
MUST_CHECK bool file_lock_try(struct file_lock *lock, const char *path, struct error *err);
MUST_CHECK bool file_lock_wait(struct file_lock *lock, const char *path, struct error *err);
void file_lock_release(struct file_lock *lock);

/* A file that only grows. One write() per append; a short write is cut off again, so that a failed
 * append leaves the size as it was (or, when even that fails, `torn` is set and the next append
 * repairs first). */
struct append_file {
    intptr_t handle; /* 0 = closed; the descriptor + 1 */
    uint64_t size;
    bool torn;
    char path[PATH_SIZE]; /* for messages only */
};
MUST_CHECK bool append_open(struct append_file *file, const char *path, struct error *err);
MUST_CHECK bool append_write(struct append_file *file, const void *data, size_t size,
                             struct error *err);
MUST_CHECK bool append_flush(struct append_file *file, struct error *err); /* fdatasync */
/* Writes what the file holds from `offset` on once more, the same bytes in the same place, and
 * flushes. For after a failed flush: Linux then takes pages for written that are not, and a second
 * flush alone succeeds without them. */
MUST_CHECK bool append_rewrite(struct append_file *file, uint64_t offset, struct error *err);
MUST_CHECK bool append_truncate(struct append_file *file, uint64_t size, struct error *err);
/* Up to `size` bytes from `offset`; `ret_count` less than asked only at the end of the file. */
MUST_CHECK bool append_read(struct append_file *file, uint64_t offset, void *ret_data, size_t size,
                            size_t *ret_count, struct error *err);
/* The size on disk now, and whether `path` still names this very file. Clears `torn`: what another
 * process did meanwhile is not ours to cut, so look at the end of the file for a torn tail. */
MUST_CHECK bool append_refresh(struct append_file *file, const char *path, bool *ret_same,
                               struct error *err);
void append_close(struct append_file *file);

#endif
