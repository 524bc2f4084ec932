/* A day from its records: what was watched, what was not and why, and how it all counts. */
#include "check.h"

#include "report/day_parts.h"

#include "day_log.h"

enum { HOUR = 3600 };

/* The day, or a failed check; every test calls day_finish. */
#define READ(log, day) CHECK(log_read(&(log), &(day)))

#define CHECK_GAP(day, index, from_s, to_s, expected)                                              \
    do {                                                                                           \
        const struct day_watch *check_w = &(day).told->watch;                                      \
        CHECK((size_t)(index) < check_w->gap_count);                                               \
        const struct day_gap *check_g = &check_w->gaps[index];                                     \
        CHECK_NEAR((check_g->from_utc_ms - (day).settings.from_utc_ms) / 1000.0, from_s, 0);       \
        CHECK_NEAR((check_g->to_utc_ms - (day).settings.from_utc_ms) / 1000.0, to_s, 0);           \
        CHECK_INT(check_g->cause, expected);                                                       \
    } while (0)

static int64_t gaps_ms(const struct day_watch *watch)
{
    int64_t sum_ms = 0;
    for (int i = 0; i < GAP_CAUSE_COUNT; i++)
        sum_ms += watch->gap_ms[i];
    return sum_ms;
}

/* Every instant of the day is either watched or in one gap. */
static bool adds_up(const struct day_summary *day)
{
    const struct day_watch *watch = &day->told->watch;
    int64_t armed_gaps_ms =
        watch->gap_ms[GAP_CAMERA] + watch->gap_ms[GAP_BLIND] + watch->gap_ms[GAP_NO_FRAMES];
    return watch->monitored_ms + gaps_ms(watch) == day->end_utc_ms - day->settings.from_utc_ms &&
           watch->monitored_ms + armed_gaps_ms == watch->armed_ms;
}

TEST(a_day_that_was_watched_all_the_time_has_no_gap)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -600, "MONITOR");
    log_frames(&log, -590, 24 * HOUR + 30);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 0);
    CHECK_INT(day.told->watch.monitored_ms, 24 * HOUR * 1000);
    CHECK_INT(day.told->watch.armed_ms, 24 * HOUR * 1000);
    CHECK_INT(day.told->frames.scored, 24 * HOUR / 10);
    CHECK_INT(day.records, 24 * HOUR / 10);
    CHECK_INT(day.types[EVENT_FRAME_STATUS], 24 * HOUR / 10);
    CHECK(!day.so_far && day.told == day.live && adds_up(&day));
    day_finish(&day);
}

TEST(days_of_23_and_25_hours_are_whole)
{
    static const struct {
        const char *zone, *date;
        int hours;
    } rows[] = {{"Europe/Berlin", "2026-03-29", 23},
                {"Europe/Berlin", "2026-10-25", 25},
                {"Australia/Sydney", "2026-10-04", 23}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct day_log log = log_begin(rows[i].zone, rows[i].date);
        struct day_summary day;
        int seconds = rows[i].hours * HOUR;
        log_start(&log, -60, "MONITOR");
        log_frames(&log, -50, seconds + 20);
        READ(log, day);
        CHECK_INT(day.told->watch.monitored_ms, seconds * 1000LL);
        CHECK_INT(day.told->watch.gap_count, 0);
        CHECK_INT(day.told->frames.scored, seconds / 10);
        int64_t in_bins = 0;
        for (int k = 0; k < DAY_BINS_MAX; k++)
            in_bins += day.told->frames.bins[k].count;
        CHECK_INT(in_bins, seconds / 10);
        day_finish(&day);
    }
}

TEST(gaps_have_their_causes)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -2 * HOUR, "MONITOR");
    log_line(&log, -HOUR, "shutdown", ",\"text\":\"stopped by request\"");
    log_start(&log, 2 * HOUR, "OFF"); /* 0 to 2: not running */
    log_mode(&log, 3 * HOUR, "OFF", "MONITOR");
    log_frames(&log, 3 * HOUR + 10, 4 * HOUR);
    log_mode(&log, 4 * HOUR, "MONITOR", "CAPTURE");
    log_mode(&log, 5 * HOUR, "CAPTURE", "MONITOR");
    log_frames(&log, 5 * HOUR + 10, 6 * HOUR + 1);
    log_line(&log, 6 * HOUR + 30, "fault", ",\"fault\":\"camera_down\",\"text\":\"no picture\"");
    for (int i = 1; i < 40; i++)
        log_line(&log, 6 * HOUR + 60 * i, "heartbeat", ",\"mode\":\"MONITOR\"");
    log_line(&log, 6.75 * HOUR, "recovered",
             ",\"fault\":\"camera_down\",\"fault_duration_s\":2700.0");
    log_frames(&log, 6.75 * HOUR, 7 * HOUR + 1);
    for (int i = 1; i < 60; i++)
        log_line(&log, 7 * HOUR + 60 * i, "heartbeat", ",\"mode\":\"MONITOR\"");
    log_frames(&log, 8 * HOUR, 9 * HOUR);
    log_line(&log, 9 * HOUR, "shutdown", ",\"frames_dropped\":7,\"frames_damaged\":2");
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 6);
    CHECK_GAP(day, 0, 0, 2 * HOUR, GAP_NOT_RUNNING);
    CHECK_GAP(day, 1, 2 * HOUR, 3 * HOUR, GAP_OFF);
    CHECK_GAP(day, 2, 4 * HOUR, 5 * HOUR, GAP_CAPTURE);
    CHECK_GAP(day, 3, 6 * HOUR, 6.75 * HOUR, GAP_CAMERA);
    CHECK_GAP(day, 4, 7 * HOUR, 8 * HOUR, GAP_NO_FRAMES);
    CHECK_GAP(day, 5, 9 * HOUR, 24 * HOUR, GAP_NOT_RUNNING);
    CHECK(adds_up(&day));
    CHECK_INT(day.told->frames.dropped, 7);
    CHECK_INT(day.told->frames.damaged, 2);
    day_finish(&day);
}

TEST(a_run_that_was_killed_ended_with_its_last_sign_of_life)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, HOUR, "MONITOR");
    log_frames(&log, HOUR, 2 * HOUR);
    log_alarm(&log, 2 * HOUR - 5, "anomaly_detected", 2 * HOUR - 5, 100, "");
    log_start(&log, 3 * HOUR, "MONITOR");
    log_frames(&log, 3 * HOUR, 4 * HOUR); /* and killed again, for good */
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 3);
    CHECK_GAP(day, 0, 0, HOUR, GAP_NO_RECORDS);
    CHECK_GAP(day, 1, 2 * HOUR - 5, 3 * HOUR, GAP_DIED);
    CHECK_GAP(day, 2, 4 * HOUR - 10, 24 * HOUR, GAP_DIED);
    CHECK(adds_up(&day));
    CHECK_INT(day.told->alarm_count, 1);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_LEFT);
    CHECK_INT(day.told->runs, 2);
    day_finish(&day);
}

TEST(a_run_killed_the_day_before_did_not_watch_this_one)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -3 * HOUR, "MONITOR");
    log_frames(&log, -3 * HOUR, -2 * HOUR);
    log_start(&log, 8 * HOUR, "MONITOR");
    log_frames(&log, 8 * HOUR, 24 * HOUR + 20);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_GAP(day, 0, 0, 8 * HOUR, GAP_DIED);
    CHECK(adds_up(&day));
    day_finish(&day);
}

TEST(a_pc_that_slept_did_not_watch)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 2 * HOUR + 1);
    log.clock_ahead_s = 6 * HOUR; /* the other clock stood still meanwhile */
    log_frames(&log, 2 * HOUR + 10, 18 * HOUR + 20);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_GAP(day, 0, 2 * HOUR, 8 * HOUR + 10, GAP_CLOCK);
    CHECK_INT(day.told->watch.armed_ms, (18 * HOUR - 10) * 1000LL);
    CHECK(adds_up(&day));
    day_finish(&day);
}

TEST(a_clock_set_back_counts_no_instant_twice)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 12 * HOUR);
    log.clock_ahead_s = -HOUR;
    log_frames(&log, 12 * HOUR, 25 * HOUR + 20);
    READ(log, day);
    CHECK_INT(day.told->watch.clock_set_back, 1);
    CHECK_INT(day.told->watch.monitored_ms, 24 * HOUR * 1000);
    CHECK_INT(day.told->watch.gap_count, 0);
    CHECK_INT(day.told->frames.scored, 25 * HOUR / 10); /* frames are frames */
    day_finish(&day);
}

TEST(a_clock_that_was_once_far_ahead_hides_nothing)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, HOUR + 1);
    log.clock_ahead_s = 100 * 24.0 * HOUR; /* in May already */
    log_frames(&log, HOUR + 10, HOUR + 100);
    log.clock_ahead_s = 0;
    log_frames(&log, HOUR + 100, 24 * HOUR);
    log_alarm(&log, 20 * HOUR, "anomaly_detected", 20 * HOUR, 100, "");
    READ(log, day);
    CHECK_INT(day.told->alarms, 1);
    CHECK_INT(day.told->frames.scored, 24 * HOUR / 10 - 9);
    CHECK(adds_up(&day));
    day_finish(&day);
}

TEST(a_pc_that_was_started_anew_was_not_watching_before)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, HOUR + 1);
    log.boot_s = 2 * HOUR; /* the log lost its startup record */
    log_frames(&log, 3 * HOUR, 24 * HOUR + 20);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_GAP(day, 0, HOUR, 3 * HOUR, GAP_DIED);
    day_finish(&day);
}

TEST(today_ends_now)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log_alarm(&log, -2 * HOUR, "anomaly_detected", -2 * HOUR, 100, "");
    log_alarm(&log, -1 * HOUR, "alarm_closed", -2 * HOUR, 100, "");
    log_alarm(&log, -25 * HOUR, "anomaly_detected", -25 * HOUR, 100, "");
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 8 * HOUR);
    log_alarm(&log, 8 * HOUR - 60, "anomaly_detected", 8 * HOUR - 60, 100, "");
    READ(log, day);
    CHECK(day.so_far && adds_up(&day));
    CHECK_INT(day.told->watch.gap_count, 0);
    CHECK_INT(day.told->alarms, 1);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_OPEN);
    CHECK_NEAR(day.told->alarm_list[0].duration_s, 60, 1e-6);
    CHECK_INT(day.alarms_day_before, 1);
    CHECK_INT(day.last_alarm_day_before_utc_ms, day.settings.from_utc_ms - 2 * HOUR * 1000);
    day_finish(&day);
}

TEST(a_monitor_that_is_silent_is_not_running)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 7 * HOUR + 1);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_GAP(day, 0, 7 * HOUR, 8 * HOUR, GAP_DIED);
    day_finish(&day);
}

TEST(a_monitor_whose_lock_is_free_is_not_running)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log.settings.nobody_runs = true;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 8 * HOUR - 60 + 1);
    log_alarm(&log, 8 * HOUR - 60, "anomaly_detected", 8 * HOUR - 60, 100, "");
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_GAP(day, 0, 8 * HOUR - 60, 8 * HOUR, GAP_DIED);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_LEFT);
    CHECK(adds_up(&day));
    day_finish(&day);
}

TEST(a_disarmed_monitor_that_was_killed_was_disarmed_until_then)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log.settings.nobody_runs = true;
    log_start(&log, 0, "OFF");
    log_mode(&log, HOUR, "OFF", "CAPTURE");
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 2);
    CHECK_GAP(day, 0, 0, HOUR, GAP_OFF);
    CHECK_GAP(day, 1, HOUR, 8 * HOUR, GAP_DIED);
    day_finish(&day);
}

TEST(a_monitor_that_started_while_the_records_were_read_runs)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log.settings.now_utc_ms = log_utc_ms(&log, 8 * HOUR);
    log.settings.nobody_runs = true;
    log_start(&log, 8 * HOUR + 1, "MONITOR");
    log_alarm(&log, 8 * HOUR + 2, "anomaly_detected", 8 * HOUR + 2, 100, "");
    READ(log, day);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_OPEN);
    day_finish(&day);
}

TEST(an_empty_day_is_one_gap)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -3 * HOUR, "MONITOR");
    log_line(&log, -2 * HOUR, "shutdown", "");
    READ(log, day);
    CHECK(day.any);
    CHECK_INT(day.records, 0);
    CHECK_GAP(day, 0, 0, 24 * HOUR, GAP_NOT_RUNNING);
    day_finish(&day);
}

TEST(more_gaps_than_a_list_holds_are_counted)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    for (int i = 0; i < 2 * DAY_GAPS_MAX; i++)
        log_frame(&log, 100.0 * i, 0.01);
    log_line(&log, 200.0 * DAY_GAPS_MAX, "shutdown", "");
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, DAY_GAPS_MAX);
    CHECK_INT(day.told->watch.gaps_beyond, DAY_GAPS_MAX + 1);
    CHECK(adds_up(&day));
    day_finish(&day);
}

/* ---- replays and other writers */

TEST(a_replay_is_never_mixed_with_a_real_day)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, -60, "MONITOR");
    log_frames(&log, -50, 12 * HOUR);
    log.replay = true; /* somebody looks at a recording, with stamps of this morning */
    log_start(&log, 3 * HOUR, "MONITOR");
    for (int i = 0; i < 90; i++)
        log_frame(&log, 3 * HOUR + i, 0.5);
    log_alarm(&log, 3 * HOUR + 50, "anomaly_detected", 3 * HOUR + 50, 100, "");
    log_line(&log, 3 * HOUR + 90, "shutdown", "");
    log.replay = false;
    log_frames(&log, 12 * HOUR, 24 * HOUR + 20);
    READ(log, day);
    CHECK(day.told == day.live);
    CHECK_INT(day.told->alarms, 0);
    CHECK_INT(day.told->watch.gap_count, 0);
    CHECK_NEAR(day.told->frames.high, 0.01, 1e-9);
    CHECK_INT(day.replay->alarms, 1);
    CHECK_INT(day.replay->frames.scored, 90);
    CHECK_INT(day.replay->watch.monitored_ms, 90000);
    day_finish(&day);
}

TEST(a_day_of_recordings_alone_is_told_from_them)
{
    struct day_log log = log_begin("Europe/Berlin", "2000-01-01");
    struct day_summary day;
    log.replay = true;
    log.boot_s = 0;
    for (int run = 0; run < 2; run++) { /* the same recording twice */
        log_start(&log, HOUR, "MONITOR");
        for (int i = 0; i < 60; i++)
            log_frame(&log, HOUR + i, i == 30 ? 0.5 : 0.01);
        log_line(&log, HOUR + 60, "shutdown", "");
    }
    log_alarm(&log, HOUR + 30, "anomaly_detected", HOUR + 30, 100, "");
    log.replay = false;
    log.boot_s = -1e6;
    log.clock_ahead_s = 800 * 86400.0; /* today, long after */
    log_line(&log, 0, "alarm_acknowledged", ",\"event_id\":\"%lld-1\"",
             (long long)log.settings.from_utc_ms + (HOUR + 30) * 1000LL);
    READ(log, day);
    CHECK(day.told == day.replay);
    CHECK_INT(day.told->frames.scored, 120);
    CHECK_INT(day.told->frames.anomalous, 2);
    CHECK_INT(day.told->watch.monitored_ms, 60000);
    CHECK_INT(day.told->alarms, 1);
    CHECK(day.told->alarm_list[0].acknowledged);
    day_finish(&day);
}

TEST(the_tool_before_us_is_read_too)
{
    struct day_log log = log_begin("Europe/Berlin", "2024-07-01");
    struct day_summary day;
    static const char lines[] =
        "{\"ts\": \"2024-07-01T08:00:00.123456\", \"type\": \"startup\"}\n"
        "{\"ts\": \"2024-07-01T08:00:10\", \"type\": \"frame_status\", \"mode\": \"OFF\", "
        "\"score\": 1}\n"
        "{\"ts\": \"2024-07-01T08:00:20\", \"type\": \"frame_status\", \"mode\": \"MONITOR\", "
        "\"score\": 0.01, \"threshold\": 0.02, \"is_anomaly\": false}\n"
        "{\"ts\": \"2024-07-01T08:00:40+02:00\", \"type\": \"frame_status\", \"mode\": "
        "\"MONITOR\", "
        "\"score\": 0.03, \"threshold\": 0.02, \"is_anomaly\": true}\n"
        "{\"ts\": \"2024-07-01T06:00:40Z\", \"type\": \"anomaly_detected\", \"event_id\": "
        "\"evt_7\", \"score\": 0.03, \"threshold\": 0.02, \"saved_paths\": "
        "[\"C:/x/anomaly_1.jpg\"]}\n";
    buffer_append_text(&log.events, lines);
    READ(log, day);
    CHECK(day.told == day.live);
    CHECK_INT(day.records, 5);
    CHECK_INT(day.told->frames.scored, 2);
    CHECK_INT(day.told->frames.anomalous, 1);
    CHECK_INT(day.told->alarms, 1);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_PAST);
    CHECK_TEXT(day.told->alarm_list[0].event_id, "evt_7");
    CHECK_INT(day.told->watch.monitored_ms, 20000);
    day_finish(&day);
}

TEST(damage_is_counted_and_passed_over)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    struct day_summary day;
    log_start(&log, HOUR, "MONITOR");
    buffer_append_text(&log.events, "{\"schema\":1,\"seq\":\n\x01\x02\xff\n[]\n");
    log_line(&log, HOUR, "a_kind_from_the_future", ",\"score\":[1,2]");
    buffer_append_text(&log.events,
                       "{\"seq\":900,\"type\":\"startup\",\"ts\":\"once upon a time\"}\n"
                       "{\"seq\":901,\"ts\":7,\"type\":{}}\n");
    log.seq = 901;
    log_line(&log, HOUR + 1, "frame_status", ",\"score\":null,\"threshold\":\"high\"");
    log_line(&log, HOUR + 2, "records_lost", ",\"lost\":12");
    log_line(&log, HOUR + 3, "shutdown", ",\"frames_dropped\":-5,\"frames_damaged\":1e300");
    READ(log, day);
    CHECK_INT(day.damaged_lines, 3);
    CHECK_INT(day.without_time, 2);
    CHECK_INT(day.other_types, 1);
    CHECK_INT(day.told->frames.scored, 1);
    CHECK_INT(day.told->frames.without_score, 1);
    CHECK_INT(day.told->frames.lost_records, 12);
    CHECK_INT(day.told->frames.dropped, 0);
    CHECK(isnan(day.told->frames.low) && isnan(day.told->frames.threshold));
    CHECK_INT(day.told->notices, 1);
    day_finish(&day);
}

TEST(a_log_that_can_not_be_read_is_an_error)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    struct day_summary day;
    struct error err = {0};
    CHECK(day_begin(&day, &log.settings, &err));
    CHECK(!day_read(&day, scratch("."), scratch("none.jsonl"), &err)); /* a folder */
    CHECK_INT(err.code, ERROR_INPUT);
    day_finish(&day);
    day_finish(&day);
}

TEST(a_clock_that_says_what_no_clock_can_is_none)
{
    static const char *const readings[] = {"9223372036854775807", "-9223372036854775808", "1e300",
                                           "\"soon\""};
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        struct day_log log = log_begin("UTC", "2026-01-31");
        struct day_summary day;
        log_start(&log, -10, "MONITOR");
        log_frames(&log, 0, 12 * HOUR);
        char ts[CLOCK_TEXT_SIZE];
        clock_format_iso8601(log_utc_ms(&log, 12 * HOUR - 6), false, ts);
        buffer_append_format(&log.events,
                             "{\"schema\":1,\"seq\":%d,\"ts\":\"%s\",\"type\":\"frame_status\","
                             "\"mode\":\"MONITOR\",\"score\":0.01,\"mono_ms\":%s}\n",
                             ++log.seq, ts, readings[i]);
        log_frames(&log, 12 * HOUR - 5, 24 * HOUR);
        READ(log, day);
        CHECK_INT(day.told->watch.gap_count, 0);
        CHECK_INT(day.told->watch.clock_set_back, 0);
        day_finish(&day);
    }
}

int main(void)
{
    RUN(a_day_that_was_watched_all_the_time_has_no_gap);
    RUN(days_of_23_and_25_hours_are_whole);
    RUN(gaps_have_their_causes);
    RUN(a_run_that_was_killed_ended_with_its_last_sign_of_life);
    RUN(a_run_killed_the_day_before_did_not_watch_this_one);
    RUN(a_pc_that_slept_did_not_watch);
    RUN(a_clock_set_back_counts_no_instant_twice);
    RUN(a_clock_that_was_once_far_ahead_hides_nothing);
    RUN(a_pc_that_was_started_anew_was_not_watching_before);
    RUN(today_ends_now);
    RUN(a_monitor_that_is_silent_is_not_running);
    RUN(a_monitor_whose_lock_is_free_is_not_running);
    RUN(a_disarmed_monitor_that_was_killed_was_disarmed_until_then);
    RUN(a_monitor_that_started_while_the_records_were_read_runs);
    RUN(an_empty_day_is_one_gap);
    RUN(more_gaps_than_a_list_holds_are_counted);
    RUN(a_replay_is_never_mixed_with_a_real_day);
    RUN(a_day_of_recordings_alone_is_told_from_them);
    RUN(the_tool_before_us_is_read_too);
    RUN(damage_is_counted_and_passed_over);
    RUN(a_log_that_can_not_be_read_is_an_error);
    RUN(a_clock_that_says_what_no_clock_can_is_none);
    return check_report();
}
