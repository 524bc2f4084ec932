/* Chains of independent fused multiply-adds that never leave the registers: nothing can be faster
 * in f32, so it is what every other figure of the benchmark is divided by. More chains than the
 * units' latency times their number (4 x 2) are needed; 12 fit the registers of AVX2 too.
 */
#include "peak.h"

#include "timing.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHAINS = 12 };

#define PEAK_LOOP(vector)                                                                          \
    vector chains[CHAINS];                                                                         \
    for (int i = 0; i < CHAINS; i++)                                                               \
        chains[i] = (vector){0} + (float)i;                                                        \
    const vector by = (vector){0} + 0.999f, add = (vector){0} + 0.001f;                            \
    for (long round = 0; round < rounds; round++) {                                                \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) chains[i] =                      \
            chains[i] * by + add;                                                                  \
    }                                                                                              \
    vector sum = {0};                                                                              \
    for (int i = 0; i < CHAINS; i++)                                                               \
        sum += chains[i];                                                                          \
    return sum[0]

typedef float narrow_t __attribute__((vector_size(16)));

static float loop_portable(long rounds)
{
    PEAK_LOOP(narrow_t);
}

#if defined(__x86_64__)
typedef float middle_t __attribute__((vector_size(32)));
typedef float wide_t __attribute__((vector_size(64)));

__attribute__((target("avx2,fma"))) static float loop_avx2(long rounds)
{
    PEAK_LOOP(middle_t);
}

__attribute__((target("avx512f"))) static float loop_avx512(long rounds)
{
    PEAK_LOOP(wide_t);
}
#endif

static double measure(float (*loop)(long), int lanes, int trials)
{
    const long rounds = 1000000;
    volatile float kept;
    double best = 0;
    for (int i = 0; i < trials; i++) {
        const double start = cpu_seconds();
        kept = loop(rounds);
        const double rate = 2.0 * CHAINS * lanes * (double)rounds / (cpu_seconds() - start) / 1e9;
        best = rate > best ? rate : best;
    }
    (void)kept;
    return best;
}

double peak_measure(int trials, const char **ret_isa)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        *ret_isa = "AVX-512";
        return measure(loop_avx512, 16, trials);
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        *ret_isa = "AVX2";
        return measure(loop_avx2, 8, trials);
    }
#endif
    *ret_isa = "portable";
    return measure(loop_portable, 4, trials);
}
