/* From normal pictures to the thresholds of the reference method; called by `train` once the
 * weights stand, and by whoever wants to know how the scores are spread.
 *
 * The largest blob of a picture needs the pixel threshold, which needs all pictures. So there are
 * two passes: the first keeps as many error maps as fit (256 KB each), and the network runs again
 * over the pictures of the others. Both passes go in the order of the indices, one picture at a
 * time, so the result is the same to the bit on every run, whatever was kept.
 */
#include "score/calibration_parts.h"

#include "score/blobs.h"
#include "score/error_map.h"
#include "score/pixel_percentile.h"
#include "score/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct inference *inference;
    const struct dataset *dataset;
    const size_t *indices;
    size_t count, map_size, done;
    size_t kept_count; /* of the first pictures' maps */
    bool (*progress)(void *context, size_t done, size_t total);
    void *context;
    float *input, *reconstruction; /* [3][height][width] */
    float *map;                    /* [height][width] */
    float *kept;                   /* [kept_count][height][width] */
    double *sorted;                /* [count], scratch for percentiles */
};

static void run_finish(struct run *run)
{
    free(run->input);
    free(run->reconstruction);
    free(run->map);
    free(run->kept);
    free(run->sorted);
}

static bool run_reserve(struct run *run, struct calibration *calibration, struct error *err)
{
    run->input = malloc(3 * run->map_size * sizeof(float));
    run->reconstruction = malloc(3 * run->map_size * sizeof(float));
    run->map = malloc(run->map_size * sizeof(float));
    run->kept = malloc((run->kept_count ? run->kept_count : 1) * run->map_size * sizeof(float));
    run->sorted = calloc(run->count, sizeof(double));
    calibration->scores = calloc(run->count, sizeof(double));
    if (run->input && run->reconstruction && run->map && run->kept && run->sorted &&
        calibration->scores)
        return true;
    return error_set(err, ERROR_MEMORY, "no memory to calibrate with %zu pictures", run->count);
}

/* Leaves the error map of the n-th picture in `run->map`. */
static bool look_at(struct run *run, size_t n, struct error *err)
{
    const struct dataset *dataset = run->dataset;
    size_t total = 2 * run->count - run->kept_count;
    if (run->progress && !run->progress(run->context, run->done++, total))
        return error_set(err, ERROR_CANCELLED, "stopped while the threshold was being computed");
    picture_to_planes(dataset->pictures[run->indices[n]], dataset->width, dataset->height,
                      run->input);
    if (!inference_run(run->inference, run->input, run->reconstruction, err))
        return false;
    error_map_compute(run->input, run->reconstruction, dataset->width, dataset->height, run->map);
    return true;
}

static bool compute_scores(struct run *run, struct calibration *calibration, struct error *err)
{
    struct threshold_set *threshold = &calibration->threshold;
    struct pixel_percentile *pixels =
        pixel_percentile_create(run->count * run->map_size, threshold->pixel_error_percentile, err);
    if (!pixels)
        return false;
    bool good = true;
    for (size_t n = 0; n < run->count && good; n++) {
        good = look_at(run, n, err) &&
               reference_score(run->map, run->map_size, threshold, &calibration->scores[n], err);
        if (good)
            pixel_percentile_add(pixels, run->map, run->map_size);
        if (good && n < run->kept_count)
            memcpy(run->kept + n * run->map_size, run->map, run->map_size * sizeof(float));
    }
    if (good)
        threshold->pixel_error_threshold = pixel_percentile_result(pixels);
    pixel_percentile_destroy(pixels);
    return good;
}

static bool measure_blobs(struct run *run, struct calibration *calibration, struct error *err)
{
    struct threshold_set *threshold = &calibration->threshold;
    struct blob_finder *finder = blob_finder_create(run->dataset->width, run->dataset->height, err);
    if (!finder)
        return false;
    double *areas = run->sorted;
    bool good = true;
    for (size_t n = 0; n < run->count && good; n++) {
        const bool kept = n < run->kept_count;
        good = kept || look_at(run, n, err);
        if (good)
            areas[n] =
                blobs_find(finder, kept ? run->kept + n * run->map_size : run->map,
                           (float)threshold->pixel_error_threshold, threshold->connectivity, 1)
                    ->largest_area_px;
    }
    blob_finder_destroy(finder);
    if (good)
        threshold->blob_area_threshold =
            percentile_of(areas, run->count, threshold->blob_area_percentile);
    return good;
}

static void summarise(struct run *run, struct calibration *calibration)
{
    const double *scores = calibration->scores;
    double sum = 0.0, squares = 0.0;
    calibration->min = calibration->max = scores[0];
    for (size_t n = 0; n < run->count; n++) {
        sum += scores[n];
        calibration->min = fmin(calibration->min, scores[n]);
        calibration->max = fmax(calibration->max, scores[n]);
        run->sorted[n] = scores[n];
    }
    calibration->count = run->count;
    calibration->mean = sum / (double)run->count;
    for (size_t n = 0; n < run->count; n++)
        squares += (scores[n] - calibration->mean) * (scores[n] - calibration->mean);
    calibration->std = sqrt(squares / (double)run->count);
    calibration->threshold.threshold =
        percentile_of(run->sorted, run->count, calibration->threshold.percentile);
}

static struct threshold_set settings_of(const struct config *config)
{
    return (struct threshold_set){
        .percentile = config->threshold_percentile,
        .scoring_method = config->scoring_method,
        .topk_percent = config->scoring_topk_percent,
        .topk_min_pixels = config->scoring_topk_min_pixels,
        .heatmap_trigger_enabled = config->heatmap_trigger_enabled,
        .pixel_error_percentile = config->heatmap_trigger_pixel_error_percentile,
        .blob_area_percentile = config->heatmap_trigger_blob_area_percentile,
        .connectivity = config->heatmap_trigger_connectivity == CONNECTIVITY_4 ? 4 : 8,
        .min_blob_area = config->heatmap_trigger_min_blob_area};
}

bool calibration_run(struct inference *inference, const struct dataset *dataset,
                     const size_t *indices, size_t count, const struct config *config,
                     bool (*progress)(void *context, size_t done, size_t total), void *context,
                     struct calibration *ret_calibration, struct error *err)
{
    return calibration_run_keeping(CALIBRATION_KEPT_BYTES, inference, dataset, indices, count,
                                   config, progress, context, ret_calibration, err);
}

bool calibration_run_keeping(size_t kept_bytes, struct inference *inference,
                             const struct dataset *dataset, const size_t *indices, size_t count,
                             const struct config *config,
                             bool (*progress)(void *context, size_t done, size_t total),
                             void *context, struct calibration *ret_calibration, struct error *err)
{
    if (count == 0)
        return error_set(err, ERROR_INPUT,
                         "there are no pictures to compute the threshold from; capture more");
    struct run run = {.inference = inference,
                      .dataset = dataset,
                      .indices = indices,
                      .count = count,
                      .map_size = (size_t)dataset->width * (size_t)dataset->height,
                      .progress = progress,
                      .context = context};
    const size_t room = kept_bytes / (run.map_size * sizeof(float));
    run.kept_count = count < room ? count : room;
    struct calibration calibration = {.threshold = settings_of(config)};
    bool good = run_reserve(&run, &calibration, err) && compute_scores(&run, &calibration, err) &&
                measure_blobs(&run, &calibration, err);
    if (good) {
        summarise(&run, &calibration);
        *ret_calibration = calibration;
    } else {
        calibration_finish(&calibration);
    }
    run_finish(&run);
    return good;
}

void calibration_finish(struct calibration *calibration)
{
    free(calibration->scores);
    *calibration = (struct calibration){0};
}
