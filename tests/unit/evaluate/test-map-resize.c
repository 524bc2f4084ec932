/* Maps at the size of a picture, worked by hand. */
#include "check.h"

#include "evaluate/map_resize.h"

TEST(the_same_size_is_a_copy)
{
    static const float map[] = {0.1f, 3e7f, -2.0f, 1e-30f, 5.0f, 6.0f};
    float same[6];
    map_resize(map, 3, 2, 3, 2, same);
    CHECK(memcmp(map, same, sizeof map) == 0);
}

/* Centres of four pixels on two: -0.25, 0.25, 0.75, 1.25 of the way from the first to the second.
 */
TEST(twice_as_wide_is_interpolated_between_centres)
{
    static const float map[] = {0.0f, 4.0f}, expected[] = {0, 1, 3, 4};
    float wide[4], high[4];
    map_resize(map, 2, 1, 4, 1, wide);
    map_resize(map, 1, 2, 1, 4, high);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(wide[i], expected[i], 0.0);
        CHECK_NEAR(high[i], expected[i], 0.0);
    }
}

/* Both directions at once: the value of x + 10 y stays one, between the outermost centres. */
TEST(a_slope_stays_a_slope)
{
    float map[4 * 3], large[12 * 6];
    for (int i = 0; i < 12; i++)
        map[i] = (float)(i % 4 + i / 4 * 10);
    map_resize(map, 4, 3, 12, 6, large);
    for (int y = 1; y < 5; y++)
        for (int x = 1; x < 11; x++)
            CHECK_NEAR(large[y * 12 + x], (x + 0.5) / 3 - 0.5 + 10 * ((y + 0.5) / 2 - 0.5), 1e-5);
    CHECK_NEAR(large[0], 0.0, 0.0);
    CHECK_NEAR(large[12 * 6 - 1], 23.0, 0.0);
}

/* One pixel of three lies in the middle of all. */
TEST(shrinking_takes_what_lies_at_the_centre)
{
    static const float map[] = {1, 7, 3};
    float one;
    map_resize(map, 3, 1, 1, 1, &one);
    CHECK_NEAR(one, 7.0, 0.0);
}

TEST(a_single_pixel_fills_everything)
{
    static const float map[] = {2.5f};
    float all[20];
    map_resize(map, 1, 1, 5, 4, all);
    for (int i = 0; i < 20; i++)
        CHECK_NEAR(all[i], 2.5, 0.0);
}

int main(void)
{
    RUN(the_same_size_is_a_copy);
    RUN(twice_as_wide_is_interpolated_between_centres);
    RUN(a_slope_stays_a_slope);
    RUN(shrinking_takes_what_lies_at_the_centre);
    RUN(a_single_pixel_fills_everything);
    return check_report();
}
