/* The JSON file of a calibration, there and back, also when somebody has been at it; and which one
 * of a folder counts.
 */
#include "check.h"
#include "scratch.h"

#include "calibration_series.h"

#include "platform/file.h"

#include <stdlib.h>

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
    const struct picture_listener listener = {on_warning, NULL};
    warned[0] = '\0';
    *ret_past = (struct past_calibration){0};
    return past_calibration_find(folder, present, &set, listener, ret_past, &err);
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

int main(void)
{
    setenv("TZ", "UTC", 1);
    make_set();
    RUN(a_report_comes_back_as_it_was);
    RUN(figures_of_the_report);
    RUN(the_newest_older_one_counts);
    RUN(one_of_another_model_or_scoring_is_passed_over);
    RUN(damaged_and_foreign_ones_are_named_and_passed_over);
    RUN(one_of_a_few_pictures_is_no_reference);
    RUN(a_folder_that_is_not_there_holds_none);
    RUN(names_that_are_no_utf8_can_be_written);
    return check_report();
}
