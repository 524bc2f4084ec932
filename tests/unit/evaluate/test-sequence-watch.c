/* One sequence through detector and watch: alarms as the monitor opens them, on the sequence's
 * clock, and pictures that do not fit. */
#include "check.h"
#include "evaluate/sequence_watch.h"
#include "made_sequences.h"

static struct config *config;

static bool watch_with(const char *folder, bool (*stop)(void *), void *context,
                       struct sequence_result *ret_result, struct error *err)
{
    struct sequence_set set;
    const struct trained_model model = {0};
    *err = (struct error){0};
    if (!sequence_set_load(scratch(folder), NULL, &set, err))
        return false;
    const struct sequence_watching watching = {.set = &set,
                                               .sequence = &set.sequences[0],
                                               .config = config,
                                               .kind = &made_kind,
                                               .model = &model,
                                               .stop = stop,
                                               .context = context};
    const bool good = sequence_watch(&watching, ret_result, err);
    sequence_set_finish(&set);
    return good && made_detectors_open == 0;
}

static bool watch(const char *folder, struct sequence_result *ret_result, struct error *err)
{
    return watch_with(folder, NULL, NULL, ret_result, err);
}

TEST(an_alarm_opens_with_the_third_abnormal_frame)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_sequence("a/one", "puddle", "qqLLLLqqq", 2, 16));
    CHECK(make_picture("a/one/mask/004.png", 255));
    CHECK(watch("a", &result, &err));
    CHECK_TEXT(result.path, "one");
    CHECK_TEXT(result.name, "a/one");
    CHECK_INT(result.width, SIDE);
    CHECK_INT(result.alarm_count, 1);
    CHECK_INT(result.alarms[0].frame, 4);
    CHECK(result.alarms[0].path == ALARM_PATH_SCORE);
    CHECK(result.alarms[0].localised && result.localised);
    CHECK_NEAR(result.alarms[0].leak_fraction, 0.25, 0);
    CHECK_NEAR(result.alarms[0].area_fraction, 0.25, 0);
    CHECK_INT(result.found_frame, 4);
    CHECK_NEAR(result.delay_onset_s, 2, 0); /* monitor.frame_interval_seconds: 1 */
    CHECK_INT(result.false_alarm_count, 0);
    CHECK(!result.frames[1].is_anomaly && result.frames[2].is_anomaly);
    CHECK_NEAR(result.frames[2].score, LEAK_RED / 255.0, 1e-12);
    CHECK_TEXT(result.frame_names[4], "004.png");
    sequence_result_finish(&result);
}

TEST(a_box_beside_the_mask_localises_nothing)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_sequence("b/one", "puddle", "LLL", 0, 16));
    uint8_t rgb[SIDE * SIDE * 3] = {0};
    memset(rgb + 3 * (SIDE * SIDE - 1), 255, 3); /* lower right; the box is upper left */
    CHECK(make_picture("b/one/mask/002.png", 0));
    CHECK(image_write_png(scratch("b/one/mask/002.png"), rgb, SIDE, SIDE, &err));
    CHECK(watch("b", &result, &err));
    CHECK_INT(result.found_frame, 2);
    CHECK(!result.localised);
    sequence_result_finish(&result);
}

TEST(the_interval_of_the_case_is_its_clock)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_frames("c/one", "qLLLL"));
    CHECK(make_text("c/one/case.json", "{\"name\": \"c\", \"kind\": \"k\", \"onset\": 1, \"area\": "
                                       "[0, 1, 1, 1, 1], \"frame_interval_seconds\": 2.5}"));
    CHECK(watch("c", &result, &err));
    CHECK_NEAR(result.interval_s, 2.5, 0);
    CHECK_NEAR(result.delay_onset_s, 5, 0);
    sequence_result_finish(&result);
}

TEST(an_alarm_before_the_onset_is_false_and_masks_when_it_stays)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_sequence("d/one", "puddle", "LLLLLLLLLL", 5, 16));
    CHECK(watch("d", &result, &err));
    CHECK_INT(result.alarm_count, 1);
    CHECK(result.alarms[0].is_false);
    CHECK_INT(result.found_frame, -1);
    CHECK(result.masked);
    sequence_result_finish(&result);
    CHECK(make_sequence("d2/one", "puddle", "LLLqqqqLLL", 7, 16));
    CHECK(watch("d2", &result, &err));
    CHECK_INT(result.alarm_count, 2);
    CHECK(result.alarms[0].is_false && !result.alarms[1].is_false && !result.masked);
    CHECK_INT(result.found_frame, 9);
    sequence_result_finish(&result);
}

TEST(faults_and_changed_scenes_are_no_alarms)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_sequence("e/one", "fault", "qqqcccccccccccccccqqqs", -1, 0));
    CHECK(watch("e", &result, &err));
    CHECK_INT(result.alarm_count, 0);
    CHECK_INT(result.notice_count, 2);
    CHECK_TEXT(result.notices[0].what, "camera_covered");
    CHECK(result.notices[0].frame > 3 && result.notices[0].frame < 18);
    CHECK_TEXT(result.notices[1].what, "scene_changed");
    CHECK_INT(result.notices[1].frame, 21);
    CHECK_INT(result.unexpected_count, 2);
    sequence_result_finish(&result);
}

TEST(settings_of_the_configuration_count)
{
    struct sequence_result result;
    struct error err;
    config->monitor_consecutive_anomalies = 1;
    CHECK(watch("a", &result, &err));
    config->monitor_consecutive_anomalies = 3;
    CHECK_INT(result.alarms[0].frame, 2);
    sequence_result_finish(&result);
}

TEST(pictures_that_do_not_fit_are_named)
{
    struct sequence_result result;
    struct error err;
    CHECK(make_sequence("f/one", "puddle", "qqLLL", 2, 16));
    CHECK(make_picture_of("f/one/001.png", SIDE, SIDE + 1, 0, 0, 0));
    CHECK(!watch("f", &result, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "one/001.png: it has 8x9 px, the first frame of the sequence 8x8");
    CHECK(make_text("f/one/001.png", "no picture"));
    CHECK(!watch("f", &result, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "001.png");
    CHECK(make_picture("f/one/001.png", 255));
    CHECK(!watch("f", &result, &err));
    CHECK_CONTAINS(err.message, "one/001.png: this detector does not like red");
    CHECK(make_picture("f/one/001.png", QUIET_RED));
    CHECK(make_picture_of("f/one/mask/004.png", SIDE, SIDE + 1, 255, 255, 255));
    CHECK(!watch("f", &result, &err));
    CHECK_CONTAINS(err.message, "has 8x9 px, its frame 8x8 px");
    CHECK(make_text("f/one/mask/004.png", "no picture"));
    CHECK(!watch("f", &result, &err));
    CHECK_CONTAINS(err.message, "mask/004.png");
    CHECK(make_sequence("f2/one", "puddle", "qq", 1, SIDE * SIDE + 1));
    CHECK(!watch("f2", &result, &err));
    CHECK_CONTAINS(err.message, "'area' of frame 1 in case.json is 65 px");
    CHECK_INT(made_detectors_open, 0);
}

static bool stop_at_third(void *context)
{
    int *calls = context;
    return ++*calls == 3;
}

TEST(it_stops_between_two_frames)
{
    struct sequence_result result;
    struct error err;
    int calls = 0;
    CHECK(!watch_with("a", stop_at_third, &calls, &result, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_INT(calls, 3);
    CHECK_INT(made_detectors_open, 0);
}

int main(void)
{
    struct error err;
    config = config_default(&err);
    if (!config)
        return 2;
    RUN(an_alarm_opens_with_the_third_abnormal_frame);
    RUN(a_box_beside_the_mask_localises_nothing);
    RUN(the_interval_of_the_case_is_its_clock);
    RUN(an_alarm_before_the_onset_is_false_and_masks_when_it_stays);
    RUN(faults_and_changed_scenes_are_no_alarms);
    RUN(settings_of_the_configuration_count);
    RUN(pictures_that_do_not_fit_are_named);
    RUN(it_stops_between_two_frames);
    config_destroy(config);
    return check_report();
}
