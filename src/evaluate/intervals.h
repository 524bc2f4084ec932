/* How sure a measured rate is: exact intervals for counts, and for shares of a total.
 *
 * `confidence` is within (0, 1), 0.95 for example; both tails get half of what is left. Pure; no
 * allocation; any thread. Sources: Garwood, "Fiducial limits for the Poisson distribution",
 * Biometrika 28 (1936) 437-442; Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927) 209-212; the incomplete gamma function by its series and its continued
 * fraction (Abramowitz & Stegun 6.5.29 and 6.5.31), good to about 1e-12.
 */
#ifndef EVALUATE_INTERVALS_H
#define EVALUATE_INTERVALS_H

#include <stdint.h>

struct interval {
    double low, high;
};

/* For the expected number of events when `events` were seen: low = chi2(tail; 2 events) / 2, 0 for
 * none, high = chi2(1 - tail; 2 events + 2) / 2. At least `confidence`, never less. Divide by the
 * time for a rate. events <= 1e9. */
struct interval poisson_interval(uint64_t events, double confidence);

/* For a probability when `hits` of `total` were seen; within 0..1. Nothing seen says nothing:
 * total 0 gives 0..1. hits <= total. */
struct interval wilson_interval(uint64_t hits, uint64_t total, double confidence);

/* The value below which a chi-square variable with `degrees` > 0 degrees of freedom stays with
 * `probability`, within (0, 1). */
double chi_square_quantile(double probability, double degrees);

/* Lower regularised incomplete gamma function P(shape, x); shape > 0, x >= 0. */
double incomplete_gamma(double shape, double x);

#endif
