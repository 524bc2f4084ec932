/* What must hold whatever happens: long random runs, invariants checked at every event. */
#include "check.h"

#include "watch_script.h"

enum { STEPS = 20000, SEEDS = 60 };

/* What an observer who sees only the events can know. */
struct observer {
    const char *broken; /* the first invariant that did not hold */
    struct script *script;
    bool open, told, fault;
    int alarms, told_alarms_open, expected_number;
    int64_t last_time_ns, last_evidence_ns, last_opening_message_ns, last_heartbeat_ns;
    int64_t frame_of_last_update;
    int untold; /* alarms that people do not know of yet */
    int64_t last_scene_message_ns;
    int untold_scenes;
    bool finishing;
};

static struct observer observer;
static struct script script;

static void expect(bool holds, const char *invariant)
{
    if (!holds && !observer.broken)
        observer.broken = invariant;
}

static bool is_limited_message(const struct event *event)
{
    return event->notify &&
           (event->type == EVENT_ANOMALY_DETECTED || event->type == EVENT_ALARM_UPDATE);
}

static void watch_messages(const struct event *event)
{
    int64_t cooldown_ns = script.watch.settings.cooldown_ns;
    bool tells_untold_closing =
        event->type == EVENT_ALARM_CLOSED && event->notify && !observer.told;
    if (!is_limited_message(event) && !tells_untold_closing)
        return;
    expect(observer.last_opening_message_ns < 0 ||
               event->time_ns - observer.last_opening_message_ns >= cooldown_ns,
           "messages are a cooldown apart");
    observer.last_opening_message_ns = event->time_ns;
    if (event->update == UPDATE_LATE && event->type == EVENT_ALARM_UPDATE)
        observer.untold--;
    observer.untold -= event->alarm.untold_before;
    expect(observer.untold == 0, "a message leaves nothing untold");
    observer.told = true;
}

static void watch_evidence(const struct event *event)
{
    if (!event->evidence)
        return;
    expect(event->frame >= 0, "evidence needs a frame");
    if (event->type == EVENT_SCENE_CHANGED)
        return;
    if (event->type != EVENT_ANOMALY_DETECTED)
        expect(event->time_ns - observer.last_evidence_ns >= script.watch.settings.evidence_gap_ns,
               "evidence of an alarm is a gap apart");
    observer.last_evidence_ns = event->time_ns;
}

static void watch_number(const struct event *event)
{
    char id[EVENT_ID_SIZE];
    snprintf(id, sizeof id, "%lld-%d", (long long)event->utc_ms, ++observer.expected_number);
    expect(strcmp(id, event->alarm.event_id) == 0, "what is told is numbered without gaps");
}

static void watch_scene(const struct event *event)
{
    if (event->type != EVENT_SCENE_CHANGED)
        return;
    bool late = event->update == UPDATE_LATE;
    if (!late) {
        watch_number(event);
        observer.untold_scenes++;
    }
    expect(late ? event->notify && event->frame < 0 : event->frame >= 0, "late is without a frame");
    if (!event->notify)
        return;
    int64_t cooldown_ns = script.watch.settings.cooldown_ns;
    bool after_scene = observer.last_scene_message_ns < 0 ||
                       event->time_ns - observer.last_scene_message_ns >= cooldown_ns;
    bool after_alarm = observer.last_opening_message_ns < 0 ||
                       event->time_ns - observer.last_opening_message_ns >= cooldown_ns;
    expect((after_scene && after_alarm) || observer.finishing,
           "news of the scene keep to the cooldown");
    observer.last_scene_message_ns = event->time_ns;
    observer.untold_scenes -= 1 + event->alarm.untold_before;
    expect(observer.untold_scenes == 0, "a message leaves no change untold");
}

static void watch_alarm(const struct event *event)
{
    switch (event->type) {
    case EVENT_ANOMALY_DETECTED:
        watch_number(event);
        expect(!observer.open, "never two open alarms");
        expect(event->evidence, "an opening has evidence");
        expect(event->status.consecutive_anomalies >= event->status.consecutive_needed,
               "an alarm needs its row");
        observer.open = true;
        observer.told = false;
        break;
    case EVENT_ALARM_CLOSED:
        expect(observer.open, "only an open alarm closes");
        expect(!observer.told || event->notify, "who was told of the opening is told of the end");
        break;
    case EVENT_ALARM_UPDATE:
        expect(observer.open || event->update == UPDATE_LATE, "only an open alarm is updated");
        expect(event->frame < 0 || event->frame != observer.frame_of_last_update,
               "one update a frame");
        observer.frame_of_last_update = event->frame >= 0 ? event->frame : -2;
        break;
    default:
        break;
    }
}

/* Those of the picture are in test-watch-camera.c. */
static void watch_faults(const struct event *event)
{
    bool down = event->fault == FAULT_CAMERA_DOWN;
    if (event->type == EVENT_FAULT && down)
        observer.fault = true;
    if (event->type == EVENT_RECOVERED && down) {
        expect(observer.fault, "only a fault recovers");
        observer.fault = false;
    }
    if (event->type == EVENT_FAULT || event->type == EVENT_RECOVERED)
        expect(event->notify, "faults are told");
    if (event->type == EVENT_FRAME_STATUS)
        expect(!observer.fault, "no frame is scored while the camera is down");
}

static void observe_event(struct script *of, const struct event *event)
{
    (void)of;
    expect(event->time_ns >= observer.last_time_ns, "time goes forward");
    observer.last_time_ns = event->time_ns;
    if (event->type != EVENT_MODE_CHANGE && event->update != UPDATE_LATE &&
        event->type != EVENT_ALARM_UPDATE)
        expect(event->mode == MODE_MONITOR, "nothing is watched while disarmed");
    watch_alarm(event);
    watch_scene(event);
    watch_messages(event);
    watch_evidence(event);
    watch_faults(event);
    if (event->type == EVENT_ALARM_CLOSED) {
        observer.open = false;
        observer.untold += !observer.told && !event->notify && !script.watch.alarm_acknowledged;
    }
}

/* A scene with a mood that lasts, so that alarms open and close at all. */
static const char *random_word(struct rng *rng, int *mood)
{
    static const char *const words[] = {"n", "n", "n",  "a",  "ab", "b",  "g", "G",
                                        "s", "x", "~a", "~n", "!c", "^n", "^a"};
    static const char *const rare[] = {"off", "on",  "on",    "cap",       "ack",
                                       "+20", "+70", "+4000", "wall+3600", "wall-3600"};
    uint32_t dice = rng_below(rng, 1000);
    if (dice < 20)
        return rare[rng_below(rng, sizeof rare / sizeof rare[0])];
    if (dice < 70)
        *mood = (int)rng_below(rng, 4);
    if (*mood == 0)
        return "n";
    if (*mood == 1)
        return "a";
    if (*mood == 2 && dice < 400)
        return "!c";
    return words[rng_below(rng, sizeof words / sizeof words[0])];
}

static void run_randomly(uint64_t seed)
{
    struct rng rng = rng_seeded(77, seed);
    int needed = 1 + (int)rng_below(&rng, 4), mood = 0;
    int cooldown_s = (int[]){0, 10, 60, 300}[rng_below(&rng, 4)];
    observer = (struct observer){
        .last_opening_message_ns = -1, .last_scene_message_ns = -1, .frame_of_last_update = -1};
    script_begin(&script, script_settings(needed, cooldown_s), MODE_MONITOR);
    script.also = observe_event;
    for (int step = 0; step < STEPS && !observer.broken; step++) {
        const char *word = random_word(&rng, &mood);
        if (strcmp(word, "ack") != 0 || script.watch.alarm_open)
            script_word(&script, word);
        script.log[0] = '\0';
        if (watch_next_deadline(&script.watch) <= script.time_ns)
            observer.broken = "what is due has been done";
        if (script.watch.alarm_open != observer.open)
            observer.broken = "the events tell whether an alarm is open";
    }
    if (observer.broken)
        CHECK_FAIL("seed %llu, N %d, cooldown %d s, at second %lld: not true that %s",
                   (unsigned long long)seed, needed, cooldown_s,
                   (long long)(script.time_ns / NS_PER_SECOND), observer.broken);
    CHECK(script.watch.alarms > 10); /* something has happened */
    observer.last_opening_message_ns = -1;
    observer.finishing = true;
    script_run(&script, "fin");
    CHECK_INT(observer.untold, 0);
    CHECK_INT(observer.untold_scenes, 0);
}

TEST(invariants_hold_in_long_random_runs)
{
    for (uint64_t seed = 0; seed < SEEDS && !check_test_failed; seed++)
        run_randomly(seed);
}

/* Two runs over the same input say the same. */
static uint64_t digest;

static void add_to_digest(struct script *of, const struct event *event)
{
    (void)of;
    char line[1024];
    const struct alarm_view *alarm = &event->alarm;
    snprintf(line, sizeof line, "%s %lld %lld %d%d %lld %s %d %d %.17g %d %.17g %.17g %s",
             event_type_name(event->type), (long long)event->utc_ms, (long long)event->time_ns,
             event->notify, event->evidence, (long long)event->frame, alarm->event_id,
             alarm->box_count, alarm->boxes[0].x, alarm->area_px, alarm->untold_before,
             event->status.cooldown_remaining_seconds, event->fault_duration_s, event->text);
    for (const char *c = line; *c; c++)
        digest = (digest ^ (unsigned char)*c) * UINT64_C(1099511628211);
}

static uint64_t digest_of_run(uint64_t seed)
{
    struct rng rng = rng_seeded(78, seed);
    int mood = 0;
    digest = UINT64_C(14695981039346656037);
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script.also = add_to_digest;
    for (int step = 0; step < STEPS; step++) {
        const char *word = random_word(&rng, &mood);
        if (strcmp(word, "ack") != 0)
            script_word(&script, word);
        script.log[0] = '\0';
    }
    return digest;
}

TEST(the_same_input_says_the_same)
{
    uint64_t first = digest_of_run(1);
    CHECK(digest_of_run(1) == first);
    CHECK(digest_of_run(2) != first);
}

/* A leak that lasts all night: what it costs is bounded. */
TEST(a_leak_all_night)
{
    static struct script night;
    script_begin(&night, script_settings(3, 300), MODE_MONITOR);
    struct rng rng = rng_seeded(5, 5);
    int records = 0, messages = 0, sets = 0;
    for (int second = 0; second < 8 * 3600; second++) {
        struct observation seen = script_observation("a");
        for (int i = 0; i < 3; i++) { /* noise of all sizes at random places */
            int side = 1 + (int)rng_below(&rng, 60);
            seen.boxes[seen.box_count++] =
                (struct rect){(int)rng_below(&rng, 1200), (int)rng_below(&rng, 660), side, side};
            seen.area_px += side * side;
        }
        night.log[0] = '\0';
        script_pass(&night, NS_PER_SECOND);
        script_observe(&night, &seen);
        records += night.log[0] != '\0';
        messages += strchr(night.log, '!') != NULL;
        sets += strchr(night.log, '*') != NULL;
    }
    CHECK_INT(night.watch.alarms, 1);
    CHECK_INT(messages, 96); /* one per cooldown of 5 minutes */
    CHECK(records <= 96 + 64 + 30);
    CHECK(sets <= 96 + 64 + 30);
}

int main(void)
{
    RUN(invariants_hold_in_long_random_runs);
    RUN(the_same_input_says_the_same);
    RUN(a_leak_all_night);
    return check_report();
}
