/* The hours of a local day, whether it has 23, 24, 24.5 or 25 of them. Private to plot*.c. */
#ifndef REPORT_PLOT_HOURS_H
#define REPORT_PLOT_HOURS_H

#include "platform/clock.h"

enum { HOURS_MOST = 50, HOUR_TEXT_SIZE = 8, HOURS_NOTE_SIZE = 96 };

struct hour {
    int64_t utc_ms;
    char text[HOUR_TEXT_SIZE]; /* "03:00", and "24:00" at the end of the day; "" between labels */
};

struct day_hours {
    struct hour hours[HOURS_MOST];
    int count;
    int64_t change_utc_ms;      /* when the clocks were put forward or back; 0 = not on this day */
    char note[HOURS_NOTE_SIZE]; /* "local time", and what happened to the clocks */
};

/* Every instant in from..to at which the local clock shows a full hour; every third is labelled. A
 * stretch of up to 48 hours (asserted). Uses the zone of the process. */
void day_hours_find(int64_t from_utc_ms, int64_t to_utc_ms, struct day_hours *ret_hours);

/* "02:15" on the local clock. */
void hour_format(int64_t utc_ms, char ret_text[HOUR_TEXT_SIZE]);

#endif
