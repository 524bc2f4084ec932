/* Advisory locks by flock(): they belong to the open file, so two structs of one process exclude
 * each other too, and the kernel gives them back when the process ends, however it ends.
 */
#include "platform/file.h"

#include "platform/linux/disk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static bool take(struct file_lock *lock, const char *path, int operation, struct error *err)
{
    assert(lock->handle == 0);
    int descriptor = disk_open(path, O_RDWR | O_CREAT, 0600, err);
    if (descriptor < 0)
        return error_add_context(err, "no lock");
    int result;
    do
        result = flock(descriptor, operation);
    while (result != 0 && errno == EINTR);
    if (result != 0) {
        int saved_errno = errno;
        close(descriptor);
        if (saved_errno == EWOULDBLOCK)
            return error_set(err, ERROR_BUSY, "'%s' is held by another leakwatch; stop that first",
                             path);
        return error_set_errno(err, saved_errno, "'%s' cannot be locked", path);
    }
    lock->handle = descriptor + 1;
    return true;
}

bool file_lock_try(struct file_lock *lock, const char *path, struct error *err)
{
    return take(lock, path, LOCK_EX | LOCK_NB, err);
}

bool file_lock_wait(struct file_lock *lock, const char *path, struct error *err)
{
    return take(lock, path, LOCK_EX, err);
}

void file_lock_release(struct file_lock *lock)
{
    if (lock->handle == 0)
        return;
    close((int)lock->handle - 1);
    lock->handle = 0;
}
