/* Words for what a day's summary knows. Plain English, no word that a chemist has to look up; a day
 * on which nothing was watched never reads like a quiet one.
 */
#include "report/day_text.h"

#include "report/plot_ticks.h"
#include "sink/message_text.h"

#include <math.h>
#include <string.h>

/* ---- numbers and times */

static bool has_change_of_clock(const struct day_settings *settings)
{
    return (settings->to_utc_ms - settings->from_utc_ms) != INT64_C(86400000);
}

void day_append_time(struct buffer *out, const struct day_summary *day, int64_t utc_ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format_iso8601(utc_ms, false, text); /* "2026-01-31T08:00:00.250+02:00" */
    const struct day_settings *settings = &day->settings;
    if (utc_ms == settings->to_utc_ms) {
        buffer_append_text(out, "24:00:00");
        return;
    }
    if (utc_ms < settings->from_utc_ms || utc_ms > settings->to_utc_ms)
        buffer_append_format(out, "%.10s ", text);
    buffer_append_format(out, "%.8s", text + 11);
    if (has_change_of_clock(settings) && strlen(text) > 23)
        buffer_append_format(out, " %s", text + 23);
}

void day_append_duration(struct buffer *out, int64_t duration_ms)
{
    long long seconds = (duration_ms + 500) / 1000, minutes = (seconds + 30) / 60;
    if (seconds < 120)
        buffer_append_format(out, "%lld s", seconds);
    else if (minutes < 60)
        buffer_append_format(out, "%lld min", minutes);
    else if (minutes < 48 * 60 && minutes % 60 == 0)
        buffer_append_format(out, "%lld h", minutes / 60);
    else if (minutes < 48 * 60)
        buffer_append_format(out, "%lld h %02lld min", minutes / 60, minutes % 60);
    else
        buffer_append_format(out, "%.1f days", (double)minutes / 1440);
}

void day_append_count(struct buffer *out, int64_t count)
{
    char text[NUMBER_TEXT_SIZE];
    count_format(count, text);
    buffer_append_text(out, text);
}

void day_append_number(struct buffer *out, double value)
{
    char text[NUMBER_TEXT_SIZE];
    number_format(value, text);
    buffer_append_text(out, isfinite(value) ? text : "unknown");
}

void day_append_name(struct buffer *out, const char *name)
{
    for (; *name; name++)
        buffer_append(out, *name == '_' ? " " : name, 1);
}

/* ---- alarms and faults */

static void append_ratio(struct buffer *out, const char *what, double value, double threshold,
                         const char *unit)
{
    char value_text[NUMBER_TEXT_SIZE], threshold_text[NUMBER_TEXT_SIZE];
    number_format_pair(value, threshold, value_text, threshold_text);
    buffer_append_format(out, "%s %s%s", what, isfinite(value) ? value_text : "unknown", unit);
    if (!isfinite(threshold) || !(threshold > 0))
        return;
    double ratio = value / threshold;
    if (ratio >= 1 && ratio < 1e6)
        buffer_append_format(
            out, ratio < 9.95 ? ", %.1f times its threshold " : ", %.0f times its threshold ",
            ratio);
    else
        buffer_append_text(out, ", threshold ");
    buffer_append_format(out, "%s%s", threshold_text, unit);
}

void day_append_certainty(struct buffer *out, const struct day_alarm *alarm)
{
    if (alarm->heatmap_triggered && !alarm->score_triggered)
        append_ratio(out, "spot of", alarm->blob_area, alarm->blob_area_threshold,
                     " px of the network's picture");
    else
        append_ratio(out, "score", alarm->score, alarm->threshold, "");
    if (alarm->peak_score > alarm->score) {
        buffer_append_text(out, "; highest score ");
        day_append_number(out, alarm->peak_score);
    }
}

/* Of all its records the fastest; that it shrank later is no news. */
static void append_growth(struct buffer *out, const struct day_alarm *alarm)
{
    struct buffer growth = {0};
    if (alarm->growth_px_per_minute >= 0)
        message_append_growth(&growth, alarm->growth_px_per_minute, alarm->area_px);
    bool grows = strncmp(buffer_text(&growth), "growing", 7) == 0;
    if (growth.size > 0)
        buffer_append_format(out, "%s%s%s", alarm->path ? ", " : "", buffer_text(&growth),
                             grows ? " at the fastest" : "");
    out->failed = out->failed || growth.failed;
    buffer_finish(&growth);
}

void day_append_finding(struct buffer *out, const struct day_alarm *alarm)
{
    if (alarm->path != ALARM_PATH_NONE)
        buffer_append_format(out, "found by %s", message_path_text(alarm->path));
    append_growth(out, alarm);
}

void day_append_place(struct buffer *out, const struct day_alarm *alarm)
{
    bool known_part = alarm->area_fraction > 0 && alarm->area_fraction <= 1;
    if (known_part) {
        message_append_percent(out, alarm->area_fraction);
        buffer_append_text(out, " of the picture");
    }
    if (alarm->area_px > 0 && alarm->area_px < 1e12) {
        buffer_append_text(out, known_part ? " (" : "");
        day_append_count(out, (int64_t)llround(alarm->area_px));
        buffer_append_text(out, known_part ? " px)" : " px");
    }
    if (alarm->box_count == 0)
        return;
    const struct rect *box = &alarm->boxes[0];
    buffer_append_format(out, " at x %d, y %d, %dx%d px", box->x, box->y, box->width, box->height);
    if (alarm->box_count > 1)
        buffer_append_format(out, ", and %d more place%s", alarm->box_count - 1,
                             alarm->box_count > 2 ? "s" : "");
}

void day_append_state(struct buffer *out, const struct day_summary *day,
                      const struct day_alarm *alarm)
{
    switch (alarm->state) {
    case DAY_ALARM_OPEN:
        buffer_append_text(out, day->so_far ? "still open" : "open beyond the end of the records");
        break;
    case DAY_ALARM_CLOSED:
        buffer_append_text(out, "until ");
        day_append_time(out, day, alarm->ended_utc_ms);
        break;
    case DAY_ALARM_LEFT:
        buffer_append_format(out, "was open when the %s ended, ",
                             day->told->replay ? "recording" : "monitor");
        day_append_time(out, day, alarm->ended_utc_ms);
        break;
    case DAY_ALARM_PAST:
        buffer_append_text(out, "over; its end is not in the records");
        break;
    }
}

void day_append_fault_end(struct buffer *out, const struct day_summary *day,
                          const struct day_fault *fault)
{
    if (fault->end == DAY_FAULT_OPEN) {
        buffer_append_text(out, day->so_far ? "still" : "end not in the records");
        return;
    }
    day_append_time(out, day, fault->to_utc_ms);
    if (fault->end == DAY_FAULT_RUN_ENDED)
        buffer_append_text(out, " (the monitor ended)");
}

const char *day_gap_name(enum gap_cause cause)
{
    static const char *const names[GAP_CAUSE_COUNT] = {
        [GAP_NO_RECORDS] = "no_records",    [GAP_NOT_RUNNING] = "not_running",
        [GAP_DIED] = "ended_unexpectedly",  [GAP_OFF] = "disarmed",
        [GAP_CAPTURE] = "capturing",        [GAP_CAMERA] = "camera_down",
        [GAP_BLIND] = "faulty_pictures",    [GAP_NO_FRAMES] = "no_frames",
        [GAP_CLOCK] = "asleep_or_clock_set"};
    return names[cause];
}

const char *day_gap_text(enum gap_cause cause, bool replay)
{
    static const char *const texts[GAP_CAUSE_COUNT] = {
        [GAP_NO_RECORDS] = "no records: the monitor was not running, or was disarmed",
        [GAP_NOT_RUNNING] = "the monitor was not running",
        [GAP_DIED] =
            "the monitor was not running: it had ended without a word (killed, a crash, or "
            "the PC was switched off)",
        [GAP_OFF] = "disarmed (mode OFF)",
        [GAP_CAPTURE] = "capturing normal pictures (mode CAPTURE), so not watching",
        [GAP_CAMERA] = "armed, but no frames: the camera was down",
        [GAP_BLIND] = "armed, but the camera's pictures showed nothing to judge (see its faults)",
        [GAP_NO_FRAMES] = "armed, but no frames came",
        [GAP_CLOCK] = "the PC slept, or its clock was set forward"};
    if (replay && (cause == GAP_NO_RECORDS || cause == GAP_NOT_RUNNING || cause == GAP_DIED))
        return "not in the recording";
    return texts[cause];
}

const char *day_alarm_state_name(enum day_alarm_state state)
{
    static const char *const names[] = {[DAY_ALARM_OPEN] = "open",
                                        [DAY_ALARM_CLOSED] = "closed",
                                        [DAY_ALARM_LEFT] = "left_open",
                                        [DAY_ALARM_PAST] = "over"};
    return names[state];
}

bool day_fault_is_camera(const struct day_fault *fault)
{
    static const char *const names[] = {"camera", "frozen",    "dark",   "covered",
                                        "moved",  "saturated", "blurred"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(fault->name, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

void day_append_long_date(struct buffer *out, const struct day_summary *day)
{
    static const char *const weekdays[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                           "Monday",   "Tuesday", "Wednesday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    char date[CLOCK_TEXT_SIZE];
    clock_format_date(day->settings.day, date);
    int month = 10 * (date[5] - '0') + date[6] - '0',
        of_month = 10 * (date[8] - '0') + date[9] - '0';
    buffer_append_format(out, "%s, %d %s %.4s", weekdays[day->settings.day % 7], of_month,
                         months[month - 1], date);
}
