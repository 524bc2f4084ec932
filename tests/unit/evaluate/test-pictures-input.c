/* Datasets that are damaged, hostile or one-sided, detectors that fail, and the JSON of all that.
 */
#include "check.h"
#include "failing_alloc.h"

#include "evaluate/pictures.h"
#include "grey_detector.h"
#include "picture_files.h"

static struct config *config;
static struct grey_wish wish;
static struct pictures_result result;
static struct error err;

static bool evaluate(const char *dataset)
{
    struct pictures_settings settings = pictures_settings_of(scratch(dataset), config);
    pictures_result_finish(&result);
    buffer_clear(&heard);
    err = (struct error){0};
    settings.make_detector = grey_make;
    settings.make_context = &wish;
    settings.listener.warn = hear;
    return pictures_evaluate(&settings, &result, &err);
}

static bool evaluate_plainly(const char *dataset)
{
    wish = (struct grey_wish){.threshold = 100.0};
    return evaluate(dataset);
}

/* ---- folders */

TEST(a_folder_that_is_no_dataset_says_what_is_missing)
{
    CHECK(!evaluate_plainly("nothing"));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "nothing/test' does not exist");
    CHECK_CONTAINS(err.message, "ground_truth");
    CHECK(folder_create(scratch("empty/test"), false, &err));
    CHECK(!evaluate_plainly("empty"));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "no usable pictures in");
    write_text(scratch("file/test"), "not a folder");
    CHECK(!evaluate_plainly("file"));
    CHECK_INT(wish.made, 0);
}

TEST(kinds_without_usable_pictures_are_left_out)
{
    PICTURE("kinds/test/good/a.png", {1, 1, 20});
    CHECK(folder_create(scratch("kinds/test/bare"), false, &err));
    write_text(scratch("kinds/test/broken/a.png"), "this is no PNG file");
    write_text(scratch("kinds/test/licence.txt"), "beside the kinds: nobody minds");
    CHECK(evaluate_plainly("kinds"));
    CHECK_INT(result.kind_count, 1);
    CHECK_CONTAINS(buffer_text(&heard), "kind left out: no usable pictures in");
    CHECK_CONTAINS(buffer_text(&heard), "bare");
    CHECK_CONTAINS(buffer_text(&heard), "broken/a.png");
    CHECK(!strstr(buffer_text(&heard), "licence"));
    CHECK_INT(result.left_out_count, 3);
}

TEST(hostile_folder_names_are_left_out)
{
    PICTURE("hostile/test/good/a.png", {1, 1, 20});
    PICTURE("hostile/test/\033[31mred/a.png", {1, 1, 20});
    PICTURE("hostile/test/\xff\xfe/a.png", {1, 1, 20});
    PICTURE("hostile/test/line\nfeed/a.png", {1, 1, 20});
    PICTURE("elsewhere/pictures/a.png", {1, 1, 20});
    CHECK(symlink(scratch("elsewhere/pictures"), scratch("hostile/test/link")) == 0);
    CHECK(symlink(scratch("hostile/test/good"), scratch("hostile/test/inside")) == 0);
    CHECK(evaluate_plainly("hostile"));
    CHECK_INT(result.kind_count, 2);
    CHECK_TEXT(result.kinds[1].name, "inside");
    CHECK_INT(result.left_out_count, 4);
    CHECK_CONTAINS(buffer_text(&heard), "link");
    CHECK(!strchr(buffer_text(&heard), '\033') && !strchr(buffer_text(&heard), '\xff'));
}

TEST(too_many_kinds_are_refused)
{
    char name[64];
    for (int i = 0; i <= KINDS_MOST; i++) {
        snprintf(name, sizeof name, "many/test/kind%03d", i);
        CHECK(folder_create(scratch(name), false, &err));
    }
    CHECK(!evaluate_plainly("many"));
    CHECK_INT(err.code, ERROR_FORMAT);
}

TEST(the_longest_names_are_not_cut)
{
    char folder[300], name[600];
    memset(folder, 'k', 250);
    folder[250] = '\0';
    snprintf(name, sizeof name, "long/test/%s/a.png", folder);
    PICTURE("long/test/good/a.png", {1, 1, 20});
    write_grey(scratch(name), SIDE, SIDE, 10, NULL, 0);
    CHECK(evaluate_plainly("long"));
    CHECK_INT(result.kind_count, 2);
    CHECK_INT(strlen(result.kinds[1].name), 250);
    CHECK_INT(strlen(result.entries[1].path), 5 + 250 + 6);
}

/* ---- pictures */

TEST(pictures_of_another_size_are_left_out)
{
    PICTURE("sizes/test/good/a.png", {1, 1, 20});
    PICTURE("sizes/test/spot/a.png", {1, 1, 200});
    write_grey(scratch("sizes/test/spot/b.png"), 12, SIDE, 10, NULL, 0);
    write_grey(scratch("sizes/test/wide/a.png"), 12, SIDE, 10, NULL, 0);
    CHECK(evaluate_plainly("sizes"));
    CHECK_INT(result.width, SIDE);
    CHECK_INT(result.entry_count, 2);
    CHECK_INT(result.kind_count, 2);
    CHECK_CONTAINS(buffer_text(&heard), "spot/b.png: 12x10 px");
    CHECK_CONTAINS(buffer_text(&heard), "has 10x10 px, as the others have; most have 12x10 px");
    CHECK_INT(result.left_out_count, 2);
}

/* Its header is whole, so that it is found out only when its turn comes. */
static void write_torn_picture(const char *path)
{
    struct buffer whole = {0};
    make_folder_of(path);
    if (!file_read(scratch("torn/test/good/a.png"), 1 << 20, &whole, &err) ||
        !file_replace(path, whole.data, whole.size / 2, false, &err))
        give_up(&err);
    buffer_finish(&whole);
}

TEST(torn_pictures_are_left_out)
{
    PICTURE("torn/test/good/a.png", {1, 1, 20});
    PICTURE("torn/test/spot/b.png", {1, 1, 200});
    write_torn_picture(scratch("torn/test/spot/a.png"));
    write_torn_picture(scratch("torn/test/zero/a.png"));
    CHECK(evaluate_plainly("torn"));
    CHECK_INT(result.entry_count, 2);
    CHECK_INT(result.kind_count, 2); /* nothing is left of "zero" */
    CHECK_INT(result.left_out_count, 2);
    CHECK_CONTAINS(buffer_text(&heard), "picture left out: ");
    CHECK_CONTAINS(buffer_text(&heard), "spot/a.png");
    CHECK_TEXT(result.entries[1].path, "test/spot/b.png");
    CHECK_INT(result.entries[1].kind, 1);
}

TEST(a_dataset_of_torn_pictures_is_an_error)
{
    write_torn_picture(scratch("alltorn/test/good/a.png"));
    CHECK(!evaluate_plainly("alltorn"));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "no picture in");
    CHECK_CONTAINS(err.message, "(1 left out)");
}

/* ---- masks */

static void write_bad_masks(void)
{
    PICTURE("masks/test/good/a.png", {1, 1, 20});
    PICTURE("masks/test/spot/damaged.png", {1, 1, 200});
    PICTURE("masks/test/spot/empty.png", {1, 1, 200});
    PICTURE("masks/test/spot/large.png", {1, 1, 200});
    PICTURE("masks/test/spot/link.png", {1, 1, 200});
    PICTURE("masks/test/spot/missing.png", {1, 1, 200});
    PICTURE("masks/test/spot/usable.png", {1, 1, 200});
    write_text(scratch("masks/ground_truth/spot/damaged_mask.png"), "this is no PNG file");
    MASK("masks/ground_truth/spot/empty_mask.png", {1, 1, 127});
    MASK("masks/ground_truth/spot/usable_mask.png", {1, 1, 128});
    write_grey(scratch("masks/ground_truth/spot/large_mask.png"), SIDE, 11, 255, NULL, 0);
    MASK("elsewhere/secret.png", {1, 1, 255});
}

TEST(bad_masks_cost_their_pixels_only)
{
    write_bad_masks();
    CHECK(symlink(scratch("elsewhere/secret.png"),
                  scratch("masks/ground_truth/spot/link_mask.png")) == 0);
    CHECK(evaluate_plainly("masks"));
    CHECK_INT(result.all.anomalous_count, 6);
    CHECK_INT(result.all.masked_count, 1);
    CHECK_INT(result.without_mask_count, 5);
    CHECK_INT(result.left_out_count, 0);
    CHECK_INT(lines_heard(), 5);
    CHECK_CONTAINS(buffer_text(&heard), "damaged_mask.png");
    CHECK_CONTAINS(buffer_text(&heard), "the mask of test/spot/empty.png is empty");
    CHECK_CONTAINS(buffer_text(&heard),
                   "large_mask.png: a mask of 10x11 px for a picture of 10x10");
    CHECK_CONTAINS(buffer_text(&heard), "link_mask.png");
    CHECK_CONTAINS(buffer_text(&heard), "missing_mask.png: there is no such mask");
    CHECK_NEAR(result.all.auroc, 1.0, 0.0);
    CHECK_INT(result.all.region_count, 1);
    CHECK_NEAR(result.all.pixel_auroc, 1.0, 1e-15);
    for (size_t i = 1; i < result.entry_count; i++)
        CHECK_INT(result.entries[i].has_mask, strstr(result.entries[i].path, "usable") != NULL);
}

TEST(a_kind_without_masks_is_said_once)
{
    PICTURE("maskless/test/good/a.png", {1, 1, 20});
    PICTURE("maskless/test/spot/a.png", {1, 1, 200});
    PICTURE("maskless/test/spot/b.png", {1, 1, 200});
    CHECK(evaluate_plainly("maskless"));
    CHECK_INT(lines_heard(), 1);
    CHECK_CONTAINS(buffer_text(&heard), "there are no masks in ground_truth/spot");
    CHECK_INT(result.without_mask_count, 2);
    CHECK_NEAR(result.all.auroc, 1.0, 0.0);
    CHECK(isnan(result.all.pixel_auroc) && isnan(result.all.aupro_30));
    CHECK(isnan(result.all.aupimo_mean) && isnan(result.all.aupimo_p33));
    CHECK_INT(result.curve_count, 0);
    buffer_clear(&heard);
    pictures_say_limits(&result, hear, NULL);
    CHECK_CONTAINS(buffer_text(&heard), "nothing by pixel: no abnormal picture has a usable mask");
}

/* ---- one kind alone */

static json_t *member(json_t *object, const char *outer, const char *inner, const char *name)
{
    return json_object_get(json_object_get(json_object_get(object, outer), inner), name);
}

TEST(without_normal_pictures_there_is_no_auroc)
{
    PICTURE("abnormal/test/spot/a.png", {1, 1, 200});
    MASK("abnormal/ground_truth/spot/a_mask.png", {1, 1, 255});
    CHECK(evaluate_plainly("abnormal"));
    CHECK(isnan(result.all.auroc) && isnan(result.all.at_1_percent.tpr));
    CHECK(isnan(result.all.aupimo_mean));
    CHECK_NEAR(result.all.pixel_auroc, 1.0, 1e-15); /* of this picture's own normal pixels */
    buffer_clear(&heard);
    pictures_say_limits(&result, hear, NULL);
    CHECK_INT(lines_heard(), 1);
    CHECK_CONTAINS(buffer_text(&heard), "no AUROC, no TPR and no AUPIMO: no normal pictures");
    json_t *json = pictures_to_json(&result, false);
    CHECK(json);
    CHECK(json_is_null(member(json, "all", "by_picture", "auroc")));
    CHECK(json_is_null(member(json, "all", "by_pixel", "aupimo_mean")));
    CHECK(json_is_null(member(json, "all", "by_pixel", "aupimo_above_half")));
    CHECK(
        json_is_null(json_object_get(member(json, "all", "by_picture", "false_alarms"), "share")));
    CHECK_INT(json_array_size(json_object_get(json, "limits")), 1);
    json_decref(json);
}

TEST(without_abnormal_pictures_there_is_none_either)
{
    PICTURE("normal/test/good/a.png", {1, 1, 200});
    PICTURE("normal/test/good/b.png", {1, 1, 20});
    CHECK(evaluate_plainly("normal"));
    CHECK(isnan(result.all.auroc) && isnan(result.all.pixel_auroc));
    CHECK_INT(result.all.false_alarms.count, 1);
    CHECK_INT(result.all.false_alarms.total, 2);
    CHECK_INT(result.ranking.count, 0);
    buffer_clear(&heard);
    pictures_say_limits(&result, hear, NULL);
    CHECK_INT(lines_heard(), 1);
    CHECK_CONTAINS(buffer_text(&heard), "no abnormal pictures");
}

TEST(a_picture_that_is_abnormal_everywhere_has_no_normal_pixel)
{
    PICTURE("full/test/spot/a.png", {1, 1, 200});
    write_grey(scratch("full/ground_truth/spot/a_mask.png"), SIDE, SIDE, 255, NULL, 0);
    CHECK(evaluate_plainly("full"));
    CHECK_INT(result.all.masked_count, 1);
    CHECK(isnan(result.all.pixel_auroc) && isnan(result.all.aupro_05));
    buffer_clear(&heard);
    pictures_say_limits(&result, hear, NULL);
    CHECK_CONTAINS(buffer_text(&heard), "no pixel is normal");
}

/* ---- detectors that fail */

static void write_two_pictures(void)
{
    PICTURE("two/test/good/a.png", {1, 1, 20});
    PICTURE("two/test/spot/b.png", {1, 1, 200});
    MASK("two/ground_truth/spot/b_mask.png", {1, 1, 255});
}

TEST(a_detector_that_cannot_be_made_ends_the_work)
{
    write_two_pictures();
    wish = (struct grey_wish){.maker_fails = true};
    CHECK(!evaluate("two"));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_TEXT(err.message, "the model does not fit");
}

TEST(a_detector_that_fails_is_named_with_its_picture)
{
    static const struct {
        enum grey_failure failure;
        const char *message;
    } rows[] = {{GREY_FAILS, "test/spot/b.png: the network broke"},
                {GREY_SCORE_NAN, "test/spot/b.png: the detector's score is no number"},
                {GREY_MAP_NAN, "test/spot/b.png: the detector's map holds what is no number"},
                {GREY_NO_MAP, "test/spot/b.png: the detector gave no map"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wish = (struct grey_wish){.failure = rows[i].failure, .failure_at = 1};
        CHECK(!evaluate("two"));
        CHECK_INT(err.code, ERROR_INTERNAL);
        CHECK_TEXT(err.message, rows[i].message);
        CHECK_INT(wish.destroyed, wish.made);
        CHECK_INT(result.entry_count, 0); /* untouched */
    }
}

/* ---- JSON */

TEST(json_holds_all_measures_and_pictures)
{
    CHECK(evaluate_plainly("two"));
    json_t *json = pictures_to_json(&result, true);
    CHECK(json);
    json_t *point = member(json, "all", "by_picture", "tpr_at_fpr_0.1_percent");
    json_t *entry = json_array_get(json_object_get(json, "pictures"), 1);
    json_t *kind = json_array_get(json_object_get(json, "kinds"), 1);
    CHECK_INT(json_integer_value(json_object_get(json, "schema")), 1);
    CHECK_NEAR(json_number_value(member(json, "all", "by_picture", "auroc")), 1.0, 0.0);
    CHECK_NEAR(json_number_value(member(json, "all", "by_pixel", "aupro_0.05")), 1.0, 1e-15);
    CHECK_NEAR(json_number_value(member(json, "all", "by_pixel", "auroc")), 1.0, 1e-15);
    CHECK_NEAR(json_number_value(json_object_get(point, "tpr")), 1.0, 0.0);
    CHECK(json_is_false(json_object_get(point, "resolved")));
    CHECK_INT(json_array_size(json_object_get(json, "pictures")), 2);
    CHECK_TEXT(json_string_value(json_object_get(entry, "path")), "test/spot/b.png");
    CHECK_NEAR(json_number_value(json_object_get(entry, "score")), 200, 0.0);
    CHECK(json_is_true(json_object_get(entry, "flagged")));
    CHECK_NEAR(json_number_value(json_object_get(entry, "aupimo")), 1.0, 1e-15);
    CHECK(json_is_null(
        json_object_get(json_array_get(json_object_get(json, "pictures"), 0), "aupimo")));
    CHECK_TEXT(json_string_value(json_object_get(kind, "kind")), "spot");
    CHECK_INT(json_array_size(json_object_get(json, "limits")), 3);
    json_decref(json);
}

/* A threshold that no score reaches is infinite; JSON has no such number. */
TEST(json_has_null_for_what_is_infinite)
{
    PICTURE("upside/test/good/a.png", {1, 1, 200});
    PICTURE("upside/test/spot/b.png", {1, 1, 20});
    CHECK(evaluate_plainly("upside"));
    CHECK_NEAR(result.all.auroc, 0.0, 0.0);
    CHECK(isinf(result.all.at_1_percent.threshold));
    json_t *json = pictures_to_json(&result, false);
    CHECK(json);
    json_t *point = member(json, "all", "by_picture", "tpr_at_fpr_1_percent");
    CHECK(json_is_null(json_object_get(point, "threshold")));
    CHECK_NEAR(json_number_value(json_object_get(point, "tpr")), 0.0, 0.0);
    CHECK(!json_object_get(json, "pictures"));
    json_decref(json);
}

TEST(json_is_utf8_whatever_files_are_called)
{
    PICTURE("names/test/good/\xff\xfe.png", {1, 1, 20});
    CHECK(evaluate_plainly("names"));
    CHECK_INT(result.entry_count, 1);
    json_t *json = pictures_to_json(&result, true);
    CHECK(json);
    json_t *entry = json_array_get(json_object_get(json, "pictures"), 0);
    CHECK_TEXT(json_string_value(json_object_get(entry, "path")), "test/good/??.png");
    json_decref(json);
}

/* ---- memory */

TEST(no_memory_is_said_wherever_it_ends)
{
    long refused = 0;
    for (long n = 0;; n++) {
        wish = (struct grey_wish){0};
        struct pictures_settings settings = pictures_settings_of(scratch("two"), config);
        struct pictures_result made = {.width = 77};
        settings.make_detector = grey_make;
        settings.make_context = &wish;
        err = (struct error){0};
        allocations_until_failure = n;
        const bool good = pictures_evaluate(&settings, &made, &err);
        allocations_until_failure = -1;
        CHECK_INT(wish.destroyed, wish.made);
        if (good) {
            CHECK_NEAR(made.all.pixel_auroc, 1.0, 1e-15);
            pictures_result_finish(&made);
            CHECK(refused > 40);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_INT(made.width, 77);
        refused++;
    }
}

int main(void)
{
    config = config_default(NULL);
    if (!config)
        return 2;
    RUN(a_folder_that_is_no_dataset_says_what_is_missing);
    RUN(kinds_without_usable_pictures_are_left_out);
    RUN(hostile_folder_names_are_left_out);
    RUN(too_many_kinds_are_refused);
    RUN(the_longest_names_are_not_cut);
    RUN(pictures_of_another_size_are_left_out);
    RUN(torn_pictures_are_left_out);
    RUN(a_dataset_of_torn_pictures_is_an_error);
    RUN(bad_masks_cost_their_pixels_only);
    RUN(a_kind_without_masks_is_said_once);
    RUN(without_normal_pictures_there_is_no_auroc);
    RUN(without_abnormal_pictures_there_is_none_either);
    RUN(a_picture_that_is_abnormal_everywhere_has_no_normal_pixel);
    RUN(a_detector_that_cannot_be_made_ends_the_work);
    RUN(a_detector_that_fails_is_named_with_its_picture);
    RUN(json_holds_all_measures_and_pictures);
    RUN(json_has_null_for_what_is_infinite);
    RUN(json_is_utf8_whatever_files_are_called);
    RUN(no_memory_is_said_wherever_it_ends);
    pictures_result_finish(&result);
    config_destroy(config);
    buffer_finish(&heard);
    return check_report();
}
