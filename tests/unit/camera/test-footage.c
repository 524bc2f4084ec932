/* Real footage, where it is at hand: in $LEAKWATCH_SHARED/data or ../shared/data beside the source
 * tree. All frames come, twice the same. */
#include "camera/source.h"
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static char data_dir[512];

struct reading {
    int64_t frames;
    int64_t last_time_ns;
    uint64_t damaged;
    uint64_t hash; /* of every 8th byte; FNV-1a */
    enum source_result end;
};

static bool read_video(const char *name, int64_t last_frame, struct reading *ret_reading,
                       struct error *err)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", data_dir, name);
    struct source_settings settings = {.spec = path, .last_frame = last_frame};
    struct source *source = source_create(&settings, err);
    struct source_info info;
    if (!source || !source_open(source, &info, err)) {
        source_destroy(source);
        return false;
    }
    struct reading reading = {.hash = UINT64_C(14695981039346656037)};
    struct frame_pool *pool = frame_pool_create(info.width, info.height, 1, err);
    struct frame *frame;
    while ((reading.end = source_read(source, pool, INT64_MAX, &frame, err)) == SOURCE_FRAME) {
        size_t size = (size_t)frame->width * (size_t)frame->height * 3;
        for (size_t i = 0; i < size; i += 8)
            reading.hash = (reading.hash ^ frame->rgb[i]) * UINT64_C(1099511628211);
        reading.frames++;
        reading.last_time_ns = frame->time_ns;
        frame_release(frame);
    }
    reading.damaged = source_counts(source).damaged;
    source_destroy(source);
    frame_pool_destroy(pool);
    *ret_reading = reading;
    return true;
}

TEST(all_frames_come)
{
    static const struct {
        const char *name;
        int frames;
        double last_s;
    } rows[] = {
        {"one-by-one-person-detection.mp4", 1394, 139.3},
        {"car-detection.mp4", 377, 30.08},
        {"worker-zone-detection.mp4", 122, 10.0833},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {.code = ERROR_NONE};
        struct reading reading;
        if (!read_video(rows[i].name, INT64_MAX, &reading, &err))
            CHECK_FAIL("%s", err.message);
        CHECK_INT(reading.frames, rows[i].frames);
        CHECK_INT(reading.damaged, 0);
        CHECK_INT(reading.end, SOURCE_END);
        CHECK_NEAR((double)reading.last_time_ns / 1e9, rows[i].last_s, 0.001);
    }
}

TEST(two_readings_give_identical_bytes)
{
    struct error err = {.code = ERROR_NONE};
    struct reading first, second;
    CHECK(read_video("worker-zone-detection.mp4", 30, &first, &err));
    CHECK(read_video("worker-zone-detection.mp4", 30, &second, &err));
    CHECK_INT(first.frames, 31);
    CHECK(first.hash == second.hash);
}

int main(void)
{
    const char *shared = getenv("LEAKWATCH_SHARED");
    snprintf(data_dir, sizeof data_dir, "%s/data", shared ? shared : SOURCE_ROOT "/../shared");
    if (access(data_dir, R_OK) != 0) {
        printf("SKIPPED: no footage in %s; set LEAKWATCH_SHARED to the folder above data/\n",
               data_dir);
        return SKIPPED;
    }
    RUN(all_frames_come);
    RUN(two_readings_give_identical_bytes);
    return check_report();
}
