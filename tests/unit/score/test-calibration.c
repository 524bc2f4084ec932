/* Thresholds from pictures made by hand (see plain_model.h): each number is computed here another
 * way.
 */
#include "check.h"
#include "failing_alloc.h"

#include "plain_model.h"
#include "score/calibration_parts.h"
#include "score/error_map.h"

#include <stdlib.h>

enum { PICTURES = 7, GREY = 128 };

static struct config *config;
static struct model_set set;
static struct inference *inference;
static uint8_t pixels[PICTURES][MAP_SIZE * 3];
static uint8_t *pictures[PICTURES];
static const struct dataset dataset = {
    .count = PICTURES, .width = MAP_SIDE, .height = MAP_SIDE, .pictures = pictures};
static const size_t all[PICTURES] = {0, 1, 2, 3, 4, 5, 6};

/* Picture i is grey with a square of side i, brighter than that of the one before it. */
static int side_of(size_t picture)
{
    return (int)picture;
}

static int brightness_of(size_t picture)
{
    return 200 + 5 * (int)picture;
}

static void paint_pictures(void)
{
    for (size_t i = 0; i < PICTURES; i++) {
        pictures[i] = pixels[i];
        memset(pixels[i], GREY, sizeof pixels[i]);
        for (int y = 0; y < side_of(i); y++)
            memset(pixels[i] + 3 * ((y + 3) * MAP_SIDE + 5), brightness_of(i),
                   3 * (size_t)side_of(i));
    }
}

static double expected_score(size_t picture)
{
    int area = side_of(picture) * side_of(picture);
    return ((MAP_SIZE - area) * error_of(GREY) + area * error_of(brightness_of(picture))) /
           MAP_SIZE;
}

static void finish(void)
{
    inference_destroy(inference);
    model_set_finish(&set);
    config_destroy(config);
    inference = NULL;
    config = NULL;
    set = (struct model_set){0};
}

static bool begin(void)
{
    struct error err;
    finish();
    config = config_default(&err);
    if (!config || !plain_model(config, MAP_SIDE, MAP_SIDE, &set))
        return false;
    inference = inference_create(set.parameters, MAP_SIDE, MAP_SIDE, 1, &err);
    return inference != NULL;
}

static bool calibrate(const size_t *indices, size_t count, struct calibration *ret_calibration,
                      struct error *err)
{
    return calibration_run(inference, &dataset, indices, count, config, NULL, NULL, ret_calibration,
                           err);
}

TEST(scores_and_their_spread)
{
    CHECK(begin());
    struct calibration calibration;
    struct error err;
    CHECK(calibrate(all, PICTURES, &calibration, &err));
    double scores[PICTURES], copy[PICTURES], mean = 0, square = 0;
    for (size_t i = 0; i < PICTURES; i++) {
        scores[i] = calibration.scores[i];
        copy[i] = expected_score(i);
        mean += copy[i] / PICTURES;
    }
    for (size_t i = 0; i < PICTURES; i++)
        square += (copy[i] - mean) * (copy[i] - mean) / PICTURES;
    struct calibration kept = calibration;
    calibration_finish(&calibration);
    CHECK(!calibration.scores);
    for (size_t i = 0; i < PICTURES; i++)
        CHECK_NEAR(scores[i], expected_score(i), 1e-8);
    CHECK_INT(kept.count, PICTURES);
    CHECK_NEAR(kept.mean, mean, 1e-8);
    CHECK_NEAR(kept.std, sqrt(square), 1e-8);
    CHECK_NEAR(kept.min, expected_score(0), 1e-8);
    CHECK_NEAR(kept.max, expected_score(PICTURES - 1), 1e-8);
    CHECK_NEAR(kept.threshold.threshold, percentile_of(copy, PICTURES, 99.5), 1e-8);
}

TEST(pixel_and_blob_thresholds)
{
    CHECK(begin());
    config->heatmap_trigger_pixel_error_percentile = 99.0;
    config->heatmap_trigger_blob_area_percentile = 90.0;
    struct calibration calibration;
    struct error err;
    CHECK(calibrate(all, PICTURES, &calibration, &err));
    struct threshold_set got = calibration.threshold;
    calibration_finish(&calibration);

    static double pool[PICTURES * MAP_SIZE];
    double areas[PICTURES];
    for (size_t i = 0, at = 0; i < PICTURES; i++)
        for (int p = 0; p < MAP_SIZE; p++)
            pool[at++] = error_of(pixels[i][3 * p]);
    double threshold = percentile_of(pool, PICTURES * MAP_SIZE, 99.0);
    CHECK_NEAR(got.pixel_error_threshold, threshold, 1e-7);
    for (size_t i = 0; i < PICTURES; i++)
        areas[i] = error_of(brightness_of(i)) > threshold + 1e-6 ? side_of(i) * side_of(i) : 0;
    CHECK_NEAR(got.blob_area_threshold, percentile_of(areas, PICTURES, 90.0), 1e-9);
    CHECK(got.blob_area_threshold > 0);
}

TEST(settings_are_written_down)
{
    CHECK(begin());
    config->threshold_percentile = 75.0;
    config->scoring_method = SCORING_TOPK;
    config->scoring_topk_percent = 2.0;
    config->scoring_topk_min_pixels = 30;
    config->heatmap_trigger_enabled = false;
    config->heatmap_trigger_connectivity = CONNECTIVITY_4;
    config->heatmap_trigger_min_blob_area = 5;
    struct calibration calibration;
    struct error err;
    CHECK(calibrate(all, PICTURES, &calibration, &err));
    struct threshold_set got = calibration.threshold;
    double largest = calibration.scores[PICTURES - 1];
    calibration_finish(&calibration);
    CHECK_NEAR(got.percentile, 75.0, 0.0);
    CHECK_INT(got.scoring_method, SCORING_TOPK);
    CHECK_NEAR(got.topk_percent, 2.0, 0.0);
    CHECK_INT(got.topk_min_pixels, 30);
    CHECK(!got.heatmap_trigger_enabled);
    CHECK_INT(got.connectivity, 4);
    CHECK_INT(got.min_blob_area, 5);
    CHECK_NEAR(got.pixel_error_percentile, 99.9, 0.0);
    CHECK_NEAR(got.blob_area_percentile, 99.5, 0.0);
    CHECK(got.pixel_error_threshold > 0); /* boxes and heat maps need it all the same */
    CHECK_NEAR(largest, error_of(brightness_of(6)), 1e-8); /* top 30 of 36 bright pixels */
}

TEST(scores_come_in_the_order_of_the_indices)
{
    CHECK(begin());
    const size_t some[] = {5, 0, 3};
    struct calibration calibration;
    struct error err;
    CHECK(calibrate(some, 3, &calibration, &err));
    double first = calibration.scores[0], second = calibration.scores[1];
    size_t count = calibration.count;
    calibration_finish(&calibration);
    CHECK_INT(count, 3);
    CHECK_NEAR(first, expected_score(5), 1e-8);
    CHECK_NEAR(second, expected_score(0), 1e-8);
}

TEST(one_picture)
{
    CHECK(begin());
    const size_t one = 4;
    struct calibration calibration;
    struct error err;
    CHECK(calibrate(&one, 1, &calibration, &err));
    double threshold = calibration.threshold.threshold, std = calibration.std;
    calibration_finish(&calibration);
    CHECK_NEAR(threshold, expected_score(4), 1e-8);
    CHECK_NEAR(std, 0.0, 0.0);
}

TEST(no_pictures)
{
    CHECK(begin());
    struct calibration calibration = {.count = 77};
    struct error err;
    CHECK(!calibrate(NULL, 0, &calibration, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(calibration.count, 77);
}

struct progress {
    size_t calls, stop_at, last_total;
    bool in_order;
};

static bool on_progress(void *context, size_t done, size_t total)
{
    struct progress *progress = context;
    progress->in_order = progress->in_order && done == progress->calls;
    progress->last_total = total;
    return progress->calls++ != progress->stop_at;
}

TEST(progress_and_stopping)
{
    CHECK(begin());
    struct calibration calibration = {.count = 77};
    struct error err;
    const size_t kept_count = 3, runs = 2 * PICTURES - kept_count;
    for (size_t stop_at = 0; stop_at <= runs; stop_at++) {
        struct progress progress = {.stop_at = stop_at, .in_order = true};
        bool good =
            calibration_run_keeping(kept_count * MAP_SIZE * sizeof(float), inference, &dataset, all,
                                    PICTURES, config, on_progress, &progress, &calibration, &err);
        CHECK(progress.in_order);
        CHECK_INT(progress.last_total, runs);
        CHECK_INT(good, stop_at == runs);
        if (!good) {
            CHECK_INT(err.code, ERROR_CANCELLED);
            CHECK_INT(calibration.count, 77);
        }
    }
    calibration_finish(&calibration);
    calibration_finish(&calibration);
}

TEST(what_is_kept_changes_nothing)
{
    CHECK(begin());
    config->heatmap_trigger_pixel_error_percentile = 99.0;
    config->heatmap_trigger_blob_area_percentile = 90.0;
    struct calibration calibration;
    struct error err;
    double areas[PICTURES + 1], thresholds[PICTURES + 1];
    for (size_t kept = 0; kept <= PICTURES; kept++) {
        CHECK(calibration_run_keeping(kept * MAP_SIZE * sizeof(float), inference, &dataset, all,
                                      PICTURES, config, NULL, NULL, &calibration, &err));
        areas[kept] = calibration.threshold.blob_area_threshold;
        thresholds[kept] = calibration.threshold.threshold;
        calibration_finish(&calibration);
        CHECK(areas[kept] == areas[0] && thresholds[kept] == thresholds[0]);
    }
    CHECK(areas[0] > 0);
}

TEST(numbers_that_are_none)
{
    CHECK(begin());
    inference_destroy(inference);
    set.parameters->layers[network_reference.layer_count - 1].bias[0] = NAN;
    struct error err;
    inference = inference_create(set.parameters, MAP_SIDE, MAP_SIDE, 1, &err);
    CHECK(inference);
    struct calibration calibration;
    CHECK(!calibrate(all, PICTURES, &calibration, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
}

TEST(every_lack_of_memory_is_an_error)
{
    CHECK(begin());
    struct calibration calibration;
    long failures = 0;
    for (;; failures++) {
        struct error err = {0};
        allocations_until_failure = failures;
        bool good = calibrate(all, PICTURES, &calibration, &err);
        allocations_until_failure = -1;
        if (good)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    calibration_finish(&calibration);
    CHECK(failures >= 7);
}

int main(void)
{
    paint_pictures();
    RUN(scores_and_their_spread);
    RUN(pixel_and_blob_thresholds);
    RUN(settings_are_written_down);
    RUN(scores_come_in_the_order_of_the_indices);
    RUN(one_picture);
    RUN(no_pictures);
    RUN(progress_and_stopping);
    RUN(what_is_kept_changes_nothing);
    RUN(numbers_that_are_none);
    RUN(every_lack_of_memory_is_an_error);
    finish();
    return check_report();
}
