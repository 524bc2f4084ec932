/* Between plain [count][channels][pixels] and blocked [count][channels / lanes][pixels][lanes], for
 * tests. */
#ifndef TESTS_BLOCKED_H
#define TESTS_BLOCKED_H

#include <stddef.h>

static inline size_t blocked_at(size_t channels, size_t pixels, size_t lanes, size_t n,
                                size_t channel, size_t pixel)
{
    const size_t plane = n * (channels / lanes) + channel / lanes;
    return (plane * pixels + pixel) * lanes + channel % lanes;
}

static inline void to_blocked(const double *plain, size_t count, size_t channels, size_t pixels,
                              size_t lanes, float *ret_blocked)
{
    for (size_t i = 0; i < count * channels * pixels; i++)
        ret_blocked[blocked_at(channels, pixels, lanes, i / (channels * pixels),
                               i / pixels % channels, i % pixels)] = (float)plain[i];
}

static inline void from_blocked(const float *blocked, size_t count, size_t channels, size_t pixels,
                                size_t lanes, double *ret_plain)
{
    for (size_t i = 0; i < count * channels * pixels; i++)
        ret_plain[i] = (double)blocked[blocked_at(channels, pixels, lanes, i / (channels * pixels),
                                                  i / pixels % channels, i % pixels)];
}

/* Largest difference between two arrays. */
static inline double farthest(const double *a, const double *b, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        const double off = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
        if (!(off <= most)) /* NaN counts */
            most = off;
    }
    return most;
}

#endif
