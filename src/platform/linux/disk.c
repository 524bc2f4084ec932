/* Writing that a power cut cannot halve: the loops and flushes under file.c, append.c and folder.c.
 *
 * A rename is on disk only when the folder is: on Linux that needs an fsync of the folder itself.
 * Network and FAT file systems refuse it with EINVAL, which is as good as it gets there.
 */
#include "platform/linux/disk.h"

#include "platform/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool disk_write_all(int descriptor, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    while (size > 0) {
        ssize_t count = write(descriptor, bytes, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0) {
            errno = EIO;
            return false;
        }
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

bool disk_flush(int descriptor)
{
    int result;
    do
        result = fsync(descriptor);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

int disk_open_folder_of(const char *path)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
    const char *name = !slash ? "." : length == 0 ? "/" : folder;
    return open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool disk_flush_folder(int folder)
{
    return disk_flush(folder) || errno == EINVAL || errno == ENOTSUP;
}

bool disk_flush_folder_of(const char *path, struct error *err)
{
    int folder = disk_open_folder_of(path);
    if (folder < 0)
        return error_set_errno(err, errno, "the folder of '%s' cannot be opened", path);
    bool done = disk_flush_folder(folder);
    int saved_errno = errno;
    close(folder);
    if (!done)
        return error_set_errno(err, saved_errno, "the folder of '%s' cannot be flushed to disk",
                               path);
    return true;
}

int disk_open(const char *path, int flags, unsigned mode, struct error *err)
{
    /* O_NONBLOCK: a named pipe in the place of a file is an error, not a wait for ever. */
    flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int descriptor;
    do
        descriptor = open(path, flags, mode);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0 && errno == ELOOP)
        error_set(err, ERROR_INPUT, "'%s' is a symbolic link; put the file itself there", path);
    else if (descriptor < 0)
        error_set_errno(err, errno, "'%s' cannot be opened for writing", path);
    if (descriptor < 0)
        return -1;
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(descriptor);
        error_set(err, ERROR_INPUT, "'%s' is not a regular file; remove it", path);
        return -1;
    }
    return descriptor;
}
