/* What all sources share: dispatch by spec, masking, the interval gate, frame window, pacing. */
#include "camera/gate.h"
#include "camera/source.h"
#include "check.h"
#include "platform/clock.h"
#include "platform/signal.h"
#include "scratch.h"

static struct error err;
static const char *folder; /* with 30 small pictures */

static struct source_settings base_settings(void)
{
    return (struct source_settings){
        .spec = folder,
        .folder_period_ns = NS_PER_SECOND / 10,
        .last_frame = INT64_MAX,
    };
}

/* The numbers of the frames that come, as "0 1 2 ". */
static void read_numbers(const struct source_settings *settings, char *ret_text, size_t size)
{
    struct source *source = source_create(settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 16, 2, &err);
    struct source_info info;
    struct frame *frame;
    size_t used = 0;
    ret_text[0] = '\0';
    if (source && source_open(source, &info, &err)) {
        while (source_read(source, pool, INT64_MAX, &frame, &err) == SOURCE_FRAME) {
            used +=
                (size_t)snprintf(ret_text + used, size - used, "%lld ", (long long)frame->number);
            frame_release(frame);
        }
    }
    source_destroy(source);
    frame_pool_destroy(pool);
}

static int taken(struct gate *gate, const int64_t *times_ns, int count)
{
    int result = 0;
    for (int i = 0; i < count; i++) {
        if (gate_is_due(gate, times_ns[i])) {
            gate_take(gate, times_ns[i]);
            result++;
        }
    }
    return result;
}

TEST(gate_takes_all_at_interval_zero)
{
    struct gate gate;
    gate_init(&gate, 0, NS_PER_MS);
    int64_t times[] = {0, 1, 2, 2, 3};
    CHECK_INT(taken(&gate, times, 5), 5);
}

TEST(gate_takes_every_frame_whose_period_is_the_interval)
{
    struct gate gate;
    int64_t times[100];
    for (int i = 0; i < 100; i++) /* rounded to whole ms, as in Matroska: 33 67 100 133 … */
        times[i] = (i * 1000 + 15) / 30 * NS_PER_MS;
    gate_init(&gate, NS_PER_SECOND / 30, 2 * NS_PER_MS);
    CHECK_INT(taken(&gate, times, 100), 100);
}

TEST(gate_takes_one_frame_per_second_at_12_fps)
{
    struct gate gate;
    gate_init(&gate, NS_PER_SECOND, 2 * NS_PER_MS);
    for (int i = 0; i < 120; i++) {
        int64_t time_ns = i * NS_PER_SECOND / 12;
        CHECK_INT(gate_is_due(&gate, time_ns), i % 12 == 0);
        if (i % 12 == 0)
            gate_take(&gate, time_ns);
    }
}

TEST(gate_keeps_its_grid_after_late_frames)
{
    struct gate gate;
    gate_init(&gate, 100, 0);
    int64_t times[] = {50, 199, 249, 250, 349, 350, 980, 1049, 1050};
    /* 50, then 199 (due 150), 250, 350, 980 (due 450), 1050. */
    CHECK_INT(taken(&gate, times, 9), 6);
}

TEST(gate_tolerance_is_bounded_by_the_interval)
{
    struct gate gate;
    gate_init(&gate, 100, 1000);
    CHECK_INT(gate.tolerance_ns, 25);
    gate_take(&gate, 0);
    CHECK(!gate_is_due(&gate, 74));
    CHECK(gate_is_due(&gate, 75));
    gate_take(&gate, 75);
    CHECK(!gate_is_due(&gate, 100));
    CHECK(gate_is_due(&gate, 175));
}

TEST(every_frame_is_taken_at_interval_zero_and_at_the_period)
{
    struct source_settings settings = base_settings();
    char all[256], text[256];
    read_numbers(&settings, all, sizeof all);
    CHECK_CONTAINS(all, "0 1 2 3 4 5 ");
    CHECK_CONTAINS(all, " 28 29 ");
    settings.interval_ns = NS_PER_SECOND / 10;
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, all);
}

TEST(the_interval_picks_frames_by_media_time)
{
    struct source_settings settings = base_settings();
    settings.interval_ns = NS_PER_SECOND;
    char text[256];
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, "0 10 20 ");
}

TEST(the_window_is_inclusive_and_keeps_numbers)
{
    struct source_settings settings = base_settings();
    settings.first_frame = 7;
    settings.last_frame = 9;
    char text[256];
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, "7 8 9 ");
    settings.last_frame = 25;
    settings.interval_ns = NS_PER_SECOND;
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, "7 17 ");
    settings.first_frame = 29;
    settings.last_frame = 1000;
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, "29 ");
}

TEST(a_window_that_is_none_is_refused)
{
    struct source_settings settings = base_settings();
    settings.first_frame = 10;
    settings.last_frame = 9;
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "frames 10 to 9");
    settings.first_frame = -1;
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
}

TEST(negative_times_are_refused)
{
    struct source_settings settings = base_settings();
    settings.interval_ns = -1;
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
}

TEST(an_empty_spec_is_refused)
{
    struct source_settings settings = base_settings();
    settings.spec = "";
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
    settings.spec = NULL;
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
}

TEST(streams_are_refused_without_showing_the_password)
{
    static const char *const specs[] = {"rtsp://user:hush@10.0.0.7/live", "HTTP://user:hush@cam/",
                                        "https://cam/?pwd=hush", "file:///etc/passwd#hush"};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct source_settings settings = base_settings();
        settings.spec = specs[i];
        CHECK(source_create(&settings, &err) == NULL);
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK_CONTAINS(err.message, "streams are not supported yet");
        CHECK(i == 3 || !strstr(err.message, "hush"));
    }
}

TEST(devices_are_live_and_files_are_finite)
{
    static const struct {
        const char *spec;
        bool finite;
    } rows[] = {{"0", false},           {"63", false},
                {"/dev/video7", false}, {"clip.mp4", true},
                {"./0", true},          {"0.mp4", true},
                {"-1", true},           {".", true},
                {"/dev/shm", true},     {"/tmp", true},
                {"concat:a|b", true},   {"a:b", true},
                {"sim:drops", false},   {"sim:drops?duration=5", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct source_settings settings = base_settings();
        settings.spec = rows[i].spec;
        struct source *source = source_create(&settings, &err);
        CHECK(source != NULL);
        bool finite = source_is_finite(source);
        source_destroy(source);
        CHECK_INT(finite, rows[i].finite);
    }
}

TEST(what_does_not_exist_is_named_with_the_choices)
{
    struct source_settings settings = base_settings();
    settings.spec = scratch_path("missing.mp4");
    struct source *source = source_create(&settings, &err);
    CHECK(source != NULL);
    CHECK(source_is_finite(source));
    struct source_info info;
    CHECK(!source_open(source, &info, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "missing.mp4");
    CHECK_CONTAINS(err.message, "sim:SCENARIO");
    source_destroy(source);
}

TEST(passwords_are_masked)
{
    static const char *const rows[][2] = {
        {"rtsp://user:hush@10.0.0.7:554/live", "rtsp://user:***@10.0.0.7:554/live"},
        {"rtsp://user:hu@sh@host/x", "rtsp://user:***@host/x"},
        {"rtsp://user:hu/sh@host/x", "rtsp://user:***@host/x"},
        {"rtsp://user:@host/x", "rtsp://user:***@host/x"},
        {"rtsp://user:hu?sh@host/x", "rtsp://user:***"},
        {"rtsp://user@host/x", "rtsp://user@host/x"},
        {"rtsp://host:554/x", "rtsp://host:554/x"},
        {"http://cam/v?user=a&pwd=hush&w=3", "http://cam/v?user=a&pwd=***&w=3"},
        {"http://cam/v?loginPASS=hush", "http://cam/v?loginPASS=***"},
        {"http://cam:80/v?pwd=hu@sh", "http://cam:***"},
        {"http://cam/v?passive&x=1", "http://cam/v?passive&x=1"},
        {"clips/a:b@c.mp4", "clips/a:b@c.mp4"},
        {"0", "0"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        source_mask_spec(rows[i][0], text, sizeof text);
        CHECK_TEXT(text, rows[i][1]);
    }
}

TEST(masking_keeps_within_its_buffer)
{
    for (size_t size = 0; size < 40; size++) {
        char text[64];
        memset(text, '#', sizeof text);
        text[sizeof text - 1] = '\0';
        source_mask_spec("rtsp://user:hush@10.0.0.7/live", text, size);
        CHECK(size == 0 || strlen(text) < size);
        CHECK_INT(text[size], '#');
        CHECK(!strstr(text, "hu"));
    }
}

TEST(realtime_gives_frames_at_their_time)
{
    struct source_settings settings = base_settings();
    settings.realtime = true;
    settings.last_frame = 3;
    char text[64];
    int64_t start_ns = clock_monotonic_ns();
    read_numbers(&settings, text, sizeof text);
    CHECK_TEXT(text, "0 1 2 3 ");
    int64_t taken_ms = (clock_monotonic_ns() - start_ns) / NS_PER_MS;
    CHECK(taken_ms >= 299);
}

TEST(a_deadline_does_not_lose_a_frame)
{
    struct source_settings settings = base_settings();
    settings.realtime = true;
    settings.folder_period_ns = NS_PER_SECOND / 20;
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 16, 1, &err);
    struct source_info info;
    struct frame *frame;
    CHECK(source_open(source, &info, &err));
    int waits = 0;
    for (int64_t number = 0; number < 4;) {
        enum source_result result =
            source_read(source, pool, clock_monotonic_ns() + 10 * NS_PER_MS, &frame, &err);
        if (result == SOURCE_NONE) {
            CHECK_INT(err.code, ERROR_NONE);
            waits++;
            continue;
        }
        CHECK_INT(result, SOURCE_FRAME);
        CHECK_INT(frame->number, number++);
        frame_release(frame);
    }
    CHECK(waits >= 3);
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(in_real_time_a_frame_without_room_is_dropped_and_counted)
{
    struct source_settings settings = base_settings();
    settings.realtime = true;
    settings.folder_period_ns = NS_PER_MS;
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 16, 1, &err);
    struct source_info info;
    struct frame *frame, *none;
    CHECK(source_open(source, &info, &err));
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    CHECK_INT(source_read(source, pool, INT64_MAX, &none, &err), SOURCE_NONE);
    CHECK_INT(err.code, ERROR_NONE);
    CHECK_INT(source_counts(source).no_room, 1);
    frame_release(frame);
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    CHECK_INT(frame->number, 2);
    frame_release(frame);
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(a_simulation_without_end_is_live)
{
    struct source_settings settings = {.spec = "sim:normal?size=160x90"};
    struct source *source = source_create(&settings, &err);
    struct source_info info = {0};
    struct frame *frame;
    CHECK(source && source_open(source, &info, &err));
    CHECK(!info.finite);
    struct frame_pool *pool = frame_pool_create(info.width, info.height, 1, &err);
    int64_t before_ns = clock_monotonic_ns(), before_utc_ms = clock_wall_utc_ms();
    for (int number = 0; number < 3; number++) {
        CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
        CHECK_INT(frame->number, number);
        CHECK(frame->time_ns >= before_ns && frame->time_ns <= clock_monotonic_ns());
        CHECK_NEAR(frame->utc_ms - before_utc_ms, (frame->time_ns - before_ns) / NS_PER_MS, 100);
        before_ns = frame->time_ns + 1;
        before_utc_ms = frame->utc_ms;
        frame_release(frame);
    }
    CHECK_INT(source_read(source, pool, 0, &frame, &err), SOURCE_NONE); /* its time has not come */
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(a_pool_of_another_size_is_refused)
{
    struct source_settings settings = base_settings();
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 8, 1, &err);
    struct source_info info;
    struct frame *frame;
    CHECK(source_open(source, &info, &err));
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_LOST);
    CHECK_CONTAINS(err.message, "16x16 px where 16x8");
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(a_closed_pool_ends_the_waiting)
{
    struct source_settings settings = base_settings();
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 16, 1, &err);
    struct source_info info;
    struct frame *frame;
    CHECK(source_open(source, &info, &err));
    frame_pool_close(pool);
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_NONE);
    source_destroy(source);
    frame_pool_destroy(pool);
}

/* Last of all: the wish to stop cannot be taken back. */
TEST(the_wish_to_stop_ends_pacing)
{
    struct source_settings settings = base_settings();
    settings.realtime = true;
    settings.folder_period_ns = 3600 * NS_PER_SECOND;
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(16, 16, 1, &err);
    struct source_info info;
    struct frame *frame;
    CHECK(source_open(source, &info, &err));
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    frame_release(frame);
    stop_request();
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_NONE);
    source_destroy(source);
    frame_pool_destroy(pool);
}

static void fill_folder(void)
{
    folder = scratch_path("pictures");
    scratch_make_folder(folder);
    for (int i = 0; i < 30; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%02d.jpg", folder, i);
        scratch_write_jpeg(path, 16, 16, 8 * i);
    }
}

int main(void)
{
    scratch_create();
    fill_folder();
    RUN(gate_takes_all_at_interval_zero);
    RUN(gate_takes_every_frame_whose_period_is_the_interval);
    RUN(gate_takes_one_frame_per_second_at_12_fps);
    RUN(gate_keeps_its_grid_after_late_frames);
    RUN(gate_tolerance_is_bounded_by_the_interval);
    RUN(every_frame_is_taken_at_interval_zero_and_at_the_period);
    RUN(the_interval_picks_frames_by_media_time);
    RUN(the_window_is_inclusive_and_keeps_numbers);
    RUN(a_window_that_is_none_is_refused);
    RUN(negative_times_are_refused);
    RUN(an_empty_spec_is_refused);
    RUN(streams_are_refused_without_showing_the_password);
    RUN(devices_are_live_and_files_are_finite);
    RUN(what_does_not_exist_is_named_with_the_choices);
    RUN(passwords_are_masked);
    RUN(masking_keeps_within_its_buffer);
    RUN(realtime_gives_frames_at_their_time);
    RUN(a_deadline_does_not_lose_a_frame);
    RUN(in_real_time_a_frame_without_room_is_dropped_and_counted);
    RUN(a_simulation_without_end_is_live);
    RUN(a_pool_of_another_size_is_refused);
    RUN(a_closed_pool_ends_the_waiting);
    RUN(the_wish_to_stop_ends_pacing);
    scratch_remove();
    return check_report();
}
