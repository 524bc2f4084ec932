/* The page of an evaluation: what must be in it, and what hostile datasets can not do to it. */
#include "check.h"
#include "failing_alloc.h"

#include "page_fixture.h"

static const char hostile[] = "<script>alert('x')</script>&amp;\"\x1b[31m\xff";

static bool at_once(void)
{
    return true;
}

static const char *page_of(const struct evaluation_page *page)
{
    static struct buffer html;
    struct error err = {0};
    buffer_clear(&html);
    if (!page) {
        buffer_finish(&html);
        return "";
    }
    if (!evaluation_page_html(page, &html, &err))
        printf("%s\n", err.message);
    return buffer_text(&html);
}

static struct evaluation_page source_of(const struct sequence_evaluation *sequences)
{
    return (struct evaluation_page){
        .dataset = scratch("set"), .made_utc_ms = 1795302000000, .sequences = sequences};
}

/* Twelve leaks, eleven found, and six quiet sequences. */
static bool make_scene_run(struct sequence_run *run, struct sequence_result results[18])
{
    *run = (struct sequence_run){.kind = &fixture_scene, .seed = 42, .count = 18};
    for (int i = 0; i < 18; i++) {
        char path[32];
        snprintf(path, sizeof path, "rig-%d", i);
        results[i] = sequence_of(path,
                                 i < 6    ? "puddle"
                                 : i < 12 ? "drops"
                                          : "sunrise",
                                 i < 12 ? 0.0003 * (i + 1) : 0);
        if (i < 11)
            found_after(&results[i], 2 + i);
    }
    run->results = results;
    return true;
}

TEST(a_page_needs_nothing_else)
{
    struct sequence_result results[18];
    struct sequence_run run;
    CHECK(make_scene_run(&run, results));
    false_alarm_at(&results[13], 5, 2);
    CHECK(write_frame("set/rig-11/f.jpg", false) &&
          write_mask("set/rig-11/mask/f.png", 100, 100, 30));
    CHECK(write_frame("set/rig-13/f.jpg", false));
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    const char *html = page_of(&source);
    CHECK(strncmp(html, "<!DOCTYPE html>", 15) == 0);
    CHECK(page_is_sound(html));
    CHECK_INT(count_of(html, "<svg"), 5);
    CHECK_INT(count_of(html, "src=\"data:image/jpeg;base64,"), 2);
    CHECK_INT(count_of(html, "src="), 2);
    CHECK_INT(count_of(html, "<img alt=\""), 2);
    CHECK_INT(count_of(html, "href="), 0);
    CHECK_INT(count_of(html, "<link"), 0);
    CHECK_INT(count_of(html, "<script"), 0);
    CHECK_INT(count_of(html, "url("), 0);
    CHECK_INT(count_of(html, "@import"), 0);
    CHECK_PAGE(html, "default-src 'none'");
    CHECK_PAGE(html, "@media print");
    CHECK_PAGE(html, "prefers-color-scheme:dark");
    CHECK_INT(count_of(html, "<table"), count_of(html, "<caption>"));
    CHECK_PAGE(html, "<th scope=\"row\">Leaks found</th>");
    CHECK_PAGE(html, "alt=\"drops: the picture, the leak outlined in white\"");
    CHECK_PAGE(html, "alt=\"sunrise: the picture, what was taken for one boxed\"");
    CHECK(!strstr(html, scratch_root)); /* where it lies is nobody's business */
    run_finish(&run);
}

TEST(the_headline_says_what_a_chemist_asks)
{
    struct sequence_result results[18];
    struct sequence_run run;
    CHECK(make_scene_run(&run, results));
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    /* 12 x 10 s before leaks and 6 x 40 s quiet: 360 s; 3.6889 is the Poisson limit for none. */
    CHECK_PAGE(page_of(&source),
               "<p class=\"verdict doubtful\"><b>scene</b> found 11 of 12 leaks (92 %), half "
               "of those within 7 s of their beginning. In 6 min without a leak it raised no "
               "false alarms: likely fewer than 885 per day of one "
               "camera.</p>");
    sequences_summary_finish(&run.summary);
    false_alarm_at(&results[13], 5, 2);
    found_after(&results[11], 20);
    CHECK(summarise(&run));
    CHECK_PAGE(page_of(&source),
               "<p class=\"verdict doubtful\"><b>scene</b> found 12 of 12 leaks (100 %), half");
    CHECK_PAGE(
        page_of(&source),
        "it raised 1 false alarm: 240 per day of one camera, likely between 6.08 and 1,337.");
    run_finish(&run);
}

TEST(all_found_and_quiet_is_green_and_nothing_quiet_is_said)
{
    struct sequence_result results[2] = {sequence_of("a", "puddle", 0.01),
                                         sequence_of("b", "quiet", 0)};
    struct sequence_run run = {.kind = &fixture_scene, .count = 2, .results = results};
    found_after(&results[0], 3);
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    CHECK_PAGE(page_of(&source), "<p class=\"verdict quiet\"><b>scene</b> found 1 of 1");
    CHECK_PAGE(page_of(&source), "<p>Nothing was missed.</p>");
    sequences_summary_finish(&run.summary);
    results[0].quiet_frames = 0;
    run.count = 1;
    CHECK(summarise(&run));
    CHECK_PAGE(page_of(&source), "shown nothing quiet, so nothing is known of false alarms");
    CHECK(!strstr(page_of(&source), "verdict quiet"));
    run.count = 2;
    run_finish(&run);
}

TEST(detectors_stand_side_by_side)
{
    struct sequence_result results[2][18];
    struct sequence_run runs[2];
    CHECK(make_scene_run(&runs[0], results[0]) && make_scene_run(&runs[1], results[1]));
    runs[1].kind = &fixture_reference;
    for (int i = 4; i < 12; i++)
        results[1][i].found_frame = -1, results[1][i].delay_onset_s = NAN;
    CHECK(summarise(&runs[0]) && summarise(&runs[1]));
    struct sequence_evaluation sequences = {.run_count = 2, .runs = runs};
    struct evaluation_page source = source_of(&sequences);
    const char *html = page_of(&source);
    CHECK_PAGE(html, "<th scope=\"col\" class=\"c\">scene</th><th scope=\"col\" "
                     "class=\"c\">reference</th>");
    CHECK_PAGE(html, "<tr><th scope=\"row\">Leaks found</th><td class=\"c\">11 of 12 (92 %)"
                     "<small>65 % to 99 %</small></td><td class=\"c\">4 of 12 (33 %)<small>");
    CHECK_PAGE(html, "<tr><th scope=\"row\">puddle</th><td class=\"c\">6 of 6 (100 %)");
    CHECK_PAGE(html, "<tr><th scope=\"row\">&lt; 0.02 %</th><td class=\"c\">\xe2\x80\x93</td>");
    CHECK_PAGE(html, "<tr><th scope=\"row\">sunrise</th><td class=\"c\">0<small>in 0 of 6 "
                     "sequences, 4 min; per day 0 (0 to 1,328)</small></td>");
    CHECK_PAGE(html, "sequences with a leak, outside of it</th>");
    CHECK_INT(count_of(html, "<svg"), 6); /* scores of each */
    CHECK(page_is_sound(html));
    runs[1].kind = &fixture_scene;
    runs[1].seed = 43;
    html = page_of(&source);
    CHECK_PAGE(html, ">scene, seed 42</th><th scope=\"col\" class=\"c\">scene, seed 43</th>");
    run_finish(&runs[0]);
    run_finish(&runs[1]);
}

TEST(every_figure_is_defined)
{
    struct sequence_result results[18];
    struct sequence_run run;
    CHECK(make_scene_run(&run, results) && summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct pictures_result pictures = {0};
    const struct pictures_run picture_run = {&fixture_scene, 1, &pictures};
    struct evaluation_page source = source_of(&sequences);
    source.pictures = &picture_run;
    source.picture_run_count = 1;
    const char *html = page_of(&source);
    int figures = 0;
    for (const char *table = html; (table = strstr(table, "<caption>Detectors side by side"));) {
        const char *end = strstr(table, "</table>");
        for (const char *at = table; (at = strstr(at, "<th scope=\"row\">")) && at < end;
             figures++) {
            char wanted[128];
            at += strlen("<th scope=\"row\">");
            snprintf(wanted, sizeof wanted, "<dt>%.*s</dt><dd>", (int)strcspn(at, "<"), at);
            CHECK_PAGE(html, wanted);
        }
        table = end;
    }
    CHECK_INT(figures, 18);
    run_finish(&run);
}

TEST(nothing_at_all_is_a_page_too)
{
    struct sequence_run run = {.kind = &fixture_scene};
    struct sequence_evaluation none = {0}, empty = {.run_count = 1, .runs = &run};
    struct pictures_result pictures = {.all = {.auroc = NAN, .pixel_auroc = NAN, .aupro_30 = NAN}};
    const struct pictures_run picture_run = {&fixture_reference, 1, &pictures};
    struct evaluation_page source = source_of(NULL);
    CHECK(summarise(&run));
    CHECK_PAGE(page_of(&source), "Nothing was evaluated.");
    CHECK(page_is_sound(page_of(&source)));
    source = source_of(&none);
    CHECK_PAGE(page_of(&source), "Nothing was evaluated.");
    source = source_of(&empty);
    source.pictures = &picture_run;
    source.picture_run_count = 1;
    const char *html = page_of(&source);
    CHECK_PAGE(html, "<b>scene</b> was shown no leak. It was shown nothing quiet");
    CHECK_PAGE(html, "<b>reference</b> flags 0 of 0 abnormal pictures and 0 of 0 normal ones.");
    CHECK_PAGE(html, ">no leaks in this set</text>");
    CHECK_PAGE(html, ">no pictures with a mask</text>");
    CHECK_PAGE(html, ">nothing quiet in this set</text>");
    CHECK(page_is_sound(html));
    CHECK(!strstr(html, ">nan") && !strstr(html, "nan<") && !strstr(html, "-nan"));
    run_finish(&run);
}

TEST(texts_of_the_dataset_stay_texts)
{
    struct sequence_result results[3];
    for (int i = 0; i < 3; i++) {
        results[i] = sequence_of(hostile, hostile, i < 2 ? 0.001 : 0);
        snprintf(results[i].expect, sizeof results[i].expect, "%s", hostile);
        notice_at(&results[i], 3, hostile);
    }
    false_alarm_at(&results[2], 1, 2);
    results[2].unexpected_count = 1;
    struct sequence_run run = {.kind = &fixture_scene, .count = 3, .results = results};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    source.dataset = "/nowhere/<script>alert('x')</script>\x1b\xff";
    const char *html = page_of(&source);
    CHECK_INT(count_of(html, "<script"), 0);
    CHECK_INT(count_of(html, "\x1b"), 0);
    CHECK_INT(count_of(html, "\xff"), 0);
    CHECK(count_of(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") >= 6);
    CHECK(page_is_sound(html));
    run_finish(&run);
}

TEST(faults_stand_beside_what_was_expected)
{
    struct sequence_result results[4];
    for (int i = 0; i < 4; i++)
        results[i] = sequence_of(i == 3 ? "rig/quiet" : "rig/moved", "fault", 0);
    for (int i = 0; i < 3; i++)
        snprintf(results[i].expect, sizeof results[i].expect, "camera_moved");
    notice_at(&results[0], 7, "camera_moved");
    notice_at(&results[1], 8, "camera_moved");
    results[0].expectation_met = results[1].expectation_met = true;
    for (int i = 0; i < 6; i++)
        notice_at(&results[3], 10 + i, i == 0 ? "camera_moved" : "scene_changed");
    results[3].unexpected_count = 6;
    struct sequence_run run = {.kind = &fixture_scene, .count = 4, .results = results};
    CHECK(summarise(&run));
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    const char *html = page_of(&source);
    CHECK_PAGE(html, "<tr><th scope=\"row\">camera_moved</th><td class=\"c\">2 of 3 (67 %)"
                     "<small>1 time elsewhere</small></td></tr>");
    CHECK_PAGE(html, "<tr><th scope=\"row\">scene_changed</th><td class=\"c\">0 of 0"
                     "<small>5 times elsewhere</small></td></tr>");
    CHECK_PAGE(html, "<li>scene, rig/moved: expected camera_moved, raised nothing</li>");
    CHECK_PAGE(html, "<li>scene, rig/quiet: expected nothing, raised camera_moved in frame 10, "
                     "scene_changed in frame 11, scene_changed in frame 12, scene_changed in "
                     "frame 13 and 2 more</li>");
    CHECK(!strstr(html, "camera_moved in frame 7"));
    run_finish(&run);
}

TEST(columns_beyond_the_page_are_said)
{
    static struct sequence_run runs[PAGE_COLUMNS_MAX + 3];
    for (int i = 0; i < PAGE_COLUMNS_MAX + 3; i++) {
        runs[i] = (struct sequence_run){.kind = &fixture_scene, .seed = i};
        CHECK(summarise(&runs[i]));
    }
    struct sequence_evaluation sequences = {.run_count = PAGE_COLUMNS_MAX + 3, .runs = runs};
    struct evaluation_page source = source_of(&sequences);
    CHECK_PAGE(page_of(&source), "3 more detectors are in the JSON");
    CHECK(page_is_sound(page_of(&source)));
    for (int i = 0; i < PAGE_COLUMNS_MAX + 3; i++)
        run_finish(&runs[i]);
}

TEST(shares_never_round_to_all_or_nothing)
{
    static const struct {
        double share;
        const char *text;
    } rows[] = {{0, "0 %"},        {1, "100 %"},      {0.5, "50 %"},         {0.9166, "92 %"},
                {0.999, "99.9 %"}, {0.995, "99.5 %"}, {0.99996, "99.996 %"}, {0.0004, "0.04 %"},
                {0.05, "5.0 %"},   {NAN, "unknown"},  {1.0 / 3, "33 %"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = {0};
        append_percent(&out, rows[i].share);
        CHECK_TEXT(buffer_text(&out), rows[i].text);
        buffer_finish(&out);
    }
}

TEST(a_page_is_written_whole_and_its_plots_as_files)
{
    static const char *const names[] = {"sequences-by-size.png",
                                        "sequences-delays.png",
                                        "sequences-false-alarms.png",
                                        "sequences-roc.png",
                                        "sequences-scores-scene-seed-1.png",
                                        "sequences-scores-scene-seed-2.png"};
    struct sequence_run runs[2] = {{.kind = &fixture_scene, .seed = 1},
                                   {.kind = &fixture_scene, .seed = 2}};
    CHECK(summarise(&runs[0]) && summarise(&runs[1]));
    struct sequence_evaluation sequences = {.run_count = 2, .runs = runs};
    struct evaluation_page source = source_of(&sequences);
    struct buffer file = {0};
    struct error err = {0};
    struct name_list list = {0};
    CHECK(folder_create(scratch("out"), true, &err));
    CHECK(evaluation_page_write(&source, scratch("out/page.html"), &err));
    CHECK(file_read(scratch("out/page.html"), PAGE_SIZE_MAX, &file, &err));
    CHECK_TEXT(buffer_text(&file), page_of(&source));
    CHECK(file_remove(scratch("out/page.html"), &err));
    CHECK(evaluation_page_write_plots(&source, scratch("out"), &err));
    CHECK(folder_list(scratch("out"), 100, &list, &err));
    CHECK_INT(list.count, 6);
    for (size_t i = 0; i < list.count; i++) {
        struct image_header header;
        char path[64];
        CHECK_TEXT(list.names[i], names[i]);
        snprintf(path, sizeof path, "out/%s", names[i]);
        CHECK(image_read_header(scratch(path), &header, &err));
        CHECK_INT(header.width, PLOT_WIDTH);
    }
    name_list_finish(&list);
    buffer_finish(&file);
    CHECK(!evaluation_page_write(&source, scratch("no/such/folder/page.html"), &err));
    CHECK(err.message[0]);
    CHECK(!evaluation_page_write_plots(&source, scratch("no/such/folder"), &err));
    run_finish(&runs[0]);
    run_finish(&runs[1]);
}

TEST(stopping_and_lack_of_memory_leave_nothing)
{
    struct sequence_result results[2] = {sequence_of("a", "puddle", 0.001),
                                         sequence_of("b", "quiet", 0)};
    struct sequence_run run = {.kind = &fixture_scene, .count = 2, .results = results};
    struct sequence_evaluation sequences = {.run_count = 1, .runs = &run};
    struct evaluation_page source = source_of(&sequences);
    struct buffer out = {0};
    struct error err = {0};
    CHECK(write_frame("set/a/f.jpg", false) && write_mask("set/a/mask/f.png", 100, 100, 30));
    CHECK(summarise(&run));
    source.stopped = at_once;
    CHECK(!evaluation_page_html(&source, &out, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_INT(out.size, 0);
    source.stopped = NULL;
    int failures = 0;
    bool good = false;
    /* Each of the first hundred, then further and further apart: most are words of plots. */
    for (long n = 0; !good; n += 1 + n / 100) {
        err = (struct error){0};
        allocations_until_failure = n;
        good = evaluation_page_html(&source, &out, &err);
        allocations_until_failure = -1;
        failures += !good;
        CHECK(good || err.code == ERROR_MEMORY);
        CHECK(good || out.size == 0);
    }
    CHECK(failures > 100);
    buffer_finish(&out);
    run_finish(&run);
}

int main(void)
{
    RUN(a_page_needs_nothing_else);
    RUN(the_headline_says_what_a_chemist_asks);
    RUN(all_found_and_quiet_is_green_and_nothing_quiet_is_said);
    RUN(detectors_stand_side_by_side);
    RUN(every_figure_is_defined);
    RUN(nothing_at_all_is_a_page_too);
    RUN(texts_of_the_dataset_stay_texts);
    RUN(faults_stand_beside_what_was_expected);
    RUN(columns_beyond_the_page_are_said);
    RUN(shares_never_round_to_all_or_nothing);
    RUN(a_page_is_written_whole_and_its_plots_as_files);
    RUN(stopping_and_lack_of_memory_leave_nothing);
    page_of(NULL);
    return check_report();
}
