/* The rules of event/watch.h, each as a script with what must come out (see watch_script.h). */
#include "check.h"

#include "watch_script.h"

struct row {
    const char *name, *script, *expected;
    int needed, cooldown_s;
};

static void run_rows(const struct row *rows, size_t count)
{
    static struct script script;
    for (size_t i = 0; i < count; i++) {
        script_begin(&script, script_settings(rows[i].needed, rows[i].cooldown_s), MODE_MONITOR);
        script_run(&script, rows[i].script);
        if (strcmp(script.log, rows[i].expected) != 0)
            CHECK_FAIL("%s: \"%s\" gave\n    %s\n  expected\n    %s", rows[i].name, rows[i].script,
                       script.log, rows[i].expected);
    }
}

#define RUN_ROWS(rows) run_rows((rows), sizeof(rows) / sizeof(rows)[0])

TEST(opening_and_closing)
{
    static const struct row rows[] = {
        {"nothing happens", "100n", "", 3, 300},
        {"one short of N", "2a n 2a n 2a 10n", "", 3, 300},
        {"flicker below N for ever", "aanaanaanaan", "", 3, 300},
        {"the N-th opens", "n 3a", "open!*@4", 3, 300},
        {"the N-th normal one closes", "3a 2n", "open!*@3", 3, 300},
        {"a break in the normal row keeps it open", "3a 2n a 2n a", "open!*@3", 3, 300},
        {"closing", "3a 3n", "open!*@3 closed!@6", 3, 300},
        {"one open alarm only", "9a", "open!*@3", 3, 300},
        {"N = 1", "n a n", "open!*@2 closed!@3", 1, 300},
        {"either trigger counts", "a s a", "open!*@3", 3, 300},
        {"without a box", "3s 3n", "open!*@3 closed!@6", 3, 300},
        {"a gap neither adds nor breaks", "2a +20 a", "open!*@23", 3, 300},
        {"an unscored frame neither adds nor breaks", "2a 5x a", "open!*@8", 3, 300},
    };
    RUN_ROWS(rows);
}

TEST(updates)
{
    static const struct row rows[] = {
        {"grown by half, for N frames", "3a 3g", "open!*@3 grown@6", 3, 300},
        {"not long enough", "3a 2g a 2g a", "open!*@3", 3, 300},
        {"nothing grows twice", "3a 9g", "open!*@3 grown@6", 3, 300},
        {"grows again", "3a 3g 3G", "open!*@3 grown@6 grown@9", 3, 300},
        {"shrinking and back is no growth", "3G 5a 5G", "open!*@3", 3, 300},
        {"a normal frame breaks the row", "3a 2g n g", "open!*@3", 3, 300},
        {"another place, for N frames", "3a 3ab", "open!*@3 new_box@6", 3, 300},
        {"a hand is no second leak", "3a 2ab a 2ab 2a", "open!*@3", 3, 300},
        {"a place is new once", "3a 20ab", "open!*@3 new_box@6", 3, 300},
        {"a place that comes back is not new", "3a 3ab 3a 9ab", "open!*@3 new_box@6", 3, 300},
        {"growth from a picture without boxes", "3s 3a", "open!*@3 new_box@6", 3, 300},
    };
    RUN_ROWS(rows);
}

TEST(messages)
{
    static const struct row rows[] = {
        {"reminders once per cooldown", "203a",
         "open!*@3 reminder!*@63 reminder!*@123 reminder!*@183", 3, 60},
        {"no cooldown, no reminders, all openings", "3a 3n 100a", "open!*@3 closed!@6 open!*@9", 3,
         0},
        {"an opening within the cooldown is told at its end", "3a 3n 100a",
         "open!*@3 closed!@6 open*@9 reminder!*@63", 3, 60},
        {"a reminder shows the present: it waits for an anomalous frame", "3a 59a 2n a",
         "open!*@3 reminder!*@65", 3, 60},
        {"acknowledged: silent", "3a ack 200a", "open!*@3", 3, 60},
        {"acknowledged: closing is told", "3a ack 5a 3n", "open!*@3 closed!@11", 3, 60},
        {"acknowledged, then something new", "3a ack 100a 3ab", "open!*@3 new_box!*@106", 3, 60},
        {"acknowledged, new within the cooldown: told at its end", "3a ack 10a 60ab",
         "open!*@3 new_box@16 pictures*@33 reminder!*@63", 3, 60},
        {"new box after the cooldown without acknowledgement", "3a 58a 3ab",
         "open!*@3 new_box!*@64", 3, 61},
        {"growth is not told", "3a 40a 3g", "open!*@3 grown*@46", 3, 300},
    };
    RUN_ROWS(rows);
}

TEST(alarms_within_the_cooldown)
{
    static const struct row rows[] = {
        {"one that came and went is told late", "3a 3n 3a 3n 100n",
         "open!*@3 closed!@6 open*@9 closed@12 late!@63", 3, 60},
        {"two are told together", "3a 3n 3a 3n 3a 3n 100n",
         "open!*@3 closed!@6 open*@9 closed@12 open*@15 closed@18 late!@63", 3, 60},
        {"the next opening carries the news", "3a 3n 3a 3n 44n 10a",
         "open!*@3 closed!@6 open*@9 closed@12 open*@59 reminder!@63", 3, 60},
        {"closed when the cooldown is over: the closing tells it", "3a 3n 49n 3a n n +10 n",
         "open!*@3 closed!@6 open*@58 closed!@71", 3, 60},
        {"the end of the run tells what was held back", "3a 3n 3a 3n fin",
         "open!*@3 closed!@6 open*@9 closed@12 late!@12", 3, 60},
        {"the end of the run, untold alarm open", "3a 3n 3a fin",
         "open!*@3 closed!@6 open*@9 reminder!@9", 3, 60},
        {"the end of the run, untold second place", "3a 3ab fin", "open!*@3 new_box@6 reminder!@6",
         3, 60},
        {"the end of the run, second place acknowledged", "3a 3ab ack off on fin",
         "open!*@3 new_box@6 mode@6 mode@6", 3, 60},
        {"the end of the run closes nothing", "5a fin", "open!*@3", 3, 60},
        {"acknowledged before it was told: silent", "3a 3n 3a ack 3n 100n",
         "open!*@3 closed!@6 open*@9 closed@12", 3, 60},
    };
    RUN_ROWS(rows);
}

TEST(evidence)
{
    static const struct row rows[] = {
        {"at most every 30 s within one alarm", "3a 3g 30g 3G", "open!*@3 grown@6 grown*@39", 3,
         300},
        {"a second leak within the gap gets its pictures", "3a 3ab 40ab",
         "open!*@3 new_box@6 pictures*@33", 3, 300},
        {"closing after the gap", "3a 30a 3n", "open!*@3 closed!*@36", 3, 300},
        {"each opening has its own", "3a 3n 3a 3n", "open!*@3 closed!@6 open*@9 closed@12", 3, 300},
    };
    RUN_ROWS(rows);
}

TEST(camera_and_modes)
{
    static const struct row rows[] = {
        {"camera down and back", "n +40 n", "fault!@31 recovered!@42", 3, 300},
        {"said once", "n +4000 n", "fault!@31 recovered!@4002", 3, 300},
        {"never a frame", "+100", "fault!@30", 3, 300},
        {"unscored frames keep it alive", "n 100x", "", 3, 300},
        {"an unscored frame is a recovery", "n +40 x", "fault!@31 recovered!@42", 3, 300},
        {"disarmed: no fault", "n off +4000 on 5n", "mode@1 mode@4001", 3, 300},
        {"timers restart on arming", "n off +36000 on +28 n +30", "mode@1 mode@36001 fault!@36060",
         3, 300},
        {"still down after arming: said again", "+40 off +100 on +40 n",
         "fault!@30 mode@40 mode@140 fault!@170 recovered!@181", 3, 300},
        {"frames while disarmed are passed over", "off 9a on 3a", "mode@0 mode@9 open!*@12", 3,
         300},
        {"capturing is not watching", "cap 9a +100", "mode@0", 3, 300},
        {"a row does not reach across disarming", "2a off +10 on 2a", "mode@2 mode@12", 3, 300},
        {"the same mode says nothing", "on off off", "mode@0", 3, 300},
        {"camera down while an alarm is open: reminded all the same", "3a +160 a",
         "open!*@3 fault!@33 reminder!@63 reminder!@123 recovered!@164", 3, 60},
        {"camera down when a reminder is overdue", "3a 57a 2n +150",
         "open!*@3 fault!@92 reminder!@92 reminder!@152 reminder!@212", 3, 60},
        {"disarming closes nothing", "3a off +100 on 3n", "open!*@3 mode@3 mode@103 closed!*@106",
         3, 300},
        {"no reminders while disarmed, at once after arming", "3a off +1000 on a",
         "open!*@3 mode@3 mode@1003 reminder!*@1004", 3, 60},
        {"no blind reminders while disarmed", "3a +40 off +100", "open!*@3 fault!@33 mode@43", 3,
         60},
        {"arming ends an acknowledgement", "3a ack off +1000 on a",
         "open!*@3 mode@3 mode@1003 reminder!*@1004", 3, 60},
        {"what was held back is told while disarmed", "3a 3n 3a 3n off +100",
         "open!*@3 closed!@6 open*@9 closed@12 mode@12 late!@63", 3, 60},
    };
    RUN_ROWS(rows);
}

static struct script script;

TEST(frame_status_as_readers_expect_it)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "5n 4a");
    const struct event *event = &script.last_status;
    CHECK_INT(script.statuses, 9);
    CHECK_INT(event->frame, 8);
    CHECK_NEAR(event->media_time_s, 9.0, 0.0);
    CHECK_INT(event->utc_ms, START_UTC_MS + 9000);
    CHECK_INT(event->mode, MODE_MONITOR);
    CHECK(!event->notify && !event->evidence);
    CHECK(event->status.is_anomaly && event->status.heatmap_triggered);
    CHECK(!event->status.score_triggered);
    CHECK_INT(event->status.consecutive_anomalies, 4);
    CHECK_INT(event->status.consecutive_needed, 3);
    CHECK_NEAR(event->status.score, 0.02, 0.0);
    CHECK_NEAR(event->status.threshold, 0.01, 0.0);
    CHECK_NEAR(event->status.largest_blob_area, 100.0, 0.0);
    CHECK_NEAR(event->status.blob_area_threshold, 16.0, 0.0);
    CHECK_NEAR(event->status.cooldown_seconds, 60.0, 0.0);
    CHECK_NEAR(event->status.cooldown_remaining_seconds, 59.0, 1e-9);
    CHECK_NEAR(event->status.frame_interval_seconds, 1.0, 0.0);
    script_run(&script, "n");
    CHECK_INT(event->status.consecutive_anomalies, 0);
    CHECK(!event->status.is_anomaly);
    script_run(&script, "ack 100n");
    CHECK_NEAR(event->status.cooldown_remaining_seconds, 0.0, 0.0);
}

TEST(what_an_alarm_says)
{
    script_begin(&script, script_settings(2, 60), MODE_MONITOR);
    script_run(&script, "3n 2a");
    CHECK_TEXT(script.last.alarm.event_id, "1767225605000-1");
    CHECK_INT(script.last.alarm.opened_utc_ms, START_UTC_MS + 5000);
    CHECK_INT(script.last.frame, 4);
    CHECK_INT(script.last.status.consecutive_anomalies, 2);
    CHECK_INT(script.last.alarm.box_count, 1);
    CHECK_INT(script.last.alarm.boxes[0].x, script_box_a.x);
    CHECK_NEAR(script.last.alarm.area_px, 100.0, 0.0);
    CHECK_NEAR(script.last.alarm.area_fraction, 0.01, 1e-12);
    CHECK_NEAR(script.last.alarm.age_seconds, 0.0, 0.0);
    struct observation worst = script_observation("a");
    worst.score = 0.5;
    script_pass(&script, NS_PER_SECOND);
    script_observe(&script, &worst);
    script_run(&script, "2n");
    CHECK_INT(script.last.type, EVENT_ALARM_CLOSED);
    CHECK_TEXT(script.last.alarm.event_id, "1767225605000-1");
    CHECK_NEAR(script.last.alarm.age_seconds, 3.0, 1e-9);
    CHECK_NEAR(script.last.alarm.peak_score, 0.5, 0.0);
    CHECK_INT(script.last.alarm.box_count, 1); /* as last seen */
    script_run(&script, "2a");
    CHECK_TEXT(script.last.alarm.event_id, "1767225610000-2");
}

TEST(an_alarm_says_how_fast_it_grows_and_why_it_opened)
{
    script_begin(&script, script_settings(2, 60), MODE_MONITOR);
    struct observation seen = script_observation("a");
    seen.path = ALARM_PATH_LASTING;
    for (int second = 0; second < 90; second++) {
        seen.area_px = 100 + 5 * second;
        script_pass(&script, NS_PER_SECOND);
        script_observe(&script, &seen);
        seen.path = ALARM_PATH_STRONG;
        if (second == 2) {
            CHECK_INT(script.last.type, EVENT_ANOMALY_DETECTED);
            CHECK(isnan(script.last.alarm.growth_px_per_minute));
        }
    }
    CHECK_NEAR(script.last.alarm.growth_px_per_minute, 300.0, 1e-6);
    CHECK_INT(script.last.alarm.path, ALARM_PATH_STRONG); /* of the frame that opened it */
    script_run(&script, "2n");
    CHECK_INT(script.last.type, EVENT_ALARM_CLOSED);
    CHECK_NEAR(script.last.alarm.growth_px_per_minute, 300.0, 1e-6);
    script_run(&script, "2s"); /* a detector that does not say */
    CHECK_INT(script.last.alarm.path, ALARM_PATH_SCORE);
    CHECK(isnan(script.last.alarm.growth_px_per_minute));
    script_run(&script, "2n 2a");
    CHECK_INT(script.last.alarm.path, ALARM_PATH_BLOB);
}

TEST(late_news_name_the_largest_and_count_the_others)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "3a 3n 3a 3n 3G 3n 3a 3n 100n");
    CHECK_INT(script.last.type, EVENT_ALARM_UPDATE);
    CHECK_INT(script.last.update, UPDATE_LATE);
    CHECK_NEAR(script.last.alarm.area_px, 1000.0, 0.0);
    CHECK_INT(script.last.alarm.untold_before, 2);
    CHECK_INT(script.last.frame, -1);
    CHECK_NEAR(script.last.status.largest_blob_area, 1000.0, 0.0);
    CHECK(script.last.text[0]);

    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "3a 3n 3a 3n 44n 10a");
    CHECK_INT(script.last.update, UPDATE_REMINDER);
    CHECK_INT(script.last.alarm.untold_before, 1);
    script_run(&script, "60a");
    CHECK_INT(script.last.update, UPDATE_REMINDER);
    CHECK_INT(script.last.alarm.untold_before, 0); /* told once */
}

TEST(alarm_numbers_go_on_after_a_restart)
{
    struct watch_settings settings = script_settings(1, 60);
    settings.first_alarm_number = 42;
    script_begin(&script, settings, MODE_MONITOR);
    script_run(&script, "a n a");
    CHECK_TEXT(script.last.alarm.event_id, "1767225603000-43");
}

TEST(acknowledging_needs_the_open_alarm)
{
    script_begin(&script, script_settings(1, 60), MODE_MONITOR);
    CHECK(!watch_acknowledge(&script.watch, ""));
    script_run(&script, "a");
    CHECK(!watch_acknowledge(&script.watch, "1767225601000-2"));
    CHECK(watch_acknowledge(&script.watch, "1767225601000-1"));
    script_run(&script, "n");
    CHECK(!watch_acknowledge(&script.watch, "1767225601000-1"));
}

TEST(faults_say_what_and_how_long)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "n +30");
    CHECK_INT(script.last.fault, FAULT_CAMERA_DOWN);
    CHECK_CONTAINS(script.last.text, "30 s");
    CHECK_INT(script.last.utc_ms, START_UTC_MS + 31000);
    script_run(&script, "+69 n");
    CHECK_INT(script.last.type, EVENT_RECOVERED);
    CHECK_INT(script.last.fault, FAULT_CAMERA_DOWN);
    CHECK_NEAR(script.last.fault_duration_s, 100.0, 1e-9);
    CHECK_CONTAINS(script.last.text, "100 s");
}

/* Pitfall 5: what stood still while disarmed must not count. */
TEST(a_fault_does_not_last_while_disarmed)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "+40 off +36000 on +5 n");
    CHECK_TEXT(script.log, "fault!@30 mode@40 mode@36040 recovered!@36046");
    CHECK_NEAR(script.last.fault_duration_s, 6.0, 1e-9);
}

TEST(heartbeats_run_while_armed_from_arming_on)
{
    script_begin(&script, script_settings(3, 60), MODE_OFF);
    script_run(&script, "+1000");
    CHECK_INT(script.heartbeats, 0);
    script_run(&script, "on 59n");
    CHECK_INT(script.heartbeats, 0);
    script_run(&script, "n");
    CHECK_INT(script.heartbeats, 1);
    CHECK_INT(script.last_heartbeat.time_ns, 1060 * NS_PER_SECOND);
    CHECK_INT(script.last_heartbeat.frames_scored, 59);
    script_run(&script, "3a +3597");
    CHECK_INT(script.heartbeats, 61);
    CHECK_INT(script.last_heartbeat.frames_scored, 63);
    CHECK_INT(script.last_heartbeat.alarms, 1);
}

/* The computer slept: one tick far too late. */
TEST(what_is_overdue_is_said_once)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "3a");
    watch_tick(&script.watch, 36030 * NS_PER_SECOND);
    CHECK_TEXT(script.log, "open!*@3 fault!@36030 reminder!@36030");
    CHECK_INT(script.last.frame, -1);
    CHECK_NEAR(script.last.status.score, 0.02, 0.0);
    CHECK_INT(script.heartbeats, 1);
    CHECK_INT(watch_next_deadline(&script.watch), 36060 * NS_PER_SECOND); /* the rhythm stays */
}

/* Pitfall 10: nothing but stamps follows the wall clock. */
TEST(the_wall_clock_may_jump)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "3a wall-7200 20a wall+86400 100a +40 wall-3600 a");
    CHECK_TEXT(script.log, "open!*@3 reminder!*@63 reminder!*@123 fault!@153 recovered!@164");
    CHECK_INT(script.last.utc_ms, START_UTC_MS + (164 - 7200 + 86400 - 3600) * INT64_C(1000));
    CHECK_NEAR(script.last_status.status.cooldown_remaining_seconds, 19.0, 1e-9);
    watch_set_clock(&script.watch, (struct instant){165 * NS_PER_SECOND, 5000});
    script_run(&script, "+31");
    CHECK_INT(script.last.type, EVENT_ALARM_UPDATE);
    CHECK_INT(script.last.utc_ms, 5000 + 29000); /* ticks know the new clock */
}

/* Live: a frame is older than a tick that passed while it was being scored. */
TEST(a_frame_may_be_older_than_the_last_tick)
{
    script_begin(&script, script_settings(1, 60), MODE_MONITOR);
    script_run(&script, "5n");
    watch_tick(&script.watch, 7 * NS_PER_SECOND);
    script_run(&script, "a"); /* of second 6 */
    CHECK_TEXT(script.last.alarm.event_id, "1767225606000-1");
    CHECK_NEAR(script.last.alarm.age_seconds, 0.0, 0.0);
    CHECK_INT(watch_next_deadline(&script.watch), 37 * NS_PER_SECOND); /* camera: from second 7 */
}

/* Frames that are meant to be far apart are no fault. */
TEST(camera_down_allows_for_the_frame_interval)
{
    struct watch_settings settings = script_settings(3, 60);
    settings.frame_interval_seconds = 60.0;
    script_begin(&script, settings, MODE_MONITOR);
    script_run(&script, "n +59 n +59 n +118 +1");
    CHECK_TEXT(script.log, "");
    script_run(&script, "+1");
    CHECK_TEXT(script.log, "fault!@241");
}

TEST(ticks_before_their_time_do_nothing)
{
    script_begin(&script, script_settings(1, 60), MODE_MONITOR);
    script_run(&script, "n");
    watch_tick(&script.watch, 2 * NS_PER_SECOND);
    watch_tick(&script.watch, 2 * NS_PER_SECOND);
    CHECK_TEXT(script.log, "");
    CHECK_INT(script.heartbeats, 0);
    script_begin(&script, script_settings(1, 60), MODE_OFF);
    CHECK(watch_next_deadline(&script.watch) == INT64_MAX);
}

int main(void)
{
    RUN(opening_and_closing);
    RUN(updates);
    RUN(messages);
    RUN(alarms_within_the_cooldown);
    RUN(evidence);
    RUN(camera_and_modes);
    RUN(frame_status_as_readers_expect_it);
    RUN(what_an_alarm_says);
    RUN(an_alarm_says_how_fast_it_grows_and_why_it_opened);
    RUN(late_news_name_the_largest_and_count_the_others);
    RUN(alarm_numbers_go_on_after_a_restart);
    RUN(acknowledging_needs_the_open_alarm);
    RUN(faults_say_what_and_how_long);
    RUN(a_fault_does_not_last_while_disarmed);
    RUN(heartbeats_run_while_armed_from_arming_on);
    RUN(what_is_overdue_is_said_once);
    RUN(the_wall_clock_may_jump);
    RUN(a_frame_may_be_older_than_the_last_tick);
    RUN(camera_down_allows_for_the_frame_interval);
    RUN(ticks_before_their_time_do_nothing);
    return check_report();
}
