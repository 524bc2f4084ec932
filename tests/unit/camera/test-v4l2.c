/* Reading a V4L2 camera above a fake kernel: each row of what real cameras were seen to do. */
#include "camera_bench.h"
#include "check.h"
#include "platform/clock.h"
#include "scratch.h"

#include <errno.h>
#include <poll.h>

TEST(mjpeg_pictures_are_decoded)
{
    CHECK(open_camera());
    arrive_jpeg();
    fake_kernel.arrivals[0].time_ns = fake_kernel.now_ns - 7 * NS_PER_MS;
    struct frame *frame;
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &frame, &bench.err), SOURCE_FRAME);
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
    fake_arrive(pictures.yuyv, sizeof pictures.yuyv);
    struct frame *frame;
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &frame, &bench.err), SOURCE_FRAME);
    for (int i = 0; i < 64 * 48 * 3; i++)
        CHECK_NEAR(frame->rgb[i], 128, 2); /* luma 126 of 16..235 */
    frame_release(frame);
}

TEST(zero_padding_after_a_jpeg_is_ignored)
{
    uint8_t padded[FAKE_BUFFER_BYTES] = {0};
    CHECK(pictures.jpeg.size + 1000 < sizeof padded);
    memcpy(padded, pictures.jpeg.data, pictures.jpeg.size);
    CHECK(open_camera());
    fake_arrive(padded, pictures.jpeg.size + 1000);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
}

TEST(truncated_jpegs_are_dropped_and_counted)
{
    CHECK(open_camera());
    int64_t number = -1;
    for (size_t size = pictures.jpeg.size - 1; size > pictures.jpeg.size - 4; size--) {
        fake_arrive(pictures.jpeg.data, size);
        CHECK_INT(read_one(100, &number), SOURCE_NONE);
        CHECK_CONTAINS(bench.err.message, "cut off");
    }
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size / 2);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(bench.source).damaged, 4);
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 4);
    CHECK_INT(source_counts(bench.source).skipped, 0);
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
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(source_counts(bench.source).damaged, 1);
}

TEST(a_jpeg_of_another_size_is_dropped_and_named)
{
    CHECK(open_camera());
    fake_arrive(pictures.wide_jpeg.data, pictures.wide_jpeg.size);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_CONTAINS(bench.err.message, "80x48 px where 64x48 were agreed");
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
}

TEST(pictures_that_the_driver_marks_are_dropped)
{
    CHECK(open_camera());
    int64_t number;
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size)->flags |= V4L2_BUF_FLAG_ERROR;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_CONTAINS(bench.err.message, "damaged picture");
    fake_arrive(NULL, 0);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(bench.source).damaged, 2);
    for (int i = 0; i < FAKE_BUFFERS; i++)
        CHECK(fake_kernel.queued[i]);
}

TEST(short_yuyv_pictures_are_dropped)
{
    fake_kernel.format_count = 1;
    CHECK(open_camera());
    fake_arrive(pictures.yuyv, sizeof pictures.yuyv - 2);
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    CHECK_INT(source_counts(bench.source).damaged, 1);
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
    CHECK_INT(source_counts(bench.source).skipped, 0);
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
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size)->sequence = 5;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 5);
    CHECK_INT(source_counts(bench.source).skipped, 4);
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size)->sequence = 2; /* the driver starts anew */
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 6);
    CHECK_INT(source_counts(bench.source).skipped, 4);
}

TEST(stamps_of_another_clock_are_replaced)
{
    CHECK(open_camera());
    int64_t last_ns = 0;
    for (int i = 0; i < 4; i++) {
        fake_kernel.now_ns += NS_PER_SECOND / 30;
        struct fake_arrival *arrival = fake_arrive(pictures.jpeg.data, pictures.jpeg.size);
        if (i == 0)
            arrival->time_ns = fake_kernel.now_ns + NS_PER_SECOND; /* from the future */
        if (i == 1)
            arrival->time_ns = 5; /* since another start */
        if (i == 2)
            arrival->flags = 0; /* unknown clock */
        struct frame *frame;
        CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &frame, &bench.err),
                  SOURCE_FRAME);
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
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size)->time_ns = stamp_ns;
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &frame, &bench.err), SOURCE_FRAME);
    frame_release(frame);
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size)->time_ns = stamp_ns;
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &frame, &bench.err), SOURCE_FRAME);
    CHECK_INT(frame->time_ns, stamp_ns + 1);
    frame_release(frame);
}

TEST(without_room_a_picture_is_dropped_and_its_buffer_goes_back)
{
    CHECK(open_camera());
    struct frame *first, *second, *none;
    arrive_jpeg();
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &first, &bench.err), SOURCE_FRAME);
    arrive_jpeg();
    CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &second, &bench.err), SOURCE_FRAME);
    for (int i = 0; i < 6; i++) {
        arrive_jpeg();
        CHECK_INT(source_read(bench.source, bench.pool, INT64_MAX, &none, &bench.err), SOURCE_NONE);
    }
    CHECK_INT(source_counts(bench.source).no_room, 6);
    frame_release(first);
    frame_release(second);
    int64_t number;
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 8);
}

TEST(pictures_that_are_not_due_are_given_back)
{
    source_destroy(bench.source);
    struct source_settings settings = {.spec = "/dev/video2",
                                       .width = 64,
                                       .height = 48,
                                       .fps = 30.0,
                                       .interval_ns = NS_PER_SECOND};
    bench.source = source_create(&settings, &bench.err);
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

TEST(unplugging_is_named)
{
    CHECK(open_camera());
    arrive_jpeg();
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    fake_kernel.wait_events = POLLERR | POLLHUP;
    fake_arrive(NULL, 0)->dequeue_errno = ENODEV;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    CHECK_CONTAINS(bench.err.message, "was unplugged");
    fake_kernel.failing_request = VIDIOC_STREAMOFF;
    fake_kernel.failing_errno = ENODEV;
    source_close(bench.source);
    source_close(bench.source);
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
        CHECK_CONTAINS(bench.err.message, "/dev/video2 (Fake Cam)");
        source_close(bench.source);
    }
    CHECK(open_camera());
    fake_kernel.wait_events = POLLERR; /* and the queue is empty */
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    fake_kernel.wait_events = 0;
    source_close(bench.source);
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
    CHECK_INT(bench.err.code, ERROR_NONE);
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
        CHECK_INT(bench.err.code, ERROR_NONE);
        CHECK_INT(fake_kernel.now_ns - start_ns, (i + 1) * 500 * NS_PER_MS);
    }
    CHECK_INT(read_one(5000, &number), SOURCE_LOST);
    CHECK_CONTAINS(bench.err.message, "no frame for 2 s");
    CHECK_INT(fake_kernel.now_ns - start_ns, 2 * NS_PER_SECOND);
}

TEST(the_first_picture_may_take_five_seconds)
{
    CHECK(open_camera());
    int64_t number, start_ns = fake_kernel.now_ns;
    CHECK_INT(read_one(60000, &number), SOURCE_LOST);
    CHECK_CONTAINS(bench.err.message, "no frame for 5 s");
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
    CHECK_CONTAINS(bench.err.message, "no frame for 30 s");
}

TEST(opening_again_after_a_loss_goes_on_counting)
{
    CHECK(open_camera());
    int64_t number;
    arrive_jpeg();
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size / 2);
    CHECK_INT(read_one(100, &number), SOURCE_NONE);
    fake_arrive(NULL, 0)->dequeue_errno = ENODEV;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    source_close(bench.source);
    fake_kernel_reset(pictures.class_folder);
    fake_kernel.now_ns += 60 * NS_PER_SECOND;
    CHECK(open_camera());
    arrive_jpeg();
    CHECK_INT(read_one(100, &number), SOURCE_FRAME);
    CHECK_INT(number, 3);
    CHECK_INT(source_counts(bench.source).damaged, 1);
}

TEST(every_call_may_fail_and_nothing_leaks)
{
    int failures = 0;
    for (int n = 1; n < 200; n++) {
        fake_kernel_reset(pictures.class_folder);
        fake_kernel.fail_at_call = n;
        bench.err.code = ERROR_NONE;
        bool failed = !open_camera();
        for (int i = 0; i < 2 && !failed; i++) {
            int64_t number;
            arrive_jpeg();
            arrive_jpeg();
            failed = read_one(100, &number) == SOURCE_LOST;
        }
        source_close(bench.source);
        CHECK_INT(fake_kernel.open_count, 0);
        CHECK_INT(fake_kernel.map_count, 0);
        CHECK(!failed || bench.err.code != ERROR_NONE);
        failures += failed;
        if (fake_kernel.calls < n)
            break;
    }
    CHECK(failures >= 20);
}

int main(void)
{
    scratch_create();
    pictures_make();
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
    RUN_WITH_CAMERA(unplugging_is_named);
    RUN_WITH_CAMERA(any_error_but_eagain_loses_the_camera);
    RUN_WITH_CAMERA(eagain_and_eintr_are_no_errors);
    RUN_WITH_CAMERA(a_stall_is_none_at_the_deadline_and_lost_after_two_seconds);
    RUN_WITH_CAMERA(the_first_picture_may_take_five_seconds);
    RUN_WITH_CAMERA(a_slow_camera_gets_three_periods);
    RUN_WITH_CAMERA(opening_again_after_a_loss_goes_on_counting);
    RUN_WITH_CAMERA(every_call_may_fail_and_nothing_leaks);
    pictures_finish();
    scratch_remove();
    return check_report();
}
