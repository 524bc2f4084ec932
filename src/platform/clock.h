/* Two clocks, never mixed: monotonic nanoseconds for every timer, wall time for what people read.
 * Any thread. */
#ifndef PLATFORM_CLOCK_H
#define PLATFORM_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

int64_t clock_monotonic_ns(void);
int64_t clock_wall_utc_ms(void);

/* For pacing only, never to wait for another thread. */
void clock_sleep_ns(int64_t duration_ns);

enum { CLOCK_TEXT_SIZE = 40 };

/* "2026-01-31T08:00:00.250+02:00" in the local zone (its offset at that instant, so days of DST
 * change come out right), or with utc "…Z". */
void clock_format_iso8601(int64_t utc_ms, bool utc, char ret_text[CLOCK_TEXT_SIZE]);

/* "20260131_080000_250", for file names. */
void clock_format_stamp(int64_t utc_ms, bool utc, char ret_text[CLOCK_TEXT_SIZE]);

/* Days of the calendar are counted from 1970-01-01, which is 0. "2026-01-31", years 1970 to 9999:
 * false for any other text and for days that no calendar has. */
bool clock_parse_date(const char *text, int64_t *ret_day);
void clock_format_date(int64_t day, char ret_text[CLOCK_TEXT_SIZE]);

/* The day that it is here at this instant. */
int64_t clock_local_day(int64_t utc_ms);

/* The first instant of a day here; it ends with the next one's: after 23 or 25 hours when the clock
 * is changed, and at once where the calendar left the day out (Samoa, 2011-12-30). Every instant
 * belongs to exactly one day, also where the clock goes back over midnight. */
int64_t clock_day_start_utc_ms(int64_t day);

/* The stamp of a record: ISO 8601 with "Z", an offset, or nothing (then it is local time, as the
 * tool before us wrote), and any number of digits behind the second, of which three count. `utc`
 * says that it ended in "Z". Nothing is read behind `size`. */
struct clock_stamp {
    int64_t utc_ms;
    bool utc;
};
bool clock_parse_stamp(const char *text, size_t size, struct clock_stamp *ret_stamp);

#endif
