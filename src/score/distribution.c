/* Statistics of whole series of scores, for `calibrate`: report/calibration_drift.c says in words
 * what comes out here.
 *
 * Invariant: equal numbers in both series are passed together, so that scores which are all equal
 * have distance 0. The surprising thing: the series for the significance has two forms, of which
 * each converges at once where the other one does not; four and three terms are exact to a double.
 */
#include "score/distribution.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { BLOCKS_LEAST = 8 };

#define UNLIKE 0.2 /* autocorrelation below which two members count as independent */

double series_autocorrelation(const double *values, size_t count, size_t lag)
{
    assert(lag < count);
    /* From the first one, so that the mean of equal members is exactly what they are. */
    double mean = values[0], squares = 0.0, products = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += (values[i] - values[0]) / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    for (size_t i = 0; i + lag < count; i++)
        products += (values[i] - mean) * (values[i + lag] - mean);
    return squares > 0.0 ? products / squares : 0.0;
}

size_t series_block_length(const double *values, size_t count)
{
    const size_t longest = count / BLOCKS_LEAST;
    size_t length = 1;
    while (length < longest && series_autocorrelation(values, count, length) >= UNLIKE)
        length++;
    return length;
}

size_t series_thin(const double *values, size_t count, size_t length, double *ret_thinned)
{
    assert(length >= 1);
    size_t kept = 0;
    for (size_t start = 0; start < count; start += length) {
        const size_t left = count - start;
        ret_thinned[kept++] = values[start + (left < length ? left : length) / 2];
    }
    return kept;
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Q_KS: the share of chance results beyond `lambda`. */
static double share_beyond(double lambda)
{
    static const double pi = 3.14159265358979323846;
    if (lambda <= 0.0)
        return 1.0;
    if (lambda < 1.18) {
        const double y = exp(-pi * pi / (8.0 * lambda * lambda));
        return 1.0 - sqrt(2.0 * pi) / lambda * (y + pow(y, 9) + pow(y, 25) + pow(y, 49));
    }
    const double x = exp(-2.0 * lambda * lambda);
    return 2.0 * (x - pow(x, 4) + pow(x, 9));
}

/* What D is multiplied by to become lambda. */
static double scale_of(size_t before_count, size_t now_count)
{
    const double before = (double)before_count, now = (double)now_count;
    const double root = sqrt(before * now / (before + now));
    return root + 0.12 + 0.11 / root;
}

/* The first term of the series is all there is to one that small. */
double ks_distance_at(double significance, size_t before_count, size_t now_count)
{
    return sqrt(-0.5 * log(significance / 2.0)) / scale_of(before_count, now_count);
}

struct ks_test ks_compare(double *before, size_t before_count, double *now, size_t now_count)
{
    assert(before_count >= 1 && now_count >= 1);
    qsort(before, before_count, sizeof *before, compare_numbers);
    qsort(now, now_count, sizeof *now, compare_numbers);
    struct ks_test test = {0};
    size_t b = 0, n = 0;
    while (b < before_count && n < now_count) {
        const double value = fmin(before[b], now[n]);
        while (b < before_count && before[b] <= value)
            b++;
        while (n < now_count && now[n] <= value)
            n++;
        const double ahead = (double)b / (double)before_count - (double)n / (double)now_count;
        test.rise = fmax(test.rise, ahead);
        test.fall = fmax(test.fall, -ahead);
    }
    test.distance = fmax(test.rise, test.fall);
    test.significance = share_beyond(test.distance * scale_of(before_count, now_count));
    return test;
}
