/* The bench that each V4L2 test starts from. */
#include "camera_bench.h"

#include "frame/image.h"
#include "platform/clock.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct camera_bench bench;
struct camera_pictures pictures;

static void make_class_folder(void)
{
    static const char *const nodes[][3] = {{"video0", "0\n", "HD Webcam\n"},
                                           {"video1", "1\n", "HD Webcam Metadata\n"},
                                           {"video2", "0\n", "Microscope\n"},
                                           {"vbi0", "0\n", "no camera\n"}};
    pictures.class_folder = scratch_path("class");
    scratch_make_folder(pictures.class_folder);
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", pictures.class_folder, nodes[i][0]);
        scratch_make_folder(path);
        snprintf(path, sizeof path, "%s/%s/index", pictures.class_folder, nodes[i][0]);
        scratch_write_text(path, nodes[i][1]);
        snprintf(path, sizeof path, "%s/%s/name", pictures.class_folder, nodes[i][0]);
        scratch_write_text(path, nodes[i][2]);
    }
}

void pictures_make(void)
{
    static uint8_t rgb[80 * 48 * 3];
    memset(rgb, 90, sizeof rgb);
    for (size_t i = 0; i < sizeof pictures.yuyv; i += 2) {
        pictures.yuyv[i] = 126;
        pictures.yuyv[i + 1] = 128;
    }
    make_class_folder();
    if (!image_encode_jpeg(rgb, 64, 48, 95, &pictures.jpeg, NULL) ||
        !image_encode_jpeg(rgb, 80, 48, 95, &pictures.wide_jpeg, NULL))
        abort();
}

void pictures_finish(void)
{
    buffer_finish(&pictures.jpeg);
    buffer_finish(&pictures.wide_jpeg);
}

struct source *create_camera(const char *spec)
{
    struct source_settings settings = {
        .spec = spec, .width = 64, .height = 48, .fps = 30.0, .last_frame = 0};
    return source_create(&settings, &bench.err);
}

bool open_camera(void)
{
    return source_open(bench.source, &bench.info, &bench.err);
}

void bench_set_up(void)
{
    fake_kernel_reset(pictures.class_folder);
    bench.info = (struct source_info){0};
    bench.err = (struct error){.code = ERROR_NONE};
    bench.source = create_camera("2");
    bench.pool = frame_pool_create(64, 48, 2, NULL);
}

void bench_tear_down(void)
{
    source_destroy(bench.source);
    frame_pool_destroy(bench.pool);
}

enum source_result read_one(int64_t wait_ms, int64_t *ret_number)
{
    struct frame *frame = NULL;
    enum source_result result = source_read(
        bench.source, bench.pool, fake_kernel.now_ns + wait_ms * NS_PER_MS, &frame, &bench.err);
    if (result == SOURCE_FRAME) {
        *ret_number = frame->number;
        frame_release(frame);
    }
    return result;
}

void arrive_jpeg(void)
{
    fake_arrive(pictures.jpeg.data, pictures.jpeg.size);
}
