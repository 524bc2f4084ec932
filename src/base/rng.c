/* xoshiro256++ and the distributions built on it. Nothing here depends on libm beyond sqrt and log,
 * which are used in one place only (the polar method of rng_normal).
 */
#include "base/rng.h"

#include <math.h>

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct rng rng_seeded(uint64_t seed, uint64_t stream)
{
    uint64_t state = seed;
    uint64_t mixed = splitmix64(&state) ^ (stream * 0xd1342543de82ef95u);
    struct rng rng;
    for (int i = 0; i < 4; i++)
        rng.state[i] = splitmix64(&mixed);
    return rng;
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    const uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double rng_uniform(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1.0p-53;
}

double rng_uniform_between(struct rng *rng, double low, double high)
{
    return low + (high - low) * rng_uniform(rng);
}

double rng_normal(struct rng *rng)
{
    for (;;) { /* Marsaglia's polar method; the second value is dropped so that the state is all
                  there is */
        double x = rng_uniform_between(rng, -1.0, 1.0);
        double y = rng_uniform_between(rng, -1.0, 1.0);
        double square = x * x + y * y;
        if (square > 0.0 && square < 1.0)
            return x * sqrt(-2.0 * log(square) / square);
    }
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    const uint32_t threshold = -bound % bound; /* values below it would be over-represented */
    for (;;) {
        uint32_t value = (uint32_t)(rng_next(rng) >> 32);
        if (value >= threshold)
            return value % bound;
    }
}
