/* The names under which events appear in records: a promise to log readers, so they are written
 * down once, here, and never derived from the C identifiers.
 */
#include "event/event.h"

#include <assert.h>
#include <string.h>

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
    [EVENT_SCENE_CHANGED] = "scene_changed",
    [EVENT_CONTEXT_SAVED] = "context_saved",
    [EVENT_HEARTBEAT] = "heartbeat",
    [EVENT_CAMERA_ERROR] = "camera_error",
    [EVENT_FAULT] = "fault",
    [EVENT_RECOVERED] = "recovered",
    [EVENT_NOTIFY_ERROR] = "notify_error",
    [EVENT_TRAINING_COMPLETE] = "training_complete",
    [EVENT_RECORDS_LOST] = "records_lost",
    [EVENT_ALARM_ACKNOWLEDGED] = "alarm_acknowledged",
    [EVENT_ACCEPTED_AS_NORMAL] = "accepted_as_normal",
    [EVENT_EVIDENCE_REMOVED] = "evidence_removed",
    [EVENT_SNAPSHOT_SAVED] = "snapshot_saved",
    [EVENT_HEALTH_CHECK_COMPLETE] = "health_check_complete",
    [EVENT_RECONSTRUCTION_VIZ_COMPLETE] = "reconstruction_viz_complete",
    [EVENT_THRESHOLD_CALIBRATION_COMPLETE] = "threshold_calibration_complete",
    [EVENT_DAILY_SUMMARY_COMPLETE] = "daily_summary_complete",
};

static const char *const fault_names[FAULT_KIND_COUNT] = {
    [FAULT_CAMERA_DOWN] = "camera_down",
    [FAULT_MODE_FILE] = "mode_file",
    [FAULT_DISK] = "disk",
    [FAULT_DETECTOR] = "detector",
    [FAULT_DELIVERY] = "delivery",
    [FAULT_CAMERA_FROZEN] = "camera_frozen",
    [FAULT_CAMERA_DARK] = "camera_dark",
    [FAULT_CAMERA_SATURATED] = "camera_saturated",
    [FAULT_CAMERA_BLURRED] = "camera_blurred",
    [FAULT_CAMERA_COVERED] = "camera_covered",
    [FAULT_CAMERA_MOVED] = "camera_moved",
};
static_assert(FAULT_CAMERA_MOVED - FAULT_CAMERA_FROZEN == (int)CAMERA_FAULT_MOVED &&
                  FAULT_KIND_COUNT - FAULT_CAMERA_FROZEN == (int)CAMERA_FAULT_COUNT,
              "the two enumerations have the same order");

static const char *const reason_names[UPDATE_REASON_COUNT] = {
    [UPDATE_GROWN] = "grown",       [UPDATE_NEW_BOX] = "new_box", [UPDATE_REMINDER] = "reminder",
    [UPDATE_PICTURES] = "pictures", [UPDATE_LATE] = "late",
};

static const char *const state_names[FRAME_STATE_COUNT] = {
    [FRAME_JUDGED] = "judged", [FRAME_BUSY] = "busy", [FRAME_BLIND] = "blind"};

static const char *const path_names[ALARM_PATH_COUNT] = {
    [ALARM_PATH_NONE] = "",           [ALARM_PATH_SCORE] = "score",
    [ALARM_PATH_BLOB] = "blob",       [ALARM_PATH_STRONG] = "strong",
    [ALARM_PATH_LASTING] = "lasting", [ALARM_PATH_GROWING] = "growing"};

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

const char *frame_state_name(enum frame_state state)
{
    return state < FRAME_STATE_COUNT ? state_names[state] : "unknown";
}

const char *alarm_path_name(enum alarm_path path)
{
    return path < ALARM_PATH_COUNT ? path_names[path] : "unknown";
}

enum alarm_path alarm_path_of_name(const char *name)
{
    for (int path = ALARM_PATH_NONE + 1; path < ALARM_PATH_COUNT; path++)
        if (strcmp(path_names[path], name) == 0)
            return (enum alarm_path)path;
    return ALARM_PATH_NONE;
}

enum fault_kind fault_kind_of(enum camera_fault fault)
{
    assert(fault < CAMERA_FAULT_COUNT);
    return (enum fault_kind)((int)FAULT_CAMERA_FROZEN + (int)fault);
}
