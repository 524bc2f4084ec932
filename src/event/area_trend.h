/* How fast an abnormal area grows: the median of the slopes between all pairs of 5-second means of
 * the last minute (Theil–Sen), so that a hand in the picture for some seconds does not count as
 * growth, and shrinking after it not as drying.
 *
 * Units: px of the camera's picture, minutes. Ownership: the struct is the caller's; zeroed is
 * empty. Pure; nothing allocates, whatever the frame rate. Source: P. K. Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", JASA 63 (1968).
 */
#ifndef EVENT_AREA_TREND_H
#define EVENT_AREA_TREND_H

#include <stdint.h>

enum { TREND_BINS = 12 };

struct area_trend {
    int64_t begin_ns; /* of the first sample */
    struct trend_bin {
        int64_t index; /* (time - begin) / 5 s; of the samples summed here */
        int samples;
        double seconds_sum, area_sum; /* seconds since the begin */
    } bins[TREND_BINS];
};

void area_trend_begin(struct area_trend *trend, int64_t time_ns);

/* Time never runs backwards. */
void area_trend_add(struct area_trend *trend, int64_t time_ns, double area_px);

/* NAN until the samples span 10 s of the last minute and three means. */
double area_trend_px_per_minute(const struct area_trend *trend, int64_t now_ns);

#endif
