/* The source of commands that look at a few frames while nobody records: --source, or the
 * configured camera. A camera is one program's at a time, so a running monitor is asked for first.
 * One thread. Errors: ERROR_BUSY when the configured camera is the monitor's, ERROR_USAGE for a
 * source that cannot be.
 */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "cmd/job_source.h"

struct look {
    struct prepared_source source;
    bool finite; /* a recording, not a camera */
    bool begun;  /* private */
    int64_t first_ns;
};

/* The command declares the flag --source (LOOK_SOURCE_FLAG). `ret_look` must stay where it is. */
MUST_CHECK bool look_prepare(const struct invocation *invocation, double interval_s,
                             struct look *ret_look, struct error *err);

/* A camera opens its eye to the wrong brightness: true during its first two seconds, never of a
 * recording. Once for each frame, in order. */
bool look_is_settling(struct look *look, const struct frame *frame);

/* How many frames to grab so that `wanted` are left after settling. */
int look_frames(const struct look *look, int wanted);

#define LOOK_SOURCE_FLAG                                                                           \
    {                                                                                              \
        "source", FLAG_TEXT, "SOURCE", 0, 0,                                                       \
            "camera, video file, folder of images or sim:SCENARIO instead of the configured "      \
            "camera"                                                                               \
    }

#endif
