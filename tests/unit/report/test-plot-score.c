/* A day of scores, looked at through its SVG and its pixels. Also run without any font. */
#include "report/plot.h"

#include "check.h"
#include "failing_alloc.h"

#include "frame/image.h"
#include "report/plot_columns.h"
#include "test-plot-svg.h"

#include <stdlib.h>
#include <time.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)

/* Midnights of Berlin, in UTC. */
#define WINTER INT64_C(1795302000000) /* 2026-11-22, 24 h */
#define SPRING INT64_C(1774738800000) /* 2026-03-29, 23 h */
#define AUTUMN INT64_C(1792879200000) /* 2026-10-25, 25 h */

enum { SECONDS = 86400 };

static struct score_bin bins[SECONDS];
static struct buffer svg_buffer;

/* `hours` hours of bins of `step_ms`, from 0.002 to 0.004. */
static struct score_plot sample_plot(int64_t midnight, int hours, int64_t step_ms)
{
    size_t count = (size_t)(hours * HOUR_MS / step_ms);
    for (size_t i = 0; i < count; i++)
        bins[i] = (struct score_bin){.from_utc_ms = midnight + (int64_t)i * step_ms,
                                     .to_utc_ms = midnight + (int64_t)(i + 1) * step_ms,
                                     .low = 0.002,
                                     .high = 0.004,
                                     .mean = 0.003,
                                     .count = 60};
    return (struct score_plot){.title = "Scores",
                               .subtitle = "Rig 4",
                               .axis = "score",
                               .from_utc_ms = midnight,
                               .to_utc_ms = midnight + hours * HOUR_MS,
                               .bins = bins,
                               .bin_count = count,
                               .threshold = 0.005};
}

static const char *draw_svg(const struct score_plot *plot)
{
    struct error err;
    buffer_clear(&svg_buffer);
    return score_plot_draw(plot, PLOT_SVG, &svg_buffer, &err) ? buffer_text(&svg_buffer) : "";
}

/* Where a text of the group stands; NAN without. */
static double x_of_text(const char *part, const char *text)
{
    for (int i = 0; i < svg_count(part, "<text"); i++)
        if (strcmp(svg_text(part, i), text) == 0)
            return svg_number(svg_element(part, "<text", i), "x");
    return NAN;
}

static double y_of_value(const char *svg, const char *text)
{
    const char *axis = svg_group(svg, "y-axis");
    for (int i = 0; i < svg_count(axis, "<text"); i++) {
        double x = 0, y = NAN;
        if (strcmp(svg_text(axis, i), text) == 0 &&
            svg_point(svg_element(axis, "<polyline", i), 0, &x, &y))
            return y;
    }
    return NAN;
}

/* The tip of the n-th alarm. */
static double x_of_alarm(const char *svg, int n)
{
    double x = NAN, y;
    svg_point(svg_element(svg_group(svg, "alarms"), "<polygon", n), 0, &x, &y);
    return x;
}

/* ---- time */

TEST(alarms_stand_at_their_local_hour)
{
    static const struct {
        int64_t midnight;
        int hours, noon; /* hours after midnight */
    } days[] = {{WINTER, 24, 12}, {SPRING, 23, 11}, {AUTUMN, 25, 13}};
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        struct score_plot plot = sample_plot(days[d].midnight, days[d].hours, 10 * MINUTE_MS);
        int64_t noon = days[d].midnight + days[d].noon * HOUR_MS;
        int64_t alarms[] = {noon, noon + 9 * HOUR_MS};
        plot.alarms_utc_ms = alarms;
        plot.alarm_count = 2;
        const char *svg = draw_svg(&plot);
        CHECK_INT(svg_count(svg_group(svg, "alarms"), "<polygon"), 2);
        CHECK_NEAR(x_of_alarm(svg, 0), x_of_text(svg_group(svg, "x-axis"), "12:00"), 1);
        CHECK_NEAR(x_of_alarm(svg, 1), x_of_text(svg_group(svg, "x-axis"), "21:00"), 1);
        CHECK_TEXT(svg_text(svg_group(svg, "alarm-times"), 0), "12:00");
        CHECK_TEXT(svg_text(svg_group(svg, "alarm-times"), 1), "21:00");
        CHECK_CONTAINS(svg_group(svg, "legend"), ">2 alarms</text>");
    }
}

TEST(hours_are_evenly_long)
{
    struct score_plot plot = sample_plot(AUTUMN, 25, 10 * MINUTE_MS);
    const char *axis = svg_group(draw_svg(&plot), "x-axis");
    CHECK_NEAR(x_of_text(axis, "03:00") - PLOT_LEFT, 4 * PLOT_AREA_WIDTH / 25.0, 0.1);
    CHECK_NEAR(x_of_text(axis, "06:00") - PLOT_LEFT, 7 * PLOT_AREA_WIDTH / 25.0, 0.1);
    CHECK_CONTAINS(axis, ">local time (at 03:00 the clocks went back to 02:00)</text>");
    plot = sample_plot(SPRING, 23, 10 * MINUTE_MS);
    axis = svg_group(draw_svg(&plot), "x-axis");
    CHECK_NEAR(x_of_text(axis, "03:00") - PLOT_LEFT, 2 * PLOT_AREA_WIDTH / 23.0, 0.1);
    CHECK_CONTAINS(axis, ">local time (at 02:00 the clocks went forward to 03:00)</text>");
}

TEST(unwatched_time_is_shaded)
{
    struct score_plot plot = sample_plot(WINTER, 24, 10 * MINUTE_MS);
    struct time_span spans[] = {{WINTER - HOUR_MS, WINTER + 3 * HOUR_MS},
                                {WINTER + 12 * HOUR_MS, WINTER + 12 * HOUR_MS + 5000},
                                {WINTER + 21 * HOUR_MS, WINTER + 48 * HOUR_MS},
                                {WINTER + 90 * HOUR_MS, WINTER + 91 * HOUR_MS}};
    plot.unwatched = spans;
    plot.unwatched_count = 4;
    const char *svg = draw_svg(&plot), *shades = svg_group(svg, "unwatched");
    CHECK_INT(svg_count(shades, "<rect"), 3);
    const char *first = svg_element(shades, "<rect", 0);
    CHECK_NEAR(svg_number(first, "x"), PLOT_LEFT, 0);
    CHECK_NEAR(svg_number(first, "width"), PLOT_AREA_WIDTH / 8.0, 1);
    CHECK_NEAR(svg_number(first, "height"), PLOT_AREA_HEIGHT, 0);
    const char *second = svg_element(shades, "<rect", 1); /* seconds only mark the foot */
    CHECK_NEAR(svg_number(second, "x"), PLOT_LEFT + PLOT_AREA_WIDTH / 2.0, 1);
    CHECK(svg_number(second, "width") <= 1 && svg_number(second, "height") < 10);
    const char *third = svg_element(shades, "<rect", 2);
    CHECK_NEAR(svg_number(third, "x"), x_of_text(svg_group(svg, "x-axis"), "21:00"), 1);
    CHECK_CONTAINS(svg_group(svg, "unwatched"), ">not watched</text>");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">not watched</text>");
}

TEST(words_keep_off_the_threshold)
{
    struct score_plot plot = sample_plot(WINTER, 24, 10 * MINUTE_MS);
    struct time_span span = {WINTER + 2 * HOUR_MS, WINTER + 9 * HOUR_MS};
    plot.unwatched = &span;
    plot.unwatched_count = 1;
    for (double threshold = 0; threshold < 0.008; threshold += 0.0001) {
        double x, y;
        plot.threshold = threshold;
        const char *svg = draw_svg(&plot);
        double baseline = svg_number(svg_element(svg_group(svg, "unwatched"), "<text", 0), "y");
        CHECK(svg_point(svg_element(svg_group(svg, "threshold"), "<polyline", 0), 0, &x, &y));
        CHECK(y < baseline - PLOT_TEXT_SIZE || y > baseline + 4);
    }
}

/* ---- scores */

TEST(scores_and_threshold_stand_at_their_values)
{
    struct score_plot plot = sample_plot(WINTER, 24, 10 * MINUTE_MS);
    const char *svg = draw_svg(&plot);
    double x, y;
    CHECK_INT(svg_count(svg_group(svg, "scores"), "<polygon"), 1);
    CHECK(svg_point(svg_element(svg_group(svg, "scores"), "<polygon", 0), 0, &x, &y));
    CHECK_NEAR(y, y_of_value(svg, "0.004"), 1);
    CHECK_NEAR(x, PLOT_LEFT, 0);
    CHECK(svg_point(svg_element(svg_group(svg, "scores"), "<polygon", 0), PLOT_AREA_WIDTH + 1, &x,
                    &y));
    CHECK_NEAR(x, PLOT_RIGHT, 0);
    CHECK(svg_point(svg_element(svg_group(svg, "scores"), "<polygon", 0), PLOT_AREA_WIDTH + 2, &x,
                    &y));
    CHECK_NEAR(y, y_of_value(svg, "0.002"), 1);
    CHECK(svg_point(svg_element(svg_group(svg, "scores"), "<polyline", 0), 9, &x, &y));
    CHECK_NEAR(y, y_of_value(svg, "0.003"), 1);
    CHECK(svg_point(svg_element(svg_group(svg, "threshold"), "<polyline", 0), 0, &x, &y));
    CHECK_NEAR(y, y_of_value(svg, "0.005"), 1);
    CHECK_CONTAINS(svg_group(svg, "legend"), ">threshold 0.005</text>");
}

TEST(missing_bins_leave_a_gap)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    bins[6].count = 0;
    bins[12].mean = NAN;
    bins[13].high = INFINITY;
    const char *svg = draw_svg(&plot);
    double x, y;
    CHECK_INT(svg_count(svg_group(svg, "scores"), "<polygon"), 3);
    CHECK(svg_point(svg_element(svg_group(svg, "scores"), "<polygon", 1), 0, &x, &y));
    CHECK_NEAR(x, PLOT_LEFT + 7 * PLOT_AREA_WIDTH / 24.0, 1);
    CHECK_TEXT(svg_text(svg_group(svg, "notes"), 0),
               "left out: 2 stretches of time without a usable score");
}

TEST(means_are_weighted)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    struct score_columns columns;
    struct score_bin pair[] = {{WINTER, WINTER + 1000, 1, 1, 1, 3},
                               {WINTER + 1000, WINTER + 2000, 4, 6, 5, 1}};
    plot.bins = pair;
    plot.bin_count = 2;
    score_columns_fill(&plot, &columns);
    CHECK_INT(columns.filled, 1);
    CHECK_NEAR(columns.at[0].sum / columns.at[0].weight, 2, 1e-12);
    CHECK_NEAR(columns.at[0].low, 1, 0);
    CHECK_NEAR(columns.at[0].high, 6, 0);
}

TEST(high_scores_are_cut_off_and_named)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    bins[18].high = 17;
    bins[18].mean = 4;
    const char *svg = draw_svg(&plot), *marks = svg_group(svg, "cut-off");
    CHECK_INT(svg_count(marks, "<rect"), 1);
    CHECK_NEAR(svg_number(svg_element(marks, "<rect", 0), "x"),
               x_of_text(svg_group(svg, "x-axis"), "18:00"), 1);
    CHECK_TEXT(svg_text(svg_group(svg, "notes"), 0),
               "scores go up to 17 where the upper edge is marked");
    double x, y;
    for (int i = 0; svg_point(svg_element(svg_group(svg, "scores"), "<polygon", 0), i, &x, &y); i++)
        CHECK(y >= PLOT_TOP && y <= PLOT_BOTTOM);
    CHECK(y_of_value(svg, "0.01") > PLOT_TOP); /* the usual is still to be seen */
    bins[18].high = 0.02;
    bins[18].mean = 0.01;
    svg = draw_svg(&plot);
    CHECK_INT(svg_count(svg_group(svg, "cut-off"), "<rect"), 0);
    CHECK(!strstr(svg, "upper edge"));
}

TEST(thresholds_out_of_sight_are_named)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    plot.threshold = 500;
    CHECK_CONTAINS(svg_group(draw_svg(&plot), "legend"), ">threshold 500 (above this picture)<");
    CHECK(!svg_group(buffer_text(&svg_buffer), "threshold"));
    plot.threshold = -5;
    CHECK_CONTAINS(svg_group(draw_svg(&plot), "legend"), ">threshold -5 (below this picture)<");
    plot.threshold = NAN;
    CHECK(!strstr(svg_group(draw_svg(&plot), "legend"), "threshold"));
}

TEST(a_day_without_scores)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    plot.bin_count = 0;
    plot.bins = NULL;
    const char *svg = draw_svg(&plot);
    CHECK_CONTAINS(svg, ">no scores in this time</text>");
    CHECK(svg_group(svg, "threshold"));
    plot.threshold = NAN;
    CHECK_CONTAINS(draw_svg(&plot), ">no scores in this time</text>");
}

/* ---- much */

TEST(many_of_everything_stay_small)
{
    static int64_t alarms[10000];
    static struct time_span spans[1000];
    struct score_plot plot = sample_plot(WINTER, 24, 1000);
    for (int i = 0; i < 10000; i++)
        alarms[i] = WINTER + i * INT64_C(8640);
    for (int i = 0; i < 1000; i++)
        spans[i] =
            (struct time_span){WINTER + i * INT64_C(86400), WINTER + i * INT64_C(86400) + 60000};
    plot.alarms_utc_ms = alarms;
    plot.alarm_count = 10000;
    plot.unwatched = spans;
    plot.unwatched_count = 1000;
    const char *svg = draw_svg(&plot);
    CHECK_INT(svg_count(svg_group(svg, "alarms"), "<polygon"), PLOT_AREA_WIDTH);
    CHECK_INT(svg_count(svg_group(svg, "alarms"), "<polyline"), 0); /* they would hide the scores */
    CHECK_CONTAINS(svg_group(svg, "legend"), ">10,000 alarms</text>");
    CHECK(svg_count(svg_group(svg, "unwatched"), "<rect") <= PLOT_AREA_WIDTH);
    CHECK(strlen(svg) < 250000);
}

TEST(what_lies_outside_is_left_out)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    int64_t alarms[] = {INT64_MIN, WINTER - 1, WINTER + 24 * HOUR_MS, INT64_MAX};
    struct time_span spans[] = {{INT64_MIN, INT64_MAX}, {WINTER + 5, WINTER + 4}};
    plot.alarms_utc_ms = alarms;
    plot.alarm_count = 4;
    plot.unwatched = spans;
    plot.unwatched_count = 2;
    bins[0].from_utc_ms = INT64_MIN;
    bins[1].to_utc_ms = INT64_MAX;
    bins[2].to_utc_ms = bins[2].from_utc_ms;
    const char *svg = draw_svg(&plot);
    CHECK_INT(svg_count(svg_group(svg, "alarms"), "<polygon"), 0);
    CHECK(!strstr(svg_group(svg, "legend"), "alarm"));
    CHECK_INT(svg_count(svg_group(svg, "unwatched"), "<rect"), 1);
    CHECK_INT(svg_count(svg_group(svg, "scores"), "<polygon"), 1);
}

TEST(ugly_scores_are_drawn)
{
    static const double ugly[] = {0, 1e-9, -3, 1e99, 1e300, 5e-324, NAN, 1};
    static const double thresholds[] = {NAN, INFINITY, 0, 1e-300, 4e-9, 1, -7, 1e200};
    for (size_t i = 0; i < 8; i++)
        for (size_t t = 0; t < 8; t++) {
            struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
            for (int k = 0; k < 24; k += 2)
                bins[k].low = bins[k].high = bins[k].mean = ugly[i];
            plot.threshold = thresholds[t];
            CHECK(svg_group(draw_svg(&plot), "scores"));
            plot.bin_count = 1;
            CHECK(svg_group(draw_svg(&plot), "scores"));
            CHECK(!strstr(buffer_text(&svg_buffer), "\"nan") &&
                  !strstr(buffer_text(&svg_buffer), "\"inf"));
        }
}

TEST(more_or_less_than_a_day_is_refused)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    int64_t ends[] = {WINTER, WINTER - 1, WINTER + 49 * HOUR_MS, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct error err = {0};
        struct buffer out = {0};
        plot.to_utc_ms = ends[i];
        CHECK(!score_plot_draw(&plot, PLOT_SVG, &out, &err));
        CHECK_INT(err.code, ERROR_INTERNAL);
        CHECK_CONTAINS(err.message, "a plot of scores shows one day");
        CHECK_INT(out.size, 0);
        buffer_finish(&out);
    }
}

/* ---- as pixels */

static bool is_color(const struct image *image, double x, double y, uint32_t color)
{
    const uint8_t *at = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    return at[0] == color >> 16 && at[1] == (color >> 8 & 255) && at[2] == (color & 255);
}

TEST(png_shows_the_same)
{
    struct score_plot plot = sample_plot(AUTUMN, 25, 10 * MINUTE_MS);
    int64_t alarm = AUTUMN + 5 * HOUR_MS;
    struct time_span span = {AUTUMN + 20 * HOUR_MS, AUTUMN + 22 * HOUR_MS};
    struct buffer png = {0};
    struct image image = {0};
    struct error err;
    plot.alarms_utc_ms = &alarm;
    plot.alarm_count = 1;
    plot.unwatched = &span;
    plot.unwatched_count = 1;
    struct canvas *canvas = canvas_create_png(PLOT_WIDTH, PLOT_HEIGHT, false, &err);
    CHECK(canvas && score_plot_paint(&plot, canvas, &err));
    CHECK(canvas_write(canvas, &png, &err));
    canvas_destroy(canvas);
    CHECK(image_decode(png.data, png.size, &image, &err));
    double alarm_x = PLOT_LEFT + 0.2 * PLOT_AREA_WIDTH;
    double shade_x = PLOT_LEFT + 21 / 25.0 * PLOT_AREA_WIDTH;
    struct value_scale scale = {0, 0.005 * 1.08};
    CHECK(is_color(&image, alarm_x, PLOT_TOP - 12, COLOR_VERMILLION));
    CHECK(is_color(&image, shade_x, PLOT_TOP + 5, COLOR_SHADE));
    CHECK(is_color(&image, 500, plot_y(&scale, 0.0035), COLOR_SKY));
    CHECK(!is_color(&image, 500, plot_y(&scale, 0.003), COLOR_SKY)); /* the mean */
    CHECK(!is_color(&image, 500, plot_y(&scale, 0.0045), COLOR_SKY));
    image_finish(&image);
    buffer_finish(&png);
    CHECK(score_plot_draw(&plot, PLOT_PNG, &png, &err)); /* with texts */
    CHECK(image_decode(png.data, png.size, &image, &err));
    CHECK_INT(image.width, PLOT_WIDTH);
    CHECK_INT(image.height, PLOT_HEIGHT);
    image_finish(&image);
    buffer_finish(&png);
}

TEST(no_memory)
{
    struct score_plot plot = sample_plot(WINTER, 24, HOUR_MS);
    for (int format = PLOT_PNG; format <= PLOT_SVG; format++) {
        long n = 0;
        for (bool done = false; !done; n++) {
            struct error err = {0};
            struct buffer out = {0};
            allocations_until_failure = n;
            done = score_plot_draw(&plot, (enum plot_format)format, &out, &err);
            allocations_until_failure = -1;
            CHECK_INT(err.code, done ? ERROR_NONE : ERROR_MEMORY);
            CHECK(done || out.size == 0);
            buffer_finish(&out);
        }
        CHECK(n > 10);
    }
}

int main(void)
{
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    RUN(alarms_stand_at_their_local_hour);
    RUN(hours_are_evenly_long);
    RUN(unwatched_time_is_shaded);
    RUN(words_keep_off_the_threshold);
    RUN(scores_and_threshold_stand_at_their_values);
    RUN(missing_bins_leave_a_gap);
    RUN(means_are_weighted);
    RUN(high_scores_are_cut_off_and_named);
    RUN(thresholds_out_of_sight_are_named);
    RUN(a_day_without_scores);
    RUN(many_of_everything_stay_small);
    RUN(what_lies_outside_is_left_out);
    RUN(ugly_scores_are_drawn);
    RUN(more_or_less_than_a_day_is_refused);
    RUN(png_shows_the_same);
    RUN(no_memory);
    buffer_finish(&svg_buffer);
    return check_report();
}
