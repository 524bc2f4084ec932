/* Files that only grow. `size` is where the last whole append ended; bytes behind it are a torn
 * write of ours, which is cut off at once or, when the disk refuses even that, before the next
 * append. Whoever shares the file holds a lock of its own and calls append_refresh first: then the
 * size on disk counts, and a torn tail is for the reader of the contents to recognise.
 */
#include "platform/file.h"

#include "platform/linux/disk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REWRITE_CHUNK = 16384 };

static int descriptor_of(const struct append_file *file)
{
    assert(file->handle > 0);
    return (int)file->handle - 1;
}

static bool cut(int descriptor, uint64_t size)
{
    int result;
    do
        result = ftruncate(descriptor, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

bool append_open(struct append_file *file, const char *path, struct error *err)
{
    if (strlen(path) >= sizeof file->path)
        return error_set(err, ERROR_INPUT, "the path '%.160s…' is too long; use a shorter one",
                         path);
    int descriptor = disk_open(path, O_RDWR | O_CREAT | O_APPEND, 0644, err);
    if (descriptor < 0)
        return false;
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        error_set_errno(err, errno, "'%s' cannot be looked at", path);
        close(descriptor);
        return false;
    }
    if (status.st_size == 0 && !disk_flush_folder_of(path, err)) {
        close(descriptor); /* a new name that a power cut could take away with its records */
        return false;
    }
    *file = (struct append_file){.handle = descriptor + 1, .size = (uint64_t)status.st_size};
    memcpy(file->path, path, strlen(path) + 1);
    return true;
}

bool append_write(struct append_file *file, const void *data, size_t size, struct error *err)
{
    int descriptor = descriptor_of(file);
    if (file->torn && !cut(descriptor, file->size))
        return error_set_errno(err, errno, "the torn end of '%s' cannot be cut off", file->path);
    file->torn = false;
    ssize_t count;
    do
        count = write(descriptor, data, size);
    while (count < 0 && errno == EINTR);
    if (count == (ssize_t)size) {
        file->size += size;
        return true;
    }
    int saved_errno = count < 0 ? errno : ENOSPC; /* a short write to a file is a full disk */
    file->torn = !cut(descriptor, file->size);
    return error_set_errno(err, saved_errno, "%zu bytes cannot be appended to '%s'", size,
                           file->path);
}

bool append_flush(struct append_file *file, struct error *err)
{
    int result;
    do
        result = fdatasync(descriptor_of(file));
    while (result != 0 && errno == EINTR);
    return result == 0 || error_set_errno(err, errno, "'%s' cannot be flushed to disk", file->path);
}

/* pwrite() on a descriptor that appends would append: on this one it writes where it is told. */
static bool rewrite(int descriptor, uint64_t offset, uint64_t end)
{
    char bytes[REWRITE_CHUNK];
    while (offset < end) {
        size_t size = end - offset < sizeof bytes ? (size_t)(end - offset) : sizeof bytes;
        ssize_t count = pread(descriptor, bytes, size, (off_t)offset);
        if (count > 0)
            count = pwrite(descriptor, bytes, (size_t)count, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count == 0)
            errno = EIO; /* somebody cuts the file that we hold the lock of */
        if (count <= 0)
            return false;
        offset += (uint64_t)count;
    }
    return true;
}

bool append_rewrite(struct append_file *file, uint64_t offset, struct error *err)
{
    int descriptor = descriptor_of(file);
    int flags = fcntl(descriptor, F_GETFL);
    bool done = flags >= 0 && fcntl(descriptor, F_SETFL, flags & ~O_APPEND) == 0;
    if (!done)
        return error_set_errno(err, errno, "'%s' cannot be written again", file->path);
    done = rewrite(descriptor, offset, file->size);
    int saved_errno = errno;
    if (fcntl(descriptor, F_SETFL, flags) != 0 && done) {
        done = false;
        saved_errno = errno;
    }
    if (!done)
        return error_set_errno(err, saved_errno, "'%s' cannot be written again", file->path);
    return append_flush(file, err);
}

bool append_truncate(struct append_file *file, uint64_t size, struct error *err)
{
    if (!cut(descriptor_of(file), size))
        return error_set_errno(err, errno, "'%s' cannot be cut to %llu bytes", file->path,
                               (unsigned long long)size);
    file->size = size;
    file->torn = false;
    return true;
}

bool append_read(struct append_file *file, uint64_t offset, void *ret_data, size_t size,
                 size_t *ret_count, struct error *err)
{
    char *bytes = ret_data;
    size_t total = 0;
    while (total < size) {
        ssize_t count =
            pread(descriptor_of(file), bytes + total, size - total, (off_t)(offset + total));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set_errno(err, errno, "%zu bytes of '%s' cannot be read", size,
                                   file->path);
        if (count == 0)
            break;
        total += (size_t)count;
    }
    *ret_count = total;
    return true;
}

bool append_refresh(struct append_file *file, const char *path, bool *ret_same, struct error *err)
{
    struct stat ours, named;
    if (fstat(descriptor_of(file), &ours) != 0)
        return error_set_errno(err, errno, "'%s' cannot be looked at", path);
    bool missing = lstat(path, &named) != 0;
    if (missing && errno != ENOENT)
        return error_set_errno(err, errno, "'%s' cannot be looked at", path);
    file->size = (uint64_t)ours.st_size;
    file->torn = false;
    *ret_same = !missing && ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
    return true;
}

void append_close(struct append_file *file)
{
    if (file->handle != 0)
        close(descriptor_of(file));
    *file = (struct append_file){0};
}
