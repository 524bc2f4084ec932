/* The evaluation of small datasets that can be worked on paper. */
#include "check.h"

#include "evaluate/pictures.h"
#include "grey_detector.h"
#include "picture_files.h"
#include "unit/score/plain_model.h"

static struct config *config;
static struct grey_wish wish;
static struct pictures_result result;
static struct error err;

/* The result is that of the last call, also after a failure, when it is empty. */
static bool evaluate_with(struct pictures_settings settings)
{
    pictures_result_finish(&result);
    buffer_clear(&heard);
    err = (struct error){0};
    settings.make_detector = grey_make;
    settings.make_context = &wish;
    settings.listener.warn = hear;
    return pictures_evaluate(&settings, &result, &err);
}

static bool evaluate(const char *dataset)
{
    wish = (struct grey_wish){.threshold = 100.0};
    return evaluate_with(pictures_settings_of(scratch(dataset), config));
}

/* Two normal pictures with one brighter pixel each; an abnormal one with a region of four, and one
 * with two regions of one pixel, of which one looks like everything else. */
static void write_worked_dataset(void)
{
    PICTURE("worked/test/good/a.png", {3, 3, 50});
    PICTURE("worked/test/good/b.png", {9, 9, 90});
    PICTURE("worked/test/spot/a.png", {1, 1, 200}, {2, 1, 200}, {1, 2, 200}, {2, 2, 200});
    PICTURE("worked/test/spot/b.png", {5, 5, 60});
    MASK("worked/ground_truth/spot/a_mask.png", {1, 1, 255}, {2, 1, 255}, {1, 2, 255}, {2, 2, 255});
    MASK("worked/ground_truth/spot/b_mask.png", {5, 5, 255}, {0, 9, 255});
}

/* Scores: normal 50 and 90, abnormal 200 and 60: of four pairs three are won. */
TEST(pictures_are_ranked)
{
    CHECK(evaluate("worked"));
    CHECK_INT(lines_heard(), 0);
    CHECK_INT(result.width, 10);
    CHECK_INT(result.region.height, 10);
    CHECK_INT(result.entry_count, 4);
    CHECK_INT(result.all.normal_count, 2);
    CHECK_INT(result.all.anomalous_count, 2);
    CHECK_NEAR(result.all.auroc, 0.75, 1e-15);
    CHECK_NEAR(result.all.at_1_percent.tpr, 0.5, 0.0);
    CHECK_NEAR(result.all.at_1_percent.threshold, 200.0, 0.0);
    CHECK(!result.all.at_1_percent.resolved);
    CHECK_INT(result.ranking.count, 5);
}

/* The detector's own threshold is 100: it finds one of two, and raises no false alarm. The interval
 * of 0 of 2: high = 3.841459 / (2 + 3.841459) = 0.657619. */
TEST(flags_are_counted_with_their_interval)
{
    CHECK_INT(result.all.found.count, 1);
    CHECK_INT(result.all.found.total, 2);
    CHECK_INT(result.all.false_alarms.count, 0);
    CHECK_INT(result.all.false_alarms.total, 2);
    CHECK_NEAR(result.all.false_alarms.interval.high, 0.657619, 1e-6);
    CHECK_INT(result.kind_count, 2);
    CHECK_INT(result.kinds[1].flagged.count, 1);
    CHECK_INT(result.kinds[0].flagged.count, 0);
}

/* Normal pixels: 198 + 96 + 98 = 392 of 10, one 50, one 90: 394. Abnormal: four 200, one 60, one
 * 10. Pairs of 6 * 394 = 2364: the 200s win 4 * 394 = 1576, the 60 wins 393, the 10 ties 392, which
 * is 196: 2165 / 2364. All values are whole numbers, so the only shared bin is that of 10: the
 * error is at most 392 / 2 / 2364. */
TEST(pixels_are_ranked)
{
    CHECK_INT(result.all.masked_count, 2);
    CHECK_NEAR(result.all.pixel_auroc, 2165.0 / 2364, 1e-14);
    CHECK_NEAR(result.all.pixel_auroc_error, 196.0 / 2364, 1e-14);
}

/* Three regions. Points (FPR in 394ths, overlap): (0, 1/3), (1, 1/3), (1, 2/3), (2, 2/3), (394, 1).
 * Up to a limit: 1/3/394 + 2/3/394 and a trapezoid from (2/394, 2/3) towards (1, 1). */
static double expected_aupro(double limit)
{
    const double start = 2.0 / 394, width = limit - start;
    const double end = 2.0 / 3 + width / (1 - start) / 3;
    return (1.0 / 394 + width * (2.0 / 3 + end) / 2) / limit;
}

TEST(regions_weigh_alike)
{
    CHECK_INT(result.all.region_count, 3);
    CHECK_NEAR(result.all.aupro_30, expected_aupro(0.3), 1e-14);
    CHECK_NEAR(result.all.aupro_05, expected_aupro(0.05), 1e-14);
}

/* One normal pixel of 200 is an FPR of 0.005 already, so what counts is the TPR at FPR 0, above 90:
 * all of a, nothing of b. The 33rd percentile of {0, 1} is 0.33. */
TEST(single_pictures_have_their_overlap)
{
    CHECK_NEAR(result.entries[2].aupimo, 1.0, 1e-15);
    CHECK_NEAR(result.entries[3].aupimo, 0.0, 0.0);
    CHECK_NEAR(result.all.aupimo_mean, 0.5, 1e-15);
    CHECK_NEAR(result.all.aupimo_p33, 0.33, 1e-12);
    CHECK_INT(result.all.aupimo_above_half, 1);
    CHECK(!result.aupimo_resolved);
}

TEST(every_picture_has_an_entry)
{
    static const char *const paths[] = {"test/good/a.png", "test/good/b.png", "test/spot/a.png",
                                        "test/spot/b.png"};
    for (size_t i = 0; i < 4; i++) {
        CHECK_TEXT(result.entries[i].path, paths[i]);
        CHECK_INT(result.entries[i].kind, i / 2);
        CHECK_INT(result.entries[i].anomalous, i >= 2);
        CHECK_INT(result.entries[i].flagged, i == 2);
        CHECK_INT(result.entries[i].has_mask, i >= 2);
    }
    CHECK_NEAR(result.entries[2].score, 200, 0.0);
    CHECK_NEAR(result.entries[2].threshold, 100, 0.0);
    CHECK_NEAR(result.entries[3].area_fraction, 0.02, 1e-15);
    CHECK(isnan(result.entries[0].area_fraction) && isnan(result.entries[0].aupimo));
}

/* Pixel ROC at FPR 0: 4 of 6, at 1: all. Regions at 0: 1/3. */
TEST(curves_can_be_drawn)
{
    CHECK_INT(result.curve_count, CURVE_POINTS);
    CHECK_NEAR(result.pixel_roc[0].value, 4.0 / 6, 1e-15);
    CHECK_NEAR(result.pixel_roc[CURVE_POINTS - 1].fpr, 1.0, 0.0);
    CHECK_NEAR(result.pixel_roc[CURVE_POINTS - 1].value, 1.0, 0.0);
    CHECK_NEAR(result.region_roc[0].value, 1.0 / 3, 1e-15);
    CHECK_NEAR(result.region_roc[CURVE_POINTS - 1].fpr, 0.3, 1e-15);
}

/* As in monitoring: what triggers in a busy frame, or one with a fault of the camera, is no alarm.
 * Ranked it is all the same. */
TEST(busy_pictures_and_faults_are_not_flagged)
{
    for (int i = 0; i < 2; i++) {
        wish = (struct grey_wish){.threshold = 100.0, .busy = i == 0};
        wish.faults = i == 1 ? 1u << CAMERA_FAULT_BLURRED : 0;
        CHECK(evaluate_with(pictures_settings_of(scratch("worked"), config)));
        CHECK_INT(result.all.found.count, 0);
        CHECK_INT(result.entries[2].busy, i == 0);
        CHECK_INT(result.entries[2].faults, wish.faults);
        CHECK_NEAR(result.all.auroc, 0.75, 1e-15);
    }
}

/* Kind "dim", all below what is normal, beside kind "lit": each against the same normal pictures.
 */
TEST(kinds_are_measured_alone_and_together)
{
    PICTURE("kinds/test/good/a.png", {3, 3, 50});
    PICTURE("kinds/test/lit/a.png", {1, 1, 200});
    PICTURE("kinds/test/dim/a.png", {1, 1, 5});
    MASK("kinds/ground_truth/lit/a_mask.png", {1, 1, 255});
    MASK("kinds/ground_truth/dim/a_mask.png", {1, 1, 255});
    CHECK(evaluate("kinds"));
    CHECK_INT(result.kind_count, 3);
    CHECK_TEXT(result.kinds[0].name, "good");
    CHECK_TEXT(result.kinds[1].name, "dim");
    CHECK_TEXT(result.kinds[2].name, "lit");
    CHECK(!result.kinds[0].anomalous && result.kinds[1].anomalous);
    CHECK(isnan(result.kinds[0].measures.auroc));
    CHECK_NEAR(result.kinds[1].measures.auroc, 0.0, 0.0);
    CHECK_NEAR(result.kinds[2].measures.auroc, 1.0, 0.0);
    CHECK_NEAR(result.all.auroc, 0.5, 0.0);
    CHECK_NEAR(result.kinds[1].measures.pixel_auroc, 0.0, 0.0);
    CHECK_NEAR(result.kinds[2].measures.pixel_auroc, 1.0, 1e-15);
    CHECK_NEAR(result.kinds[2].measures.aupro_05, 1.0, 1e-15);
    CHECK_NEAR(result.kinds[2].measures.aupimo_mean, 1.0, 1e-15);
    CHECK_NEAR(result.kinds[1].measures.aupimo_mean, 0.0, 0.0);
    CHECK_NEAR(result.all.pixel_auroc, 0.5, 1e-15);
    CHECK_INT(result.kinds[1].measures.region_count, 1);
    CHECK_INT(result.all.region_count, 2);
}

/* The map has every second pixel; bright is the upper left quarter, which the mask names too. Only
 * near the border between the two can a resized map be wrong. */
TEST(maps_are_brought_to_the_size_of_the_mask)
{
    struct dot dots[16], mask[16];
    for (int i = 0; i < 16; i++) {
        dots[i] = (struct dot){i % 4, i / 4, 200};
        mask[i] = (struct dot){i % 4, i / 4, 255};
    }
    PICTURE("small/test/good/a.png", {3, 3, 20});
    write_grey(scratch("small/test/spot/a.png"), SIDE, SIDE, 10, dots, 16);
    write_grey(scratch("small/ground_truth/spot/a_mask.png"), SIDE, SIDE, 0, mask, 16);
    wish = (struct grey_wish){.shrink = 2};
    CHECK(evaluate_with(pictures_settings_of(scratch("small"), config)));
    CHECK_NEAR(result.all.pixel_auroc, 1.0, 1e-3);
    CHECK_NEAR(result.all.aupro_30, 1.0, 1e-3);
}

/* 32x32 pictures; the region is the right half of the upper half. What lies outside is brighter
 * than all that is abnormal, and must not count. */
TEST(only_the_region_of_interest_counts)
{
    static const struct dot good[] = {{2, 2, 250}, {20, 3, 50}},
                            spot[] = {{2, 2, 250}, {17, 4, 90}};
    static const struct dot inside[] = {{17, 4, 255}, {2, 2, 255}}, outside[] = {{2, 2, 255}};
    write_grey(scratch("roi/test/good/a.png"), 32, 32, 10, good, 2);
    write_grey(scratch("roi/test/spot/a.png"), 32, 32, 10, spot, 2);
    write_grey(scratch("roi/test/spot/b.png"), 32, 32, 10, spot, 2);
    write_grey(scratch("roi/ground_truth/spot/a_mask.png"), 32, 32, 0, inside, 2);
    write_grey(scratch("roi/ground_truth/spot/b_mask.png"), 32, 32, 0, outside, 1);
    config->roi_enabled = true;
    config->roi_units = ROI_RELATIVE;
    config->roi_x = config->roi_width = config->roi_height = 0.5;
    config->roi_y = 0.0;
    wish = (struct grey_wish){.region = {16, 0, 16, 16}};
    const bool good_call = evaluate_with(pictures_settings_of(scratch("roi"), config));
    config->roi_enabled = false;
    CHECK(good_call);
    CHECK_INT(result.region.x, 16);
    CHECK_INT(result.region.width, 16);
    CHECK_INT(result.entry_count, 2);
    CHECK_INT(result.left_out_count, 1);
    CHECK_CONTAINS(buffer_text(&heard), "test/spot/b.png: what is abnormal lies outside");
    CHECK_NEAR(result.entries[1].area_fraction, 1.0 / 256, 1e-15);
    CHECK_INT(result.all.region_count, 1);
    CHECK_NEAR(result.all.pixel_auroc, 1.0, 1e-15);
}

TEST(a_region_that_leaves_the_pictures_is_refused)
{
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = config->roi_y = 0;
    config->roi_width = config->roi_height = 16;
    const bool good = evaluate("worked");
    config->roi_enabled = false;
    CHECK(!good);
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "10x10 px");
}

static bool stop_at_third(void *context, size_t done, size_t total)
{
    size_t *asked = context;
    (*asked)++;
    return total == 4 && done == *asked - 1 && done < 2;
}

TEST(work_can_be_stopped)
{
    size_t asked = 0;
    struct pictures_settings settings = pictures_settings_of(scratch("worked"), config);
    wish = (struct grey_wish){0};
    settings.listener.progress = stop_at_third;
    settings.listener.context = &asked;
    CHECK(!evaluate_with(settings));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_CONTAINS(err.message, "after 2 of 4 pictures");
    CHECK_INT(asked, 3);
    CHECK_INT(wish.frames, 2);
    CHECK_INT(wish.destroyed, wish.made);
}

TEST(pictures_are_repeated_on_a_clock_that_rises)
{
    struct pictures_settings settings = pictures_settings_of(scratch("worked"), config);
    CHECK(settings.interval_ns == 1000000000);
    settings.repeats = 3;
    wish = (struct grey_wish){0};
    CHECK(evaluate_with(settings));
    CHECK_INT(wish.frames, 12);
    CHECK_INT(wish.made, 1);
    CHECK_INT(wish.destroyed, 1);
    CHECK(wish.time_rises);
    CHECK_INT(wish.last_time_ns, INT64_C(11000000000));
    CHECK_INT(result.entry_count, 4);
}

TEST(a_detector_can_be_made_for_each_picture)
{
    struct pictures_settings settings = pictures_settings_of(scratch("worked"), config);
    settings.repeats = 2;
    settings.afresh = true;
    wish = (struct grey_wish){0};
    CHECK(evaluate_with(settings));
    CHECK_INT(wish.made, 4);
    CHECK_INT(wish.destroyed, 4);
    CHECK_INT(wish.frames, 8);
    CHECK(wish.time_rises);
    CHECK_NEAR(result.all.auroc, 0.75, 1e-15);
}

struct shown {
    int count;
    double scores, overlaps, map_of_last, width_of_last;
};

static void look(void *context, const struct pictures_entry *entry, const struct frame *frame,
                 const struct observation *observation)
{
    struct shown *shown = context;
    shown->count++;
    shown->scores += entry->score;
    shown->overlaps += isnan(entry->aupimo) ? 0.0 : entry->aupimo;
    shown->map_of_last = observation->maps.error_map[5 * SIDE + 5];
    shown->width_of_last = frame->width;
}

TEST(each_picture_is_shown_once)
{
    struct shown shown = {0};
    struct pictures_settings settings = pictures_settings_of(scratch("worked"), config);
    settings.repeats = 2;
    settings.show = look;
    settings.show_context = &shown;
    wish = (struct grey_wish){0};
    CHECK(evaluate_with(settings));
    CHECK_INT(shown.count, 4);
    CHECK_NEAR(shown.scores, 50 + 90 + 200 + 60, 0.0);
    CHECK_NEAR(shown.overlaps, 1.0, 1e-15);
    CHECK_NEAR(shown.map_of_last, 60, 0.0);
    CHECK_NEAR(shown.width_of_last, SIDE, 0.0);
}

static struct detector *make_reference(void *context, int width, int height, struct error *why)
{
    return reference_detector_create(context, config, width, height, 1, why);
}

/* The reference detector itself, with a model that takes mid-grey for normal: a bright square of
 * 16x16 px on mid-grey is an eighth of each side of its map of 32x32. */
static void write_square_dataset(void)
{
    struct dot bright[256], mask[256];
    for (int i = 0; i < 256; i++) {
        bright[i] = (struct dot){32 + i % 16, 64 + i / 16, 255};
        mask[i] = bright[i];
    }
    write_grey(scratch("square/test/good/a.png"), 128, 128, 127, NULL, 0);
    write_grey(scratch("square/test/spot/a.png"), 128, 128, 127, bright, 256);
    write_grey(scratch("square/ground_truth/spot/a_mask.png"), 128, 128, 0, mask, 256);
}

TEST(the_reference_detector_can_be_evaluated)
{
    struct model_set set;
    CHECK(plain_model(config, 128, 128, &set));
    write_square_dataset();
    struct pictures_settings settings = pictures_settings_of(scratch("square"), config);
    settings.make_detector = make_reference;
    settings.make_context = &set;
    pictures_result_finish(&result);
    const bool good = pictures_evaluate(&settings, &result, &err);
    model_set_finish(&set);
    CHECK(good);
    CHECK_NEAR(result.all.auroc, 1.0, 0.0);
    CHECK_NEAR(result.entries[0].score, error_of(127), 1e-7);
    CHECK_NEAR(result.entries[1].score, (error_of(255) + 63 * error_of(127)) / 64, 1e-6);
    CHECK_INT(result.entries[1].flagged, 1);
    CHECK_INT(result.entries[0].flagged, 0);
    CHECK_NEAR(result.all.pixel_auroc, 1.0, 0.001); /* the borders of the square are blurred */
    CHECK_NEAR(result.all.aupro_05, 1.0, 0.01);
}

int main(void)
{
    config = config_default(NULL);
    if (!config)
        return 2;
    write_worked_dataset();
    RUN(pictures_are_ranked);
    RUN(flags_are_counted_with_their_interval);
    RUN(pixels_are_ranked);
    RUN(regions_weigh_alike);
    RUN(single_pictures_have_their_overlap);
    RUN(every_picture_has_an_entry);
    RUN(curves_can_be_drawn);
    RUN(busy_pictures_and_faults_are_not_flagged);
    RUN(kinds_are_measured_alone_and_together);
    RUN(maps_are_brought_to_the_size_of_the_mask);
    RUN(only_the_region_of_interest_counts);
    RUN(a_region_that_leaves_the_pictures_is_refused);
    RUN(work_can_be_stopped);
    RUN(pictures_are_repeated_on_a_clock_that_rises);
    RUN(a_detector_can_be_made_for_each_picture);
    RUN(each_picture_is_shown_once);
    RUN(the_reference_detector_can_be_evaluated);
    pictures_result_finish(&result);
    config_destroy(config);
    buffer_finish(&heard);
    return check_report();
}
