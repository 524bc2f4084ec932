/* What stands in the three files of a model: the keys that readers expect, and the refusal of every
 * value that is missing, of another kind, out of range or of another version. */
#include "check.h"
#include "model_set_fixture.h"

#include "model/onnx.h"

#include <jansson.h>

static void check_has_keys(const char *name, const char *const *keys, size_t count)
{
    struct buffer file = contents_of(name);
    json_t *object = json_loadb(file.data, file.size, 0, NULL);
    buffer_finish(&file);
    CHECK(object != NULL);
    for (size_t i = 0; i < count; i++)
        if (!json_object_get(object, keys[i]))
            CHECK_FAIL("%s has no key %s", name, keys[i]);
    CHECK_INT(json_object_size(object), count);
    json_decref(object);
}

TEST(the_files_have_the_keys_that_readers_expect)
{
    static const char *const threshold_keys[] = {"percentile",
                                                 "threshold",
                                                 "scoring_method",
                                                 "topk_percent",
                                                 "topk_min_pixels",
                                                 "heatmap_trigger_enabled",
                                                 "pixel_error_threshold",
                                                 "blob_area_threshold",
                                                 "pixel_error_percentile",
                                                 "blob_area_percentile",
                                                 "connectivity",
                                                 "min_blob_area",
                                                 "schema",
                                                 "set_digest"};
    static const char *const stats_keys[] = {"n_train",
                                             "n_val",
                                             "val_error_mean",
                                             "val_error_std",
                                             "val_error_min",
                                             "val_error_max",
                                             "final_train_loss",
                                             "final_val_loss",
                                             "percentile",
                                             "threshold",
                                             "scoring_method",
                                             "topk_percent",
                                             "topk_min_pixels",
                                             "heatmap_trigger_enabled",
                                             "pixel_error_percentile",
                                             "blob_area_percentile",
                                             "connectivity",
                                             "min_blob_area",
                                             "model_path",
                                             "threshold_path",
                                             "epochs",
                                             "best_epoch",
                                             "seconds",
                                             "interrupted",
                                             "train_losses",
                                             "validation_losses",
                                             "data_digest",
                                             "isa",
                                             "threads",
                                             "onednn_version",
                                             "schema",
                                             "set_digest"};
    CHECK(save());
    check_has_keys(THRESHOLD_FILE_NAME, threshold_keys,
                   sizeof threshold_keys / sizeof threshold_keys[0]);
    check_has_keys(STATS_FILE_NAME, stats_keys, sizeof stats_keys / sizeof stats_keys[0]);
    struct stat status;
    CHECK_INT(stat(in(MODEL_FILE_NAME), &status), 0);
    CHECK_INT(status.st_mode & 0777, 0644);
}

/* Loads with `to` for `from` in one file of the set, which is as it was afterwards. */
static bool load_edited(const char *name, const char *from, const char *to)
{
    struct buffer file = contents_of(name), edited = {0};
    const char *at = memmem(file.data, file.size, from, strlen(from));
    bool good = at != NULL;
    if (at) {
        const size_t before = (size_t)(at - file.data);
        buffer_append(&edited, file.data, before);
        buffer_append_text(&edited, to);
        buffer_append(&edited, at + strlen(from), file.size - before - strlen(from));
        good = put(name, edited.data, edited.size) && load();
        const struct error kept = err;
        if (!put(name, file.data, file.size))
            printf("%s\n", err.message);
        err = kept;
    } else {
        err = (struct error){.message = "the text to be exchanged is not there"};
    }
    buffer_finish(&file);
    buffer_finish(&edited);
    return good;
}

TEST(every_key_of_threshold_json_is_checked)
{
    CHECK(save());
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"\"threshold\": 0.03", "\"threshold\": NaN, \"x\": 0.03", "NaN"},
        {"\"threshold\": 0.03", "\"threshold\": Infinity, \"x\": 0.03", "Infinity"},
        {"\"threshold\": 0.03", "\"threshold\": 1e999, \"x\": 0.03", "real number overflow"},
        {"\"threshold\": 0.03", "\"threshold\": -0.03", "'threshold' is -0.033333"},
        {"\"threshold\": 0.03", "\"threshold\": null, \"x\": 0.03",
         "'threshold' is null where a n"},
        {"\"threshold\": 0.03", "\"threshold\": \"1\", \"x\": 0.03", "'threshold' is a text where"},
        {"\"threshold\": 0.03", "\"treshold\": 0.03", "the key 'threshold' is missing"},
        {"\"percentile\"", "\"p\"", "the key 'percentile' is missing"},
        {"\"percentile\": 99.5", "\"percentile\": 100.5",
         "'percentile' is 100.5, allowed are 0 to"},
        {"\"scoring_method\": \"topk\"", "\"scoring_method\": \"max\"",
         "allowed are mean and topk"},
        {"\"scoring_method\": \"topk\"", "\"scoring_method\": []", "'scoring_method' is an array"},
        {"\"topk\"", "\"a method with a very long name\"", "a text of 30 bytes, at most 15"},
        {"\"topk\"", "\"to\\npk\"", "'scoring_method' is a text with control characters"},
        {"\"topk\"", "\"\x1b[2J\"", "control character 0x1b"},
        {"\"topk_percent\"", "\"k\"", "'topk_percent' is missing"},
        {"\"topk_min_pixels\": 100", "\"topk_min_pixels\": 0", "'topk_min_pixels' is 0, allowed"},
        {"\"topk_min_pixels\": 100", "\"topk_min_pixels\": 1.5", "a number where a whole number"},
        {"\"heatmap_trigger_enabled\": true", "\"heatmap_trigger_enabled\": 1",
         "where true or fal"},
        {"\"heatmap_trigger_enabled\"", "\"h\"", "'heatmap_trigger_enabled' is missing"},
        {"\"pixel_error_threshold\"", "\"h\"", "'pixel_error_threshold' is missing"},
        {"\"blob_area_threshold\"", "\"h\"", "'blob_area_threshold' is missing"},
        {"\"pixel_error_percentile\"", "\"h\"", "'pixel_error_percentile' is missing"},
        {"\"blob_area_percentile\"", "\"h\"", "'blob_area_percentile' is missing"},
        {"\"connectivity\": 8", "\"connectivity\": 6", "'connectivity' is 6, allowed are 4 and 8"},
        {"\"connectivity\": 8", "\"connectivity\": {}", "'connectivity' is an object"},
        {"\"min_blob_area\": 16", "\"min_blob_area\": true", "'min_blob_area' is true or false"},
        {"\"schema\": 1", "\"schema\": 2", "written by a newer leakwatch (schema 2, this program"},
        {"\"schema\": 1", "\"schema\": 0", "written by an older leakwatch (schema 0, this"},
        {"\"set_digest\"", "\"digest\"", "'set_digest' is missing"},
        {"\"schema\"", "\"connectivity\"", "duplicate object key"},
        {"{", "[{", "line 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!load_edited(THRESHOLD_FILE_NAME, rows[i].from, rows[i].to));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, THRESHOLD_FILE_NAME ": ");
        CHECK_CONTAINS(err.message, "train again");
        if (i != sizeof rows / sizeof rows[0] - 1)
            CHECK_CONTAINS(err.message, rows[i].message);
    }
}

TEST(every_key_of_stats_json_is_checked)
{
    CHECK(save());
    static const char *const keys[] = {
        "n_train",       "n_val",         "val_error_mean",   "val_error_std",
        "val_error_min", "val_error_max", "final_train_loss", "final_val_loss",
        "epochs",        "best_epoch",    "threads",          "seconds",
        "schema",        "set_digest",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char from[40], message[64];
        snprintf(from, sizeof from, "\"%s\"", keys[i]);
        snprintf(message, sizeof message, "stats.json: the key '%s' is missing", keys[i]);
        CHECK(!load_edited(STATS_FILE_NAME, from, "\"other\""));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, message);
    }
    CHECK(!load_edited(STATS_FILE_NAME, "\"best_epoch\": 2", "\"best_epoch\": 4"));
    CHECK_CONTAINS(err.message, "'best_epoch' is 4, allowed are 1 to 3");
}

TEST(loss_curves_are_checked)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"0.31,", "", "'validation_losses' is not a list of 3 losses, one of each epoch"},
        {"0.31", "\"0.31\"", "'validation_losses' holds no loss for epoch 1"},
        {"0.19", "-0.19", "'validation_losses' holds no loss for epoch 2"},
        {"\"train_losses\": [", "\"train_losses\": [0.3, null, 0.1], \"x\": [",
         "'train_losses' holds no loss for epoch 2"},
        {"\"train_losses\": [", "\"train_losses\": 3, \"x\": [",
         "'train_losses' is not a list of 3 losses"},
    };
    CHECK(save());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!load_edited(STATS_FILE_NAME, rows[i].from, rows[i].to));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, rows[i].message);
    }
    CHECK(load_edited(STATS_FILE_NAME, "\"train_losses\"", "\"other\"")); /* an older file */
    CHECK(!loaded.stats.train_losses && !loaded.stats.validation_losses);
}

TEST(a_threshold_tuned_by_hand_is_read)
{
    CHECK(save());
    CHECK(load_edited(THRESHOLD_FILE_NAME, "\"threshold\": 0.0333", "\"threshold\": 0.0444"));
    CHECK_NEAR(loaded.threshold.threshold, 0.0444, 1e-4);
}

TEST(files_that_are_no_json_or_too_large_are_refused)
{
    static char large[(1 << 20) + 1];
    static const char *const texts[] = {"", "null", "[]", "{", "\xff\xfe{}", "{} {}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK(save());
        CHECK(put(THRESHOLD_FILE_NAME, texts[i], strlen(texts[i])));
        CHECK(!load());
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, THRESHOLD_FILE_NAME);
    }
    memset(large, ' ', sizeof large);
    CHECK(put(THRESHOLD_FILE_NAME, large, sizeof large));
    CHECK(!load());
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "larger than the 1048576 bytes");
    memset(large, '[', sizeof large);
    CHECK(put(THRESHOLD_FILE_NAME, large, sizeof large - 1));
    CHECK(!load());
    CHECK_CONTAINS(err.message, "maximum parsing depth");
}

/* Exchanges the text of one metadata pair; the ONNX file itself stays sound. */
static bool load_with_pair(const char *key, const char *new_key, const char *value)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    size_t count;
    int width, height;
    if (!save())
        return true;
    struct buffer file = contents_of(MODEL_FILE_NAME), out = {0};
    if (!onnx_read(file.data, file.size, set.parameters, &width, &height, pairs, &count, &err))
        return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i].key, key) == 0) {
            snprintf(pairs[i].key, sizeof pairs[i].key, "%s", new_key);
            snprintf(pairs[i].value, sizeof pairs[i].value, "%s", value);
        }
    const bool written = onnx_write(set.parameters, width, height, pairs, count, &out, &err) &&
                         put(MODEL_FILE_NAME, out.data, out.size);
    buffer_finish(&file);
    buffer_finish(&out);
    return written ? load() : true;
}

TEST(every_metadata_pair_is_checked)
{
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"format_version", "one"},
        {"picture_width", "-1"},
        {"picture_height", "99999"},
        {"roi_enabled", "maybe"},
        {"roi_units", "2"},
        {"roi_x", "nan"},
        {"roi_y", "1e9"},
        {"roi_width", ""},
        {"roi_height", "0x10"},
        {"data_digest", "abc"},
        {"weights_digest", "g"},
        {"set_digest", ""},
        {"threads", "many"},
        {"isa", "................................"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char key[48], expected[96];
        snprintf(key, sizeof key, "leakwatch.%s", rows[i].name);
        snprintf(expected, sizeof expected, "the metadata '%s' is '%s', which is not", key,
                 rows[i].value);
        CHECK(!load_with_pair(key, key, rows[i].value));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, expected);
        if (i % 5)
            continue;
        CHECK(!load_with_pair(key, "leakwatch.other", "x"));
        snprintf(expected, sizeof expected, "the metadata '%s' is missing", key);
        CHECK_CONTAINS(err.message, expected);
    }
}

TEST(another_format_version_is_named)
{
    CHECK(!load_with_pair("leakwatch.format_version", "leakwatch.format_version", "2"));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message,
                   "written by a newer leakwatch (model format 2, this program reads 1)");
    CHECK(!load_with_pair("leakwatch.format_version", "leakwatch.format_version", "0"));
    CHECK_CONTAINS(err.message, "written by an older leakwatch (model format 0");
}

int main(void)
{
    make_set();
    RUN(the_files_have_the_keys_that_readers_expect);
    RUN(every_key_of_threshold_json_is_checked);
    RUN(every_key_of_stats_json_is_checked);
    RUN(loss_curves_are_checked);
    RUN(a_threshold_tuned_by_hand_is_read);
    RUN(files_that_are_no_json_or_too_large_are_refused);
    RUN(every_metadata_pair_is_checked);
    RUN(another_format_version_is_named);
    model_set_finish(&set);
    model_set_finish(&loaded);
    return check_report();
}
