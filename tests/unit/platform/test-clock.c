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
    RUN(monotonic_time_passes_while_sleeping);
    RUN(wall_clock_is_unix_time);
    return check_report();
}
