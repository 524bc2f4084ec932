/* One plot of each kind, byte for byte as it was when somebody last looked at it.
 *
 *     test-plot-golden FOLDER             compares with FOLDER/plot-*.svg
 *     test-plot-golden FOLDER --accept    writes them anew, after a change that is meant
 *
 * SVG depends neither on fonts nor on the version of cairo.
 */
#include "report/plot_curves.h"
#include "report/plot_rows.h"

#include "check.h"

#include "platform/file.h"

#include <stdlib.h>
#include <time.h>

#define HOUR_MS INT64_C(3600000)
#define AUTUMN INT64_C(1792879200000) /* 2026-10-25 in Berlin, a day of 25 hours */

enum { COUNT = 400, PREVIOUS_COUNT = 300, BIN_COUNT = 60 };

static const char *folder;
static bool accepting;

static void compare(const char *name, const struct buffer *svg)
{
    char path[1024];
    struct buffer expected = {0};
    struct error err = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (accepting && !file_replace(path, svg->data, svg->size, false, &err))
        CHECK_FAIL("%s", err.message);
    if (!file_read(path, 1 << 20, &expected, &err))
        CHECK_FAIL("%s", err.message);
    size_t same = 0;
    while (same < svg->size && same < expected.size && svg->data[same] == expected.data[same])
        same++;
    bool equal = same == svg->size && same == expected.size;
    buffer_finish(&expected);
    if (!equal)
        CHECK_FAIL("the plot differs from %s at byte %zu: \"%.80s\"; look at both", path, same,
                   svg->data + same);
}

TEST(histogram)
{
    double values[COUNT], previous[PREVIOUS_COUNT];
    struct buffer svg = {0};
    struct error err;
    for (int i = 0; i < COUNT; i++)
        values[i] = 0.002 + 0.00001 * (i * 37 % 101 + i * 53 % 97);
    for (int i = 0; i < PREVIOUS_COUNT; i++)
        previous[i] = 0.0023 + 0.00001 * (i * 29 % 101 + i * 61 % 97);
    values[17] = 4;
    values[18] = NAN;
    struct histogram_plot plot = {.title = "Calibration of 22 November 2026, 19:30 <rig & \"4\">",
                                  .subtitle = "400 pictures of data/normal",
                                  .axis = "score (mean squared error, 0 to 1)",
                                  .values = values,
                                  .count = COUNT,
                                  .threshold = 0.00379,
                                  .percentile = 99.5,
                                  .previous = previous,
                                  .previous_count = PREVIOUS_COUNT,
                                  .previous_threshold = 0.0042};
    CHECK(histogram_plot_draw(&plot, PLOT_SVG, &svg, &err));
    compare("plot-histogram.svg", &svg);
    buffer_finish(&svg);
}

TEST(day_of_scores)
{
    struct score_bin bins[BIN_COUNT];
    int64_t alarms[] = {AUTUMN + 2 * HOUR_MS, AUTUMN + 5 * HOUR_MS / 2};
    struct time_span unwatched[] = {{AUTUMN + 4 * HOUR_MS, AUTUMN + 24 * HOUR_MS}};
    struct buffer svg = {0};
    struct error err;
    for (int i = 0; i < BIN_COUNT; i++) {
        double score = 0.003 + 0.00001 * (i * 37 % 31);
        bins[i] = (struct score_bin){AUTUMN + i * HOUR_MS / 15,
                                     AUTUMN + (i + 1) * HOUR_MS / 15,
                                     0.9 * score,
                                     1.2 * score,
                                     score,
                                     240};
    }
    bins[30].high = 4;
    bins[30].mean = 1;
    bins[40].count = 0;
    struct score_plot plot = {.title = "Scores of Sunday, 25 October 2026",
                              .subtitle = "watched 4 h of 25 h",
                              .axis = "score (mean squared error, 0 to 1)",
                              .from_utc_ms = AUTUMN,
                              .to_utc_ms = AUTUMN + 25 * HOUR_MS,
                              .bins = bins,
                              .bin_count = BIN_COUNT,
                              .threshold = 0.0042,
                              .unwatched = unwatched,
                              .unwatched_count = 1,
                              .alarms_utc_ms = alarms,
                              .alarm_count = 2};
    CHECK(score_plot_draw(&plot, PLOT_SVG, &svg, &err));
    compare("plot-day.svg", &svg);
    buffer_finish(&svg);
}

TEST(curves)
{
    const struct plot_point scene[] = {{0.02, 60, 41, 76}, {0.1, 90, 74, 97}, {0.8, 100, 88, 100}};
    const struct plot_point reference[] = {{0.02, 10, 3, 26}, {0.1, NAN, 0, 1}, {0.8, 70, 52, 83}};
    const struct plot_point steps[] = {{0.01, 0, NAN, NAN}, {0.05, 35, NAN, NAN}};
    const struct plot_point band[] = {{0.01, 20, 10, 30}, {1, 40, 30, 60}};
    const struct plot_curve curves[] = {{"scene <1>", PLOT_POINTS, scene, 3},
                                        {"reference & more", PLOT_POINTS, reference, 3},
                                        {"steps", PLOT_STEPS, steps, 2},
                                        {"band", PLOT_LINE, band, 2}};
    const struct plot_mark marks[] = {{0.05, "half of all"}, {0.8, "near the right"}};
    struct buffer svg = {0};
    struct error err;
    struct curve_plot plot = {.title = "Leaks found, by their size",
                              .subtitle = "bars: 95 % intervals",
                              .x_label = "largest size of the leak, % of the picture",
                              .y_label = "found, %",
                              .logarithmic = true,
                              .x_range = {NAN, NAN},
                              .y_range = {0, 100},
                              .curves = curves,
                              .curve_count = 4,
                              .marks = marks,
                              .mark_count = 2};
    CHECK(curve_plot_draw(&plot, PLOT_SVG, &svg, &err));
    compare("plot-curves.svg", &svg);
    buffer_finish(&svg);
}

TEST(rows)
{
    static const char *const series[] = {"scene", "reference"};
    const struct plot_row kinds[] = {{"quiet", {{0, 0, 3.7}, {0.5, 0.01, 2.8}}},
                                     {"sunrise <&>", {{2, 0.2, 7.2}, {10, 4, 18}}},
                                     {"walkers", {{0, 0, 1000}, {INFINITY, 0, 1}}}};
    struct buffer svg = {0};
    struct error err;
    struct row_plot plot = {.title = "False alarms",
                            .subtitle = "bars: 95 % intervals",
                            .axis = "false alarms per camera-day",
                            .series = series,
                            .series_count = 2,
                            .rows = kinds,
                            .row_count = 3};
    CHECK(row_plot_draw(&plot, PLOT_SVG, &svg, &err));
    compare("plot-rows.svg", &svg);
    buffer_finish(&svg);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        printf("usage: test-plot-golden FOLDER [--accept]\n");
        return 2;
    }
    folder = argv[1];
    accepting = argc > 2 && strcmp(argv[2], "--accept") == 0;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    RUN(histogram);
    RUN(day_of_scores);
    RUN(curves);
    RUN(rows);
    return check_report();
}
