/* The result of an evaluation of pictures for programs, and what it cannot say for people.
 *
 * Numbers that do not exist are null: a reader that takes a null for a number stops, one that took
 * 0.5 or 0 would go on. The layout is versioned by `schema`, as records are.
 */
#include "evaluate/pictures.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum { PICTURES_SCHEMA = 1, PATH_SHOWN = 1024, LIMIT_TEXT = 256 };

static json_t *real_value(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count_value(size_t count)
{
    return json_integer((json_int_t)count);
}

static json_t *share_value(const struct pictures_share *share)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "count", count_value(share->count), "total",
                     count_value(share->total), "share",
                     real_value(share->total ? (double)share->count / (double)share->total : NAN),
                     "low", real_value(share->total ? share->interval.low : NAN), "high",
                     real_value(share->total ? share->interval.high : NAN));
}

static json_t *operating_point_value(const struct operating_point *point)
{
    return json_pack("{s:f, s:o, s:o, s:o, s:b}", "fpr_limit", point->fpr_limit, "tpr",
                     real_value(point->tpr), "fpr", real_value(point->fpr), "threshold",
                     real_value(point->threshold), "resolved", point->resolved);
}

static json_t *by_picture_value(const struct pictures_measures *measures)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "normal", count_value(measures->normal_count),
        "anomalous", count_value(measures->anomalous_count), "auroc", real_value(measures->auroc),
        "tpr_at_fpr_1_percent", operating_point_value(&measures->at_1_percent),
        "tpr_at_fpr_0.1_percent", operating_point_value(&measures->at_01_percent), "found",
        share_value(&measures->found), "false_alarms", share_value(&measures->false_alarms));
}

static json_t *by_pixel_value(const struct pictures_measures *measures)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "pictures_with_mask",
        count_value(measures->masked_count), "regions", count_value(measures->region_count),
        "auroc", real_value(measures->pixel_auroc), "auroc_error_at_most",
        real_value(measures->pixel_auroc_error), "aupro_0.3", real_value(measures->aupro_30),
        "aupro_0.05", real_value(measures->aupro_05), "aupimo_mean",
        real_value(measures->aupimo_mean), "aupimo_p33", real_value(measures->aupimo_p33),
        "aupimo_above_half",
        isnan(measures->aupimo_mean) ? json_null() : count_value(measures->aupimo_above_half));
}

static json_t *measures_value(const struct pictures_measures *measures)
{
    return json_pack("{s:o, s:o}", "by_picture", by_picture_value(measures), "by_pixel",
                     by_pixel_value(measures));
}

static json_t *kinds_value(const struct pictures_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->kind_count; i++) {
        const struct pictures_kind *kind = &result->kinds[i];
        json_t *value = json_pack("{s:s, s:b, s:o, s:o, s:o}", "kind", kind->name, "anomalous",
                                  kind->anomalous, "pictures", count_value(kind->picture_count),
                                  "flagged", share_value(&kind->flagged), "measures",
                                  kind->anomalous ? measures_value(&kind->measures) : json_null());
        if (json_array_append_new(list, value) != 0)
            return json_decref(list), NULL;
    }
    return list;
}

static json_t *entries_value(const struct pictures_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->entry_count; i++) {
        const struct pictures_entry *entry = &result->entries[i];
        char path[PATH_SHOWN];
        text_copy_plain(path, sizeof path, entry->path);
        json_t *value =
            json_pack("{s:s, s:s, s:b, s:o, s:o, s:b, s:b, s:i, s:b, s:o, s:o}", "path", path,
                      "kind", result->kinds[entry->kind].name, "anomalous", entry->anomalous,
                      "score", real_value(entry->score), "threshold", real_value(entry->threshold),
                      "flagged", entry->flagged, "busy", entry->busy, "camera_faults",
                      (int)entry->faults, "mask", entry->has_mask, "area_fraction",
                      real_value(entry->area_fraction), "aupimo", real_value(entry->aupimo));
        if (json_array_append_new(list, value) != 0)
            return json_decref(list), NULL;
    }
    return list;
}

static void add_limit(void *context, const char *sentence)
{
    json_array_append_new(context, json_string(sentence));
}

static json_t *limits_value(const struct pictures_result *result)
{
    json_t *list = json_array();
    if (list)
        pictures_say_limits(result, add_limit, list);
    return list;
}

json_t *pictures_to_json(const struct pictures_result *result, bool with_pictures)
{
    const struct rect *region = &result->region;
    json_t *value =
        json_pack("{s:i, s:i, s:i, s:{s:i, s:i, s:i, s:i}, s:o, s:o, s:o, s:b, s:o, s:o}", "schema",
                  PICTURES_SCHEMA, "width", result->width, "height", result->height, "region", "x",
                  region->x, "y", region->y, "w", region->width, "h", region->height, "left_out",
                  count_value(result->left_out_count), "without_mask",
                  count_value(result->without_mask_count), "all", measures_value(&result->all),
                  "aupimo_resolved", result->aupimo_resolved, "limits", limits_value(result),
                  "kinds", kinds_value(result));
    if (!value || !with_pictures)
        return value;
    if (json_object_set_new(value, "pictures", entries_value(result)) != 0)
        return json_decref(value), NULL;
    return value;
}

/* ---- what it cannot say */

struct limits {
    void (*say)(void *context, const char *sentence);
    void *context;
};

static void say_operating_point(const struct limits *limits, const char *limit, size_t needed,
                                const struct pictures_measures *all)
{
    char sentence[LIMIT_TEXT];
    if (all->normal_count >= needed)
        return;
    snprintf(sentence, sizeof sentence,
             "the TPR at an FPR of %s is that without any false alarm: it takes %zu normal "
             "pictures to tell, and there are %zu",
             limit, needed, all->normal_count);
    limits->say(limits->context, sentence);
}

static void say_pixels(const struct limits *limits, const struct pictures_result *result)
{
    const struct pictures_measures *all = &result->all;
    if (all->masked_count == 0) {
        limits->say(limits->context,
                    "there is nothing by pixel: no abnormal picture has a usable mask");
        return;
    }
    if (isnan(all->pixel_auroc))
        limits->say(limits->context, "there is nothing by pixel: no pixel is normal");
    if (all->normal_count > 0 && !result->aupimo_resolved)
        limits->say(limits->context,
                    "AUPIMO is coarse: an FPR of 1e-5 takes 100000 pixels of normal pictures");
}

void pictures_say_limits(const struct pictures_result *result,
                         void (*say)(void *context, const char *sentence), void *context)
{
    const struct limits limits = {say, context};
    const struct pictures_measures *all = &result->all;
    if (all->normal_count == 0)
        say(context, "there is no AUROC, no TPR and no AUPIMO: no normal pictures");
    if (all->anomalous_count == 0)
        say(context, "there is no AUROC, no TPR and nothing by pixel: no abnormal pictures");
    if (all->anomalous_count == 0)
        return;
    if (all->normal_count > 0) {
        say_operating_point(&limits, "1 %", 100, all);
        say_operating_point(&limits, "0.1 %", 1000, all);
    }
    say_pixels(&limits, result);
}
