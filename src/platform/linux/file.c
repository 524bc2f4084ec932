/* Whole files: read with a bound, replaced in one step.
 *
 * Replacing is: write a temporary file beside the old one, flush it, rename it over, flush the
 * folder. The folder is opened before anything is written, so that after the rename only the last
 * flush itself can fail. Names of temporary files start with a dot, which folder_list passes over:
 * what a crash leaves behind is never taken for data.
 */
#include "platform/file.h"

#include "platform/linux/disk.h"
#include "platform/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_CHUNK = 16384, SHOWN_NAME_MAX = 64, TEMPORARY_TRIES = 100 };

enum file_kind file_kind_of(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return FILE_MISSING;
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
        return FILE_REGULAR;
    case S_IFDIR:
        return FILE_FOLDER;
    case S_IFLNK:
        return FILE_LINK;
    default:
        return FILE_OTHER;
    }
}

bool file_is_missing(const char *path)
{
    struct stat status;
    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool read_all(int descriptor, const char *path, size_t max_size, struct buffer *contents,
                     struct error *err)
{
    char chunk[READ_CHUNK];
    size_t total = 0;
    for (;;) {
        ssize_t count = read(descriptor, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set_errno(err, errno, "'%s' cannot be read", path);
        if (count == 0)
            return buffer_check(contents, err);
        total += (size_t)count;
        if (total > max_size)
            return error_set(err, ERROR_FORMAT, "'%s' is larger than the %zu bytes allowed here",
                             path, max_size);
        buffer_append(contents, chunk, (size_t)count);
    }
}

bool file_read(const char *path, size_t max_size, struct buffer *contents, struct error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return error_set_errno(err, errno, "'%s' cannot be opened", path);
    struct stat status;
    size_t size_before = contents->size;
    bool done;
    if (fstat(descriptor, &status) != 0)
        done = error_set_errno(err, errno, "'%s' cannot be looked at", path);
    else if (!S_ISREG(status.st_mode))
        done = error_set(err, ERROR_INPUT, "'%s' is not a regular file", path);
    else
        done = read_all(descriptor, path, max_size, contents, err);
    close(descriptor);
    if (!done && contents->size > size_before) {
        contents->size = size_before;
        contents->data[size_before] = '\0';
    }
    return done;
}

/* Cut between characters, so that the shown part of the name stays valid UTF-8. */
static int shown_length(const char *name)
{
    size_t length = strlen(name);
    if (length > SHOWN_NAME_MAX) {
        length = SHOWN_NAME_MAX;
        while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80)
            length--;
    }
    return (int)length;
}

bool file_temporary_name(const char *path, char *ret_path, size_t size, struct error *err)
{
    static atomic_uint counter;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    int folder_length = (int)(name - path);
    char temporary[PATH_SIZE];
    int length = snprintf(temporary, sizeof temporary, "%.*s.%.*s.%d-%u.tmp", folder_length, path,
                          shown_length(name), name, process_id(), atomic_fetch_add(&counter, 1));
    if (length < 0 || (size_t)length >= sizeof temporary || (size_t)length >= size)
        return error_set(err, ERROR_INPUT, "the path '%.160s…' is too long; use a shorter one",
                         path);
    memcpy(ret_path, temporary, (size_t)length + 1);
    return true;
}

void file_discard(const char *temporary)
{
    unlink(temporary);
}

/* From a flushed temporary file to `path`; the temporary file is gone afterwards, come what may. */
static bool rename_over(const char *temporary, const char *path, struct error *err)
{
    int folder = disk_open_folder_of(path);
    if (folder < 0) {
        int saved_errno = errno;
        file_discard(temporary);
        return error_set_errno(err, saved_errno, "the folder of '%s' cannot be opened", path);
    }
    bool done = true;
    if (rename(temporary, path) != 0) {
        int saved_errno = errno;
        file_discard(temporary);
        done = error_set_errno(err, saved_errno, "'%s' cannot be replaced", path);
    } else if (!disk_flush_folder(folder)) {
        done = error_set_errno(err, errno,
                               "'%s' is replaced, but its folder cannot be flushed to disk", path);
    }
    close(folder);
    return done;
}

/* A left-over of a process that crashed and had our id may hold the name: then the next one. */
static int create_temporary(const char *path, bool private_mode, char ret_temporary[PATH_SIZE],
                            struct error *err)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    for (int i = 0; i < TEMPORARY_TRIES; i++) {
        if (!file_temporary_name(path, ret_temporary, PATH_SIZE, err))
            return -1;
        int descriptor = open(ret_temporary, flags, private_mode ? 0600 : 0644);
        if (descriptor >= 0)
            return descriptor;
        if (errno != EEXIST && errno != EINTR)
            break;
    }
    error_set_errno(err, errno, "'%s' cannot be written", path);
    return -1;
}

bool file_replace(const char *path, const void *data, size_t size, bool private_mode,
                  struct error *err)
{
    char temporary[PATH_SIZE];
    int descriptor = create_temporary(path, private_mode, temporary, err);
    if (descriptor < 0)
        return false;
    bool done = disk_write_all(descriptor, data, size) && disk_flush(descriptor);
    int saved_errno = errno;
    /* close() may report what a network file system noticed late; interrupted, it has closed. */
    if (close(descriptor) != 0 && errno != EINTR && done) {
        done = false;
        saved_errno = errno;
    }
    if (!done) {
        file_discard(temporary);
        return error_set_errno(err, saved_errno, "'%s' cannot be written", path);
    }
    return rename_over(temporary, path, err);
}

bool file_commit(const char *temporary, const char *path, struct error *err)
{
    int descriptor = disk_open(temporary, O_RDONLY, 0, err);
    if (descriptor < 0) {
        file_discard(temporary);
        return error_add_context(err, "'%s' cannot be written", path);
    }
    bool done = disk_flush(descriptor);
    int saved_errno = errno;
    close(descriptor);
    if (!done) {
        file_discard(temporary);
        return error_set_errno(err, saved_errno, "'%s' cannot be flushed to disk", path);
    }
    return rename_over(temporary, path, err);
}

bool file_remove(const char *path, struct error *err)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    return error_set_errno(err, errno, "'%s' cannot be removed", path);
}

bool file_rename(const char *from, const char *to, struct error *err)
{
    if (rename(from, to) != 0)
        return error_set_errno(err, errno, "'%s' cannot be renamed to '%s'", from, to);
    return disk_flush_folder_of(from, err) && disk_flush_folder_of(to, err);
}

bool file_is_private(const char *path, bool *ret_private, struct error *err)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_set_errno(err, errno, "'%s' cannot be looked at", path);
    *ret_private = (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return true;
}
