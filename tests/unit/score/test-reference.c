/* The reference detector on pictures whose error is known beforehand (see plain_model.h). */
#include "check.h"
#include "failing_alloc.h"

#include "plain_model.h"
#include "score/detector.h"
#include "score/error_map.h"

enum { WIDTH = 192, HEIGHT = 128, GREY = 128 };

static struct config *config;
static struct model_set set;
static struct detector *detector;
static struct observation seen;
static struct error err;
static uint8_t pixels[WIDTH * HEIGHT * 3];
static struct frame frame = {.width = WIDTH, .height = HEIGHT, .rgb = pixels};

static void paint(int x, int y, int width, int height, int grey)
{
    for (int row = y; row < y + height; row++)
        memset(pixels + 3 * (row * WIDTH + x), grey, 3 * (size_t)width);
}

static void finish(void)
{
    detector_destroy(detector);
    model_set_finish(&set);
    config_destroy(config);
    detector = NULL;
    config = NULL;
    set = (struct model_set){0};
}

/* A grey picture, a default configuration and a model for it; nothing triggers. */
static bool begin(void)
{
    finish();
    paint(0, 0, WIDTH, HEIGHT, GREY);
    config = config_default(&err);
    return config && plain_model(config, WIDTH, HEIGHT, &set);
}

static bool create(void)
{
    detector = reference_detector_create(&set, config, WIDTH, HEIGHT, 1, &err);
    if (!detector)
        printf("%s\n", err.message);
    return detector != NULL;
}

static bool observe(void)
{
    return detector_observe(detector, &frame, &seen, &err);
}

static void use_roi(int x, int y, int width, int height)
{
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = x;
    config->roi_y = y;
    config->roi_width = width;
    config->roi_height = height;
    model_set_finish(&set);
    CHECK(plain_model(config, width, height, &set));
}

#define CHECK_BOX(box, left, top, box_width, box_height)                                           \
    do {                                                                                           \
        CHECK_INT((box).x, left);                                                                  \
        CHECK_INT((box).y, top);                                                                   \
        CHECK_INT((box).width, box_width);                                                         \
        CHECK_INT((box).height, box_height);                                                       \
    } while (0)

TEST(a_normal_picture)
{
    CHECK(begin() && create() && observe());
    CHECK_NEAR(seen.score, error_of(GREY), 1e-9);
    CHECK_NEAR(seen.threshold, 1.0, 0.0);
    CHECK(!seen.score_triggered && !seen.heatmap_triggered);
    CHECK_INT(seen.box_count, 0);
    CHECK_NEAR(seen.area_px + seen.area_fraction + seen.largest_blob_area, 0.0, 0.0);
    CHECK_NEAR(seen.blob_area_threshold, 16.0, 0.0);
    CHECK_INT(detector->map_width, MAP_SIDE);
    CHECK_TEXT(detector->ops->kind, "reference");
}

/* 6x4 camera pixels are one pixel of the map. */
TEST(a_blob_and_its_box)
{
    CHECK(begin() && create());
    paint(60, 40, 30, 20, 255);
    CHECK(observe());
    CHECK(seen.heatmap_triggered && !seen.score_triggered);
    CHECK_NEAR(seen.largest_blob_area, 25.0, 0.0);
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 60, 40, 30, 20);
    CHECK_NEAR(seen.area_px, 600.0, 1e-9);
    CHECK_NEAR(seen.area_fraction, 600.0 / (WIDTH * HEIGHT), 1e-12);
    CHECK_NEAR(seen.score, (999 * error_of(GREY) + 25 * 0.25) / MAP_SIZE, 1e-8);
}

TEST(boxes_lie_in_the_camera_picture_not_in_the_roi)
{
    CHECK(begin());
    use_roi(40, 20, 96, 64); /* 3x2 camera pixels a map pixel */
    CHECK(create());
    paint(40 + 30, 20 + 20, 30, 20, 255);
    paint(0, 100, 30, 28, 255); /* outside the region: not seen */
    CHECK(observe());
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 70, 40, 30, 20);
    CHECK_NEAR(seen.area_px, 600.0, 1e-9);
    CHECK_NEAR(seen.area_fraction, 600.0 / (WIDTH * HEIGHT), 1e-12);
}

TEST(boxes_are_rounded_outwards_and_stay_inside)
{
    CHECK(begin());
    use_roi(11, 7, 101, 73); /* 3.15625 x 2.28125 */
    CHECK(create());
    paint(11, 7, 101, 73, 255);
    CHECK(observe());
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 11, 7, 101, 73);
    for (int x = 0; x < 70; x += 3) {
        paint(0, 0, WIDTH, HEIGHT, GREY);
        paint(11 + x, 7 + 20, 23, 17, 255);
        CHECK(observe());
        CHECK_INT(seen.box_count, 1);
        struct rect box = seen.boxes[0];
        /* Map pixels covered in part may stay below the threshold: at most one on each side. */
        CHECK(box.x >= 11 + x - 4 && box.x <= 11 + x + 4);
        CHECK(box.x + box.width >= 11 + x + 23 - 4 && box.x + box.width <= 11 + x + 23 + 4);
        CHECK(box.y >= 7 + 20 - 3 && box.y + box.height <= 7 + 20 + 17 + 3);
    }
}

/* 3.125 x 2.1875 camera pixels a map pixel: columns 3 to 5 and rows 5 to 8 are above the threshold,
 * that is 9.4 to 18.75 and 10.9 to 19.7 in the region. */
TEST(outwards_to_the_pixel)
{
    CHECK(begin());
    config->heatmap_trigger_min_blob_area = 4;
    use_roi(20, 30, 100, 70);
    CHECK(create());
    paint(20 + 9, 30 + 10, 10, 11, 255);
    CHECK(observe());
    CHECK_NEAR(seen.largest_blob_area, 12.0, 0.0);
    CHECK_BOX(seen.boxes[0], 20 + 9, 30 + 10, 10, 10);
}

TEST(a_blob_as_large_as_the_threshold_triggers)
{
    static const struct {
        double area_threshold;
        int min_area, area;
        bool triggers;
    } cases[] = {{25.0, 16, 25, true}, {25.5, 16, 25, false}, {0.0, 25, 25, true},
                 {0.0, 26, 25, false}, {30.0, 26, 25, false}, {24.5, 16, 25, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(begin());
        set.threshold.blob_area_threshold = cases[i].area_threshold;
        config->heatmap_trigger_min_blob_area = set.threshold.min_blob_area = cases[i].min_area;
        CHECK(create());
        paint(60, 40, 30, 20, 255);
        CHECK(observe());
        CHECK_INT(seen.heatmap_triggered, cases[i].triggers);
        CHECK_NEAR(seen.blob_area_threshold, fmax(cases[i].area_threshold, cases[i].min_area), 0);
        CHECK_NEAR(seen.largest_blob_area, 25.0, 0.0); /* reported even when it is too small */
        CHECK_INT(seen.box_count, cases[i].triggers);
    }
}

TEST(only_blobs_that_trigger_are_boxed)
{
    CHECK(begin());
    set.threshold.blob_area_threshold = 20.0;
    CHECK(create());
    paint(60, 40, 30, 20, 255);  /* 25 px of the map */
    paint(120, 80, 24, 16, 255); /* 16: no speck, but normal pictures have such */
    CHECK(observe());
    CHECK(seen.heatmap_triggered);
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 60, 40, 30, 20);
    CHECK_NEAR(seen.area_px, 600.0, 1e-9);
}

TEST(a_score_alone_shows_all_that_are_no_specks)
{
    CHECK(begin());
    set.threshold.blob_area_threshold = 100.0;
    set.threshold.threshold = 0.005;
    CHECK(create());
    paint(60, 40, 30, 20, 255);
    paint(120, 80, 24, 16, 255);
    paint(0, 0, 6, 4, 255); /* a speck */
    CHECK(observe());
    CHECK(seen.score_triggered && !seen.heatmap_triggered);
    CHECK_INT(seen.box_count, 2);
    CHECK_BOX(seen.boxes[0], 60, 40, 30, 20);
    CHECK_BOX(seen.boxes[1], 120, 80, 24, 16);
    CHECK_NEAR(seen.area_px, 600.0 + 384.0, 1e-9);
}

TEST(a_faint_score_shows_where_it_is_strongest)
{
    CHECK(begin());
    set.threshold.threshold = 0.0005;
    CHECK(create());
    paint(48, 32, 48, 64, 150); /* below the pixel threshold; cells (1,1) to (1,2) of 8x8 px */
    CHECK(observe());
    CHECK(seen.score_triggered && !seen.heatmap_triggered);
    CHECK_NEAR(seen.largest_blob_area, 0.0, 0.0);
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 48, 32, 48, 64);
    CHECK_NEAR(seen.area_px, 48.0 * 64.0, 1e-9);
    paint(0, 0, WIDTH, HEIGHT, 150); /* everywhere */
    CHECK(observe());
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 0, 0, WIDTH, HEIGHT);
    CHECK_NEAR(seen.area_fraction, 1.0, 1e-12);
}

TEST(the_strongest_region_reaches_down_to_half)
{
    CHECK(begin());
    set.threshold.threshold = 0.0001;
    CHECK(create());
    paint(48, 32, 48, 32, 150);
    paint(96, 32, 48, 32, 145);  /* 0.6 of its error */
    paint(144, 32, 48, 32, 141); /* 0.36 of it */
    CHECK(observe());
    CHECK_INT(seen.box_count, 1);
    CHECK_BOX(seen.boxes[0], 48, 32, 96, 32);
}

TEST(a_score_at_the_threshold_is_normal)
{
    CHECK(begin() && create() && observe());
    set.threshold.threshold = seen.score;
    detector_destroy(detector);
    CHECK(create() && observe());
    CHECK(seen.score == seen.threshold && !seen.score_triggered);
}

TEST(a_switched_off_heat_map_does_not_trigger)
{
    CHECK(begin());
    config->heatmap_trigger_enabled = set.threshold.heatmap_trigger_enabled = false;
    CHECK(create());
    paint(60, 40, 60, 60, 255);
    CHECK(observe());
    CHECK(!seen.heatmap_triggered && !seen.score_triggered);
    CHECK_NEAR(seen.largest_blob_area, 150.0, 0.0);
    CHECK_INT(seen.box_count, 0);
}

TEST(connectivity_is_the_model_s)
{
    for (int corners = 0; corners <= 1; corners++) {
        CHECK(begin());
        config->heatmap_trigger_connectivity = corners ? CONNECTIVITY_8 : CONNECTIVITY_4;
        set.threshold.connectivity = corners ? 8 : 4;
        CHECK(create());
        paint(0, 0, 24, 16, 255);
        paint(24, 16, 24, 16, 255); /* touches by a corner */
        CHECK(observe());
        CHECK_INT(seen.box_count, corners ? 1 : 2);
        CHECK_NEAR(seen.largest_blob_area, corners ? 32.0 : 16.0, 0.0);
    }
}

TEST(scoring_by_the_top_pixels)
{
    CHECK(begin());
    config->scoring_method = set.threshold.scoring_method = SCORING_TOPK;
    config->scoring_topk_min_pixels = set.threshold.topk_min_pixels = 50;
    CHECK(create());
    paint(60, 40, 30, 20, 255);
    CHECK(observe());
    CHECK_NEAR(seen.score, (25 * 0.25 + 25 * error_of(GREY)) / 50, 1e-8);
}

TEST(maps_are_what_was_judged)
{
    CHECK(begin() && create());
    paint(60, 40, 30, 20, 255);
    CHECK(observe());
    const struct detector_maps *maps = &seen.maps;
    CHECK_INT(maps->width, MAP_SIDE);
    CHECK_INT(maps->height, MAP_SIDE);
    CHECK_NEAR(maps->input[12 * MAP_SIDE + 12], 1.0, 1e-6);
    CHECK_NEAR(maps->reconstruction[12 * MAP_SIDE + 12], 0.5, 1e-6);
    CHECK_NEAR(score_mean(maps->error_map, MAP_SIZE), seen.score, 0.0);
    CHECK_NEAR(maps->error_scale, 0.2, 1e-6);
}

TEST(a_perfect_model_still_has_a_scale)
{
    CHECK(begin());
    set.threshold.pixel_error_threshold = 0.0;
    CHECK(create() && observe());
    CHECK(seen.maps.error_scale > 0.0f);
}

TEST(observing_allocates_nothing)
{
    CHECK(begin());
    set.threshold.threshold = 0.0005;
    CHECK(create());
    paint(48, 32, 48, 64, 150);
    allocations_until_failure = 0;
    bool good = observe();
    allocations_until_failure = -1;
    CHECK(good && seen.box_count == 1);
}

TEST(numbers_that_are_none_do_not_pass_for_normal)
{
    CHECK(begin());
    set.parameters->layers[network_reference.layer_count - 1].bias[1] = NAN;
    CHECK(create());
    seen.score = 77.0;
    CHECK(!observe());
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK(seen.score == 77.0);
}

TEST(a_frame_of_another_size)
{
    CHECK(begin() && create());
    struct frame other = {.width = HEIGHT, .height = WIDTH, .rgb = pixels};
    seen.score = 77.0;
    CHECK(!detector_observe(detector, &other, &seen, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "128x192");
    CHECK_CONTAINS(err.message, "192x128");
    CHECK(seen.score == 77.0);
}

static void check_refused(const char *part)
{
    err = (struct error){0};
    CHECK(!reference_detector_create(&set, config, WIDTH, HEIGHT, 1, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, part);
}

TEST(models_that_do_not_fit_are_refused)
{
    CHECK(begin());
    set.identity.picture_width = 640;
    check_refused("640x128"); /* names both */
    check_refused("192x128");
    CHECK(begin());
    config->scoring_method = SCORING_TOPK;
    check_refused("scoring.method");
    CHECK(begin());
    use_roi(100, 50, 100, 50);
    check_refused(""); /* leaves the picture */
    CHECK(begin());
    use_roi(10, 10, 100, 50);
    set.identity.picture_height = 60;
    check_refused("ROI");
}

TEST(every_lack_of_memory_is_an_error)
{
    CHECK(begin());
    long failures = 0;
    for (;; failures++) {
        err = (struct error){0};
        allocations_until_failure = failures;
        detector = reference_detector_create(&set, config, WIDTH, HEIGHT, 1, &err);
        allocations_until_failure = -1;
        if (detector)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(failures > 8);
    detector_destroy(NULL);
}

int main(void)
{
    RUN(a_normal_picture);
    RUN(a_blob_and_its_box);
    RUN(boxes_lie_in_the_camera_picture_not_in_the_roi);
    RUN(boxes_are_rounded_outwards_and_stay_inside);
    RUN(outwards_to_the_pixel);
    RUN(a_blob_as_large_as_the_threshold_triggers);
    RUN(only_blobs_that_trigger_are_boxed);
    RUN(a_score_alone_shows_all_that_are_no_specks);
    RUN(a_faint_score_shows_where_it_is_strongest);
    RUN(the_strongest_region_reaches_down_to_half);
    RUN(a_score_at_the_threshold_is_normal);
    RUN(a_switched_off_heat_map_does_not_trigger);
    RUN(connectivity_is_the_model_s);
    RUN(scoring_by_the_top_pixels);
    RUN(maps_are_what_was_judged);
    RUN(a_perfect_model_still_has_a_scale);
    RUN(observing_allocates_nothing);
    RUN(numbers_that_are_none_do_not_pass_for_normal);
    RUN(a_frame_of_another_size);
    RUN(models_that_do_not_fit_are_refused);
    RUN(every_lack_of_memory_is_an_error);
    finish();
    return check_report();
}
