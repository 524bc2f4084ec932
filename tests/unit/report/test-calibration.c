/* What one calibration says of another: verdicts and sentences on series made for them, and the
 * JSON file there and back, also when somebody has been at it.
 */
#include "check.h"
#include "scratch.h"

#include "platform/file.h"
#include "report/calibration_report.h"
#include "score/distribution.h"

#include <stdlib.h>

enum { MOST = 400 };

static struct error err;
static double scores[MOST];
static char names[MOST][32];
static char *name_list[MOST];
static struct model_set set;
static struct dataset dataset = {.camera_width = 320, .camera_height = 180, .names = name_list};
static struct calibration calibration = {.scores = scores};
static struct past_calibration none;
static char said[4096];

static double next_random(uint32_t *state)
{
    *state = (*state * UINT32_C(1103515245) + 12345) & 0x7fffffff;
    return *state / 2147483648.0;
}

/* Scores of 0.01 to 0.02, plus `shift`, of pictures that are called after `first` and their number.
 */
static void make_series(char first, size_t count, uint32_t seed, double shift)
{
    calibration.count = dataset.count = count;
    calibration.mean = 0.0;
    for (size_t i = 0; i < count; i++) {
        scores[i] = 0.01 + 0.01 * next_random(&seed) + shift;
        calibration.mean += scores[i] / (double)count;
        snprintf(names[i], sizeof names[i], "%c_%04zu.jpg", first, i);
        name_list[i] = names[i];
    }
    calibration.std = 0.003;
    calibration.min = 0.01 + shift;
    calibration.max = 0.02 + shift;
}

static void make_set(void)
{
    set = (struct model_set){.identity = {.width = 64, .height = 64},
                             .threshold = {.percentile = 99.5,
                                           .threshold = 0.0195,
                                           .scoring_method = SCORING_MEAN,
                                           .topk_percent = 1.0,
                                           .topk_min_pixels = 100,
                                           .connectivity = 8,
                                           .min_blob_area = 16},
                             .stats = {.val_error_mean = 0.015, .val_error_std = 0.003}};
    snprintf(set.identity.set_digest, sizeof set.identity.set_digest, "%064x", 0xabc);
    calibration.threshold = set.threshold;
    calibration.threshold.threshold = 0.0199;
    snprintf(dataset.digest, sizeof dataset.digest, "%064x", 0xdef);
}

/* What the present series would be, read back later. */
static struct past_calibration as_past(void)
{
    struct past_calibration past = {.name = "threshold_calibration_20251112_140300_000.json",
                                    .made_utc_ms =
                                        INT64_C(1762956180000), /* 2025-11-12T14:03:00Z */
                                    .threshold = 0.0195,
                                    .count = calibration.count,
                                    .names = calloc(MOST, sizeof(char *)),
                                    .scores = calloc(MOST, sizeof(double))};
    for (size_t i = 0; i < past.count; i++) {
        past.names[i] = strdup(names[i]);
        past.scores[i] = scores[i];
    }
    return past;
}

static struct drift drift_since(const struct past_calibration *past)
{
    struct drift drift = {0};
    struct buffer text = {0};
    if (!drift_compare(past, &calibration, name_list, &set.stats, &drift, &err))
        printf("%s\n", err.message);
    drift_append_sentence(&text, &drift, past, &calibration, &set.stats);
    snprintf(said, sizeof said, "%s", buffer_text(&text));
    buffer_finish(&text);
    return drift;
}

TEST(the_first_one_is_compared_with_the_training)
{
    make_series('a', 100, 1, 0.0);
    struct drift drift = drift_since(&none);
    CHECK_INT(drift.verdict, DRIFT_FIRST);
    CHECK_NEAR(drift.mean_shift_stds, (calibration.mean - 0.015) / 0.003, 1e-12);
    CHECK_CONTAINS(said, "the first calibration of this model");
    CHECK_CONTAINS(said, "scored 0.015 on average (standard deviation 0.003)");
    CHECK_CONTAINS(said, "which is much the same");
    make_series('a', 100, 1, 0.01);
    drift_since(&none);
    CHECK_CONTAINS(said, "which is clearly more: if these pictures were taken later, the scene has "
                         "changed; capture again and train");
    set.stats.val_error_std = 0.0;
    drift = drift_since(&none);
    set.stats.val_error_std = 0.003;
    CHECK(isnan(drift.mean_shift_stds));
    CHECK(!strstr(said, "which is"));
}

TEST(other_pictures_of_the_same_scene_are_like_before)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 150, 2, 0.0);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_NONE);
    CHECK_INT(drift.samples_now, 150);
    CHECK_INT(drift.samples_before, 200);
    CHECK_INT(drift.fresh, 150);
    CHECK(drift.significance > 0.01);
    CHECK_CONTAINS(said, "the scores are like those of 12 Nov 2025, 14:03 (D = 0.");
    CHECK_CONTAINS(said, ", 150 and 200 independent samples)");
}

TEST(a_shift_is_said_with_its_direction)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 200, 2, 0.005);
    const struct drift up = drift_since(&past);
    CHECK_INT(up.verdict, DRIFT_UP);
    CHECK(up.distance > 0.4);
    CHECK_CONTAINS(said, "the scores have shifted up since 12 Nov 2025, 14:03 (D = 0.");
    CHECK_CONTAINS(said, "the scene has changed, which gives false alarms; capture again and "
                         "train");
    make_series('b', 200, 2, -0.005);
    const struct drift down = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(down.verdict, DRIFT_DOWN);
    CHECK_CONTAINS(said, "shifted down since");
    CHECK_CONTAINS(said, "small leaks may stay below the threshold");
}

TEST(a_wider_spread_is_neither_up_nor_down)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 200, 2, 0.0);
    for (size_t i = 0; i < 200; i++)
        scores[i] += i % 2 ? 0.006 : -0.006;
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_SPREAD);
    CHECK_CONTAINS(said, "spread otherwise than on 12 Nov 2025, 14:03");
}

TEST(what_chance_would_seldom_bring_about_is_neither_called_alike_nor_changed)
{
    make_series('a', 40, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 40, 2, 0.003);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_NEAR(drift.significance, 0.05, 0.04);
    CHECK_INT(drift.verdict, DRIFT_UNCLEAR);
    CHECK_TEXT(drift_verdict_name(drift.verdict), "unclear");
    CHECK_CONTAINS(said, "the scores may have changed since 12 Nov 2025, 14:03 (D = 0.");
}

TEST(a_small_shift_of_many_pictures_is_none)
{
    make_series('a', MOST, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', MOST, 2, 0.0013);
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK(drift.significance < 0.01);
    CHECK(drift.distance < 0.2);
    CHECK_INT(drift.verdict, DRIFT_NONE);
}

/* Twenty scenes of twenty pictures each are twenty samples, not 400: compared as 400, chance alone
 * is called a change again and again. */
TEST(neighbours_that_are_alike_do_not_count_twice)
{
    int called = 0, called_unthinned = 0;
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    for (uint32_t seed = 101; seed <= 120; seed++) {
        make_series('b', MOST, seed, 0.0);
        for (size_t i = 0; i < MOST; i++)
            scores[i] = scores[i / 20 * 20] + 1e-6 * (double)(i % 20);
        const struct drift drift = drift_since(&past);
        CHECK(drift.block_now >= 10);
        CHECK_INT(drift.block_before, 1);
        called += drift.verdict >= DRIFT_UP;
        double before[MOST];
        memcpy(before, past.scores, past.count * sizeof *before);
        const struct ks_test test = ks_compare(before, past.count, scores, MOST);
        called_unthinned += test.significance < 0.01 && test.distance >= 0.2;
    }
    past_calibration_finish(&past);
    printf("called a change: %d of 20, without thinning %d\n", called, called_unthinned);
    CHECK(called <= 2);
    CHECK(called_unthinned >= 5);
}

TEST(too_few_pictures_tell_nothing_unless_they_lie_far_off)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 6, 2, 0.0);
    CHECK_INT(drift_since(&past).verdict, DRIFT_TOO_FEW);
    CHECK_CONTAINS(said, "too few independent pictures to say whether the scores have changed");
    CHECK_CONTAINS(said, "capture over a longer time");
    make_series('b', 6, 2, 0.1);
    CHECK_INT(drift_since(&past).verdict, DRIFT_UP);
    make_series('b', 1, 2, 0.1);
    CHECK_INT(drift_since(&past).verdict, DRIFT_TOO_FEW);
    past_calibration_finish(&past);
}

TEST(scores_that_are_all_equal_are_alike)
{
    make_series('a', 100, 1, 0.0);
    for (size_t i = 0; i < 100; i++)
        scores[i] = 0.01;
    struct past_calibration past = as_past();
    for (size_t i = 0; i < 100; i++)
        names[i][0] = 'b';
    const struct drift same = drift_since(&past);
    CHECK_INT(same.verdict, DRIFT_NONE);
    CHECK_NEAR(same.distance, 0.0, 0.0);
    for (size_t i = 0; i < 100; i++)
        scores[i] = 0.011;
    CHECK_INT(drift_since(&past).verdict, DRIFT_UP);
    past_calibration_finish(&past);
}

TEST(the_same_pictures_are_not_compared_again)
{
    make_series('a', 100, 1, 0.0);
    struct past_calibration past = as_past();
    struct drift drift = drift_since(&past);
    CHECK_INT(drift.verdict, DRIFT_SAME_PICTURES);
    CHECK_INT(drift.fresh, 0);
    CHECK(isnan(drift.distance));
    CHECK_CONTAINS(said, "no picture that was not there on 12 Nov 2025, 14:03");
    make_series('a', 60, 1, 0.0); /* some were removed */
    CHECK_INT(drift_since(&past).verdict, DRIFT_SAME_PICTURES);
    make_series('a', 100, 5, 0.0); /* other pictures by the same names */
    drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.verdict, DRIFT_NONE);
    CHECK(drift.fresh > 95);
}

TEST(only_what_is_new_in_a_folder_is_compared)
{
    make_series('a', 200, 1, 0.0);
    struct past_calibration past = as_past();
    make_series('b', 60, 2, 0.008);
    static double added[60];
    static char added_names[60][32];
    memcpy(added, scores, sizeof added);
    memcpy(added_names, names, sizeof added_names);
    make_series('a', 200, 1, 0.0);
    memcpy(scores + 200, added, sizeof added);
    memcpy(names + 200, added_names, sizeof added_names);
    for (size_t i = 200; i < 260; i++)
        name_list[i] = names[i];
    calibration.count = 260;
    const struct drift drift = drift_since(&past);
    past_calibration_finish(&past);
    CHECK_INT(drift.fresh, 60);
    CHECK_INT(drift.verdict, DRIFT_UP);
    CHECK_CONTAINS(said, "of the 60 pictures that are new)");
}

static char warned[4096];

static void on_warning(void *context, const char *sentence)
{
    (void)context;
    const size_t used = strlen(warned);
    snprintf(warned + used, sizeof warned - used, "%s\n", sentence);
}

static const char *folder;

static bool find(const char *present, struct past_calibration *ret_past)
{
    const struct dataset_warnings warnings = {on_warning, NULL};
    warned[0] = '\0';
    *ret_past = (struct past_calibration){0};
    return past_calibration_find(folder, present, &set, warnings, ret_past, &err);
}

static bool put(const char *name, const char *text)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_replace(path, text, strlen(text), false, &err);
}

/* The JSON text of the present series, which the caller frees. */
static char *render(bool pictures)
{
    const struct calibration_report report = {.set = &set,
                                              .dataset = &dataset,
                                              .calibration = &calibration,
                                              .folder = "data/normal",
                                              .past = &none,
                                              .drift = {.verdict = DRIFT_FIRST,
                                                        .distance = NAN,
                                                        .significance = NAN,
                                                        .mean_shift_stds = NAN},
                                              .made_utc_ms = INT64_C(1762956180000)};
    json_t *object = calibration_report_to_json(&report, pictures);
    char *text = object ? json_dumps(object, 0) : NULL;
    json_decref(object);
    return text;
}

static void begin_folder(const char *name)
{
    folder = scratch(name);
    if (!folder_create(folder, false, &err))
        printf("%s\n", err.message);
}

#define NEWEST "threshold_calibration_20251113_000000_000.json"
#define OLDER "threshold_calibration_20251112_000000_000.json"
#define OLDEST "threshold_calibration_20251111_000000_000.json"
#define PRESENT "threshold_calibration_20251114_000000_000.json"

TEST(a_report_comes_back_as_it_was)
{
    begin_folder("back");
    make_series('a', 30, 1, 0.0);
    char *text = render(true);
    CHECK(text && put(OLDER, text));
    free(text);
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(warned, "");
    CHECK_TEXT(past.name, OLDER);
    CHECK_INT(past.made_utc_ms, INT64_C(1762956180000));
    CHECK_NEAR(past.threshold, 0.0195, 0.0);
    CHECK_INT(past.count, 30);
    for (size_t i = 0; i < 30; i++) {
        CHECK_TEXT(past.names[i], names[i]);
        CHECK_NEAR(past.scores[i], scores[i], 0.0);
    }
    past_calibration_finish(&past);
    past_calibration_finish(&past);
}

TEST(figures_of_the_report)
{
    make_series('a', 3, 1, 0.0);
    scores[0] = 0.01;
    scores[1] = 0.0195; /* at the threshold is not above it */
    scores[2] = 0.03;
    char *text = render(false);
    CHECK(text);
    json_t *object = json_loads(text, 0, NULL);
    free(text);
    CHECK(object);
    const json_t *percentiles = json_object_get(object, "percentiles");
    const double median = json_number_value(json_object_get(percentiles, "50"));
    const double high = json_number_value(json_object_get(percentiles, "99.5"));
    const long long above = json_integer_value(json_object_get(object, "above_threshold"));
    const double share = json_number_value(json_object_get(object, "above_threshold_share"));
    const double new_threshold = json_number_value(json_object_get(object, "new_threshold"));
    const bool has_pictures = json_object_get(object, "pictures") != NULL;
    const bool null =
        json_is_null(json_object_get(json_object_get(object, "drift"), "ks_distance"));
    const size_t count = json_object_size(percentiles);
    json_decref(object);
    CHECK_NEAR(median, 0.0195, 1e-12);
    CHECK_NEAR(high, 0.03 - 0.01 * (0.03 - 0.0195), 1e-12);
    CHECK_INT(above, 1);
    CHECK_NEAR(share, 1.0 / 3, 1e-12);
    CHECK_NEAR(new_threshold, 0.0199, 0.0);
    CHECK(!has_pictures);
    CHECK(null);
    CHECK_INT(count, 12);
}

TEST(the_newest_older_one_counts)
{
    begin_folder("newest");
    make_series('a', 30, 1, 0.0);
    char *text = render(true);
    struct past_calibration past;
    CHECK(text && put(OLDER, text) && put(OLDEST, text) && put(NEWEST, text));
    CHECK(put("threshold_histogram_20251113_000000_000.png", "png") && put("notes.json", "{}"));
    free(text);
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.name, NEWEST);
    past_calibration_finish(&past);
    CHECK(find(NEWEST, &past)); /* not itself, and none that is newer by a clock set wrong */
    CHECK_TEXT(past.name, OLDER);
    past_calibration_finish(&past);
    CHECK(find(OLDEST, &past));
    CHECK_TEXT(past.name, "");
    CHECK_TEXT(warned, "");
}

TEST(one_of_another_model_or_scoring_is_passed_over)
{
    begin_folder("others");
    make_series('a', 30, 1, 0.0);
    char *text = render(true);
    CHECK(text && put(OLDEST, text));
    free(text);
    set.identity.set_digest[0] = '1';
    text = render(true);
    set.identity.set_digest[0] = '0';
    CHECK(text && put(OLDER, text));
    free(text);
    set.threshold.scoring_method = SCORING_TOPK;
    text = render(true);
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.name, "");
    CHECK_CONTAINS(warned, "2 earlier calibrations of another model or scoring are not compared");
    set.threshold.scoring_method = SCORING_MEAN;
    CHECK(text && put(NEWEST, text));
    free(text);
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.name, OLDEST);
    CHECK_CONTAINS(warned, "2 earlier calibrations");
    past_calibration_finish(&past);
}

/* `text` with `to` for the first `from`. */
static char *edited(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *result = at ? calloc(1, strlen(text) + strlen(to) + 1) : NULL;
    if (result)
        sprintf(result, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return result;
}

TEST(damaged_and_foreign_ones_are_named_and_passed_over)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"{", "[", "line 1"},
        {"\"schema\": 1", "\"schema\": 2", "written by a newer leakwatch"},
        {"\"schema\": 1", "\"x\": 1", "'schema' is missing"},
        {"\"ts\": \"2025", "\"ts\": \"yesterday", "which is no time"},
        {"\"model_digest\": \"", "\"model_digest\": \"0", "a text of 65 bytes"},
        {"\"threshold\": 0.0195", "\"threshold\": -1", "'threshold' is -1"},
        {"\"scoring_method\": \"mean\"", "\"scoring_method\": 1", "'scoring_method' is a number"},
        {"\"topk_percent\"", "\"k\"", "'topk_percent' is missing"},
        {"\"topk_min_pixels\"", "\"k\"", "'topk_min_pixels' is missing"},
        {"\"pictures\": [{", "\"pictures\": [], \"p\": [{", "not a list of 1 to 20000"},
        {"\"pictures\": [{", "\"pictures\": [3, {", "something that is no picture"},
        {"\"name\": \"a_0001.jpg\"", "\"name\": 7", "'name' is a number"},
        {"\"name\": \"a_0001.jpg\"", "\"name\": \"a\\u001b[2J\"", "control characters"},
        {"\"score\": ", "\"score\": -", "'score' is -0.01"},
        {"\"score\": ", "\"score\": null, \"s\": ", "'score' is null"},
    };
    begin_folder("damaged");
    make_series('a', 30, 1, 0.0);
    char *text = render(true);
    CHECK(text && put(OLDEST, text));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *damaged = edited(text, rows[i].from, rows[i].to);
        if (!damaged)
            CHECK_FAIL("%s is not in the report", rows[i].from);
        CHECK(put(OLDER, damaged));
        free(damaged);
        struct past_calibration past;
        CHECK(find(PRESENT, &past));
        CHECK_TEXT(past.name, OLDEST);
        CHECK_INT(past.count, 30);
        past_calibration_finish(&past);
        CHECK_CONTAINS(warned, "the earlier calibration " OLDER " is passed over: ");
        CHECK_CONTAINS(warned, rows[i].message);
    }
    free(text);
    CHECK(put(OLDER, ""));
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    past_calibration_finish(&past);
    CHECK_CONTAINS(warned, OLDER);
}

TEST(one_of_a_few_pictures_is_no_reference)
{
    begin_folder("few");
    make_series('a', 20, 1, 0.0);
    char *text = render(true);
    CHECK(text && put(OLDEST, text));
    free(text);
    make_series('a', 19, 1, 0.0);
    text = render(true);
    CHECK(text && put(OLDER, text));
    free(text);
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.name, OLDEST);
    CHECK_CONTAINS(warned, OLDER " is passed over: it saw only 19 pictures");
    past_calibration_finish(&past);
}

TEST(a_folder_that_is_not_there_holds_none)
{
    folder = scratch("not-there");
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.name, "");
    CHECK_CONTAINS(warned, "not-there");
}

TEST(names_that_are_no_utf8_can_be_written)
{
    begin_folder("names");
    make_series('a', 20, 1, 0.0);
    snprintf(names[3], sizeof names[3], "a_%c%c.jpg", '\xff', '\xfe');
    char *text = render(true);
    CHECK(text && put(OLDER, text));
    free(text);
    struct past_calibration past;
    CHECK(find(PRESENT, &past));
    CHECK_TEXT(past.names[3], "a_??.jpg");
    past_calibration_finish(&past);
}

TEST(lines_for_people)
{
    make_series('a', 50, 1, 0.0);
    const struct calibration_report report = {.set = &set,
                                              .dataset = &dataset,
                                              .calibration = &calibration,
                                              .folder = "data/normal",
                                              .past = &none,
                                              .drift = drift_since(&none)};
    for (size_t i = 0; i < 50; i++)
        scores[i] = 0.01;
    struct buffer text = {0};
    calibration_report_append_text(&report, &text);
    CHECK_CONTAINS(buffer_text(&text), "50 normal pictures of 320x180 px in data/normal\n");
    CHECK_CONTAINS(buffer_text(&text), "threshold: 0.0195 in force; these scores would give 0.0199 "
                                       "(percentile 99.5)\n");
    CHECK_CONTAINS(buffer_text(&text), "none of these normal pictures is above the threshold");
    for (size_t i = 0; i < 7; i++)
        scores[10 + i] = 0.02 + 0.001 * (double)(i / 2);
    buffer_clear(&text);
    calibration_report_append_text(&report, &text);
    snprintf(said, sizeof said, "%s", buffer_text(&text));
    buffer_clear(&text);
    CHECK_CONTAINS(said, "7 of these normal pictures (14 %) are above the threshold in force: of "
                         "1000 normal frames, expect 140 to be taken for abnormal\n"
                         "  0.023  a_0016.jpg\n  0.022  a_0014.jpg\n  0.022  a_0015.jpg\n"
                         "  0.021  a_0012.jpg\n  0.021  a_0013.jpg\n  … and 2 more\n"
                         "that is far more than the 0.5 % it was set for: train again, or with "
                         "--write-threshold set it from these pictures");
    scores[10] = scores[11] = scores[12] = 0.01;
    calibration_report_append_text(&report, &text);
    const bool is_notable = strstr(buffer_text(&text), "far more") != NULL;
    buffer_finish(&text);
    CHECK(!is_notable); /* 4 of 50 may be chance */
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    make_set();
    RUN(the_first_one_is_compared_with_the_training);
    RUN(other_pictures_of_the_same_scene_are_like_before);
    RUN(a_shift_is_said_with_its_direction);
    RUN(a_wider_spread_is_neither_up_nor_down);
    RUN(what_chance_would_seldom_bring_about_is_neither_called_alike_nor_changed);
    RUN(a_small_shift_of_many_pictures_is_none);
    RUN(neighbours_that_are_alike_do_not_count_twice);
    RUN(too_few_pictures_tell_nothing_unless_they_lie_far_off);
    RUN(scores_that_are_all_equal_are_alike);
    RUN(the_same_pictures_are_not_compared_again);
    RUN(only_what_is_new_in_a_folder_is_compared);
    RUN(a_report_comes_back_as_it_was);
    RUN(figures_of_the_report);
    RUN(the_newest_older_one_counts);
    RUN(one_of_another_model_or_scoring_is_passed_over);
    RUN(damaged_and_foreign_ones_are_named_and_passed_over);
    RUN(one_of_a_few_pictures_is_no_reference);
    RUN(a_folder_that_is_not_there_holds_none);
    RUN(names_that_are_no_utf8_can_be_written);
    RUN(lines_for_people);
    return check_report();
}
