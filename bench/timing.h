/* Two clocks: CPU time of the whole process, which other load on the machine disturbs least, and
 * wall time. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include "platform/clock.h"

#include <time.h>

static inline double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static inline double wall_seconds(void)
{
    return (double)clock_monotonic_ns() / (double)NS_PER_SECOND;
}

#endif
