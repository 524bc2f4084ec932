/* The palette. Vanadium: V2+ lets red-violet and blue pass, V3+ green, V4+ blue, V5+ yellow; iron
 * and bromine are orange and red-brown. The numbers are chosen by eye against photographs of the
 * charged half-cells; what matters to a detector is that each darkens the channels differently.
 */
#include "leak_liquid.h"

static const struct leak_dye dyes[LEAK_LIQUID_COUNT] = {
    [LEAK_LIQUID_CLEAR] = {{0.004f, 0.003f, 0.002f}, {0}, {0.78f, 0.78f, 0.76f}},
    [LEAK_LIQUID_V2] = {{0.80f, 1.70f, 0.45f}, {0}, {0.66f, 0.62f, 0.70f}},
    [LEAK_LIQUID_V3] = {{1.50f, 0.55f, 1.10f}, {0}, {0.64f, 0.70f, 0.65f}},
    [LEAK_LIQUID_V4] = {{1.90f, 0.75f, 0.22f}, {0}, {0.58f, 0.68f, 0.76f}},
    [LEAK_LIQUID_V5] = {{0.10f, 0.32f, 1.90f}, {0.10f, 0.07f, 0.005f}, {0.78f, 0.66f, 0.34f}},
    [LEAK_LIQUID_IRON] = {{0.25f, 0.90f, 1.90f}, {0.07f, 0.03f, 0.006f}, {0.55f, 0.36f, 0.20f}},
    [LEAK_LIQUID_BROMINE] = {{0.45f, 1.50f, 2.30f}, {0.01f, 0.002f, 0.0f}, {0.66f, 0.56f, 0.48f}},
};

const struct leak_dye *leak_dye_of(enum leak_liquid liquid)
{
    return &dyes[liquid];
}

enum leak_liquid leak_liquid_draw(enum leak_kind kind, struct rng *rng)
{
    const uint32_t colored = LEAK_LIQUID_V2 + rng_below(rng, LEAK_LIQUID_COUNT - LEAK_LIQUID_V2);
    const double chance = rng_uniform(rng);
    switch (kind) {
    case LEAK_FILM:
        return LEAK_LIQUID_CLEAR;
    case LEAK_STAIN:
    case LEAK_CRUST:
    case LEAK_DROPS:
        return chance < 0.4 ? LEAK_LIQUID_CLEAR : (enum leak_liquid)colored;
    default:
        return (enum leak_liquid)colored;
    }
}
