/* A model held against the configuration: every setting that decides scores must agree. */
#include "check.h"
#include "model_set_fixture.h"

static struct config *fitting_config(void)
{
    struct config *config = config_default(&err);
    if (!config)
        return NULL;
    config->image_height = 128;
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = 10;
    config->roi_y = 0.1;
    config->roi_width = 640;
    config->roi_height = 320;
    config->scoring_method = SCORING_TOPK;
    return config;
}

TEST(a_model_that_does_not_fit_the_configuration_names_both_values)
{
    struct config *config = fitting_config();
    CHECK(config != NULL);
    CHECK(model_set_check(&set, config, &err));
#define REFUSED(member, value, sentence)                                                           \
    do {                                                                                           \
        const struct config kept_config = *config;                                                 \
        config->member = value;                                                                    \
        err = (struct error){0};                                                                   \
        const bool fits = model_set_check(&set, config, &err);                                     \
        *config = kept_config;                                                                     \
        CHECK(!fits);                                                                              \
        CHECK_INT(err.code, ERROR_CONFIG);                                                         \
        CHECK_CONTAINS(err.message, sentence);                                                     \
        CHECK_CONTAINS(err.message, ", or train again");                                           \
    } while (0)
    REFUSED(image_width, 320,
            "made with image.width 256, but the configuration says 320; set it back to 256");
    REFUSED(image_height, 256, "image.height 128, but the configuration says 256");
    REFUSED(roi_enabled, false, "roi.enabled true, but the configuration says false");
    REFUSED(roi_units, ROI_RELATIVE, "roi.units pixels, but the configuration says relative");
    REFUSED(roi_x, 11, "roi.x 10, but the configuration says 11");
    REFUSED(roi_y, 0.10000001, "roi.y 0.1, but the configuration says 0.10000001");
    REFUSED(roi_width, 600, "roi.width 640, but");
    REFUSED(roi_height, 300, "roi.height 320, but");
    REFUSED(threshold_percentile, 99, "threshold.percentile 99.5, but the configuration says 99;");
    REFUSED(scoring_method, SCORING_MEAN, "scoring.method topk, but the configuration says mean");
    REFUSED(scoring_topk_percent, 2, "scoring.topk_percent 1, but the configuration says 2");
    REFUSED(scoring_topk_min_pixels, 50, "scoring.topk_min_pixels 100, but");
    REFUSED(heatmap_trigger_enabled, false, "heatmap_trigger.enabled true, but");
    REFUSED(heatmap_trigger_pixel_error_percentile, 99, "pixel_error_percentile 99.9, but");
    REFUSED(heatmap_trigger_blob_area_percentile, 99, "blob_area_percentile 99.5, but");
    REFUSED(heatmap_trigger_connectivity, CONNECTIVITY_4,
            "connectivity 8, but the configuration "
            "says 4");
    REFUSED(heatmap_trigger_min_blob_area, 4, "min_blob_area 16, but");
#undef REFUSED
    config_destroy(config);
}

TEST(settings_that_are_switched_off_need_not_fit)
{
    struct config *config = fitting_config();
    CHECK(config != NULL);
    struct model_set off = set;
    off.identity.roi_enabled = config->roi_enabled = false;
    config->roi_x = 99;
    off.threshold.scoring_method = config->scoring_method = SCORING_MEAN;
    config->scoring_topk_percent = 99;
    off.threshold.heatmap_trigger_enabled = config->heatmap_trigger_enabled = false;
    config->heatmap_trigger_min_blob_area = 99;
    CHECK(model_set_check(&off, config, &err));
    config_destroy(config);
}

int main(void)
{
    make_set();
    RUN(a_model_that_does_not_fit_the_configuration_names_both_values);
    RUN(settings_that_are_switched_off_need_not_fit);
    model_set_finish(&set);
    model_set_finish(&loaded);
    return check_report();
}
