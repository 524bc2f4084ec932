/* Video files that are cut, damaged, foreign or hostile: what can be used is used, the rest is
 * named, and nothing but the file itself is opened. */
#include "check.h"
#include "reading.h"
#include "scratch.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A copy of `path` cut to `size` bytes, or with `noise` bytes overwritten from `at`. */
static const char *spoil(const char *path, const char *name, size_t size, size_t at, size_t noise)
{
    const char *copy = scratch_path(name);
    size_t whole;
    unsigned char *data = scratch_read(path, &whole);
    for (size_t i = 0; i < noise && at + i < whole; i++)
        data[at + i] = (unsigned char)(i * 73 + 41);
    scratch_write(copy, data, size < whole ? size : whole);
    free(data);
    return copy;
}

static size_t size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (size_t)status.st_size : 0;
}

TEST(a_file_cut_in_the_middle_gives_what_there_was)
{
    static const struct {
        const char *container, *name;
        enum AVCodecID codec;
    } rows[] = {
        {"mp4", "whole.mp4", AV_CODEC_ID_MPEG4},
        {"mp4", "whole-jpeg.mp4", AV_CODEC_ID_MJPEG},
        {"avi", "whole.avi", AV_CODEC_ID_MJPEG},
        {"matroska", "whole.mkv", AV_CODEC_ID_MPEG4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct clip clip = base_clip;
        clip.container = rows[i].container;
        clip.codec = rows[i].codec;
        clip.index_first = clip.container[1] == 'p';
        const char *path = scratch_path(rows[i].name);
        clip_write(path, &clip);
        char name[64];
        snprintf(name, sizeof name, "cut-%s", rows[i].name);
        struct reading reading = read_all(spoil(path, name, size_of(path) * 6 / 10, 0, 0));
        CHECK(reading.opened);
        CHECK(reading.frames >= 5 && reading.frames < 30);
        CHECK_INT(reading.wrong, 0);
        CHECK_INT(reading.end, SOURCE_END);
        CHECK(reading.damaged >= 1);
        CHECK_CONTAINS(reading.reason.message, "cut off");
        CHECK_CONTAINS(reading.reason.message, name);
    }
}

TEST(noise_in_the_middle_is_passed_over_and_numbers_stay_right)
{
    struct clip clip = base_clip;
    clip.codec = AV_CODEC_ID_MJPEG;
    const char *path = scratch_path("clean.mp4");
    clip_write(path, &clip);
    struct reading reading = read_all(spoil(path, "noisy.mp4", SIZE_MAX, size_of(path) / 2, 400));
    CHECK(reading.frames >= 26 && reading.frames < 30);
    CHECK_INT(reading.wrong, 0);
    CHECK_INT(reading.last_number, 29);
    CHECK_INT(reading.damaged, 30 - reading.frames);
    CHECK_INT(reading.end, SOURCE_END);
    CHECK_CONTAINS(reading.reason.message, "damaged and passed over");
}

TEST(rubbish_after_the_end_does_no_harm)
{
    const char *path = scratch_path("short.mp4");
    clip_write(path, &base_clip);
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    unsigned char *longer = malloc(size + 5000);
    CHECK(longer != NULL);
    memcpy(longer, data, size);
    for (size_t i = 0; i < 5000; i++)
        longer[size + i] = (unsigned char)(i * 29 + 7);
    const char *long_path = scratch_path("long.mp4");
    scratch_write(long_path, longer, size + 5000);
    free(longer);
    free(data);
    struct reading reading = read_all(long_path);
    CHECK_INT(reading.frames, 30);
    CHECK_INT(reading.wrong, 0);
    CHECK_INT(reading.end, SOURCE_END);
}

TEST(a_truncated_jpeg_inside_a_video_is_passed_over)
{
    struct clip clip = base_clip;
    clip.container = "avi";
    clip.codec = AV_CODEC_ID_MJPEG;
    const char *path = scratch_path("jpegs.avi");
    clip_write(path, &clip);
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    int ends = 0;
    for (size_t i = 5000; i + 1 < size; i++) /* the 10th end-of-image marker */
        if (data[i] == 0xff && data[i + 1] == 0xd9 && ++ends == 10)
            data[i] = data[i + 1] = 0;
    CHECK(ends == 30);
    const char *bad = scratch_path("bad-jpegs.avi");
    scratch_write(bad, data, size);
    free(data);
    struct reading reading = read_all(bad);
    CHECK_INT(reading.frames, 29);
    CHECK_INT(reading.wrong, 0);
    CHECK_INT(reading.damaged, 1);
    CHECK_CONTAINS(reading.reason.message, "frame 9 is damaged");
}

TEST(a_change_of_size_ends_the_video_with_a_reason)
{
    struct clip clip = base_clip;
    clip.container = "mjpeg";
    clip.codec = AV_CODEC_ID_MJPEG;
    const char *small = scratch_path("small.mjpeg"), *large = scratch_path("large.mjpeg");
    clip_write(small, &clip);
    clip.width = 128;
    clip_write(large, &clip);
    size_t small_size, large_size;
    unsigned char *first = scratch_read(small, &small_size);
    unsigned char *second = scratch_read(large, &large_size);
    unsigned char *both = malloc(small_size + large_size);
    CHECK(both != NULL);
    memcpy(both, first, small_size);
    memcpy(both + small_size, second, large_size);
    const char *path = scratch_path("both.mjpeg");
    scratch_write(path, both, small_size + large_size);
    free(both);
    free(second);
    free(first);
    struct reading reading = read_all(path);
    CHECK_INT(reading.frames, 30);
    CHECK_INT(reading.end, SOURCE_LOST);
    CHECK_CONTAINS(reading.reason.message, "changes its size from 96x64 to 128x64 px at frame 30");
}

TEST(files_that_are_no_video_are_refused)
{
    static const struct {
        const char *name, *text, *part;
    } rows[] = {
        {"empty.mp4", "", "is empty"},
        {"text.mp4", "Dear diary, today the pump leaked.\n", "no video that can be read"},
        {"list.m3u8",
         "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:3.0,\nsecret.ts\n"
         "#EXT-X-ENDLIST\n",
         "no video that can be read"},
        {"list.mp4",
         "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:3.0,\nsecret.ts\n"
         "#EXT-X-ENDLIST\n",
         "no video that can be read"},
        {"list.ffconcat", "ffconcat version 1.0\nfile secret.ts\n", "no video that can be read"},
        {"stream.sdp",
         "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
         "a=rtpmap:96 H264/90000\n",
         "no video that can be read"},
        {"dash.mpd", "<?xml version=\"1.0\"?>\n<MPD><Period><AdaptationSet/></Period></MPD>\n",
         "no video that can be read"},
    };
    struct clip clip = base_clip;
    clip.container = "mpegts";
    clip_write(scratch_path("secret.ts"), &clip);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *path = scratch_path(rows[i].name);
        scratch_write_text(path, rows[i].text);
        struct reading reading = read_all(path);
        CHECK(!reading.opened);
        CHECK_INT(reading.reason.code, ERROR_FORMAT);
        CHECK_CONTAINS(reading.reason.message, rows[i].part);
        CHECK_CONTAINS(reading.reason.message, rows[i].name);
    }
}

TEST(names_that_look_like_protocols_are_only_names)
{
    static const char *const names[] = {"concat:secret.ts|secret.ts", "subfile,,start,0,end,9,,:x",
                                        "data:video/mp4;base64,AAAA", "pipe:0", "crypto:secret.ts"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct reading reading = read_all(names[i]);
        CHECK(!reading.opened);
        CHECK_INT(reading.reason.code, ERROR_INPUT);
        CHECK_CONTAINS(reading.reason.message, "there is no");
    }
}

TEST(a_single_picture_is_refused_with_a_hint)
{
    const char *path = scratch_path("single.jpg");
    scratch_write_jpeg(path, 32, 32, 100);
    struct reading reading = read_all(path);
    CHECK(!reading.opened);
    CHECK_CONTAINS(reading.reason.message, "name the folder that holds it");
}

TEST(pipes_are_refused_without_waiting)
{
    const char *path = scratch_path("pipe.mp4");
    CHECK(mkfifo(path, 0600) == 0);
    struct reading reading = read_all(path);
    CHECK(!reading.opened);
    CHECK_INT(reading.reason.code, ERROR_INPUT);
    CHECK_CONTAINS(reading.reason.message, "neither a video file nor a folder");
}

TEST(a_file_that_may_not_be_read_is_named)
{
    const char *path = scratch_path("locked.mp4");
    clip_write(path, &base_clip);
    bool is_root = geteuid() == 0;
    CHECK(chmod(path, 0) == 0);
    CHECK(!is_root || seteuid(65534) == 0);
    struct reading reading = read_all(path);
    CHECK(!is_root || seteuid(0) == 0);
    CHECK(!reading.opened);
    CHECK_INT(reading.reason.code, ERROR_INPUT);
    CHECK_CONTAINS(reading.reason.message, path);
    CHECK_CONTAINS(reading.reason.message, "Permission denied");
}

TEST(an_mp4_without_its_index_is_refused)
{
    const char *path = scratch_path("indexed.mp4");
    clip_write(path, &base_clip);
    struct reading reading = read_all(spoil(path, "no-index.mp4", size_of(path) / 2, 0, 0));
    CHECK(!reading.opened);
    CHECK_INT(reading.reason.code, ERROR_FORMAT);
    CHECK_CONTAINS(reading.reason.message, "cut off");
}

/* Replaces the 16-bit big-endian pair (a, b) wherever it stands. */
static int replace_pair(unsigned char *data, size_t size, int a, int b, int new_a, int new_b)
{
    int replaced = 0;
    for (size_t i = 0; i + 4 <= size; i++) {
        if (data[i] << 8 != (a & 0xff00) || data[i + 1] != (a & 0xff) ||
            data[i + 2] << 8 != (b & 0xff00) || data[i + 3] != (b & 0xff))
            continue;
        data[i] = (unsigned char)(new_a >> 8);
        data[i + 1] = (unsigned char)new_a;
        data[i + 2] = (unsigned char)(new_b >> 8);
        data[i + 3] = (unsigned char)new_b;
        replaced++;
    }
    return replaced;
}

TEST(a_picture_that_claims_to_be_huge_is_refused)
{
    struct clip clip = base_clip;
    clip.codec = AV_CODEC_ID_MJPEG;
    const char *path = scratch_path("honest.mp4");
    clip_write(path, &clip);
    static const int sizes[][2] = {{65500, 65500}, {16000, 8}, {8000, 8000}, {0, 0}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size;
        unsigned char *data = scratch_read(path, &size);
        /* In a JPEG height comes first, in an mp4 width. */
        CHECK(replace_pair(data, size, 64, 96, sizes[i][1], sizes[i][0]) >= 30);
        CHECK(replace_pair(data, size, 96, 64, sizes[i][0], sizes[i][1]) >= 1);
        const char *huge = scratch_path(i == 0 ? "h0.mp4" : i == 1 ? "h1.mp4" : "h2.mp4");
        scratch_write(huge, data, size);
        free(data);
        struct reading reading = read_all(huge);
        CHECK(!reading.opened);
        CHECK_INT(reading.reason.code, ERROR_FORMAT);
    }
}

TEST(a_codec_that_is_not_allowed_is_named)
{
    struct clip clip = base_clip;
    clip.container = "avi";
    clip.codec = AV_CODEC_ID_MPEG2VIDEO;
    clip.rate = (AVRational){25, 1};
    const char *path = scratch_path("mpeg2.avi");
    clip_write(path, &clip);
    struct reading reading = read_all(path);
    CHECK(!reading.opened);
    CHECK_INT(reading.reason.code, ERROR_FORMAT);
    CHECK_CONTAINS(reading.reason.message, "mpeg2video");
    CHECK_CONTAINS(reading.reason.message, "convert it to H.264");
}

/* Every byte of the header gets its turn: whatever it does, it ends, and pictures stay in bounds.
 */
TEST(a_damaged_header_never_does_harm)
{
    struct clip clip = base_clip;
    clip.index_first = true;
    clip.frames = 3;
    clip.width = clip.height = 32;
    const char *path = scratch_path("header.mp4"), *bad = scratch_path("bad-header.mp4");
    clip_write(path, &clip);
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    int opened = 0;
    for (size_t i = 0; i < size && i < 1000; i++) {
        unsigned char before = data[i];
        data[i] = (unsigned char)(before ^ (i % 3 == 0 ? 0xff : 0x81));
        scratch_write(bad, data, size);
        data[i] = before;
        struct reading reading = read_all(bad);
        opened += reading.opened;
        if (!reading.opened && reading.reason.code == ERROR_NONE) {
            free(data);
            CHECK_FAIL("byte %zu: refused without a reason", i);
        }
        if (reading.opened && !reading.times_rise) {
            free(data);
            CHECK_FAIL("byte %zu: time runs backwards", i);
        }
    }
    free(data);
    CHECK(opened > 100 && opened < 1000);
}

int main(void)
{
    scratch_create();
    RUN(a_file_cut_in_the_middle_gives_what_there_was);
    RUN(noise_in_the_middle_is_passed_over_and_numbers_stay_right);
    RUN(rubbish_after_the_end_does_no_harm);
    RUN(a_truncated_jpeg_inside_a_video_is_passed_over);
    RUN(a_change_of_size_ends_the_video_with_a_reason);
    RUN(files_that_are_no_video_are_refused);
    RUN(names_that_look_like_protocols_are_only_names);
    RUN(a_single_picture_is_refused_with_a_hint);
    RUN(pipes_are_refused_without_waiting);
    RUN(a_file_that_may_not_be_read_is_named);
    RUN(an_mp4_without_its_index_is_refused);
    RUN(a_picture_that_claims_to_be_huge_is_refused);
    RUN(a_codec_that_is_not_allowed_is_named);
    RUN(a_damaged_header_never_does_harm);
    scratch_remove();
    return check_report();
}
