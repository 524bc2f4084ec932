/* Alarms, faults and messages of a day: also those that began before it, end after it, or never do.
 */
#include "check.h"
#include "failing_alloc.h"

#include "day_log.h"
#include "report/day_text.h"

enum { HOUR = 3600 };

#define READ(log, day) CHECK(log_read(&(log), &(day)))

static struct day_log log_of_a_watched_day(void)
{
    struct day_log log = log_begin("Europe/Berlin", "2026-01-31");
    log_start(&log, -4 * HOUR, "MONITOR");
    return log;
}

static double seconds_of(const struct day_summary *day, int64_t utc_ms)
{
    return (double)(utc_ms - day->settings.from_utc_ms) / 1000;
}

/* ---- alarms */

TEST(an_alarm_is_put_together_from_its_records)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(
        &log, HOUR, "anomaly_detected", HOUR, 100,
        ",\"saved_paths\":[\"data/anomalies/compare_1.jpg\",\"data/anomalies/anomaly_1.jpg\"]");
    log_alarm(&log, HOUR + 60, "alarm_update", HOUR, 300,
              ",\"update\":\"grown\",\"saved_paths\":[\"data/anomalies/anomaly_2.jpg\"]");
    log_alarm(&log, HOUR + 90, "alarm_update", HOUR, 200, ",\"update\":\"new_box\"");
    log_line(&log, HOUR + 95, "alarm_acknowledged", ",\"event_id\":\"%s\"",
             log_alarm_id(&log, HOUR));
    log_alarm(&log, HOUR + 120, "alarm_closed", HOUR, 900,
              ",\"saved_paths\":[\"data/anomalies/anomaly_3.jpg\"]");
    READ(log, day);
    CHECK_INT(day.told->alarms, 1);
    const struct day_alarm *alarm = &day.told->alarm_list[0];
    CHECK_INT(alarm->state, DAY_ALARM_CLOSED);
    CHECK_NEAR(seconds_of(&day, alarm->opened_utc_ms), HOUR, 0);
    CHECK_NEAR(seconds_of(&day, alarm->ended_utc_ms), HOUR + 120, 0);
    CHECK_NEAR(alarm->duration_s, 120, 1e-9);
    CHECK_NEAR(alarm->score, 0.03, 1e-9);
    CHECK_NEAR(alarm->threshold, 0.02, 1e-9);
    CHECK_NEAR(alarm->peak_score, 0.05, 1e-9);
    CHECK_NEAR(alarm->area_px, 300, 0);
    CHECK_INT(alarm->boxes[0].x, 300);
    CHECK_INT(alarm->updates, 2);
    CHECK_INT(alarm->picture_count, 4);
    CHECK_TEXT(alarm->picture, "data/anomalies/anomaly_2.jpg");
    CHECK(alarm->acknowledged && !alarm->began_before && !alarm->ended_after);
    CHECK_NEAR(seconds_of(&day, alarm->acknowledged_utc_ms), HOUR + 95, 0);
    day_finish(&day);
}

TEST(an_alarm_of_the_day_before_that_goes_on_is_one_of_this_day)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(&log, -3 * HOUR, "anomaly_detected", -3 * HOUR, 100, "");
    log_alarm(&log, -2 * HOUR, "alarm_closed", -3 * HOUR, 100, ""); /* not of this day */
    log_alarm(&log, -HOUR, "anomaly_detected", -HOUR, 100, "");
    log_alarm(&log, HOUR, "alarm_closed", -HOUR, 100, "");
    log_alarm(&log, 23 * HOUR, "anomaly_detected", 23 * HOUR, 100, "");
    log_alarm(&log, 26 * HOUR, "alarm_closed", 23 * HOUR, 100, "");
    log_alarm(&log, 27 * HOUR, "anomaly_detected", 27 * HOUR, 100, ""); /* not of this day */
    log_alarm(&log, 27 * HOUR + 9, "alarm_update", 27 * HOUR, 100, ",\"update\":\"grown\"");
    READ(log, day);
    CHECK_INT(day.told->alarms, 2);
    const struct day_alarm *first = &day.told->alarm_list[0], *second = first + 1;
    CHECK(first->began_before && !first->ended_after);
    CHECK_NEAR(first->duration_s, 2 * HOUR, 1e-9);
    CHECK(!second->began_before && second->ended_after);
    CHECK_INT(second->state, DAY_ALARM_CLOSED);
    CHECK_NEAR(second->duration_s, 3 * HOUR, 1e-9);
    CHECK_INT(day.alarms_day_before, 2);
    day_finish(&day);
}

TEST(an_alarm_whose_beginning_is_lost_is_known_by_its_id)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(&log, HOUR, "alarm_update", -50 * HOUR, 100, ",\"update\":\"reminder\"");
    log_line(&log, 2 * HOUR, "alarm_closed",
             ",\"event_id\":\"another\",\"age_seconds\":600,\"peak_score\":0.7");
    READ(log, day);
    CHECK_INT(day.told->alarms, 2);
    CHECK_NEAR(seconds_of(&day, day.told->alarm_list[0].opened_utc_ms), -50 * HOUR, 0);
    CHECK(day.told->alarm_list[0].began_before);
    CHECK_NEAR(seconds_of(&day, day.told->alarm_list[1].opened_utc_ms), 2 * HOUR - 600, 0);
    CHECK_NEAR(day.told->alarm_list[1].peak_score, 0.7, 1e-9);
    day_finish(&day);
}

TEST(alarms_that_nobody_closed)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(&log, HOUR, "anomaly_detected", HOUR, 100, "");
    log_line(&log, 2 * HOUR, "shutdown", "");
    log_start(&log, 3 * HOUR, "MONITOR");
    log_alarm(&log, 4 * HOUR, "alarm_update", 3.5 * HOUR, 100, ",\"update\":\"late\"");
    log_alarm(&log, 5 * HOUR, "anomaly_detected", 5 * HOUR, 100, "");
    log_frames(&log, 5 * HOUR, 24 * HOUR + 20);
    log_line(&log, 24 * HOUR + 30, "alarm_acknowledged", ",\"event_id\":\"nobody's\"");
    log_line(&log, 6 * HOUR, "alarm_acknowledged", ",\"event_id\":\"nobody's\"");
    READ(log, day);
    CHECK_INT(day.told->alarms, 3);
    CHECK_INT(day.told->alarm_list[0].state, DAY_ALARM_LEFT);
    CHECK_NEAR(day.told->alarm_list[0].duration_s, HOUR, 1e-9);
    CHECK_INT(day.told->alarm_list[1].state, DAY_ALARM_PAST);
    CHECK_INT(day.told->alarm_list[2].state, DAY_ALARM_OPEN);
    CHECK_NEAR(day.told->alarm_list[2].duration_s, 19 * HOUR, 1e-9);
    CHECK_INT(day.told->unknown_acknowledged, 1);
    day_finish(&day);
}

TEST(more_alarms_than_a_list_holds_are_counted)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    for (int i = 0; i < DAY_ALARMS_MAX + 500; i++) {
        log_alarm(&log, HOUR + i, "anomaly_detected", HOUR + i, 100, "");
        log_alarm(&log, HOUR + i + 0.5, "alarm_closed", HOUR + i, 100, "");
    }
    READ(log, day);
    CHECK_INT(day.told->alarms, DAY_ALARMS_MAX + 500);
    CHECK_INT(day.told->alarm_count, DAY_ALARMS_MAX);
    for (size_t i = 0; i < day.told->alarm_count; i++)
        CHECK_INT(day.told->alarm_list[i].state, DAY_ALARM_CLOSED);
    day_finish(&day);
}

TEST(hostile_alarms_do_no_harm)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    char long_id[1500];
    memset(long_id, 'x', sizeof long_id - 1);
    long_id[sizeof long_id - 1] = '\0';
    log_line(&log, HOUR, "anomaly_detected", ",\"event_id\":\"%s\"", long_id);
    log_line(&log, HOUR, "anomaly_detected",
             ",\"event_id\":7,\"boxes\":[{\"x\":1e300,\"w\":-9},7,null],\"area_px\":\"many\","
             "\"saved_paths\":[\"%s\",{},\"../../etc/passwd\"],\"age_seconds\":1e308",
             long_id);
    log_line(&log, HOUR, "alarm_update",
             ",\"event_id\":\"99999999999999999999-1\","
             "\"age_seconds\":-5,\"boxes\":{\"x\":1}");
    log_line(&log, HOUR, "alarm_closed", ",\"event_id\":\"\",\"saved_paths\":\"no list\"");
    READ(log, day);
    CHECK_INT(day.told->alarms, 4);
    CHECK_INT(strlen(day.told->alarm_list[0].event_id) < EVENT_ID_SIZE, 1);
    CHECK_INT(day.told->alarm_list[1].boxes[0].x, 0);
    CHECK_INT(day.told->alarm_list[1].box_count, 3);
    CHECK_TEXT(day.told->alarm_list[1].picture, "../../etc/passwd"); /* who shows it looks */
    CHECK_NEAR(seconds_of(&day, day.told->alarm_list[2].opened_utc_ms), HOUR, 0);
    day_finish(&day);
}

/* ---- faults */

TEST(faults_have_durations)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_line(&log, -2 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"old\"");
    log_line(&log, -HOUR, "recovered", ",\"fault\":\"disk\",\"fault_duration_s\":3600.0");
    log_line(&log, -HOUR, "fault", ",\"fault\":\"camera_down\",\"text\":\"no picture\"");
    log_line(&log, HOUR, "fault", ",\"fault\":\"camera_down\",\"text\":\"said again\"");
    log_line(&log, 2 * HOUR, "recovered",
             ",\"fault\":\"camera_down\",\"fault_duration_s\":10830.0");
    log_line(&log, 3 * HOUR, "notify_error", ",\"channel\":\"email\",\"text\":\"refused\"");
    log_line(&log, 4 * HOUR, "notify_error", ",\"channel\":\"slack\",\"text\":\"no network\"");
    log_line(&log, 5 * HOUR, "recovered",
             ",\"fault\":\"delivery\",\"channel\":\"slack\",\"fault_duration_s\":3600.0");
    log_line(&log, 6 * HOUR, "recovered",
             ",\"fault\":\"mode_file\",\"fault_duration_s\":60.0,\"text\":\"readable again\"");
    log_line(&log, 7 * HOUR, "shutdown", "");
    log_line(&log, 7 * HOUR, "camera_error", ",\"text\":\"vanished\"");
    READ(log, day);
    const struct day_fault *fault = day.told->fault_list;
    CHECK_INT(day.told->faults, 4);
    CHECK_INT(day.told->fault_count, 4);
    CHECK_TEXT(fault[0].name, "camera_down");
    CHECK_TEXT(fault[0].text, "no picture");
    CHECK_NEAR(seconds_of(&day, fault[0].from_utc_ms), -HOUR - 30, 0);
    CHECK_NEAR(seconds_of(&day, fault[0].to_utc_ms), 2 * HOUR, 0);
    CHECK_INT(fault[0].end, DAY_FAULT_RECOVERED);
    CHECK(day_fault_is_camera(&fault[0]) && !day_fault_is_camera(&fault[1]));
    CHECK_TEXT(fault[1].channel, "email");
    CHECK_INT(fault[1].end, DAY_FAULT_RUN_ENDED);
    CHECK_NEAR(seconds_of(&day, fault[1].to_utc_ms), 7 * HOUR, 0);
    CHECK_INT(fault[2].end, DAY_FAULT_RECOVERED);
    CHECK_NEAR(seconds_of(&day, fault[3].from_utc_ms), 6 * HOUR - 60, 0);
    CHECK_INT(day.told->notices, 1);
    CHECK_TEXT(day.told->notice_list[0].text, "vanished");
    day_finish(&day);
}

TEST(a_fault_during_which_the_clock_was_set_back_lasts_no_less_than_nothing)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_line(&log, 3 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"full\"");
    log_line(&log, 2 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"full\"");
    log_line(&log, 2 * HOUR + 60, "recovered", ",\"fault\":\"disk\"");
    READ(log, day);
    CHECK_INT(day.told->fault_count, 1);
    CHECK(day.told->fault_list[0].to_utc_ms >= day.told->fault_list[0].from_utc_ms);
    CHECK_INT(day.told->fault_list[0].end, DAY_FAULT_RECOVERED);
    day_finish(&day);
}

TEST(a_picture_whose_name_steers_a_terminal_is_no_picture)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(&log, HOUR, "anomaly_detected", HOUR, 100,
              ",\"saved_paths\":[\"a\\n# b.png\",\"\\u009b2J.png\",\"\\u202egnp.exe\",\"c.png\"]");
    READ(log, day);
    CHECK_TEXT(day.told->alarm_list[0].picture, "c.png");
    CHECK_INT(day.told->alarm_list[0].picture_count, 4);
    day_finish(&day);
}

TEST(a_fault_over_midnight_ends_the_next_day)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_line(&log, 23 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"full\"");
    log_line(&log, 26 * HOUR, "recovered", ",\"fault\":\"disk\",\"fault_duration_s\":10800.0");
    log_line(&log, 27 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"full again\"");
    log_line(&log, 28 * HOUR, "recovered", ",\"fault\":\"disk\",\"fault_duration_s\":3600.0");
    READ(log, day);
    CHECK_INT(day.told->faults, 1);
    CHECK_NEAR(seconds_of(&day, day.told->fault_list[0].to_utc_ms), 26 * HOUR, 0);
    day_finish(&day);
    log = log_of_a_watched_day();
    log_line(&log, 23 * HOUR, "fault", ",\"fault\":\"disk\",\"text\":\"full\"");
    READ(log, day);
    CHECK_INT(day.told->fault_list[0].end, DAY_FAULT_RUN_ENDED); /* silent: the run is over */
    day_finish(&day);
}

TEST(more_faults_and_notices_than_lists_hold_are_counted)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    for (int i = 0; i < 2 * DAY_FAULTS_MAX; i++) {
        log_line(&log, HOUR + i, "fault", ",\"fault\":\"kind %d\"", i);
        log_line(&log, HOUR + i, "startup_warning", ",\"text\":\"warning %d\"", i);
    }
    READ(log, day);
    CHECK_INT(day.told->faults, 2 * DAY_FAULTS_MAX);
    CHECK_INT(day.told->fault_count, DAY_FAULTS_MAX);
    CHECK_INT(day.told->notices, 2 * DAY_FAULTS_MAX);
    CHECK_INT(day.told->notice_count, DAY_NOTICES_MAX);
    day_finish(&day);
}

/* ---- messages */

static void attempt(struct day_log *log, double at_s, const char *channel, const char *outcome)
{
    char ts[CLOCK_TEXT_SIZE];
    clock_format_iso8601(log_utc_ms(log, at_s), false, ts);
    buffer_append_format(&log->attempts,
                         "{\"schema\":1,\"seq\":%d,\"ts\":\"%s\",\"type\":\"delivery\",\"channel\":"
                         "\"%s\",\"outcome\":\"%s\",\"reason\":\"because %g\"}\n",
                         ++log->seq, ts, channel, outcome, at_s);
}

TEST(attempts_are_counted_by_channel_and_outcome)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    attempt(&log, -1, "slack", "delivered");
    attempt(&log, 0, "slack", "retry");
    attempt(&log, 1, "slack", "delivered");
    attempt(&log, 2, "email", "rejected");
    attempt(&log, 3, "email", "interrupted");
    attempt(&log, 4, "email", "a word of the future");
    attempt(&log, 24 * HOUR, "email", "delivered");
    buffer_append_text(&log.attempts, "{\"damaged\n{\"ts\":3}\n");
    READ(log, day);
    const struct day_delivery *delivery = &day.delivery;
    CHECK_INT(delivery->channel_count, 2);
    CHECK_TEXT(delivery->channels[0].name, "slack");
    CHECK_INT(delivery->channels[0].delivered, 1);
    CHECK_INT(delivery->channels[0].retried, 1);
    CHECK_TEXT(delivery->channels[0].last_failure, "because 0");
    CHECK_INT(delivery->channels[1].refused, 1);
    CHECK_INT(delivery->channels[1].interrupted, 1);
    CHECK_INT(delivery->channels[1].delivered, 0);
    CHECK_INT(delivery->other, 1);
    CHECK_INT(delivery->damaged_lines, 1);
    CHECK_INT(delivery->waiting, -1);
    day_finish(&day);
}

TEST(more_channels_than_a_list_holds_are_counted)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    for (int i = 0; i < DAY_CHANNELS_MAX + 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "channel %d", i);
        attempt(&log, i, name, "delivered");
    }
    READ(log, day);
    CHECK_INT(day.delivery.channel_count, DAY_CHANNELS_MAX);
    CHECK_INT(day.delivery.other, 3);
    day_finish(&day);
}

TEST(without_memory_there_is_an_error_and_no_leak)
{
    struct day_log log = log_begin("UTC", "2026-01-31");
    int failures = 0;
    for (long n = 0;; n++) {
        struct day_summary day = {0};
        struct error err = {0};
        json_t *record = json_pack("{s:s, s:s, s:s}", "ts", "2026-01-31T08:00:00.000+00:00", "type",
                                   "anomaly_detected", "event_id", "x");
        allocations_until_failure = n;
        bool good = day_begin(&day, &log.settings, &err);
        if (good) {
            day_take(&day, record, 1);
            good = day_end(&day, &err);
        }
        allocations_until_failure = -1;
        json_decref(record);
        day_finish(&day);
        if (good)
            break;
        failures++;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(failures >= 5);
}

/* ---- what the scene detector says */

static void log_states(struct day_log *log, double from_s, double to_s, const char *state)
{
    for (double at_s = from_s; at_s < to_s; at_s += 10)
        log_line(log, at_s, "frame_status",
                 ",\"mode\":\"MONITOR\",\"score\":900.0,\"threshold\":0.02,\"is_anomaly\":false,"
                 "\"frame_interval_seconds\":10.0,\"state\":\"%s\"",
                 state);
}

TEST(time_of_faulty_pictures_is_not_watched)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_frames(&log, -20, 2 * HOUR);
    log_states(&log, 2 * HOUR, 3 * HOUR, "blind");
    log_line(&log, 2 * HOUR + 10, "fault", ",\"fault\":\"camera_covered\",\"text\":\"a hand\"");
    log_line(&log, 3 * HOUR, "recovered",
             ",\"fault\":\"camera_covered\",\"fault_duration_s\":3600.0");
    log_frames(&log, 3 * HOUR, 5 * HOUR);
    log_states(&log, 5 * HOUR, 5 * HOUR + 20, "blind"); /* as short as a pause may be */
    log_states(&log, 5 * HOUR + 20, 6 * HOUR, "busy");
    log_frames(&log, 6 * HOUR, 24 * HOUR);
    READ(log, day);
    const struct day_watch *watch = &day.told->watch;
    CHECK_INT(watch->gap_count, 1);
    CHECK_INT(watch->gaps[0].cause, GAP_BLIND);
    CHECK_NEAR(seconds_of(&day, watch->gaps[0].from_utc_ms), 2 * HOUR - 10, 0);
    CHECK_NEAR(seconds_of(&day, watch->gaps[0].to_utc_ms), 3 * HOUR, 0);
    CHECK_INT(watch->armed_ms, 24 * HOUR * 1000);
    CHECK_INT(watch->monitored_ms, (23 * HOUR - 10) * 1000);
    CHECK_INT(day.told->frames.blind, 360 + 2);
    CHECK_INT(day.told->frames.busy, 358);
    CHECK_NEAR(day.told->frames.high, 900.0, 0); /* of busy frames; blind ones have none */
    CHECK_INT(day.told->fault_count, 1);
    CHECK(day_fault_is_camera(&day.told->fault_list[0]));
    struct buffer headline = {0};
    enum day_verdict verdict = day_append_headline(&headline, &day);
    CHECK_CONTAINS(buffer_text(&headline), "armed but without pictures to judge for 1 h");
    buffer_finish(&headline);
    CHECK_INT(verdict, DAY_DOUBTFUL);
    day_finish(&day);
}

TEST(a_camera_that_is_down_explains_more_than_what_it_showed)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_frames(&log, -20, 2 * HOUR);
    log_states(&log, 2 * HOUR, 3 * HOUR, "blind");
    log_line(&log, 3 * HOUR + 30, "fault", ",\"fault\":\"camera_down\",\"text\":\"no picture\"");
    log_frames(&log, 4 * HOUR, 24 * HOUR);
    READ(log, day);
    CHECK_INT(day.told->watch.gap_count, 1);
    CHECK_INT(day.told->watch.gaps[0].cause, GAP_CAMERA);
    day_finish(&day);
}

TEST(an_alarm_keeps_its_fastest_growth_and_the_path_that_opened_it)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_alarm(&log, HOUR, "anomaly_detected", HOUR, 100,
              ",\"growth_px_per_minute\":null,\"path\":\"lasting\"");
    log_alarm(&log, HOUR + 60, "alarm_update", HOUR, 300,
              ",\"update\":\"grown\",\"growth_px_per_minute\":200.0,\"path\":\"lasting\"");
    log_alarm(&log, HOUR + 90, "alarm_update", HOUR, 200,
              ",\"update\":\"reminder\",\"growth_px_per_minute\":-50.0,\"path\":\"strong\"");
    log_alarm(&log, 2 * HOUR, "anomaly_detected", 2 * HOUR, 100,
              ",\"growth_px_per_minute\":1e300,\"path\":\"../x\"");
    log_alarm(&log, 3 * HOUR, "anomaly_detected", 3 * HOUR, 100,
              ",\"growth_px_per_minute\":0.5,\"path\":\"score\"");
    log_alarm(&log, 4 * HOUR, "anomaly_detected", 4 * HOUR, 100,
              ",\"growth_px_per_minute\":-500.0");
    READ(log, day);
    struct buffer text = {0};
    day_append_finding(&text, &day.told->alarm_list[2]);
    CHECK_TEXT(buffer_text(&text), "found by the score of the whole picture, hardly growing");
    buffer_clear(&text);
    day_append_finding(&text, &day.told->alarm_list[3]);
    CHECK_TEXT(buffer_text(&text), "");
    buffer_clear(&text);
    day_append_finding(&text, &day.told->alarm_list[0]);
    CHECK_TEXT(buffer_text(&text),
               "found by a faint change that stays, growing by about 200 px/min at the fastest");
    buffer_clear(&text);
    day_append_finding(&text, &day.told->alarm_list[1]);
    CHECK_TEXT(buffer_text(&text), "");
    buffer_finish(&text);
    CHECK(isnan(day.told->alarm_list[1].growth_px_per_minute));
    day_finish(&day);
}

TEST(changes_of_the_scene_are_told_apart_from_alarms)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    log_frames(&log, -20, 24 * HOUR);
    log_alarm(&log, -HOUR, "scene_changed", -HOUR, 100, ",\"late\":false");
    log_alarm(&log, HOUR, "scene_changed", HOUR, 500,
              ",\"late\":false,\"saved_paths\":[\"data/anomalies/anomaly_1.jpg\"]");
    log_alarm(&log, HOUR + 300, "scene_changed", HOUR, 500, ",\"late\":true");
    log_alarm(&log, 25 * HOUR, "scene_changed", 25 * HOUR, 100, ",\"late\":false");
    READ(log, day);
    CHECK_INT(day.told->alarms, 0);
    CHECK_INT(day.told->changes, 1);
    const struct day_alarm *change = &day.told->change_list[0];
    CHECK_NEAR(seconds_of(&day, change->opened_utc_ms), HOUR, 0);
    CHECK_NEAR(change->area_px, 500, 0);
    CHECK_INT(change->boxes[0].x, 500);
    CHECK_TEXT(change->picture, "data/anomalies/anomaly_1.jpg");
    struct buffer headline = {0};
    CHECK_INT(day_append_headline(&headline, &day), DAY_DOUBTFUL);
    CHECK_CONTAINS(buffer_text(&headline), "No alarm. 1 change of the scene that stayed. ");
    buffer_finish(&headline);
    day_finish(&day);
}

TEST(more_changes_than_can_be_listed_are_counted)
{
    struct day_log log = log_of_a_watched_day();
    struct day_summary day;
    for (int i = 0; i < DAY_CHANGES_MAX + 7; i++)
        log_alarm(&log, HOUR + i, "scene_changed", HOUR, 100, ",\"late\":false");
    READ(log, day);
    CHECK_INT(day.told->changes, DAY_CHANGES_MAX + 7);
    CHECK_INT(day.told->change_count, DAY_CHANGES_MAX);
    day_finish(&day);
}

int main(void)
{
    RUN(an_alarm_is_put_together_from_its_records);
    RUN(an_alarm_of_the_day_before_that_goes_on_is_one_of_this_day);
    RUN(an_alarm_whose_beginning_is_lost_is_known_by_its_id);
    RUN(alarms_that_nobody_closed);
    RUN(more_alarms_than_a_list_holds_are_counted);
    RUN(hostile_alarms_do_no_harm);
    RUN(faults_have_durations);
    RUN(a_fault_during_which_the_clock_was_set_back_lasts_no_less_than_nothing);
    RUN(a_picture_whose_name_steers_a_terminal_is_no_picture);
    RUN(a_fault_over_midnight_ends_the_next_day);
    RUN(more_faults_and_notices_than_lists_hold_are_counted);
    RUN(attempts_are_counted_by_channel_and_outcome);
    RUN(more_channels_than_a_list_holds_are_counted);
    RUN(without_memory_there_is_an_error_and_no_leak);
    RUN(time_of_faulty_pictures_is_not_watched);
    RUN(a_camera_that_is_down_explains_more_than_what_it_showed);
    RUN(an_alarm_keeps_its_fastest_growth_and_the_path_that_opened_it);
    RUN(changes_of_the_scene_are_told_apart_from_alarms);
    RUN(more_changes_than_can_be_listed_are_counted);
    return check_report();
}
