/* Words on pictures: what is shown of a text, and that it stays where it belongs. Which pixels the
 * letters have depends on the fonts, so they are only counted. */
#include "base/text.h"
#include "check.h"
#include "report/lettering.h"

#include <stdlib.h>

static const struct letters letters = {14, false, {250, 250, 250}};

static const char *fitted(const char *text, int width)
{
    static struct buffer out;
    struct error err;
    buffer_clear(&out);
    if (!letters_fit(text, letters, width, &out, &err))
        return "failed";
    return buffer_text(&out);
}

TEST(what_is_no_text_is_replaced)
{
    CHECK_TEXT(fitted("a\xffz", 500), "a\xef\xbf\xbdz");
    CHECK_TEXT(fitted("a\n\x1b[1m", 500), "a  [1m");
    CHECK_TEXT(fitted("\xe2\x82", 500), "\xef\xbf\xbd\xef\xbf\xbd");
    CHECK_TEXT(fitted("\xe2\x80\xaegpj\xe2\x80\xac.exe", 500), " gpj .exe");
}

TEST(a_text_that_fits_is_whole_and_a_longer_one_loses_its_middle)
{
    const char *name = "normal_20260131_080000_000_and_so_on_and_so_on_2.jpg";
    CHECK_TEXT(fitted(name, 2000), name);
    const char *shorter = fitted(name, 200);
    CHECK(strlen(shorter) < strlen(name));
    CHECK(strncmp(shorter, "normal_", 7) == 0);
    CHECK_CONTAINS(shorter, "\xe2\x80\xa6");
    CHECK_TEXT(shorter + strlen(shorter) - 6, "_2.jpg");
    CHECK_TEXT(fitted(name, 1), "\xe2\x80\xa6");
    CHECK_TEXT(fitted("", 1), "");
}

TEST(a_wider_room_never_shows_less)
{
    size_t before = 0;
    for (int width = 1; width < 400; width += 7) {
        const size_t size = strlen(fitted("normal_20260131_080000_000.jpg", width));
        CHECK(size + 2 >= before); /* the ellipsis has three bytes, a letter one */
        before = size;
    }
}

TEST(characters_of_many_bytes_stay_whole)
{
    char text[400] = "";
    for (int i = 0; i < 60; i++)
        strcat(text, i % 2 ? "\xe2\x82\xac" : "\xf0\x9f\x92\xa7");
    for (int width = 0; width < 300; width += 13) {
        char copy[512];
        snprintf(copy, sizeof copy, "%s", fitted(text, width));
        struct buffer clean = {0};
        text_append_plain(&clean, copy);
        const bool same = strcmp(buffer_text(&clean), copy) == 0;
        buffer_finish(&clean);
        CHECK(same); /* still UTF-8 */
    }
}

enum { WIDTH = 120, HEIGHT = 40 };
static uint8_t pixels[WIDTH * HEIGHT * 3];
static struct picture canvas = {WIDTH, HEIGHT, pixels};

/* Draws and gives the box of what changed; x = -1 when nothing did. */
static struct rect drawn(int x, int y, int width, enum letters_anchor anchor, const char *text)
{
    struct error err;
    int left = WIDTH, top = HEIGHT, right = -1, bottom = -1;
    memset(pixels, 10, sizeof pixels);
    if (!letters_draw(&canvas, x, y, width, anchor, letters, text, &err))
        printf("%s\n", err.message);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        if (pixels[3 * i] == 10)
            continue;
        left = i % WIDTH < left ? i % WIDTH : left;
        right = i % WIDTH > right ? i % WIDTH : right;
        top = i / WIDTH < top ? i / WIDTH : top;
        bottom = i / WIDTH > bottom ? i / WIDTH : bottom;
    }
    if (right < 0)
        return (struct rect){-1, -1, 0, 0};
    return (struct rect){left, top, right - left + 1, bottom - top + 1};
}

TEST(letters_stand_in_their_line_and_where_they_are_anchored)
{
    struct rect box = drawn(10, 5, 100, LETTERS_LEFT, "|gpq\xc3\x84|");
    CHECK(box.x >= 10 && box.x < 14);
    CHECK(box.y >= 5 && box.y + box.height <= 5 + letters_height(14));
    box = drawn(10, 5, 100, LETTERS_RIGHT, "|gpq|");
    CHECK(box.x + box.width <= 110 && box.x + box.width > 105);
    box = drawn(10, 5, 100, LETTERS_MIDDLE, "|gpq|");
    CHECK_NEAR(box.x + box.width / 2.0, 60, 4);
    box = drawn(10, 5, 100, LETTERS_RIGHT, "a name that is much too long for its room.jpg");
    CHECK(box.x >= 10 && box.x + box.width <= 110);
}

TEST(letters_outside_of_the_picture_leave_no_trace)
{
    CHECK_INT(drawn(WIDTH, 0, 100, LETTERS_LEFT, "text").x, -1);
    CHECK_INT(drawn(0, HEIGHT, 100, LETTERS_LEFT, "text").x, -1);
    CHECK_INT(drawn(-200, -50, 100, LETTERS_LEFT, "text").x, -1);
    CHECK_INT(drawn(0, 0, 0, LETTERS_LEFT, "text").x, -1);
    CHECK_INT(drawn(0, 0, -5, LETTERS_LEFT, "text").x, -1);
    CHECK_INT(drawn(0, 0, 100, LETTERS_LEFT, "").x, -1);
    CHECK(drawn(WIDTH - 5, HEIGHT - 12, 100, LETTERS_LEFT, "WWW").x >= 0); /* half inside */
}

TEST(a_room_that_cairo_has_no_memory_for_is_an_error)
{
    struct error err = {0};
    CHECK(!letters_draw(&canvas, 0, 0, 2000000000, LETTERS_LEFT, letters, "text", &err));
    CHECK(err.code == ERROR_MEMORY || err.code == ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "words on a picture");
}

int main(void)
{
    RUN(what_is_no_text_is_replaced);
    RUN(a_text_that_fits_is_whole_and_a_longer_one_loses_its_middle);
    RUN(a_wider_room_never_shows_less);
    RUN(characters_of_many_bytes_stay_whole);
    RUN(letters_stand_in_their_line_and_where_they_are_anchored);
    RUN(letters_outside_of_the_picture_leave_no_trace);
    RUN(a_room_that_cairo_has_no_memory_for_is_an_error);
    return check_report();
}
