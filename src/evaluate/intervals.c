/* How far a counted rate may be off: a few events or pictures → an interval for the page.
 *
 * All quantiles come from one function, the regularised incomplete gamma function: Garwood's limits
 * are chi-square quantiles, and Wilson's squared normal quantile is one with a single degree of
 * freedom. The surprising thing: its leading factor x^a e^-x / gamma(a) is not computed as written
 * for large a, where numbers of 1e10 would cancel; see leading_factor.
 */
#include "evaluate/intervals.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>

static const double PI = 3.14159265358979323846;

/* x^shape e^-x / gamma(shape). From shape 20 on by Stirling's series, whose next term is below
 * 1e-14, and around x = shape, so that only the small difference is exponentiated. */
static double leading_factor(double shape, double x)
{
    if (shape < 20.0)
        return exp(shape * log(x) - x) / tgamma(shape);
    const double away = (x - shape) / shape;
    const double squared = shape * shape;
    const double stirling =
        (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * squared)) / squared) / squared) /
        shape;
    return sqrt(shape / (2.0 * PI)) * exp(shape * (log1p(away) - away) - stirling);
}

/* P for x below shape + 1 (Abramowitz & Stegun 6.5.29). All terms are positive. */
static double gamma_series(double shape, double x)
{
    double term = 1.0 / shape, sum = term;
    for (int n = 1; term > sum * (DBL_EPSILON / 4); n++) {
        term *= x / (shape + n);
        sum += term;
    }
    return sum * leading_factor(shape, x);
}

/* 1 - P for the other x (Abramowitz & Stegun 6.5.31), evaluated from the front (Lentz 1976). */
static double gamma_fraction(double shape, double x)
{
    double b = x + 1.0 - shape, c = 1.0 / DBL_MIN, d = 1.0 / b, fraction = d;
    for (int n = 1; n < 10000000; n++) {
        const double a = n * (shape - n);
        b += 2.0;
        d = a * d + b;
        c = b + a / c;
        d = 1.0 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
        c = fabs(c) < DBL_MIN ? DBL_MIN : c;
        fraction *= c * d;
        if (fabs(c * d - 1.0) <= DBL_EPSILON)
            break;
    }
    return fraction * leading_factor(shape, x);
}

double incomplete_gamma(double shape, double x)
{
    assert(shape > 0.0 && x >= 0.0);
    if (x == 0.0)
        return 0.0;
    const double value = x < shape + 1.0 ? gamma_series(shape, x) : 1.0 - gamma_fraction(shape, x);
    return fmin(fmax(value, 0.0), 1.0);
}

/* Halves a bracket until no number lies inside: slower than Newton's way, and never wrong. */
double chi_square_quantile(double probability, double degrees)
{
    assert(probability > 0.0 && probability < 1.0 && degrees > 0.0);
    double low = 0.0, high = fmax(degrees, 1.0);
    while (incomplete_gamma(degrees / 2, high / 2) < probability) {
        low = high;
        high *= 2.0;
    }
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return high;
        if (incomplete_gamma(degrees / 2, middle / 2) < probability)
            low = middle;
        else
            high = middle;
    }
}

struct interval poisson_interval(uint64_t events, double confidence)
{
    const double tail = (1.0 - confidence) / 2, twice = 2.0 * (double)events;
    return (struct interval){events == 0 ? 0.0 : chi_square_quantile(tail, twice) / 2,
                             chi_square_quantile(1.0 - tail, twice + 2.0) / 2};
}

struct interval wilson_interval(uint64_t hits, uint64_t total, double confidence)
{
    assert(hits <= total);
    if (total == 0)
        return (struct interval){0.0, 1.0};
    const double z_squared = chi_square_quantile(confidence, 1.0);
    const double count = (double)total, share = (double)hits / count;
    const double centre = share + z_squared / (2 * count);
    const double reach =
        sqrt(z_squared * (share * (1.0 - share) / count + z_squared / (4 * count * count)));
    const double scale = 1.0 + z_squared / count;
    /* At the ends the limit is exact; rounding would say -1e-18. */
    return (struct interval){hits == 0 ? 0.0 : (centre - reach) / scale,
                             hits == total ? 1.0 : (centre + reach) / scale};
}
