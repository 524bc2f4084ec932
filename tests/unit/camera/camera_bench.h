/* What the V4L2 tests share: a source above the fake kernel, and pictures for it. */
#ifndef TESTS_CAMERA_CAMERA_BENCH_H
#define TESTS_CAMERA_CAMERA_BENCH_H

#include "base/buffer.h"
#include "camera/source.h"
#include "fake_kernel.h"

/* Set up anew for each test. */
struct camera_bench {
    struct source *source;   /* "2", wanting 64x48 px; closed */
    struct frame_pool *pool; /* of two frames */
    struct source_info info;
    struct error err;
};

/* Made once. */
struct camera_pictures {
    struct buffer jpeg;        /* 64x48 px, grey level 90 */
    struct buffer wide_jpeg;   /* 80x48 px */
    uint8_t yuyv[64 * 48 * 2]; /* luma 126, no colour */
    const char *class_folder;  /* cameras 0 and 2 and what belongs to them */
};

extern struct camera_bench bench;
extern struct camera_pictures pictures;

void pictures_make(void); /* aborts when that fails */
void pictures_finish(void);

void bench_set_up(void);
void bench_tear_down(void);

bool open_camera(void);
struct source *create_camera(const char *spec);

/* Reads one frame and puts it back; `ret_number` is its number. */
enum source_result read_one(int64_t wait_ms, int64_t *ret_number);

/* A good picture is ready. */
void arrive_jpeg(void);

#define RUN_WITH_CAMERA(name)                                                                      \
    do {                                                                                           \
        bench_set_up();                                                                            \
        RUN(name);                                                                                 \
        bench_tear_down();                                                                         \
    } while (0)

#endif
