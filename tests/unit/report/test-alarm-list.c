/* Which alarms are open, from records; and how one is told. The records are texts, as they stand in
 * events.jsonl. */
#include "check.h"
#include "failing_alloc.h"
#include "platform/file.h"
#include "report/alarm_text.h"
#include "scratch.h"

#include <stdlib.h>

#define LIVE "{\"type\":\"startup\",\"tells_people\":true}"
#define REPLAY "{\"type\":\"startup\",\"tells_people\":false}"
#define SHUTDOWN "{\"type\":\"shutdown\",\"text\":\"stopped by request\"}"
#define ARMED "{\"type\":\"mode_change\",\"mode_from\":\"OFF\",\"mode_to\":\"MONITOR\"}"
#define DISARMED "{\"type\":\"mode_change\",\"mode_from\":\"MONITOR\",\"mode_to\":\"OFF\"}"
#define OPENING(id)                                                                                \
    "{\"type\":\"anomaly_detected\",\"ts\":\"2026-01-31T08:00:00.000+01:00\",\"event_id\":\"" id   \
    "\",\"score\":0.02,\"threshold\":0.01,\"score_triggered\":true,\"peak_score\":0.03,"           \
    "\"area_px\":120,\"area_fraction\":0.002,\"boxes\":[{\"x\":10,\"y\":20,\"w\":30,\"h\":40}],"   \
    "\"saved_paths\":[\"data/anomalies/first.jpg\"]}"
#define UPDATE(id, why)                                                                            \
    "{\"type\":\"alarm_update\",\"ts\":\"2026-01-31T08:05:00.000+01:00\",\"event_id\":\"" id       \
    "\",\"update\":\"" why "\",\"score\":0.05,\"threshold\":0.01,\"peak_score\":0.06,"             \
    "\"area_px\":240,\"area_fraction\":0.004,\"saved_paths\":[\"data/anomalies/second.jpg\"]}"
#define CLOSING(id) "{\"type\":\"alarm_closed\",\"event_id\":\"" id "\",\"age_seconds\":61}"
#define ACK(id)                                                                                    \
    "{\"type\":\"alarm_acknowledged\",\"ts\":\"2026-01-31T08:06:00.000+01:00\",\"event_id\":\"" id \
    "\"}"
#define A "1769842800000-1"
#define B "1769842900000-1"

static void feed(struct alarm_list *list, const char *text)
{
    json_t *record = json_loads(text, 0, NULL);
    if (!record) {
        printf("no JSON: %s\n", text);
        abort();
    }
    alarm_list_take(list, record);
    json_decref(record);
}

/* The list after these records; NULL ends them. */
static struct alarm_list list_of(bool everything, bool monitor_runs, const char *const *records)
{
    struct alarm_list list;
    if (!alarm_list_init(&list, everything, NULL))
        abort();
    for (; *records; records++)
        feed(&list, *records);
    if (!alarm_list_end(&list, monitor_runs, NULL))
        abort();
    return list;
}

#define RECORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* How many are listed; the first of them in *ret_entry, without its pictures. */
static size_t count(bool everything, bool monitor_runs, const char *const *records,
                    struct alarm_entry *ret_entry)
{
    struct alarm_list list = list_of(everything, monitor_runs, records);
    size_t found = list.count;
    if (found > 0)
        *ret_entry = list.entries[0];
    alarm_list_finish(&list);
    return found;
}

TEST(an_alarm_is_open_until_it_is_closed)
{
    struct alarm_entry entry;
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A)), &entry), 1);
    CHECK_INT(entry.state, ALARM_OPEN);
    CHECK_INT(entry.view.opened_utc_ms, INT64_C(1769842800000));
    CHECK(alarm_needs_somebody(&entry));
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), UPDATE(A, "grown")), &entry), 1);
    CHECK_NEAR(entry.status.score, 0.05, 1e-12);
    CHECK_NEAR(entry.view.area_px, 240, 1e-9);
    CHECK_INT(entry.picture_sets, 2);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), CLOSING(A)), &entry), 0);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), CLOSING(B)), &entry), 1);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), CLOSING(A), UPDATE(A, "late")), &entry),
              0);
    CHECK_INT(count(true, true, RECORDS(LIVE, OPENING(A), CLOSING(A), UPDATE(A, "late")), &entry),
              1);
    CHECK_INT(entry.state, ALARM_CLOSED);
    CHECK_NEAR(entry.view.age_seconds, 61, 1e-9);
}

TEST(an_alarm_that_was_open_when_the_monitor_stopped_stays_until_acknowledged)
{
    struct alarm_entry entry;
    const char *const *ends[] = {RECORDS(LIVE, OPENING(A), SHUTDOWN),
                                 RECORDS(LIVE, OPENING(A), LIVE),
                                 RECORDS(LIVE, OPENING(A), SHUTDOWN, LIVE, ARMED, SHUTDOWN),
                                 RECORDS(LIVE, OPENING(A), REPLAY, SHUTDOWN)};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        CHECK_INT(count(false, true, ends[i], &entry), 1);
        CHECK_INT(entry.state, ALARM_LEFT);
    }
    CHECK_INT(count(false, false, RECORDS(LIVE, OPENING(A)), &entry), 1); /* killed */
    CHECK_INT(entry.state, ALARM_LEFT);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), LIVE, ACK(A)), &entry), 0);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), ACK(A), LIVE), &entry), 0);
    CHECK_INT(count(true, true, RECORDS(LIVE, OPENING(A), ACK(A), LIVE), &entry), 1);
    CHECK(entry.acknowledged);
    /* Nobody disarms and arms what is gone. */
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), ACK(A), LIVE, ARMED), &entry), 0);
}

TEST(acknowledging_holds_until_something_new)
{
    struct alarm_entry entry;
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), ACK(A)), &entry), 1);
    CHECK(entry.acknowledged && !alarm_needs_somebody(&entry));
    CHECK_INT(entry.acknowledged_utc_ms, INT64_C(1769843160000));
    CHECK_INT(
        count(false, true, RECORDS(LIVE, OPENING(A), ACK(A), UPDATE(A, "grown"), DISARMED), &entry),
        1);
    CHECK(entry.acknowledged);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), ACK(A), UPDATE(A, "new_box")), &entry),
              1);
    CHECK(!entry.acknowledged);
    CHECK_INT(count(false, true, RECORDS(LIVE, OPENING(A), ACK(A), DISARMED, ARMED), &entry), 1);
    CHECK(!entry.acknowledged);
}

TEST(alarms_of_recordings_are_for_those_who_ask)
{
    struct alarm_entry entry;
    CHECK_INT(count(false, true, RECORDS(REPLAY, OPENING(A)), &entry), 0);
    CHECK_INT(count(false, false, RECORDS(REPLAY, OPENING(A), SHUTDOWN), &entry), 0);
    CHECK_INT(count(true, false, RECORDS(REPLAY, OPENING(A), SHUTDOWN), &entry), 1);
    CHECK(entry.replay && !alarm_needs_somebody(&entry));
    /* The same recording once more has the same ids: it is one alarm, the newer. */
    CHECK_INT(count(true, true,
                    RECORDS(REPLAY, OPENING(A), CLOSING(A), SHUTDOWN, REPLAY, OPENING(A)), &entry),
              1);
    CHECK_INT(entry.state, ALARM_OPEN);
}

TEST(hostile_records_do_no_harm)
{
    struct alarm_entry entry;
    CHECK_INT(
        count(true, true,
              RECORDS("{}", "{\"type\":7}", "{\"type\":\"anomaly_detected\",\"event_id\":5}",
                      OPENING("\\u001b[2J"), OPENING("../../x"),
                      "{\"type\":\"alarm_acknowledged\",\"event_id\":\"9-9\"}",
                      "{\"type\":\"anomaly_detected\",\"event_id\":\"1-1\",\"boxes\":{\"x\":1},"
                      "\"score\":\"high\",\"saved_paths\":\"x\"}"),
              &entry),
        1);
    CHECK_TEXT(entry.view.event_id, "1-1");
    CHECK_INT(entry.view.box_count, 0);
    CHECK_INT(count(true, true,
                    RECORDS("{\"type\":\"anomaly_detected\",\"event_id\":\"2-1\",\"boxes\":"
                            "[{\"x\":-5,\"y\":99999999999,\"w\":1e9},7]}"),
                    &entry),
              1);
    CHECK_INT(entry.view.box_count, 2);
    CHECK_INT(entry.view.boxes[0].x + entry.view.boxes[0].y + entry.view.boxes[0].width, 0);
}

TEST(too_many_are_counted_and_the_newest_kept)
{
    struct alarm_list list;
    CHECK(alarm_list_init(&list, false, NULL));
    for (int i = 0; i < ALARM_LIST_MAX + 10; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"type\":\"anomaly_detected\",\"event_id\":\"1-%d\"}", i);
        feed(&list, LIVE);
        feed(&list, text);
    }
    bool good = alarm_list_end(&list, false, NULL);
    size_t kept = list.count;
    uint64_t dropped = list.dropped;
    char last[EVENT_ID_SIZE];
    snprintf(last, sizeof last, "%s", list.entries[kept - 1].view.event_id);
    alarm_list_finish(&list);
    CHECK(good);
    CHECK_INT(kept, ALARM_LIST_MAX);
    CHECK_INT(dropped, 10);
    CHECK_TEXT(last, "1-265");
}

TEST(without_memory_there_is_no_list)
{
    struct alarm_list list;
    struct error err = {0};
    allocations_until_failure = 0;
    bool made = alarm_list_init(&list, false, &err);
    allocations_until_failure = -1;
    CHECK(!made);
    CHECK_INT(err.code, ERROR_MEMORY);
    alarm_list_finish(&list);
}

TEST(a_copy_that_failed_is_told_at_the_end)
{
    struct alarm_list list;
    struct error err = {0};
    CHECK(alarm_list_init(&list, false, NULL));
    list.failed = true; /* as after json_deep_copy() in alarm_list_take */
    bool good = alarm_list_end(&list, true, &err);
    alarm_list_finish(&list);
    CHECK(!good);
    CHECK_INT(err.code, ERROR_MEMORY);
}

TEST(what_is_over_makes_room_before_what_is_open)
{
    struct alarm_list list;
    CHECK(alarm_list_init(&list, true, NULL));
    feed(&list, LIVE);
    feed(&list, OPENING("1-0"));
    feed(&list, LIVE);
    for (int i = 1; i < 3 * ALARM_LIST_MAX; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"type\":\"anomaly_detected\",\"event_id\":\"1-%d\"}", i);
        feed(&list, text);
        snprintf(text, sizeof text, "{\"type\":\"alarm_closed\",\"event_id\":\"1-%d\"}", i);
        feed(&list, text);
    }
    bool kept = strcmp(list.entries[0].view.event_id, "1-0") == 0;
    alarm_list_finish(&list);
    CHECK(kept);
}

static const char journal[] =
    "{\"schema\":1,\"seq\":1,\"ts\":\"2026-01-31T07:00:00.000+01:00\",\"type\":\"startup\","
    "\"tells_people\":true}\n"
    "{\"schema\":1,\"seq\":2,\"ts\":\"2026-01-31T07:00:00.000+01:00\",\"type\":\"frame_status\"}\n"
    "{\"ts\":\"2026-01-31T07:00:00\",\"type\":\"anomaly_detected\",\"event_id\":\"5-5\"}\n"
    "damaged\n"
    "{\"schema\":1,\"seq\":4,\"ts\":\"2026-01-31T08:00:00.000+01:00\",\"type\":\"anomaly_"
    "detected\","
    "\"event_id\":\"1769842800000-1\"}\n";

TEST(a_journal_is_read_with_its_damage)
{
    const char *path = scratch("events.jsonl");
    struct alarm_list list;
    int64_t damaged = 0;
    CHECK(file_replace(path, journal, sizeof journal - 1, false, NULL));
    CHECK(alarm_list_init(&list, true, NULL));
    bool good = alarm_list_read(&list, path, &damaged, NULL);
    size_t found = list.count;
    alarm_list_finish(&list);
    CHECK(good);
    CHECK_INT(found, 1); /* what the tool before us wrote has no seq */
    CHECK_INT(damaged, 1);
}

/* ---- how it is told */

static const int64_t later_ms = INT64_C(1769842800000) + 20 * 60 * 1000;

/* The text of the first entry; good until the next call. */
static const char *text_of(const char *const *records)
{
    static struct buffer out;
    struct alarm_list list = list_of(true, true, records);
    buffer_finish(&out);
    alarm_append_text(&out, &list.entries[0], scratch(""), later_ms);
    alarm_list_finish(&list);
    return buffer_text(&out);
}

static bool make_picture(const char *name)
{
    return folder_create(scratch("data/anomalies"), false, NULL) &&
           file_replace(scratch(name), "x", 1, false, NULL);
}

TEST(an_open_alarm_says_all_that_is_asked_on_the_telephone)
{
    CHECK(make_picture("data/anomalies/second.jpg"));
    setenv("TZ", "CET-1", 1);
    const char *text = text_of(RECORDS(LIVE, OPENING(A), UPDATE(A, "reminder")));
    CHECK_CONTAINS(text, A ": open since 2026-01-31 08:00:00 (20 min ago)\n");
    CHECK_CONTAINS(text, "score 0.05, threshold 0.01 (5.0x), highest 0.06\n");
    CHECK_CONTAINS(text, "size: 240 px, 0.4 % of the picture\n");
    CHECK_CONTAINS(text, "not acknowledged; `leakwatch ack " A "`");
    CHECK_CONTAINS(text, "pictures of its beginning: removed\n");
    CHECK_CONTAINS(text, "pictures of the latest look:\n    data/anomalies/second.jpg\n");
    text = text_of(RECORDS(LIVE, OPENING(A), ACK(A)));
    CHECK_CONTAINS(text, "place: around 25,40 (30 x 40 px)\n");
    CHECK_CONTAINS(text, "acknowledged 2026-01-31 08:06:00\n");
    text = text_of(RECORDS(LIVE, OPENING(A), SHUTDOWN));
    CHECK_CONTAINS(text,
                   "open when the monitor stopped; it began 2026-01-31 08:00:00 (20 min ago)");
    text = text_of(RECORDS(LIVE, OPENING(A), CLOSING(A)));
    CHECK_CONTAINS(text, "over; it began 2026-01-31 08:00:00 and lasted 61 s\n");
    text = text_of(RECORDS(REPLAY, OPENING(A)));
    CHECK_CONTAINS(text, "open since 2026-01-31 07:00:00\n  seen in a recording");
}

TEST(an_alarm_says_how_fast_it_grows_and_how_it_was_found)
{
    static const char update[] = "{\"type\":\"alarm_update\",\"event_id\":\"" A
                                 "\",\"area_px\":1106,\"area_fraction\":0.0012,"
                                 "\"growth_px_per_minute\":41.2,\"path\":\"lasting\"}";
    const char *text = text_of(RECORDS(LIVE, OPENING(A), update));
    CHECK_CONTAINS(text, "size: 1106 px, 0.12 % of the picture, growing by about 41 px/min\n");
    CHECK_CONTAINS(text, "found by: a faint change that stays\n");
    struct alarm_list list = list_of(true, true, RECORDS(LIVE, OPENING(A), update));
    json_t *value = alarm_to_json(&list.entries[0], scratch(""), later_ms);
    alarm_list_finish(&list);
    double growth = json_number_value(json_object_get(value, "growth_px_per_minute"));
    char path[16];
    snprintf(path, sizeof path, "%s", json_string_value(json_object_get(value, "path")));
    json_decref(value);
    CHECK_NEAR(growth, 41.2, 1e-9);
    CHECK_TEXT(path, "lasting");
    text = text_of(RECORDS(LIVE, OPENING(A)));
    CHECK_CONTAINS(text, "0.2 % of the picture\n");
    CHECK(!strstr(text, "found by"));
    text = text_of(RECORDS(LIVE, OPENING(A),
                           "{\"type\":\"alarm_update\",\"event_id\":\"" A "\",\"area_px\":5,"
                           "\"growth_px_per_minute\":1e300,\"path\":\"\\u001b\"}"));
    CHECK(!strstr(text, "growing") && !strstr(text, "found by"));
}

TEST(what_was_accepted_as_normal_is_said_and_can_be_taken_back)
{
    static const char accepted[] = "{\"type\":\"accepted_as_normal\",\"event_id\":\"" A "\"}",
                      undone[] = "{\"type\":\"accepted_as_normal\",\"event_id\":\"" A
                                 "\",\"undone\":true}";
    CHECK_CONTAINS(text_of(RECORDS(LIVE, OPENING(A), ACK(A), accepted)), "accepted as normal\n");
    CHECK(!strstr(text_of(RECORDS(LIVE, OPENING(A), ACK(A), accepted, undone)), "as normal"));
}

TEST(a_changed_scene_is_no_alarm)
{
    struct alarm_entry entry;
    CHECK_INT(count(true, true,
                    RECORDS(LIVE, "{\"type\":\"scene_changed\",\"event_id\":\"" A "\"}"), &entry),
              0);
}

TEST(the_list_knows_whether_the_camera_sees)
{
    struct alarm_list list =
        list_of(false, true, RECORDS(LIVE, "{\"type\":\"fault\",\"fault\":\"camera_moved\"}"));
    enum fault_kind kind = standing_faults_first(&list.camera);
    alarm_list_finish(&list);
    CHECK_INT(kind, FAULT_CAMERA_MOVED);
}

TEST(a_spot_and_control_characters_are_told_harmlessly)
{
    const char *text = text_of(RECORDS(
        LIVE, "{\"type\":\"anomaly_detected\",\"event_id\":\"" A "\",\"score\":0,\"threshold\":0,"
              "\"heatmap_triggered\":true,\"largest_blob_area\":50,\"blob_area_threshold\":25,"
              "\"boxes\":[{},{},{}],\"saved_paths\":[\"data/anomalies/second.jpg\",\"a\\u001bb\","
              "\"\\u009b2J\\u202ec\",7]}"));
    CHECK_CONTAINS(text, "score 0, threshold 0\n");
    CHECK_CONTAINS(text, "spot 50, threshold 25 (2.0x), in pixels of the network's picture\n");
    CHECK_CONTAINS(text, "and 2 more places\n");
    CHECK_CONTAINS(text, "    a b  (removed)\n     2J c  (removed)\n    ?  (removed)\n");
}

TEST(numbers_that_can_not_be_are_left_out)
{
    const char *text = text_of(
        RECORDS(LIVE, OPENING(A),
                "{\"type\":\"alarm_closed\",\"event_id\":\"" A "\",\"age_seconds\":1e308,"
                "\"area_px\":1e308,\"area_fraction\":1e308,\"score\":1e308,\"threshold\":1e-308}"));
    CHECK(strlen(text) < 500);
    CHECK(!strstr(text, "size:"));
    CHECK_CONTAINS(text, " and lasted 0 s\n");
}

TEST(a_program_reads_the_same)
{
    struct alarm_list list = list_of(false, true, RECORDS(LIVE, OPENING(A), ACK(A)));
    json_t *value = alarm_to_json(&list.entries[0], scratch(""), later_ms);
    alarm_list_finish(&list);
    const char *event_id, *state, *opened_at;
    int acknowledged, exists, x;
    double age_seconds;
    int unpacked =
        json_unpack(value, "{s:s, s:s, s:b, s:s, s:F, s:[{s:i}], s:[{s:b}]}", "event_id", &event_id,
                    "state", &state, "acknowledged", &acknowledged, "opened_at", &opened_at,
                    "age_seconds", &age_seconds, "boxes", "x", &x, "evidence", "exists", &exists);
    bool good = unpacked == 0 && strcmp(event_id, A) == 0 && strcmp(state, "open") == 0 &&
                acknowledged && x == 10 && !exists && strlen(opened_at) > 20;
    json_decref(value);
    CHECK(good);
    CHECK_NEAR(age_seconds, 1200, 1e-9);
}

TEST(durations_are_short)
{
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {{-5, "0 s"},      {45, "45 s"},        {99.6, "2 min"},
                {3000, "50 min"}, {3 * 3600, "3.0 h"}, {3 * 86400, "3.0 days"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = {0};
        alarm_append_duration(&out, rows[i].seconds);
        char text[40];
        snprintf(text, sizeof text, "%s", buffer_text(&out));
        buffer_finish(&out);
        CHECK_TEXT(text, rows[i].text);
    }
}

int main(void)
{
    RUN(an_alarm_is_open_until_it_is_closed);
    RUN(an_alarm_that_was_open_when_the_monitor_stopped_stays_until_acknowledged);
    RUN(acknowledging_holds_until_something_new);
    RUN(alarms_of_recordings_are_for_those_who_ask);
    RUN(hostile_records_do_no_harm);
    RUN(too_many_are_counted_and_the_newest_kept);
    RUN(without_memory_there_is_no_list);
    RUN(a_copy_that_failed_is_told_at_the_end);
    RUN(what_is_over_makes_room_before_what_is_open);
    RUN(a_journal_is_read_with_its_damage);
    RUN(an_open_alarm_says_all_that_is_asked_on_the_telephone);
    RUN(an_alarm_says_how_fast_it_grows_and_how_it_was_found);
    RUN(what_was_accepted_as_normal_is_said_and_can_be_taken_back);
    RUN(a_changed_scene_is_no_alarm);
    RUN(the_list_knows_whether_the_camera_sees);
    RUN(a_spot_and_control_characters_are_told_harmlessly);
    RUN(numbers_that_can_not_be_are_left_out);
    RUN(a_program_reads_the_same);
    RUN(durations_are_short);
    return check_report();
}
