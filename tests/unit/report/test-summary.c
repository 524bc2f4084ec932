/* A day's summary as Markdown, JSON and a page: what must be in it, and what hostile records can
 * not do to it.
 */
#include "check.h"
#include "failing_alloc.h"

#include "day_log.h"
#include "frame/image.h"
#include "report/day_text.h"
#include "report/summary.h"
#include "report/summary_parts.h"

enum { HOUR = 3600 };

static const char hostile[] = "<script>alert('x')</script>&amp;\\\"|`[a](b)";

struct made {
    struct day_summary day;
    struct summary summary;
    struct project project;
    struct buffer page, markdown, svg;
    json_t *json;
};

static bool never(void)
{
    return false;
}

static bool at_once(void)
{
    return true;
}

static bool make(struct day_log *log, struct made *made)
{
    *made = (struct made){0};
    struct error err = {0};
    snprintf(made->project.root, PATH_SIZE, "%s", scratch("project"));
    snprintf(made->project.anomalies_dir, PATH_SIZE, "%s", scratch("project/data/anomalies"));
    bool good = folder_create(made->project.anomalies_dir, true, &err) &&
                log_read(log, &made->day) &&
                summary_begin(&made->summary, &made->day, "rig <1>", &err) &&
                summary_load_pictures(&made->summary, &made->project, never, &err) &&
                summary_plot(&made->summary, PLOT_SVG, &made->svg, &err) &&
                summary_html(&made->summary, &made->svg, &made->page, &err) &&
                summary_markdown(&made->summary, &made->markdown, &err);
    made->json = good ? summary_json(&made->day, made->day.settings.now_utc_ms, &err) : NULL;
    if (!made->json)
        printf("%s\n", err.message);
    return made->json != NULL;
}

static void finish(struct made *made)
{
    json_decref(made->json);
    summary_finish(&made->summary);
    day_finish(&made->day);
    buffer_finish(&made->page);
    buffer_finish(&made->markdown);
    buffer_finish(&made->svg);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* A picture of that name, grey, in the project. */
static bool write_picture(const char *name)
{
    static uint8_t rgb[800 * 450 * 3];
    char path[64];
    memset(rgb, 60, sizeof rgb);
    snprintf(path, sizeof path, "project/%s", name);
    return folder_create(scratch("project/data/anomalies"), true, NULL) &&
           image_write_jpeg(scratch(path), rgb, 800, 450, 90, NULL);
}

static void log_alarm_with(struct day_log *log, double at_s, const char *picture)
{
    char members[256];
    snprintf(members, sizeof members, ",\"saved_paths\":[\"%s\"]", picture);
    log_alarm(log, at_s, "anomaly_detected", at_s, 100, members);
    log_alarm(log, at_s + 90, "alarm_closed", at_s, 100, "");
}

TEST(a_page_needs_nothing_else)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-10-25");
    struct made made;
    CHECK(write_picture("data/anomalies/anomaly_1.jpg"));
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 25 * HOUR + 20);
    log_alarm_with(&log, 2.5 * HOUR, "data/anomalies/anomaly_1.jpg");
    CHECK(make(&log, &made));
    const char *page = buffer_text(&made.page);
    CHECK(strncmp(page, "<!DOCTYPE html>", 15) == 0);
    CHECK_INT(count_of(page, "<svg"), 1);
    CHECK_INT(count_of(page, "src=\"data:image/jpeg;base64,"), 1);
    CHECK_INT(count_of(page, "src="), 1);
    CHECK_INT(count_of(page, "href="), 0);
    CHECK_INT(count_of(page, "<link"), 0);
    CHECK_INT(count_of(page, "<script"), 0);
    CHECK_INT(count_of(page, "url("), 0);
    CHECK_INT(count_of(page, "<?xml"), 0);
    CHECK_CONTAINS(page, "default-src 'none'");
    CHECK_CONTAINS(page, "@media print");
    CHECK_CONTAINS(page, "prefers-color-scheme:dark");
    CHECK_CONTAINS(page, "Sunday, 25 October 2026");
    CHECK_CONTAINS(page, "rig &lt;1&gt;");
    CHECK_CONTAINS(page, "1 alarm, not acknowledged. Watched 25 h of the 25 h of this day.");
    CHECK_CONTAINS(page, "02:30:00 +02:00"); /* the first of two */
    CHECK_CONTAINS(page, "This day has 25 hours");
    CHECK_CONTAINS(buffer_text(&made.svg), "Scores of rig &lt;1&gt;, ");
    CHECK_CONTAINS(buffer_text(&made.svg), ">score (squared error, 0 to 1)</text>");
    CHECK_CONTAINS(page, "score 0.03, 1.5 times its threshold 0.02; highest score 0.05");
    CHECK_CONTAINS(page, "1.0 % of the picture (100 px) at x 100, y 20, 30x40 px");
    CHECK_CONTAINS(page, "width=\"400\" height=\"225\"");
    CHECK_INT(count_of(page, "<table"), count_of(page, "</table>"));
    finish(&made);
}

/* A day with all that the scene detector says, and hostile texts in it. */
static struct day_log log_of_the_scene_detector(void)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    log_start(&log, 0, "MONITOR");
    log_frames(&log, 10, HOUR);
    for (double at_s = HOUR; at_s < 2 * HOUR; at_s += 10)
        log_line(&log, at_s, "frame_status",
                 ",\"mode\":\"MONITOR\",\"score\":null,\"threshold\":0.02,\"state\":\"%s\"",
                 at_s < 1.9 * HOUR ? "blind" : "busy");
    log_line(&log, HOUR + 10, "fault", ",\"fault\":\"camera_moved\",\"text\":\"%s\"", hostile);
    log_line(&log, 1.9 * HOUR, "recovered",
             ",\"fault\":\"camera_moved\",\"fault_duration_s\":3240");
    log_alarm(&log, 3 * HOUR, "anomaly_detected", 3 * HOUR, 100,
              ",\"growth_px_per_minute\":41.0,\"path\":\"growing\"");
    log_alarm(&log, 4 * HOUR, "scene_changed", 4 * HOUR, 700,
              ",\"late\":false,\"saved_paths\":[\"<b>anomaly_9.jpg\"],\"text\":\"<script>\"");
    log_frames(&log, 2 * HOUR, 24 * HOUR);
    return log;
}

TEST(what_the_scene_detector_says_is_on_the_page)
{
    struct day_log log = log_of_the_scene_detector();
    struct made made;
    CHECK(make(&log, &made));
    const char *page = buffer_text(&made.page), *markdown = buffer_text(&made.markdown);
    CHECK_CONTAINS(page, "<h2>Camera faults</h2>");
    CHECK_CONTAINS(page, "camera moved");
    CHECK_CONTAINS(page, "showed nothing to judge");
    CHECK_CONTAINS(page, " anomalous, 36 too busy to judge, 324 of faulty pictures</span>");
    CHECK_CONTAINS(page, "found by a faint change that grows, growing by about 41 px/min");
    CHECK_CONTAINS(page, "1 change of the scene that stayed.");
    CHECK_CONTAINS(page, "<h2>Changes of the scene</h2>");
    CHECK_CONTAINS(page, "1.0 % of the picture (700 px) at x 700, y 20, 30x40 px");
    CHECK_CONTAINS(page, "&lt;b&gt;anomaly_9.jpg");
    CHECK_INT(count_of(page, "<script"), 0);
    CHECK_INT(count_of(page, "<table"), count_of(page, "</table>"));
    CHECK_CONTAINS(markdown, "## Changes of the scene");
    CHECK_CONTAINS(markdown, "\\<b\\>anomaly\\_9.jpg");
    CHECK_CONTAINS(markdown, "; found by a faint change that grows, growing by about 41 px/min");
    CHECK_CONTAINS(markdown, "| of faulty pictures | 324 |");
    CHECK_CONTAINS(markdown, "| too much moved to judge | 36 |");
    finish(&made);
}

TEST(what_the_scene_detector_says_is_in_the_json)
{
    struct day_log log = log_of_the_scene_detector();
    struct made made;
    CHECK(make(&log, &made));
    int blind, busy, changes, types;
    const char *path, *cause, *fault;
    double growth, mean, area_px;
    int unpacked = json_unpack(
        made.json, "{s:{s:i, s:i, s:F}, s:{s:i, s:[{s:F}]}, s:{s:[{s:F, s:s}]}, s:{s:{s:i}}}",
        "frames", "blind", &blind, "busy", &busy, "score_mean", &mean, "scene_changes", "count",
        &changes, "list", "area_px", &area_px, "alarms", "list", "fastest_growth_px_per_minute",
        &growth, "path", &path, "records", "by_type", "scene_changed", &types);
    int of_gap = json_unpack(made.json, "{s:{s:[{s:s}]}, s:{s:[{s:s}]}}", "watch", "gaps", "cause",
                             &cause, "faults", "list", "fault", &fault);
    bool good = unpacked == 0 && of_gap == 0 && strcmp(path, "growing") == 0 &&
                strcmp(cause, "faulty_pictures") == 0 && strcmp(fault, "camera_moved") == 0;
    finish(&made);
    CHECK(good);
    CHECK_INT(blind, 324);
    CHECK_INT(busy, 36);
    CHECK_INT(changes, 1);
    CHECK_INT(types, 1);
    CHECK_NEAR(area_px, 700, 0);
    CHECK_NEAR(growth, 41.0, 0);
    CHECK_NEAR(mean, 0.01, 1e-9);
}

TEST(pictures_that_can_not_be_shown_are_said)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    static const char junk[] = "\xff\xd8 no picture";
    CHECK(write_picture("data/anomalies/anomaly_1.jpg"));
    CHECK(file_replace(scratch("project/data/anomalies/anomaly_2.jpg"), junk, sizeof junk, true,
                       NULL));
    CHECK(file_replace(scratch("secret.jpg"), junk, sizeof junk, true, NULL));
    CHECK(symlink(scratch("secret.jpg"), scratch("project/data/anomalies/anomaly_3.jpg")) == 0);
    static const struct {
        const char *path;
        enum summary_picture_state state;
    } rows[] = {{"data/anomalies/anomaly_1.jpg", SUMMARY_PICTURE_SHOWN},
                {"data/anomalies/anomaly_2.jpg", SUMMARY_PICTURE_DAMAGED},
                {"data/anomalies/anomaly_3.jpg", SUMMARY_PICTURE_OUTSIDE},
                {"data/anomalies/anomaly_4.jpg", SUMMARY_PICTURE_MISSING},
                {"../secret.jpg", SUMMARY_PICTURE_OUTSIDE},
                {"/etc/passwd", SUMMARY_PICTURE_OUTSIDE},
                {"data", SUMMARY_PICTURE_DAMAGED},
                {"", SUMMARY_PICTURE_NONE}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    for (int i = 0; i < ROWS; i++)
        log_alarm_with(&log, HOUR + 100 * i, rows[i].path);
    CHECK(make(&log, &made));
    CHECK_INT(made.summary.shown_count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        CHECK_INT(made.summary.pictures[i].state, rows[i].state);
        const char *text = summary_picture_text(rows[i].state);
        CHECK((text[0] == '\0') == (rows[i].state == SUMMARY_PICTURE_SHOWN));
        CHECK_CONTAINS(buffer_text(&made.page), text);
        CHECK_CONTAINS(buffer_text(&made.markdown), text);
    }
    CHECK_INT(count_of(buffer_text(&made.page), "<img"), 1);
    finish(&made);
}

TEST(texts_of_records_stay_texts)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    log_start(&log, HOUR, "MONITOR");
    log_line(&log, HOUR, "fault", ",\"fault\":\"%s\",\"channel\":\"%s\",\"text\":\"%s\"", hostile,
             hostile, hostile);
    log_line(&log, HOUR, "startup_error", ",\"text\":\"%s\\n# head\\u001b[31m\"", hostile);
    log_line(&log, HOUR, "anomaly_detected", ",\"event_id\":\"<b>&'\\\"\",\"saved_paths\":[\"%s\"]",
             hostile);
    log_line(&log, HOUR, hostile, "");
    buffer_append_format(
        &log.attempts,
        "{\"ts\":\"2026-01-31T08:00:00Z\",\"channel\":\"%s\",\"outcome\":\"retry\","
        "\"reason\":\"%s\"}\n",
        hostile, hostile);
    CHECK(make(&log, &made));
    const char *page = buffer_text(&made.page), *markdown = buffer_text(&made.markdown);
    CHECK_INT(count_of(page, "<script"), 0);
    CHECK_INT(count_of(page, "<b>&"), 0);
    CHECK(count_of(page,
                   "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;&quot;|`[a](b)") >= 3);
    CHECK_INT(count_of(page, "\x1b"), 0);
    CHECK_INT(count_of(markdown, "<script"), count_of(markdown, "\\<script"));
    CHECK_INT(count_of(markdown, "](b)"), count_of(markdown, "\\](b)"));
    CHECK_INT(count_of(markdown, "\n# "), 0);
    char *text = json_dumps(made.json, 0);
    CHECK(text != NULL);
    free(text);
    finish(&made);
}

TEST(ten_thousand_alarms_leave_a_page_that_can_be_used)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    for (int i = 0; i < 12000; i++)
        log_line(
            &log, i, "anomaly_detected",
            ",\"event_id\":\"%lld-1\",\"score\":%g,\"threshold\":0.02,\"saved_paths\":[\"x.jpg\"]",
            (long long)log_utc_ms(&log, i), i == 777 ? 5.0 : 0.03);
    log_line(&log, 12000, "shutdown", "");
    CHECK(make(&log, &made));
    CHECK_INT(made.summary.shown_count, SUMMARY_SHOWN_MAX);
    bool has_strongest = false;
    for (size_t i = 0; i < made.summary.shown_count; i++) {
        has_strongest = has_strongest || made.summary.shown[i] == 777;
        CHECK(i == 0 || made.summary.shown[i] > made.summary.shown[i - 1]);
    }
    CHECK(has_strongest);
    CHECK_CONTAINS(buffer_text(&made.page), "12,000 alarms");
    CHECK_CONTAINS(buffer_text(&made.page), "11,900 more alarms are in the JSON file");
    CHECK_INT(count_of(buffer_text(&made.page), "<article"), SUMMARY_PICTURES_MAX);
    CHECK(made.page.size < 400000);
    const json_t *alarms = json_object_get(made.json, "alarms");
    CHECK_INT(json_integer_value(json_object_get(alarms, "count")), 12000);
    CHECK_INT(json_array_size(json_object_get(alarms, "list")), DAY_ALARMS_MAX);
    CHECK_INT(json_integer_value(json_object_get(alarms, "not_listed")), 2000);
    finish(&made);
}

static const char *member(const json_t *json, const char *object, const char *name)
{
    static char text[64];
    const json_t *value = json_object_get(json_object_get(json, object), name);
    snprintf(text, sizeof text, "%g", json_number_value(value));
    return json_is_number(value) ? text : json_is_null(value) ? "null" : "missing";
}

TEST(json_has_the_numbers)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-03-29");
    struct made made;
    log_start(&log, 0, "MONITOR");
    log_frames(&log, 0, HOUR + 1);
    log_line(&log, HOUR, "shutdown", "");
    CHECK(make(&log, &made));
    CHECK_TEXT(json_string_value(json_object_get(made.json, "date")), "2026-03-29");
    CHECK_TEXT(json_string_value(json_object_get(made.json, "from")),
               "2026-03-29T00:00:00.000+01:00");
    CHECK_TEXT(json_string_value(json_object_get(made.json, "to")),
               "2026-03-30T00:00:00.000+02:00");
    CHECK_NEAR(json_real_value(json_object_get(made.json, "day_hours")), 23, 0);
    CHECK_TEXT(member(made.json, "watch", "armed_s"), "3600");
    CHECK_TEXT(member(made.json, "watch", "monitored_s"), "3600");
    CHECK_TEXT(member(made.json, "frames", "scored"), "361");
    CHECK_TEXT(member(made.json, "frames", "score_mean"), "0.01");
    CHECK_TEXT(member(made.json, "delivery", "waiting_now"), "null");
    const json_t *gaps = json_object_get(json_object_get(made.json, "watch"), "gaps");
    CHECK_INT(json_array_size(gaps), 1);
    CHECK_TEXT(json_string_value(json_object_get(json_array_get(gaps, 0), "cause")), "not_running");
    finish(&made);
}

TEST(a_day_without_anything_does_not_read_like_a_quiet_one)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    log_line(&log, -10 * 24 * HOUR, "shutdown", "");
    CHECK(make(&log, &made));
    const char *page = buffer_text(&made.page);
    CHECK_CONTAINS(page, "Nothing was recorded on this day, and nothing was watched.");
    CHECK_INT(count_of(page, "No alarm."), 0);
    CHECK_INT(count_of(page, "class=\"verdict doubtful\""), 1);
    CHECK_INT(count_of(page, "may show people"), 0);
    CHECK_TEXT(member(made.json, "frames", "score_mean"), "null");
    finish(&made);
}

TEST(so_far_and_recordings_are_said)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log_alarm(&log, -HOUR, "anomaly_detected", -HOUR, 100, "");
    log_alarm(&log, -HOUR + 60, "alarm_closed", -HOUR, 100, "");
    log_start(&log, HOUR, "MONITOR");
    log_frames(&log, HOUR, 8 * HOUR);
    log.replay = true;
    log_start(&log, 2 * HOUR, "MONITOR");
    log_frames(&log, 2 * HOUR, 2 * HOUR + 60);
    buffer_append_text(&log.events, "{damaged\n");
    CHECK(make(&log, &made));
    CHECK_CONTAINS(buffer_text(&made.page), "So far, until 08:00:00");
    CHECK_CONTAINS(buffer_text(&made.page),
                   "Before midnight: 1 alarm began at 2026-01-30 23:00:00; see leakwatch summary "
                   "--date 2026-01-30");
    CHECK_CONTAINS(buffer_text(&made.page),
                   "Recordings that were played with stamps of this day (6 frames, 0 alarms) are "
                   "left out.");
    CHECK_CONTAINS(buffer_text(&made.page), "1 damaged line was passed over");
    CHECK_CONTAINS(buffer_text(&made.markdown), "so far, until 08:00:00");
    finish(&made);
}

TEST(numbers_have_sensible_digits)
{
    static const struct {
        int64_t ms;
        const char *text;
    } durations[] = {{0, "0 s"},         {1499, "1 s"},           {119000, "119 s"},
                     {120000, "2 min"},  {3599000, "1 h"},        {3900000, "1 h 05 min"},
                     {86400000, "24 h"}, {172799000, "2.0 days"}, {9e8, "10.4 days"}};
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        struct buffer out = {0};
        day_append_duration(&out, durations[i].ms);
        CHECK_TEXT(buffer_text(&out), durations[i].text);
        buffer_finish(&out);
    }
    static const struct {
        double value;
        const char *text;
    } numbers[] = {
        {0.0175247009, "0.0175"}, {1234567.4, "1.23e6"}, {999.4, "999"},   {-1000, "-1,000"},
        {NAN, "unknown"},         {INFINITY, "unknown"}, {1e300, "1e300"}, {0, "0"}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct buffer out = {0};
        day_append_number(&out, numbers[i].value);
        CHECK_TEXT(buffer_text(&out), numbers[i].text);
        buffer_finish(&out);
    }
}

TEST(base64_of_every_length)
{
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"},
                                          {"\xff\xfe\xfd", "//79"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = {0};
        base64_append(&out, rows[i][0], strlen(rows[i][0]));
        CHECK_TEXT(buffer_text(&out), rows[i][1]);
        buffer_finish(&out);
    }
}

TEST(stopping_and_lack_of_memory_are_errors)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct made made;
    CHECK(write_picture("data/anomalies/anomaly_1.jpg"));
    log_alarm_with(&log, HOUR, "data/anomalies/anomaly_1.jpg");
    CHECK(make(&log, &made));
    struct error err = {0};
    struct summary summary = {0};
    CHECK(summary_begin(&summary, &made.day, "rig", &err));
    CHECK(!summary_load_pictures(&summary, &made.project, at_once, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    summary_finish(&summary);
    int failures = 0;
    for (long n = 0;; n++) {
        struct buffer page = {0}, markdown = {0};
        err = (struct error){0};
        allocations_until_failure = n;
        bool good = summary_begin(&summary, &made.day, "rig", &err) &&
                    summary_load_pictures(&summary, &made.project, never, &err) &&
                    summary_html(&summary, &made.svg, &page, &err) &&
                    summary_markdown(&summary, &markdown, &err);
        allocations_until_failure = -1;
        buffer_finish(&page);
        buffer_finish(&markdown);
        summary_finish(&summary);
        if (good)
            break;
        failures++;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(failures >= 8);
    finish(&made);
}

int main(void)
{
    RUN(a_page_needs_nothing_else);
    RUN(what_the_scene_detector_says_is_on_the_page);
    RUN(what_the_scene_detector_says_is_in_the_json);
    RUN(pictures_that_can_not_be_shown_are_said);
    RUN(texts_of_records_stay_texts);
    RUN(ten_thousand_alarms_leave_a_page_that_can_be_used);
    RUN(json_has_the_numbers);
    RUN(a_day_without_anything_does_not_read_like_a_quiet_one);
    RUN(so_far_and_recordings_are_said);
    RUN(numbers_have_sensible_digits);
    RUN(base64_of_every_length);
    RUN(stopping_and_lack_of_memory_are_errors);
    return check_report();
}
