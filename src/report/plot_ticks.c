/* Round ticks and readable numbers: the first thing a plot needs, before anything is drawn.
 *
 * A tick is a whole multiple of its step, and is printed with as many digits as the step has and
 * no more, so no "0.30000000000000004" reaches paper. All ticks of an axis are printed alike; from
 * the largest follows whether that is "0.0002" or "2.0e-5". Points are decimal points: the program
 * never calls setlocale().
 */
#include "report/plot_ticks.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDING 1e-6 /* of a step: a bound that misses a tick by less still has it */

enum { PLAIN_LEAST = -4, PLAIN_MOST = 6, TICK_PLAIN_MOST = 8 }; /* exponents written out */
enum { DIGITS = 3, DIGITS_MOST = 6 };

double nice_number(double value, bool up)
{
    static const double nice[] = {1, 2, 5, 10};
    assert(isfinite(value) && value > 0);
    double power = pow(10, floor(log10(value)));
    double fraction = value / power;
    int i = 0;
    while (i < 3 &&
           (up ? fraction > nice[i] * (1 + ROUNDING) : fraction > sqrt(nice[i] * nice[i + 1])))
        i++;
    return nice[i] * power;
}

static void place_ticks(double low, double high, double step, struct ticks *ret_ticks)
{
    ret_ticks->step = step;
    ret_ticks->first = (int64_t)ceil(low / step - ROUNDING);
    ret_ticks->count = (int)(floor(high / step + ROUNDING) - (double)ret_ticks->first) + 1;
}

void ticks_choose(double low, double high, int most, struct ticks *ret_ticks)
{
    assert(most >= 3 && high - low >= 1e-9 * fmax(fabs(low), fabs(high)) && high > low);
    double step = nice_number((high - low) / most, true);
    place_ticks(low, high, step, ret_ticks);
    if (ret_ticks->count > most)
        place_ticks(low, high, nice_number(1.5 * step, true), ret_ticks);
}

void ticks_choose_whole(double high, int most, struct ticks *ret_ticks)
{
    ticks_choose(0, high, most, ret_ticks);
    if (ret_ticks->step < 1)
        place_ticks(0, high, 1, ret_ticks);
}

double tick_value(const struct ticks *ticks, int index)
{
    return (double)(ticks->first + index) * ticks->step;
}

static int exponent_of(double value)
{
    return (int)floor(log10(value) + ROUNDING);
}

void tick_format(const struct ticks *ticks, int index, char ret_text[NUMBER_TEXT_SIZE])
{
    double value = tick_value(ticks, index);
    double first = fabs(tick_value(ticks, 0)), last = fabs(tick_value(ticks, ticks->count - 1));
    int largest = exponent_of(fmax(fmax(first, last), ticks->step));
    int smallest = exponent_of(ticks->step);
    if (ticks->first + index == 0)
        snprintf(ret_text, NUMBER_TEXT_SIZE, "0");
    else if (largest < PLAIN_LEAST || largest > TICK_PLAIN_MOST)
        snprintf(ret_text, NUMBER_TEXT_SIZE, "%.*fe%d", largest - smallest,
                 value / pow(10, largest), largest);
    else if (smallest < 0)
        snprintf(ret_text, NUMBER_TEXT_SIZE, "%.*f", -smallest, value);
    else
        count_format(llround(value), ret_text);
}

static void trim_zeros(char *number)
{
    if (!strchr(number, '.'))
        return;
    size_t length = strlen(number);
    while (number[length - 1] == '0')
        length--;
    if (number[length - 1] == '.')
        length--;
    number[length] = '\0';
}

/* Written out from 10^`plain_least` on. */
static void format_digits(double value, int digits, int plain_least,
                          char ret_text[NUMBER_TEXT_SIZE])
{
    if (!isfinite(value) || value == 0) {
        snprintf(ret_text, NUMBER_TEXT_SIZE, "%s",
                 value == 0     ? "0"
                 : isnan(value) ? "nan"
                 : value > 0    ? "inf"
                                : "-inf");
        return;
    }
    char scientific[NUMBER_TEXT_SIZE];
    /* Rounds before the exponent is read. */
    snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
    char *e = strchr(scientific, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10);
    *e = '\0';
    trim_zeros(scientific);
    if (exponent < plain_least || exponent >= PLAIN_MOST) {
        snprintf(ret_text, NUMBER_TEXT_SIZE, "%.12se%d", scientific, exponent);
    } else if (exponent >= digits) {
        count_format(llround(value), ret_text);
    } else {
        snprintf(ret_text, NUMBER_TEXT_SIZE, "%.*f", digits - 1 - exponent, value);
        trim_zeros(ret_text);
    }
}

void number_format(double value, char ret_text[NUMBER_TEXT_SIZE])
{
    format_digits(value, DIGITS, PLAIN_LEAST, ret_text);
}

static bool is_written_out(double value)
{
    double size = fabs(value);
    return size >= pow(10, PLAIN_LEAST) && size < pow(10, PLAIN_MOST);
}

void number_format_pair(double value, double limit, char ret_value[NUMBER_TEXT_SIZE],
                        char ret_limit[NUMBER_TEXT_SIZE])
{
    bool mixed = is_written_out(value) || is_written_out(limit);
    int plain_least = mixed ? PLAIN_LEAST - 2 : PLAIN_LEAST, digits = DIGITS;
    do {
        format_digits(value, digits, plain_least, ret_value);
        format_digits(limit, digits, plain_least, ret_limit);
    } while (value != limit && strcmp(ret_value, ret_limit) == 0 && ++digits <= DIGITS_MOST);
}

void count_format(int64_t count, char ret_text[NUMBER_TEXT_SIZE])
{
    char digits[NUMBER_TEXT_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    int sign = count < 0, used = 0;
    for (int i = 0; i < length; i++) {
        if (i > sign && (length - i) % 3 == 0)
            ret_text[used++] = ',';
        ret_text[used++] = digits[i];
    }
    ret_text[used] = '\0';
}
