/* The sentences at the head and at the foot of a day's summary. */
#include "report/day_text.h"

#include <string.h>

static void append_counted(struct buffer *out, int64_t count, const char *one, const char *many)
{
    day_append_count(out, count);
    buffer_append_format(out, " %s", count == 1 ? one : many);
}

static int64_t count_state(const struct day_track *track, enum day_alarm_state state)
{
    int64_t count = 0;
    for (size_t i = 0; i < track->alarm_count; i++)
        count += track->alarm_list[i].state == state;
    return count;
}

static void append_state_count(struct buffer *out, int64_t count, const char *words)
{
    if (count == 0)
        return;
    buffer_append_text(out, ", ");
    day_append_count(out, count);
    buffer_append_format(out, " %s", words);
}

static int64_t count_unacknowledged(const struct day_track *track)
{
    int64_t count = 0;
    for (size_t i = 0; i < track->alarm_count; i++)
        count += !track->alarm_list[i].acknowledged;
    return count;
}

static void append_alarms(struct buffer *out, const struct day_track *track)
{
    if (track->alarms == 0) {
        buffer_append_text(out, "No alarm. ");
        return;
    }
    append_counted(out, track->alarms, "alarm", "alarms");
    int64_t unacknowledged = count_unacknowledged(track);
    append_state_count(out, count_state(track, DAY_ALARM_OPEN), "still open");
    append_state_count(out, count_state(track, DAY_ALARM_LEFT),
                       track->replay ? "open when the recording ended"
                                     : "open when the monitor ended");
    if (unacknowledged > 0 && !track->replay) {
        buffer_append_text(out, ", ");
        if (unacknowledged < track->alarms)
            day_append_count(out, unacknowledged);
        buffer_append_format(out, "%snot acknowledged", unacknowledged < track->alarms ? " " : "");
    }
    buffer_append_text(out, ". ");
}

static void append_changes(struct buffer *out, const struct day_track *track)
{
    if (track->changes == 0)
        return;
    append_counted(out, track->changes, "change", "changes");
    buffer_append_text(out, " of the scene that stayed. ");
}

static void append_watching(struct buffer *out, const struct day_summary *day)
{
    const struct day_watch *watch = &day->told->watch;
    int64_t length_ms = day->end_utc_ms - day->settings.from_utc_ms;
    if (day->records == 0 && watch->armed_ms == 0) {
        buffer_append_text(out, "Nothing was recorded on this day, and nothing was watched.");
        return;
    }
    if (watch->monitored_ms == 0 && day->told->frames.scored == 0) {
        buffer_append_text(out, "Nothing was watched, so no alarm could come.");
        return;
    }
    buffer_append_text(out, day->told->replay ? "Scored " : "Watched ");
    day_append_duration(out, watch->monitored_ms);
    if (day->told->replay) {
        buffer_append_text(out, " of recordings.");
        return;
    }
    buffer_append_text(out, " of the ");
    day_append_duration(out, length_ms);
    buffer_append_text(out, day->so_far ? " so far" : " of this day");
    if (watch->armed_ms - watch->monitored_ms >= 60000) {
        buffer_append_text(out, watch->gap_ms[GAP_BLIND] > 0
                                    ? "; armed but without pictures to judge for "
                                    : "; armed but without pictures for ");
        day_append_duration(out, watch->armed_ms - watch->monitored_ms);
    }
    buffer_append_text(out, ".");
}

enum day_verdict day_append_headline(struct buffer *out, const struct day_summary *day)
{
    const struct day_track *track = day->told;
    if (track->alarms > 0 || track->frames.scored > 0)
        append_alarms(out, track);
    append_changes(out, track);
    append_watching(out, day);
    if (track->alarms > 0)
        return DAY_ALARMING;
    const struct day_watch *watch = &track->watch;
    bool whole = watch->armed_ms > 0 && watch->monitored_ms * 100 >= watch->armed_ms * 99;
    return whole && track->faults == 0 && track->changes == 0 ? DAY_QUIET : DAY_DOUBTFUL;
}

static void append_recordings(struct buffer *out, const struct day_summary *day)
{
    const struct day_track *replay = day->replay;
    if (day->told == replay)
        buffer_append_text(out,
                           "All of this is from recordings that were played with stamps of this "
                           "day; the camera was not watched.\n");
    else if (replay->records > 0) {
        buffer_append_text(out, "Recordings that were played with stamps of this day (");
        append_counted(out, replay->frames.scored, "frame", "frames");
        buffer_append_text(out, ", ");
        append_counted(out, replay->alarms, "alarm", "alarms");
        buffer_append_text(out, ") are left out.\n");
    }
}

static void append_yesterday(struct buffer *out, const struct day_summary *day)
{
    if (!day->so_far || day->alarms_day_before == 0)
        return;
    char date[CLOCK_TEXT_SIZE];
    clock_format_date(day->settings.day - 1, date);
    buffer_append_text(out, "Before midnight: ");
    append_counted(out, day->alarms_day_before, "alarm", "alarms");
    buffer_append_text(out, day->alarms_day_before == 1 ? " began at " : " began, the last at ");
    day_append_time(out, day, day->last_alarm_day_before_utc_ms);
    buffer_append_format(out, "; see leakwatch summary --date %s\n", date);
}

static void append_losses(struct buffer *out, const struct day_summary *day)
{
    if (day->damaged_lines > 0) {
        append_counted(out, day->damaged_lines, "damaged line was", "damaged lines were");
        buffer_append_text(out, " passed over in the log (of whatever day).\n");
    }
    if (day->without_time > 0) {
        append_counted(out, day->without_time, "record has", "records have");
        buffer_append_text(out, " no time that can be read, so it belongs to no day.\n");
    }
    if (day->told->frames.lost_records > 0) {
        append_counted(out, day->told->frames.lost_records, "frame record is", "frame records are");
        buffer_append_text(out, " missing: the disk was full or too slow.\n");
    }
    if (day->told->watch.clock_set_back > 0)
        buffer_append_text(out,
                           "The clock of the PC was set back; times of that hour come twice.\n");
}

void day_append_remarks(struct buffer *out, const struct day_summary *day)
{
    if (day->so_far && day->settings.nobody_runs)
        buffer_append_text(out, "No monitor is running now, so nothing is watched.\n");
    double hours = (double)(day->settings.to_utc_ms - day->settings.from_utc_ms) / 3600000;
    if (hours != 24)
        buffer_append_format(out,
                             "This day has %.4g hours, because the clocks were changed; times show "
                             "their offset from UTC.\n",
                             hours);
    append_yesterday(out, day);
    append_recordings(out, day);
    append_losses(out, day);
}
