/* The clocks of Linux. CLOCK_MONOTONIC stands still while the PC sleeps, and so do our timers:
 * after a resume nothing is overdue by a whole night.
 */
#include "platform/clock.h"

#include "platform/native.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;
    int result = clock_gettime(clock, &now);
    assert(result == 0); /* fails only for a clock that the kernel does not have */
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_wall_utc_ms(void)
{
    return read_ns(CLOCK_REALTIME) / NS_PER_MS;
}

void clock_sleep_ns(int64_t duration_ns)
{
    if (duration_ns <= 0)
        return;
    int64_t end_ns = clock_monotonic_ns() + duration_ns;
    struct timespec end = {.tv_sec = end_ns / NS_PER_SECOND, .tv_nsec = end_ns % NS_PER_SECOND};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
        ;
}

int native_utc_offset_s(int64_t utc_s)
{
    time_t instant = (time_t)utc_s;
    struct tm local;
    return localtime_r(&instant, &local) ? (int)local.tm_gmtoff : 0;
}
