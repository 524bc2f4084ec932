/* The growth rate that alarms name: watch_alarm.c adds the area of each anomalous frame.
 *
 * A bin is found by the number of its 5 seconds modulo TREND_BINS, and belongs to an earlier minute
 * when its index says so; nothing is ever cleared on the way. Means of bins, and not single frames,
 * keep the number of pairs small and take out the noise of the blob's edge.
 */
#include "event/area_trend.h"

#include "platform/clock.h"

#include <math.h>
#include <stdlib.h>

enum { PAIRS_MAX = TREND_BINS * (TREND_BINS - 1) / 2, MEANS_LEAST = 3 };

static const int64_t BIN_NS = 5 * NS_PER_SECOND;
static const double SPAN_LEAST_S = 10;

struct mean {
    double seconds, area_px;
};

void area_trend_begin(struct area_trend *trend, int64_t time_ns)
{
    *trend = (struct area_trend){.begin_ns = time_ns};
}

static int64_t index_at(const struct area_trend *trend, int64_t time_ns)
{
    return time_ns > trend->begin_ns ? (time_ns - trend->begin_ns) / BIN_NS : 0;
}

void area_trend_add(struct area_trend *trend, int64_t time_ns, double area_px)
{
    int64_t index = index_at(trend, time_ns);
    struct trend_bin *bin = &trend->bins[index % TREND_BINS];
    if (bin->index != index || bin->samples == 0)
        *bin = (struct trend_bin){.index = index};
    bin->samples++;
    bin->seconds_sum += (double)(time_ns - trend->begin_ns) / (double)NS_PER_SECOND;
    bin->area_sum += area_px;
}

static int take_means(const struct area_trend *trend, int64_t now_ns,
                      struct mean ret_means[TREND_BINS])
{
    int count = 0;
    int64_t newest = index_at(trend, now_ns);
    for (int64_t index = newest - TREND_BINS + 1; index <= newest; index++) {
        if (index < 0)
            continue;
        const struct trend_bin *bin = &trend->bins[index % TREND_BINS];
        if (bin->samples > 0 && bin->index == index)
            ret_means[count++] =
                (struct mean){bin->seconds_sum / bin->samples, bin->area_sum / bin->samples};
    }
    return count;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The first mean stands for the begin of its bin and the last for now, so that ten seconds are told
 * after ten seconds. */
static double span_seconds(const struct area_trend *trend, const struct mean *means, int64_t now_ns)
{
    double bin_s = (double)BIN_NS / (double)NS_PER_SECOND;
    double begin_s = floor(means[0].seconds / bin_s) * bin_s;
    return (double)(now_ns - trend->begin_ns) / (double)NS_PER_SECOND - begin_s;
}

double area_trend_px_per_minute(const struct area_trend *trend, int64_t now_ns)
{
    struct mean means[TREND_BINS];
    double slopes[PAIRS_MAX];
    int count = take_means(trend, now_ns, means), pairs = 0;
    if (count < MEANS_LEAST || span_seconds(trend, means, now_ns) < SPAN_LEAST_S)
        return NAN;
    for (int i = 0; i < count; i++)
        for (int j = i + 1; j < count; j++)
            slopes[pairs++] =
                (means[j].area_px - means[i].area_px) * 60 / (means[j].seconds - means[i].seconds);
    qsort(slopes, (size_t)pairs, sizeof slopes[0], compare);
    return (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
}
