/* From a job's wishes and the configuration to the settings of a source, and from flags to the
 * wishes. One thread. */
#ifndef CMD_JOB_SOURCE_H
#define CMD_JOB_SOURCE_H

#include "camera/source.h"
#include "cmd/cmd.h"
#include "cmd/jobs.h"

/* `ret_settings` borrows from config, job and itself: `index_text` holds the spec of a camera
 * index. */
struct prepared_source {
    struct source_settings settings;
    char index_text[16];
};

void job_source_prepare(const struct config *config, const struct job_source *wish,
                        struct prepared_source *ret_source);

/* The flags --source, --interval, --start, --realtime, --ignore-mode that the command declares. */
MUST_CHECK bool job_source_from_flags(const struct invocation *invocation, struct job_source *wish,
                                      struct error *err);

#define JOB_SOURCE_FLAGS                                                                            \
    {"source",                                                                                      \
     FLAG_TEXT,                                                                                     \
     "SOURCE",                                                                                      \
     0,                                                                                             \
     0,                                                                                             \
     "instead of the configured camera: a device (/dev/video1), a video (night.mp4), a folder of "  \
     "images, or a simulated rig (sim:puddle)"},                                                    \
        {"start", FLAG_TEXT,                                                                        \
         "TIME",  0,                                                                                \
         0,       "when a recording began, as 2026-01-31T22:00:00+01:00; stamps count from there"}, \
        {"realtime", FLAG_SWITCH, NULL, 0, 0, "play a recording at its own speed"},                 \
    {                                                                                               \
        "ignore-mode", FLAG_SWITCH, NULL, 0, 0,                                                     \
            "with a recording: work in any mode; a camera obeys the mode"                           \
    }

#endif
