/* threshold.json ⇄ struct threshold_set. One table of numbers says key, place and range, for both
 * directions; the few keys that are no plain numbers are written out.
 */
#include "model/threshold_file.h"

#include "model/json_fields.h"

#include <stddef.h>
#include <string.h>

enum { AREA_MAX = 1 << 24 };

/* Scores are mean squared differences of 0..1, so 1 is the most there can be; above it a person has
 * switched the trigger off, which is allowed. */
#define ERROR_VALUE_MAX 1e6

struct number_row {
    const char *key;
    size_t offset; /* of a double in struct threshold_set */
    double min, max;
    bool is_setting; /* of the configuration, so also in stats.json */
};

#define AT(member) offsetof(struct threshold_set, member)

static const struct number_row number_rows[] = {
    {"percentile", AT(percentile), 0.0, 100.0, true},
    {"threshold", AT(threshold), 0.0, ERROR_VALUE_MAX, false},
    {"topk_percent", AT(topk_percent), 0.0, 100.0, true},
    {"pixel_error_threshold", AT(pixel_error_threshold), 0.0, ERROR_VALUE_MAX, false},
    {"blob_area_threshold", AT(blob_area_threshold), 0.0, AREA_MAX, false},
    {"pixel_error_percentile", AT(pixel_error_percentile), 0.0, 100.0, true},
    {"blob_area_percentile", AT(blob_area_percentile), 0.0, 100.0, true},
};
enum { NUMBER_ROWS = sizeof number_rows / sizeof number_rows[0] };

static bool add_numbers(json_t *object, const struct threshold_set *threshold, bool settings_only)
{
    for (size_t i = 0; i < NUMBER_ROWS; i++) {
        const struct number_row *row = &number_rows[i];
        double value;
        memcpy(&value, (const char *)threshold + row->offset, sizeof value);
        if ((row->is_setting || !settings_only) &&
            json_object_set_new(object, row->key, json_real(value)) != 0)
            return false;
    }
    return true;
}

bool threshold_add_settings(json_t *object, const struct threshold_set *threshold)
{
    json_t *others =
        json_pack("{s:s, s:i, s:b, s:i, s:i}", //
                  "scoring_method", threshold->scoring_method == SCORING_TOPK ? "topk" : "mean",
                  "topk_min_pixels", threshold->topk_min_pixels, "heatmap_trigger_enabled",
                  (int)threshold->heatmap_trigger_enabled, "connectivity", threshold->connectivity,
                  "min_blob_area", threshold->min_blob_area);
    const bool added =
        others && json_object_update(object, others) == 0 && add_numbers(object, threshold, true);
    json_decref(others);
    return added;
}

json_t *threshold_to_json(const struct threshold_set *threshold)
{
    json_t *object = json_pack("{s:i}", "schema", THRESHOLD_SCHEMA);
    if (object && add_numbers(object, threshold, false) &&
        threshold_add_settings(object, threshold))
        return object;
    json_decref(object);
    return NULL;
}

static bool read_numbers(const json_t *object, struct threshold_set *threshold, struct error *err)
{
    for (size_t i = 0; i < NUMBER_ROWS; i++) {
        const struct number_row *row = &number_rows[i];
        double value;
        if (!json_read_real(object, row->key, row->min, row->max, &value, err))
            return false;
        memcpy((char *)threshold + row->offset, &value, sizeof value);
    }
    return true;
}

static bool read_method(const json_t *object, int *ret_method, struct error *err)
{
    char method[16];
    if (!json_read_text(object, "scoring_method", method, sizeof method, err))
        return false;
    if (strcmp(method, "mean") == 0)
        *ret_method = SCORING_MEAN;
    else if (strcmp(method, "topk") == 0)
        *ret_method = SCORING_TOPK;
    else
        return error_set(err, ERROR_FORMAT, "'scoring_method' is '%s', allowed are mean and topk",
                         method);
    return true;
}

bool threshold_from_json(const json_t *object, struct threshold_set *ret_threshold,
                         struct error *err)
{
    struct threshold_set read = {0};
    json_int_t topk_min_pixels, connectivity, min_blob_area;
    if (!json_read_schema(object, THRESHOLD_SCHEMA, err) || !read_numbers(object, &read, err) ||
        !read_method(object, &read.scoring_method, err) ||
        !json_read_int(object, "topk_min_pixels", 1, AREA_MAX, &topk_min_pixels, err) ||
        !json_read_bool(object, "heatmap_trigger_enabled", &read.heatmap_trigger_enabled, err) ||
        !json_read_int(object, "connectivity", 4, 8, &connectivity, err) ||
        !json_read_int(object, "min_blob_area", 1, AREA_MAX, &min_blob_area, err))
        return false;
    if (connectivity != 4 && connectivity != 8)
        return error_set(err, ERROR_FORMAT, "'connectivity' is %d, allowed are 4 and 8",
                         (int)connectivity);
    read.topk_min_pixels = (int)topk_min_pixels;
    read.connectivity = (int)connectivity;
    read.min_blob_area = (int)min_blob_area;
    *ret_threshold = read;
    return true;
}
