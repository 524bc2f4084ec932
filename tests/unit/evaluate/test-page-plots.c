/* The plots of an evaluation: do they show what the results say? */
#include "check.h"

#include "../report/test-plot-svg.h"
#include "page_fixture.h"
#include "report/plot_frame.h"

static struct buffer svg_buffer;

static const char *draw(const struct page *page, const struct page_plot *plots, const char *file)
{
    buffer_clear(&svg_buffer);
    while (plots->file && strcmp(plots->file, file) != 0)
        plots++;
    return plots->file && plots->draw(page, 0, PLOT_SVG, &svg_buffer, NULL)
               ? buffer_text(&svg_buffer)
               : "";
}

static double y_of(double percent)
{
    return PLOT_BOTTOM - percent / 100 * PLOT_AREA_HEIGHT;
}

/* Height of point n of the first line of the group, in %; NAN without. */
static double percent_at(const char *svg, const char *group, int n)
{
    double x, y;
    if (!svg_point(svg_element(svg_group(svg, group), "<polyline", 0), n, &x, &y))
        return NAN;
    return 100 * (PLOT_BOTTOM - y) / PLOT_AREA_HEIGHT;
}

/* Twelve leaks of 0.03 % to 0.36 % of the picture, of which the largest is missed, and two quiet
 * sequences. */
struct fixture {
    struct sequence_result results[14];
    struct sequence_run run;
    struct sequence_evaluation sequences;
    struct evaluation_page source;
    struct page page;
};

static bool fixture_make(struct fixture *fixture)
{
    for (int i = 0; i < 14; i++)
        fixture->results[i] = sequence_of("path",
                                          i < 12    ? "puddle"
                                          : i == 12 ? "walker"
                                                    : "lamp",
                                          i < 12 ? 0.0003 * (i + 1) : 0);
    for (int i = 0; i < 11; i++)
        found_after(&fixture->results[i], 2 + i);
    fixture->run =
        (struct sequence_run){.kind = &fixture_scene, .count = 14, .results = fixture->results};
    fixture->sequences = (struct sequence_evaluation){.run_count = 1, .runs = &fixture->run};
    fixture->source = (struct evaluation_page){.dataset = "x", .sequences = &fixture->sequences};
    page_begin(&fixture->page, &fixture->source, NULL);
    return summarise(&fixture->run);
}

TEST(found_by_size_counts_leaks_of_similar_size)
{
    struct fixture fixture;
    CHECK(fixture_make(&fixture));
    const char *svg = draw(&fixture.page, page_sequence_plots, "sequences-by-size");
    for (int n = 0; n < 3; n++)
        CHECK_NEAR(percent_at(svg, "points", n), 100, 0.1);
    CHECK_NEAR(percent_at(svg, "points", 3), 50, 0.1); /* 0.33 % found, 0.36 % missed */
    CHECK(isnan(percent_at(svg, "points", 4)));
    CHECK_INT(svg_count(svg_group(svg, "points"), "<polygon"), 4);
    run_finish(&fixture.run);
}

TEST(delays_end_below_all_when_a_leak_is_missed)
{
    struct fixture fixture;
    CHECK(fixture_make(&fixture));
    const char *svg = draw(&fixture.page, page_sequence_plots, "sequences-delays");
    const char *line = svg_element(svg_group(svg, "curves"), "<polyline", 0);
    double x = NAN, y = NAN, last_y = NAN;
    for (int n = 0; svg_point(line, n, &x, &y); n++)
        last_y = y;
    CHECK_NEAR(x, PLOT_RIGHT, 0.1);
    CHECK_NEAR(last_y, y_of(100 * 11 / 12.0), 0.1);
    CHECK_NEAR(percent_at(svg, "curves", 0), 0, 0);
    CHECK_NEAR(percent_at(svg, "curves", 2), 100 / 12.0, 0.1);
    run_finish(&fixture.run);
}

TEST(false_alarms_have_a_row_per_kind)
{
    struct fixture fixture;
    CHECK(fixture_make(&fixture));
    false_alarm_at(&fixture.results[12], 3, 2);
    const char *svg = draw(&fixture.page, page_sequence_plots, "sequences-false-alarms");
    const char *rows = svg_group(svg, "rows");
    CHECK_INT(svg_count(rows, "<text"), 3);
    CHECK_TEXT(svg_text(rows, 0), "lamp");
    CHECK_TEXT(svg_text(rows, 1), "walker");
    CHECK_TEXT(svg_text(rows, 2), "with a leak, outside of it");
    struct quiet_time quiet = page_quiet_time(&fixture.run, "walker");
    CHECK_NEAR(quiet.quiet_s, 40, 0);
    CHECK_NEAR(quiet.per_day, 86400 / 40.0, 1e-9);
    CHECK_NEAR(quiet.day_interval.high, 5.5716434 * 86400 / 40, 0.01); /* Garwood, for one */
    quiet = page_quiet_time(&fixture.run, NULL);
    CHECK_NEAR(quiet.quiet_s, 12 * FIXTURE_ONSET, 0);
    CHECK_NEAR(quiet.per_day, 0, 0);
    quiet = page_quiet_time(&fixture.run, "puddle"); /* no kind of quiet sequences */
    CHECK(quiet.sequence_count == 0 && isnan(quiet.per_day));
    run_finish(&fixture.run);
}

TEST(frames_are_ranked_as_in_the_summary)
{
    struct fixture fixture;
    CHECK(fixture_make(&fixture));
    for (int i = 0; i < 14; i++)
        for (int n = 0; n < FIXTURE_FRAMES; n++)
            fixture.results[i].frames[n].score = 0.001 * ((i * 31 + n * 17) % 23);
    sequences_summary_finish(&fixture.run.summary);
    CHECK(summarise(&fixture.run));
    char wanted[PLOT_LABEL_SIZE];
    page_label_figure(wanted, "scene", "AUROC", fixture.run.summary.frame_auroc);
    CHECK(fixture.run.summary.frame_auroc > 0.3 && fixture.run.summary.frame_auroc < 0.7);
    CHECK_CONTAINS(svg_group(draw(&fixture.page, page_sequence_plots, "sequences-roc"), "legend"),
                   wanted);
    const char *scores = draw(&fixture.page, page_sequence_plots, "sequences-scores");
    /* 200 quiet frames; of the leaks all but that of 0.03 % are visible for 30 frames. */
    CHECK_CONTAINS(svg_group(scores, "legend"), ">quiet frames: 200 samples<");
    CHECK_CONTAINS(svg_group(scores, "legend"), ">frames with a leak: 330 samples");
    run_finish(&fixture.run);
}

TEST(a_figure_next_to_1_does_not_read_1)
{
    char text[PLOT_LABEL_SIZE];
    page_label_figure(text, "scene", "AUROC", 0.99987);
    CHECK_TEXT(text, "scene: AUROC 0.9999");
    page_label_figure(text, "scene", "AUROC", 1);
    CHECK_TEXT(text, "scene: AUROC 1");
    page_label_figure(text, "scene", "AUROC", NAN);
    CHECK_TEXT(text, "scene");
}

TEST(single_pictures_have_their_curves)
{
    static struct pictures_result result;
    struct roc_point points[] = {{INFINITY, 0, 0}, {2, 0, 0.5}, {1, 1, 1}};
    struct pictures_entry entries[] = {{.score = 0.1, .threshold = 1},
                                       {.score = 1000, .threshold = 1, .anomalous = true}};
    result = (struct pictures_result){.all = {.auroc = 0.75, .pixel_auroc = 0.9, .aupro_30 = 0.25},
                                      .ranking = {.count = 3, .points = points},
                                      .entry_count = 2,
                                      .entries = entries,
                                      .curve_count = CURVE_POINTS};
    for (int i = 0; i < CURVE_POINTS; i++) {
        result.pixel_roc[i] = (struct curve_point){i / 120.0, 0.8};
        result.region_roc[i] = (struct curve_point){0.3 * i / 120, 0.25};
    }
    const struct pictures_run run = {&fixture_scene, 1, &result};
    struct evaluation_page source = {.dataset = "x", .pictures = &run, .picture_run_count = 1};
    struct page page;
    page_begin(&page, &source, NULL);
    const char *svg = draw(&page, page_picture_plots, "pictures-roc");
    CHECK_NEAR(percent_at(svg, "curves", 1), 50, 0.1);
    CHECK_CONTAINS(svg_group(svg, "legend"), ">scene: AUROC 0.75<");
    svg = draw(&page, page_picture_plots, "pictures-roc-pixels");
    CHECK_NEAR(percent_at(svg, "curves", 5), 80, 0.1);
    svg = draw(&page, page_picture_plots, "pictures-region-overlap");
    CHECK_NEAR(percent_at(svg, "curves", 5), 25, 0.1);
    CHECK_CONTAINS(svg_group(svg, "marks"), ">5 %: the limit of AUPRO up to 0.05<");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">scene: AUPRO up to 0.3 0.25<");
    svg = draw(&page, page_picture_plots, "pictures-scores");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">normal pictures: 1 sample<");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">abnormal pictures: 1 sample<");
}

int main(void)
{
    RUN(found_by_size_counts_leaks_of_similar_size);
    RUN(delays_end_below_all_when_a_leak_is_missed);
    RUN(false_alarms_have_a_row_per_kind);
    RUN(frames_are_ranked_as_in_the_summary);
    RUN(a_figure_next_to_1_does_not_read_1);
    RUN(single_pictures_have_their_curves);
    buffer_finish(&svg_buffer);
    return check_report();
}
