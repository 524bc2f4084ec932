/* From reconstruction to numbers: error map → frame score, and percentiles for the thresholds.
 *
 * Runs for each frame on the inference thread. Sums use eight double accumulators that are added up
 * in a fixed order: the compiler may put them into vectors of any width and the bits stay the same,
 * which a plain loop would not allow it to do.
 */
#include "score/error_map.h"

#include "score/rank.h"

#include <assert.h>
#include <math.h>

enum { LANES = 8 };

void error_map_compute(const float *restrict input, const float *restrict reconstruction, int width,
                       int height, float *restrict ret_map)
{
    const size_t count = (size_t)width * (size_t)height;
    const float *restrict input_green = input + count, *restrict input_blue = input + 2 * count;
    const float *restrict green = reconstruction + count, *restrict blue = green + count;
    for (size_t i = 0; i < count; i++) {
        float r = input[i] - reconstruction[i];
        float g = input_green[i] - green[i];
        float b = input_blue[i] - blue[i];
        ret_map[i] = (r * r + g * g + b * b) / 3.0f;
    }
}

static double lanes_total(const double lanes[LANES])
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

double score_mean(const float *map, size_t count)
{
    assert(count >= 1);
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            lanes[lane] += (double)map[i + lane];
    for (size_t lane = 0; i < count; i++, lane++)
        lanes[lane] += (double)map[i];
    return lanes_total(lanes) / (double)count;
}

double score_top_k(const float *map, size_t count, size_t k)
{
    const float least = rank_largest(map, count, k);
    double lanes[LANES] = {0};
    size_t above = 0;
    for (size_t i = 0; i < count; i++) {
        if (map[i] > least) {
            lanes[i % LANES] += (double)map[i];
            above++;
        }
    }
    return (lanes_total(lanes) + (double)(k - above) * (double)least) / (double)k;
}

size_t score_top_k_size(size_t count, double percent, int min_pixels)
{
    size_t k = (size_t)((double)count * percent / 100.0);
    if (min_pixels > 0 && k < (size_t)min_pixels)
        k = (size_t)min_pixels;
    if (k > count)
        k = count;
    return k ? k : 1;
}

static void sift_down(double *values, size_t root, size_t count)
{
    const double value = values[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && values[child + 1] > values[child])
            child++;
        if (values[child] <= value)
            break;
        values[root] = values[child];
    }
    values[root] = value;
}

/* Heapsort, because qsort() may allocate. */
static void sort_values(double *values, size_t count)
{
    for (size_t root = count / 2; root-- > 0;)
        sift_down(values, root, count);
    for (size_t end = count; end-- > 1;) {
        double largest = values[0];
        values[0] = values[end];
        values[end] = largest;
        sift_down(values, 0, end);
    }
}

struct percentile_position percentile_position_of(size_t count, double percent)
{
    assert(count >= 1 && percent >= 0.0 && percent <= 100.0);
    double rank = (double)(count - 1) * (percent / 100.0);
    struct percentile_position position = {(size_t)rank, rank - floor(rank)};
    if (position.below >= count - 1)
        position = (struct percentile_position){count - 1, 0.0};
    return position;
}

/* From the nearer end, as numpy does, so that both ends are met exactly. */
double percentile_between(double below, double above, double fraction)
{
    double difference = above - below;
    return fraction < 0.5 ? below + difference * fraction : above - difference * (1.0 - fraction);
}

double percentile_of(double *values, size_t count, double percent)
{
    struct percentile_position position = percentile_position_of(count, percent);
    sort_values(values, count);
    double below = values[position.below];
    if (position.fraction == 0.0)
        return below;
    return percentile_between(below, values[position.below + 1], position.fraction);
}
