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

#endif
