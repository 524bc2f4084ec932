/* Opening a V4L2 camera above a fake kernel: formats, sizes, and each way of not getting it. */
#include "camera_bench.h"
#include "check.h"
#include "scratch.h"

#include <errno.h>

TEST(mjpeg_is_preferred_at_the_wanted_size)
{
    CHECK(!source_is_finite(bench.source));
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_MJPEG);
    CHECK_INT(bench.info.width, 64);
    CHECK_INT(bench.info.height, 48);
    CHECK(!bench.info.finite);
    CHECK_INT(bench.info.frame_count, -1);
    CHECK_TEXT(bench.info.name, "camera /dev/video2, Fake Cam, MJPEG 64x48");
}

TEST(yuyv_is_taken_when_only_it_has_the_wanted_size)
{
    fake_kernel.formats[1].width = 32;
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_YUYV);
    CHECK_INT(bench.info.width, 64);
}

TEST(a_replaced_size_is_noticed_and_named)
{
    fake_kernel.formats[0].width = fake_kernel.formats[1].width = 32;
    CHECK(open_camera());
    CHECK_INT(fake_kernel.pixel_format, V4L2_PIX_FMT_MJPEG);
    CHECK_INT(bench.info.width, 32);
    CHECK_CONTAINS(bench.info.name, "MJPEG 32x48 (wanted 64x48)");
    arrive_jpeg();
    int64_t number;
    CHECK_INT(read_one(100, &number), SOURCE_LOST);
    CHECK_CONTAINS(bench.err.message, "32x48 px where 64x48");
}

TEST(a_replaced_format_is_refused)
{
    fake_kernel.forced_pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    CHECK_CONTAINS(bench.err.message, "only MJPEG and YUYV");
}

TEST(a_camera_without_a_usable_format_is_refused)
{
    fake_kernel.formats[0].pixel_format = fake_kernel.formats[1].pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "neither MJPEG nor YUYV");
}

TEST(impossible_sizes_and_rows_are_refused)
{
    fake_kernel.formats[1].width = 100000;
    fake_kernel.format_count = 2;
    fake_kernel.formats[0].pixel_format = V4L2_PIX_FMT_NV12;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "100000x48");
    fake_kernel.formats[1].width = 0xffffffffu;
    CHECK(!open_camera());
    fake_kernel.formats[1].width = 0;
    CHECK(!open_camera());
    fake_kernel.formats[0].pixel_format = V4L2_PIX_FMT_YUYV;
    fake_kernel.format_count = 1;
    fake_kernel.forced_row_bytes = 100;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "rows of 100 bytes");
    fake_kernel.forced_row_bytes = 200; /* longer than sizeimage allows */
    CHECK(!open_camera());
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(buffers_that_are_too_small_or_too_few_are_refused)
{
    fake_kernel.format_count = 1; /* YUYV */
    fake_kernel.buffer_bytes = 64 * 48 * 2 - 1;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "6143 bytes");
    fake_kernel.buffer_bytes = FAKE_BUFFER_BYTES;
    fake_kernel.buffer_count = 1;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "1 picture buffers");
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
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    CHECK_CONTAINS(bench.err.message, "carries no pictures");
    CHECK_CONTAINS(bench.err.message, "cameras present: 0 (HD Webcam), 2 (Microscope)");
}

TEST(what_is_no_camera_is_refused)
{
    fake_kernel.failing_request = VIDIOC_QUERYCAP;
    fake_kernel.failing_errno = ENOTTY;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "this is no camera");
    fake_kernel.failing_request = 0;
    fake_kernel.device_capabilities = V4L2_CAP_VIDEO_CAPTURE;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "cannot stream");
}

TEST(a_missing_camera_is_named_with_those_present)
{
    fake_kernel.open_errno = ENOENT;
    CHECK(!open_camera());
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    CHECK_CONTAINS(bench.err.message, "/dev/video2: no such camera");
    CHECK_CONTAINS(bench.err.message, "cameras present: 0 (HD Webcam), 2 (Microscope)");
    CHECK(!strstr(bench.err.message, "Metadata"));
    fake_kernel_reset(scratch_path("nowhere"));
    fake_kernel.open_errno = ENODEV;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "no camera is connected");
}

TEST(a_camera_in_use_is_named_at_every_step)
{
    static const unsigned long requests[] = {VIDIOC_S_FMT, VIDIOC_REQBUFS, VIDIOC_STREAMON};
    fake_kernel.open_errno = EBUSY;
    CHECK(!open_camera());
    CHECK_INT(bench.err.code, ERROR_BUSY);
    fake_kernel.open_errno = 0;
    for (int i = 0; i < 3; i++) {
        fake_kernel.failing_request = requests[i];
        fake_kernel.failing_errno = EBUSY;
        CHECK(!open_camera());
        CHECK_INT(bench.err.code, ERROR_BUSY);
        CHECK_CONTAINS(bench.err.message, "in use by another program");
        CHECK(error_is_transient(bench.err.code));
        CHECK_INT(fake_kernel.open_count, 0);
        CHECK_INT(fake_kernel.map_count, 0);
    }
}

TEST(a_camera_that_is_not_allowed_names_the_group)
{
    fake_kernel.open_errno = EACCES;
    CHECK(!open_camera());
    CHECK_CONTAINS(bench.err.message, "join group video");
}

TEST(too_little_usb_bandwidth_is_named)
{
    fake_kernel.failing_request = VIDIOC_STREAMON;
    fake_kernel.failing_errno = ENOSPC;
    CHECK(!open_camera());
    CHECK_INT(bench.err.code, ERROR_DEVICE);
    CHECK_CONTAINS(bench.err.message, "bandwidth");
}

TEST(camera_numbers_and_names_are_checked)
{
    static const char *const specs[] = {"64", "99999999999999999999"};
    for (int i = 0; i < 2; i++) {
        CHECK(create_camera(specs[i]) == NULL);
        CHECK_INT(bench.err.code, ERROR_USAGE);
        CHECK_CONTAINS(bench.err.message, "0 to 63");
    }
    char name[400] = "/dev/";
    memset(name + 5, 'x', 300);
    CHECK(create_camera(name) == NULL);
    CHECK_CONTAINS(bench.err.message, "too long");
}

/* With the real kernel: whatever this machine has at these names, none is a camera. */
TEST(real_files_that_are_no_cameras_are_refused)
{
    static const char *const specs[] = {"/dev/null", "/dev/zero", "/dev/video63"};
    v4l2_calls = &v4l2_kernel_calls;
    for (int i = 0; i < 3; i++) {
        struct source *other = create_camera(specs[i]);
        CHECK(other != NULL);
        CHECK(!source_is_finite(other));
        bool opened = source_open(other, &bench.info, &bench.err);
        source_destroy(other);
        CHECK(!opened);
        CHECK_INT(bench.err.code, ERROR_DEVICE);
        CHECK_CONTAINS(bench.err.message, specs[i]);
    }
}

int main(void)
{
    scratch_create();
    pictures_make();
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
    RUN_WITH_CAMERA(real_files_that_are_no_cameras_are_refused);
    pictures_finish();
    scratch_remove();
    return check_report();
}
