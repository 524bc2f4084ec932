/* Hours of local days of 23, 24, 24.5 and 25 hours, in several zones. */
#include "report/plot_hours.h"

#include "check.h"

#include <stdlib.h>
#include <time.h>

#define HOUR_MS INT64_C(3600000)

/* Midnights in UTC. */
#define BERLIN_WINTER INT64_C(1795302000000) /* 2026-11-22 */
#define BERLIN_SPRING INT64_C(1774738800000) /* 2026-03-29, 23 h */
#define BERLIN_AUTUMN INT64_C(1792879200000) /* 2026-10-25, 25 h */

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

/* The labels in one line; a dot for an hour without. */
static const char *labels(const struct day_hours *hours)
{
    static char line[512];
    size_t used = 0;
    line[0] = '\0';
    for (int i = 0; i < hours->count; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? " " : "",
                                 hours->hours[i].text[0] ? hours->hours[i].text : ".");
    return line;
}

TEST(ordinary_day)
{
    struct day_hours hours;
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    day_hours_find(BERLIN_WINTER, BERLIN_WINTER + 24 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 25);
    CHECK_TEXT(labels(&hours),
               "00:00 . . 03:00 . . 06:00 . . 09:00 . . 12:00 . . 15:00 . . 18:00 . "
               ". 21:00 . . 24:00");
    for (int i = 0; i < 25; i++)
        CHECK_INT(hours.hours[i].utc_ms, BERLIN_WINTER + i * HOUR_MS);
    CHECK_TEXT(hours.note, "local time");
    CHECK_INT(hours.change_utc_ms, 0);
}

TEST(day_of_23_hours)
{
    struct day_hours hours;
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    day_hours_find(BERLIN_SPRING, BERLIN_SPRING + 23 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 24);
    CHECK_TEXT(labels(&hours),
               "00:00 . 03:00 . . 06:00 . . 09:00 . . 12:00 . . 15:00 . . 18:00 . . "
               "21:00 . . 24:00");
    CHECK_TEXT(hours.hours[2].text, "03:00"); /* two hours after midnight */
    CHECK_INT(hours.change_utc_ms, BERLIN_SPRING + 2 * HOUR_MS);
    CHECK_TEXT(hours.note, "local time (at 02:00 the clocks went forward to 03:00)");
}

TEST(day_of_25_hours)
{
    struct day_hours hours;
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    day_hours_find(BERLIN_AUTUMN, BERLIN_AUTUMN + 25 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 26);
    CHECK_TEXT(labels(&hours),
               "00:00 . . . 03:00 . . 06:00 . . 09:00 . . 12:00 . . 15:00 . . 18:00 "
               ". . 21:00 . . 24:00");
    CHECK_INT(hours.change_utc_ms, BERLIN_AUTUMN + 3 * HOUR_MS);
    CHECK_TEXT(hours.note, "local time (at 03:00 the clocks went back to 02:00)");
}

TEST(half_an_hour_of_daylight_saving)
{
    /* Lord Howe Island: 10:30 before UTC, in summer 11:00; back on 2026-04-05 at 02:00. */
    struct day_hours hours;
    int64_t midnight = INT64_C(1775307600000); /* 2026-04-04T13:00:00Z */
    set_zone("LHST-10:30LHDT-11,M10.1.0,M4.1.0/2");
    day_hours_find(midnight, midnight + 24 * HOUR_MS + HOUR_MS / 2, &hours);
    CHECK_TEXT(hours.note, "local time (at 02:00 the clocks went back to 01:30)");
    CHECK_INT(hours.hours[2].utc_ms,
              midnight + 5 * HOUR_MS / 2); /* 02:00, shown after the change */
    CHECK_TEXT(hours.hours[3].text, "03:00");
    CHECK_INT(hours.hours[3].utc_ms, midnight + 7 * HOUR_MS / 2);
    CHECK_TEXT(hours.hours[hours.count - 1].text, "24:00");
}

TEST(clocks_that_change_at_midnight)
{
    /* Paraguay's rule until 2024: forward at 00:00, so the day begins at 01:00. */
    struct day_hours hours;
    int64_t start = INT64_C(1791086400000); /* 2026-10-04T04:00:00Z */
    set_zone("PYT4PYST,M10.1.0/0,M3.4.0/0");
    day_hours_find(start, start + 23 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 24);
    CHECK_TEXT(hours.hours[0].text, "");
    CHECK_TEXT(hours.hours[2].text, "03:00");
    CHECK_TEXT(hours.note, "local time"); /* within the day nothing changes */
    /* Back at 00:00 to 23:00 the evening before: 23:00 comes twice. */
    int64_t autumn = INT64_C(1774062000000); /* 2026-03-21T03:00:00Z */
    day_hours_find(autumn, autumn + 25 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 26);
    CHECK_TEXT(hours.note, "local time (at 00:00 the clocks went back to 23:00)");
    CHECK_TEXT(hours.hours[25].text, "24:00");
}

TEST(zones_of_quarters)
{
    struct day_hours hours;
    int64_t midnight = INT64_C(1795284900000); /* 2026-11-21T18:15:00Z */
    set_zone("NPT-5:45");
    day_hours_find(midnight, midnight + 24 * HOUR_MS, &hours);
    CHECK_INT(hours.count, 25);
    CHECK_INT(hours.hours[0].utc_ms, midnight);
    CHECK_TEXT(hours.hours[24].text, "24:00");
}

TEST(part_of_a_day)
{
    struct day_hours hours;
    set_zone("UTC");
    day_hours_find(BERLIN_WINTER + 1, BERLIN_WINTER + 2 * HOUR_MS, &hours);
    CHECK_TEXT(labels(&hours), "00:00 .");
    day_hours_find(-HOUR_MS - 1, -HOUR_MS + 1, &hours); /* before 1970 */
    CHECK_INT(hours.count, 1);
    CHECK_INT(hours.hours[0].utc_ms, -HOUR_MS);
}

TEST(time_of_day)
{
    char text[HOUR_TEXT_SIZE];
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    hour_format(BERLIN_AUTUMN + 5 * HOUR_MS / 2, text);
    CHECK_TEXT(text, "02:30");
    hour_format(BERLIN_AUTUMN + 7 * HOUR_MS / 2, text);
    CHECK_TEXT(text, "02:30"); /* the second one */
}

int main(void)
{
    RUN(ordinary_day);
    RUN(day_of_23_hours);
    RUN(day_of_25_hours);
    RUN(half_an_hour_of_daylight_saving);
    RUN(clocks_that_change_at_midnight);
    RUN(zones_of_quarters);
    RUN(part_of_a_day);
    RUN(time_of_day);
    return check_report();
}
