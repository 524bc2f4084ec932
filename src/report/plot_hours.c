/* Hours of the local day → ticks.
 *
 * Nothing here knows a rule of daylight saving. Every quarter of an hour of the day is asked what
 * the clock on the wall shows at that instant (all zones of today differ from UTC by whole
 * quarters): a full hour is a tick, wherever it falls and however often. The hour that a day of 25
 * hours has twice gives two ticks, the one that a day of 23 hours lacks gives none.
 */
#include "report/plot_hours.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define QUARTER_MS INT64_C(900000)
#define LONGEST_MS (48 * 4 * QUARTER_MS)

enum { LABEL_EVERY = 3, ISO_HOUR = 11, ISO_MINUTE = 14, ISO_OFFSET = 23 };

struct wall_time {
    int hour, minute;
    char offset[8]; /* "+02:00" */
};

static struct wall_time wall_time_at(int64_t utc_ms)
{
    char iso[CLOCK_TEXT_SIZE]; /* 2026-01-31T08:00:00.250+02:00 */
    struct wall_time wall = {0};
    clock_format_iso8601(utc_ms, false, iso);
    assert(strlen(iso) > ISO_OFFSET);
    wall.hour = 10 * (iso[ISO_HOUR] - '0') + iso[ISO_HOUR + 1] - '0';
    wall.minute = 10 * (iso[ISO_MINUTE] - '0') + iso[ISO_MINUTE + 1] - '0';
    snprintf(wall.offset, sizeof wall.offset, "%.6s", iso + ISO_OFFSET);
    return wall;
}

void hour_format(int64_t utc_ms, char ret_text[HOUR_TEXT_SIZE])
{
    struct wall_time wall = wall_time_at(utc_ms);
    snprintf(ret_text, HOUR_TEXT_SIZE, "%02d:%02d", wall.hour % 100, wall.minute % 100);
}

static void add_hour(struct day_hours *hours, int64_t utc_ms, int number)
{
    struct hour *hour = &hours->hours[hours->count];
    if (hours->count == HOURS_MOST)
        return;
    hour->utc_ms = utc_ms;
    if (number % LABEL_EVERY == 0)
        snprintf(hour->text, sizeof hour->text, "%02d:00", number % 100);
    hours->count++;
}

/* What the clocks showed at the change, and what they were set to. */
static void note_change(struct day_hours *hours, int64_t utc_ms, struct wall_time before,
                        struct wall_time after)
{
    int was = (60 * before.hour + before.minute + 15) % (24 * 60);
    int is = 60 * after.hour + after.minute;
    /* Shorter than half a day, in whichever direction. */
    bool back = (was - is + 24 * 60) % (24 * 60) < 12 * 60;
    hours->change_utc_ms = utc_ms;
    snprintf(hours->note, sizeof hours->note,
             "local time (at %02d:%02d the clocks went %s to %02d:%02d)", was / 60, was % 60,
             back ? "back" : "forward", is / 60, is % 60);
}

void day_hours_find(int64_t from_utc_ms, int64_t to_utc_ms, struct day_hours *ret_hours)
{
    assert(from_utc_ms < to_utc_ms && to_utc_ms - from_utc_ms <= LONGEST_MS);
    *ret_hours = (struct day_hours){.note = "local time"};
    int64_t at = from_utc_ms + ((-from_utc_ms % QUARTER_MS) + QUARTER_MS) % QUARTER_MS;
    struct wall_time before = wall_time_at(at - QUARTER_MS);
    for (bool first = true; at <= to_utc_ms; at += QUARTER_MS, first = false) {
        struct wall_time wall = wall_time_at(at);
        if (wall.minute == 0)
            add_hour(ret_hours, at, at == to_utc_ms && wall.hour == 0 ? 24 : wall.hour);
        if (!first && strcmp(wall.offset, before.offset) != 0)
            note_change(ret_hours, at, before, wall);
        before = wall;
    }
}
