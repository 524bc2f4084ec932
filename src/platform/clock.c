/* The portable half of the clock: instants written for people.
 *
 * The calendar is computed here instead of with gmtime() and localtime(), whose limits, names and
 * thread safety differ by platform; only the offset of the local zone is asked of the platform, at
 * the very instant that is printed, so that the two 02:30 of an autumn night differ in their
 * offset.
 */
#include "platform/clock.h"

#include "platform/native.h"

#include <stdio.h>

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
