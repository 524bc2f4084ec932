/* What people read, from records of every kind and from hostile ones. */
#include "check.h"

#include "sink/message.h"
#include "sink/message_text.h"

#include "sandbox.h"

#include <unistd.h>

static bool make(const char *json, struct message *message)
{
    json_t *record = json_loads(json, 0, NULL);
    bool ok = record && message_from_record(record, "rig-3", message, NULL);
    json_decref(record);
    return ok;
}

#define ALARM                                                                                      \
    "\"seq\":7,\"ts\":\"2026-01-31T02:14:05.250+01:00\",\"notify\":true,"                          \
    "\"event_id\":\"1769822045250-1\",\"score\":0.031,\"threshold\":0.01,"                         \
    "\"score_triggered\":true,\"heatmap_triggered\":true,\"largest_blob_area\":80,"                \
    "\"blob_area_threshold\":20,\"area_px\":7373,\"area_fraction\":0.008,"                         \
    "\"untold_before\":2,\"boxes\":[{\"x\":402,\"y\":290,\"w\":20,\"h\":20}]"

TEST(an_alarm_fits_a_lock_screen)
{
    struct message message;
    CHECK(make("{\"type\":\"anomaly_detected\"," ALARM "}", &message));
    CHECK_TEXT(message.line, "LEAK? rig-3: something new at 412,300 (0.8 % of the picture) "
                             "since 02:14:05, score 3.1x threshold");
    CHECK_CONTAINS(buffer_text(&message.text), "Place 1: x 402, y 290, width 20, height 20 px\n");
    CHECK_CONTAINS(buffer_text(&message.text), "Event: 1769822045250-1\n");
    CHECK_CONTAINS(buffer_text(&message.text), "Before: 2 more came and went");
    CHECK_CONTAINS(buffer_text(&message.text), "Time: 2026-01-31T02:14:05.250+01:00\n");
    message_finish(&message);
    message_finish(&message);
}

static void check_line(const char *json, const char *expected)
{
    struct message message;
    CHECK(make(json, &message));
    CHECK_TEXT(message.line, expected);
    CHECK_CONTAINS(buffer_text(&message.text), expected);
    message_finish(&message);
}

TEST(every_kind_has_its_line)
{
    check_line("{\"type\":\"alarm_update\",\"update\":\"grown\"," ALARM "}",
               "LEAK? rig-3: it has grown, now at 412,300 (0.8 % of the picture) since 02:14:05, "
               "score 3.1x threshold");
    check_line("{\"type\":\"alarm_update\",\"update\":\"new_box\"," ALARM "}",
               "LEAK? rig-3: a new place, now at 412,300 (0.8 % of the picture) since 02:14:05, "
               "score 3.1x threshold");
    check_line("{\"type\":\"alarm_update\",\"update\":\"reminder\"," ALARM "}",
               "LEAK? rig-3: still there at 412,300 (0.8 % of the picture) since 02:14:05, "
               "score 3.1x threshold");
    check_line("{\"type\":\"alarm_update\",\"update\":\"late\"," ALARM "}",
               "LEAK? rig-3: earlier, something was at 412,300 (0.8 % of the picture), "
               "from 02:14:05, score 3.1x threshold");
    check_line("{\"type\":\"alarm_update\",\"update\":\"pictures\"," ALARM "}",
               "LEAK? rig-3: still there at 412,300 (0.8 % of the picture) since 02:14:05, "
               "score 3.1x threshold");
    check_line("{\"type\":\"startup_error\",\"text\":\"there is no model\"}",
               "FAULT rig-3: the monitor cannot watch: there is no model");
    check_line("{\"type\":\"alarm_closed\",\"age_seconds\":840," ALARM "}",
               "Over: rig-3: the picture is normal again after 14 min; alarm since 02:14:05");
    check_line("{\"type\":\"fault\",\"fault\":\"camera_down\",\"text\":\"no frames for 30 s\","
               "\"ts\":\"2026-01-31T02:14:05Z\"}",
               "FAULT rig-3: camera down: no frames for 30 s, since 02:14:05");
    check_line("{\"type\":\"recovered\",\"fault\":\"camera_down\",\"fault_duration_s\":12000}",
               "OK: rig-3: camera down is over after 3.3 h");
    check_line("{\"type\":\"training_complete\",\"text\":\"12 epochs\"}",
               "rig-3: training is complete: 12 epochs");
    check_line("{\"type\":\"drill\"}", "TEST rig-3: this is only a test, nothing leaks");
    check_line("{\"type\":\"test\",\"text\":\"hello\"}",
               "TEST rig-3: this is only a test, nothing leaks; hello");
    check_line("{}", "rig-3: ");
}

static void check_growth(const char *growth, const char *expected)
{
    char json[1000];
    snprintf(json, sizeof json,
             "{\"type\":\"alarm_update\",\"update\":\"reminder\",\"growth_px_per_minute\":%s," ALARM
             "}",
             growth);
    check_line(json, expected);
}

TEST(an_alarm_says_how_fast_it_grows)
{
    check_growth("1234", "LEAK? rig-3: still there at 412,300 (0.8 % of the picture, growing by "
                         "about 1200 px/min) since 02:14:05, score 3.1x threshold");
    check_growth("-371.2",
                 "LEAK? rig-3: still there at 412,300 (0.8 % of the picture, shrinking by "
                 "about 370 px/min) since 02:14:05, score 3.1x threshold");
    check_growth("100",
                 "LEAK? rig-3: still there at 412,300 (0.8 % of the picture, hardly growing) "
                 "since 02:14:05, score 3.1x threshold");
    check_growth("null", "LEAK? rig-3: still there at 412,300 (0.8 % of the picture) since "
                         "02:14:05, score 3.1x threshold");
    check_growth("1e300", "LEAK? rig-3: still there at 412,300 (0.8 % of the picture) since "
                          "02:14:05, score 3.1x threshold");
}

TEST(an_alarm_says_how_large_it_is_and_how_it_was_found)
{
    struct message message;
    CHECK(make("{\"type\":\"anomaly_detected\",\"area_px\":1106,\"area_fraction\":0.0012,"
               "\"growth_px_per_minute\":41,\"path\":\"lasting\"}",
               &message));
    CHECK_CONTAINS(buffer_text(&message.text),
                   "Area: 1106 px (0.12 % of the picture, growing by about 41 px/min)\n");
    CHECK_CONTAINS(buffer_text(&message.text), "Found by: a faint change that stays\n");
    message_finish(&message);
    CHECK(make("{\"type\":\"anomaly_detected\",\"path\":\"<script>\"}", &message));
    CHECK(!strstr(buffer_text(&message.text), "Found by"));
    message_finish(&message);
    for (int path = ALARM_PATH_NONE + 1; path < ALARM_PATH_COUNT; path++)
        CHECK(message_path_text((enum alarm_path)path)[0]);
    CHECK_TEXT(message_path_text(ALARM_PATH_COUNT), "");
}

TEST(a_changed_scene_is_no_leak_until_somebody_says_so)
{
    struct message message;
    CHECK(
        make("{\"type\":\"scene_changed\",\"text\":\"it came with a visit\"," ALARM "}", &message));
    CHECK_TEXT(message.line,
               "CHANGED rig-3: something is different at 412,300 (0.8 % of the picture) "
               "since 02:14:05; if it is no leak, there is nothing to do");
    CHECK_CONTAINS(buffer_text(&message.text), "Details: it came with a visit\n");
    CHECK_CONTAINS(buffer_text(&message.text),
                   "Before: 2 more changes of the scene since the last message\n");
    CHECK_TEXT(message.reference, "1769822045250-1");
    message_finish(&message);
}

/* What the watch writes of a faulty picture, whole on a lock screen. */
TEST(faults_of_the_picture_fit_a_lock_screen)
{
    check_line(
        "{\"type\":\"fault\",\"fault\":\"camera_moved\",\"text\":\"nothing is watched: the camera "
        "looks elsewhere than in training; put it back, or capture and train again\","
        "\"ts\":\"2026-01-31T02:14:05Z\"}",
        "FAULT rig-3: camera moved: nothing is watched: the camera looks elsewhere than in "
        "training; put it back, or capture and train again, since 02:14:05");
    check_line(
        "{\"type\":\"recovered\",\"fault\":\"camera_dark\",\"fault_duration_s\":60,\"text\":\"it "
        "is "
        "bright enough again, and the scene is watched again\"}",
        "OK: rig-3: camera dark is over after 60 s: it is bright enough again, and the scene "
        "is watched again");
}

TEST(every_message_names_its_event)
{
    static const char *const types[] = {"anomaly_detected", "alarm_update", "alarm_closed", "fault",
                                        "recovered",        "drill",        "unheard_of"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct message message;
        char json[200];
        snprintf(json, sizeof json, "{\"type\":\"%s\",\"event_id\":\"1769822045250-9\"}", types[i]);
        CHECK(make(json, &message));
        CHECK_TEXT(message.reference, "1769822045250-9");
        CHECK_CONTAINS(buffer_text(&message.text), "Event: 1769822045250-9\n");
        message_finish(&message);
    }
    struct message message;
    CHECK(make("{\"type\":\"fault\",\"seq\":5,\"ts\":\"1970-01-01T00:00:02Z\"}", &message));
    CHECK_TEXT(message.reference, "2000-r5");
    message_finish(&message);
}

TEST(times_stay_in_the_zone_of_the_rig)
{
    /* The stamp is after midnight, and daylight saving, of the alarm's begin. */
    struct message message;
    CHECK(make("{\"type\":\"alarm_update\",\"ts\":\"2026-02-01T00:10:00.000-05:30\","
               "\"event_id\":\"1769822045250-1\"}",
               &message));
    CHECK_CONTAINS(message.line, "since 2026-01-30 19:44:05");
    message_finish(&message);
    CHECK(make("{\"type\":\"alarm_update\",\"ts\":\"yesterday\",\"event_id\":\"x-1\"}", &message));
    CHECK(!strstr(message.line, "since"));
    message_finish(&message);
    CHECK(make("{\"type\":\"alarm_update\",\"ts\":\"2026-02-01T00:10:00Z\","
               "\"event_id\":\"9223372036854775807-1\"}",
               &message));
    CHECK_CONTAINS(message.line, "since 00:10:00");
    message_finish(&message);
}

TEST(the_spot_says_how_sure_when_it_alone_triggered)
{
    struct message message;
    CHECK(make("{\"type\":\"anomaly_detected\",\"score\":1,\"threshold\":2,"
               "\"score_triggered\":false,\"heatmap_triggered\":true,\"largest_blob_area\":50,"
               "\"blob_area_threshold\":20,\"boxes\":[[1,2,3,4],[5,6,7,8],[9,9,9,9]]}",
               &message));
    CHECK_CONTAINS(message.line, "spot 2.5x threshold");
    CHECK_CONTAINS(message.line, "at 2,4 and 2 more places");
    message_finish(&message);
    CHECK(
        make("{\"type\":\"anomaly_detected\",\"score\":1,\"threshold\":0,\"boxes\":7}", &message));
    CHECK(!strstr(message.line, "threshold"));
    message_finish(&message);
}

TEST(members_of_a_wrong_type_do_no_harm)
{
    struct message message;
    CHECK(make("{\"type\":5,\"ts\":[],\"event_id\":{},\"boxes\":[null,\"x\",{\"x\":\"y\"}],"
               "\"saved_paths\":[1,null,{}],\"score\":\"high\",\"area_fraction\":true,\"text\":0}",
               &message));
    message_finish(&message);
    CHECK(make("{\"type\":\"anomaly_detected\",\"boxes\":[[1]],\"saved_paths\":\"x\"}", &message));
    message_finish(&message);
}

TEST(control_characters_and_length)
{
    struct message message;
    CHECK(make("{\"type\":\"fault\",\"fault\":\"x\\ny\",\"text\":\"a\\r\\nBcc: b\\u0007\"}",
               &message));
    CHECK_CONTAINS(message.line, "x y: a  Bcc: b ");
    CHECK(!strpbrk(message.line, "\r\n\a"));
    message_finish(&message);
    char json[2000], text[1200] = "";
    for (int i = 0; i < 150; i++)
        strcat(text, "ü€");
    for (int shift = 0; shift < 6; shift++) {
        snprintf(json, sizeof json, "{\"type\":\"fault\",\"text\":\"%.*s%s\"}", shift, "xxxxxx",
                 text);
        CHECK(make(json, &message));
        CHECK(strlen(message.line) <= MESSAGE_LINE_MAX);
        CHECK(strlen(message.line) > MESSAGE_LINE_MAX - 6);
        CHECK_TEXT(message.line + strlen(message.line) - 3, "…");
        json_t *valid = json_string(message.line); /* refuses broken UTF-8 */
        CHECK(valid);
        json_decref(valid);
        message_finish(&message);
    }
}

TEST(slack_markup_is_escaped)
{
    struct message message;
    CHECK(make("{\"type\":\"fault\",\"event_id\":\"<1>-1\",\"text\":\"<!channel> & <b>\"}",
               &message));
    json_t *payload = message_slack_payload(&message, NULL);
    CHECK(payload);
    CHECK_CONTAINS(json_string_value(json_object_get(payload, "text")),
                   "&lt;!channel&gt; &amp; &lt;b&gt;");
    char *text = json_dumps(payload, 0);
    CHECK(text && !strstr(text, "<!channel"));
    CHECK_CONTAINS(text, "\"type\": \"section\"");
    CHECK_CONTAINS(text, "event &lt;1&gt;-1");
    free(text);
    json_decref(payload);
    message_finish(&message);
}

TEST(slack_blocks_stay_below_their_limit)
{
    struct message message;
    json_t *paths = json_array();
    for (int i = 0; i < 200; i++)
        json_array_append_new(paths, json_string("data/anomalies/<&>ü€-anomaly.jpg"));
    json_t *record = json_pack("{s:s, s:o}", "type", "anomaly_detected", "saved_paths", paths);
    CHECK(message_from_record(record, "rig-3", &message, NULL));
    json_decref(record);
    json_t *payload = message_slack_payload(&message, NULL);
    CHECK(payload);
    const json_t *block = json_array_get(json_object_get(payload, "blocks"), 1);
    const char *text = json_string_value(json_object_get(json_object_get(block, "text"), "text"));
    CHECK(text && strlen(text) < 3000 && strlen(text) > 2000);
    CHECK_TEXT(text + strlen(text) - 3, "…");
    json_decref(payload);
    message_finish(&message);
}

static void check_name(const char *root, const char *expected)
{
    char name[64];
    message_project_name(root, name, sizeof name);
    CHECK_TEXT(name, expected);
}

TEST(the_project_is_named_by_its_folder)
{
    check_name("/home/lab/rig-3", "rig-3");
    check_name("/home/lab/rig-3/", "rig-3");
    check_name("/home/lab/rig-3/.", "rig-3");
    check_name("/home/lab/rig-3/../rig-4", "rig-4");
    check_name("/home/lab/a/b/../..//", "lab");
    check_name("C:\\labs\\rig-5", "rig-5");
    check_name("/", "leakwatch");
    check_name("/..", "leakwatch");
    check_name("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
               "leakwatch");
    char folder[PATH_SIZE];
    sandbox_path(folder, "rig-7");
    CHECK(folder_create(folder, false, NULL));
    CHECK_INT(chdir(folder), 0);
    CHECK_INT(setenv("PWD", folder, 1), 0);
    check_name(".", "rig-7");
    check_name("", "rig-7");
    check_name("../rig-7", "rig-7");
    check_name("rig-8", "rig-8");
    CHECK_INT(setenv("PWD", "/", 1), 0); /* inherited, and not true here */
    check_name(".", "rig-7");
    CHECK_INT(unsetenv("PWD"), 0); /* a service */
    check_name(".", "rig-7");
    check_name("../rig-7/.", "rig-7");
    check_name("rig-8", "rig-8");
    CHECK_INT(chdir("/"), 0);
}

int main(void)
{
    if (!sandbox_enter())
        return 1;
    RUN(an_alarm_fits_a_lock_screen);
    RUN(every_kind_has_its_line);
    RUN(an_alarm_says_how_fast_it_grows);
    RUN(an_alarm_says_how_large_it_is_and_how_it_was_found);
    RUN(a_changed_scene_is_no_leak_until_somebody_says_so);
    RUN(faults_of_the_picture_fit_a_lock_screen);
    RUN(every_message_names_its_event);
    RUN(times_stay_in_the_zone_of_the_rig);
    RUN(the_spot_says_how_sure_when_it_alone_triggered);
    RUN(members_of_a_wrong_type_do_no_harm);
    RUN(control_characters_and_length);
    RUN(slack_markup_is_escaped);
    RUN(slack_blocks_stay_below_their_limit);
    RUN(the_project_is_named_by_its_folder);
    sandbox_leave();
    return check_report();
}
