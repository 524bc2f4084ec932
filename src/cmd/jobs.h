/* The jobs behind `capture`, `train`, `monitor` and `summary`, as functions: `demo` runs them in a
 * row.
 *
 * Each prints what a person wants to know (results on stdout, problems on stderr) unless quiet, and
 * returns false with the error that becomes the exit status. All stop in good order when a stop is
 * requested (platform/signal.h).
 */
#ifndef CMD_JOBS_H
#define CMD_JOBS_H

#include "config/config.h"
#include "config/project.h"

#include <stddef.h>
#include <stdint.h>

struct job_source {
    const char *spec; /* NULL = camera.source, else camera.index */
    double interval_s;
    int64_t start_utc_ms;
    int64_t first_frame, last_frame; /* of finite sources */
    bool realtime, ignore_mode;
};

/* Defaults: the configured camera, everything, clock from 2000-01-01. */
struct job_source job_source_default(double interval_s);

struct capture_job {
    struct job_source source;
    int64_t count;     /* stop after so many; 0 = no limit */
    double duration_s; /* of the source's time; 0 = no limit */
};

struct capture_report {
    size_t saved, already_there, dark, blurred, identical;
};

MUST_CHECK bool job_capture(const struct config *config, const struct project *project,
                            const struct capture_job *job, struct capture_report *ret_report,
                            struct error *err);

MUST_CHECK bool job_train(const struct config *config, const struct project *project,
                          struct error *err);

struct monitor_job {
    struct job_source source;
    bool notify; /* also for a replay */
};

struct monitor_report {
    uint64_t frames_scored, alarms;
};

MUST_CHECK bool job_monitor(const struct config *config, const struct project *project,
                            const struct monitor_job *job, struct monitor_report *ret_report,
                            struct error *err);

/* Of the local day `date` ("2026-01-31"; NULL = today, so far): writes its files, prints nothing.
 */
MUST_CHECK bool job_summary(const struct config *config, const struct project *project,
                            const char *date, char ret_page[PATH_SIZE], struct error *err);

#endif
