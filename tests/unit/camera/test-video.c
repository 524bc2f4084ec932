/* Video files: containers, numbers, times, colours, determinism. */
#include "check.h"
#include "platform/clock.h"
#include "reading.h"
#include "scratch.h"

static struct error err;

static struct source *create(const char *path)
{
    struct source_settings settings = {.spec = path, .last_frame = INT64_MAX};
    return source_create(&settings, &err);
}

TEST(every_container_gives_all_frames_in_order)
{
    static const struct {
        const char *container, *name;
        enum AVCodecID codec;
    } rows[] = {
        {"mp4", "all.mp4", AV_CODEC_ID_MPEG4},       {"mov", "all.mov", AV_CODEC_ID_MJPEG},
        {"avi", "all.avi", AV_CODEC_ID_MJPEG},       {"matroska", "all.mkv", AV_CODEC_ID_MPEG4},
        {"mpegts", "all.ts", AV_CODEC_ID_MPEG4},     {"avi", "all-mpeg4.avi", AV_CODEC_ID_MPEG4},
        {"matroska", "jpeg.mkv", AV_CODEC_ID_MJPEG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct clip clip = base_clip;
        clip.container = rows[i].container;
        clip.codec = rows[i].codec;
        const char *path = scratch_path(rows[i].name);
        clip_write(path, &clip);
        struct reading reading = read_all(path);
        CHECK_TEXT(reading.reason.message, "");
        CHECK_INT(reading.frames, 30);
        CHECK_INT(reading.wrong, 0);
        CHECK_INT(reading.last_number, 29);
        CHECK_NEAR((double)reading.last_time_ns, 2.9e9, 1e6);
        CHECK(reading.times_rise);
        CHECK_INT(reading.end, SOURCE_END);
        CHECK_INT(reading.damaged, 0);
    }
}

TEST(a_raw_mjpeg_file_is_read)
{
    struct clip clip = base_clip;
    clip.container = "mjpeg";
    clip.codec = AV_CODEC_ID_MJPEG;
    const char *path = scratch_path("raw.mjpeg");
    clip_write(path, &clip);
    struct reading reading = read_all(path);
    CHECK_INT(reading.frames, 30);
    CHECK_INT(reading.wrong, 0);
    CHECK_INT(reading.damaged, 0);
}

/* As `cat *.jpg` makes it; libavformat takes it for a single picture. */
TEST(a_file_of_jpegs_with_jfif_headers_is_a_video)
{
    enum { PICTURES = 5 };
    const char *path = scratch_path("pictures.mjpeg");
    const char *picture = scratch_path("picture.jpg");
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    for (int i = 0; i < PICTURES; i++) {
        size_t size;
        scratch_write_jpeg(picture, 96, 64, 40 * i);
        unsigned char *contents = scratch_read(picture, &size);
        CHECK(size > 11 && memcmp(contents + 6, "JFIF", 4) == 0);
        CHECK(fwrite(contents, size, 1, file) == 1);
        free(contents);
    }
    CHECK(fclose(file) == 0);
    struct reading reading = read_all(path);
    CHECK_INT(reading.frames, PICTURES);
    CHECK_INT(reading.damaged, 0);
}

TEST(info_names_codec_and_size)
{
    const char *path = scratch_path("named.mp4");
    clip_write(path, &base_clip);
    struct reading reading = read_all(path);
    CHECK_TEXT(reading.info.name, "video named.mp4, mpeg4 96x64");
    CHECK_INT(reading.info.width, 96);
    CHECK_INT(reading.info.height, 64);
    CHECK_INT(reading.info.frame_count, 30);
    CHECK(reading.info.finite);
}

TEST(names_with_control_characters_or_broken_utf8_are_made_printable)
{
    const char *path = scratch_path("a\n\xc3\xa9\xff.mp4");
    clip_write(path, &base_clip);
    struct reading reading = read_all(path);
    CHECK_TEXT(reading.info.name, "video a?\xc3\xa9?.mp4, mpeg4 96x64");
}

TEST(colours_follow_range_and_matrix)
{
    struct clip clip = base_clip;
    const char *path = scratch_path("limited.mp4");
    clip_write(path, &clip);
    clip.codec = AV_CODEC_ID_MJPEG;
    clip.container = "avi";
    const char *full = scratch_path("full.avi");
    clip_write(full, &clip);
    const char *paths[] = {path, full};
    for (int i = 0; i < 2; i++) {
        struct source *source = create(paths[i]);
        struct frame_pool *pool = frame_pool_create(96, 64, 1, &err);
        struct source_info info;
        struct frame *frame;
        CHECK(source_open(source, &info, &err));
        for (int number = 0; number < 30; number++) {
            CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
            for (int channel = 0; channel < 3; channel++)
                CHECK_NEAR(frame->rgb[(4 * 96 + 4) * 3 + channel], clip_level(number), 2);
            frame_release(frame);
        }
        source_destroy(source);
        frame_pool_destroy(pool);
    }
}

TEST(two_readings_give_identical_bytes)
{
    const char *path = scratch_path("same.mp4");
    clip_write(path, &base_clip);
    struct reading first = read_all(path), second = read_all(path);
    CHECK_INT(first.frames, 30);
    CHECK(first.hash == second.hash);
}

TEST(opening_again_gives_the_same_video_again)
{
    const char *path = scratch_path("reopened.mp4");
    clip_write(path, &base_clip);
    struct source *source = create(path);
    struct frame_pool *pool = frame_pool_create(96, 64, 1, &err);
    for (int i = 0; i < 3; i++) {
        struct source_info info;
        struct frame *frame;
        CHECK(source_open(source, &info, &err));
        for (int number = 0; number < 5; number++) {
            CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
            CHECK_INT(frame->number, number);
            CHECK_INT(frame->time_ns, number * NS_PER_SECOND / 10);
            frame_release(frame);
        }
        source_close(source);
    }
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(interval_and_window_choose_by_media_time)
{
    const char *path = scratch_path("chosen.mp4");
    struct clip clip = base_clip;
    clip.rate = (AVRational){12, 1};
    clip_write(path, &clip);
    struct source_settings settings = {.spec = path,
                                       .interval_ns = NS_PER_SECOND,
                                       .first_frame = 5,
                                       .last_frame = 29,
                                       .start_utc_ms = 1000};
    struct reading reading = read_settings(&settings);
    CHECK_INT(reading.frames, 3); /* 5, 17, 29 */
    CHECK_INT(reading.last_number, 29);
    CHECK_INT(reading.wrong, 0);
    settings.interval_ns = NS_PER_SECOND / 12;
    settings.first_frame = 0;
    CHECK_INT(read_settings(&settings).frames, 30);
}

TEST(odd_sizes_stay_within_the_frame)
{
    static const int sizes[][2] = {{50, 38}, {98, 34}, {18, 18}, {34, 66}, {17, 19}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct clip clip = base_clip;
        clip.container = "avi";
        clip.codec = AV_CODEC_ID_MJPEG;
        clip.width = sizes[i][0];
        clip.height = sizes[i][1];
        clip.frames = 3;
        char name[32];
        snprintf(name, sizeof name, "odd%zu.avi", i);
        const char *path = scratch_path(name);
        clip_write(path, &clip);
        struct reading reading = read_all(path);
        CHECK_INT(reading.info.width, sizes[i][0]);
        CHECK_INT(reading.info.height, sizes[i][1]);
        CHECK_INT(reading.frames, 3);
        CHECK_INT(reading.wrong, 0);
    }
}

TEST(a_pause_in_the_stamps_is_kept)
{
    int64_t pts[30];
    for (int i = 0; i < 30; i++)
        pts[i] = i < 10 ? i : i + 50;
    struct clip clip = base_clip;
    clip.container = "matroska";
    clip.pts = pts;
    const char *path = scratch_path("pause.mkv");
    clip_write(path, &clip);
    struct reading reading = read_all(path);
    CHECK_INT(reading.frames, 30);
    CHECK(reading.times_rise);
    CHECK_NEAR((double)reading.last_time_ns, 7.9e9, 1e6);
}

int main(void)
{
    scratch_create();
    RUN(every_container_gives_all_frames_in_order);
    RUN(a_raw_mjpeg_file_is_read);
    RUN(a_file_of_jpegs_with_jfif_headers_is_a_video);
    RUN(info_names_codec_and_size);
    RUN(names_with_control_characters_or_broken_utf8_are_made_printable);
    RUN(colours_follow_range_and_matrix);
    RUN(two_readings_give_identical_bytes);
    RUN(opening_again_gives_the_same_video_again);
    RUN(interval_and_window_choose_by_media_time);
    RUN(odd_sizes_stay_within_the_frame);
    RUN(a_pause_in_the_stamps_is_kept);
    scratch_remove();
    return check_report();
}
