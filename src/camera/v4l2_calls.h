/* Everything that the V4L2 camera asks of the kernel, in one table, so that a test can stand in for
 * the kernel and make each call fail.
 *
 * The functions answer like the system calls of their names: -1 (MAP_FAILED) with errno. Linux
 * only, private to camera/.
 */
#ifndef CAMERA_V4L2_CALLS_H
#define CAMERA_V4L2_CALLS_H

#include <stddef.h>
#include <stdint.h>

struct v4l2_calls {
    int (*open)(const char *path);
    int (*close)(int fd);
    int (*ioctl)(int fd, unsigned long request, void *argument); /* repeats after EINTR */
    void *(*map)(int fd, size_t length, int64_t offset);
    int (*unmap)(void *data, size_t length);
    /* Waits for a picture: > 0 with `ret_events`, 0 after the time, -1 with errno. */
    int (*wait)(int fd, int timeout_ms, short *ret_events);
    int64_t (*now_ns)(void);  /* CLOCK_MONOTONIC */
    const char *class_folder; /* "/sys/class/video4linux" */
    const char *links_folder; /* "/dev/v4l": by-id/ and by-path/, made by udev */
};

/* What is used: the kernel, unless a test put its own table here before it opened a camera. */
extern const struct v4l2_calls *v4l2_calls;
extern const struct v4l2_calls v4l2_kernel_calls;

#endif
