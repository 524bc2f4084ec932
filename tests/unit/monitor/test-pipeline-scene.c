/* What a detector says of faulty pictures, busy times and changed scenes, through the whole
 * pipeline to the records and pictures: a folder of pictures whose red channel tells the stub in
 * the place of the network what to say. Runs under ThreadSanitizer too.
 */
#include "check.h"
#include "frame/image.h"
#include "monitor/pipeline.h"
#include "scratch.h"
#include "sink/journal.h"
#include "sink/message.h"
#include "sink/record_fields.h"

#include <stdlib.h>

enum { WIDTH = 32, HEIGHT = 24, MAP = 8 };

/* A letter is a frame, one a second: n normal, a anomalous, d dark, m moved, ~ busy and otherwise
 * anomalous, c normal and the scene has changed. The alarm opens at second 7, at the third a. */
static const char story[] = "nnnnnaaa"
                            "dddddddddddddddmmmmm" /* 8 to 27 */
                            "nnnnnnnnnn"
                            "~~~~~c"
                            "nnn";

struct stub {
    struct detector head;
    float input[3 * MAP * MAP], map[MAP * MAP];
};

static bool stub_observe(struct detector *detector, const struct frame *frame,
                         struct observation *ret_observation, struct error *err)
{
    (void)err;
    struct stub *stub = (struct stub *)detector;
    char kind = (char)frame->rgb[0];
    bool abnormal = kind == 'a' || kind == '~';
    *ret_observation =
        (struct observation){.score = abnormal ? 3 : 1,
                             .threshold = 2,
                             .score_triggered = abnormal,
                             .path = abnormal ? ALARM_PATH_STRONG : ALARM_PATH_NONE,
                             .busy = kind == '~',
                             .scene_changed = kind == 'c',
                             .camera_faults = kind == 'd'   ? 1u << CAMERA_FAULT_DARK
                                              : kind == 'm' ? 1u << CAMERA_FAULT_MOVED
                                                            : 0,
                             .box_count = abnormal,
                             .boxes = {{8, 8, 16, 12}},
                             .area_px = abnormal ? 192 : 0,
                             .area_fraction = abnormal ? 0.25 : 0,
                             .changed_box_count = kind == 'c',
                             .changed_boxes = {{4, 4, 8, 6}},
                             .maps = {MAP, MAP, stub->input, stub->input, stub->map, 1.0f}};
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
    stub->head = (struct detector){&stub_ops, MAP, MAP};
    return &stub->head;
}

static bool make_pictures(void)
{
    uint8_t rgb[3 * WIDTH * HEIGHT];
    bool good = folder_create(scratch("pictures"), true, NULL);
    for (size_t i = 0; story[i] && good; i++) {
        char name[64];
        memset(rgb, story[i], sizeof rgb);
        snprintf(name, sizeof name, "pictures/p%03zu.png", i);
        good = image_write_png(scratch(name), rgb, WIDTH, HEIGHT, NULL);
    }
    return good;
}

static struct project project;

static bool play(const char *name)
{
    struct error err;
    struct config *config = config_default(&err);
    struct source_settings source = {.spec = scratch("pictures"),
                                     .width = WIDTH,
                                     .height = HEIGHT,
                                     .fps = 10,
                                     .folder_period_ns = INT64_C(1000000000),
                                     .start_utc_ms = INT64_C(946684800000),
                                     .last_frame = INT64_MAX};
    struct pipeline_options options = {.config = config,
                                       .project = &project,
                                       .source = &source,
                                       .ignore_mode = true,
                                       .notify_replay = true,
                                       .quiet = true,
                                       .make_detector = make_stub,
                                       .startup_detail = "stub"};
    struct pipeline_result result;
    if (config)
        config->notify_slack_enabled = false;
    bool good = config && project_init(scratch(name), &err) &&
                project_resolve(scratch(name), config, &project, &err) &&
                pipeline_run(&options, &result, &err);
    if (!good)
        printf("%s\n", err.message);
    config_destroy(config);
    return good;
}

/* ---- what was recorded */

struct seen {
    char words[1024]; /* of records that are not routine, "open@7" */
    char states[128]; /* a letter for each frame_status: j, b(usy), - (blind) */
    int missing_pictures, camera_pictures;
    char lines[8][MESSAGE_LINE_MAX + 1]; /* of the messages about what people are told */
    int line_count;
};

static void add_word(struct seen *seen, const json_t *record)
{
    size_t used = strlen(seen->words);
    const char *type = record_text(record, "type"), *fault = record_text(record, "fault");
    int second = (int)(record_integer(record, "mono_ms") / 1000);
    snprintf(seen->words + used, sizeof seen->words - used, "%s%s%s%s%s@%d", used ? " " : "", type,
             *fault ? ":" : "", fault, record_bool(record, "notify") ? "!" : "", second);
}

static void add_message(struct seen *seen, const json_t *record)
{
    struct message message;
    if (!record_bool(record, "notify") || seen->line_count == 8 ||
        !message_from_record(record, "rig", &message, NULL))
        return;
    snprintf(seen->lines[seen->line_count++], sizeof seen->lines[0], "%s", message.line);
    message_finish(&message);
}

static void count_pictures(struct seen *seen, const json_t *record)
{
    size_t index;
    const json_t *path;
    json_array_foreach(json_object_get(record, "saved_paths"), index, path)
    {
        char whole[PATH_SIZE];
        bool there = path_join(whole, sizeof whole, project.root, json_string_value(path), NULL) &&
                     file_kind_of(whole) == FILE_REGULAR;
        seen->camera_pictures += strstr(json_string_value(path), "/anomaly_") != NULL;
        seen->missing_pictures += !there;
    }
}

static bool see(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct seen *seen = context;
    if (record_is(record, "frame_status")) {
        const char *state = record_text(record, "state");
        seen->states[strlen(seen->states)] = strcmp(state, "blind") == 0 ? '-' : state[0];
        return true;
    }
    if (record_is(record, "startup") || record_is(record, "startup_warning") ||
        record_is(record, "shutdown"))
        return true;
    add_word(seen, record);
    add_message(seen, record);
    count_pictures(seen, record);
    return true;
}

static struct seen seen;

TEST(what_is_not_judged_opens_and_closes_nothing)
{
    CHECK(make_pictures());
    CHECK(play("first"));
    memset(&seen, 0, sizeof seen);
    CHECK(journal_read(project.events_file, 0, see, &seen, NULL, NULL));
    /* The fault moved is told by nobody: it does not outlive darkness by ten seconds. The change of
     * the scene waits for the cooldown, and is told at the end. */
    CHECK_TEXT(seen.words, "anomaly_detected!@7 fault:camera_dark!@18 recovered:camera_dark!@28 "
                           "alarm_closed!@31 scene_changed@43 scene_changed!@46");
    CHECK_TEXT(seen.states, "jjjjjjjj---------------------jjjjjjjjjbbbbbjjjj");
    CHECK_INT(seen.camera_pictures, 2); /* of the opening, and of the change */
    CHECK_INT(seen.missing_pictures, 0);
}

TEST(people_read_what_happened)
{
    static const char *const lines[] = {
        "LEAK? rig: something new at 16,14 (25 % of the picture) since 00:00:07, score 1.5x "
        "threshold",
        "FAULT rig: camera dark: nothing is watched: it is too dark to see the scene; switch on a "
        "light, or uncover the lens, since 00:00:18",
        "OK: rig: camera dark is over after 20 s: it is bright enough again, and the scene is "
        "watched "
        "again",
        "Over: rig: the picture is normal again after 24 s; alarm since 00:00:07",
        "CHANGED rig: something is different at 8,7 (6.2 % of the picture) since 00:00:43; if it "
        "is "
        "no leak, there is nothing to do"};
    CHECK_INT(seen.line_count, sizeof lines / sizeof lines[0]);
    for (int i = 0; i < seen.line_count; i++)
        CHECK_TEXT(seen.lines[i], lines[i]);
}

TEST(a_replay_says_the_same_to_the_byte)
{
    struct buffer first = {0}, second = {0};
    CHECK(file_read(project.events_file, 1 << 20, &first, NULL));
    CHECK(play("second"));
    CHECK(file_read(project.events_file, 1 << 20, &second, NULL));
    bool same = first.size == second.size && memcmp(first.data, second.data, first.size) == 0;
    CHECK(first.size > 10000);
    buffer_finish(&first);
    buffer_finish(&second);
    CHECK(same);
}

int main(void)
{
    RUN(what_is_not_judged_opens_and_closes_nothing);
    RUN(people_read_what_happened);
    RUN(a_replay_says_the_same_to_the_byte);
    return check_report();
}
