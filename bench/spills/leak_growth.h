/* How much of a leak is there at which time: a fraction of its final area. Pure; any thread. */
#ifndef SPILLS_LEAK_GROWTH_H
#define SPILLS_LEAK_GROWTH_H

#include "base/rng.h"
#include "leak.h"

enum { GROWTH_KNOTS = 65 };

struct leak_curve {
    float fraction[GROWTH_KNOTS]; /* at equal steps of time; 0 at first, 1 at last, never falls */
};

/* `growth` is none of SEEDED. Rests are where the seed puts them. */
void growth_plan(struct leak_curve *ret_curve, enum leak_growth growth, struct rng *rng);

/* `time` 0..1 of the growth; 0 before, 1 after. */
float growth_at(const struct leak_curve *curve, double time);

/* The time at which a fraction 0..1 is reached. */
float growth_when(const struct leak_curve *curve, float fraction);

#endif
