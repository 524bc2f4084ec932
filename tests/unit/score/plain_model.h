/* A model whose reconstruction is mid-grey whatever it sees: all weights are zero, so the output is
 * sigmoid(0) = 0.5 everywhere and the error of a grey value v is (v - 0.5)^2. That makes scores,
 * blobs and boxes of the reference method predictable by hand.
 */
#ifndef TESTS_PLAIN_MODEL_H
#define TESTS_PLAIN_MODEL_H

#include "config/config.h"
#include "model/model_set.h"

enum { MAP_SIDE = 32, MAP_SIZE = MAP_SIDE * MAP_SIDE };

static inline double error_of(int grey)
{
    double difference = (double)((float)grey / 255.0f) - 0.5;
    return difference * difference;
}

/* Fits `config`, which is set to the network's size. */
static inline bool plain_model(struct config *config, int picture_width, int picture_height,
                               struct model_set *ret_set)
{
    struct error err;
    config->image_width = config->image_height = MAP_SIDE;
    *ret_set = (struct model_set){
        .parameters = parameters_create(&err),
        .identity = {.format_version = MODEL_FORMAT_VERSION,
                     .width = MAP_SIDE,
                     .height = MAP_SIDE,
                     .picture_width = picture_width,
                     .picture_height = picture_height,
                     .roi_enabled = config->roi_enabled,
                     .roi_units = config->roi_units,
                     .roi_x = config->roi_x,
                     .roi_y = config->roi_y,
                     .roi_width = config->roi_width,
                     .roi_height = config->roi_height},
        .threshold = {.percentile = config->threshold_percentile,
                      .threshold = 1.0,
                      .scoring_method = config->scoring_method,
                      .topk_percent = config->scoring_topk_percent,
                      .topk_min_pixels = config->scoring_topk_min_pixels,
                      .heatmap_trigger_enabled = config->heatmap_trigger_enabled,
                      .pixel_error_threshold = 0.1,
                      .blob_area_threshold = 0.0,
                      .pixel_error_percentile = config->heatmap_trigger_pixel_error_percentile,
                      .blob_area_percentile = config->heatmap_trigger_blob_area_percentile,
                      .connectivity =
                          config->heatmap_trigger_connectivity == CONNECTIVITY_4 ? 4 : 8,
                      .min_blob_area = config->heatmap_trigger_min_blob_area}};
    return ret_set->parameters != NULL;
}

#endif
