/* Source settings for all commands that look at pictures. A finite source's clock begins in the
 * year 2000 unless told otherwise, so that a replay writes the same records whenever it is run.
 */
#include "cmd/job_source.h"

#include "base/parse.h"
#include "platform/clock.h"

#include <stdio.h>

#define REPLAY_START_UTC_MS INT64_C(946684800000) /* 2000-01-01T00:00:00Z */

struct job_source job_source_default(double interval_s)
{
    return (struct job_source){
        .interval_s = interval_s, .start_utc_ms = REPLAY_START_UTC_MS, .last_frame = INT64_MAX};
}

void job_source_prepare(const struct config *config, const struct job_source *wish,
                        struct prepared_source *ret_source)
{
    const char *spec = wish->spec ? wish->spec : config->camera_source;
    if (*spec == '\0') {
        snprintf(ret_source->index_text, sizeof ret_source->index_text, "%d", config->camera_index);
        spec = ret_source->index_text;
    }
    ret_source->settings = (struct source_settings){
        .spec = spec,
        .width = config->camera_width,
        .height = config->camera_height,
        .fps = config->camera_fps,
        .interval_ns = (int64_t)(wish->interval_s * (double)NS_PER_SECOND),
        .folder_period_ns =
            (int64_t)(config->monitor_frame_interval_seconds * (double)NS_PER_SECOND),
        .start_utc_ms = wish->start_utc_ms,
        .first_frame = wish->first_frame,
        .last_frame = wish->last_frame,
        .realtime = wish->realtime};
}

bool job_source_from_flags(const struct invocation *invocation, struct job_source *wish,
                           struct error *err)
{
    wish->spec = invocation_text(invocation, "source", NULL);
    wish->realtime = invocation_has(invocation, "realtime");
    wish->ignore_mode = invocation_has(invocation, "ignore-mode");
    const char *start = invocation_text(invocation, "start", NULL);
    if (start && !parse_time_utc_ms(start, &wish->start_utc_ms))
        return error_set(err, ERROR_USAGE,
                         "--start %s is no time; write it as 2026-01-31T22:00:00+01:00", start);
    return true;
}
