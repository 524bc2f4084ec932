/* Event ids of replays stay new in a project, whatever its records hold. */
#include "check.h"
#include "monitor/alarm_number.h"
#include "scratch.h"

#include "platform/file.h"

#include <string.h>

#define LINE(seq, type, id)                                                                        \
    "{\"schema\":1,\"seq\":" seq ",\"ts\":\"2000-01-01T00:00:00.000Z\",\"type\":\"" type           \
    "\",\"event_id\":\"" id "\",\"notify\":false}\n"

static int next_after(const char *records)
{
    struct error err;
    int number = -1;
    const char *path = scratch("events.jsonl");
    if (!file_replace(path, records, strlen(records), true, &err) ||
        !alarm_number_next(path, &number, &err))
        return -1;
    return number;
}

TEST(a_project_without_alarms_begins_with_one)
{
    struct error err;
    int number = 0;
    CHECK(alarm_number_next(scratch("no-such.jsonl"), &number, &err));
    CHECK_INT(number, 1);
    CHECK_INT(next_after(LINE("1", "startup", "")), 1);
}

TEST(the_highest_number_counts_not_the_last)
{
    CHECK_INT(next_after(LINE("1", "anomaly_detected", "946684800000-7")
                             LINE("2", "anomaly_detected", "946684900000-3")),
              8);
    CHECK_INT(next_after(LINE("1", "anomaly_detected", "946684800000-7")
                             LINE("2", "scene_changed", "946684900000-9")),
              10); /* they are numbered together */
}

TEST(what_is_no_opening_or_no_number_is_passed_over)
{
    CHECK_INT(next_after(LINE("1", "anomaly_detected", "946684800000-2") LINE(
                  "2", "alarm_closed", "946684800000-90") LINE("3", "anomaly_detected", "x")
                             LINE("4", "anomaly_detected", "1-99999999999999999999") "{\"seq\":5,"),
              3);
}

int main(void)
{
    RUN(a_project_without_alarms_begins_with_one);
    RUN(the_highest_number_counts_not_the_last);
    RUN(what_is_no_opening_or_no_number_is_passed_over);
    return check_report();
}
