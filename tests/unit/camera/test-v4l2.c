/* The V4L2 camera above a fake kernel: each row of what real cameras were seen to do. */
#include "camera/source.h"
#include "check.h"
#include "fake_kernel.h"
#include "frame/image.h"
#include "platform/clock.h"
#include "scratch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

static struct error err;
static struct buffer jpeg;      /* a picture of 64x48 px, grey level 90 */
static struct buffer wide_jpeg; /* of 80x48 px */
static uint8_t yuyv[64 * 48 * 2];
static const char *class_folder;

static struct source *source;
static struct frame_pool *pool;
static struct source_info info;

static struct source *create(const char *spec)
{
    struct source_settings settings = {
        .spec = spec, .width = 64, .height = 48, .fps = 30.0, .last_frame = 0};
    return source_create(&settings, &err);
}

static bool open_camera(void)
{
    return source_open(source, &info, &err);
}

static void set_up(void)
{
    fake_kernel_reset(class_folder);
    info = (struct source_info){0};
    err = (struct error){.code = ERROR_NONE};
    source = create("2");
    pool = frame_pool_create(64, 48, 2, NULL);
}

static void tear_down(void)
{
    source_destroy(source);
    frame_pool_destroy(pool);
}

/* Reads one frame and puts it back; the frame's number is in `ret_number`. */
static enum source_result read_one(int64_t wait_ms, int64_t *ret_number)
{
    struct frame *frame = NULL;
    enum source_result result =
        source_read(source, pool, fake_kernel.now_ns + wait_ms * NS_PER_MS, &frame, &err);
    if (result == SOURCE_FRAME) {
        *ret_number = frame->number;
        frame_release(frame);
    }
    return result;
}

static void arrive_jpeg(void)
{
    fake_arrive(jpeg.data, jpeg.size);
}

TEST(mjpeg_is_preferred_at_the_wanted_size)
{
    CHECK(!source_is_finite(source));
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_MJPEG);
    CHECK_INT(info.width, 64);
    CHECK_INT(info.height, 48);
    CHECK(!info.finite);
    CHECK_INT(info.frame_count, -1);
    CHECK_TEXT(info.name, "camera /dev/video2, Fake Cam, MJPEG 64x48");
}

TEST(yuyv_is_taken_when_only_it_has_the_wanted_size)
{
    fake_kernel.formats[1].width = 32;
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_YUYV);
    CHECK_INT(info.width, 64);
}

TEST(a_replaced_size_is_noticed_and_named)
{
    fake_kernel.formats[0].width = fake_kernel.formats[1].width = 32;
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_MJPEG);
    CHECK_INT(info.width, 32);
    CHECK_CONTAINS(info.name, "MJPEG 32x48 (wanted 64x48)");
    arrive_jpeg();
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    CHECK_CONTAINS(err.message, "32x48 px where 64x48");
}

TEST(a_replaced_format_is_refused)
{
    fake_kernel.forced_pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "only MJPEG and YUYV");
}

TEST(a_camera_without_a_usable_format_is_refused)
{
    fake_kernel.formats[0].pixel_format = fake_kernel.formats[1].pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "neither MJPEG nor YUYV");
}

TEST(impossible_sizes_and_rows_are_refused)
{
    fake_kernel.formats[1].width = 100000;
    fake_kernel.format_count = 2;
    fake_kernel.formats[0].pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "100000x48");
    fake_kernel.formats[1].width = 0xffffffffu;
    CHECK(!open_camera());
    fake_kernel.formats[1].width = 0;
    CHECK(!open_camera());
    fake_kernel.formats[0].pixel_format = V4L2_PIX_FMT_YUYV;
    fake_kernel.format_count = 1;
    fake_kernel.forced_row_bytes = 100;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "rows of 100 bytes");
    fake_kernel.forced_row_bytes = 200; /* longer than sizeimage allows */
    CHECK(!open_camera());
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(buffers_that_are_too_small_or_too_few_are_refused)
{
    fake_kernel.format_count = 1; /* YUYV */
    fake_kernel.buffer_bytes = 64 * 48 * 2 - 1;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "6143 bytes");
    fake_kernel.buffer_bytes = FAKE_BUFFER_BYTES;
    fake_kernel.buffer_count = 1;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "1 picture buffers");
    fake_kernel.buffer_count = 4;
    fake_kernel.map_errno = ENOMEM;
    CHECK(!open_camera());
    CHECK_INT(fake_kernel.open_count, 0);
    CHECK_INT(fake_kernel.map_count, 0);
}

TEST(a_metadata_node_is_refused_by_its_capability)
{
    fake_kernel.device_capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    CHECK(!open_camera());
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "carries no pictures");
    CHECK_CONTAINS(err.message, "cameras present: 0 (HD Webcam), 2 (Microscope)");
}

TEST(what_is_no_camera_is_refused)
{
    fake_kernel.failing_request = VIDIOC_QUERYCAP;
    fake_kernel.failing_errno = ENOTTY;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "this is no camera");
    fake_kernel.failing_request = 0;
    fake_kernel.device_capabilities = V4L2_CAP_VIDEO_CAPTURE;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "cannot stream");
}

TEST(a_missing_camera_is_named_with_those_present)
{
    fake_kernel.open_errno = ENOENT;
    CHECK(!open_camera());
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "/dev/video2: no such camera");
    CHECK_CONTAINS(err.message, "cameras present: 0 (HD Webcam), 2 (Microscope)");
    CHECK(!strstr(err.message, "Metadata"));
    fake_kernel_reset(scratch_path("nowhere"));
    fake_kernel.open_errno = ENODEV;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "no camera is connected");
}

TEST(a_camera_in_use_is_named_at_every_step)
{
    static const unsigned long requests[] = {VIDIOC_S_FMT, VIDIOC_REQBUFS, VIDIOC_STREAMON};
    fake_kernel.open_errno = EBUSY;
    CHECK(!open_camera());
    CHECK_INT(err.code, ERROR_BUSY);
    fake_kernel.open_errno = 0;
    for (int i = 0; i < 3; i++) {
        fake_kernel.failing_request = requests[i];
        fake_kernel.failing_errno = EBUSY;
        CHECK(!open_camera());
        CHECK_INT(err.code, ERROR_BUSY);
        CHECK_CONTAINS(err.message, "in use by another program");
        CHECK(error_is_transient(err.code));
        CHECK_INT(fake_kernel.open_count, 0);
        CHECK_INT(fake_kernel.map_count, 0);
    }
}

TEST(a_camera_that_is_not_allowed_names_the_group)
{
    fake_kernel.open_errno = EACCES;
    CHECK(!open_camera());
    CHECK_CONTAINS(err.message, "join group video");
}

TEST(too_little_usb_bandwidth_is_named)
{
    fake_kernel.failing_request = VIDIOC_STREAMON;
    fake_kernel.failing_errno = ENOSPC;
    CHECK(!open_camera());
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "bandwidth");
}

TEST(mjpeg_pictures_are_decoded)
{
    CHECK(open_camera());
    arrive_jpeg();
    fake_kernel.arrivals[0].time_ns = fake_kernel.now_ns - 7 * NS_PER_MS;
    struct frame *frame;
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    CHECK_INT(frame->number, 0);
    CHECK_INT(frame->time_ns, fake_kernel.now_ns - 7 * NS_PER_MS);
    for (int i = 0; i < 64 * 48 * 3; i++)
        CHECK_NEAR(frame->rgb[i], 90, 1);
    frame_release(frame);
}

TEST(yuyv_pictures_are_converted)
{
    fake_kernel.format_count = 1;
    CHECK(open_camera());
    fake_arrive(yuyv, sizeof yuyv);
    struct frame *frame;
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    for (int i = 0; i < 64 * 48 * 3; i++)
        CHECK_NEAR(frame->rgb[i], 128, 2); /* luma 126 of 16..235 */
    frame_release(frame);
}

TEST(zero_padding_after_a_jpeg_is_ignored)
{
    uint8_t padded[FAKE_BUFFER_BYTES] = {0};
    CHECK(jpeg.size + 1000 < sizeof padded);
    memcpy(padded, jpeg.data, jpeg.size);
    CHECK(open_camera());
    fake_arrive(padded, jpeg.size + 1000);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
}

TEST(truncated_jpegs_are_dropped_and_counted)
{
    CHECK(open_camera());
    int64_t number = -1;
    for (size_t size = jpeg.size - 1; size > jpeg.size - 4; size--) {
        fake_arrive(jpeg.data, size);
        CHECK_INT(read_one(100, &number), SOURCE_NONE);
        CHECK_CONTAINS(err.message, "cut off");
    }
    fake_arrive(jpeg.data, jpeg.size / 2);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(source).damaged, 4);
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 4);
    CHECK_INT(source_counts(source).skipped, 0);
}

TEST(rubbish_with_the_marks_of_a_jpeg_is_dropped)
{
    uint8_t rubbish[500];
    for (int i = 0; i < 500; i++)
        rubbish[i] = (uint8_t)(i * 37 + 11);
    rubbish[0] = rubbish[498] = 0xff;
    rubbish[1] = 0xd8;
    rubbish[499] = 0xd9;
    CHECK(open_camera());
    fake_arrive(rubbish, sizeof rubbish);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(err.code, ERROR_DEVICE);
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(source_counts(source).damaged, 1);
}

TEST(a_jpeg_of_another_size_is_dropped_and_named)
{
    CHECK(open_camera());
    fake_arrive(wide_jpeg.data, wide_jpeg.size);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_CONTAINS(err.message, "80x48 px where 64x48 were agreed");
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
}

TEST(pictures_that_the_driver_marks_are_dropped)
{
    CHECK(open_camera());
    int64_t number;
    fake_arrive(jpeg.data, jpeg.size)->flags |= V4L2_BUF_FLAG_ERROR;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_CONTAINS(err.message, "damaged picture");
    fake_arrive(NULL, 0);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(source).damaged, 2);
    for (int i = 0; i < FAKE_BUFFERS; i++)
        CHECK(fake_kernel.queued[i]);
}

TEST(short_yuyv_pictures_are_dropped)
{
    fake_kernel.format_count = 1;
    CHECK(open_camera());
    fake_arrive(yuyv, sizeof yuyv - 2);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(source).damaged, 1);
}

TEST(the_newest_picture_wins_and_the_others_go_back)
{
    CHECK(open_camera());
    for (int i = 0; i < 3; i++)
        arrive_jpeg();
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 2);
    arrive_jpeg();
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 4);
    CHECK_INT(source_counts(source).skipped, 0);
    CHECK_INT(fake_kernel.arrival_count, 0);
    for (int i = 0; i < FAKE_BUFFERS; i++)
        CHECK(fake_kernel.queued[i]);
}

TEST(gaps_in_the_sequence_are_counted)
{
    CHECK(open_camera());
    int64_t number;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    fake_arrive(jpeg.data, jpeg.size)->sequence = 5;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 5);
    CHECK_INT(source_counts(source).skipped, 4);
    fake_arrive(jpeg.data, jpeg.size)->sequence = 2; /* the driver starts anew */
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 6);
    CHECK_INT(source_counts(source).skipped, 4);
}

TEST(stamps_of_another_clock_are_replaced)
{
    CHECK(open_camera());
    int64_t last_ns = 0;
    for (int i = 0; i < 4; i++) {
        fake_kernel.now_ns += NS_PER_SECOND / 30;
        struct fake_arrival *arrival = fake_arrive(jpeg.data, jpeg.size);
        if (i == 0)
            arrival->time_ns = fake_kernel.now_ns + NS_PER_SECOND; /* from the future */
        if (i == 1)
            arrival->time_ns = 5; /* since another start */
        if (i == 2)
            arrival->flags = 0; /* unknown clock */
        struct frame *frame;
        CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
        int64_t time_ns = frame->time_ns;
        frame_release(frame);
        CHECK_NEAR(time_ns - fake_kernel.now_ns, 0, 1000); /* drivers count microseconds */
        CHECK(time_ns > last_ns);
        last_ns = time_ns;
    }
}

TEST(time_always_rises)
{
    CHECK(open_camera());
    int64_t stamp_ns = fake_kernel.now_ns - NS_PER_MS;
    struct frame *frame;
    fake_arrive(jpeg.data, jpeg.size)->time_ns = stamp_ns;
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    frame_release(frame);
    fake_arrive(jpeg.data, jpeg.size)->time_ns = stamp_ns;
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
    CHECK_INT(frame->time_ns, stamp_ns + 1);
    frame_release(frame);
}

TEST(unplugging_is_named)
{
    CHECK(open_camera());
    arrive_jpeg();
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    fake_kernel.wait_events = POLLERR | POLLHUP;
    fake_arrive(NULL, 0)->dequeue_errno = ENODEV;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "was unplugged");
    fake_kernel.failing_request = VIDIOC_STREAMOFF;
    fake_kernel.failing_errno = ENODEV;
    source_close(source);
    source_close(source);
    CHECK_INT(fake_kernel.open_count, 0);
    CHECK_INT(fake_kernel.map_count, 0);
}

TEST(any_error_but_eagain_loses_the_camera)
{
    static const int reasons[] = {EINVAL, EIO, EPIPE, ENXIO};
    for (int i = 0; i < 4; i++) {
        CHECK(open_camera());
        fake_arrive(NULL, 0)->dequeue_errno = reasons[i];
        int64_t number;
        CHECK_INT(read_one(100, &number), SOURCE_LOST);
        CHECK_CONTAINS(err.message, "/dev/video2 (Fake Cam)");
        source_close(source);
    }
    CHECK(open_camera());
    fake_kernel.wait_events = POLLERR; /* and the queue is empty */
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    fake_kernel.wait_events = 0;
    source_close(source);
    CHECK(open_camera());
    fake_kernel.wait_errno = ENOMEM;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
}

TEST(eagain_and_eintr_are_no_errors)
{
    CHECK(open_camera());
    int64_t number;
    fake_arrive(NULL, 0)->dequeue_errno = EAGAIN;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(err.code, ERROR_NONE);
    fake_kernel.wait_errno = EINTR;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
}

TEST(a_stall_is_none_at_the_deadline_and_lost_after_two_seconds)
{
    CHECK(open_camera());
    int64_t number, start_ns;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    start_ns = fake_kernel.now_ns;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(read_one(500, &number), SOURCE_NONE);
        CHECK_INT(err.code, ERROR_NONE);
        CHECK_INT(fake_kernel.now_ns - start_ns, (i + 1) * 500 * NS_PER_MS);
    }
    CHECK_INT(read_one(5000, &number), SOURCE_LOST);
    CHECK_CONTAINS(err.message, "no frame for 2 s");
    CHECK_INT(fake_kernel.now_ns - start_ns, 2 * NS_PER_SECOND);
}

TEST(the_first_picture_may_take_five_seconds)
{
    CHECK(open_camera());
    int64_t number, start_ns = fake_kernel.now_ns;
    CHECK_INT(read_one(60000, &number), SOURCE_LOST);
    CHECK_CONTAINS(err.message, "no frame for 5 s");
    CHECK_INT(fake_kernel.now_ns - start_ns, 5 * NS_PER_SECOND);
}

TEST(a_slow_camera_gets_three_periods)
{
    fake_kernel.period = (struct v4l2_fract){10, 1};
    CHECK(open_camera());
    int64_t number;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(read_one(29000, &number), SOURCE_NONE);
    CHECK_INT(read_one(29000, &number), SOURCE_LOST);
    CHECK_CONTAINS(err.message, "no frame for 30 s");
}

TEST(opening_again_after_a_loss_goes_on_counting)
{
    CHECK(open_camera());
    int64_t number;
    arrive_jpeg();
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    fake_arrive(jpeg.data, jpeg.size / 2);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    fake_arrive(NULL, 0)->dequeue_errno = ENODEV;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    source_close(source);
    fake_kernel_reset(class_folder);
    fake_kernel.now_ns += 60 * NS_PER_SECOND;
    CHECK(open_camera());
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 3);
    CHECK_INT(source_counts(source).damaged, 1);
}

TEST(without_room_a_picture_is_dropped_and_its_buffer_goes_back)
{
    CHECK(open_camera());
    struct frame *first, *second, *none;
    arrive_jpeg();
    CHECK_INT(source_read(source, pool, INT64_MAX, &first, &err), SOURCE_FRAME);
    arrive_jpeg();
    CHECK_INT(source_read(source, pool, INT64_MAX, &second, &err), SOURCE_FRAME);
    for (int i = 0; i < 6; i++) {
        arrive_jpeg();
        CHECK_INT(source_read(source, pool, INT64_MAX, &none, &err), SOURCE_NONE);
    }
    CHECK_INT(source_counts(source).no_room, 6);
    frame_release(first);
    frame_release(second);
    int64_t number;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 8);
}

TEST(pictures_that_are_not_due_are_given_back)
{
    source_destroy(source);
    struct source_settings settings = {.spec = "/dev/video2",
                                       .width = 64,
                                       .height = 48,
                                       .fps = 30.0,
                                       .interval_ns = NS_PER_SECOND};
    source = source_create(&settings, &err);
    CHECK(open_camera());
    int frames = 0;
    for (int i = 0; i < 65; i++) {
        int64_t number;
        arrive_jpeg();
        frames += read_one(0, &number) == SOURCE_FRAME;
        fake_kernel.now_ns += NS_PER_SECOND / 30;
    }
    CHECK_INT(frames, 3);
}

TEST(every_call_may_fail_and_nothing_leaks)
{
    int failures = 0;
    for (int n = 1; n < 200; n++) {
        fake_kernel_reset(class_folder);
        fake_kernel.fail_at_call = n;
        err.code = ERROR_NONE;
        bool failed = !open_camera();
        for (int i = 0; i < 2 && !failed; i++) {
            int64_t number;
            arrive_jpeg();
            arrive_jpeg();
            failed = read_one(100, &number) == SOURCE_LOST;
        }
        source_close(source);
        CHECK_INT(fake_kernel.open_count, 0);
        CHECK_INT(fake_kernel.map_count, 0);
        CHECK(!failed || err.code != ERROR_NONE);
        failures += failed;
        if (fake_kernel.calls < n)
            break;
    }
    CHECK(failures >= 20);
}

TEST(camera_numbers_and_names_are_checked)
{
    static const char *const specs[] = {"64", "99999999999999999999"};
    for (int i = 0; i < 2; i++) {
        CHECK(create(specs[i]) == NULL);
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK_CONTAINS(err.message, "0 to 63");
    }
    char name[200] = "/dev/";
    memset(name + 5, 'x', 150);
    CHECK(create(name) == NULL);
    CHECK_CONTAINS(err.message, "too long");
}

/* With the real kernel: whatever this machine has at these names, none is a camera. */
TEST(real_files_that_are_no_cameras_are_refused)
{
    static const char *const specs[] = {"/dev/null", "/dev/zero", "/dev/video63"};
    v4l2_calls = &v4l2_kernel_calls;
    for (int i = 0; i < 3; i++) {
        struct source *other = create(specs[i]);
        CHECK(other != NULL);
        CHECK(!source_is_finite(other));
        bool opened = source_open(other, &info, &err);
        source_destroy(other);
        CHECK(!opened);
        CHECK_INT(err.code, ERROR_DEVICE);
        CHECK_CONTAINS(err.message, specs[i]);
    }
}

static void make_class_folder(void)
{
    static const char *const nodes[][3] = {{"video0", "0\n", "HD Webcam\n"},
                                           {"video1", "1\n", "HD Webcam Metadata\n"},
                                           {"video2", "0\n", "Microscope\n"},
                                           {"vbi0", "0\n", "no camera\n"}};
    class_folder = scratch_path("class");
    scratch_make_folder(class_folder);
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", class_folder, nodes[i][0]);
        scratch_make_folder(path);
        snprintf(path, sizeof path, "%s/%s/index", class_folder, nodes[i][0]);
        scratch_write_text(path, nodes[i][1]);
        snprintf(path, sizeof path, "%s/%s/name", class_folder, nodes[i][0]);
        scratch_write_text(path, nodes[i][2]);
    }
}

static bool make_pictures(void)
{
    static uint8_t rgb[80 * 48 * 3];
    memset(rgb, 90, sizeof rgb);
    for (size_t i = 0; i < sizeof yuyv; i += 2) {
        yuyv[i] = 126;
        yuyv[i + 1] = 128;
    }
    return image_encode_jpeg(rgb, 64, 48, 95, &jpeg, &err) &&
           image_encode_jpeg(rgb, 80, 48, 95, &wide_jpeg, &err);
}

#define RUN_WITH_CAMERA(name)                                                                      \
    do {                                                                                           \
        set_up();                                                                                  \
        RUN(name);                                                                                 \
        tear_down();                                                                               \
    } while (0)

static void run_opening(void)
{
    RUN_WITH_CAMERA(mjpeg_is_preferred_at_the_wanted_size);
    RUN_WITH_CAMERA(yuyv_is_taken_when_only_it_has_the_wanted_size);
    RUN_WITH_CAMERA(a_replaced_size_is_noticed_and_named);
    RUN_WITH_CAMERA(a_replaced_format_is_refused);
    RUN_WITH_CAMERA(a_camera_without_a_usable_format_is_refused);
    RUN_WITH_CAMERA(impossible_sizes_and_rows_are_refused);
    RUN_WITH_CAMERA(buffers_that_are_too_small_or_too_few_are_refused);
    RUN_WITH_CAMERA(a_metadata_node_is_refused_by_its_capability);
    RUN_WITH_CAMERA(what_is_no_camera_is_refused);
    RUN_WITH_CAMERA(a_missing_camera_is_named_with_those_present);
    RUN_WITH_CAMERA(a_camera_in_use_is_named_at_every_step);
    RUN_WITH_CAMERA(a_camera_that_is_not_allowed_names_the_group);
    RUN_WITH_CAMERA(too_little_usb_bandwidth_is_named);
    RUN_WITH_CAMERA(camera_numbers_and_names_are_checked);
}

static void run_reading(void)
{
    RUN_WITH_CAMERA(mjpeg_pictures_are_decoded);
    RUN_WITH_CAMERA(yuyv_pictures_are_converted);
    RUN_WITH_CAMERA(zero_padding_after_a_jpeg_is_ignored);
    RUN_WITH_CAMERA(truncated_jpegs_are_dropped_and_counted);
    RUN_WITH_CAMERA(rubbish_with_the_marks_of_a_jpeg_is_dropped);
    RUN_WITH_CAMERA(a_jpeg_of_another_size_is_dropped_and_named);
    RUN_WITH_CAMERA(pictures_that_the_driver_marks_are_dropped);
    RUN_WITH_CAMERA(short_yuyv_pictures_are_dropped);
    RUN_WITH_CAMERA(the_newest_picture_wins_and_the_others_go_back);
    RUN_WITH_CAMERA(gaps_in_the_sequence_are_counted);
    RUN_WITH_CAMERA(stamps_of_another_clock_are_replaced);
    RUN_WITH_CAMERA(time_always_rises);
    RUN_WITH_CAMERA(without_room_a_picture_is_dropped_and_its_buffer_goes_back);
    RUN_WITH_CAMERA(pictures_that_are_not_due_are_given_back);
}

static void run_losing(void)
{
    RUN_WITH_CAMERA(unplugging_is_named);
    RUN_WITH_CAMERA(any_error_but_eagain_loses_the_camera);
    RUN_WITH_CAMERA(eagain_and_eintr_are_no_errors);
    RUN_WITH_CAMERA(a_stall_is_none_at_the_deadline_and_lost_after_two_seconds);
    RUN_WITH_CAMERA(the_first_picture_may_take_five_seconds);
    RUN_WITH_CAMERA(a_slow_camera_gets_three_periods);
    RUN_WITH_CAMERA(opening_again_after_a_loss_goes_on_counting);
    RUN_WITH_CAMERA(every_call_may_fail_and_nothing_leaks);
    RUN_WITH_CAMERA(real_files_that_are_no_cameras_are_refused);
}

int main(void)
{
    scratch_create();
    make_class_folder();
    if (!make_pictures())
        return 1;
    run_opening();
    run_reading();
    run_losing();
    buffer_finish(&jpeg);
    buffer_finish(&wide_jpeg);
    scratch_remove();
    return check_report();
}
