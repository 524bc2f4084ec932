/* A V4L2 camera as a row of compressed or YUYV pictures: open, negotiate, wait, take, give back.
 *
 * The driver's buffers are mapped, at most one is held at a time, and the newest picture wins.
 * Errors are named by physical cause: missing (with what is there), in use, not allowed, unplugged,
 * stalled. Linux only, private to camera/. Ownership: v4l2_camera_close releases whatever
 * v4l2_camera_open got, is safe after a failure, on a zeroed struct and after the camera is gone.
 * One thread at a time.
 */
#ifndef CAMERA_V4L2_CAMERA_H
#define CAMERA_V4L2_CAMERA_H

#include "base/error.h"
#include "camera/listing.h"
#include "camera/source.h"
#include "platform/file.h"

#include <stddef.h>
#include <stdint.h>

enum { V4L2_BUFFERS_MAX = 8, V4L2_NAME_SIZE = 64 };

struct camera_wish {
    int width, height;        /* px */
    double frames_per_second; /* 0 = whatever the camera likes */
};

struct camera_format {
    bool is_mjpeg;     /* else YUYV */
    int width, height; /* px */
    size_t row_bytes;  /* YUYV */
    size_t picture_bytes_max;
    int64_t period_ns; /* between two pictures, 0 when the driver does not say */
};

/* A picture in a driver's buffer; `data` is borrowed until v4l2_camera_give_back. */
struct camera_picture {
    const uint8_t *data;
    size_t size;
    int64_t number;  /* since open, from 0; pictures that the driver lost keep theirs */
    int64_t time_ns; /* CLOCK_MONOTONIC, by the driver where it can be trusted */
};

struct v4l2_camera {
    int handle;                  /* 0 = closed; the descriptor + 1 */
    char path[CAMERA_PATH_SIZE]; /* long enough for names by serial number */
    char name[V4L2_NAME_SIZE];
    struct camera_format format;
    struct {
        uint8_t *data;
        size_t size;
    } buffers[V4L2_BUFFERS_MAX];
    unsigned buffer_count;
    bool is_streaming;
    unsigned held;     /* the buffer that was taken + 1; 0 = none */
    uint32_t sequence; /* the driver's number of the last buffer, once one `has_come` */
    int64_t number;    /* of the last buffer */
    int64_t alive_ns;  /* when the last buffer came, or the stream was started */
    bool has_come;     /* at least one buffer */
};

MUST_CHECK bool v4l2_camera_open(struct v4l2_camera *camera, const char *path,
                                 const struct camera_wish *wish, struct error *err);
void v4l2_camera_close(struct v4l2_camera *camera);

/* Waits for a picture until `deadline_ns`. SOURCE_FRAME: the newest one, held until it is given
 * back. SOURCE_NONE: none yet, or only damaged ones (then `err` says so). SOURCE_LOST: close. Adds
 * to `counts` what the driver itself marked as damaged, and gaps in its sequence numbers. */
enum source_result v4l2_camera_take(struct v4l2_camera *camera, int64_t deadline_ns,
                                    struct camera_picture *ret_picture,
                                    struct source_counts *counts, struct error *err);

/* Gives the held picture's buffer back to the driver; does nothing when none is held. */
MUST_CHECK bool v4l2_camera_give_back(struct v4l2_camera *camera, struct error *err);

/* The physical cause behind the `errno` value `reason`, while `step` ("opening") was tried. */
bool v4l2_cause_set(struct error *err, int reason, const char *path, const char *step);

/* "cameras present: 0 (HD Webcam), 2 (Microscope)", or that none is connected. */
void v4l2_describe_present(char *ret_text, size_t size);

/* From sysfs, without opening anything: the nodes there are ("video0", "vbi0", …), whether one is a
 * camera itself and not its metadata, and the first line of an attribute ("" when there is none).
 * Ownership: name_list_finish, also after a failure. */
enum { V4L2_NODES_MAX = 256 };
MUST_CHECK bool v4l2_list_nodes(struct name_list *ret_nodes);
bool v4l2_is_camera_node(const char *node);
void v4l2_read_attribute(const char *node, const char *attribute, char *ret_text, size_t size);

#endif
