/* The simulated rig behind the source interface: finite with a duration, its own clock, the same
 * pictures after each opening. What the pictures show is test-rig.c's business.
 */
#include "check.h"

#include "camera/rig.h"
#include "camera/source.h"

#include <stdlib.h>

enum { WIDTH = 160, HEIGHT = 90, SIZE = WIDTH * HEIGHT * 3 };

static struct error err;

static struct source_settings settings_of(const char *spec)
{
    return (struct source_settings){.spec = spec, .last_frame = INT64_MAX};
}

TEST(a_finite_rig_ends_and_counts)
{
    struct source_settings settings = settings_of("sim:drops?size=160x90&duration=1&fps=4");
    struct source_info info = {0};
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(WIDTH, HEIGHT, 1, &err);
    struct frame *frame = NULL;
    CHECK(source && pool && source_is_finite(source));
    CHECK(source_open(source, &info, &err));
    CHECK_INT(info.frame_count, 4);
    CHECK_INT(info.width, WIDTH);
    CHECK_INT(info.height, HEIGHT);
    CHECK_TEXT(info.name, "simulated rig, scenario drops, seed 1, 160x90");
    for (int i = 0; i < 4; i++) {
        CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
        CHECK_INT(frame->number, i);
        CHECK_INT(frame->time_ns, i * INT64_C(250000000));
        frame_release(frame);
    }
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_END);
    CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_END);
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(frames_that_are_not_due_do_not_change_the_others)
{
    static uint8_t expected[SIZE];
    struct rig_settings rig_settings;
    CHECK(rig_settings_parse("sim:puddle?size=160x90&duration=60&onset=5", &rig_settings, &err));
    struct rig *rig = rig_create(&rig_settings, &err);
    CHECK(rig && rig_render(rig, 500, expected, &err));
    rig_destroy(rig);

    struct source_settings settings = settings_of("sim:puddle?size=160x90&duration=60&onset=5");
    settings.interval_ns = INT64_C(10000000000);
    struct source_info info;
    struct source *source = source_create(&settings, &err);
    struct frame_pool *pool = frame_pool_create(WIDTH, HEIGHT, 1, &err);
    struct frame *frame = NULL;
    CHECK(source && pool);
    for (int opening = 0; opening < 2; opening++) {
        CHECK(source_open(source, &info, &err));
        bool same = false;
        for (int64_t number = 0; number <= 500; number += 100) {
            CHECK_INT(source_read(source, pool, INT64_MAX, &frame, &err), SOURCE_FRAME);
            CHECK_INT(frame->number, number);
            same = memcmp(frame->rgb, expected, SIZE) == 0;
            frame_release(frame);
        }
        CHECK(same);
        source_close(source);
    }
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(a_bad_spec_is_refused_before_anything_is_drawn)
{
    struct source_settings settings = settings_of("sim:flood");
    CHECK(!source_create(&settings, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "there are normal, drops, trickle");
}

int main(void)
{
    RUN(a_finite_rig_ends_and_counts);
    RUN(frames_that_are_not_due_do_not_change_the_others);
    RUN(a_bad_spec_is_refused_before_anything_is_drawn);
    return check_report();
}
