/* threshold.json and stats.json from hostile bytes. Promised: refused with ERROR_FORMAT on one
 * line, or read; then the thresholds are in their ranges, and written and read again they are the
 * same. */
#include "fuzz.h"
#include "model/json_fields.h"
#include "model/stats_file.h"
#include "model/threshold_file.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct model_set example = {
    .threshold = {.percentile = 99.5,
                  .threshold = 0.1,
                  .topk_percent = 1,
                  .topk_min_pixels = 100,
                  .heatmap_trigger_enabled = true,
                  .pixel_error_threshold = 0.02,
                  .blob_area_threshold = 17,
                  .pixel_error_percentile = 99.9,
                  .blob_area_percentile = 99.5,
                  .connectivity = 8,
                  .min_blob_area = 16},
    .stats = {.n_train = 80, .n_val = 20, .epochs = 3, .best_epoch = 2, .threads = 2},
};

static void append_json(json_t *object, struct buffer *out)
{
    char *text = json_dumps(object, JSON_INDENT(1));
    assert(text);
    buffer_append_text(out, text);
    free(text);
    json_decref(object);
}

bool fuzz_seed(size_t index, struct buffer *out)
{
    static const char *const others[] = {"", "{}", "[[[[{}]]]]", "{\"schema\": 1e5}",
                                         "{\"threshold\": NaN, \"schema\": 1}"};
    if (index == 0)
        append_json(threshold_to_json(&example.threshold), out);
    else if (index == 1)
        append_json(stats_to_json(&example), out);
    else if (index - 2 < sizeof others / sizeof others[0])
        buffer_append_text(out, others[index - 2]);
    else
        return false;
    return true;
}

static void check_error(const struct error *err)
{
    assert(err->code == ERROR_FORMAT && err->message[0] && !strchr(err->message, '\n'));
}

static void check_threshold(const struct threshold_set *threshold)
{
    struct threshold_set again;
    struct error err;
    assert(isfinite(threshold->threshold) && threshold->threshold >= 0);
    assert(threshold->percentile >= 0 && threshold->percentile <= 100);
    assert(threshold->connectivity == 4 || threshold->connectivity == 8);
    assert(threshold->topk_min_pixels >= 1 && threshold->min_blob_area >= 1);
    json_t *object = threshold_to_json(threshold);
    assert(object);
    const bool good = threshold_from_json(object, &again, &err);
    assert(good && again.threshold == threshold->threshold);
    assert(again.blob_area_threshold == threshold->blob_area_threshold);
    assert(again.scoring_method == threshold->scoring_method);
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct threshold_set threshold;
    struct model_stats stats;
    json_t *object = json_object_parse((const char *)data, size, &err);
    if (!object) {
        check_error(&err);
        return 0;
    }
    if (threshold_from_json(object, &threshold, &err))
        check_threshold(&threshold);
    else
        check_error(&err);
    if (stats_from_json(object, &stats, &err))
        assert(stats.best_epoch >= 1 && stats.best_epoch <= stats.epochs);
    else
        check_error(&err);
    json_decref(object);
    return 0;
}
