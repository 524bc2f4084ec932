/* This machine's own peak: fused multiply-adds in registers, one thread, the widest vectors it has.
 */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

/* GFLOP/s, the best of `trials` of a few milliseconds each; `ret_isa` names the vectors. */
double peak_measure(int trials, const char **ret_isa);

#endif
