/* The limits of what is dark, bright, blurred and identical, on pictures at either side of them. */
#include "check.h"
#include "frame/quality.h"

enum { WIDTH = 16, HEIGHT = 8, BYTES = 3 * WIDTH * HEIGHT };

static uint8_t picture[BYTES], other[BYTES];

static struct quality quality_of_level(int level)
{
    memset(picture, level, sizeof picture);
    return quality_measure(picture, WIDTH, HEIGHT);
}

TEST(brightness_has_two_limits)
{
    CHECK(quality_is_dark(quality_of_level(19)));
    CHECK(!quality_is_dark(quality_of_level(20)));
    CHECK(!quality_is_bright(quality_of_level(235)));
    CHECK(quality_is_bright(quality_of_level(236)));
}

TEST(a_picture_with_weaker_edges_is_blurred)
{
    memset(picture, 100, sizeof picture);
    for (int y = 0; y < HEIGHT; y++)
        memset(picture + 3 * (y * WIDTH + WIDTH / 2), 200, 3);
    struct quality sharp = quality_measure(picture, WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        memset(picture + 3 * (y * WIDTH + WIDTH / 2), 150, 3);
    struct quality soft = quality_measure(picture, WIDTH, HEIGHT);
    CHECK_NEAR(soft.sharpness / sharp.sharpness, 0.25, 1e-9);
    CHECK(quality_is_blurred(soft, sharp.sharpness));
    CHECK(!quality_is_blurred(sharp, sharp.sharpness));
    CHECK(!quality_is_blurred(soft, 0.0));
}

TEST(one_grey_level_in_fifty_bytes_is_no_noise)
{
    memset(picture, 100, sizeof picture);
    memcpy(other, picture, sizeof other);
    CHECK(quality_is_identical(quality_difference(picture, other, WIDTH, HEIGHT)));
    for (int i = 0; i < BYTES / 50; i++) /* 7 of 384 bytes: 0.018 */
        other[i]++;
    CHECK(quality_is_identical(quality_difference(picture, other, WIDTH, HEIGHT)));
    other[BYTES - 1]++; /* 0.021 */
    CHECK(!quality_is_identical(quality_difference(picture, other, WIDTH, HEIGHT)));
}

int main(void)
{
    RUN(brightness_has_two_limits);
    RUN(a_picture_with_weaker_edges_is_blurred);
    RUN(one_grey_level_in_fifty_bytes_is_no_noise);
    return check_report();
}
