/* Do two series of scores come from the same distribution? Neighbouring frames look alike, so the
 * series are first thinned until their members count as independent.
 *
 * Pure functions of finite numbers; no allocation; any thread. Sources: the distance D of
 * Kolmogorov and Smirnov and its significance with an effective number of samples, Press et al.,
 * Numerical Recipes, 3rd edition, 14.3.3 (after Stephens 1970); one member of each block instead of
 * all, after Kuensch 1989 and Politis & White 2004, with the lag at which neighbours have become
 * unlike as the length of the block.
 */
#ifndef SCORE_DISTRIBUTION_H
#define SCORE_DISTRIBUTION_H

#include <stddef.h>

/* Of members `lag` apart: 1 at lag 0, near 0 where they know nothing of each other; 0 when all
 * members are equal. lag < count. */
double series_autocorrelation(const double *values, size_t count, size_t lag);

/* The first lag with an autocorrelation below 0.2, at least 1, at most the 8th part of the series.
 * count >= 1. */
size_t series_block_length(const double *values, size_t count);

/* The middle one of each block of `length`; the series ends with as many as are left. Returns how
 * many, at most count / length + 1; `ret_thinned` has room for them. */
size_t series_thin(const double *values, size_t count, size_t length, double *ret_thinned);

struct ks_test {
    double distance;     /* D, 0..1: the largest difference of the two cumulated shares */
    double rise, fall;   /* D is the larger one: how far `now` lies above and below `before` */
    double significance; /* the chance of such a D, or a larger one, without any change */
};

/* Both arrays are sorted; counts >= 1. */
struct ks_test ks_compare(double *before, size_t before_count, double *now, size_t now_count);

/* The D that is this significant (at most 0.05) with so many samples; above 1 when no D is. */
double ks_distance_at(double significance, size_t before_count, size_t now_count);

#endif
