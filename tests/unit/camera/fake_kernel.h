/* A kernel with one camera in it, for the V4L2 tests: every answer and failure is set by the test.
 *
 * Time stands still but for waiting: a wait without a picture moves the clock on by its time.
 */
#ifndef TESTS_CAMERA_FAKE_KERNEL_H
#define TESTS_CAMERA_FAKE_KERNEL_H

#include "camera/v4l2_calls.h"

#include <linux/videodev2.h>
#include <stdbool.h>

enum { FAKE_FORMATS = 4, FAKE_BUFFERS = 4, FAKE_ARRIVALS = 16, FAKE_BUFFER_BYTES = 1 << 16 };

/* A picture, or a failure, that the driver will hand out. */
struct fake_arrival {
    const void *data;
    size_t size;
    uint32_t flags; /* V4L2_BUF_FLAG_… */
    uint32_t sequence;
    int64_t time_ns; /* 0 = now */
    int dequeue_errno;
};

struct fake_kernel {
    /* What the camera is. */
    uint32_t capabilities, device_capabilities;
    struct {
        uint32_t pixel_format;
        unsigned width, height; /* the only size; others are replaced by it */
    } formats[FAKE_FORMATS];
    unsigned format_count;
    uint32_t forced_pixel_format; /* what S_FMT answers, 0 = what was asked */
    unsigned forced_row_bytes;    /* 0 = honest */
    unsigned buffer_count, buffer_bytes;
    struct v4l2_fract period; /* 0/0 = the driver does not say */
    const char *card;         /* 32 bytes, or fewer with a NUL */
    bool any_size;            /* sizes are a range up to 1920x1080 */
    bool any_rate;            /* rates are a range from `period` to ten times that */
    bool endless;             /* every enumeration goes on for ever */
    int64_t slowness_ns;      /* that each ioctl takes */

    /* What fails. */
    int open_errno;
    const char *failing_path;      /* NULL: any */
    unsigned long failing_request; /* this ioctl … */
    int failing_errno;             /* … fails with this */
    int map_errno, wait_errno;
    short wait_events; /* 0 = POLLIN when there is a picture */
    int fail_at_call;  /* the n-th call of all fails with EIO; 0 = none */

    /* What comes. */
    struct fake_arrival arrivals[FAKE_ARRIVALS];
    int arrival_count;
    /* A stream: this one again and again, so long after each other. NULL = none. */
    const void *stream_data;
    size_t stream_size;
    int64_t stream_period_ns;

    /* What was done. */
    int64_t now_ns;
    int calls, open_count, map_count;
    bool streaming;
    bool queued[FAKE_BUFFERS]; /* the driver's */
    unsigned width, height;
    uint32_t pixel_format;
};

extern struct fake_kernel fake_kernel;

/* A sound camera with MJPEG and YUYV of 64x48 px and nothing to come; becomes `v4l2_calls`. */
void fake_kernel_reset(const char *class_folder);

/* The next picture; it gets the next sequence number. */
struct fake_arrival *fake_arrive(const void *data, size_t size);

#endif
