/* The k-th largest of many floats, in three passes and without moving any of them.
 *
 * Time does not depend on the values, so that no picture can make a frame slow. Any thread. Source:
 * radix selection on the order-preserving integer image of a float (Herf, "Radix tricks", 2001).
 */
#ifndef SCORE_RANK_H
#define SCORE_RANK_H

#include <stddef.h>

/* 1 <= k <= count; k = 1 is the maximum. Values must be numbers. */
float rank_largest(const float *values, size_t count, size_t k);

#endif
