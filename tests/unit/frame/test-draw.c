/* Colour maps, outlines and panels. */
#include "check.h"

#include "frame/draw.h"

#include <stdlib.h>

enum { WIDTH = 20, HEIGHT = 12 };

static const uint8_t red[3] = {255, 0, 0};

static int count_painted(const uint8_t *rgb)
{
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        count += rgb[i * 3] == 255;
    return count;
}

static bool is_painted(const uint8_t *rgb, int x, int y)
{
    return rgb[(y * WIDTH + x) * 3] == 255;
}

TEST(inferno_runs_from_black_to_pale_yellow_and_never_darkens)
{
    uint8_t rgb[3];
    color_map_lookup(COLOR_MAP_INFERNO, 0.0f, rgb);
    CHECK_INT(rgb[0], 0);
    CHECK_INT(rgb[2], 4);
    color_map_lookup(COLOR_MAP_INFERNO, 1.0f, rgb);
    CHECK_INT(rgb[0], 252);
    CHECK_INT(rgb[1], 255);
    CHECK_INT(rgb[2], 164);
    double before = -1.0;
    for (int i = 0; i < 256; i++) {
        color_map_lookup(COLOR_MAP_INFERNO, (float)i / 255.0f, rgb);
        const double luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        CHECK(luma >= before - 0.8); /* steps of 8 bits wobble a little */
        before = luma;
    }
}

TEST(jet_runs_from_blue_over_green_to_red)
{
    uint8_t rgb[3];
    color_map_lookup(COLOR_MAP_JET, 0.0f, rgb);
    CHECK_INT(rgb[0], 0);
    CHECK_INT(rgb[2], 128);
    color_map_lookup(COLOR_MAP_JET, 0.5f, rgb);
    CHECK_INT(rgb[1], 255);
    CHECK_INT(rgb[0], rgb[2]);
    color_map_lookup(COLOR_MAP_JET, 1.0f, rgb);
    CHECK_INT(rgb[0], 128);
    CHECK_INT(rgb[2], 0);
}

TEST(values_outside_of_the_scale_are_clamped)
{
    uint8_t low[3], high[3], rgb[3];
    for (int map = COLOR_MAP_INFERNO; map <= COLOR_MAP_JET; map++) {
        color_map_lookup((enum color_map)map, 0.0f, low);
        color_map_lookup((enum color_map)map, 1.0f, high);
        color_map_lookup((enum color_map)map, -3.0f, rgb);
        CHECK(memcmp(rgb, low, 3) == 0);
        color_map_lookup((enum color_map)map, NAN, rgb);
        CHECK(memcmp(rgb, low, 3) == 0);
        color_map_lookup((enum color_map)map, INFINITY, rgb);
        CHECK(memcmp(rgb, high, 3) == 0);
    }
}

TEST(heat_map_is_scaled)
{
    static const float map[] = {0.0f, 1.0f, 2.0f, 9.0f};
    uint8_t rgb[12], half[3];
    draw_heat_map(map, 2, 2, 2.0f, COLOR_MAP_INFERNO, rgb);
    color_map_lookup(COLOR_MAP_INFERNO, 0.5f, half);
    CHECK_INT(rgb[2], 4);
    CHECK(memcmp(rgb + 3, half, 3) == 0);
    CHECK_INT(rgb[6], 252);
    CHECK_INT(rgb[9], 252);
    draw_heat_map(map, 2, 2, 0.0f, COLOR_MAP_INFERNO, rgb); /* no scale: all at the bottom */
    CHECK_INT(rgb[9], 0);
}

TEST(color_bar_holds_every_value_from_left_to_right)
{
    static uint8_t rgb[300 * 4 * 3];
    for (int map = COLOR_MAP_INFERNO; map <= COLOR_MAP_JET; map++) {
        memset(rgb, 7, sizeof rgb);
        draw_color_bar(rgb, 300, 4, (struct rect){20, 1, 256, 2}, (enum color_map)map);
        for (int i = 0; i < 256; i++) {
            uint8_t wanted[3];
            color_map_lookup((enum color_map)map, (float)i / 255.0f, wanted);
            CHECK(memcmp(rgb + 3 * (300 + 20 + i), wanted, 3) == 0);
            CHECK(memcmp(rgb + 3 * (600 + 20 + i), wanted, 3) == 0);
        }
        CHECK_INT(rgb[3 * 20], 7); /* above it, below it, beside it */
        CHECK_INT(rgb[3 * (900 + 20)], 7);
        CHECK_INT(rgb[3 * (300 + 19)], 7);
        CHECK_INT(rgb[3 * (300 + 276)], 7);
    }
}

TEST(color_bar_is_clipped)
{
    uint8_t rgb[WIDTH * HEIGHT * 3] = {0};
    int touched = 0;
    draw_color_bar(rgb, WIDTH, HEIGHT, (struct rect){WIDTH - 1, HEIGHT - 1, 5, 5}, COLOR_MAP_JET);
    draw_color_bar(rgb, WIDTH, HEIGHT, (struct rect){INT32_MAX - 2, 0, 5, 5}, COLOR_MAP_JET);
    draw_color_bar(rgb, WIDTH, HEIGHT, (struct rect){0, 0, 1, 0}, COLOR_MAP_JET);
    draw_color_bar(rgb, WIDTH, HEIGHT, (struct rect){-9, -9, 3, 3}, COLOR_MAP_JET);
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        touched += rgb[i] != 0;
    CHECK_INT(touched, 1); /* the blue of the last pixel, where jet begins */
    CHECK_INT(rgb[WIDTH * HEIGHT * 3 - 1], 128);
}

TEST(outline_lies_inside_of_its_rectangle)
{
    uint8_t rgb[WIDTH * HEIGHT * 3] = {0};
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){3, 2, 8, 6}, 2, red);
    CHECK_INT(count_painted(rgb), 8 * 6 - 4 * 2);
    CHECK(is_painted(rgb, 3, 2) && is_painted(rgb, 10, 7) && is_painted(rgb, 4, 4));
    CHECK(!is_painted(rgb, 5, 4) && !is_painted(rgb, 11, 7) && !is_painted(rgb, 2, 2));
}

TEST(outline_thicker_than_its_rectangle_fills_it)
{
    uint8_t rgb[WIDTH * HEIGHT * 3] = {0};
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){3, 2, 4, 5}, 50, red);
    CHECK_INT(count_painted(rgb), 20);
}

TEST(outline_is_clipped)
{
    uint8_t rgb[WIDTH * HEIGHT * 3] = {0};
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){-5, -5, 10, 10}, 1, red);
    CHECK_INT(count_painted(rgb), 9);
    memset(rgb, 0, sizeof rgb);
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){-100, -100, 50, 50}, 3, red);
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){INT32_MAX - 5, 0, 50, 50}, 3, red);
    draw_rect(rgb, WIDTH, HEIGHT, (struct rect){2, 2, 0, 0}, 3, red);
    CHECK_INT(count_painted(rgb), 0);
}

TEST(picture_is_copied_and_clipped)
{
    static uint8_t rgb[WIDTH * HEIGHT * 3], picture[5 * 4 * 3];
    memset(picture, 255, sizeof picture);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, 2, 3);
    CHECK_INT(count_painted(rgb), 20);
    CHECK(is_painted(rgb, 2, 3) && is_painted(rgb, 6, 6) && !is_painted(rgb, 7, 6));
    memset(rgb, 0, sizeof rgb);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, -3, -2);
    CHECK_INT(count_painted(rgb), 4);
    memset(rgb, 0, sizeof rgb);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, WIDTH - 1, HEIGHT - 1);
    CHECK_INT(count_painted(rgb), 1);
    memset(rgb, 0, sizeof rgb);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, WIDTH, 0);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, 0, -4);
    draw_picture(rgb, WIDTH, HEIGHT, picture, 5, 4, -5, 0);
    CHECK_INT(count_painted(rgb), 0);
}

/* A box of a picture of 80x60 px in a copy of half its size. */
TEST(marks_lie_around_what_they_frame)
{
    static uint8_t rgb[40 * 30 * 3];
    const struct rect box = {40, 30, 20, 16};
    memset(rgb, 100, sizeof rgb);
    draw_marks(rgb, 40, 30, &box, 1, 80, 60);
    const uint8_t *inside = rgb + 3 * (19 * 40 + 25), *frame = rgb + 3 * (19 * 40 + 18);
    const uint8_t *edge = rgb + 3 * (19 * 40 + 17);
    CHECK_INT(inside[0], 100);
    CHECK_INT(frame[0], 255);
    CHECK_INT(frame[1], 176);
    CHECK_INT(frame[2], 0);
    CHECK_INT(edge[0], 0);
    CHECK_INT(rgb[0], 100);
}

int main(void)
{
    RUN(inferno_runs_from_black_to_pale_yellow_and_never_darkens);
    RUN(jet_runs_from_blue_over_green_to_red);
    RUN(values_outside_of_the_scale_are_clamped);
    RUN(heat_map_is_scaled);
    RUN(color_bar_holds_every_value_from_left_to_right);
    RUN(color_bar_is_clipped);
    RUN(outline_lies_inside_of_its_rectangle);
    RUN(outline_thicker_than_its_rectangle_fills_it);
    RUN(outline_is_clipped);
    RUN(picture_is_copied_and_clipped);
    RUN(marks_lie_around_what_they_frame);
    return check_report();
}
