/* The capture thread on a camera that does what a script says: missing at the start, lost and back,
 * sending damaged pictures of two kinds, ending. What it hands on and what it tells is looked at
 * from the other side of its queue.
 */
#include "camera/source_ops.h"
#include "check.h"
#include "monitor/capture.h"
#include "platform/clock.h"
#include "platform/thread.h"

enum { NOTES_MAX = 64, POOL_SIZE = 8 };

/* ---- a camera that follows a script */

/* One letter for each picture: '.' good, 'a' to 'z' unusable for that reason, 'L' the camera is
 * lost, 'E' the stream ends. After its end the script begins again at `loop`. */
struct scripted {
    struct source head;
    const char *script;
    size_t at, loop;
    int refusals; /* so many opens fail first */
    int opens;
    int64_t number;
};

static bool scripted_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    struct scripted *camera = (struct scripted *)source;
    camera->opens++;
    if (camera->opens <= camera->refusals)
        return error_set(err, ERROR_DEVICE, "no camera is connected");
    ret_info->width = ret_info->height = 4;
    return true;
}

static void scripted_close(struct source *source)
{
    (void)source;
}

static enum source_result scripted_next(struct source *source, int64_t deadline_ns,
                                        struct source_stamp *ret_stamp, struct error *err)
{
    struct scripted *camera = (struct scripted *)source;
    if (!camera->script[camera->at])
        camera->at = camera->loop;
    if (!camera->script[camera->at]) { /* nothing more comes */
        clock_sleep_ns(deadline_ns - clock_monotonic_ns());
        return SOURCE_NONE;
    }
    char step = camera->script[camera->at++];
    if (step == 'E')
        return SOURCE_END;
    if (step == 'L') {
        error_set(err, ERROR_DEVICE, "the camera was unplugged");
        return SOURCE_LOST;
    }
    if (step != '.') {
        clock_sleep_ns(NS_PER_MS);
        error_set(err, ERROR_DEVICE, "damaged picture, reason %c", step);
        return SOURCE_NONE;
    }
    *ret_stamp = (struct source_stamp){++camera->number, clock_monotonic_ns()};
    return SOURCE_FRAME;
}

static enum source_result scripted_fill(struct source *source, uint8_t *ret_rgb, struct error *err)
{
    (void)source, (void)ret_rgb, (void)err;
    return SOURCE_FRAME;
}

static const struct source_ops scripted_ops = {.kind = "scripted camera",
                                               .size = sizeof(struct scripted),
                                               .clock = SOURCE_CLOCK_MONOTONIC,
                                               .open = scripted_open,
                                               .close = scripted_close,
                                               .next = scripted_next,
                                               .fill = scripted_fill};

/* ---- the other side */

struct bench {
    struct scripted camera;
    struct queue *items;
    struct capture *capture;
    struct mutex mutex; /* guards what was told */
    struct condition changed;
    int note_count;
    char notes[NOTES_MAX][64];
};

static void on_camera_error(void *context, const char *reason)
{
    struct bench *bench = context;
    mutex_lock(&bench->mutex);
    if (bench->note_count < NOTES_MAX)
        snprintf(bench->notes[bench->note_count++], sizeof bench->notes[0], "%s", reason);
    condition_signal_all(&bench->changed);
    mutex_unlock(&bench->mutex);
}

static bool bench_start(struct bench *bench, const char *script, size_t loop, int refusals)
{
    *bench = (struct bench){
        .camera = {
            .head = {.ops = &scripted_ops}, .script = script, .loop = loop, .refusals = refusals}};
    mutex_init(&bench->mutex);
    condition_init(&bench->changed);
    struct error err;
    struct capture_listener listener = {on_camera_error, bench};
    bench->items =
        queue_create(sizeof(struct capture_item), 2, QUEUE_NEWEST_WINS, capture_item_discard, &err);
    bench->capture = capture_create(&bench->camera.head, POOL_SIZE, bench->items, listener, &err);
    capture_arm(bench->capture, true);
    return capture_start(bench->capture, &err);
}

/* Takes frames until one of at least this number comes; false when none comes in time. */
static bool wait_for_frame(struct bench *bench, int64_t number)
{
    int64_t deadline_ns = clock_monotonic_ns() + 20 * NS_PER_SECOND;
    struct capture_item item;
    for (int64_t seen = 0; seen < number; frame_release(item.frame)) {
        if (queue_pop(bench->items, &item, deadline_ns) != QUEUE_ITEM)
            return false;
        seen = item.frame->number;
    }
    return true;
}

static int wait_for_notes(struct bench *bench, int count, int64_t patience_ns)
{
    int64_t deadline_ns = clock_monotonic_ns() + patience_ns;
    mutex_lock(&bench->mutex);
    while (bench->note_count < count &&
           condition_wait_until(&bench->changed, &bench->mutex, deadline_ns))
        ;
    int told = bench->note_count;
    mutex_unlock(&bench->mutex);
    return told;
}

/* Stops; gives the seconds that took. */
static double bench_stop(struct bench *bench)
{
    int64_t started_ns = clock_monotonic_ns();
    capture_stop(bench->capture);
    capture_join(bench->capture);
    double seconds = (double)(clock_monotonic_ns() - started_ns) / NS_PER_SECOND;
    queue_destroy(bench->items);
    capture_destroy(bench->capture);
    condition_finish(&bench->changed);
    mutex_finish(&bench->mutex);
    return seconds;
}

/* ---- tests */

TEST(a_camera_that_is_missing_at_first_is_told_once_and_taken_when_it_comes)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "..........", 0, 2));
    CHECK(wait_for_frame(&bench, 10));
    CHECK(bench_stop(&bench) < 2);
    CHECK_INT(bench.note_count, 1);
    CHECK_TEXT(bench.notes[0], "no camera is connected");
    CHECK_INT(bench.camera.opens, 3);
}

TEST(a_camera_that_is_lost_is_told_and_opened_again)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "...L...", 4, 0));
    CHECK(wait_for_frame(&bench, 5));
    bench_stop(&bench);
    CHECK_INT(bench.note_count, 1);
    CHECK_TEXT(bench.notes[0], "the camera was unplugged");
    CHECK_INT(bench.camera.opens, 2);
}

TEST(two_reasons_that_alternate_are_told_once_each)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "ab", 0, 0));
    CHECK_INT(wait_for_notes(&bench, 2, 10 * NS_PER_SECOND), 2);
    CHECK_INT(wait_for_notes(&bench, 3, NS_PER_SECOND / 2), 2);
    bench_stop(&bench);
}

TEST(an_episode_of_ever_new_reasons_is_bounded)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "abcdefghijklmnopqrstuvwxyz", 26, 0));
    CHECK(wait_for_notes(&bench, 26, NS_PER_SECOND) < 10);
    bench_stop(&bench);
}

TEST(trouble_after_a_good_while_is_told_again)
{
    static struct bench bench;
    CHECK(bench_start(&bench,
                      "a"
                      "............................................................"
                      "a",
                      62, 0));
    CHECK_INT(wait_for_notes(&bench, 2, 10 * NS_PER_SECOND), 2);
    bench_stop(&bench);
}

TEST(a_live_stream_that_ends_is_lost_not_hammered)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "..E", 2, 0));
    CHECK_INT(wait_for_notes(&bench, 1, 5 * NS_PER_SECOND), 1);
    CHECK_INT(wait_for_notes(&bench, 2, NS_PER_SECOND / 2), 1);
    CHECK(bench_stop(&bench) < 0.5); /* the wait for the next try can be ended */
    CHECK(bench.camera.opens <= 2);
}

TEST(it_stops_while_the_camera_is_missing_or_silent)
{
    static struct bench bench;
    CHECK(bench_start(&bench, "", 0, 1000));
    CHECK_INT(wait_for_notes(&bench, 1, 5 * NS_PER_SECOND), 1);
    CHECK(bench_stop(&bench) < 0.5);
    CHECK(bench_start(&bench, "", 0, 0));
    CHECK(bench_stop(&bench) < 2);
}

TEST(disarmed_it_closes_the_camera_and_armed_opens_it_at_once)
{
    static struct bench bench;
    CHECK(bench_start(&bench, ".", 0, 0));
    CHECK(wait_for_frame(&bench, 1));
    capture_arm(bench.capture, false);
    struct capture_item item;
    while (queue_pop(bench.items, &item, clock_monotonic_ns() + NS_PER_SECOND) == QUEUE_ITEM)
        frame_release(item.frame);
    int64_t armed_ns = clock_monotonic_ns();
    capture_arm(bench.capture, true);
    CHECK(queue_pop(bench.items, &item, armed_ns + NS_PER_SECOND) == QUEUE_ITEM);
    frame_release(item.frame);
    bench_stop(&bench);
    CHECK_INT(bench.camera.opens, 2);
    CHECK_INT(bench.note_count, 0);
}

int main(void)
{
    RUN(a_camera_that_is_missing_at_first_is_told_once_and_taken_when_it_comes);
    RUN(a_camera_that_is_lost_is_told_and_opened_again);
    RUN(two_reasons_that_alternate_are_told_once_each);
    RUN(an_episode_of_ever_new_reasons_is_bounded);
    RUN(trouble_after_a_good_while_is_told_again);
    RUN(a_live_stream_that_ends_is_lost_not_hammered);
    RUN(it_stops_while_the_camera_is_missing_or_silent);
    RUN(disarmed_it_closes_the_camera_and_armed_opens_it_at_once);
    return check_report();
}
