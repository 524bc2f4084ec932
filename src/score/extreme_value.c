/* Thresholds for a stated rate: from block maxima of a hold-out to what one block in a million
 * exceeds.
 */
#include "score/extreme_value.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const double EULER_GAMMA = 0.57721566490153286;

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

struct gumbel gumbel_fit(double *maxima, size_t count)
{
    assert(count >= 2);
    qsort(maxima, count, sizeof *maxima, by_size);
    double sum = 0.0, weighted = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += maxima[i];
        weighted += maxima[i] * (double)i / (double)(count - 1);
    }
    double first = sum / (double)count;                     /* L-moment 1, the mean */
    double second = 2.0 * weighted / (double)count - first; /* L-moment 2 */
    double scale = second / log(2.0);
    return (struct gumbel){.location = first - EULER_GAMMA * scale, .scale = scale};
}

double gumbel_return_level(struct gumbel gumbel, double blocks)
{
    assert(blocks > 1.0);
    return gumbel.location - gumbel.scale * log(-log1p(-1.0 / blocks));
}
