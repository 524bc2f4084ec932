/* Growth laws as tables of 64 steps: the law says how fast, the seed puts rests between (the pump
 * stands, the drop hangs), and the sum is stretched to end at 1.
 */
#include "leak_growth.h"

#include <math.h>

enum { STEPS = GROWTH_KNOTS - 1 };

static double gain_of_step(enum leak_growth growth, int step, bool bursting)
{
    switch (growth) {
    case LEAK_GROWTH_SQRT:
        return sqrt(step + 1.0) - sqrt(step);
    case LEAK_GROWTH_STEPS:
        return bursting ? 1.0 : 0.02;
    default:
        return 1.0;
    }
}

void growth_plan(struct leak_curve *ret_curve, enum leak_growth growth, struct rng *rng)
{
    double sum[GROWTH_KNOTS] = {0.0};
    bool resting = false, bursting = true;
    int until_burst_ends = 3 + (int)rng_below(rng, 6);
    for (int step = 0; step < STEPS; step++) {
        /* Rests begin after the first moments and end before the last, so that grow_s means it. */
        const bool may_rest = step > 4 && step < STEPS - 4;
        resting = may_rest && rng_uniform(rng) < (resting ? 0.6 : 0.06);
        if (--until_burst_ends <= 0) {
            bursting = !bursting || !may_rest;
            until_burst_ends = 2 + (int)rng_below(rng, bursting ? 6 : 10);
        }
        const double pace = rng_uniform_between(rng, 0.7, 1.3);
        const double gain = resting ? 0.0 : pace * gain_of_step(growth, step, bursting);
        sum[step + 1] = sum[step] + gain;
    }
    for (int i = 0; i < GROWTH_KNOTS; i++)
        ret_curve->fraction[i] = (float)(sum[i] / sum[STEPS]);
}

float growth_at(const struct leak_curve *curve, double time)
{
    if (!(time > 0.0))
        return 0.0f;
    if (time >= 1.0)
        return 1.0f;
    const double position = time * STEPS;
    const int step = (int)position;
    const float *knots = curve->fraction + step;
    return knots[0] + (float)(position - step) * (knots[1] - knots[0]);
}

float growth_when(const struct leak_curve *curve, float fraction)
{
    for (int step = 0; step < STEPS; step++) {
        const float from = curve->fraction[step], to = curve->fraction[step + 1];
        if (fraction <= to)
            return ((float)step + (to > from ? fmaxf(fraction - from, 0.0f) / (to - from) : 0.0f)) /
                   STEPS;
    }
    return 1.0f;
}
