/* Text from outside to values: what is taken, and above all what is not. */
#include "base/parse.h"
#include "check.h"

TEST(int_takes_the_whole_text_within_its_range)
{
    int64_t value = 0;
    CHECK(parse_int("42", 0, 100, &value));
    CHECK_INT(value, 42);
    CHECK(parse_int("-7", -7, 0, &value));
    CHECK_INT(value, -7);
    CHECK(parse_int("+007", 0, 10, &value));
    CHECK_INT(value, 7);
    CHECK(parse_int("9223372036854775807", 0, INT64_MAX, &value));
    CHECK(value == INT64_MAX);
}

TEST(int_refuses_the_rest_and_leaves_the_value)
{
    static const char *const texts[] = {"",
                                        "-",
                                        "+",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "1e3",
                                        "0x10",
                                        "abc",
                                        "--1",
                                        "101",
                                        "-1",
                                        "1\n",
                                        "9223372036854775808",
                                        "٣",
                                        "1,0",
                                        "1_0",
                                        "+-1",
                                        "99999999999999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t value = 5;
        if (parse_int(texts[i], 0, 100, &value))
            CHECK_FAIL("\"%s\" was taken as an integer", texts[i]);
        CHECK_INT(value, 5);
    }
}

TEST(double_takes_decimal_numbers)
{
    static const struct {
        const char *text;
        double value;
    } rows[] = {{"1.5", 1.5},   {"-0.25", -0.25}, {".5", 0.5}, {"5.", 5},
                {"1e-3", 1e-3}, {"+2E+2", 200},   {"0", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double value = -1;
        CHECK(parse_double(rows[i].text, -1000, 1000, &value));
        CHECK_NEAR(value, rows[i].value, 0);
    }
}

TEST(double_refuses_the_rest_and_leaves_the_value)
{
    static const char *const texts[] = {"",     ".",    "e5",   "1e",       "1e+", "nan",  "inf",
                                        "-inf", "0x1",  "1,5",  "1.5 ",     " 1",  "1.5f", "1e999",
                                        "1001", "-1.1", "1..2", "infinity", "1d3"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 5;
        if (parse_double(texts[i], -1, 1000, &value))
            CHECK_FAIL("\"%s\" was taken as a number", texts[i]);
        CHECK_NEAR(value, 5, 0);
    }
}

TEST(bool_takes_the_words_people_write)
{
    bool value = false;
    CHECK(parse_bool("True", &value) && value);
    CHECK(parse_bool("OFF", &value) && !value);
    CHECK(parse_bool("yes", &value) && value);
    CHECK(parse_bool("no", &value) && !value);
    value = true;
    CHECK(!parse_bool("1", &value) && value);
    CHECK(!parse_bool("", &value) && !parse_bool("yess", &value) && !parse_bool("ye", &value));
}

TEST(size_takes_two_sides)
{
    int width = 0, height = 0;
    CHECK(parse_size("1280x720", &width, &height));
    CHECK_INT(width, 1280);
    CHECK_INT(height, 720);
    static const char *const texts[] = {"",           "1280",       "x720",      "1280x",
                                        "0x720",      "-1x10",      "1280X720",  "1280x16385",
                                        "1280x720x3", "12345678x1", "1280 x 720"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (parse_size(texts[i], &width, &height))
            CHECK_FAIL("\"%s\" was taken as a size", texts[i]);
        CHECK_INT(width, 1280);
        CHECK_INT(height, 720);
    }
}

TEST(time_knows_offsets_and_leap_days)
{
    static const struct {
        const char *text;
        int64_t utc_ms;
    } rows[] = {{"1970-01-01T00:00:00Z", 0},
                {"2000-01-01T00:00:00", INT64_C(946684800000)},
                {"2000-02-29T12:00:00.250Z", INT64_C(951825600250)},
                {"2026-01-31T08:00:00+02:00", INT64_C(1769839200000)},
                {"2026-01-31 08:00:00-00:30", INT64_C(1769848200000)},
                {"2038-01-19T03:14:08Z", INT64_C(2147483648000)}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t utc_ms = -1;
        if (!parse_time_utc_ms(rows[i].text, &utc_ms))
            CHECK_FAIL("\"%s\" was refused", rows[i].text);
        CHECK_INT(utc_ms, rows[i].utc_ms);
    }
}

TEST(time_refuses_days_that_are_not)
{
    static const char *const texts[] = {"",
                                        "2026-01-31",
                                        "2026-02-29T00:00:00Z",
                                        "2100-02-29T00:00:00Z",
                                        "2026-13-01T00:00:00Z",
                                        "2026-00-01T00:00:00Z",
                                        "2026-01-32T00:00:00Z",
                                        "2026-01-01T24:00:00Z",
                                        "2026-01-01T00:60:00Z",
                                        "2026-01-01T00:00:60Z",
                                        "2026-01-01T00:00:00.1Z",
                                        "2026-01-01T00:00:00+2:00",
                                        "2026-01-01T00:00:00+02:00x",
                                        "2026-01-01T00:00:00Zx",
                                        "1969-12-31T23:59:59Z",
                                        " 2026-01-01T00:00:00Z"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t utc_ms = -5;
        if (parse_time_utc_ms(texts[i], &utc_ms))
            CHECK_FAIL("\"%s\" was taken as a time", texts[i]);
        CHECK_INT(utc_ms, -5);
    }
}

TEST(comparison_ignores_ascii_case_only)
{
    CHECK(parse_equal_ignoring_case("Monitor", "mONITOR"));
    CHECK(!parse_equal_ignoring_case("monitor", "monitors"));
    CHECK(!parse_equal_ignoring_case("ä", "Ä"));
    CHECK(!parse_equal_ignoring_case("@", "`"));
    CHECK(parse_equal_ignoring_case("", ""));
}

TEST(edit_distance_is_levenshtein)
{
    CHECK_INT(parse_edit_distance("kitten", "sitting"), 3);
    CHECK_INT(parse_edit_distance("", "abc"), 3);
    CHECK_INT(parse_edit_distance("abc", ""), 3);
    CHECK_INT(parse_edit_distance("same", "same"), 0);
    char a[200], b[200];
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    a[199] = b[199] = '\0';
    b[100] = 'y';
    CHECK_INT(parse_edit_distance(a, b), 0);
    b[10] = 'y';
    CHECK_INT(parse_edit_distance(a, b), 1);
}

int main(void)
{
    RUN(int_takes_the_whole_text_within_its_range);
    RUN(int_refuses_the_rest_and_leaves_the_value);
    RUN(double_takes_decimal_numbers);
    RUN(double_refuses_the_rest_and_leaves_the_value);
    RUN(bool_takes_the_words_people_write);
    RUN(size_takes_two_sides);
    RUN(time_knows_offsets_and_leap_days);
    RUN(time_refuses_days_that_are_not);
    RUN(comparison_ignores_ascii_case_only);
    RUN(edit_distance_is_levenshtein);
    return check_report();
}
