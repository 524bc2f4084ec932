/* Rows of values with intervals, looked at through their SVG. Also run without any font. */
#include "report/plot_rows.h"

#include "check.h"
#include "failing_alloc.h"

#include "frame/image.h"
#include "report/plot_frame.h"
#include "test-plot-svg.h"

static struct buffer svg_buffer;

static const char *draw_svg(const struct row_plot *plot)
{
    struct error err;
    buffer_clear(&svg_buffer);
    return row_plot_draw(plot, PLOT_SVG, &svg_buffer, &err) ? buffer_text(&svg_buffer) : "";
}

static const char *const names[] = {"scene", "reference"};

static struct row_plot plot_of(const struct plot_row *rows, size_t count)
{
    return (struct row_plot){.title = "Title",
                             .subtitle = "subtitle",
                             .axis = "false alarms per camera-day",
                             .series = names,
                             .series_count = 2,
                             .rows = rows,
                             .row_count = count};
}

/* Where the number `text` stands on the axis. */
static double x_of_number(const char *svg, const char *text)
{
    const char *axis = svg_group(svg, "x-axis");
    for (int i = 0; i < svg_count(axis, "<text"); i++)
        if (strcmp(svg_text(axis, i), text) == 0)
            return svg_number(svg_element(axis, "<text", i), "x");
    return NAN;
}

TEST(values_and_intervals_stand_where_the_axis_says)
{
    const struct plot_row rows[] = {{"quiet", {{1, 0.5, 3}, {2, NAN, NAN}}},
                                    {"sunrise", {{3, 2, 4}, {0, 0, 1}}}};
    struct row_plot plot = plot_of(rows, 2);
    const char *svg = draw_svg(&plot);
    double x = NAN, y = NAN, end_x = NAN, end_y = NAN;
    const char *points = svg_group(svg, "points");
    CHECK_INT(svg_count(points, "<polygon"), 4);
    CHECK_INT(svg_count(points, "<polyline"), 3 * 3);
    const char *interval = svg_element(points, "<polyline", 3); /* of sunrise, scene */
    CHECK(svg_point(interval, 0, &x, &y) && svg_point(interval, 1, &end_x, &end_y));
    CHECK_NEAR(x, x_of_number(svg, "2.0"), 1);
    CHECK_NEAR(end_x, x_of_number(svg, "4.0"), 1);
    CHECK_NEAR(y, end_y, 0);
    CHECK_TEXT(svg_text(svg_group(svg, "rows"), 0), "quiet");
    CHECK_TEXT(svg_text(svg_group(svg, "rows"), 1), "sunrise");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">reference</text>");
    CHECK_TEXT(svg_group(svg, "notes"), "");
}

TEST(an_endless_interval_does_not_squeeze_the_others)
{
    const struct plot_row rows[] = {{"quiet", {{1, 0.5, 3}, {2, 1, 4}}},
                                    {"a minute of it", {{0, 0, 5000}, {NAN, NAN, NAN}}}};
    struct row_plot plot = plot_of(rows, 2);
    const char *svg = draw_svg(&plot);
    CHECK(x_of_number(svg, "0") < 310);
    CHECK(isfinite(x_of_number(svg, "5")));
    CHECK_CONTAINS(svg_group(svg, "notes"), ">1 interval goes beyond the picture (arrow)</text>");
}

TEST(a_high_value_is_always_inside)
{
    const struct plot_row rows[] = {{"quiet", {{1, 0.5, 3}, {2, 1, 4}}},
                                    {"bad", {{900, 800, 1000}, {NAN, NAN, NAN}}}};
    struct row_plot plot = plot_of(rows, 2);
    const char *svg = draw_svg(&plot);
    CHECK(isfinite(x_of_number(svg, "800")));
    CHECK_CONTAINS(svg_group(svg, "notes"), ">1 interval goes beyond the picture (arrow)</text>");
}

TEST(unusable_values_are_left_out_and_counted)
{
    const struct plot_row rows[] = {{"a", {{INFINITY, 0, 1}, {-1, 0, 1}}},
                                    {"b", {{NAN, 0, 1}, {2, 5, 1}}},
                                    {"c", {{1, -2, 1}, {2, NAN, 4}}}};
    struct row_plot plot = plot_of(rows, 3);
    const char *svg = draw_svg(&plot);
    CHECK_CONTAINS(svg_group(svg, "notes"), ">left out: 2 values without a usable number</text>");
    CHECK_INT(svg_count(svg_group(svg, "points"), "<polygon"), 3);
    CHECK_INT(svg_count(svg_group(svg, "points"), "<polyline"), 0);
    CHECK(!strstr(svg, "nan") && !strstr(svg, "inf\""));
}

TEST(nothing_says_so)
{
    const struct plot_row row = {"quiet", {{NAN, NAN, NAN}, {NAN, NAN, NAN}}};
    struct row_plot plot = plot_of(&row, 0);
    CHECK_CONTAINS(draw_svg(&plot), ">no data</text>");
    plot.row_count = 1;
    plot.nothing = "nothing quiet in this set";
    CHECK_CONTAINS(draw_svg(&plot), ">nothing quiet in this set</text>");
    plot.series_count = 0;
    CHECK_CONTAINS(draw_svg(&plot), ">nothing quiet in this set</text>");
}

TEST(all_zero_has_an_axis)
{
    const struct plot_row row = {"quiet", {{0, NAN, NAN}, {0, 0, 0}}};
    struct row_plot plot = plot_of(&row, 1);
    CHECK(isfinite(x_of_number(draw_svg(&plot), "1.0")));
    CHECK_INT(svg_count(svg_group(draw_svg(&plot), "points"), "<polygon"), 2);
}

TEST(the_picture_grows_with_its_rows_up_to_a_limit)
{
    static const char hostile[] =
        "<b>&\"'\x1b\xff a kind whose name is far too long for the place that it gets at the left";
    static struct plot_row rows[PLOT_ROWS_MAX + 3];
    for (int i = 0; i < PLOT_ROWS_MAX + 3; i++)
        rows[i] = (struct plot_row){hostile, {{1, 0, 2}, {2, 1, 3}}};
    struct row_plot small = plot_of(rows, 5), large = plot_of(rows, PLOT_ROWS_MAX + 3);
    const char *svg = draw_svg(&large);
    CHECK(row_plot_height(&large) > row_plot_height(&small) + 1000);
    CHECK_NEAR(svg_number(strstr(svg, "<svg"), "height"), row_plot_height(&large), 0);
    CHECK_INT(svg_count(svg_group(svg, "rows"), "<text"), PLOT_ROWS_MAX);
    CHECK_INT(svg_count(svg_group(svg, "rows"), "\xe2\x80\xa6</text>"), PLOT_ROWS_MAX);
    CHECK_CONTAINS(svg_group(svg, "notes"), ">not shown: 3 more rows</text>");
    CHECK(!strstr(svg, "<b>") && !strchr(svg, '\x1b') && !strchr(svg, '\xff'));
}

TEST(more_series_than_can_be_told_apart_are_said)
{
    const struct plot_row row = {"quiet", {{1, 0.5, 3}, {1, 0.5, 3}, {1, 0.5, 3}, {1, 0.5, 3}}};
    static const char *const many[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    struct row_plot plot = plot_of(&row, 1);
    plot.series = many;
    plot.series_count = 8;
    const char *svg = draw_svg(&plot);
    CHECK_INT(svg_count(svg_group(svg, "legend"), "<text"), PLOT_ROW_SERIES_MAX);
    CHECK_CONTAINS(svg_group(svg, "notes"), ">not shown: 2 more series</text>");
}

TEST(png_has_the_same_size)
{
    const struct plot_row row = {"quiet", {{1, 0.5, 3}, {2, NAN, NAN}}};
    struct row_plot plot = plot_of(&row, 1);
    struct buffer png = {0};
    struct image image = {0};
    struct error err;
    CHECK(row_plot_draw(&plot, PLOT_PNG, &png, &err));
    CHECK(image_decode(png.data, png.size, &image, &err));
    CHECK_INT(image.width, PLOT_WIDTH);
    CHECK_INT(image.height, row_plot_height(&plot));
    image_finish(&image);
    buffer_finish(&png);
}

TEST(lack_of_memory_is_an_error)
{
    const struct plot_row row = {"quiet", {{1, 0.5, 3}, {2, NAN, NAN}}};
    struct row_plot plot = plot_of(&row, 1);
    int failures = 0;
    for (long n = 0;; n++) {
        struct buffer out = {0};
        struct error err = {0};
        allocations_until_failure = n;
        bool good = row_plot_draw(&plot, PLOT_SVG, &out, &err);
        allocations_until_failure = -1;
        size_t size = out.size;
        buffer_finish(&out);
        if (good)
            break;
        failures++;
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_INT(size, 0);
    }
    CHECK(failures >= 3);
}

int main(void)
{
    RUN(values_and_intervals_stand_where_the_axis_says);
    RUN(an_endless_interval_does_not_squeeze_the_others);
    RUN(a_high_value_is_always_inside);
    RUN(unusable_values_are_left_out_and_counted);
    RUN(nothing_says_so);
    RUN(all_zero_has_an_axis);
    RUN(the_picture_grows_with_its_rows_up_to_a_limit);
    RUN(more_series_than_can_be_told_apart_are_said);
    RUN(png_has_the_same_size);
    RUN(lack_of_memory_is_an_error);
    buffer_finish(&svg_buffer);
    return check_report();
}
