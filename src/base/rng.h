/* Seeded pseudo-random numbers, the same on every machine: xoshiro256++ seeded through splitmix64.
 *
 * Ownership: the struct is the caller's, has no hidden state and may be copied or saved (its 32
 * bytes are the whole state). Not for secrets. One thread at a time.
 *
 * Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state[4];
};

/* `stream` makes independent generators from one seed: (seed, frame number), (seed, epoch), … */
struct rng rng_seeded(uint64_t seed, uint64_t stream);

uint64_t rng_next(struct rng *rng);

double rng_uniform(struct rng *rng);                                  /* [0, 1) */
double rng_uniform_between(struct rng *rng, double low, double high); /* [low, high) */
double rng_normal(struct rng *rng);                                   /* mean 0, variance 1 */
uint32_t rng_below(struct rng *rng, uint32_t bound); /* 0..bound-1, unbiased; bound > 0 */

#endif
