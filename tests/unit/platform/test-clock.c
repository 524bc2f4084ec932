/* Clocks, and instants written for people: over both changes of daylight saving time, in zones on
 * both sides of UTC, and far from today.
 */
#include "check.h"
#include "platform/clock.h"

#include <stdlib.h>
#include <time.h>

static const char *local_text(const char *zone, int64_t utc_ms)
{
    static char text[CLOCK_TEXT_SIZE];
    setenv("TZ", zone, 1);
    tzset();
    clock_format_iso8601(utc_ms, false, text);
    return text;
}

TEST(spring_change_skips_an_hour)
{
    /* 2026-03-29 01:00 UTC: Berlin goes from 02:00 to 03:00. */
    const int64_t change_ms = INT64_C(1774746000000);
    CHECK_TEXT(local_text("Europe/Berlin", change_ms - 1), "2026-03-29T01:59:59.999+01:00");
    CHECK_TEXT(local_text("Europe/Berlin", change_ms), "2026-03-29T03:00:00.000+02:00");
}

TEST(autumn_change_repeats_an_hour_with_another_offset)
{
    /* 2026-10-25 01:00 UTC: Berlin goes from 03:00 back to 02:00. */
    const int64_t change_ms = INT64_C(1792890000000);
    CHECK_TEXT(local_text("Europe/Berlin", change_ms - 1800000), "2026-10-25T02:30:00.000+02:00");
    CHECK_TEXT(local_text("Europe/Berlin", change_ms - 1), "2026-10-25T02:59:59.999+02:00");
    CHECK_TEXT(local_text("Europe/Berlin", change_ms), "2026-10-25T02:00:00.000+01:00");
    CHECK_TEXT(local_text("Europe/Berlin", change_ms + 1800000), "2026-10-25T02:30:00.000+01:00");
}

TEST(zones_west_and_with_half_hours)
{
    CHECK_TEXT(local_text("America/St_Johns", 0), "1969-12-31T20:30:00.000-03:30");
    CHECK_TEXT(local_text("Asia/Kolkata", INT64_C(1769839200250)), "2026-01-31T11:30:00.250+05:30");
    CHECK_TEXT(local_text("UTC", INT64_C(1769839200250)), "2026-01-31T06:00:00.250+00:00");
}

TEST(utc_is_independent_of_the_zone)
{
    char text[CLOCK_TEXT_SIZE];
    local_text("Asia/Tokyo", 0);
    clock_format_iso8601(0, true, text);
    CHECK_TEXT(text, "1970-01-01T00:00:00.000Z");
    clock_format_stamp(INT64_C(946684800007), true, text);
    CHECK_TEXT(text, "20000101_000000_007");
    clock_format_stamp(INT64_C(946684800007), false, text);
    CHECK_TEXT(text, "20000101_090000_007");
}

TEST(calendar_agrees_with_the_system_for_four_centuries)
{
    for (int64_t day = -100; day < 146097; day++) {
        char text[CLOCK_TEXT_SIZE], expected[CLOCK_TEXT_SIZE];
        int64_t utc_ms = day * 86400000 + day % 1000;
        time_t utc_s = (time_t)(day * 86400 + (utc_ms - day * 86400000 < 0 ? -1 : 0));
        struct tm tm;
        gmtime_r(&utc_s, &tm);
        size_t length = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &tm);
        snprintf(expected + length, sizeof expected - length, ".%03dZ",
                 (int)(utc_ms - utc_s * 1000));
        clock_format_iso8601(utc_ms, true, text);
        CHECK_TEXT(text, expected);
    }
}

TEST(absurd_instants_stay_within_the_text)
{
    static const int64_t instants[] = {INT64_MAX, INT64_MIN, INT64_C(-62167219200001),
                                       INT64_C(253402300800000)};
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        char text[CLOCK_TEXT_SIZE];
        memset(text, 'x', sizeof text);
        clock_format_iso8601(instants[i], true, text);
        CHECK(memchr(text, '\0', sizeof text) != NULL);
        clock_format_iso8601(instants[i], false, text);
        CHECK(memchr(text, '\0', sizeof text) != NULL);
        clock_format_stamp(instants[i], false, text);
        CHECK(memchr(text, '\0', sizeof text) != NULL);
    }
}

TEST(monotonic_time_passes_while_sleeping)
{
    int64_t start_ns = clock_monotonic_ns();
    clock_sleep_ns(5 * NS_PER_MS);
    int64_t slept_ns = clock_monotonic_ns() - start_ns;
    CHECK(slept_ns >= 5 * NS_PER_MS);
    clock_sleep_ns(0);
    clock_sleep_ns(-NS_PER_SECOND);
    CHECK(clock_monotonic_ns() >= start_ns + slept_ns);
}

TEST(wall_clock_is_unix_time)
{
    int64_t before_ms = (int64_t)time(NULL) * 1000;
    int64_t now_ms = clock_wall_utc_ms();
    CHECK(now_ms >= before_ms - 1000 && now_ms <= before_ms + 10000);
}

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

/* Of a day in a zone: its length, and that its first instant and the one before say so. */
static double hours_of_day(const char *zone, const char *date, bool *ret_bounds)
{
    int64_t day;
    set_zone(zone);
    if (!clock_parse_date(date, &day))
        return -1;
    int64_t from_ms = clock_day_start_utc_ms(day), to_ms = clock_day_start_utc_ms(day + 1);
    char first[CLOCK_TEXT_SIZE], before[CLOCK_TEXT_SIZE];
    clock_format_iso8601(from_ms, false, first);
    clock_format_iso8601(from_ms - 1, false, before);
    *ret_bounds = strncmp(first, date, 10) == 0 && strncmp(before, date, 10) < 0 &&
                  clock_local_day(from_ms) == day && clock_local_day(from_ms - 1) < day &&
                  clock_local_day(to_ms - 1) == day && clock_local_day(to_ms) == day + 1;
    return (double)(to_ms - from_ms) / 3600000.0;
}

TEST(days_have_the_hours_that_their_zone_gives_them)
{
    static const struct {
        const char *zone, *date;
        double hours;
    } rows[] = {{"Europe/Berlin", "2026-03-29", 23},
                {"Europe/Berlin", "2026-10-25", 25},
                {"Europe/Berlin", "2026-01-31", 24},
                {"Europe/Berlin", "2026-10-24", 24},
                {"America/New_York", "2026-03-08", 23},
                {"America/New_York", "2026-11-01", 25},
                {"Australia/Sydney", "2026-10-04", 23},
                {"Australia/Sydney", "2026-04-05", 25},
                {"Australia/Lord_Howe", "2026-10-04", 23.5},
                {"Australia/Lord_Howe", "2026-04-05", 24.5},
                {"Pacific/Chatham", "2026-09-27", 23},
                {"Pacific/Chatham", "2026-04-05", 25},
                {"Asia/Kathmandu", "2026-06-01", 24},
                {"Pacific/Kiritimati", "2026-06-01", 24},
                {"America/Sao_Paulo", "2018-11-04", 23}, /* begins at 01:00 */
                {"America/Sao_Paulo", "2018-02-17", 25}, /* 23:00 comes twice */
                {"America/Havana", "2026-11-01", 25},    /* 00:00 comes twice */
                {"UTC", "2000-02-29", 24}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool bounds = false;
        double hours = hours_of_day(rows[i].zone, rows[i].date, &bounds);
        if (hours != rows[i].hours || !bounds)
            printf("%s %s\n", rows[i].zone, rows[i].date);
        CHECK_NEAR(hours, rows[i].hours, 1e-9);
        CHECK(bounds);
    }
}

TEST(a_day_that_was_left_out_has_no_hours)
{
    bool ignored;
    CHECK_NEAR(hours_of_day("Pacific/Apia", "2011-12-30", &ignored), 0, 0);
    CHECK_NEAR(hours_of_day("Pacific/Apia", "2011-12-29", &ignored), 24, 0);
    CHECK_NEAR(hours_of_day("Pacific/Apia", "2011-12-31", &ignored), 24, 0);
}

TEST(days_do_not_overlap_where_midnight_comes_twice)
{
    int64_t day;
    set_zone("America/St_Johns"); /* until 2011 the clock went from 00:01 back to 23:01 */
    CHECK(clock_parse_date("2006-10-29", &day));
    int64_t start_ms = clock_day_start_utc_ms(day);
    for (int64_t at_ms = start_ms - 7200000; at_ms < start_ms + 7200000; at_ms += 10000)
        CHECK_INT(clock_local_day(at_ms), at_ms < start_ms ? day - 1 : day);
}

TEST(dates_are_read_strictly)
{
    static const char *const wrong[] = {
        "2026-02-30", "yesterday",  "",           "2026-2-3",   "2026-13-01",
        "2026-00-10", "26-01-01",   "2025-02-29", "1969-12-31", "2026-01-31 ",
        " 2026-1-31", "2026/01/31", "2026-01-3x", "20260131",   "2026-01-31T08:00:00Z"};
    int64_t day = -7;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK(!clock_parse_date(wrong[i], &day));
    CHECK_INT(day, -7);
    CHECK(clock_parse_date("1970-01-01", &day));
    CHECK_INT(day, 0);
    CHECK(clock_parse_date("2024-02-29", &day));
    char text[CLOCK_TEXT_SIZE];
    clock_format_date(day, text);
    CHECK_TEXT(text, "2024-02-29");
    CHECK(clock_parse_date("9999-12-31", &day));
    clock_format_date(day, text);
    CHECK_TEXT(text, "9999-12-31");
}

static bool stamp_is(const char *text, int64_t utc_ms, bool utc)
{
    struct clock_stamp stamp;
    return clock_parse_stamp(text, strlen(text), &stamp) && stamp.utc_ms == utc_ms &&
           stamp.utc == utc;
}

TEST(stamps_of_every_writer_are_read)
{
    set_zone("Europe/Berlin");
    CHECK(stamp_is("2026-10-25T02:30:00.000+02:00", INT64_C(1792888200000), false));
    CHECK(stamp_is("2026-10-25T02:30:00.250+01:00", INT64_C(1792891800250), false));
    CHECK(stamp_is("2026-10-25T00:30:00.000Z", INT64_C(1792888200000), true));
    CHECK(stamp_is("2026-10-25T00:30:00Z", INT64_C(1792888200000), true));
    CHECK(stamp_is("2026-10-25T02:30:00.123456+02:00", INT64_C(1792888200123), false));
    CHECK(stamp_is("2026-10-25T02:30:00.5+02:00", INT64_C(1792888200500), false));
    CHECK(stamp_is("2026-10-25T02:30:00", INT64_C(1792888200000), false)); /* the first 02:30 */
    CHECK(stamp_is("2026-10-25T03:30:00", INT64_C(1792895400000), false));
    CHECK(stamp_is("2026-10-26 03:30:00.000001", INT64_C(1792981800000), false));
    CHECK(stamp_is("2026-03-29T03:30:00", INT64_C(1774747800000), false));
    set_zone("Asia/Kathmandu");
    CHECK(stamp_is("2026-01-31T11:45:00", INT64_C(1769839200000), false));
}

TEST(what_is_no_stamp_is_refused)
{
    static const char *const wrong[] = {"",
                                        "2026-10-25",
                                        "2026-10-25T02:30",
                                        "yesterday, at noon…",
                                        "2026-10-25T02:30:00.Z",
                                        "2026-10-25T02:30:00+2:00",
                                        "2026-10-25T02:30:00.000+02:00 or so",
                                        "2026-02-30T02:30:00Z",
                                        "2026-10-25T02:30:00Zulu",
                                        "2026-10-25T25:30:00.000Z"};
    struct clock_stamp stamp = {.utc_ms = 7};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK(!clock_parse_stamp(wrong[i], strlen(wrong[i]), &stamp));
    CHECK(!clock_parse_stamp("2026-10-25T02:30:00\0Z", 21, &stamp));
    CHECK(!clock_parse_stamp("2026-10-25T02:30:00Z", 18, &stamp));
    CHECK_INT(stamp.utc_ms, 7);
}

int main(void)
{
    if (strcmp(local_text("Europe/Berlin", 0), "1970-01-01T01:00:00.000+01:00") != 0) {
        printf("SKIPPED: no time zones on this machine; install tzdata\n");
        return 77;
    }
    RUN(spring_change_skips_an_hour);
    RUN(autumn_change_repeats_an_hour_with_another_offset);
    RUN(zones_west_and_with_half_hours);
    RUN(utc_is_independent_of_the_zone);
    RUN(calendar_agrees_with_the_system_for_four_centuries);
    RUN(absurd_instants_stay_within_the_text);
    RUN(days_have_the_hours_that_their_zone_gives_them);
    RUN(a_day_that_was_left_out_has_no_hours);
    RUN(days_do_not_overlap_where_midnight_comes_twice);
    RUN(dates_are_read_strictly);
    RUN(stamps_of_every_writer_are_read);
    RUN(what_is_no_stamp_is_refused);
    RUN(monotonic_time_passes_while_sleeping);
    RUN(wall_clock_is_unix_time);
    return check_report();
}
