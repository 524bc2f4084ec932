/* Alarms that a killed run recorded and told nobody of: which of them the next start tells. */
#include "check.h"
#include "monitor/untold.h"
#include "scratch.h"
#include "sink/journal.h"

#include <stdio.h>

static char journal_path[PATH_SIZE];

static bool append(const char *line)
{
    struct error err;
    struct journal *journal = journal_open(journal_path, 0, &err);
    json_t *record = json_loads(line, 0, NULL);
    int64_t seq;
    bool good = journal && record && journal_append(journal, record, false, &seq, &err);
    json_decref(record);
    journal_close(journal);
    return good;
}

#define TS "\"ts\":\"2026-01-31T08:00:00.000Z\","
#define STARTUP "{" TS "\"type\":\"startup\",\"tells_people\":true,\"notify\":false}"
#define REPLAY "{" TS "\"type\":\"startup\",\"tells_people\":false,\"notify\":false}"
#define SHUTDOWN "{" TS "\"type\":\"shutdown\",\"notify\":false}"
#define ALARM(id, notify)                                                                          \
    "{" TS "\"type\":\"anomaly_detected\",\"event_id\":\"" id                                      \
    "\",\"score\":0.5,\"threshold\":0.25,\"area_px\":96.0,\"boxes\":[{\"x\":1,\"y\":2,\"w\":3,"    \
    "\"h\":4}],\"notify\":" notify "}"
#define SCENE(id, before, notify)                                                                  \
    "{" TS "\"type\":\"scene_changed\",\"event_id\":\"" id "\",\"area_px\":50.0,\"late\":false,"   \
    "\"boxes\":[{\"x\":1,\"y\":2,\"w\":5,\"h\":10}],\"untold_before\":" before                     \
    ",\"notify\":" notify "}"
#define UPDATE(id, before)                                                                         \
    "{" TS "\"type\":\"alarm_update\",\"event_id\":\"" id "\",\"untold_before\":" before           \
    ",\"notify\":true}"

struct told {
    int count;
    struct event events[UNTOLD_MOST];
};

static void take(void *context, const struct event *event)
{
    struct told *told = context;
    told->events[told->count++] = *event;
}

static struct told told;

static bool tell(const char *const *lines, int count)
{
    static int journals;
    char name[32];
    struct error err;
    struct instant now = {.time_ns = 5, .utc_ms = INT64_C(1769846460000)};
    told.count = 0;
    snprintf(name, sizeof name, "events%d.jsonl", ++journals);
    snprintf(journal_path, sizeof journal_path, "%s", scratch(name));
    bool good = true;
    for (int i = 0; i < count; i++)
        good = good && append(lines[i]);
    good = good && untold_tell(journal_path, count, now, (struct event_sink){take, &told}, &err);
    return good;
}

#define TELL(...)                                                                                  \
    tell((const char *const[]){__VA_ARGS__},                                                       \
         (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

TEST(an_alarm_of_a_killed_run_is_told_with_its_place_and_age)
{
    CHECK(TELL(STARTUP, ALARM("1769846400000-2", "false")));
    CHECK_INT(told.count, 1);
    const struct event *event = &told.events[0];
    CHECK_INT(event->type, EVENT_ALARM_UPDATE);
    CHECK_INT(event->update, UPDATE_LATE);
    CHECK(event->notify);
    CHECK_TEXT(event->alarm.event_id, "1769846400000-2");
    CHECK_NEAR(event->alarm.age_seconds, 60.0, 1e-9);
    CHECK_NEAR(event->status.score, 0.5, 0);
    CHECK(isnan(event->alarm.growth_px_per_minute));
    CHECK_INT(event->alarm.box_count, 1);
    CHECK_INT(event->alarm.boxes[0].height, 4);
    CHECK_INT(event->utc_ms, 1769846460000);
}

TEST(what_was_told_is_not_told_again)
{
    CHECK(TELL(STARTUP, ALARM("1769846400000-1", "true"), ALARM("1769846410000-2", "false"),
               UPDATE("1769846410000-2", "0")));
    CHECK_INT(told.count, 0);
    CHECK(TELL(STARTUP, ALARM("1769846400000-1", "false"), ALARM("1769846410000-2", "false"),
               UPDATE("1769846410000-2", "1"))); /* in sum */
    CHECK_INT(told.count, 0);
}

TEST(a_run_that_ended_in_order_has_told_everything)
{
    CHECK(TELL(STARTUP, ALARM("1769846400000-1", "false"), SHUTDOWN));
    CHECK_INT(told.count, 0);
}

TEST(replays_tell_nobody)
{
    CHECK(TELL(REPLAY, ALARM("946684812000-1", "false")));
    CHECK_INT(told.count, 0);
    CHECK(
        TELL(STARTUP, ALARM("1769846400000-1", "false"), REPLAY, ALARM("946684812000-1", "false")));
    CHECK_INT(told.count, 1);
    CHECK_TEXT(told.events[0].alarm.event_id, "1769846400000-1");
}

TEST(a_change_of_the_scene_is_told_as_one)
{
    CHECK(TELL(STARTUP, SCENE("1769846400000-1", "0", "true"),
               SCENE("1769846410000-2", "0", "false")));
    CHECK_INT(told.count, 1);
    const struct event *event = &told.events[0];
    CHECK_INT(event->type, EVENT_SCENE_CHANGED);
    CHECK_INT(event->update, UPDATE_LATE);
    CHECK(event->notify);
    CHECK_TEXT(event->alarm.event_id, "1769846410000-2");
    CHECK_INT(event->alarm.boxes[0].height, 10);
    CHECK_CONTAINS(event->text, "change of the scene");
}

TEST(news_of_the_scene_and_of_alarms_do_not_stand_for_each_other)
{
    CHECK(TELL(STARTUP, ALARM("1769846400000-1", "false"), SCENE("1769846410000-2", "0", "false"),
               SCENE("1769846420000-3", "1", "true")));
    CHECK_INT(told.count, 1);
    CHECK_TEXT(told.events[0].alarm.event_id, "1769846400000-1");
    CHECK(TELL(STARTUP, SCENE("1769846410000-1", "0", "false"), ALARM("1769846400000-2", "false"),
               UPDATE("1769846420000-3", "1")));
    CHECK_INT(told.count, 1);
    CHECK_TEXT(told.events[0].alarm.event_id, "1769846410000-1");
}

TEST(strange_members_are_left_at_zero)
{
    CHECK(TELL(STARTUP,
               "{" TS "\"type\":\"anomaly_detected\",\"event_id\":\"x\",\"score\":\"high\","
               "\"boxes\":[7,{\"x\":null}],\"notify\":false}"));
    CHECK_INT(told.count, 1);
    CHECK_NEAR(told.events[0].status.score, 0.0, 0);
    CHECK_INT(told.events[0].alarm.box_count, 2);
    CHECK_INT(told.events[0].alarm.boxes[1].x, 0);
}

TEST(no_journal_tells_nothing)
{
    struct error err;
    snprintf(journal_path, sizeof journal_path, "/nonexistent/events.jsonl");
    told.count = 0;
    CHECK(
        untold_tell(journal_path, 0, (struct instant){0}, (struct event_sink){take, &told}, &err));
    CHECK_INT(told.count, 0);
}

int main(void)
{
    RUN(an_alarm_of_a_killed_run_is_told_with_its_place_and_age);
    RUN(what_was_told_is_not_told_again);
    RUN(a_run_that_ended_in_order_has_told_everything);
    RUN(replays_tell_nobody);
    RUN(a_change_of_the_scene_is_told_as_one);
    RUN(news_of_the_scene_and_of_alarms_do_not_stand_for_each_other);
    RUN(strange_members_are_left_at_zero);
    RUN(no_journal_tells_nothing);
    return check_report();
}
