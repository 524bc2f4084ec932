/* The kernel behind v4l2_calls.h: what a camera is asked goes through here, and in tests through a
 * kernel that misbehaves on demand.
 *
 * Only an interrupted ioctl is repeated here; everything else goes up as it came.
 */
#include "camera/v4l2_calls.h"

#include "platform/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Non-blocking: a blocking read never comes back when the camera stalls. */
static int kernel_open(const char *path)
{
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int kernel_close(int fd)
{
    return close(fd);
}

static int kernel_ioctl(int fd, unsigned long request, void *argument)
{
    int result;
    do
        result = ioctl(fd, request, argument);
    while (result < 0 && errno == EINTR);
    return result;
}

static void *kernel_map(int fd, size_t length, int64_t offset)
{
    return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
}

static int kernel_unmap(void *data, size_t length)
{
    return munmap(data, length);
}

static int kernel_wait(int fd, int timeout_ms, short *ret_events)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    int result = poll(&item, 1, timeout_ms);
    *ret_events = item.revents;
    return result;
}

const struct v4l2_calls v4l2_kernel_calls = {
    .open = kernel_open,
    .close = kernel_close,
    .ioctl = kernel_ioctl,
    .map = kernel_map,
    .unmap = kernel_unmap,
    .wait = kernel_wait,
    .now_ns = clock_monotonic_ns,
    .class_folder = "/sys/class/video4linux",
    .links_folder = "/dev/v4l",
};

const struct v4l2_calls *v4l2_calls = &v4l2_kernel_calls;
