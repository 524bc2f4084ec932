/* The sheet that plots are drawn on: hostile texts, both formats, lack of memory. */
#include "report/canvas.h"

#include "check.h"
#include "failing_alloc.h"

#include "frame/image.h"
#include "test-plot-svg.h"

#include <stdlib.h>

static const struct text_style plain = {.size = 13, .color = 0x000000};

static void draw_all(struct canvas *canvas)
{
    struct point corners[] = {{30, 10}, {40, 20}, {20, 20}};
    canvas_begin_group(canvas, "shapes");
    canvas_rect(canvas, 2, 3, 10.5, 4, 0xd55e00);
    canvas_line(canvas, 0, 30.5, 50, 30.5, (struct pen){0x0072b2, 1, 0});
    canvas_polyline(canvas, corners, 3, (struct pen){0x000000, 1.5, 5});
    canvas_polygon(canvas, corners, 3, 0x56b4e9);
    canvas_end_group(canvas);
    canvas_text(canvas, 5, 45, plain, "a < b & 'c' > \"d\"");
}

static bool draw_svg(const char *title, struct buffer *out, struct error *err)
{
    struct canvas *canvas = canvas_create_svg(60, 50, title, err);
    if (canvas)
        draw_all(canvas);
    bool ok = canvas && canvas_write(canvas, out, err);
    canvas_destroy(canvas);
    return ok;
}

static bool draw_png(bool with_text, struct buffer *out, struct error *err)
{
    struct canvas *canvas = canvas_create_png(60, 50, with_text, err);
    if (canvas)
        draw_all(canvas);
    bool ok = canvas && canvas_write(canvas, out, err);
    canvas_destroy(canvas);
    return ok;
}

TEST(svg_escapes_and_keeps_text)
{
    struct buffer out = {0};
    struct error err;
    CHECK(draw_svg("<b>\"&'\x01\xff", &out, &err));
    const char *svg = buffer_text(&out);
    CHECK_CONTAINS(svg, "<title>&lt;b&gt;&quot;&amp;&#39; \xef\xbf\xbd</title>");
    CHECK_TEXT(svg_text(svg, 0), "a &lt; b &amp; &#39;c&#39; &gt; &quot;d&quot;");
    CHECK(strncmp(svg, "<svg ", 5) == 0);
    CHECK(out.size > 7 && strcmp(svg + out.size - 7, "</svg>\n") == 0);
    buffer_finish(&out);
}

TEST(svg_has_every_shape_once)
{
    struct buffer out = {0};
    struct error err;
    CHECK(draw_svg("t", &out, &err));
    const char *shapes = svg_group(buffer_text(&out), "shapes");
    CHECK(shapes);
    CHECK_CONTAINS(shapes, "<rect x=\"2\" y=\"3\" width=\"10.5\" height=\"4\" fill=\"#d55e00\"/>");
    CHECK_CONTAINS(shapes, "<polyline points=\"0,30.5 50,30.5\" fill=\"none\" "
                           "stroke=\"#0072b2\" stroke-width=\"1\"/>");
    CHECK_CONTAINS(shapes, "stroke-width=\"1.5\" stroke-dasharray=\"5\"/>");
    CHECK_CONTAINS(shapes, "<polygon points=\"30,10 40,20 20,20\" fill=\"#56b4e9\"/>");
    CHECK_INT(svg_count(shapes, "\n"), 4);
    buffer_finish(&out);
}

TEST(svg_numbers_are_short)
{
    struct error err;
    struct buffer out = {0};
    struct canvas *canvas = canvas_create_svg(10, 10, "t", &err);
    CHECK(canvas);
    canvas_rect(canvas, -0.001, 1.0 / 3, 1e300, 2.999, 0);
    CHECK(canvas_write(canvas, &out, &err));
    canvas_destroy(canvas);
    CHECK_CONTAINS(buffer_text(&out), "x=\"0\" y=\"0.33\" width=\"1000000000\" height=\"3\"");
    buffer_finish(&out);
}

static uint32_t pixel(const struct image *image, int x, int y)
{
    const uint8_t *at = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

TEST(png_shows_the_shapes)
{
    struct buffer out = {0};
    struct image image = {0};
    struct error err;
    CHECK(draw_png(false, &out, &err));
    CHECK(image_decode(out.data, out.size, &image, &err));
    CHECK_INT(image.width, 60);
    CHECK_INT(image.height, 50);
    CHECK_INT(pixel(&image, 3, 4), 0xd55e00);
    CHECK_INT(pixel(&image, 20, 30), 0x0072b2); /* a sharp line: this row and no other */
    CHECK_INT(pixel(&image, 20, 31), 0xffffff);
    CHECK_INT(pixel(&image, 30, 17), 0x56b4e9);
    for (int x = 0; x < 60; x++)
        for (int y = 32; y < 50; y++)
            CHECK_INT(pixel(&image, x, y), 0xffffff); /* where the text would stand */
    image_finish(&image);
    buffer_finish(&out);
}

TEST(png_shows_text)
{
    struct buffer out = {0};
    struct image image = {0};
    struct error err;
    int inked = 0;
    CHECK(draw_png(true, &out, &err));
    CHECK(image_decode(out.data, out.size, &image, &err));
    for (int x = 0; x < 60; x++)
        for (int y = 32; y < 50; y++)
            inked += pixel(&image, x, y) != 0xffffff;
    CHECK(inked > 20);
    image_finish(&image);
    buffer_finish(&out);
}

TEST(pictures_are_appended)
{
    struct buffer out = {0};
    struct error err;
    buffer_append_text(&out, "before");
    CHECK(draw_svg("t", &out, &err));
    CHECK_CONTAINS(buffer_text(&out), "before<svg ");
    buffer_finish(&out);
}

TEST(long_text_ends_in_an_ellipsis)
{
    struct error err;
    struct buffer out = {0};
    struct canvas *canvas = canvas_create_svg(200, 50, "t", &err);
    CHECK(canvas);
    canvas_text_within(canvas, 0, 20, plain, 60, "abcdefghijklmnop");
    canvas_text_within(canvas, 0, 20, plain, 600, "whole");
    canvas_text_within(canvas, 0, 20, plain, 60, "");
    CHECK(canvas_write(canvas, &out, &err));
    canvas_destroy(canvas);
    const char *shown = svg_text(buffer_text(&out), 0);
    CHECK_CONTAINS(shown, "abc");
    CHECK_CONTAINS(shown, "\xe2\x80\xa6");
    CHECK(text_width(shown, plain) <= 60);
    CHECK_TEXT(svg_text(buffer_text(&out), 1), "whole");
    CHECK(!svg_text(buffer_text(&out), 2)); /* nothing is drawn for an empty text */
    buffer_finish(&out);
}

TEST(text_is_cut_between_characters)
{
    const char *umlauts = "\xc3\xa4\xc3\xb6\xc3\xbc";
    struct text_style bold = {.size = 13, .bold = true};
    for (double width = 0; width < 60; width += 0.5)
        CHECK_INT(text_fit(umlauts, plain, width) % 2, 0);
    CHECK_INT(text_fit(umlauts, plain, 1000), 6);
    CHECK_INT(text_fit("abc", plain, 0), 0);
    CHECK(text_width("\xe6\x97\xa5", plain) >= 13); /* square characters */
    CHECK(text_width("abc", bold) > text_width("abc", plain));
    CHECK_NEAR(text_width("\xff", plain), text_width("\xef\xbf\xbd", plain), 1e-9);
}

TEST(too_large_a_picture_is_an_error)
{
    struct error err = {0};
    CHECK(!canvas_create_png(100000, 100000, true, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "cairo can not draw the plot: ");
}

/* With room for the picture already: the lack of memory must be seen before the end. */
static struct buffer roomy(void)
{
    static const char filling[1 << 16];
    struct buffer buffer = {0};
    buffer_append(&buffer, filling, sizeof filling);
    buffer_clear(&buffer);
    return buffer;
}

/* Without memory for a part of it there is no picture at all. */
TEST(no_memory_for_svg)
{
    struct error err;
    struct buffer whole = {0};
    CHECK(draw_svg("a title", &whole, &err));
    long n = 0;
    for (bool done = false; !done; n++) {
        struct buffer out = roomy();
        err.code = ERROR_NONE;
        allocations_until_failure = n;
        done = draw_svg("a title", &out, &err);
        allocations_until_failure = -1;
        CHECK_INT(err.code, done ? ERROR_NONE : ERROR_MEMORY);
        CHECK_INT(out.size, done ? whole.size : 0);
        buffer_finish(&out);
    }
    CHECK(n > 5);
    buffer_finish(&whole);
}

TEST(no_memory_for_png)
{
    struct error err;
    struct buffer whole = {0};
    CHECK(draw_png(true, &whole, &err));
    long n = 0;
    for (bool done = false; !done; n++) {
        struct buffer out = roomy();
        err.code = ERROR_NONE;
        allocations_until_failure = n;
        done = draw_png(true, &out, &err);
        allocations_until_failure = -1;
        CHECK_INT(err.code, done ? ERROR_NONE : ERROR_MEMORY);
        CHECK_INT(out.size, done ? whole.size : 0);
        buffer_finish(&out);
    }
    CHECK(n > 3);
    buffer_finish(&whole);
}

int main(void)
{
    RUN(svg_escapes_and_keeps_text);
    RUN(svg_has_every_shape_once);
    RUN(svg_numbers_are_short);
    RUN(png_shows_the_shapes);
    RUN(png_shows_text);
    RUN(pictures_are_appended);
    RUN(long_text_ends_in_an_ellipsis);
    RUN(text_is_cut_between_characters);
    RUN(too_large_a_picture_is_an_error);
    RUN(no_memory_for_svg);
    RUN(no_memory_for_png);
    canvas_destroy(NULL);
    return check_report();
}
