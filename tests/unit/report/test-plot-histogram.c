/* The histogram of scores, looked at through its SVG and its pixels. Also run without any font.
 */
#include "report/plot.h"

#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "frame/image.h"
#include "report/plot_frame.h"
#include "test-plot-svg.h"

#include <stdlib.h>

enum { MANY = 100000, COUNT = 512, PREVIOUS_COUNT = 256 };

static double values[MANY], previous[PREVIOUS_COUNT];
static struct buffer svg_buffer;

static struct histogram_plot sample_plot(size_t count)
{
    struct rng rng = rng_seeded(1, 1);
    for (size_t i = 0; i < count; i++)
        values[i] = 0.0031 + 0.0003 * rng_normal(&rng);
    return (struct histogram_plot){.title = "Calibration",
                                   .subtitle = "Rig 4",
                                   .axis = "score (mean squared error)",
                                   .values = values,
                                   .count = count,
                                   .threshold = 0.0038,
                                   .percentile = 99.5,
                                   .previous_threshold = NAN};
}

static void add_previous(struct histogram_plot *plot)
{
    struct rng rng = rng_seeded(1, 2);
    for (int i = 0; i < PREVIOUS_COUNT; i++)
        previous[i] = 0.0034 + 0.0003 * rng_normal(&rng);
    plot->previous = previous;
    plot->previous_count = PREVIOUS_COUNT;
    plot->previous_threshold = 0.0041;
}

static const char *draw_svg(const struct histogram_plot *plot)
{
    struct error err;
    buffer_clear(&svg_buffer);
    return histogram_plot_draw(plot, PLOT_SVG, &svg_buffer, &err) ? buffer_text(&svg_buffer) : "";
}

/* What the numbers on an axis say about a place on it: taken from two of its ticks. */
struct axis_map {
    double at, value, per_pixel;
};

static double position_of(const char *axis, int tick, bool across)
{
    double x = NAN, y = NAN;
    svg_point(svg_element(axis, "<polyline", tick), 0, &x, &y);
    return across ? x : y;
}

static double label_of(const char *axis, int tick)
{
    char plain[32];
    size_t used = 0;
    const char *text = svg_text(axis, tick);
    for (; text && *text && used + 1 < sizeof plain; text++)
        if (*text != ',')
            plain[used++] = *text;
    plain[used] = '\0';
    return strtod(plain, NULL);
}

static struct axis_map read_axis(const char *svg, const char *id)
{
    bool across = strcmp(id, "x-axis") == 0;
    const char *axis = svg_group(svg, id);
    int other_tick = svg_count(axis, "<text") - 2; /* the last text is what the axis measures */
    struct axis_map map = {position_of(axis, 0, across), label_of(axis, 0), 0};
    map.per_pixel =
        (label_of(axis, other_tick) - map.value) / (position_of(axis, other_tick, across) - map.at);
    return map;
}

static double value_at(struct axis_map map, double at)
{
    return map.value + (at - map.at) * map.per_pixel;
}

/* ---- what is drawn where */

TEST(bars_add_up_to_the_samples)
{
    struct histogram_plot plot = sample_plot(COUNT);
    const char *svg = draw_svg(&plot);
    struct axis_map y = read_axis(svg, "y-axis");
    const char *bars = svg_group(svg, "bars");
    int count = svg_count(bars, "<rect");
    double total = 0;
    CHECK(count >= 8 && count <= 110);
    for (int i = 0; i < count; i++) {
        const char *bar = svg_element(bars, "<rect", i);
        CHECK_NEAR(svg_number(bar, "y") + svg_number(bar, "height"), PLOT_BOTTOM, 0.01);
        total += svg_number(bar, "height") * -y.per_pixel;
    }
    CHECK_NEAR(total, COUNT, 3);
}

TEST(bars_are_as_high_as_they_have_samples)
{
    struct histogram_plot plot = sample_plot(COUNT);
    const char *svg = draw_svg(&plot);
    struct axis_map x = read_axis(svg, "x-axis"), y = read_axis(svg, "y-axis");
    CHECK_CONTAINS(svg_group(svg, "y-axis"), ">samples per bar of 0.0001</text>");
    const char *bars = svg_group(svg, "bars");
    for (int i = 0; i < svg_count(bars, "<rect"); i++) {
        const char *bar = svg_element(bars, "<rect", i);
        double left = svg_number(bar, "x"), width = svg_number(bar, "width") + 1;
        double from = 1e-4 * round(value_at(x, left) / 1e-4);
        double to = 1e-4 * round(value_at(x, left + width) / 1e-4);
        CHECK_NEAR(value_at(x, left), from, 1.5 * x.per_pixel); /* ticks are at half pixels */
        int inside = 0;
        for (int k = 0; k < COUNT; k++)
            inside += values[k] >= from && values[k] < to;
        CHECK_NEAR(svg_number(bar, "height") * -y.per_pixel, inside, 1.1);
    }
}

TEST(a_single_sample_among_many_is_seen)
{
    struct histogram_plot plot = sample_plot(MANY);
    values[0] = 0.0047;
    const char *bars = svg_group(draw_svg(&plot), "bars");
    double least = INFINITY;
    for (int i = 0; i < svg_count(bars, "<rect"); i++)
        least = fmin(least, svg_number(svg_element(bars, "<rect", i), "height"));
    CHECK_NEAR(least, 1, 0);
    CHECK_CONTAINS(svg_group(buffer_text(&svg_buffer), "legend"), "100,000 samples");
}

TEST(the_threshold_stands_where_it_says)
{
    struct histogram_plot plot = sample_plot(COUNT);
    add_previous(&plot);
    const char *svg = draw_svg(&plot);
    struct axis_map x = read_axis(svg, "x-axis");
    double at = 0, top = 0;
    CHECK(svg_point(svg_element(svg_group(svg, "threshold"), "<polyline", 0), 0, &at, &top));
    CHECK_NEAR(value_at(x, at), 0.0038, fabs(x.per_pixel));
    int above = 0;
    for (int i = 0; i < COUNT; i++)
        above += values[i] > 0.0038;
    char label[64];
    snprintf(label, sizeof label, "threshold 0.0038, percentile 99.5, %d above", above);
    CHECK_TEXT(svg_text(svg_group(svg, "threshold"), 0), label);

    const char *group = svg_group(svg, "previous-threshold");
    CHECK(svg_point(svg_element(group, "<polyline", 0), 0, &at, &top));
    CHECK_NEAR(value_at(x, at), 0.0041, fabs(x.per_pixel));
    CHECK_TEXT(svg_text(group, 0), "previous threshold 0.0041");
}

TEST(the_previous_calibration_has_the_same_area)
{
    struct histogram_plot plot = sample_plot(COUNT);
    add_previous(&plot);
    const char *svg = draw_svg(&plot);
    struct axis_map y = read_axis(svg, "y-axis");
    const char *first = svg_element(svg_group(svg, "bars"), "<rect", 0);
    double pixels = svg_number(first, "width") + 1, area = 0, x0 = 0, y0 = 0, x1, y1;
    const char *outline = svg_element(svg_group(svg, "previous"), "<polyline", 0);
    CHECK(svg_point(outline, 0, &x0, &y0));
    for (int i = 1; svg_point(outline, i, &x1, &y1); i++, x0 = x1, y0 = y1)
        area += (x1 - x0) * (PLOT_BOTTOM - y1);
    CHECK_NEAR(area / pixels * -y.per_pixel, COUNT, 3);
    CHECK_TEXT(svg_text(svg_group(svg, "legend"), 1),
               "previous calibration: 256 samples, drawn with the same area");
}

TEST(both_can_have_other_names)
{
    static double leaks[30];
    struct histogram_plot plot = sample_plot(200);
    for (int i = 0; i < 30; i++)
        leaks[i] = i < 28 ? plot.values[i] : 1e6;
    plot.previous = leaks;
    plot.previous_count = 30;
    plot.name = "quiet <&>";
    plot.previous_name = "with a leak";
    const char *svg = draw_svg(&plot);
    CHECK_CONTAINS(svg_group(svg, "legend"), ">quiet &lt;&amp;&gt;: 200 samples</text>");
    CHECK_CONTAINS(svg_group(svg, "legend"), ">with a leak: 30 samples, drawn");
    CHECK_CONTAINS(svg_group(svg, "notes"), "2 with a leak");
    CHECK(!strstr(svg, "calibration"));
}

TEST(a_threshold_out_of_sight_is_named)
{
    struct histogram_plot plot = sample_plot(COUNT);
    plot.threshold = 40;
    plot.percentile = NAN;
    CHECK_TEXT(svg_text(svg_group(draw_svg(&plot), "threshold"), 0),
               "threshold 40, 0 above (right of this picture)");
    CHECK_INT(svg_count(svg_group(buffer_text(&svg_buffer), "threshold"), "<polyline"), 0);
    plot.threshold = -40;
    CHECK_TEXT(svg_text(svg_group(draw_svg(&plot), "threshold"), 0),
               "threshold -40, 512 above (left of this picture)");
    plot.threshold = NAN;
    CHECK(!svg_group(draw_svg(&plot), "threshold"));
}

TEST(outliers_are_named)
{
    struct histogram_plot plot = sample_plot(COUNT);
    add_previous(&plot);
    values[0] = 3100;
    values[1] = 31;
    values[2] = -31;
    values[3] = NAN;
    values[4] = INFINITY;
    previous[0] = 100;
    const char *svg = draw_svg(&plot);
    CHECK_TEXT(svg_text(svg_group(svg, "notes"), 0),
               "\xe2\x86\x90 not shown below 0.0021: 1 sample");
    CHECK_TEXT(svg_text(svg_group(svg, "notes"), 1),
               "not shown beyond 0.0048: 2 samples, 1 previous \xe2\x86\x92");
    CHECK_TEXT(svg_text(svg_group(svg, "legend"), 0),
               "this calibration: 510 samples (2 without a usable number left out)");
}

TEST(no_samples)
{
    struct histogram_plot plot = sample_plot(0);
    const char *svg = draw_svg(&plot);
    CHECK_INT(svg_count(svg_group(svg, "bars"), "<rect"), 0);
    CHECK_CONTAINS(svg, ">no samples</text>");
    CHECK_TEXT(svg_text(svg_group(svg, "threshold"), 0), "threshold 0.0038, percentile 99.5");
    plot.values = NULL;
    CHECK_CONTAINS(draw_svg(&plot), ">no samples</text>");
    plot = sample_plot(2);
    values[0] = values[1] = NAN;
    CHECK_CONTAINS(draw_svg(&plot), ">no samples</text>");
}

/* ---- texts */

TEST(titles_may_be_hostile)
{
    struct histogram_plot plot = sample_plot(COUNT);
    plot.title = "</title><script>alert('1')</script> & \xff\x01\n";
    plot.subtitle = "]]> --> \" %s %n";
    plot.axis = "<text>";
    const char *svg = draw_svg(&plot);
    CHECK(!strstr(svg, "<script"));
    CHECK_INT(svg_count(svg, "</title>"), 1);
    CHECK_TEXT(svg_text(svg_group(svg, "title"), 0),
               "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
               "\xef\xbf\xbd  ");
    CHECK_TEXT(svg_text(svg_group(svg, "title"), 1), "]]&gt; --&gt; &quot; %s %n");
    CHECK_CONTAINS(svg_group(svg, "x-axis"), ">&lt;text&gt;</text>");
}

TEST(long_titles_have_two_lines)
{
    static char title[4000];
    struct histogram_plot plot = sample_plot(COUNT);
    for (size_t i = 0; i + 1 < sizeof title; i++)
        title[i] = i % 9 == 8 ? ' ' : (char)('a' + i % 26);
    plot.title = title;
    const char *group = svg_group(draw_svg(&plot), "title");
    CHECK_INT(svg_count(group, "<text"), 3); /* and the subtitle */
    CHECK(strlen(svg_text(group, 0)) < 120);
    CHECK(!strstr(svg_text(group, 0), "\xe2\x80\xa6"));
    CHECK_CONTAINS(svg_text(group, 1), "\xe2\x80\xa6");
    for (size_t i = 0; i + 1 < sizeof title; i++)
        title[i] = 'w'; /* no space to break at */
    group = svg_group(draw_svg(&plot), "title");
    CHECK_INT(svg_count(group, "<text"), 3);
    CHECK(strlen(svg_text(group, 0)) > 40);
}

TEST(texts_are_large_enough)
{
    struct histogram_plot plot = sample_plot(COUNT);
    add_previous(&plot);
    const char *svg = draw_svg(&plot);
    int count = svg_count(svg, "<text");
    CHECK(count > 15);
    for (int i = 0; i < count; i++)
        CHECK(svg_number(svg_element(svg, "<text", i), "font-size") >= 12);
}

/* ---- as pixels */

static bool is_color(const struct image *image, double x, double y, uint32_t color)
{
    const uint8_t *at = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    return at[0] == color >> 16 && at[1] == (color >> 8 & 255) && at[2] == (color & 255);
}

/* The picture without its texts shows what the SVG says. */
TEST(png_shows_the_same)
{
    struct histogram_plot plot = sample_plot(COUNT);
    struct buffer png = {0};
    struct image image = {0};
    struct error err;
    struct canvas *canvas = canvas_create_png(PLOT_WIDTH, PLOT_HEIGHT, false, &err);
    CHECK(canvas && histogram_plot_paint(&plot, canvas, &err));
    CHECK(canvas_write(canvas, &png, &err));
    canvas_destroy(canvas);
    CHECK(image_decode(png.data, png.size, &image, &err));
    const char *svg = draw_svg(&plot), *bars = svg_group(svg, "bars");
    double x, y;
    for (int i = 0; i < svg_count(bars, "<rect"); i++) {
        const char *bar = svg_element(bars, "<rect", i);
        double top = svg_number(bar, "y");
        x = svg_number(bar, "x") + svg_number(bar, "width") / 2;
        if (svg_number(bar, "height") < 4)
            continue;
        CHECK(is_color(&image, x, top + 1.5, COLOR_SKY));
        CHECK(is_color(&image, x, PLOT_BOTTOM - 1, COLOR_SKY));
        CHECK(!is_color(&image, x, top - 2, COLOR_SKY));
    }
    CHECK(svg_point(svg_element(svg_group(svg, "threshold"), "<polyline", 0), 0, &x, &y));
    CHECK(is_color(&image, x, y + 2, COLOR_VERMILLION));
    CHECK(is_color(&image, x, PLOT_BOTTOM - 2, COLOR_VERMILLION));
    CHECK(is_color(&image, 40, 40, 0xffffff)); /* where the title would be */
    image_finish(&image);
    buffer_finish(&png);
}

/* Every kind of data gives a picture of the right size in both formats. */
TEST(ugly_data_are_drawn)
{
    static const double ugly[][4] = {{0, 0, 0, 0},
                                     {NAN, NAN, NAN, NAN},
                                     {1e-9, 2e-9, 3e-9, 4e-9},
                                     {1, 1, 1, 1e6},
                                     {1, 2e6, 1, 2e6},
                                     {-1, -2, -3, 1e-300},
                                     {1e308, -1e308, 5e-324, 0},
                                     {INFINITY, -INFINITY, 0.5, 0.5},
                                     {0.0042, 0.0042 + 1e-17, 0.0042 + 2e-17, 0.0042}};
    static const double thresholds[] = {NAN, INFINITY, 0, -1, 0.0042, 1e-300, 1e300};
    struct error err;
    for (size_t i = 0; i < sizeof ugly / sizeof ugly[0]; i++)
        for (size_t t = 0; t < sizeof thresholds / sizeof thresholds[0]; t++)
            for (size_t count = 0; count <= 4; count += i % 2 ? 4 : 1) {
                struct histogram_plot plot = sample_plot(0);
                plot.values = plot.previous = ugly[i];
                plot.count = plot.previous_count = count;
                plot.threshold = plot.percentile = plot.previous_threshold = thresholds[t];
                struct buffer png = {0};
                struct image_header header;
                CHECK(svg_group(draw_svg(&plot), "bars"));
                CHECK(!strstr(buffer_text(&svg_buffer), "\"nan") &&
                      !strstr(buffer_text(&svg_buffer), "\"inf"));
                if (t > 0)
                    continue; /* PNG takes longer */
                CHECK(histogram_plot_draw(&plot, PLOT_PNG, &png, &err));
                CHECK(image_decode_header(png.data, png.size, &header, &err));
                CHECK(header.width == PLOT_WIDTH && header.height == PLOT_HEIGHT);
                buffer_finish(&png);
            }
}

TEST(no_memory)
{
    struct histogram_plot plot = sample_plot(50);
    add_previous(&plot);
    for (int format = PLOT_PNG; format <= PLOT_SVG; format++) {
        long n = 0;
        for (bool done = false; !done; n++) {
            struct error err = {0};
            struct buffer out = {0};
            allocations_until_failure = n;
            done = histogram_plot_draw(&plot, (enum plot_format)format, &out, &err);
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
    RUN(bars_add_up_to_the_samples);
    RUN(bars_are_as_high_as_they_have_samples);
    RUN(a_single_sample_among_many_is_seen);
    RUN(the_threshold_stands_where_it_says);
    RUN(the_previous_calibration_has_the_same_area);
    RUN(both_can_have_other_names);
    RUN(a_threshold_out_of_sight_is_named);
    RUN(outliers_are_named);
    RUN(no_samples);
    RUN(titles_may_be_hostile);
    RUN(long_titles_have_two_lines);
    RUN(texts_are_large_enough);
    RUN(png_shows_the_same);
    RUN(ugly_data_are_drawn);
    RUN(no_memory);
    buffer_finish(&svg_buffer);
    return check_report();
}
