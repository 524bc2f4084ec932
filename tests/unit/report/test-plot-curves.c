/* Curves, looked at through their SVG and their pixels. Also run without any font. */
#include "report/plot_curves.h"

#include "check.h"
#include "failing_alloc.h"

#include "frame/image.h"
#include "report/plot_frame.h"
#include "test-plot-svg.h"

#include <stdlib.h>

enum { MANY = 100000 };

static struct buffer svg_buffer;

static const char *draw_svg(const struct curve_plot *plot)
{
    struct error err;
    buffer_clear(&svg_buffer);
    return curve_plot_draw(plot, PLOT_SVG, &svg_buffer, &err) ? buffer_text(&svg_buffer) : "";
}

static struct curve_plot plot_of(const struct plot_curve *curves, size_t count)
{
    return (struct curve_plot){.title = "Title",
                               .subtitle = "subtitle",
                               .x_label = "x",
                               .y_label = "y",
                               .x_range = {0, 10},
                               .y_range = {0, 100},
                               .curves = curves,
                               .curve_count = count};
}

/* Pixels of a place on the axes of plot_of. */
static double x_of(double x)
{
    return PLOT_LEFT + x / 10 * PLOT_AREA_WIDTH;
}

static double y_of(double y)
{
    return PLOT_BOTTOM - y / 100 * PLOT_AREA_HEIGHT;
}

static bool is_at(const char *element, int n, double x, double y)
{
    double at_x = NAN, at_y = NAN;
    return svg_point(element, n, &at_x, &at_y) && fabs(at_x - x) < 0.02 && fabs(at_y - y) < 0.02;
}

TEST(a_line_goes_through_its_points)
{
    const struct plot_point points[] = {{0, 0, NAN, NAN}, {5, 50, NAN, NAN}, {10, 100, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_LINE, points, 3};
    struct curve_plot plot = plot_of(&curve, 1);
    const char *line = svg_element(svg_group(draw_svg(&plot), "curves"), "<polyline", 0);
    CHECK(is_at(line, 0, x_of(0), y_of(0)));
    CHECK(is_at(line, 1, x_of(5), y_of(50)));
    CHECK(is_at(line, 2, x_of(10), y_of(100)));
    CHECK_CONTAINS(svg_group(draw_svg(&plot), "legend"), ">one</text>");
}

TEST(steps_hold_until_the_next_and_to_the_edge)
{
    const struct plot_point points[] = {{0, 0, NAN, NAN}, {2, 40, NAN, NAN}, {6, 80, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_STEPS, points, 3};
    struct curve_plot plot = plot_of(&curve, 1);
    const char *line = svg_element(svg_group(draw_svg(&plot), "curves"), "<polyline", 0);
    CHECK(is_at(line, 0, x_of(0), y_of(0)));
    CHECK(is_at(line, 1, x_of(2), y_of(0)));
    CHECK(is_at(line, 2, x_of(2), y_of(40)));
    CHECK(is_at(line, 3, x_of(6), y_of(40)));
    CHECK(is_at(line, 4, x_of(6), y_of(80)));
    CHECK(is_at(line, 5, x_of(10), y_of(80)));
}

TEST(lines_are_cut_at_the_edges)
{
    const struct plot_point points[] = {{-10, 0, NAN, NAN}, {10, 100, NAN, NAN}, {30, 0, NAN, NAN}};
    const struct plot_curve curves[] = {{"line", PLOT_LINE, points, 3},
                                        {"steps", PLOT_STEPS, points, 3}};
    struct curve_plot plot = plot_of(curves, 2);
    plot.x_range[1] = 20;
    const char *group = svg_group(draw_svg(&plot), "curves");
    const char *line = svg_element(group, "<polyline", 0);
    CHECK(is_at(line, 0, PLOT_LEFT, y_of(50)));
    CHECK(is_at(line, 1, PLOT_LEFT + PLOT_AREA_WIDTH / 2.0, y_of(100)));
    CHECK(is_at(line, 2, PLOT_RIGHT, y_of(50)));
    line = svg_element(group, "<polyline", 1);
    CHECK(is_at(line, 0, PLOT_LEFT, y_of(0)));
    CHECK(is_at(line, 3, PLOT_RIGHT, y_of(100)));
    CHECK(!is_at(line, 4, PLOT_RIGHT, y_of(0)));
}

TEST(what_is_0_stands_at_the_left_end_of_a_logarithmic_axis)
{
    const struct plot_point points[] = {{0, 60, NAN, NAN}, {0.1, 80, NAN, NAN}, {10, 90, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_STEPS, points, 3};
    struct curve_plot plot = plot_of(&curve, 1);
    plot.logarithmic = true;
    plot.x_range[0] = 0.001;
    const char *line = svg_element(svg_group(draw_svg(&plot), "curves"), "<polyline", 0);
    CHECK(is_at(line, 0, PLOT_LEFT, y_of(60)));
    CHECK(is_at(line, 1, PLOT_LEFT + PLOT_AREA_WIDTH / 2.0, y_of(60)));
    CHECK_CONTAINS(svg_group(draw_svg(&plot), "x-axis"), ">0.001</text>");
}

TEST(lines_have_bands_and_points_have_bars)
{
    const struct plot_point points[] = {{2, 50, 40, 70}, {4, 60, NAN, 70}, {6, 60, 50, 80}};
    const struct plot_curve curves[] = {{"line", PLOT_LINE, points, 3},
                                        {"points", PLOT_POINTS, points, 3}};
    struct curve_plot plot = plot_of(curves, 2);
    const char *band = svg_element(svg_group(draw_svg(&plot), "bands"), "<polygon", 0);
    CHECK(is_at(band, 0, x_of(2), y_of(70)));
    CHECK(is_at(band, 1, x_of(6), y_of(80)));
    CHECK(is_at(band, 2, x_of(6), y_of(50)));
    CHECK(is_at(band, 3, x_of(2), y_of(40)));
    CHECK_INT(svg_count(svg_group(draw_svg(&plot), "bands"), "<polygon"), 1);
    const char *group = svg_group(draw_svg(&plot), "points");
    CHECK_INT(svg_count(group, "<polygon"), 3);          /* marks */
    CHECK_INT(svg_count(group, "<polyline"), 1 + 3 * 2); /* the line, two bars of three strokes */
    CHECK(is_at(svg_element(group, "<polyline", 1), 0, x_of(2) + 4, y_of(40)));
    CHECK(is_at(svg_element(group, "<polyline", 1), 1, x_of(2) + 4, y_of(70)));
}

TEST(series_stand_side_by_side)
{
    const struct plot_point points[] = {{5, 50, 40, 60}};
    const struct plot_curve curves[] = {{"a", PLOT_POINTS, points, 1},
                                        {"b", PLOT_POINTS, points, 1}};
    struct curve_plot plot = plot_of(curves, 2);
    const char *group = svg_group(draw_svg(&plot), "points");
    CHECK(is_at(svg_element(group, "<polyline", 0), 0, x_of(5) - 4, y_of(40)));
    CHECK(is_at(svg_element(group, "<polyline", 3), 0, x_of(5) + 4, y_of(40)));
    CHECK_CONTAINS(group, "#0072b2");
    CHECK_CONTAINS(group, "#d55e00");
}

TEST(unusable_points_are_left_out_and_counted)
{
    const struct plot_point points[] = {{1, 10, NAN, NAN},    {NAN, 50, NAN, NAN},
                                        {2, NAN, NAN, NAN},   {3, INFINITY, NAN, NAN},
                                        {1e200, 5, NAN, NAN}, {4, 40, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_LINE, points, 6};
    struct curve_plot plot = plot_of(&curve, 1);
    const char *svg = draw_svg(&plot);
    CHECK_CONTAINS(svg_group(svg, "notes"), ">left out: 4 points without a usable number</text>");
    const char *line = svg_element(svg_group(svg, "curves"), "<polyline", 0);
    CHECK(is_at(line, 0, x_of(1), y_of(10)) && is_at(line, 1, x_of(4), y_of(40)));
    CHECK(!strstr(svg, "nan") && !strstr(svg, "inf"));
}

TEST(nothing_says_so)
{
    const struct plot_point unusable[] = {{NAN, NAN, NAN, NAN}};
    const struct plot_curve curves[] = {{"a", PLOT_POINTS, unusable, 1}, {"b", PLOT_LINE, NULL, 0}};
    struct curve_plot plot = plot_of(curves, 0);
    CHECK_CONTAINS(draw_svg(&plot), ">no data</text>");
    plot.curve_count = 2;
    plot.nothing = "no leaks in this set";
    for (int logarithmic = 0; logarithmic <= 1; logarithmic++) {
        plot.logarithmic = logarithmic;
        plot.x_range[0] = plot.x_range[1] = plot.y_range[0] = plot.y_range[1] = NAN;
        const char *svg = draw_svg(&plot);
        CHECK_CONTAINS(svg, ">no leaks in this set</text>");
        CHECK_CONTAINS(svg_group(svg, "legend"), ">a (no data)</text>");
        CHECK_CONTAINS(svg_group(svg, "legend"), ">b (no data)</text>");
        CHECK_CONTAINS(svg_group(svg, "notes"), ">left out: 1 point without a usable number<");
    }
}

TEST(one_point_can_be_seen)
{
    const struct plot_point points[] = {{5, 50, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_LINE, points, 1};
    struct curve_plot plot = plot_of(&curve, 1);
    CHECK_INT(svg_count(svg_group(draw_svg(&plot), "curves"), "<polygon"), 1);
    CHECK(!strstr(draw_svg(&plot), ">no data</text>"));
}

TEST(marks_have_their_words_on_the_side_with_room)
{
    const struct plot_mark marks[] = {
        {1, "left"}, {9.9, "words that need room"}, {11, "outside"}, {NAN, "nowhere"}, {5, "more"}};
    struct curve_plot plot = plot_of(NULL, 0);
    plot.marks = marks;
    plot.mark_count = 5;
    const char *group = svg_group(draw_svg(&plot), "marks");
    CHECK_INT(svg_count(group, "<polyline"), 2);
    CHECK_TEXT(svg_text(group, 0), "left");
    CHECK_TEXT(svg_text(group, 1), "words that need room");
    CHECK(svg_number(svg_element(group, "<text", 0), "x") > x_of(1));
    CHECK(svg_number(svg_element(group, "<text", 1), "x") < x_of(9.9));
}

TEST(hostile_and_long_labels_stay_texts)
{
    static const char hostile[] = "<script>alert('x')</script>\x1b[31m\xff&\n and then a name that "
                                  "is so long that it can not stand in its place beside the others";
    const struct plot_point points[] = {{5, 50, NAN, NAN}};
    struct plot_curve curves[PLOT_CURVES_MAX + 2];
    const struct plot_mark mark = {5, hostile};
    for (int i = 0; i < PLOT_CURVES_MAX + 2; i++)
        curves[i] = (struct plot_curve){hostile, PLOT_POINTS, points, 1};
    struct curve_plot plot = plot_of(curves, PLOT_CURVES_MAX + 2);
    plot.title = plot.subtitle = plot.x_label = plot.y_label = hostile;
    plot.marks = &mark;
    plot.mark_count = 1;
    const char *svg = draw_svg(&plot);
    CHECK(!strstr(svg, "<script") && !strchr(svg, '\x1b') && !strchr(svg, '\xff'));
    CHECK_INT(svg_count(svg_group(svg, "legend"), "<text"), PLOT_CURVES_MAX);
    CHECK_INT(svg_count(svg_group(svg, "legend"), "\xe2\x80\xa6</text>"), PLOT_CURVES_MAX);
    CHECK_CONTAINS(svg_group(svg, "notes"), ">not shown: 2 more series</text>");
    for (int i = 0; i < PLOT_CURVES_MAX; i++) {
        const char *text = svg_element(svg_group(svg, "legend"), "<text", i);
        CHECK(svg_number(text, "x") < PLOT_RIGHT - 200 && svg_number(text, "y") < PLOT_TOP - 20);
    }
}

TEST(a_hundred_thousand_points_make_a_small_picture)
{
    static struct plot_point points[MANY];
    for (int i = 0; i < MANY; i++)
        points[i] = (struct plot_point){10.0 * i / MANY, 100 * sqrt((double)i / MANY), NAN, NAN};
    const struct plot_curve curves[] = {{"line", PLOT_LINE, points, MANY},
                                        {"steps", PLOT_STEPS, points, MANY}};
    struct curve_plot plot = plot_of(curves, 2);
    draw_svg(&plot);
    CHECK(svg_buffer.size > 10000 && svg_buffer.size < 120000);
    const char *line = svg_element(svg_group(buffer_text(&svg_buffer), "curves"), "<polyline", 0);
    const char *last = strrchr(line, ',');
    CHECK(last && fabs(strtod(last + 1, NULL) - y_of(100)) < 1);
}

TEST(png_shows_the_same)
{
    const struct plot_point points[] = {{0, 50, NAN, NAN}, {10, 50, NAN, NAN}};
    const struct plot_curve curve = {"one", PLOT_LINE, points, 2};
    struct curve_plot plot = plot_of(&curve, 1);
    struct buffer png = {0};
    struct error err;
    struct image image = {0};
    CHECK(curve_plot_draw(&plot, PLOT_PNG, &png, &err));
    CHECK(image_decode(png.data, png.size, &image, &err));
    CHECK_INT(image.width, PLOT_WIDTH);
    CHECK_INT(image.height, PLOT_HEIGHT);
    const uint8_t *pixel = image.rgb + 3 * ((size_t)y_of(50) * PLOT_WIDTH + (size_t)x_of(3));
    CHECK(pixel[0] < 40 && pixel[2] > 150);
    image_finish(&image);
    buffer_finish(&png);
}

TEST(lack_of_memory_is_an_error)
{
    const struct plot_point points[] = {{0, 50, 40, 60}, {10, 50, 40, 60}};
    const struct plot_curve curves[] = {{"one", PLOT_LINE, points, 2},
                                        {"two", PLOT_POINTS, points, 2}};
    struct curve_plot plot = plot_of(curves, 2);
    int failures = 0;
    for (long n = 0;; n++) {
        struct buffer out = {0};
        struct error err = {0};
        allocations_until_failure = n;
        bool good = curve_plot_draw(&plot, PLOT_SVG, &out, &err);
        allocations_until_failure = -1;
        size_t size = out.size;
        buffer_finish(&out);
        if (good)
            break;
        failures++;
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_INT(size, 0);
    }
    CHECK(failures >= 4);
}

int main(void)
{
    RUN(a_line_goes_through_its_points);
    RUN(steps_hold_until_the_next_and_to_the_edge);
    RUN(lines_are_cut_at_the_edges);
    RUN(what_is_0_stands_at_the_left_end_of_a_logarithmic_axis);
    RUN(lines_have_bands_and_points_have_bars);
    RUN(series_stand_side_by_side);
    RUN(unusable_points_are_left_out_and_counted);
    RUN(nothing_says_so);
    RUN(one_point_can_be_seen);
    RUN(marks_have_their_words_on_the_side_with_room);
    RUN(hostile_and_long_labels_stay_texts);
    RUN(a_hundred_thousand_points_make_a_small_picture);
    RUN(png_shows_the_same);
    RUN(lack_of_memory_is_an_error);
    buffer_finish(&svg_buffer);
    return check_report();
}
