/* A few frames, one after another: from recordings, from a live simulation, and when they do not
 * come. What a real camera does instead of sending pictures is played by the fake kernel. */
#include "camera/grab.h"
#include "camera_bench.h"
#include "check.h"
#include "platform/clock.h"
#include "platform/signal.h"
#include "scratch.h"

static struct error err;

struct visits {
    int count, enough; /* `enough` 0 = never */
    int width, height;
    int64_t last_number;
    bool stop_at_first;
};

static bool visit(void *context, const struct frame *frame)
{
    struct visits *visits = context;
    visits->count++;
    visits->width = frame->width;
    visits->height = frame->height;
    visits->last_number = frame->number;
    if (visits->stop_at_first)
        stop_request();
    return visits->count != visits->enough;
}

static struct source_settings settings_for(const char *spec)
{
    return (struct source_settings){
        .spec = spec, .width = 64, .height = 48, .fps = 30.0, .last_frame = INT64_MAX};
}

static bool grab(const char *spec, int count, int timeout_ms, struct visits *visits, int *ret_count)
{
    struct source_settings settings = settings_for(spec);
    err = (struct error){.code = ERROR_NONE};
    return grab_frames(&settings, count, timeout_ms, visit, visits, ret_count, &err);
}

TEST(frames_of_a_finite_source_are_visited_in_order)
{
    struct visits visits = {0};
    int count = -1;
    CHECK(grab("sim:normal?duration=10&fps=2&size=160x90", 5, 20000, &visits, &count));
    CHECK_INT(count, 5);
    CHECK_INT(visits.count, 5);
    CHECK_INT(visits.last_number, 4);
    CHECK_INT(visits.width, 160);
    CHECK_INT(visits.height, 90);
}

TEST(a_finite_source_that_ends_early_is_no_error)
{
    struct visits visits = {0};
    int count = -1;
    CHECK(grab("sim:normal?duration=2&fps=2&size=160x90", 50, 20000, &visits, &count));
    CHECK_INT(count, 4);
    CHECK_INT(visits.count, 4);
}

TEST(the_visitor_may_have_enough)
{
    struct visits visits = {.enough = 2};
    int count = -1;
    CHECK(grab("sim:normal?duration=10&fps=2&size=160x90", 9, 20000, &visits, &count));
    CHECK_INT(count, 2);
    CHECK_INT(visits.count, 2);
}

TEST(a_live_source_is_waited_for)
{
    struct visits visits = {0};
    int count = -1;
    int64_t before_ns = clock_monotonic_ns();
    CHECK(grab("sim:normal?fps=10&size=160x90", 4, 20000, &visits, &count));
    CHECK_INT(count, 4);
    CHECK(clock_monotonic_ns() - before_ns >= 250 * NS_PER_MS);
}

TEST(frames_that_come_too_slowly_are_counted_in_the_error)
{
    struct visits visits = {0};
    int count = -1;
    CHECK(!grab("sim:normal?fps=0.1&size=160x90", 3, 700, &visits, &count));
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "only 1 of 3 pictures came within 0.7 s");
    CHECK_INT(count, -1);
}

TEST(a_source_that_is_missing_says_so)
{
    struct visits visits = {0};
    int count = -1;
    CHECK(!grab("/dev/video-that-is-not-there", 1, 1000, &visits, &count));
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "no such camera");
    CHECK(!grab("no-such-clip.mp4", 1, 1000, &visits, &count));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(!grab("sim:no-such-scenario", 1, 1000, &visits, &count));
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_INT(visits.count, 0);
    CHECK_INT(count, -1);
}

TEST(pictures_of_a_camera_are_visited)
{
    struct visits visits = {0};
    int count = -1;
    fake_kernel_reset(pictures.class_folder);
    arrive_jpeg();
    CHECK(grab("2", 1, 5000, &visits, &count));
    CHECK_INT(count, 1);
    CHECK_INT(visits.width, 64);
    CHECK_INT(fake_kernel.open_count, 0);
    CHECK_INT(fake_kernel.map_count, 0);
}

TEST(a_camera_that_dies_is_an_error_with_its_cause)
{
    struct visits visits = {0};
    int count = -1;
    fake_kernel_reset(pictures.class_folder);
    arrive_jpeg();
    CHECK(!grab("2", 2, 5000, &visits, &count));
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "gave no frame");
    CHECK_INT(visits.count, 1);
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(pictures_that_cannot_be_used_are_the_reason_of_a_time_out)
{
    struct visits visits = {0};
    int count = -1;
    fake_kernel_reset(pictures.class_folder);
    for (int i = 0; i < 3; i++)
        fake_arrive(pictures.jpeg.data, pictures.jpeg.size / 2);
    /* Later than every deadline, so that the camera's waits are over at once and real time counts.
     */
    fake_kernel.now_ns = clock_monotonic_ns() + 3600 * NS_PER_SECOND;
    CHECK(!grab("2", 1, 30, &visits, &count));
    CHECK_INT(err.code, ERROR_DEVICE);
    CHECK_CONTAINS(err.message, "only 0 of 1 pictures");
    CHECK_CONTAINS(err.message, "cut off");
    CHECK_INT(visits.count, 0);
}

/* Last: the wish to stop stays. */
TEST(a_stop_ends_it_as_cancelled)
{
    struct visits visits = {.stop_at_first = true};
    int count = -1;
    CHECK(!grab("sim:normal?fps=5&size=160x90", 50, 60000, &visits, &count));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_INT(visits.count, 1);
    CHECK_INT(count, -1);
}

int main(void)
{
    scratch_create();
    pictures_make();
    RUN(frames_of_a_finite_source_are_visited_in_order);
    RUN(a_finite_source_that_ends_early_is_no_error);
    RUN(the_visitor_may_have_enough);
    RUN(a_live_source_is_waited_for);
    RUN(frames_that_come_too_slowly_are_counted_in_the_error);
    RUN(a_source_that_is_missing_says_so);
    RUN(pictures_of_a_camera_are_visited);
    RUN(a_camera_that_dies_is_an_error_with_its_cause);
    RUN(pictures_that_cannot_be_used_are_the_reason_of_a_time_out);
    RUN(a_stop_ends_it_as_cancelled);
    pictures_finish();
    scratch_remove();
    return check_report();
}
