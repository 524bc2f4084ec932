/* Every value of the enumerations has a name of its own; a number out of range does no harm. */
#include "check.h"

#include "event/event.h"

static void check_names(const char *(*name_of)(int), int count)
{
    for (int i = 0; i < count; i++) {
        CHECK(name_of(i) && name_of(i)[0]);
        for (int j = 0; j < i; j++)
            CHECK(strcmp(name_of(i), name_of(j)) != 0);
    }
    CHECK_TEXT(name_of(count), "unknown");
    CHECK_TEXT(name_of(-1), "unknown");
}

static const char *type_name(int i)
{
    return event_type_name((enum event_type)i);
}

static const char *fault_name(int i)
{
    return fault_kind_name((enum fault_kind)i);
}

static const char *reason_name(int i)
{
    return alarm_update_reason_name((enum alarm_update_reason)i);
}

static const char *state_name(int i)
{
    return frame_state_name((enum frame_state)i);
}

TEST(all_have_names)
{
    check_names(state_name, FRAME_STATE_COUNT);
    check_names(type_name, EVENT_TYPE_COUNT);
    check_names(fault_name, FAULT_KIND_COUNT);
    check_names(reason_name, UPDATE_REASON_COUNT);
}

TEST(paths_have_names_or_none)
{
    CHECK_TEXT(alarm_path_name(ALARM_PATH_NONE), "");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_SCORE), "score");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_BLOB), "blob");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_STRONG), "strong");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_LASTING), "lasting");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_GROWING), "growing");
    CHECK_TEXT(alarm_path_name(ALARM_PATH_COUNT), "unknown");
    for (int path = 0; path < ALARM_PATH_COUNT; path++)
        CHECK_INT(alarm_path_of_name(alarm_path_name((enum alarm_path)path)), path);
    CHECK_INT(alarm_path_of_name("no such path"), ALARM_PATH_NONE);
}

TEST(each_fault_of_the_picture_is_a_fault_of_its_own)
{
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_FROZEN)), "camera_frozen");
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_DARK)), "camera_dark");
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_SATURATED)), "camera_saturated");
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_BLURRED)), "camera_blurred");
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_COVERED)), "camera_covered");
    CHECK_TEXT(fault_kind_name(fault_kind_of(CAMERA_FAULT_MOVED)), "camera_moved");
}

/* What people's log readers look for. */
TEST(known_names_stay)
{
    CHECK_TEXT(event_type_name(EVENT_STARTUP), "startup");
    CHECK_TEXT(event_type_name(EVENT_STARTUP_ERROR), "startup_error");
    CHECK_TEXT(event_type_name(EVENT_STARTUP_WARNING), "startup_warning");
    CHECK_TEXT(event_type_name(EVENT_MODE_CHANGE), "mode_change");
    CHECK_TEXT(event_type_name(EVENT_CAPTURED_FRAME), "captured_frame");
    CHECK_TEXT(event_type_name(EVENT_FRAME_STATUS), "frame_status");
    CHECK_TEXT(event_type_name(EVENT_ANOMALY_DETECTED), "anomaly_detected");
    CHECK_TEXT(event_type_name(EVENT_CAMERA_ERROR), "camera_error");
    CHECK_TEXT(event_type_name(EVENT_NOTIFY_ERROR), "notify_error");
    CHECK_TEXT(event_type_name(EVENT_SHUTDOWN), "shutdown");
}

int main(void)
{
    RUN(all_have_names);
    RUN(paths_have_names_or_none);
    RUN(each_fault_of_the_picture_is_a_fault_of_its_own);
    RUN(known_names_stay);
    return check_report();
}
