/* Axes: where they end, where numbers stand, whatever is to be shown. */
#include "report/plot_axis.h"

#include "check.h"

static const double automatic[2] = {NAN, NAN};

/* "0.01 0.02 . . 0.05": numbers, and a dot for each mark without one. */
static const char *ticks_of(const struct axis *axis, int most)
{
    static char text[4096];
    struct axis_tick ticks[AXIS_TICKS_MAX];
    size_t used = 0;
    int count = axis_ticks(axis, most, ticks);
    text[0] = '\0';
    for (int i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " " : "",
                                 ticks[i].text[0] ? ticks[i].text : ".");
    return text;
}

TEST(an_even_axis_begins_at_0_and_ends_beyond_the_last)
{
    struct axis axis = axis_choose(false, 3, 50, automatic);
    CHECK_NEAR(axis.low, 0, 0);
    CHECK(axis.high > 50 && axis.high < 55);
    CHECK_NEAR(axis_share(&axis, 0), 0, 0);
    CHECK_NEAR(axis_share(&axis, axis.high), 1, 1e-12);
    CHECK_TEXT(ticks_of(&axis, 7), "0 10 20 30 40 50");
    axis = axis_choose(false, -3, 50, automatic);
    CHECK_NEAR(axis.low, -3, 0);
}

TEST(a_logarithmic_axis_has_round_ends)
{
    struct axis axis = axis_choose(true, 0.016, 0.8, automatic);
    CHECK_NEAR(axis.low, 0.01, 1e-9);
    CHECK_NEAR(axis.high, 1, 1e-9);
    CHECK_NEAR(axis_share(&axis, 0.1), 0.5, 1e-9);
    CHECK_NEAR(axis_value(&axis, 0.5), 0.1, 1e-9);
    CHECK_TEXT(ticks_of(&axis, 10), "0.01 0.02 . . 0.05 . . . . 0.1 0.2 . . 0.5 . . . . 1");
    CHECK_TEXT(ticks_of(&axis, 4), "0.01 . . . . . . . . 0.1 . . . . . . . . 1");
}

TEST(eight_decades_are_shown_and_their_numbers_have_room)
{
    struct axis axis = axis_choose(true, 1e-30, 1, automatic);
    struct axis_tick ticks[AXIS_TICKS_MAX];
    int count = axis_ticks(&axis, 5, ticks), numbered = 0;
    for (int i = 0; i < count; i++)
        numbered += ticks[i].text[0] != '\0';
    CHECK(axis.low >= 1e-9 && axis.high <= 10);
    CHECK(count > 8 * 8 && count <= AXIS_TICKS_MAX);
    CHECK(numbered >= 3 && numbered <= 5);
}

TEST(fixed_ends_are_kept)
{
    const double both[2] = {0.5, 30}, low[2] = {100, NAN}, high[2] = {NAN, 2};
    struct axis axis = axis_choose(true, 0.001, 0.8, both);
    CHECK_NEAR(axis.low, 0.5, 0);
    CHECK_NEAR(axis.high, 30, 0);
    axis = axis_choose(false, 0, 7, low); /* beyond all data */
    CHECK_NEAR(axis.low, 100, 0);
    CHECK(axis.high > 100);
    axis = axis_choose(true, 5, 7, high);
    CHECK_NEAR(axis.high, 2, 0);
    CHECK(axis.low > 0 && axis.low < 2);
}

TEST(an_axis_has_a_length_whatever_is_shown)
{
    static const double rows[][2] = {{NAN, NAN},    {0, 0},        {5, 5},        {1e-300, 1e-300},
                                     {-5, -5},      {1e-80, 1e80}, {-1e99, 1e99}, {INFINITY, 1},
                                     {1, INFINITY}, {1e100, 1e100}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int logarithmic = 0; logarithmic <= 1; logarithmic++) {
            struct axis axis = axis_choose(logarithmic, rows[i][0], rows[i][1], automatic);
            struct axis_tick ticks[AXIS_TICKS_MAX];
            CHECK(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
            CHECK(!logarithmic || axis.low > 0);
            int count = axis_ticks(&axis, 10, ticks);
            CHECK(count >= 1 && count <= AXIS_TICKS_MAX);
        }
    }
}

TEST(what_is_not_above_0_has_no_place_on_a_logarithmic_axis)
{
    struct axis axis = axis_choose(true, 0.1, 10, automatic);
    CHECK(axis_share(&axis, 0) < -1);
    CHECK(axis_share(&axis, -7) < -1);
    CHECK(!axis_is_usable(NAN) && !axis_is_usable(INFINITY) && !axis_is_usable(-2e100));
    CHECK(axis_is_usable(0) && axis_is_usable(-1e99));
}

int main(void)
{
    RUN(an_even_axis_begins_at_0_and_ends_beyond_the_last);
    RUN(a_logarithmic_axis_has_round_ends);
    RUN(eight_decades_are_shown_and_their_numbers_have_room);
    RUN(fixed_ends_are_kept);
    RUN(an_axis_has_a_length_whatever_is_shown);
    RUN(what_is_not_above_0_has_no_place_on_a_logarithmic_axis);
    return check_report();
}
