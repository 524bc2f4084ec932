/* Ticks at round numbers, and numbers as people write them. */
#include "report/plot_ticks.h"

#include "check.h"

static const char *number(double value)
{
    static char text[NUMBER_TEXT_SIZE];
    number_format(value, text);
    return text;
}

/* All ticks of an axis in one line. */
static const char *axis(double low, double high, int most)
{
    static char line[512];
    struct ticks ticks;
    ticks_choose(low, high, most, &ticks);
    size_t used = 0;
    line[0] = '\0';
    for (int i = 0; i < ticks.count && used < sizeof line; i++) {
        char text[NUMBER_TEXT_SIZE];
        tick_format(&ticks, i, text);
        used += (size_t)snprintf(line + used, sizeof line - used, i ? " %s" : "%s", text);
    }
    return line;
}

TEST(numbers_have_three_digits)
{
    CHECK_TEXT(number(0.00419999), "0.0042");
    CHECK_TEXT(number(4.2e-5), "4.2e-5");
    CHECK_TEXT(number(1e-9), "1e-9");
    CHECK_TEXT(number(0.0001), "0.0001");
    CHECK_TEXT(number(0.00009999), "0.0001"); /* rounded first, then judged */
    CHECK_TEXT(number(0), "0");
    CHECK_TEXT(number(1), "1");
    CHECK_TEXT(number(-0.5), "-0.5");
    CHECK_TEXT(number(99.95), "100");
    CHECK_TEXT(number(999.6), "1,000");
    CHECK_TEXT(number(12345.4), "12,345");
    CHECK_TEXT(number(1234567), "1.23e6");
    CHECK_TEXT(number(1e300), "1e300");
    CHECK_TEXT(number(-1.5e-300), "-1.5e-300");
}

TEST(numbers_that_are_none)
{
    CHECK_TEXT(number(NAN), "nan");
    CHECK_TEXT(number(INFINITY), "inf");
    CHECK_TEXT(number(-INFINITY), "-inf");
}

TEST(counts_are_grouped)
{
    char text[NUMBER_TEXT_SIZE];
    const struct {
        int64_t count;
        const char *text;
    } rows[] = {{0, "0"},
                {999, "999"},
                {1000, "1,000"},
                {-1000, "-1,000"},
                {-999, "-999"},
                {100000, "100,000"},
                {INT64_MAX, "9,223,372,036,854,775,807"},
                {INT64_MIN, "-9,223,372,036,854,775,808"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        count_format(rows[i].count, text);
        CHECK_TEXT(text, rows[i].text);
    }
}

TEST(nice_numbers)
{
    CHECK_NEAR(nice_number(1.3, false), 1, 0);
    CHECK_NEAR(nice_number(1.5, false), 2, 0);
    CHECK_NEAR(nice_number(3.3, false), 5, 0);
    CHECK_NEAR(nice_number(8, false), 10, 0);
    CHECK_NEAR(nice_number(1.01, true), 2, 0);
    CHECK_NEAR(nice_number(2, true), 2, 0);
    CHECK_NEAR(nice_number(0.0021, true), 0.005, 1e-15);
    CHECK_NEAR(nice_number(0.05, true), 0.05, 1e-15);
    CHECK_NEAR(nice_number(7e-9, true), 1e-8, 1e-20);
}

TEST(ticks_are_round)
{
    CHECK_TEXT(axis(0, 1, 6), "0 0.2 0.4 0.6 0.8 1.0");
    CHECK_TEXT(axis(0.0013, 0.0094, 6), "0.002 0.004 0.006 0.008");
    CHECK_TEXT(axis(0, 3.2e-5, 8), "0 0.5e-5 1.0e-5 1.5e-5 2.0e-5 2.5e-5 3.0e-5");
    CHECK_TEXT(axis(0, 4e-9, 5), "0 1e-9 2e-9 3e-9 4e-9");
    CHECK_TEXT(axis(0, 100000, 6), "0 20,000 40,000 60,000 80,000 100,000");
    CHECK_TEXT(axis(-2, 2, 5), "-2 -1 0 1 2");
    CHECK_TEXT(axis(0, 3e12, 4), "0 1e12 2e12 3e12");
    CHECK_TEXT(axis(0.00419, 0.00421, 5), "0.004190 0.004195 0.004200 0.004205 0.004210");
}

TEST(ticks_stay_inside_and_few)
{
    for (int most = 3; most < 12; most++)
        for (double low = -3.7; low < 5; low += 0.31)
            for (double width = 1e-7; width < 1e7; width *= 1.7) {
                struct ticks ticks;
                ticks_choose(low, low + width, most, &ticks);
                CHECK(ticks.count >= 1 && ticks.count <= most);
                double slack = 2e-6 * ticks.step;
                CHECK(tick_value(&ticks, 0) >= low - slack);
                CHECK(tick_value(&ticks, ticks.count - 1) <= low + width + slack);
            }
}

TEST(whole_ticks_have_whole_steps)
{
    struct ticks ticks;
    ticks_choose_whole(1, 6, &ticks);
    CHECK_INT(ticks.count, 2);
    CHECK_NEAR(tick_value(&ticks, 1), 1, 0);
    ticks_choose_whole(100000, 6, &ticks);
    CHECK_NEAR(ticks.step, 20000, 0);
}

static const char *pair(double value, double limit)
{
    static char line[2 * NUMBER_TEXT_SIZE + 2];
    char value_text[NUMBER_TEXT_SIZE], limit_text[NUMBER_TEXT_SIZE];
    number_format_pair(value, limit, value_text, limit_text);
    snprintf(line, sizeof line, "%s %s", value_text, limit_text);
    return line;
}

TEST(a_number_beside_its_limit_is_written_as_that_is)
{
    CHECK_TEXT(pair(9.773e-5, 1.392e-4), "0.0000977 0.000139");
    CHECK_TEXT(pair(4.2e-5, 3e-5), "4.2e-5 3e-5");
    CHECK_TEXT(pair(0.03, 0.02), "0.03 0.02");
    CHECK_TEXT(pair(0, 0.000139), "0 0.000139");
    CHECK_TEXT(pair(1e-30, 1e308), "1e-30 1e308");
    CHECK_TEXT(pair(NAN, -INFINITY), "nan -inf");
}

TEST(nearly_a_tie_has_the_digits_that_tell)
{
    CHECK_TEXT(pair(0.015092, 0.01511), "0.01509 0.01511");
    CHECK_TEXT(pair(59.04, 59), "59.04 59");
    CHECK_TEXT(pair(1234.6, 1234.7), "1234.6 1234.7");
    CHECK_TEXT(pair(0.02, 0.02), "0.02 0.02");
    CHECK_TEXT(pair(1, 1 + 1e-12), "1 1");
}

int main(void)
{
    RUN(numbers_have_three_digits);
    RUN(numbers_that_are_none);
    RUN(counts_are_grouped);
    RUN(nice_numbers);
    RUN(ticks_are_round);
    RUN(ticks_stay_inside_and_few);
    RUN(whole_ticks_have_whole_steps);
    RUN(a_number_beside_its_limit_is_written_as_that_is);
    RUN(nearly_a_tie_has_the_digits_that_tell);
    return check_report();
}
