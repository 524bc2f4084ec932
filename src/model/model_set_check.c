/* Does a loaded model fit the configuration? Asked before anything is armed: a threshold that was
 * computed for other scoring, another region or another size gives wrong scores, not an error.
 *
 * One row per setting; the first that differs is named with both values and the two ways out.
 */
#include "model/model_set.h"

#include <stdio.h>

enum { VALUE_SIZE = 32 };

struct fit_row {
    const char *option; /* as config.yaml has it */
    double model, config;
    const char *const *names; /* of a choice, else NULL */
};

static const char *const switch_names[] = {"false", "true"};
static const char *const unit_names[] = {[ROI_RELATIVE] = "relative", [ROI_PIXELS] = "pixels"};
static const char *const method_names[] = {[SCORING_MEAN] = "mean", [SCORING_TOPK] = "topk"};

static void format_value(const struct fit_row *row, double value, char ret_text[VALUE_SIZE])
{
    if (row->names)
        snprintf(ret_text, VALUE_SIZE, "%s", row->names[(int)value]);
    else
        snprintf(ret_text, VALUE_SIZE, "%.15g", value);
}

static bool rows_agree(const struct fit_row *rows, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].model == rows[i].config)
            continue;
        char model[VALUE_SIZE], config[VALUE_SIZE];
        format_value(&rows[i], rows[i].model, model);
        format_value(&rows[i], rows[i].config, config);
        return error_set(err, ERROR_CONFIG,
                         "the model was made with %s %s, but the configuration says %s; set it "
                         "back to %s, or train again",
                         rows[i].option, model, config, model);
    }
    return true;
}

static bool region_fits(const struct model_identity *model, const struct config *config,
                        struct error *err)
{
    const struct fit_row rows[] = {
        {"image.width", model->width, config->image_width, NULL},
        {"image.height", model->height, config->image_height, NULL},
        {"roi.enabled", model->roi_enabled, config->roi_enabled, switch_names},
        {"roi.units", model->roi_units, config->roi_units, unit_names},
        {"roi.x", model->roi_x, config->roi_x, NULL},
        {"roi.y", model->roi_y, config->roi_y, NULL},
        {"roi.width", model->roi_width, config->roi_width, NULL},
        {"roi.height", model->roi_height, config->roi_height, NULL},
    };
    enum { ALWAYS = 3, ALL = sizeof rows / sizeof rows[0] };
    return rows_agree(rows, ALWAYS, err) &&
           (!config->roi_enabled || rows_agree(rows + ALWAYS, ALL - ALWAYS, err));
}

static bool scoring_fits(const struct threshold_set *model, const struct config *config,
                         struct error *err)
{
    const struct fit_row rows[] = {
        {"threshold.percentile", model->percentile, config->threshold_percentile, NULL},
        {"scoring.method", model->scoring_method, config->scoring_method, method_names},
        {"scoring.topk_percent", model->topk_percent, config->scoring_topk_percent, NULL},
        {"scoring.topk_min_pixels", model->topk_min_pixels, config->scoring_topk_min_pixels, NULL},
    };
    enum { ALWAYS = 2, ALL = sizeof rows / sizeof rows[0] };
    return rows_agree(rows, ALWAYS, err) &&
           (config->scoring_method != SCORING_TOPK || rows_agree(rows + ALWAYS, ALL - ALWAYS, err));
}

static bool trigger_fits(const struct threshold_set *model, const struct config *config,
                         struct error *err)
{
    const int connectivity = config->heatmap_trigger_connectivity == CONNECTIVITY_4 ? 4 : 8;
    const struct fit_row rows[] = {
        {"heatmap_trigger.enabled", model->heatmap_trigger_enabled, config->heatmap_trigger_enabled,
         switch_names},
        {"heatmap_trigger.pixel_error_percentile", model->pixel_error_percentile,
         config->heatmap_trigger_pixel_error_percentile, NULL},
        {"heatmap_trigger.blob_area_percentile", model->blob_area_percentile,
         config->heatmap_trigger_blob_area_percentile, NULL},
        {"heatmap_trigger.connectivity", model->connectivity, connectivity, NULL},
        {"heatmap_trigger.min_blob_area", model->min_blob_area,
         config->heatmap_trigger_min_blob_area, NULL},
    };
    enum { ALWAYS = 1, ALL = sizeof rows / sizeof rows[0] };
    return rows_agree(rows, ALWAYS, err) &&
           (!config->heatmap_trigger_enabled || rows_agree(rows + ALWAYS, ALL - ALWAYS, err));
}

bool model_set_check(const struct model_set *set, const struct config *config, struct error *err)
{
    return region_fits(&set->identity, config, err) && scoring_fits(&set->threshold, config, err) &&
           trigger_fits(&set->threshold, config, err);
}
