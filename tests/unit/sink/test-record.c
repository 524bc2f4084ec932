/* Events as records: exact bytes, hostile values, lack of memory, and docs/records.md, whose path
 * is the program's first argument.
 */
#include "check.h"
#include "failing_alloc.h"

#include "base/buffer.h"
#include "config/project.h"
#include "platform/file.h"
#include "sink/record.h"

#include <stdlib.h>

static const char *docs_path;
static const struct record_options replay = {.utc_stamps = true};

static struct event sample_event(enum event_type type)
{
    return (struct event){.type = type,
                          .utc_ms = 1767225605250,
                          .time_ns = 5250000000,
                          .notify = true,
                          .mode = MODE_MONITOR,
                          .frame = 157,
                          .media_time_s = 5.25,
                          .status = {.score = 0.0123456789012,
                                     .threshold = 0.01,
                                     .score_triggered = true,
                                     .largest_blob_area = 120,
                                     .blob_area_threshold = 16,
                                     .is_anomaly = true,
                                     .consecutive_anomalies = 3,
                                     .consecutive_needed = 3,
                                     .cooldown_seconds = 300,
                                     .cooldown_remaining_seconds = 12.5,
                                     .frame_interval_seconds = 1},
                          .alarm = {.event_id = "1767225605250-7",
                                    .opened_utc_ms = 1767225605250,
                                    .age_seconds = 0.5,
                                    .box_count = 2,
                                    .boxes = {{10, 20, 30, 40}, {1, 2, 3, 4}},
                                    .area_px = 1212.5,
                                    .area_fraction = 0.001,
                                    .growth_px_per_minute = 42.5,
                                    .path = ALARM_PATH_LASTING,
                                    .peak_score = 0.02},
                          .update = UPDATE_NEW_BOX,
                          .fault = FAULT_DELIVERY,
                          .fault_duration_s = 12.5,
                          .mode_from = MODE_OFF,
                          .mode_to = MODE_MONITOR,
                          .frames_scored = 1,
                          .frames_dropped = 2,
                          .frames_damaged = 3,
                          .alarms = 4,
                          .lost = 5,
                          .text = "what happened",
                          .detail = "slack"};
}

/* Into a static buffer, as the journal writes it. */
static const char *text_of(const struct event *event, const struct record_options *options,
                           const char *const *paths, size_t path_count)
{
    static char line[8192];
    line[0] = '\0';
    json_t *record = record_from_event(event, options, paths, path_count, NULL);
    char *text = record ? json_dumps(record, RECORD_DUMP_FLAGS) : NULL;
    if (text)
        snprintf(line, sizeof line, "%s", text);
    free(text);
    json_decref(record);
    return line;
}

TEST(frame_status_to_the_byte)
{
    struct event event = sample_event(EVENT_FRAME_STATUS);
    event.notify = false;
    CHECK_TEXT(text_of(&event, &replay, NULL, 0),
               "{\"ts\":\"2026-01-01T00:00:05.250Z\",\"type\":\"frame_status\","
               "\"mode\":\"MONITOR\",\"score\":0.0123456789,\"threshold\":0.01,"
               "\"score_triggered\":true,\"heatmap_triggered\":false,"
               "\"largest_blob_area\":120.0,\"blob_area_threshold\":16.0,\"is_anomaly\":true,"
               "\"consecutive_anomalies\":3,\"consecutive_needed\":3,\"cooldown_seconds\":300.0,"
               "\"cooldown_remaining_seconds\":12.5,\"frame_interval_seconds\":1.0,"
               "\"state\":\"judged\","
               "\"frame\":157,\"media_time_s\":5.25,\"notify\":false,\"mono_ms\":5250}");
}

TEST(anomaly_to_the_byte)
{
    struct event event = sample_event(EVENT_ANOMALY_DETECTED);
    const char *const paths[] = {"data/anomalies/anomaly_1.jpg", "data/anomalies/compare_1.jpg"};
    CHECK_TEXT(text_of(&event, &replay, paths, 2),
               "{\"ts\":\"2026-01-01T00:00:05.250Z\",\"type\":\"anomaly_detected\","
               "\"event_id\":\"1767225605250-7\",\"score\":0.0123456789,\"threshold\":0.01,"
               "\"score_triggered\":true,\"heatmap_triggered\":false,"
               "\"largest_blob_area\":120.0,\"blob_area_threshold\":16.0,"
               "\"consecutive_anomalies\":3,\"saved_paths\":[\"data/anomalies/anomaly_1.jpg\","
               "\"data/anomalies/compare_1.jpg\"],\"boxes\":[{\"x\":10,\"y\":20,\"w\":30,\"h\":40},"
               "{\"x\":1,\"y\":2,\"w\":3,\"h\":4}],\"area_px\":1212.5,\"area_fraction\":0.001,"
               "\"peak_score\":0.02,\"age_seconds\":0.5,\"untold_before\":0,"
               "\"growth_px_per_minute\":42.5,\"path\":\"lasting\",\"frame\":157,"
               "\"media_time_s\":5.25,\"notify\":true,\"mono_ms\":5250}");
}

TEST(an_update_without_a_frame_names_none)
{
    struct event event = sample_event(EVENT_ALARM_UPDATE);
    event.frame = -1;
    event.text[0] = '\0';
    const char *text = text_of(&event, &replay, NULL, 0);
    CHECK(!strstr(text, "\"frame\"") && !strstr(text, "media_time_s") && !strstr(text, "\"text\""));
    CHECK_CONTAINS(text, "\"update\":\"new_box\"");
    CHECK_CONTAINS(text, "\"saved_paths\":[]");
}

TEST(scene_changed_to_the_byte)
{
    struct event event = sample_event(EVENT_SCENE_CHANGED);
    const char *const path = "data/anomalies/anomaly_1.jpg";
    CHECK_TEXT(text_of(&event, &replay, &path, 1),
               "{\"ts\":\"2026-01-01T00:00:05.250Z\",\"type\":\"scene_changed\","
               "\"event_id\":\"1767225605250-7\",\"text\":\"what happened\","
               "\"saved_paths\":[\"data/anomalies/anomaly_1.jpg\"],"
               "\"boxes\":[{\"x\":10,\"y\":20,\"w\":30,\"h\":40},"
               "{\"x\":1,\"y\":2,\"w\":3,\"h\":4}],\"area_px\":1212.5,\"area_fraction\":0.001,"
               "\"late\":false,\"untold_before\":0,\"frame\":157,\"media_time_s\":5.25,"
               "\"notify\":true,\"mono_ms\":5250}");
    event.update = UPDATE_LATE;
    event.frame = -1;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0),
                   "\"late\":true,\"untold_before\":0,\"notify\"");
}

TEST(what_is_not_judged_says_so)
{
    struct event event = sample_event(EVENT_FRAME_STATUS);
    event.status.state = FRAME_BUSY;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"state\":\"busy\"");
    event.status.state = FRAME_BLIND;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"state\":\"blind\"");
    event.type = EVENT_HEARTBEAT;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"blind\":false");
    event.blind = true;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"blind\":true");
    event.type = EVENT_ALARM_UPDATE;
    event.alarm.growth_px_per_minute = NAN;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"growth_px_per_minute\":null");
    event.type = EVENT_ACCEPTED_AS_NORMAL;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"undone\":false");
    event.undone = true;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"undone\":true");
}

TEST(local_stamps_carry_their_offset)
{
    struct event event = sample_event(EVENT_HEARTBEAT);
    struct record_options live = {.mono_zero_ns = 250000000};
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    CHECK_CONTAINS(text_of(&event, &live, NULL, 0), "\"ts\":\"2026-01-01T01:00:05.250+01:00\"");
    event.utc_ms += INT64_C(180) * 86400 * 1000; /* in summer */
    CHECK_CONTAINS(text_of(&event, &live, NULL, 0), "T02:00:05.250+02:00\"");
    CHECK_CONTAINS(text_of(&event, &live, NULL, 0), "\"mono_ms\":5000");
}

TEST(only_finite_numbers_are_written)
{
    struct event event = sample_event(EVENT_ANOMALY_DETECTED);
    event.status.score = NAN;
    event.status.threshold = INFINITY;
    event.alarm.area_px = -INFINITY;
    const char *text = text_of(&event, &replay, NULL, 0);
    CHECK_CONTAINS(text, "\"score\":null,\"threshold\":null");
    CHECK_CONTAINS(text, "\"area_px\":null");
    event.status.score = 1e300;
    event.status.threshold = 5e-324;
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0),
                   "\"score\":1e300,\"threshold\":4.94065646e-324");
}

/* Hostile text must give a record, and the record must be JSON. */
TEST(text_that_is_no_utf8)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x92\xa7",
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x92\xa7"},
        {"latin1 \xfc.", "latin1 \xef\xbf\xbd."},
        {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"overlong \xc0\xaf\xe0\x80\xaf.", "overlong \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                                           "\xef\xbf\xbd\xef\xbf\xbd."},
        {"surrogate \xed\xa0\x80.", "surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd."},
        {"beyond \xf4\x90\x80\x80.", "beyond \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd."},
        {"\x80\xbf\xff", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event event = sample_event(EVENT_FAULT);
        snprintf(event.text, sizeof event.text, "%s", cases[i].text);
        json_t *record = record_from_event(&event, &replay, NULL, 0, NULL);
        CHECK(record);
        char got[128];
        snprintf(got, sizeof got, "%s", json_string_value(json_object_get(record, "text")));
        json_decref(record);
        CHECK_TEXT(got, cases[i].expected);
    }
}

TEST(text_is_escaped)
{
    struct event event = sample_event(EVENT_CAPTURED_FRAME);
    const char *const path = "a\xff\"b";
    snprintf(event.text, sizeof event.text, "a\"b\\c\nd\x01");
    CHECK_CONTAINS(text_of(&event, &replay, NULL, 0), "\"path\":\"a\\\"b\\\\c\\nd\\u0001\"");
    event.type = EVENT_CONTEXT_SAVED;
    CHECK_CONTAINS(text_of(&event, &replay, &path, 1), "[\"a\xef\xbf\xbd\\\"b\"]");
}

TEST(what_must_be_on_disk_at_once)
{
    static const enum event_type flushed[] = {EVENT_ANOMALY_DETECTED,  EVENT_ALARM_UPDATE,
                                              EVENT_ALARM_CLOSED,      EVENT_FAULT,
                                              EVENT_RECOVERED,         EVENT_MODE_CHANGE,
                                              EVENT_SHUTDOWN,          EVENT_STARTUP_ERROR,
                                              EVENT_TRAINING_COMPLETE, EVENT_ALARM_ACKNOWLEDGED,
                                              EVENT_SCENE_CHANGED,     EVENT_ACCEPTED_AS_NORMAL};
    int count = 0;
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        count += record_needs_flush((enum event_type)type);
    CHECK_INT(count, sizeof flushed / sizeof flushed[0]);
    for (size_t i = 0; i < sizeof flushed / sizeof flushed[0]; i++)
        CHECK(record_needs_flush(flushed[i]));
}

TEST(every_lack_of_memory_is_an_error)
{
    json_set_alloc_funcs(malloc, free); /* this program's, which fail on demand */
    const char *const path = "data/anomalies/anomaly_1.jpg";
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        struct event event = sample_event((enum event_type)type);
        long failures = 0;
        for (;; failures++) {
            struct error err = {0};
            allocations_until_failure = failures;
            json_t *record = record_from_event(&event, &replay, &path, 1, &err);
            allocations_until_failure = -1;
            if (record) {
                json_decref(record);
                break;
            }
            CHECK_INT(err.code, ERROR_MEMORY);
            CHECK_CONTAINS(err.message, event_type_name(event.type));
        }
        CHECK(failures > 10);
    }
}

/* ---- the documentation */

static char docs[65536];

static bool read_docs(void)
{
    struct buffer contents = {0};
    bool good = file_read(docs_path, sizeof docs - 1, &contents, NULL);
    snprintf(docs, sizeof docs, "%s", buffer_text(&contents));
    buffer_finish(&contents);
    return good;
}

/* The text between the heading and the next one. */
static bool find_section(const char *heading, char *ret_section, size_t size)
{
    char line[128];
    snprintf(line, sizeof line, "\n%s\n", heading);
    const char *start = strstr(docs, line);
    if (!start)
        return false;
    start += strlen(line);
    const char *end = strstr(start, "\n#");
    snprintf(ret_section, size, "%.*s", (int)(end ? end - start : (long)strlen(start)), start);
    return true;
}

static bool is_documented(const char *section, const char *key)
{
    char word[80];
    snprintf(word, sizeof word, "`%s`", key);
    for (const char *row = strstr(section, "\n| `"); row; row = strstr(row + 1, "\n| `")) {
        const char *found = strstr(row, word), *cell_end = strstr(row + 3, " |");
        if (found && cell_end && found < cell_end)
            return true;
    }
    return false;
}

TEST(every_type_and_member_is_documented)
{
    CHECK(read_docs());
    static char common[8192], section[8192];
    CHECK(find_section("## Every record", common, sizeof common));
    CHECK(is_documented(common, "schema") && is_documented(common, "seq"));
    CHECK(!is_documented(common, "no_such_member"));
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        const char *name = event_type_name((enum event_type)type);
        char heading[80];
        snprintf(heading, sizeof heading, "### `%s`", name);
        if (!find_section(heading, section, sizeof section))
            CHECK_FAIL("docs/records.md has no section %s", heading);
        struct event event = sample_event((enum event_type)type);
        json_t *record = record_from_event(&event, &replay, NULL, 0, NULL);
        CHECK(record);
        const char *key;
        json_t *value;
        json_object_foreach(record, key, value)
        {
            if (!is_documented(section, key) && !is_documented(common, key))
                CHECK_FAIL("docs/records.md does not explain %s of %s", key, name);
        }
        json_decref(record);
    }
}

TEST(every_name_of_a_value_is_documented)
{
    CHECK(read_docs());
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++)
        CHECK_CONTAINS(docs, fault_kind_name((enum fault_kind)kind));
    for (int path = ALARM_PATH_NONE + 1; path < ALARM_PATH_COUNT; path++) {
        char word[64];
        snprintf(word, sizeof word, "`%s`", alarm_path_name((enum alarm_path)path));
        CHECK_CONTAINS(docs, word);
    }
    for (int state = 0; state < FRAME_STATE_COUNT; state++) {
        char word[64];
        snprintf(word, sizeof word, "`%s`", frame_state_name((enum frame_state)state));
        CHECK_CONTAINS(docs, word);
    }
    for (int reason = 0; reason < UPDATE_REASON_COUNT; reason++) {
        char word[64];
        snprintf(word, sizeof word, "`%s`",
                 alarm_update_reason_name((enum alarm_update_reason)reason));
        CHECK_CONTAINS(docs, word);
    }
}

int main(int argc, char **argv)
{
    docs_path = argc > 1 ? argv[1] : "docs/records.md";
    RUN(frame_status_to_the_byte);
    RUN(anomaly_to_the_byte);
    RUN(an_update_without_a_frame_names_none);
    RUN(scene_changed_to_the_byte);
    RUN(what_is_not_judged_says_so);
    RUN(local_stamps_carry_their_offset);
    RUN(only_finite_numbers_are_written);
    RUN(text_that_is_no_utf8);
    RUN(text_is_escaped);
    RUN(what_must_be_on_disk_at_once);
    RUN(every_type_and_member_is_documented);
    RUN(every_name_of_a_value_is_documented);
    RUN(every_lack_of_memory_is_an_error);
    return check_report();
}
