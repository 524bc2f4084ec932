/* What the liquids look like: colours chosen by eye, as factors on linear light. */
#ifndef SPILLS_LEAK_LIQUID_H
#define SPILLS_LEAK_LIQUID_H

#include "base/rng.h"
#include "leak.h"

struct leak_dye {
    float absorption[3]; /* of red, green, blue at depth 1 and strength 1 */
    float body[3];       /* what it scatters back: a share of white; 0 = clear solution */
    float salt[3];       /* colour of what stays when it dries, a share of white */
};

/* `liquid` is none of SEEDED. Static; never NULL. */
const struct leak_dye *leak_dye_of(enum leak_liquid liquid);

/* A liquid that suits the kind. */
enum leak_liquid leak_liquid_draw(enum leak_kind kind, struct rng *rng);

#endif
