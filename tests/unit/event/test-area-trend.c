/* The growth rate of an area: exact on straight lines, unmoved by what comes and goes. */
#include "check.h"

#include "base/rng.h"
#include "event/area_trend.h"
#include "platform/clock.h"

static const int64_t BEGIN_NS = 5000 * NS_PER_SECOND;

static struct area_trend begun(void)
{
    struct area_trend trend;
    area_trend_begin(&trend, BEGIN_NS);
    return trend;
}

static double slope_at(const struct area_trend *trend, double seconds)
{
    return area_trend_px_per_minute(trend, BEGIN_NS + (int64_t)(seconds * NS_PER_SECOND));
}

static void add(struct area_trend *trend, double seconds, double area_px)
{
    area_trend_add(trend, BEGIN_NS + (int64_t)(seconds * NS_PER_SECOND), area_px);
}

TEST(a_straight_line_is_exact)
{
    for (double per_minute = -600; per_minute <= 600; per_minute += 150) {
        struct area_trend trend = begun();
        for (int second = 0; second <= 300; second++) {
            add(&trend, second, 5000 + per_minute * second / 60);
            double slope = slope_at(&trend, second);
            if (second < 10)
                CHECK(isnan(slope));
            else
                CHECK_NEAR(slope, per_minute, 1e-6);
        }
    }
}

TEST(it_knows_the_last_minute_alone)
{
    struct area_trend trend = begun();
    for (int second = 0; second < 600; second++)
        add(&trend, second, second < 300 ? 10.0 * second : 3000);
    CHECK_NEAR(slope_at(&trend, 599), 0.0, 1e-9);
    CHECK(isnan(slope_at(&trend, 900))); /* nothing was seen since */
}

TEST(a_hand_for_some_seconds_is_no_growth)
{
    struct area_trend trend = begun();
    struct rng rng = rng_seeded(3, 1);
    for (int second = 0; second < 60; second++) {
        double noise = (double)rng_below(&rng, 41) - 20;
        bool hand = second >= 40 && second < 50;
        add(&trend, second, hand ? 40000 : 1000 + second * 2 + noise);
    }
    CHECK_NEAR(slope_at(&trend, 59), 120.0, 30.0);
}

TEST(any_frame_rate)
{
    struct area_trend fast = begun(), slow = begun(), rare = begun();
    for (int frame = 0; frame < 30 * 40; frame++)
        add(&fast, frame / 30.0, frame / 30.0);
    CHECK_NEAR(slope_at(&fast, 39.9), 60.0, 1e-6);
    for (int second = 0; second <= 60; second += 7)
        add(&slow, second, second);
    CHECK_NEAR(slope_at(&slow, 56), 60.0, 1e-6);
    for (int second = 0; second <= 300; second += 60)
        add(&rare, second, second);
    CHECK(isnan(slope_at(&rare, 300))); /* one mean in a minute is no trend */
}

TEST(time_before_the_begin_does_no_harm)
{
    struct area_trend trend = begun();
    add(&trend, -1, 5);
    add(&trend, 0, 5);
    CHECK(isnan(slope_at(&trend, -100)));
}

int main(void)
{
    RUN(a_straight_line_is_exact);
    RUN(it_knows_the_last_minute_alone);
    RUN(a_hand_for_some_seconds_is_no_growth);
    RUN(any_frame_rate);
    RUN(time_before_the_begin_does_no_harm);
    return check_report();
}
