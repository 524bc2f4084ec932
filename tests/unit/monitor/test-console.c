/* What the terminal says of each kind of news: the lines as a person reads them. */
#include "check.h"
#include "monitor/console.h"
#include "scratch.h"

#include <fcntl.h>

/* What console_event prints, without its time. */
static const char *line_of(const struct event *event)
{
    static char text[1024];
    const char *path = scratch("terminal");
    fflush(stdout);
    int kept = dup(STDOUT_FILENO), file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    dup2(file, STDOUT_FILENO);
    console_event(event, true);
    dup2(kept, STDOUT_FILENO);
    ssize_t size = pread(file, text, sizeof text - 1, 0);
    close(file);
    close(kept);
    text[size > 0 ? size : 0] = '\0';
    return size > 10 ? text + 10 : text;
}

static struct event alarm_event(enum event_type type, enum alarm_update_reason update,
                                const char *text)
{
    struct event event = {.type = type,
                          .update = update,
                          .status = {.score = 0.2, .threshold = 0.02},
                          .alarm = {.event_id = "946684811000-1",
                                    .box_count = 1,
                                    .boxes = {{4, 8, 20, 10}},
                                    .area_px = 96,
                                    .area_fraction = 0.008,
                                    .growth_px_per_minute = NAN}};
    snprintf(event.text, sizeof event.text, "%s", text);
    return event;
}

#define SPOT                                                                                       \
    " 946684811000-1: score 0.2 (threshold 0.02), 0.8 % of the picture, "                          \
    "largest at x 4 y 8 (20x10 px)"

TEST(alarms_and_what_becomes_of_them)
{
    static const struct {
        enum event_type type;
        enum alarm_update_reason update;
        const char *text, *expected;
    } rows[] = {
        {EVENT_ANOMALY_DETECTED, 0, "", "ALARM" SPOT "\n"},
        {EVENT_ALARM_UPDATE, UPDATE_GROWN, "", "larger" SPOT "\n"},
        {EVENT_ALARM_UPDATE, UPDATE_NEW_BOX, "", "in a new place too" SPOT "\n"},
        {EVENT_ALARM_UPDATE, UPDATE_REMINDER, "", "still there" SPOT "\n"},
        {EVENT_ALARM_UPDATE, UPDATE_PICTURES, "", "pictures of" SPOT "\n"},
        {EVENT_ALARM_UPDATE, UPDATE_LATE, "it opened and closed while messages were held back",
         "earlier alarm" SPOT "; it opened and closed while messages were held back\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event = alarm_event(rows[i].type, rows[i].update, rows[i].text);
        CHECK_TEXT(line_of(&event), rows[i].expected);
    }
}

TEST(what_was_not_told_before_is_counted)
{
    struct event event = alarm_event(EVENT_ANOMALY_DETECTED, 0, "");
    event.alarm.untold_before = 3;
    CHECK_TEXT(line_of(&event), "ALARM" SPOT "; 3 more came and went since the last message\n");
}

TEST(growth_is_said_when_it_is_known)
{
    struct event event = alarm_event(EVENT_ALARM_UPDATE, UPDATE_REMINDER, "");
    event.alarm.growth_px_per_minute = 40;
    CHECK_TEXT(line_of(&event), "still there" SPOT ", growing by about 40 px/min\n");
}

TEST(a_changed_scene)
{
    struct event event = alarm_event(EVENT_SCENE_CHANGED, UPDATE_GROWN, "it came with a visit");
    CHECK_TEXT(line_of(&event),
               "scene changed 946684811000-1, 0.8 % of the picture, largest at x 4 "
               "y 8 (20x10 px); it came with a visit\n");
    event.update = UPDATE_LATE;
    CHECK_CONTAINS(line_of(&event), "scene changed earlier 946684811000-1");
}

TEST(faults_of_the_picture)
{
    struct event event = alarm_event(EVENT_FAULT, 0, "nothing is watched: it is too dark");
    event.fault = FAULT_CAMERA_DARK;
    CHECK_TEXT(line_of(&event), "FAULT camera_dark: nothing is watched: it is too dark\n");
    event.type = EVENT_RECOVERED;
    event.fault_duration_s = 17;
    CHECK_CONTAINS(line_of(&event), "recovered camera_dark after 17 s: ");
}

TEST(a_whole_picture_is_a_hundred_percent)
{
    struct event event = alarm_event(EVENT_ANOMALY_DETECTED, 0, "");
    event.alarm.area_fraction = 1.0;
    CHECK_CONTAINS(line_of(&event), ", 100 % of the picture,");
}

TEST(routine_is_not_shown)
{
    struct event status = {.type = EVENT_FRAME_STATUS}, beat = {.type = EVENT_HEARTBEAT};
    CHECK_TEXT(line_of(&status), "");
    CHECK_TEXT(line_of(&beat), "");
}

TEST(the_longest_texts_are_cut)
{
    struct event event = alarm_event(EVENT_ALARM_UPDATE, UPDATE_LATE, "");
    memset(event.text, 'x', sizeof event.text - 1);
    CHECK(strlen(line_of(&event)) > 500);
}

int main(void)
{
    RUN(alarms_and_what_becomes_of_them);
    RUN(what_was_not_told_before_is_counted);
    RUN(growth_is_said_when_it_is_known);
    RUN(a_changed_scene);
    RUN(faults_of_the_picture);
    RUN(a_whole_picture_is_a_hundred_percent);
    RUN(routine_is_not_shown);
    RUN(the_longest_texts_are_cut);
    return check_report();
}
