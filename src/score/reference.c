/* The reference detector: frame → ROI → resize → network → error map → score and
 * blobs → boxes back in camera pixels.
 *
 * Inference thread; everything is allocated at creation. Boxes are rounded outwards, so that a box
 * never cuts off what it points at, and stay inside the ROI. A score that triggers without any blob
 * still gets a box: a person who is woken at night wants to know where to look first.
 */
#include "score/reference.h"

#include "model/inference.h"
#include "score/blobs.h"
#include "score/detector.h"
#include "score/error_map.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { CELL_PX = 8 }; /* the strongest region is found on means over such squares */

/* At the pixel threshold the heat map shows half of its range: normal noise stays dark, and there
 * is room to tell strong from faint. */
static const float HEAT_MAP_RANGE = 2.0f;

struct reference_detector {
    struct detector base;
    struct threshold_set threshold;
    int camera_width, camera_height;
    struct rect roi; /* camera px */
    struct inference *inference;
    struct resizer *resizer;
    struct blob_finder *blobs, *cells;
    float *input, *reconstruction; /* [3][map_height][map_width] */
    float *map;                    /* [map_height][map_width] */
    float *cell_means;             /* [map_height / CELL_PX][map_width / CELL_PX] */
};

bool reference_score(const float *map, size_t count, const struct threshold_set *scoring,
                     double *ret_score, struct error *err)
{
    double score = score_mean(map, count); /* the one that no bad value escapes */
    if (!isfinite(score))
        return error_set(err, ERROR_INTERNAL,
                         "the network's reconstruction holds values that are no numbers; train the "
                         "model again");
    if (scoring->scoring_method == SCORING_TOPK)
        score = score_top_k(
            map, count, score_top_k_size(count, scoring->topk_percent, scoring->topk_min_pixels));
    *ret_score = score;
    return true;
}

static size_t map_size(const struct reference_detector *detector)
{
    return (size_t)detector->base.map_width * (size_t)detector->base.map_height;
}

static int floor_scaled(int value, int to, int from)
{
    return (int)((int64_t)value * to / from);
}

static int ceil_scaled(int value, int to, int from)
{
    return (int)(((int64_t)value * to + from - 1) / from);
}

static struct rect box_to_camera(const struct reference_detector *detector, struct rect box)
{
    const struct rect *roi = &detector->roi;
    int map_width = detector->base.map_width, map_height = detector->base.map_height;
    int left = floor_scaled(box.x, roi->width, map_width);
    int top = floor_scaled(box.y, roi->height, map_height);
    int right = ceil_scaled(box.x + box.width, roi->width, map_width);
    int bottom = ceil_scaled(box.y + box.height, roi->height, map_height);
    return (struct rect){roi->x + left, roi->y + top, right - left, bottom - top};
}

static void set_area(const struct reference_detector *detector, double area_map_px,
                     struct observation *observation)
{
    double scale = (double)detector->roi.width * detector->roi.height / (double)map_size(detector);
    observation->area_px = area_map_px * scale;
    observation->area_fraction =
        observation->area_px / ((double)detector->camera_width * detector->camera_height);
}

static void box_blobs(const struct reference_detector *detector, const struct blob_list *blobs,
                      struct observation *observation)
{
    static_assert((int)BOXES_MAX >= (int)BLOBS_KEPT, "every kept blob has a box");
    observation->box_count = blobs->count;
    for (int i = 0; i < blobs->count; i++)
        observation->boxes[i] = box_to_camera(detector, blobs->blobs[i].box);
    set_area(detector, blobs->large_area_px, observation);
}

/* Fills cell_means and returns the largest. */
static float average_cells(struct reference_detector *detector)
{
    int width = detector->base.map_width, columns = width / CELL_PX;
    int rows = detector->base.map_height / CELL_PX;
    float largest = 0.0f;
    for (int cell = 0; cell < rows * columns; cell++) {
        const float *corner = detector->map + (size_t)(cell / columns * CELL_PX) * (size_t)width +
                              cell % columns * CELL_PX;
        float sum = 0.0f;
        for (int y = 0; y < CELL_PX; y++)
            for (int x = 0; x < CELL_PX; x++)
                sum += corner[y * width + x];
        detector->cell_means[cell] = sum / (float)(CELL_PX * CELL_PX);
        largest = fmaxf(largest, detector->cell_means[cell]);
    }
    return largest;
}

/* The connected cells around the strongest one that reach half of its mean error. */
static void box_strongest_region(struct reference_detector *detector,
                                 struct observation *observation)
{
    float strongest = average_cells(detector);
    const struct blob_list *regions =
        blobs_find(detector->cells, detector->cell_means, strongest / 2.0f, 8, 1);
    const struct blob *best = NULL;
    for (int i = 0; i < regions->count; i++)
        if (!best || regions->blobs[i].peak > best->peak)
            best = &regions->blobs[i];
    if (!best)
        return;
    struct rect box = {best->box.x * CELL_PX, best->box.y * CELL_PX, best->box.width * CELL_PX,
                       best->box.height * CELL_PX};
    observation->box_count = 1;
    observation->boxes[0] = box_to_camera(detector, box);
    set_area(detector, (double)best->area_px * CELL_PX * CELL_PX, observation);
}

static void judge(struct reference_detector *detector, struct observation *observation)
{
    const struct threshold_set *set = &detector->threshold;
    const float pixel_threshold = (float)set->pixel_error_threshold;
    double area_threshold = fmax(set->blob_area_threshold, set->min_blob_area);
    const struct blob_list *blobs = blobs_find(detector->blobs, detector->map, pixel_threshold,
                                               set->connectivity, set->min_blob_area);
    /* Specks below min_blob_area are not kept, but what a record reports may be one. */
    observation->largest_blob_area = blobs->largest_area_px;
    observation->blob_area_threshold = area_threshold;
    observation->threshold = set->threshold;
    observation->score_triggered = observation->score > set->threshold;
    observation->heatmap_triggered =
        set->heatmap_trigger_enabled && observation->largest_blob_area >= area_threshold;
    if (observation->heatmap_triggered)
        blobs = blobs_find(detector->blobs, detector->map, pixel_threshold, set->connectivity,
                           (int)ceil(area_threshold));
    if (!observation->score_triggered && !observation->heatmap_triggered)
        return;
    observation->path = observation->heatmap_triggered ? ALARM_PATH_BLOB : ALARM_PATH_SCORE;
    if (blobs->count > 0)
        box_blobs(detector, blobs, observation);
    else
        box_strongest_region(detector, observation);
}

static struct detector_maps maps_of(const struct reference_detector *detector)
{
    float scale = HEAT_MAP_RANGE * (float)detector->threshold.pixel_error_threshold;
    return (struct detector_maps){.width = detector->base.map_width,
                                  .height = detector->base.map_height,
                                  .input = detector->input,
                                  .reconstruction = detector->reconstruction,
                                  .error_map = detector->map,
                                  .error_scale = fmaxf(scale, 1e-6f)};
}

static bool reference_observe(struct detector *base, const struct frame *frame,
                              struct observation *ret_observation, struct error *err)
{
    struct reference_detector *detector = (struct reference_detector *)base;
    if (frame->width != detector->camera_width || frame->height != detector->camera_height)
        return error_set(
            err, ERROR_INTERNAL, "a frame of %dx%d px came from a source that promised %dx%d px",
            frame->width, frame->height, detector->camera_width, detector->camera_height);
    const int stride = 3 * frame->width;
    const uint8_t *corner =
        frame->rgb + (size_t)detector->roi.y * (size_t)stride + 3 * (size_t)detector->roi.x;
    resizer_to_planes(detector->resizer, corner, stride, detector->input);
    if (!inference_run(detector->inference, detector->input, detector->reconstruction, err))
        return false;
    error_map_compute(detector->input, detector->reconstruction, base->map_width, base->map_height,
                      detector->map);
    struct observation observation = {0};
    if (!reference_score(detector->map, map_size(detector), &detector->threshold,
                         &observation.score, err))
        return false;
    judge(detector, &observation);
    observation.maps = maps_of(detector);
    *ret_observation = observation;
    return true;
}

static void reference_destroy(struct detector *base)
{
    struct reference_detector *detector = (struct reference_detector *)base;
    inference_destroy(detector->inference);
    resizer_destroy(detector->resizer);
    blob_finder_destroy(detector->blobs);
    blob_finder_destroy(detector->cells);
    free(detector->input);
    free(detector->reconstruction);
    free(detector->map);
    free(detector->cell_means);
    free(detector);
}

static const struct detector_ops reference_ops = {
    .kind = "reference", .observe = reference_observe, .destroy = reference_destroy};

static bool reserve_memory(struct reference_detector *detector, struct error *err)
{
    size_t size = map_size(detector);
    detector->input = malloc(3 * size * sizeof(float));
    detector->reconstruction = malloc(3 * size * sizeof(float));
    detector->map = malloc(size * sizeof(float));
    detector->cell_means = malloc(size / (CELL_PX * CELL_PX) * sizeof(float));
    if (detector->input && detector->reconstruction && detector->map && detector->cell_means)
        return true;
    return error_set(err, ERROR_MEMORY, "no memory for a detector of %dx%d px",
                     detector->base.map_width, detector->base.map_height);
}

static bool prepare(struct reference_detector *detector, const struct model_set *set,
                    const struct config *config, int threads, struct error *err)
{
    int width = detector->base.map_width, height = detector->base.map_height;
    if (!model_set_check(set, config, err) ||
        !detector_find_region(config, detector->camera_width, detector->camera_height,
                              set->identity.picture_width, set->identity.picture_height,
                              &detector->roi, err) ||
        !reserve_memory(detector, err))
        return false;
    detector->inference = inference_create(set->parameters, width, height, threads, err);
    if (!detector->inference)
        return false;
    detector->resizer =
        resizer_create(detector->roi.width, detector->roi.height, width, height, err);
    if (!detector->resizer)
        return false;
    detector->blobs = blob_finder_create(width, height, err);
    if (!detector->blobs)
        return false;
    detector->cells = blob_finder_create(width / CELL_PX, height / CELL_PX, err);
    return detector->cells != NULL;
}

struct detector *reference_detector_create(const struct model_set *set, const struct config *config,
                                           int camera_width, int camera_height, int threads,
                                           struct error *err)
{
    struct reference_detector *detector = calloc(1, sizeof *detector);
    if (!detector) {
        error_set(err, ERROR_MEMORY, "no memory for a detector");
        return NULL;
    }
    detector->base = (struct detector){&reference_ops, set->identity.width, set->identity.height};
    detector->threshold = set->threshold;
    detector->camera_width = camera_width;
    detector->camera_height = camera_height;
    if (!prepare(detector, set, config, threads, err)) {
        reference_destroy(&detector->base);
        return NULL;
    }
    return &detector->base;
}

/* ---- the row of detector_kinds */

static bool load(const char *model_folder, struct trained_model *ret_model, struct error *err)
{
    struct model_set set;
    if (!model_set_load(model_folder, &set, err))
        return false;
    *ret_model = (struct trained_model){.set = set};
    return true;
}

static bool check(const struct trained_model *model, const struct config *config, struct error *err)
{
    return model_set_check(&model->set, config, err);
}

static void unload(struct trained_model *model)
{
    model_set_finish(&model->set);
}

static struct detector *open_detector(const struct trained_model *model,
                                      const struct config *config, int camera_width,
                                      int camera_height, int threads, struct error *err)
{
    return reference_detector_create(&model->set, config, camera_width, camera_height, threads,
                                     err);
}

static const char *const files[] = {MODEL_FILE_NAME, THRESHOLD_FILE_NAME, STATS_FILE_NAME, NULL};

const struct detector_kind reference_kind = {.name = "reference",
                                             .files = files,
                                             .looks = 1,
                                             .learn = reference_learn,
                                             .load = load,
                                             .check = check,
                                             .unload = unload,
                                             .open = open_detector};
