/* The worst misses and false alarms of a page: which are chosen, and what their pictures show. */
#include "check.h"
#include "failing_alloc.h"

#include "page_fixture.h"

enum { SMALL_WIDTH = 480, SMALL_HEIGHT = 360 }; /* of the fixture's 800x600 */

static struct page page_with(const struct evaluation_page *source)
{
    struct page page;
    page_begin(&page, source, NULL);
    return page;
}

static struct evaluation_page source_of(const struct sequence_evaluation *sequences)
{
    return (struct evaluation_page){.dataset = scratch("set"), .sequences = sequences};
}

/* Brightness of a pixel of the small picture, and how much more red than blue it is. */
static int grey_at(const struct image *image, int x, int y)
{
    const uint8_t *pixel = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    return (pixel[0] + pixel[1] + pixel[2]) / 3;
}

static int warmth_at(const struct image *image, int x, int y)
{
    const uint8_t *pixel = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    return pixel[0] - pixel[2];
}

TEST(the_worst_of_each_detector_come_in_turn)
{
    struct sequence_result good[3], poor[30];
    for (int i = 0; i < 3; i++)
        good[i] = sequence_of("good", "puddle", 0.001 * (i + 1));
    for (int i = 0; i < 30; i++)
        poor[i] = sequence_of("poor", "puddle", 0.01 * (i + 1));
    struct sequence_run runs[2] = {{.kind = &fixture_scene, .count = 3, .results = good},
                                   {.kind = &fixture_reference, .count = 30, .results = poor}};
    struct sequence_evaluation sequences = {.run_count = 2, .runs = runs};
    struct evaluation_page source = source_of(&sequences);
    struct page page = page_with(&source);
    struct page_card cards[PAGE_PICTURES_MAX];
    size_t total;
    CHECK_INT(page_choose(&page, true, cards, &total), PAGE_PICTURES_MAX);
    CHECK_INT(total, 33);
    CHECK(cards[0].sequence == &good[2] && cards[1].sequence == &poor[29]);
    CHECK(cards[2].sequence == &good[1] && cards[3].sequence == &poor[28]);
    CHECK(cards[4].sequence == &good[0] && cards[5].sequence == &poor[27]);
    CHECK(cards[6].sequence == &poor[26] && cards[11].sequence == &poor[21]);
    CHECK_INT(page_choose(&page, false, cards, &total), 0);
    CHECK_INT(total, 0);
    run_finish(&runs[0]);
    run_finish(&runs[1]);
}

TEST(a_sequence_shows_its_strongest_false_alarm_only)
{
    struct sequence_result results[2] = {sequence_of("a", "quiet", 0),
                                         sequence_of("b", "quiet", 0)};
    struct sequence_run run = {.kind = &fixture_scene, .count = 2, .results = results};
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct page page = page_with(&source);
    struct page_card cards[PAGE_PICTURES_MAX];
    size_t total;
    false_alarm_at(&results[0], 1, 2);
    false_alarm_at(&results[0], 5, 9);
    false_alarm_at(&results[0], 9, NAN);
    false_alarm_at(&results[1], 3, 4);
    results[1].alarms[0].is_false = false; /* a true one is none */
    CHECK_INT(page_choose(&page, false, cards, &total), 1);
    CHECK_INT(total, 1);
    CHECK_INT(cards[0].alarm->frame, 5);
    results[1].alarms[0].is_false = true;
    CHECK_INT(page_choose(&page, false, cards, &total), 2);
    CHECK(cards[0].sequence == &results[0] && cards[1].sequence == &results[1]);
    run_finish(&run);
}

TEST(the_leak_is_outlined_and_stays_free)
{
    struct sequence_result result = sequence_of("out", "puddle", 0.01);
    struct page_card card = {.sequence = &result};
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    struct image image;
    struct error err = {0};
    /* 100 px at 200, 150 of 800x600: 60 px at 120, 90 of 480x360. */
    CHECK(write_frame("set/out/f.jpg", false) && write_mask("set/out/mask/f.png", 200, 150, 100));
    CHECK(card_picture_load(&page, &card, &picture, &err));
    CHECK_INT(picture.state, CARD_PICTURE_SHOWN);
    CHECK(picture.has_outline);
    CHECK_INT(picture.width, SMALL_WIDTH);
    CHECK_INT(picture.height, SMALL_HEIGHT);
    CHECK(image_decode(picture.jpeg.data, picture.jpeg.size, &image, &err));
    CHECK_NEAR(grey_at(&image, 150, 120), 100, 6); /* on the leak */
    CHECK_NEAR(grey_at(&image, 300, 300), 100, 6); /* far from it */
    CHECK(grey_at(&image, 119, 120) < 160);        /* right beside it, but for JPEG's blur */
    CHECK(grey_at(&image, 118, 120) > 180);        /* two pixels beside it */
    CHECK(grey_at(&image, 150, 88) > 180);
    CHECK(grey_at(&image, 150, 151) > 180);
    CHECK(grey_at(&image, 116, 120) < 90); /* around the white */
    image_finish(&image);
    buffer_finish(&picture.jpeg);
    free(result.frames);
    free(result.frame_names);
}

TEST(a_picture_of_noise_loses_quality_not_its_place)
{
    static uint8_t noise[CARD_PICTURE_WIDTH * CARD_PICTURE_HEIGHT * 3];
    struct sequence_result result = sequence_of("loud", "puddle", 0.01);
    struct page_card card = {.sequence = &result};
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    uint32_t state = 7;
    for (size_t i = 0; i < sizeof noise; i++) {
        state = state * 1664525 + 1013904223;
        noise[i] = state >> 31 ? 255 : 0;
    }
    CHECK(folder_create(scratch("set/loud"), true, NULL));
    CHECK(image_write_jpeg(scratch("set/loud/f.jpg"), noise, CARD_PICTURE_WIDTH,
                           CARD_PICTURE_HEIGHT, 95, NULL));
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK_INT(picture.state, CARD_PICTURE_SHOWN);
    CHECK(picture.jpeg.size <= CARD_PICTURE_BYTES_MAX);
    buffer_finish(&picture.jpeg);
    free(result.frames);
    free(result.frame_names);
}

TEST(a_leak_of_one_pixel_has_an_outline)
{
    struct sequence_result result = sequence_of("tiny", "drops", 1e-6);
    struct page_card card = {.sequence = &result};
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    CHECK(write_frame("set/tiny/f.jpg", false) && write_mask("set/tiny/mask/f.png", 401, 301, 1));
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK(picture.has_outline);
    buffer_finish(&picture.jpeg);
    CHECK(write_mask("set/tiny/mask/f.png", 0, 0, 1)); /* in the corner */
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK(picture.has_outline);
    buffer_finish(&picture.jpeg);
    CHECK(write_mask("set/tiny/mask/f.png", 0, 0, 0)); /* empty */
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK(!picture.has_outline);
    buffer_finish(&picture.jpeg);
    free(result.frames);
    free(result.frame_names);
}

TEST(boxes_are_drawn_where_the_detector_saw_them)
{
    struct sequence_result result = sequence_of("boxed", "quiet", 0);
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    struct image image;
    struct error err = {0};
    false_alarm_at(&result, 5, 2); /* 200, 150, 100 x 50: 120, 90, 60 x 30 */
    result.alarms[0].box_count = 2;
    result.alarms[0].boxes[1] = (struct rect){-50, 590, 5000, 5000};
    struct page_card card = {.sequence = &result, .alarm = &result.alarms[0]};
    CHECK(write_frame("set/boxed/f.jpg", false));
    CHECK(card_picture_load(&page, &card, &picture, &err));
    CHECK(!picture.has_outline);
    CHECK(image_decode(picture.jpeg.data, picture.jpeg.size, &image, &err));
    CHECK(warmth_at(&image, 118, 105) > 40);
    CHECK(warmth_at(&image, 150, 88) > 40);
    CHECK_NEAR(warmth_at(&image, 150, 105), 0, 10);
    image_finish(&image);
    buffer_finish(&picture.jpeg);
    free(result.frames);
    free(result.frame_names);
    free(result.alarms);
}

TEST(pictures_that_can_not_be_shown_are_said)
{
    static const char junk[] = "\xff\xd8 no picture";
    static const struct {
        const char *path;
        enum card_picture_state state;
        const char *text;
    } rows[] = {{"gone", CARD_PICTURE_MISSING, "not there any more"},
                {"damaged", CARD_PICTURE_DAMAGED, "damaged and can not be shown"},
                {"linked", CARD_PICTURE_OUTSIDE, "outside of the dataset"},
                {"../outside", CARD_PICTURE_OUTSIDE, "outside of the dataset"}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct sequence_result results[ROWS];
    CHECK(folder_create(scratch("set/damaged"), true, NULL));
    CHECK(folder_create(scratch("set/linked"), true, NULL));
    CHECK(write_frame("outside/f.jpg", false));
    CHECK(file_replace(scratch("set/damaged/f.jpg"), junk, sizeof junk, true, NULL));
    CHECK(symlink(scratch("outside/f.jpg"), scratch("set/linked/f.jpg")) == 0);
    for (int i = 0; i < ROWS; i++)
        results[i] = sequence_of(rows[i].path, "puddle", 0.001);
    struct sequence_run run = {.kind = &fixture_scene, .count = ROWS, .results = results};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct page page = page_with(&source);
    struct buffer html = {0};
    CHECK(evaluation_page_html(&source, &html, NULL));
    for (int i = 0; i < ROWS; i++) {
        struct page_card card = {.sequence = &results[i]};
        struct card_picture picture;
        CHECK(card_picture_load(&page, &card, &picture, NULL));
        CHECK_INT(picture.state, rows[i].state);
        CHECK_PAGE(buffer_text(&html), rows[i].text);
        buffer_finish(&picture.jpeg);
    }
    CHECK_INT(count_of(buffer_text(&html), "<img"), 0);
    CHECK(page_is_sound(buffer_text(&html)));
    buffer_finish(&html);
    run_finish(&run);
}

TEST(a_frame_that_the_results_do_not_have_is_missing)
{
    struct sequence_result result = sequence_of("boxed", "quiet", 0);
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    false_alarm_at(&result, FIXTURE_FRAMES, 2);
    struct page_card card = {.sequence = &result, .alarm = &result.alarms[0]};
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK_INT(picture.state, CARD_PICTURE_MISSING);
    result.alarms[0].frame = -1;
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK_INT(picture.state, CARD_PICTURE_MISSING);
    free(result.frames);
    free(result.frame_names);
    free(result.alarms);
}

TEST(masks_that_do_not_fit_leave_the_picture_alone)
{
    static const uint8_t small[4 * 4 * 3];
    struct sequence_result result = sequence_of("unfit", "puddle", 0.01);
    struct page_card card = {.sequence = &result};
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    struct card_picture picture;
    CHECK(write_frame("set/unfit/f.jpg", false));
    CHECK(folder_create(scratch("set/unfit/mask"), true, NULL));
    CHECK(image_write_png(scratch("set/unfit/mask/f.png"), small, 4, 4, NULL));
    CHECK(card_picture_load(&page, &card, &picture, NULL));
    CHECK_INT(picture.state, CARD_PICTURE_SHOWN);
    CHECK(!picture.has_outline);
    buffer_finish(&picture.jpeg);
    free(result.frames);
    free(result.frame_names);
}

TEST(twenty_four_pictures_of_noise_stay_below_four_megabytes)
{
    struct sequence_result results[40];
    CHECK(write_frame("set/noise/f.jpg", true) && write_mask("set/noise/mask/f.png", 20, 20, 300));
    for (int i = 0; i < 40; i++) {
        results[i] = sequence_of("noise", i < 20 ? "puddle" : "quiet", i < 20 ? 0.01 : 0);
        if (i >= 20)
            false_alarm_at(&results[i], 3, 2);
    }
    struct sequence_run run = {.kind = &fixture_scene, .count = 40, .results = results};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct buffer html = {0};
    CHECK(evaluation_page_html(&source, &html, NULL));
    CHECK(html.size < PAGE_SIZE_MAX);
    CHECK_INT(count_of(buffer_text(&html), "<img"), 24);
    CHECK_INT(count_of(buffer_text(&html), "<article"), 24);
    CHECK_PAGE(buffer_text(&html), "8 more misses are in the JSON");
    CHECK_PAGE(buffer_text(&html), "8 more places with false alarms are in the JSON");
    buffer_finish(&html);
    run_finish(&run);
}

/* As many columns and kinds as a page takes, with names that grow when they are escaped. */
TEST(a_page_of_the_worst_names_stays_below_four_megabytes)
{
    enum { COUNT = 2 * PAGE_ROWS_MAX + 40 };
    static struct sequence_result results[COUNT];
    static struct sequence_run runs[PAGE_COLUMNS_MAX];
    char path[SEQUENCE_NAME_SIZE], kind[SEQUENCE_WORD_SIZE];
    CHECK(write_frame("set/f.jpg", true));
    memset(path, '/', sizeof path - 1); /* the dataset itself, said at length */
    path[sizeof path - 1] = '\0';
    for (int i = 0; i < COUNT; i++) {
        snprintf(kind, sizeof kind, "%d%.*s", i, 60,
                 "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
                 "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"");
        results[i] = sequence_of(path, kind, i % 2 ? 0.01 : 0);
        snprintf(results[i].expect, sizeof results[i].expect, "%s", kind);
        notice_at(&results[i], 3, kind + 2);
        false_alarm_at(&results[i], 3, 2);
    }
    for (int i = 0; i < PAGE_COLUMNS_MAX; i++) {
        runs[i] = (struct sequence_run){
            .kind = &fixture_scene, .seed = INT64_MIN + i, .count = COUNT, .results = results};
        CHECK(summarise(&runs[i]));
    }
    struct sequence_evaluation sequences = {.run_count = PAGE_COLUMNS_MAX, .runs = runs};
    struct evaluation_page source = source_of(&sequences);
    struct buffer html = {0};
    CHECK(evaluation_page_html(&source, &html, NULL));
    CHECK(html.size < PAGE_SIZE_MAX);
    CHECK(page_is_sound(buffer_text(&html)));
    CHECK_INT(count_of(buffer_text(&html), "<img"), 24);
    CHECK_INT(count_of(buffer_text(&html), ">20 more kinds are in the JSON"), 2);
    buffer_finish(&html);
    for (int i = 1; i < PAGE_COLUMNS_MAX; i++)
        sequences_summary_finish(&runs[i].summary);
    run_finish(&runs[0]);
}

TEST(a_full_page_leaves_pictures_out)
{
    struct sequence_result result = sequence_of("out", "puddle", 0.01);
    struct sequence_run run = {.kind = &fixture_scene, .count = 1, .results = &result};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct buffer html = {0};
    struct page page;
    page_begin(&page, &source, &html);
    while (html.size < PAGE_SIZE_MAX - 132000)
        buffer_append(&html, "                ", 16);
    CHECK(write_frame("set/out/f.jpg", false));
    CHECK(page_put_cards(&page, NULL));
    CHECK_PAGE(buffer_text(&html), "not shown: the page would become too large");
    buffer_finish(&page.part);
    buffer_finish(&html);
    run_finish(&run);
}

TEST(single_pictures_have_their_masks_too)
{
    struct pictures_kind kinds[] = {{.name = (char *)"good"},
                                    {.name = (char *)"crack", .anomalous = true}};
    struct pictures_entry entries[] = {
        {.path = "test/good/001.jpg", .kind = 0, .score = 3, .threshold = 1, .flagged = true},
        {.path = "test/good/002.jpg", .kind = 0, .score = 0.5, .threshold = 1},
        {.path = "test/crack/007.jpg",
         .kind = 1,
         .score = 0.5,
         .threshold = 1,
         .anomalous = true,
         .has_mask = true,
         .area_fraction = 0.02,
         .aupimo = 0.25},
        {.path = "test/crack/008.jpg",
         .kind = 1,
         .score = 2,
         .threshold = 1,
         .anomalous = true,
         .flagged = true}};
    for (int i = 0; i < 4; i++)
        entries[i].aupimo = i == 2 ? 0.25 : NAN;
    struct pictures_result result = {.width = FIXTURE_WIDTH,
                                     .height = FIXTURE_HEIGHT,
                                     .region = {0, 0, FIXTURE_WIDTH, FIXTURE_HEIGHT},
                                     .kind_count = 2,
                                     .kinds = kinds,
                                     .entry_count = 4,
                                     .entries = entries,
                                     .all = {.auroc = 0.875}};
    const struct pictures_run run = {&fixture_reference, 1, &result};
    struct evaluation_page source = {
        .dataset = scratch("set"), .pictures = &run, .picture_run_count = 1};
    struct page page = page_with(&source);
    struct page_card cards[PAGE_PICTURES_MAX];
    struct card_picture picture;
    struct buffer html = {0};
    size_t total;
    CHECK(write_frame("set/test/crack/007.jpg", false));
    CHECK(write_mask("set/ground_truth/crack/007_mask.png", 100, 100, 50));
    CHECK_INT(page_choose(&page, true, cards, &total), 1);
    CHECK(cards[0].entry == &entries[2]);
    CHECK(card_picture_load(&page, &cards[0], &picture, NULL));
    CHECK(picture.state == CARD_PICTURE_SHOWN && picture.has_outline);
    buffer_finish(&picture.jpeg);
    CHECK_INT(page_choose(&page, false, cards, &total), 1);
    CHECK(cards[0].entry == &entries[0]);
    CHECK(evaluation_page_html(&source, &html, NULL));
    CHECK_PAGE(buffer_text(&html), "Abnormal: 2 % of the picture (9,600 px), score 0.5 times "
                                   "its threshold, AUPIMO 0.25.");
    CHECK(!strstr(buffer_text(&html), "not judged"));
    entries[2].faults = 1;
    entries[2].busy = true;
    buffer_clear(&html);
    CHECK(evaluation_page_html(&source, &html, NULL));
    CHECK_PAGE(buffer_text(&html), "AUPIMO 0.25, not judged for a fault of the camera, not judged "
                                   "for too much change.</p>");
    CHECK_PAGE(buffer_text(&html), "above a normal one with a probability of 0.875.");
    CHECK_INT(count_of(buffer_text(&html), "<img"), 1);
    CHECK_INT(count_of(buffer_text(&html), "<svg"), 4);
    CHECK(page_is_sound(buffer_text(&html)));
    buffer_finish(&html);
}

TEST(captions_say_what_is_known)
{
    struct sequence_result results[2] = {sequence_of("out", "puddle", 0.005),
                                         sequence_of("out", "puddle", 0.01)};
    results[0].contrast = 0.12;
    results[0].masked = true;
    found_after(&results[1], 4);
    false_alarm_at(&results[1], 4, 3);
    false_alarm_at(&results[1], 6, 2);
    struct sequence_run run = {.kind = &fixture_scene, .count = 2, .results = results};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct buffer html = {0};
    CHECK(evaluation_page_html(&source, &html, NULL));
    CHECK_PAGE(buffer_text(&html), "At its largest 0.5 % of the picture (2,400 px), contrast "
                                   "0.12. Never found in 30 s: a false alarm from before was "
                                   "still open.</p>");
    CHECK_PAGE(buffer_text(&html), "Marked 1 % of the picture (4,800 px), score 3 times its "
                                   "threshold, by way of blob, 6 s before the leak began. The "
                                   "strongest of 2 in this sequence.</p>");
    CHECK_PAGE(buffer_text(&html), "out, frame 39</p>");
    CHECK_PAGE(buffer_text(&html), "out, frame 4</p>");
    buffer_finish(&html);
    run_finish(&run);
}

TEST(lack_of_memory_is_an_error)
{
    struct sequence_result result = sequence_of("out", "puddle", 0.01);
    struct page_card card = {.sequence = &result};
    struct evaluation_page source = source_of(NULL);
    struct page page = page_with(&source);
    int failures = 0;
    CHECK(write_frame("set/out/f.jpg", false) && write_mask("set/out/mask/f.png", 200, 150, 100));
    for (long n = 0;; n++) {
        struct card_picture picture = {0};
        struct error err = {0};
        allocations_until_failure = n;
        bool good = card_picture_load(&page, &card, &picture, &err);
        allocations_until_failure = -1;
        bool shown = good && picture.state == CARD_PICTURE_SHOWN && picture.has_outline;
        if (good)
            buffer_finish(&picture.jpeg);
        if (shown)
            break;
        failures++;
        CHECK(!good && err.code == ERROR_MEMORY);
    }
    CHECK(failures >= 8);
    free(result.frames);
    free(result.frame_names);
}

int main(void)
{
    RUN(the_worst_of_each_detector_come_in_turn);
    RUN(a_sequence_shows_its_strongest_false_alarm_only);
    RUN(the_leak_is_outlined_and_stays_free);
    RUN(a_picture_of_noise_loses_quality_not_its_place);
    RUN(a_leak_of_one_pixel_has_an_outline);
    RUN(boxes_are_drawn_where_the_detector_saw_them);
    RUN(pictures_that_can_not_be_shown_are_said);
    RUN(a_frame_that_the_results_do_not_have_is_missing);
    RUN(masks_that_do_not_fit_leave_the_picture_alone);
    RUN(twenty_four_pictures_of_noise_stay_below_four_megabytes);
    RUN(a_page_of_the_worst_names_stays_below_four_megabytes);
    RUN(a_full_page_leaves_pictures_out);
    RUN(single_pictures_have_their_masks_too);
    RUN(captions_say_what_is_known);
    RUN(lack_of_memory_is_an_error);
    return check_report();
}
