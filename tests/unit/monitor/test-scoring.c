/* The inference thread on a live source: frames are pushed into its queue by hand, with a stub in
 * the place of the network (white is anomalous), and its records are read from a real journal.
 */
#include "check.h"
#include "monitor/capture.h"
#include "monitor/scoring.h"
#include "platform/clock.h"
#include "scratch.h"

#include <malloc.h>

enum { SIDE = 8, POOL_SIZE = 24, DARK_GREY = 2, CHANGED_GREY = 100 };

struct stub {
    struct detector head;
    float plane[3 * SIDE * SIDE];
};

static bool stub_observe(struct detector *detector, const struct frame *frame,
                         struct observation *ret_observation, struct error *err)
{
    struct stub *stub = (struct stub *)detector;
    if (frame->rgb[0] == 1)
        return error_set(err, ERROR_INTERNAL, "made to fail");
    *ret_observation = (struct observation){
        .score = frame->rgb[0],
        .threshold = 128,
        .score_triggered = frame->rgb[0] > 128,
        .camera_faults = frame->rgb[0] == DARK_GREY ? 1u << CAMERA_FAULT_DARK : 0,
        .scene_changed = frame->rgb[0] == CHANGED_GREY,
        .changed_box_count = frame->rgb[0] == CHANGED_GREY,
        .changed_boxes = {{1, 2, 3, 4}},
        .maps = {SIDE, SIDE, stub->plane, stub->plane, stub->plane, 1.0f}};
    return true;
}

static void stub_destroy(struct detector *detector)
{
    free(detector);
}

static const struct detector_ops stub_ops = {"stub", stub_observe, stub_destroy};

static struct detector *make_stub(void *context, int camera_width, int camera_height,
                                  struct error *err)
{
    (void)context, (void)camera_width, (void)camera_height, (void)err;
    struct stub *stub = calloc(1, sizeof *stub);
    stub->head = (struct detector){&stub_ops, SIDE, SIDE};
    return &stub->head;
}

/* ---- the bench */

struct bench {
    struct config *config;
    struct project project;
    struct journal *journal;
    struct recorder *recorder;
    struct frame_pool *pool;
    struct queue *items;
    struct scoring *scoring;
    int64_t number;
    char journal_path[PATH_SIZE];
};

static void on_end(void *context)
{
    (void)context;
}

static bool make_threads(struct bench *bench, struct error *err)
{
    struct recorder_settings recorder = {.config = bench->config,
                                         .project = &bench->project,
                                         .journal = bench->journal,
                                         .journal_path = bench->journal_path,
                                         .failed = on_end};
    bench->recorder = recorder_create(&recorder, err);
    bench->pool = frame_pool_create(SIDE, SIDE, POOL_SIZE, err);
    bench->items = queue_create(sizeof(struct capture_item), POOL_SIZE, QUEUE_NEWEST_WINS,
                                capture_item_discard, err);
    struct scoring_settings scoring = {.config = bench->config,
                                       .items = bench->items,
                                       .recorder = bench->recorder,
                                       .start = {clock_monotonic_ns(), clock_wall_utc_ms()},
                                       .mode = MODE_MONITOR,
                                       .first_alarm_number = 1,
                                       .make_detector = make_stub,
                                       .ended = on_end};
    bench->scoring = scoring_create(&scoring, err);
    return bench->scoring && recorder_start(bench->recorder, err) &&
           scoring_start(bench->scoring, err);
}

static double cooldown_seconds = 300;

/* `name` is the folder of the project. */
static bool bench_start(struct bench *bench, const char *name)
{
    struct error err;
    *bench = (struct bench){.config = config_default(&err)};
    bench->config->monitor_consecutive_anomalies = 1;
    bench->config->monitor_alert_cooldown_seconds = cooldown_seconds;
    bench->config->monitor_save_context_enabled = true;
    bench->config->monitor_save_context_pre_frames = 3;
    bench->config->monitor_save_context_post_frames = 3;
    bool good =
        project_resolve(scratch(name), bench->config, &bench->project, &err) &&
        project_create_folders(&bench->project, &err) &&
        path_join(bench->journal_path, PATH_SIZE, bench->project.logs_dir, "events.jsonl", &err) &&
        (bench->journal = journal_open(bench->journal_path, 0, &err)) && make_threads(bench, &err);
    if (!good)
        printf("%s\n", err.message);
    return good;
}

static void push(struct bench *bench, uint8_t grey)
{
    struct capture_item item = {.frame = frame_pool_acquire_wait(bench->pool)};
    memset(item.frame->rgb, grey, 3 * SIDE * SIDE);
    item.frame->number = bench->number++;
    item.frame->time_ns = clock_monotonic_ns();
    item.frame->utc_ms = clock_wall_utc_ms();
    queue_push(bench->items, &item);
}

struct finding {
    const char *type;
    int count;
    json_t *last; /* of that type */
};

static bool look(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct finding *finding = context;
    if (strcmp(json_string_value(json_object_get(record, "type")), finding->type) == 0) {
        finding->count++;
        json_decref(finding->last);
        finding->last = json_deep_copy(record);
    }
    return true;
}

static int count_records(const struct bench *bench, const char *type)
{
    struct finding finding = {.type = type};
    bool good = journal_read(bench->journal_path, 0, look, &finding, NULL, NULL);
    json_decref(finding.last);
    return good ? finding.count : -1;
}

/* Waits until there are `count` records of `type`. */
static bool wait_for(const struct bench *bench, const char *type, int count)
{
    int64_t deadline_ns = clock_monotonic_ns() + 20 * NS_PER_SECOND;
    while (count_records(bench, type) < count) {
        if (clock_monotonic_ns() > deadline_ns)
            return false;
        clock_sleep_ns(2 * NS_PER_MS);
    }
    return true;
}

static int count_pictures(const struct bench *bench, const char *type, const char *prefix)
{
    struct finding finding = {.type = type};
    int count = 0;
    size_t index;
    json_t *path;
    if (!journal_read(bench->journal_path, 0, look, &finding, NULL, NULL))
        return -1;
    json_array_foreach(json_object_get(finding.last, "saved_paths"), index, path)
    {
        count += strstr(json_string_value(path), prefix) != NULL;
    }
    json_decref(finding.last);
    return count;
}

static void bench_stop(struct bench *bench)
{
    queue_close(bench->items);
    scoring_join(bench->scoring);
    recorder_close(bench->recorder);
    recorder_join(bench->recorder);
    scoring_destroy(bench->scoring);
    recorder_destroy(bench->recorder);
    queue_destroy(bench->items);
    frame_pool_destroy(bench->pool);
    journal_close(bench->journal);
    config_destroy(bench->config);
}

/* ---- tests */

TEST(frames_from_before_a_pause_are_not_before_an_alarm_after_it)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "before"));
    for (int i = 0; i < 5; i++)
        push(&bench, 10);
    CHECK(wait_for(&bench, "frame_status", 5));
    scoring_set_mode(bench.scoring, MODE_OFF);
    CHECK(wait_for(&bench, "mode_change", 1));
    scoring_set_mode(bench.scoring, MODE_MONITOR);
    CHECK(wait_for(&bench, "mode_change", 2));
    push(&bench, 20);
    push(&bench, 250);
    CHECK(wait_for(&bench, "anomaly_detected", 1));
    CHECK_INT(count_pictures(&bench, "anomaly_detected", "context_pre"), 1);
    bench_stop(&bench);
}

TEST(frames_from_after_a_pause_are_not_after_an_alarm_before_it)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "after"));
    push(&bench, 250);
    push(&bench, 10);
    CHECK(wait_for(&bench, "anomaly_detected", 1));
    CHECK(wait_for(&bench, "alarm_closed", 1));
    scoring_set_mode(bench.scoring, MODE_OFF);
    CHECK(wait_for(&bench, "context_saved", 1)); /* now, not when it is armed again */
    CHECK_INT(count_pictures(&bench, "context_saved", "context_post"), 1);
    bench_stop(&bench);
}

TEST(frames_that_can_not_be_scored_are_told_once_and_keep_the_camera_alive)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "unscored"));
    push(&bench, 10);
    for (int i = 0; i < 5; i++)
        push(&bench, 1);
    push(&bench, 10);
    CHECK(wait_for(&bench, "recovered", 1));
    CHECK(wait_for(&bench, "frame_status", 2));
    CHECK_INT(count_records(&bench, "frame_status"), 2);
    CHECK_INT(count_records(&bench, "fault"), 1);
    CHECK_INT(scoring_progress(bench.scoring).frames_scored, 2);
    bench_stop(&bench);
}

TEST(a_faulty_picture_is_not_watched_and_no_picture_from_before_an_alarm)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "blind"));
    push(&bench, 10);
    push(&bench, DARK_GREY);
    push(&bench, 250);
    CHECK(wait_for(&bench, "anomaly_detected", 1));
    CHECK_INT(count_pictures(&bench, "anomaly_detected", "context_pre"), 1);
    CHECK(wait_for(&bench, "frame_status", 3));
    CHECK_INT(scoring_progress(bench.scoring).frames_scored, 3);
    CHECK_INT(scoring_progress(bench.scoring).frames_watched, 2);
    bench_stop(&bench);
}

TEST(a_changed_scene_has_pictures)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "scene"));
    push(&bench, 10);
    push(&bench, CHANGED_GREY);
    CHECK(wait_for(&bench, "scene_changed", 1));
    CHECK_INT(count_pictures(&bench, "scene_changed", "anomaly_"), 1);
    CHECK_INT(count_pictures(&bench, "scene_changed", "context_pre"), 0);
    CHECK_INT(count_records(&bench, "anomaly_detected"), 0);
    bench_stop(&bench);
}

/* Pitfall 19, with every other frame an alarm and evidence. */
TEST(memory_is_flat_while_alarms_come_and_go)
{
    static struct bench bench;
    enum { WARM_UP = 300, FRAMES = 600, GROWTH_BYTES = 20000 };
    size_t before = 0;
    CHECK(bench_start(&bench, "soak"));
    for (int i = 1; i <= WARM_UP + FRAMES; i++) {
        push(&bench, i % 2 ? 250 : 10);
        if (i % (POOL_SIZE / 4) == 0) /* no faster than records can be written */
            CHECK(wait_for(&bench, "frame_status", i));
        if (i == WARM_UP)
            before = mallinfo2().uordblks;
    }
    size_t after = mallinfo2().uordblks;
    CHECK(scoring_progress(bench.scoring).alarms > FRAMES / 4);
    bench_stop(&bench);
    if (before == 0)
        printf("SKIPPED: allocations are not counted under a sanitizer\n");
    if (after > before + GROWTH_BYTES)
        CHECK_FAIL("%zu bytes were in use, then %zu", before, after);
}

/* Anomalous frames, each after the cooldown, until `count` more of them were scored. */
static bool push_anomalies(struct bench *bench, int count)
{
    int scored = count_records(bench, "frame_status");
    for (int i = 1; i <= count; i++) {
        clock_sleep_ns((int64_t)(1.5 * cooldown_seconds * (double)NS_PER_SECOND));
        push(bench, 250);
        if (!wait_for(bench, "frame_status", scored + i))
            return false;
    }
    return true;
}

TEST(an_acknowledged_alarm_is_watched_without_reminders)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    cooldown_seconds = 0.02;
    bool started = bench_start(&bench, "acknowledged");
    CHECK(started);
    CHECK(push_anomalies(&bench, 3));
    CHECK(wait_for(&bench, "alarm_update", 2));
    scoring_acknowledge(bench.scoring, "1-1"); /* some other alarm */
    CHECK(push_anomalies(&bench, 1));
    CHECK(wait_for(&bench, "alarm_update", 3));

    struct finding finding = {.type = "anomaly_detected"};
    CHECK(journal_read(bench.journal_path, 0, look, &finding, NULL, NULL));
    scoring_acknowledge(bench.scoring,
                        json_string_value(json_object_get(finding.last, "event_id")));
    json_decref(finding.last);
    CHECK(push_anomalies(&bench, 4));
    CHECK_INT(count_records(&bench, "alarm_update"), 3);
    push(&bench, 10);
    CHECK(wait_for(&bench, "alarm_closed", 1)); /* it was watched all the time */
    bench_stop(&bench);
    cooldown_seconds = 300;
}

TEST(it_ends_before_the_first_frame)
{
    static struct bench bench; /* outlives a failed check, as its threads do */
    CHECK(bench_start(&bench, "nothing"));
    bench_stop(&bench);
}

int main(void)
{
    RUN(frames_from_before_a_pause_are_not_before_an_alarm_after_it);
    RUN(frames_from_after_a_pause_are_not_after_an_alarm_before_it);
    RUN(frames_that_can_not_be_scored_are_told_once_and_keep_the_camera_alive);
    RUN(a_faulty_picture_is_not_watched_and_no_picture_from_before_an_alarm);
    RUN(a_changed_scene_has_pictures);
    RUN(memory_is_flat_while_alarms_come_and_go);
    RUN(an_acknowledged_alarm_is_watched_without_reminders);
    RUN(it_ends_before_the_first_frame);
    return check_report();
}
