/* What health says of a camera, above a fake kernel: other sizes than wished, slow ones, frozen
 * ones, and those that are in use, forbidden, or fall silent. */
#include "check.h"
#include "cmd/cli_parse.h"
#include "cmd/commands.h"
#include "cmd/health.h"
#include "fake_kernel.h"
#include "frame/image.h"
#include "platform/clock.h"

#include <errno.h>
#include <stdlib.h>

static struct buffer jpeg;
static struct command_line line;
static struct config *config;
static struct health health;
static struct health_result result;

/* A camera of 64x48 px at 20 frames/s, as the configuration wishes it. Its clock stands at that of
 * the computer, because deadlines are real. */
static void set_up(void)
{
    static struct invocation invocation;
    fake_kernel_reset("/nowhere");
    fake_kernel.now_ns = clock_monotonic_ns();
    fake_kernel.stream_data = jpeg.data;
    fake_kernel.stream_size = jpeg.size;
    fake_kernel.stream_period_ns = 50 * NS_PER_MS;
    config->camera_width = 64;
    config->camera_height = 48;
    config->monitor_frame_interval_seconds = 1.0;
    invocation = (struct invocation){
        .command = &command_health, .project_root = ".", .values = &line.values};
    health = (struct health){.invocation = &invocation, .config = config};
    result = (struct health_result){.check = "camera"};
}

#define RUN_LOOK(name)                                                                             \
    do {                                                                                           \
        set_up();                                                                                  \
        RUN(name);                                                                                 \
        health_camera_finish(&health.camera);                                                      \
    } while (0)

TEST(a_camera_as_configured_is_well)
{
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_OK);
    CHECK_TEXT(result.seen, "camera 0: 64x48 px, 20 frames/s");
    CHECK_INT(health.camera.count, 7);
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(another_size_is_a_warning_with_both_sizes)
{
    config->camera_width = 1280;
    config->camera_height = 720;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_WARN);
    CHECK_CONTAINS(result.seen, "64x48 px instead of 1280x720, 20 frames/s");
    CHECK_CONTAINS(result.remedy, "leakwatch cameras");
}

TEST(fewer_frames_than_the_monitor_wants_are_a_warning)
{
    config->monitor_frame_interval_seconds = 0.01;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_WARN);
    CHECK_CONTAINS(result.remedy, "monitor.frame_interval_seconds");
}

TEST(who_wants_every_frame_has_what_comes)
{
    config->monitor_frame_interval_seconds = 0.0;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_OK);
}

TEST(a_frozen_camera_fails)
{
    health_check_camera(&health, &result);
    health_check_picture(&health, &result);
    CHECK_INT(result.state, HEALTH_FAIL);
    CHECK_CONTAINS(result.seen, "frozen: 7 pictures");
}

TEST(a_camera_that_falls_silent_fails)
{
    fake_kernel.stream_data = NULL;
    fake_arrive(jpeg.data, jpeg.size);
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_FAIL);
    CHECK_CONTAINS(result.seen, "gave no frame");
}

TEST(a_camera_that_is_in_use_or_forbidden_fails_with_the_cause)
{
    fake_kernel.failing_request = VIDIOC_S_FMT;
    fake_kernel.failing_errno = EBUSY;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_FAIL);
    CHECK_CONTAINS(result.seen, "in use by another program");
    fake_kernel.open_errno = EACCES;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_FAIL);
    CHECK_CONTAINS(result.seen, "join group video");
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(a_camera_that_a_monitor_watches_with_is_not_opened)
{
    health.monitor_running = health.mode_known = true;
    health.mode = MODE_MONITOR;
    health.records.last_frame_utc_ms = 100000;
    health.report.utc_ms = 107000;
    health_check_camera(&health, &result);
    CHECK_INT(result.state, HEALTH_SKIP);
    CHECK_CONTAINS(result.seen, "its last frame is 7 s old");
    CHECK_INT(fake_kernel.calls, 0);
}

int main(void)
{
    static uint8_t rgb[64 * 48 * 3];
    struct error err = {0};
    memset(rgb, 90, sizeof rgb);
    config = config_default(&err);
    if (!config || !image_encode_jpeg(rgb, 64, 48, 95, &jpeg, &err) ||
        !command_line_parse(&command_health, 0, NULL, &line, &err))
        abort();
    RUN_LOOK(a_camera_as_configured_is_well);
    RUN_LOOK(another_size_is_a_warning_with_both_sizes);
    RUN_LOOK(fewer_frames_than_the_monitor_wants_are_a_warning);
    RUN_LOOK(who_wants_every_frame_has_what_comes);
    RUN_LOOK(a_frozen_camera_fails);
    RUN_LOOK(a_camera_that_falls_silent_fails);
    RUN_LOOK(a_camera_that_is_in_use_or_forbidden_fails_with_the_cause);
    RUN_LOOK(a_camera_that_a_monitor_watches_with_is_not_opened);
    command_line_finish(&line);
    config_destroy(config);
    buffer_finish(&jpeg);
    return check_report();
}
