/* Ends and ticks of an axis, for plot_curves.c and plot_rows.c.
 *
 * An axis always has a length, whatever goes in: no numbers, one, all equal, a least of 1e-300. On
 * a logarithmic one each power of ten has its number where there is room, and with few decades 2
 * and 5 have theirs; the marks between them show that the steps shrink.
 */
#include "report/plot_axis.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define USABLE_MOST 1e100
#define FAR_BELOW -1e3
#define ROUNDING 1e-9
#define HEADROOM 0.04 /* of the length, so that the last point doesn't lie on the edge */
#define MARGIN 1.1    /* the same on a logarithmic axis */

bool axis_is_usable(double value)
{
    return fabs(value) <= USABLE_MOST; /* false for what is not a number */
}

/* The highest of 1, 2, 5 x 10^n that is not above `value`. */
static double nice_below(double value)
{
    return 1 / nice_number(1 / value, true);
}

static struct axis choose_logarithmic(double low, double high)
{
    const double least = 1e-90;
    if (!axis_is_usable(high) || !(high > least))
        return (struct axis){true, 0.01, 1};
    low /= MARGIN;
    high = nice_number(high * MARGIN, true);
    if (!(low > high * pow(10, -AXIS_DECADES_MAX)))
        low = high * pow(10, -AXIS_DECADES_MAX);
    low = nice_below(fmin(low, high / 10));
    return (struct axis){true, low, high};
}

static struct axis choose_even(double low, double high)
{
    if (!axis_is_usable(low) || !axis_is_usable(high))
        return (struct axis){false, 0, 1};
    low = fmin(low, 0);
    if (!(high - low > 1e-90))
        return (struct axis){false, low, low + 1};
    return (struct axis){false, low, high + HEADROOM * (high - low)};
}

struct axis axis_choose(bool logarithmic, double low, double high, const double fixed[2])
{
    struct axis axis = logarithmic ? choose_logarithmic(low, high) : choose_even(low, high);
    if (!isnan(fixed[0]))
        axis.low = fixed[0];
    if (!isnan(fixed[1]))
        axis.high = fixed[1];
    if (axis.low >= axis.high && isnan(fixed[0]))
        axis.low = logarithmic ? axis.high / 10 : axis.high - 1;
    else if (axis.low >= axis.high)
        axis.high = logarithmic ? axis.low * 10 : axis.low + 1;
    assert(axis.low < axis.high && (!logarithmic || axis.low > 0));
    return axis;
}

double axis_share(const struct axis *axis, double value)
{
    if (!axis->logarithmic)
        return (value - axis->low) / (axis->high - axis->low);
    return value > 0 ? log(value / axis->low) / log(axis->high / axis->low) : FAR_BELOW;
}

double axis_value(const struct axis *axis, double share)
{
    if (!axis->logarithmic)
        return axis->low + share * (axis->high - axis->low);
    return axis->low * pow(axis->high / axis->low, share);
}

static int even_ticks(const struct axis *axis, int most, struct axis_tick *ret_ticks)
{
    struct ticks ticks;
    ticks_choose(axis->low, axis->high, most, &ticks);
    for (int i = 0; i < ticks.count; i++) {
        ret_ticks[i].value = tick_value(&ticks, i);
        tick_format(&ticks, i, ret_ticks[i].text);
    }
    return ticks.count;
}

/* Is digit x 10^exponent a number, or only a mark? */
static bool is_numbered(int digit, int exponent, double decades, int most)
{
    bool is_fine = 3 * decades + 1 <= most;
    int every = (int)ceil((decades + 1) / most);
    return digit == 1 ? exponent % every == 0 : is_fine && (digit == 2 || digit == 5);
}

static int logarithmic_ticks(const struct axis *axis, int most, struct axis_tick *ret_ticks)
{
    double decades = log10(axis->high / axis->low);
    int first = (int)floor(log10(axis->low) - ROUNDING), used = 0;
    for (int exponent = first; used < AXIS_TICKS_MAX; exponent++) {
        for (int digit = 1; digit <= 9 && used < AXIS_TICKS_MAX; digit++) {
            double value = digit * pow(10, exponent);
            if (value > axis->high * (1 + ROUNDING))
                return used;
            if (value < axis->low * (1 - ROUNDING))
                continue;
            struct axis_tick *tick = &ret_ticks[used++];
            *tick = (struct axis_tick){.value = value};
            if (is_numbered(digit, exponent, decades, most))
                number_format(value, tick->text);
        }
    }
    return used;
}

int axis_ticks(const struct axis *axis, int most, struct axis_tick ret_ticks[AXIS_TICKS_MAX])
{
    return axis->logarithmic ? logarithmic_ticks(axis, most, ret_ticks)
                             : even_ticks(axis, most, ret_ticks);
}
