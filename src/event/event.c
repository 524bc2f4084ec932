/* The names under which events appear in records: a promise to log readers, so they are written
 * down once, here, and never derived from the C identifiers.
 */
#include "event/event.h"

static const char *const type_names[EVENT_TYPE_COUNT] = {
    [EVENT_STARTUP] = "startup",
    [EVENT_STARTUP_WARNING] = "startup_warning",
    [EVENT_STARTUP_ERROR] = "startup_error",
    [EVENT_SHUTDOWN] = "shutdown",
    [EVENT_MODE_CHANGE] = "mode_change",
    [EVENT_CAPTURED_FRAME] = "captured_frame",
    [EVENT_FRAME_STATUS] = "frame_status",
    [EVENT_ANOMALY_DETECTED] = "anomaly_detected",
    [EVENT_ALARM_UPDATE] = "alarm_update",
    [EVENT_ALARM_CLOSED] = "alarm_closed",
    [EVENT_CONTEXT_SAVED] = "context_saved",
    [EVENT_HEARTBEAT] = "heartbeat",
    [EVENT_CAMERA_ERROR] = "camera_error",
    [EVENT_FAULT] = "fault",
    [EVENT_RECOVERED] = "recovered",
    [EVENT_NOTIFY_ERROR] = "notify_error",
    [EVENT_TRAINING_COMPLETE] = "training_complete",
    [EVENT_RECORDS_LOST] = "records_lost",
    [EVENT_ALARM_ACKNOWLEDGED] = "alarm_acknowledged",
    [EVENT_EVIDENCE_REMOVED] = "evidence_removed",
    [EVENT_SNAPSHOT_SAVED] = "snapshot_saved",
    [EVENT_HEALTH_CHECK_COMPLETE] = "health_check_complete",
    [EVENT_RECONSTRUCTION_VIZ_COMPLETE] = "reconstruction_viz_complete",
    [EVENT_THRESHOLD_CALIBRATION_COMPLETE] = "threshold_calibration_complete",
    [EVENT_DAILY_SUMMARY_COMPLETE] = "daily_summary_complete",
};

static const char *const fault_names[FAULT_KIND_COUNT] = {
    [FAULT_CAMERA_DOWN] = "camera_down", [FAULT_MODE_FILE] = "mode_file", [FAULT_DISK] = "disk",
    [FAULT_DETECTOR] = "detector",       [FAULT_DELIVERY] = "delivery",
};

static const char *const reason_names[UPDATE_REASON_COUNT] = {
    [UPDATE_GROWN] = "grown",       [UPDATE_NEW_BOX] = "new_box", [UPDATE_REMINDER] = "reminder",
    [UPDATE_PICTURES] = "pictures", [UPDATE_LATE] = "late",
};

const char *event_type_name(enum event_type type)
{
    return type < EVENT_TYPE_COUNT ? type_names[type] : "unknown";
}

const char *fault_kind_name(enum fault_kind kind)
{
    return kind < FAULT_KIND_COUNT ? fault_names[kind] : "unknown";
}

const char *alarm_update_reason_name(enum alarm_update_reason reason)
{
    return reason < UPDATE_REASON_COUNT ? reason_names[reason] : "unknown";
}
