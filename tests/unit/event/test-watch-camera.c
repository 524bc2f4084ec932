/* The rules of event/watch_camera.h and of blind and busy frames, as scripts (see watch_script.h),
 * and what must hold in random runs.
 */
#include "check.h"

#include "watch_script.h"

struct row {
    const char *name, *script, *expected;
};

static void run_rows(const struct row *rows, size_t count)
{
    static struct script script;
    for (size_t i = 0; i < count; i++) {
        script_begin(&script, script_settings(3, 60), MODE_MONITOR);
        script_run(&script, rows[i].script);
        if (strcmp(script.log, rows[i].expected) != 0)
            CHECK_FAIL("%s: \"%s\" gave\n    %s\n  expected\n    %s", rows[i].name, rows[i].script,
                       script.log, rows[i].expected);
    }
}

#define RUN_ROWS(rows) run_rows((rows), sizeof(rows) / sizeof(rows)[0])

TEST(a_fault_begins_and_ends)
{
    static const struct row rows[] = {
        {"dark", "n 20!d 10n", "dark!@12 dark-over!@27"},
        {"frozen", "n 20!f 10n", "frozen!@12 frozen-over!@27"},
        {"saturated", "n 20!s 10n", "saturated!@12 saturated-over!@27"},
        {"blurred", "n 20!b 10n", "blurred!@12 blurred-over!@27"},
        {"covered", "n 20!c 10n", "covered!@12 covered-over!@27"},
        {"moved", "n 20!m 10n", "moved!@12 moved-over!@27"},
        {"told once", "4000!m", "moved!@11"},
        {"not long enough", "10!d n", ""},
        {"half of the frames are not most", "!c n !c n !c n !c n !c n !c n !c n !c n", ""},
        {"most are", "!c !c n !c !c n !c !c n !c !c n !c", "covered!@11"},
        {"three frames at least", "!m +20 !m", ""},
        {"however far apart", "!m +20 !m +20 !m", "moved!@43"},
        {"a glimpse is no end", "11!d 4n !d 4n !d 4n", "dark!@11"},
        {"five seconds are", "11!d 4n !d 6n", "dark!@11 dark-over!@22"},
        {"again after it was over", "11!d 6n 11!d", "dark!@11 dark-over!@17 dark!@28"},
    };
    RUN_ROWS(rows);
}

TEST(one_cause_one_message)
{
    static const struct row rows[] = {
        {"dark explains the rest", "20!dfcbm 6n", "dark!@11 dark-over!@26"},
        {"so does too bright", "20!sfcbm 6n", "saturated!@11 saturated-over!@26"},
        {"frozen explains what is in the frozen picture", "20!fcbm 6n",
         "frozen!@11 frozen-over!@26"},
        {"covered explains blurred and moved", "20!cbm 6n", "covered!@11 covered-over!@26"},
        {"blurred explains moved", "20!bm 6n", "blurred!@11 blurred-over!@26"},
        {"one that outlives the stronger is told then", "20!dc 10!c 6n",
         "dark!@11 dark-over!@26 covered!@26 covered-over!@36"},
        {"one that ends before it is never told", "20!dc 10!d 6n", "dark!@11 dark-over!@36"},
        {"a stronger one in the making is waited for", "3!m 20!dm 6n", "dark!@14 dark-over!@29"},
        {"and not for ever", "3!m 2!dm 20!m", "moved!@11"},
        {"a stronger one that comes later is told too", "12!m 12!dm 12!m 6n",
         "moved!@11 dark!@23 dark-over!@30 moved-over!@42"},
    };
    RUN_ROWS(rows);
}

TEST(nothing_is_judged_while_blind)
{
    static const struct row rows[] = {
        {"a blind frame neither adds nor breaks", "2a !b a", "open!*@4"},
        {"nor to a row of normal ones", "3a 2n !b n", "open!*@3 closed!@7"},
        {"an open alarm stays open", "3a 40!c 6n", "open!*@3 covered!@14 covered-over!@49"},
        {"and closes by judged frames", "3a 40!c 6n 3n",
         "open!*@3 covered!@14 covered-over!@49 closed!*@52"},
        {"until the fault is over, clear frames are blind too", "11!d 2n 3a 9a",
         "dark!@11 dark-over!@17 open!*@20"},
        {"reminded without a frame", "3a 100!c", "open!*@3 covered!@14 reminder!@63"},
        {"overdue when the fault is told", "3a 57a 11!c 5!c", "open!*@3 covered!@71 reminder!@71"},
    };
    RUN_ROWS(rows);
}

TEST(busy_frames_hold_the_rows)
{
    static const struct row rows[] = {
        {"neither added nor broken", "2a 50~a 20~n a", "open!*@73"},
        {"an open alarm stays open", "3a 50~n 2n 9~n n", "open!*@3 closed!*@65"},
        {"no growth either", "3a 2g 9~G g", "open!*@3 grown@15"},
        {"a faulty picture is no busy one", "20!d", "dark!@11"},
    };
    RUN_ROWS(rows);
}

TEST(modes_and_the_camera)
{
    static const struct row rows[] = {
        {"said again when it still stands after arming", "12!d off +100 on 12!d 6n",
         "dark!@11 mode@12 mode@112 dark!@123 dark-over!@130"},
        {"over when it does not", "12!d off +100 on 6n",
         "dark!@11 mode@12 mode@112 dark-over!@118"},
        {"what was in the making begins anew", "9!d off +100 on 9!d n", "mode@9 mode@109"},
        {"a time without frames proves nothing", "9!d +40 9!d n", "fault!@39 recovered!@50"},
        {"a fault outlives a pause of the camera", "12!d +40 !d 6n",
         "dark!@11 fault!@42 recovered!@53 dark-over!@59"},
        {"and is not cleared by it", "12!d n +40 5n n",
         "dark!@11 fault!@43 recovered!@54 dark-over!@59"},
        {"frames while disarmed are passed over", "off 20!d on n", "mode@0 mode@20"},
    };
    RUN_ROWS(rows);
}

static struct script script;

TEST(faults_say_what_to_do_and_how_long)
{
    static const struct {
        const char *script, *remedy, *over;
        enum fault_kind kind;
    } rows[] = {
        {"12!f", "plug it in again", "new pictures", FAULT_CAMERA_FROZEN},
        {"12!d", "switch on a light", "bright enough", FAULT_CAMERA_DARK},
        {"12!s", "lower its exposure", "not too bright", FAULT_CAMERA_SATURATED},
        {"12!b", "clean the lens", "sharp again", FAULT_CAMERA_BLURRED},
        {"12!c", "take it away", "not covered", FAULT_CAMERA_COVERED},
        {"12!m", "put it back, or capture and train again", "where it did", FAULT_CAMERA_MOVED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_begin(&script, script_settings(3, 60), MODE_MONITOR);
        script_run(&script, rows[i].script);
        CHECK_INT(script.last.type, EVENT_FAULT);
        CHECK_INT(script.last.fault, rows[i].kind);
        CHECK_CONTAINS(script.last.text, "nothing is watched");
        CHECK_CONTAINS(script.last.text, rows[i].remedy);
        CHECK(strlen(script.last.text) <= 117); /* the rest of a lock screen's line */
        script_run(&script, "6n");
        CHECK_INT(script.last.type, EVENT_RECOVERED);
        CHECK_INT(script.last.fault, rows[i].kind);
        CHECK_CONTAINS(script.last.text, rows[i].over);
        CHECK_CONTAINS(script.last.text, "the scene is watched again");
        CHECK_NEAR(script.last.fault_duration_s, 17.0, 1e-9); /* from second 1 to second 18 */
    }
}

TEST(the_end_of_one_fault_does_not_promise_sight)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script.also = NULL;
    script_run(&script, "12!m 12!dm 4!m");
    CHECK_TEXT(script.log, "moved!@11 dark!@23");
    script_run(&script, "2!m");
    CHECK_TEXT(script.log, "moved!@11 dark!@23 dark-over!@30");
    CHECK_CONTAINS(script.last.text, "there is still another fault");
}

TEST(how_long_it_takes_is_a_setting)
{
    struct watch_settings settings = script_settings(3, 60);
    settings.fault_after_ns = 30 * NS_PER_SECOND;
    script_begin(&script, settings, MODE_MONITOR);
    script_run(&script, "n 40!d");
    CHECK_TEXT(script.log, "dark!@32");
    script_begin(&script, settings, MODE_MONITOR);
    script_run(&script, "n 40!f"); /* not for this one: noise never stands still */
    CHECK_TEXT(script.log, "frozen!@12");
}

TEST(statuses_and_heartbeats_say_that_nothing_is_judged)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "n");
    CHECK_INT(script.last_status.status.state, FRAME_JUDGED);
    script_run(&script, "~a");
    CHECK_INT(script.last_status.status.state, FRAME_BUSY);
    CHECK(!script.last_status.status.is_anomaly && script.last_status.status.heatmap_triggered);
    CHECK_INT(script.last_status.status.consecutive_anomalies, 0);
    script_run(&script, "!d");
    CHECK_INT(script.last_status.status.state, FRAME_BLIND);
    CHECK_INT(script.watch.frame_state, FRAME_BLIND);
    script_run(&script, "57n");
    CHECK_INT(script.heartbeats, 1);
    CHECK(!script.last_heartbeat.blind);
    script_run(&script, "40!d 25n");
    CHECK_INT(script.heartbeats, 2);
    CHECK(!script.last_heartbeat.blind);
    script_run(&script, "60!d");
    CHECK_INT(script.heartbeats, 3);
    CHECK(script.last_heartbeat.blind);
    script_run(&script, "20n +55"); /* no frames: the camera is down */
    CHECK_INT(script.heartbeats, 4);
    CHECK(script.last_heartbeat.blind);
}

/* ---- whatever happens */

struct observer {
    const char *broken;
    bool down[CAMERA_FAULT_COUNT]; /* told, and not yet that it is over */
    bool armed_anew[CAMERA_FAULT_COUNT];
    int64_t last_event_ns[CAMERA_FAULT_COUNT];
    int told, ended;
    int row; /* of anomalous frames */
};

static struct observer observer;

static void expect(bool holds, const char *invariant)
{
    if (!holds && !observer.broken)
        observer.broken = invariant;
}

static void observe_fault(const struct event *event, int which)
{
    bool begins = event->type == EVENT_FAULT;
    expect(event->notify, "faults are told");
    expect(event->text[0], "faults have a text");
    if (begins) {
        expect(!observer.down[which] || observer.armed_anew[which],
               "a fault is told once per outage and arming");
        observer.armed_anew[which] = false;
        observer.told++;
    } else {
        expect(observer.down[which], "only what was told recovers");
        expect(event->fault_duration_s >= 5, "an outage lasts until five seconds are clear");
        expect(event->fault_duration_s <= (double)event->time_ns / NS_PER_SECOND,
               "an outage has its duration");
        observer.ended++;
    }
    observer.down[which] = begins;
}

static void observe_event(struct script *of, const struct event *event)
{
    bool fault = event->type == EVENT_FAULT || event->type == EVENT_RECOVERED;
    if (fault && event->fault >= FAULT_CAMERA_FROZEN)
        observe_fault(event, (int)event->fault - (int)FAULT_CAMERA_FROZEN);
    if (event->type == EVENT_MODE_CHANGE && event->mode_to == MODE_MONITOR) {
        memset(observer.armed_anew, true, sizeof observer.armed_anew);
        observer.row = 0;
    }
    if (event->type != EVENT_FRAME_STATUS)
        return;
    const struct frame_status *status = &event->status;
    bool told = false;
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++)
        told = told || observer.down[i];
    expect(!told || status->state == FRAME_BLIND, "while a fault is told every frame is blind");
    expect(status->state == FRAME_JUDGED || !status->is_anomaly,
           "only judged frames are anomalous");
    expect(status->state == FRAME_JUDGED || of->watch.consecutive_anomalies == observer.row,
           "frames that are not judged leave the row as it is");
    observer.row = of->watch.consecutive_anomalies;
}

/* Faults that come and go in several at once, with the detector's mistakes in between. */
static struct observation random_observation(struct rng *rng, unsigned *mood)
{
    struct observation seen = script_observation(rng_below(rng, 3) == 0 ? "a" : "n");
    if (rng_below(rng, 100) < 3)
        *mood = rng_below(rng, 2) ? 0 : rng_below(rng, 1u << CAMERA_FAULT_COUNT);
    seen.camera_faults = *mood;
    if (rng_below(rng, 100) < 15)
        seen.camera_faults ^= 1u << rng_below(rng, CAMERA_FAULT_COUNT);
    seen.busy = rng_below(rng, 10) == 0;
    return seen;
}

static void run_randomly(uint64_t seed)
{
    struct rng rng = rng_seeded(81, seed);
    unsigned mood = 0;
    observer = (struct observer){0};
    script_begin(&script, script_settings(2, 60), MODE_MONITOR);
    script.also = observe_event;
    for (int step = 0; step < 20000 && !observer.broken; step++) {
        struct observation seen = random_observation(&rng, &mood);
        uint32_t dice = rng_below(&rng, 1000);
        if (dice < 3)
            script_word(&script, dice == 0 ? "off" : "on");
        if (dice == 3)
            script_word(&script, "+70");
        script_pass(&script, (int64_t)(1 + rng_below(&rng, 2000)) * NS_PER_MS);
        script_observe(&script, &seen);
        script.log[0] = '\0';
        if (watch_next_deadline(&script.watch) <= script.time_ns)
            observer.broken = "what is due has been done";
    }
    if (observer.broken)
        CHECK_FAIL("seed %llu at second %lld: not true that %s", (unsigned long long)seed,
                   (long long)(script.time_ns / NS_PER_SECOND), observer.broken);
    CHECK(observer.told > 100 && observer.ended > 100); /* something has happened */
}

TEST(invariants_hold_in_random_runs)
{
    for (uint64_t seed = 0; seed < 30 && !check_test_failed; seed++)
        run_randomly(seed);
}

int main(void)
{
    RUN(a_fault_begins_and_ends);
    RUN(one_cause_one_message);
    RUN(nothing_is_judged_while_blind);
    RUN(busy_frames_hold_the_rows);
    RUN(modes_and_the_camera);
    RUN(faults_say_what_to_do_and_how_long);
    RUN(the_end_of_one_fault_does_not_promise_sight);
    RUN(how_long_it_takes_is_a_setting);
    RUN(statuses_and_heartbeats_say_that_nothing_is_judged);
    RUN(invariants_hold_in_random_runs);
    return check_report();
}
