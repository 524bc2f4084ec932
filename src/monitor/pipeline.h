/* The monitor at work: source → detector → watch → records → delivery, each on its own thread with
 * bounded queues.
 *
 *   capture thread    owns the source: opens, reads, reopens with back-off; closed while disarmed
 *   inference thread  owns detector and watch; allocates nothing of ours after its first frame
 *   records thread    owns journal and evidence; fills the outbox; keeps what the disk refuses
 *   delivery thread   sink/delivery.h
 *   caller            supervises: signals, mode file, end of the source
 *
 * Only one monitor runs in a project (ERROR_BUSY). A finite source blocks instead of dropping, runs
 * on its own clock, and ends the run; with a camera the run ends when a stop is requested
 * (platform/signal.h). Ownership: borrows everything in the options until it returns. Errors: the
 * first fatal one; what came before it is recorded and flushed.
 */
#ifndef MONITOR_PIPELINE_H
#define MONITOR_PIPELINE_H

#include "camera/source.h"
#include "config/config.h"
#include "config/project.h"
#include "score/detector.h"

struct pipeline_options {
    const struct config *config;
    const struct project *project;
    const struct source_settings *source; /* interval_ns is the scoring interval */
    bool ignore_mode;                     /* finite sources only */
    bool notify_replay;                   /* tell people also of what a finite source shows */
    bool quiet;                           /* nothing on the terminal but errors */
    /* Makes the detector when the first frame has shown the camera's size. */
    struct detector *(*make_detector)(void *context, int camera_width, int camera_height,
                                      struct error *err);
    void *context;
    const char *detector;                /* its kind, for the startup record */
    int64_t model_utc_ms;                /* when the model was made */
    const char *startup_detail;          /* of the model, for it too */
    const char *const *startup_warnings; /* each becomes a record */
    size_t startup_warning_count;
};

struct pipeline_result {
    uint64_t frames_scored, alarms;
    struct source_counts counts;
    bool undelivered; /* alerts wait in the outbox for the next start */
};

MUST_CHECK bool pipeline_run(const struct pipeline_options *options,
                             struct pipeline_result *ret_result, struct error *err);

#endif
