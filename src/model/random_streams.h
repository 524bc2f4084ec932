/* One seed, many independent generators: which stream is for what.
 *
 * Everything random in training is a pure function of (seed, purpose, epoch, picture), so a run
 * taken up after an epoch needs no generator's state to go on bit for bit. Any thread.
 */
#ifndef MODEL_RANDOM_STREAMS_H
#define MODEL_RANDOM_STREAMS_H

#include <stddef.h>
#include <stdint.h>

enum random_purpose {
    RANDOM_WEIGHTS = 1,
    RANDOM_SPLIT,
    RANDOM_ORDER,
    RANDOM_AUGMENTATION,
    RANDOM_CHOICE,
    RANDOM_LIGHT,
    RANDOM_CORRUPTION
};

/* The `stream` of rng_seeded: 8 bits of purpose, 24 of the epoch, 32 of the picture. */
static inline uint64_t random_stream(enum random_purpose purpose, int epoch, size_t picture)
{
    return (uint64_t)purpose << 56 | (uint64_t)((uint32_t)epoch & 0xffffffu) << 32 |
           (uint32_t)picture;
}

#endif
