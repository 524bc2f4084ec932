/* The portable half of the clock: instants written for people.
 *
 * The calendar is computed here instead of with gmtime() and localtime(), whose limits, names and
 * thread safety differ by platform; only the offset of the local zone is asked of the platform, at
 * the very instant that is printed, so that the two 02:30 of an autumn night differ in their
 * offset. Where a local day begins is searched with nothing but that offset: zones change their
 * clocks at midnight, by half hours and by whole days, and no rule would know them all.
 */
#include "platform/clock.h"

#include "base/parse.h"
#include "platform/native.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_DAY INT64_C(86400000)

struct calendar {
    int year, month, day, hour, minute, second, millisecond;
};

static int64_t divide_down(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return quotient - (value % divisor < 0);
}

/* Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
static void set_date(struct calendar *calendar, int64_t days)
{
    days += 719468; /* from 1970-01-01 to 0000-03-01, so that leap days end the year */
    int64_t era = divide_down(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    calendar->day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    calendar->month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    calendar->year = (int)(year_of_era + era * 400 + (calendar->month <= 2));
}

static struct calendar calendar_of(int64_t utc_ms, int offset_s)
{
    struct calendar calendar;
    int64_t local_s = divide_down(utc_ms, 1000) + offset_s;
    int64_t days = divide_down(local_s, 86400);
    int second_of_day = (int)(local_s - days * 86400);
    set_date(&calendar, days);
    calendar.hour = second_of_day / 3600;
    calendar.minute = second_of_day / 60 % 60;
    calendar.second = second_of_day % 60;
    calendar.millisecond = (int)((utc_ms % 1000 + 1000) % 1000);
    return calendar;
}

void clock_format_iso8601(int64_t utc_ms, bool utc, char ret_text[CLOCK_TEXT_SIZE])
{
    int offset_s = utc ? 0 : native_utc_offset_s(divide_down(utc_ms, 1000));
    struct calendar c = calendar_of(utc_ms, offset_s);
    char zone[16] = "Z";
    if (!utc) {
        unsigned minutes = (unsigned)(offset_s < 0 ? -offset_s : offset_s) / 60;
        snprintf(zone, sizeof zone, "%c%02u:%02u", offset_s < 0 ? '-' : '+', minutes / 60 % 100,
                 minutes % 60);
    }
    snprintf(ret_text, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s", c.year, c.month,
             c.day, c.hour, c.minute, c.second, c.millisecond, zone);
}

void clock_format_stamp(int64_t utc_ms, bool utc, char ret_text[CLOCK_TEXT_SIZE])
{
    int offset_s = utc ? 0 : native_utc_offset_s(divide_down(utc_ms, 1000));
    struct calendar c = calendar_of(utc_ms, offset_s);
    snprintf(ret_text, CLOCK_TEXT_SIZE, "%04d%02d%02d_%02d%02d%02d_%03d", c.year, c.month, c.day,
             c.hour, c.minute, c.second, c.millisecond);
}

bool clock_parse_date(const char *text, int64_t *ret_day)
{
    char midnight[] = "0000-00-00T00:00:00Z";
    int64_t utc_ms;
    if (strlen(text) != 10)
        return false;
    memcpy(midnight, text, 10);
    if (!parse_time_utc_ms(midnight, &utc_ms))
        return false;
    *ret_day = utc_ms / MS_PER_DAY;
    return true;
}

void clock_format_date(int64_t day, char ret_text[CLOCK_TEXT_SIZE])
{
    struct calendar calendar;
    set_date(&calendar, day);
    snprintf(ret_text, CLOCK_TEXT_SIZE, "%04d-%02d-%02d", calendar.year, calendar.month,
             calendar.day);
}

static int64_t local_day_of_second(int64_t utc_s)
{
    return divide_down(utc_s + native_utc_offset_s(utc_s), 86400);
}

int64_t clock_local_day(int64_t utc_ms)
{
    /* Not the calendar alone: an hour may repeat over midnight, and days must not overlap. */
    int64_t day = local_day_of_second(divide_down(utc_ms, 1000));
    if (utc_ms < clock_day_start_utc_ms(day))
        return day - 1;
    while (utc_ms >= clock_day_start_utc_ms(day + 1))
        day++;
    return day;
}

int64_t clock_day_start_utc_ms(int64_t day)
{
    enum { MOST_OFFSET_S = 86400 + 7200 }; /* above any zone's, and a change of it */
    int64_t before_s = day * 86400 - MOST_OFFSET_S, at_s = day * 86400 + MOST_OFFSET_S;
    while (at_s - before_s > 1) {
        int64_t middle_s = before_s + (at_s - before_s) / 2;
        if (local_day_of_second(middle_s) >= day)
            at_s = middle_s;
        else
            before_s = middle_s;
    }
    return at_s * 1000;
}

/* Local time without a zone; of the two instants that an hour in autumn stands for, the first. */
static int64_t utc_of_local_ms(int64_t local_ms)
{
    int64_t utc_ms =
        local_ms - 1000 * (int64_t)native_utc_offset_s(divide_down(local_ms, 1000) - 86400);
    int64_t offset_ms = 1000 * (int64_t)native_utc_offset_s(divide_down(utc_ms, 1000));
    return local_ms - offset_ms;
}

bool clock_parse_stamp(const char *text, size_t size, struct clock_stamp *ret_stamp)
{
    enum { SECONDS_SIZE = 19, FRACTION_AT = SECONDS_SIZE + 1, ZONE_MOST = 6 };
    char plain[SECONDS_SIZE + 4 + ZONE_MOST + 1]; /* "2026-01-31T08:00:00" ".250" "+02:00" */
    if (size < SECONDS_SIZE || memchr(text, '\0', size))
        return false;
    memcpy(plain, text, SECONDS_SIZE);
    memcpy(plain + SECONDS_SIZE, ".000", 4);
    size_t zone = SECONDS_SIZE;
    if (size > zone && text[zone] == '.') {
        for (zone++; zone < size && text[zone] >= '0' && text[zone] <= '9'; zone++) {
            if (zone < FRACTION_AT + 3)
                plain[zone] = text[zone];
        }
        if (zone == FRACTION_AT)
            return false;
    }
    if (size - zone > ZONE_MOST)
        return false;
    memcpy(plain + SECONDS_SIZE + 4, text + zone, size - zone);
    plain[SECONDS_SIZE + 4 + (size - zone)] = '\0';
    int64_t utc_ms;
    if (!parse_time_utc_ms(plain, &utc_ms))
        return false;
    *ret_stamp = (struct clock_stamp){.utc_ms = size == zone ? utc_of_local_ms(utc_ms) : utc_ms,
                                      .utc = size > zone && text[zone] == 'Z'};
    return true;
}
