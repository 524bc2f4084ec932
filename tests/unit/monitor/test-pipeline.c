/* The pipeline with all its threads, on a folder of pictures, with a stub in the place of the
 * network: the score is the mean brightness. Runs under ThreadSanitizer too, which the real network
 * can not (its OpenMP runtime is not instrumented).
 */
#include "check.h"
#include "frame/image.h"
#include "monitor/pipeline.h"
#include "platform/file.h"
#include "platform/signal.h"
#include "sink/journal.h"

#include <stdlib.h>
#include <unistd.h>

enum { WIDTH = 64, HEIGHT = 48, PICTURES = 40 };

/* ---- counting what the inference thread allocates */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CAN_COUNT = 0 };
static _Thread_local bool counting;
static int counted;
#else
enum { CAN_COUNT = 1 };
static _Thread_local bool counting;
static int counted;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *malloc(size_t size)
{
    counted += counting;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    counted += counting;
    return __libc_calloc(count, size);
}
void *realloc(void *memory, size_t size)
{
    counted += counting;
    return __libc_realloc(memory, size);
}
#endif

/* ---- the stub */

struct stub {
    struct detector head;
    float input[3 * 16 * 16], map[16 * 16];
};

static bool stub_observe(struct detector *detector, const struct frame *frame,
                         struct observation *ret_observation, struct error *err)
{
    (void)err;
    struct stub *stub = (struct stub *)detector;
    counting = true;
    double sum = 0;
    for (int i = 0; i < 3 * frame->width * frame->height; i++)
        sum += frame->rgb[i];
    double mean = sum / (3.0 * frame->width * frame->height);
    *ret_observation =
        (struct observation){.score = mean,
                             .threshold = 128,
                             .score_triggered = mean > 128,
                             .maps = {16, 16, stub->input, stub->input, stub->map, 1.0f}};
    if (mean > 128) {
        ret_observation->box_count = 1;
        ret_observation->boxes[0] = (struct rect){8, 8, 16, 12};
        ret_observation->area_px = 192;
        ret_observation->area_fraction = 192.0 / (frame->width * frame->height);
    }
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
    stub->head = (struct detector){&stub_ops, 16, 16};
    return &stub->head;
}

/* ---- a project and its pictures */

struct fixture {
    char root[64];
    char pictures[PATH_SIZE];
    struct config *config;
    struct project project;
};

/* Dark is normal; pictures 10..19 are bright. The blue channel numbers the picture. */
static bool make_pictures(struct fixture *fixture)
{
    struct error err;
    static uint8_t rgb[3 * WIDTH * HEIGHT];
    if (!folder_create(fixture->pictures, true, &err))
        return false;
    for (int i = 0; i < PICTURES; i++) {
        char path[PATH_SIZE + 16];
        bool bright = i >= 10 && i < 20;
        for (int p = 0; p < WIDTH * HEIGHT; p++) {
            rgb[3 * p] = rgb[3 * p + 1] = bright ? 230 : 20;
            rgb[3 * p + 2] = (uint8_t)(bright ? 200 + i : i);
        }
        snprintf(path, sizeof path, "%s/p%03d.png", fixture->pictures, i);
        if (!image_write_png(path, rgb, WIDTH, HEIGHT, &err))
            return false;
    }
    return true;
}

static bool fixture_init(struct fixture *fixture)
{
    struct error err;
    snprintf(fixture->root, sizeof fixture->root, "/tmp/leakwatch-pipeline-XXXXXX");
    if (!mkdtemp(fixture->root))
        return false;
    fixture->config = config_default(&err);
    fixture->config->monitor_save_context_enabled = true;
    fixture->config->monitor_save_context_pre_frames = 2;
    fixture->config->monitor_save_context_post_frames = 2;
    snprintf(fixture->pictures, sizeof fixture->pictures, "%s/pictures", fixture->root);
    return project_init(fixture->root, &err) &&
           project_resolve(fixture->root, fixture->config, &fixture->project, &err) &&
           make_pictures(fixture);
}

static void fixture_finish(struct fixture *fixture)
{
    char command[128];
    config_destroy(fixture->config);
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->root);
    if (system(command) != 0)
        printf("could not remove %s\n", fixture->root);
}

static struct source_settings settings_for(const struct fixture *fixture)
{
    return (struct source_settings){.spec = fixture->pictures,
                                    .width = WIDTH,
                                    .height = HEIGHT,
                                    .fps = 10,
                                    .interval_ns = 0,
                                    .folder_period_ns = INT64_C(1000000000),
                                    .start_utc_ms = INT64_C(946684800000),
                                    .last_frame = INT64_MAX};
}

static bool run(struct fixture *fixture, const struct source_settings *source, bool ignore_mode,
                struct pipeline_result *result, struct error *err)
{
    struct pipeline_options options = {.config = fixture->config,
                                       .project = &fixture->project,
                                       .source = source,
                                       .ignore_mode = ignore_mode,
                                       .quiet = true,
                                       .make_detector = make_stub,
                                       .startup_detail = "stub"};
    return pipeline_run(&options, result, err);
}

/* ---- what was recorded */

struct seen {
    int count;
    char types[256][24];
    json_t *records[256];
};

static bool see(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct seen *seen = context;
    if (seen->count == 256)
        return false;
    snprintf(seen->types[seen->count], 24, "%s",
             json_string_value(json_object_get(record, "type")));
    seen->records[seen->count++] = json_deep_copy(record);
    return true;
}

static bool read_records(const struct fixture *fixture, struct seen *seen)
{
    char path[PATH_SIZE];
    int64_t damaged;
    struct error err;
    return path_join(path, sizeof path, fixture->project.logs_dir, "events.jsonl", &err) &&
           journal_read(path, 0, see, seen, &damaged, &err) && damaged == 0;
}

static int count_type(const struct seen *seen, const char *type)
{
    int count = 0;
    for (int i = 0; i < seen->count; i++)
        count += strcmp(seen->types[i], type) == 0;
    return count;
}

static const json_t *first_of_type(const struct seen *seen, const char *type)
{
    for (int i = 0; i < seen->count; i++)
        if (strcmp(seen->types[i], type) == 0)
            return seen->records[i];
    return NULL;
}

static void seen_finish(struct seen *seen)
{
    for (int i = 0; i < seen->count; i++)
        json_decref(seen->records[i]);
}

/* ---- tests */

TEST(alarm_opens_and_closes_with_evidence)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_result result;
    struct error err;
    if (!run(&fixture, &source, true, &result, &err))
        CHECK_FAIL("%s", err.message);
    CHECK_INT(result.frames_scored, PICTURES);
    CHECK_INT(result.alarms, 1);
    static struct seen seen;
    seen.count = 0;
    CHECK(read_records(&fixture, &seen));
    CHECK_TEXT(seen.types[0], "startup");
    CHECK_TEXT(seen.types[seen.count - 1], "shutdown");
    CHECK_INT(count_type(&seen, "frame_status"), PICTURES);
    CHECK_INT(count_type(&seen, "anomaly_detected"), 1);
    CHECK_INT(count_type(&seen, "alarm_closed"), 1);
    const json_t *alarm = first_of_type(&seen, "anomaly_detected");
    CHECK_INT(json_integer_value(json_object_get(alarm, "frame")), 12); /* third bright one */
    const json_t *paths = json_object_get(alarm, "saved_paths");
    CHECK(json_array_size(paths) >=
          7); /* anomaly, input, reconstruction, heat map, compare, 2 before */
    for (size_t i = 0; i < json_array_size(paths); i++) {
        char path[PATH_SIZE];
        CHECK(path_join(path, sizeof path, fixture.root,
                        json_string_value(json_array_get(paths, i)), &err));
        if (file_kind_of(path) != FILE_REGULAR)
            CHECK_FAIL("%s was recorded but not written", path);
    }
    seen_finish(&seen);
    fixture_finish(&fixture);
}

/* Blue numbers the picture: what is called "before" must come from before the first anomalous
 * frame, and "after" from after. */
static int number_of_picture(const struct fixture *fixture, const json_t *paths, const char *part)
{
    for (size_t i = 0; i < json_array_size(paths); i++) {
        const char *name = json_string_value(json_array_get(paths, i));
        if (!strstr(name, part))
            continue;
        char path[PATH_SIZE];
        struct error err;
        struct image image = {0};
        if (!path_join(path, sizeof path, fixture->root, name, &err) ||
            !image_read(path, &image, &err))
            return -1;
        int blue = image.rgb[3 * (WIDTH * HEIGHT / 2) + 2];
        image_finish(&image);
        return blue >= 200 ? blue - 200 : blue;
    }
    return -1;
}

TEST(context_frames_are_really_before_and_after)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_result result;
    struct error err;
    CHECK(run(&fixture, &source, true, &result, &err));
    static struct seen seen;
    seen.count = 0;
    CHECK(read_records(&fixture, &seen));
    const json_t *before = json_object_get(first_of_type(&seen, "anomaly_detected"), "saved_paths");
    CHECK_NEAR(number_of_picture(&fixture, before, "context_pre"), 9, 1.01); /* 8 or 9, JPEG */
    const json_t *after = json_object_get(first_of_type(&seen, "context_saved"), "saved_paths");
    CHECK_NEAR(number_of_picture(&fixture, after, "context_post"), 13, 1.01);
    seen_finish(&seen);
    fixture_finish(&fixture);
}

static bool events_of_fresh_run(struct buffer *events)
{
    struct fixture fixture;
    char path[PATH_SIZE];
    struct pipeline_result result;
    struct error err;
    if (!fixture_init(&fixture))
        return false;
    /* Both runs name their source alike: a relative path, from inside the project. */
    struct source_settings source = settings_for(&fixture);
    char before[PATH_SIZE];
    bool good = getcwd(before, sizeof before) && chdir(fixture.root) == 0;
    source.spec = "pictures";
    good = good && run(&fixture, &source, true, &result, &err) &&
           path_join(path, sizeof path, fixture.project.logs_dir, "events.jsonl", &err) &&
           file_read(path, 1 << 20, events, &err);
    good = chdir(before) == 0 && good;
    fixture_finish(&fixture);
    return good;
}

TEST(two_replays_write_the_same_bytes)
{
    struct buffer first = {0}, second = {0};
    CHECK(events_of_fresh_run(&first));
    CHECK(events_of_fresh_run(&second));
    CHECK(first.size > 1000);
    CHECK_INT(first.size, second.size);
    CHECK(memcmp(first.data, second.data, first.size) == 0);
    buffer_finish(&first);
    buffer_finish(&second);
}

TEST(inference_thread_allocates_nothing_after_its_first_frame)
{
    if (!CAN_COUNT) {
        printf("SKIPPED: allocations are not counted under a sanitizer\n");
        return;
    }
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_result result;
    struct error err;
    counted = 0;
    CHECK(run(&fixture, &source, true, &result, &err));
    CHECK_INT(result.alarms, 1);
    CHECK_INT(counted, 0);
    fixture_finish(&fixture);
}

TEST(a_replay_while_the_mode_is_off_is_a_usage_error)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_result result;
    struct error err;
    CHECK(!run(&fixture, &source, false, &result, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "--ignore-mode");
    CHECK(mode_write(fixture.project.mode_file, MODE_MONITOR, &err));
    CHECK(run(&fixture, &source, false, &result, &err));
    fixture_finish(&fixture);
}

TEST(the_second_monitor_of_a_project_is_refused)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_result result;
    struct error err;
    struct file_lock lock = {0};
    CHECK(file_lock_try(&lock, fixture.project.monitor_lock_file, &err));
    CHECK(!run(&fixture, &source, true, &result, &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_CONTAINS(err.message, "another monitor");
    file_lock_release(&lock);
    CHECK(run(&fixture, &source, true, &result, &err));
    fixture_finish(&fixture);
}

static struct detector *make_nothing(void *context, int camera_width, int camera_height,
                                     struct error *err)
{
    (void)context;
    error_set(err, ERROR_CONFIG, "the model is for other pictures than %dx%d", camera_width,
              camera_height);
    return NULL;
}

TEST(a_detector_that_does_not_fit_ends_the_run)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    struct pipeline_options options = {.config = fixture.config,
                                       .project = &fixture.project,
                                       .source = &source,
                                       .ignore_mode = true,
                                       .quiet = true,
                                       .make_detector = make_nothing,
                                       .startup_detail = ""};
    struct pipeline_result result;
    struct error err;
    CHECK(!pipeline_run(&options, &result, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "64x48");
    fixture_finish(&fixture);
}

TEST(a_source_without_pictures_is_an_error_with_a_record)
{
    struct fixture fixture;
    CHECK(fixture_init(&fixture));
    struct source_settings source = settings_for(&fixture);
    char empty[PATH_SIZE];
    struct error err;
    CHECK(path_join(empty, sizeof empty, fixture.root, "empty", &err));
    CHECK(folder_create(empty, true, &err));
    source.spec = empty;
    struct pipeline_result result;
    CHECK(!run(&fixture, &source, true, &result, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    static struct seen seen;
    seen.count = 0;
    CHECK(read_records(&fixture, &seen));
    CHECK_INT(count_type(&seen, "camera_error"), 1);
    CHECK_TEXT(seen.types[seen.count - 1], "shutdown");
    seen_finish(&seen);
    fixture_finish(&fixture);
}

int main(void)
{
    RUN(alarm_opens_and_closes_with_evidence);
    RUN(context_frames_are_really_before_and_after);
    RUN(two_replays_write_the_same_bytes);
    RUN(inference_thread_allocates_nothing_after_its_first_frame);
    RUN(a_replay_while_the_mode_is_off_is_a_usage_error);
    RUN(the_second_monitor_of_a_project_is_refused);
    RUN(a_detector_that_does_not_fit_ends_the_run);
    RUN(a_source_without_pictures_is_an_error_with_a_record);
    return check_report();
}
