/* Round ticks for an axis, and numbers written the way people read them.
 *
 * Steps are 1, 2 or 5 times a power of ten ("nice numbers": P. Heckbert, Nice Numbers for Graph
 * Labels, in Graphics Gems, Academic Press 1990, p. 61). Pure; any thread.
 */
#ifndef REPORT_PLOT_TICKS_H
#define REPORT_PLOT_TICKS_H

#include <stdbool.h>
#include <stdint.h>

/* Tick i stands at (first + i) * step: a multiple of an integer, so that 3 * 0.1 is the tick next
 * to the number, not a sum of errors. */
struct ticks {
    int64_t first;
    int count;
    double step;
};

enum { NUMBER_TEXT_SIZE = 32 };

/* The round number 1, 2 or 5 x 10^n nearest to `value`, or with `up` the lowest that is not below
 * it. `value` is finite and above 0. */
double nice_number(double value, bool up);

/* Those of the multiples of a round step that lie in low..high, `most` (>= 3) at the most, one at
 * least. The bounds are finite, low < high, and differ by 1e-9 of their size at least. */
void ticks_choose(double low, double high, int most, struct ticks *ret_ticks);

/* The same for things that are counted: the step is 1 or more. */
void ticks_choose_whole(double high, int most, struct ticks *ret_ticks);

double tick_value(const struct ticks *ticks, int index);

/* All ticks of an axis in one manner: "0.002" beside "0.004", "2.0e-5" beside "2.5e-5", "20,000".
 */
void tick_format(const struct ticks *ticks, int index, char ret_text[NUMBER_TEXT_SIZE]);

/* Three significant digits and no zeros that say nothing: "0.0042", "4.2e-5", "1.23e6", "0"; what
 * is not finite as "nan", "inf", "-inf". */
void number_format(double value, char ret_text[NUMBER_TEXT_SIZE]);

/* A value beside the limit it is compared with, both written in one manner ("0.0000977" beside
 * "0.000139"), with up to three digits more where three would make two different numbers look the
 * same. */
void number_format_pair(double value, double limit, char ret_value[NUMBER_TEXT_SIZE],
                        char ret_limit[NUMBER_TEXT_SIZE]);

/* "100,000" */
void count_format(int64_t count, char ret_text[NUMBER_TEXT_SIZE]);

#endif
