/* The monitor at work: source → detector → watch → records → delivery, each on its own thread with
 * bounded queues.
 *
 *   capture thread   owns the source: opens, reads, reopens with back-off; closed while disarmed
 *   inference thread owns detector and watch; allocates nothing of ours after start
 *   records thread   owns journal and evidence; fills the outbox; keeps what the disk refuses and
 * tries again delivery thread  sink/delivery.h caller           supervises: signals, mode file, end
 * of the source Ownership: pipeline_run borrows everything in `parts` until it returns. Finite
 * sources block instead of dropping, and end the run. Errors: the first fatal one; everything that
 * came before is recorded and flushed.
 */
#ifndef MONITOR_PIPELINE_H
#define MONITOR_PIPELINE_H

#include "config/config.h"
#include "config/project.h"
#include "score/detector.h"

#include "camera/source.h"

struct pipeline_options {
    const struct config *config;
    const struct project *project;
    const struct source_settings *source; /* settings->interval_ns is the scoring interval */
    bool ignore_mode;                     /* finite sources: watch whatever the mode file says */
    bool deliver;                         /* fill the outbox and run the delivery thread */
    bool show_progress;
    /* Makes the detector once the camera's size is known. */
    struct detector *(*make_detector)(void *context, int camera_width, int camera_height,
                                      struct error *err);
    void *context;
    const char *startup_detail; /* model digest and the like, for the startup record */
};

struct pipeline_result {
    uint64_t frames_scored, frames_dropped, alarms;
};

MUST_CHECK bool pipeline_run(const struct pipeline_options *options,
                             struct pipeline_result *ret_result, struct error *err);

#endif
