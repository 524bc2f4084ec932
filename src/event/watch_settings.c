/* What the configuration says in seconds, on the clock of the watch.
 *
 * Its own file because the watch itself knows no configuration: tests give it settings directly.
 */
#include "event/watch_settings.h"

#include "platform/clock.h"

enum { EVIDENCE_GAP_SECONDS = 30 };

static int64_t ns_from_seconds(double seconds)
{
    return (int64_t)(seconds * (double)NS_PER_SECOND);
}

struct watch_settings watch_settings_from(const struct config *config, int first_alarm_number)
{
    return (struct watch_settings){
        .consecutive_needed = config->monitor_consecutive_anomalies,
        .cooldown_ns = ns_from_seconds(config->monitor_alert_cooldown_seconds),
        .heartbeat_ns = ns_from_seconds(config->monitor_heartbeat_seconds),
        .camera_down_ns = ns_from_seconds(config->monitor_camera_down_seconds),
        .evidence_gap_ns = EVIDENCE_GAP_SECONDS * NS_PER_SECOND,
        .frame_interval_seconds = config->monitor_frame_interval_seconds,
        .first_alarm_number = first_alarm_number};
}
