/* Where frames come from: camera, video file, folder of images, simulated rig; one ops row each.
 *
 * Life cycle: source_create (settings only, touches no device) → [source_open → source_read … →
 * source_close] any number of times → source_destroy. Settings live in `struct source_settings`,
 * everything that dies with the device in the runtime behind `source`, so "reopen the camera" never
 * resets a setting. Thread: one thread at a time; the capture thread owns it. Errors: named by
 * physical cause.
 */
#ifndef CAMERA_SOURCE_H
#define CAMERA_SOURCE_H

#include "base/error.h"
#include "frame/frame.h"

#include <stddef.h>
#include <stdint.h>

struct source_settings {
    const char *spec; /* "0", "/dev/video2", "clip.mp4", "folder/", "rtsp://…", "sim:drops?seed=1";
                         borrowed until source_destroy */
    int width, height;   /* px wanted from a camera */
    double fps;          /* wanted from a camera */
    int64_t interval_ns; /* at most one frame per interval of the source's time; 0 = every frame */
    int64_t folder_period_ns; /* time between two images of a folder; 0 = 1 s */
    int64_t start_utc_ms;     /* a finite source's clock starts here */
    int64_t first_frame;      /* of a finite source, 0-based, inclusive */
    int64_t last_frame;       /* inclusive; INT64_MAX = to the end */
    bool realtime;            /* pace a finite source by the monotonic clock */
};

/* Filled by source_open. */
struct source_info {
    int width, height;   /* px of the frames that will come */
    bool finite;         /* ends by itself; has its own clock */
    int64_t frame_count; /* frames of the whole finite source, -1 when unknown: for progress only */
    char name[128];      /* for people, secrets masked: "video clip.mp4, h264 768x432" */
};

enum source_result {
    SOURCE_FRAME, /* *ret_frame holds a frame */
    SOURCE_NONE,  /* none yet: the deadline passed, or a frame was unusable; call again */
    SOURCE_END,   /* a finite source is over */
    SOURCE_LOST   /* err says why; close, wait, open again (a finite source: give up) */
};

/* Frames that came but could not be used, since source_create. */
struct source_counts {
    uint64_t damaged; /* truncated or undecodable */
    uint64_t skipped; /* gaps in the camera's own sequence numbers */
    uint64_t no_room; /* the pool was exhausted */
};

struct source;

struct source *source_create(const struct source_settings *settings, struct error *err);
void source_destroy(struct source *source);

/* Is this spec of a finite source? Decided by the spec alone, before opening. */
bool source_is_finite(const struct source *source);

MUST_CHECK bool source_open(struct source *source, struct source_info *ret_info, struct error *err);
void source_close(struct source *source); /* safe when not open, and after the device is gone */

/* The next frame that is due by `interval_ns`, written into a frame from `pool`, returned with one
 * reference. Waits until `deadline_ns` (monotonic) at most, but a finite source takes as long as it
 * takes; a finite source waits for room in the pool, a live one drops and counts. Only frames that
 * are due are decoded where the format allows.
 *
 * `err` is cleared at the start. SOURCE_NONE may carry a reason in it (a picture that was damaged,
 * a file that ends early), which the caller tells once per episode and goes on; without a reason
 * its code is ERROR_NONE. `*ret_frame` is set with SOURCE_FRAME only. A finite source's media time
 * starts at 0 with each open, its interval at the first frame of the window. SOURCE_NONE also comes
 * when a stop is requested or the pool is closed, so a caller looks at both. */
enum source_result source_read(struct source *source, struct frame_pool *pool, int64_t deadline_ns,
                               struct frame **ret_frame, struct error *err);

struct source_counts source_counts(const struct source *source);

/* The spec with any password in a URL (user:password@, ?pwd=…) replaced by ***, for records and
 * terminals; cut to `size`. */
void source_mask_spec(const char *spec, char *ret_text, size_t size);

#endif
