/* A day's summary into the plot of its scores: empty bins left out, gaps shaded, alarms marked. */
#include "report/day_text.h"
#include "report/summary.h"

#include <stdlib.h>

struct parts {
    struct score_bin bins[DAY_BINS_MAX];
    struct time_span unwatched[DAY_GAPS_MAX];
    int64_t alarms[];
};

static size_t take_bins(const struct day_frames *frames, struct score_bin *ret_bins)
{
    size_t count = 0;
    for (int i = 0; i < DAY_BINS_MAX; i++) {
        if (frames->bins[i].count > 0)
            ret_bins[count++] = frames->bins[i];
    }
    return count;
}

static size_t take_alarms(const struct day_track *track, const struct day_settings *settings,
                          int64_t *ret_utc_ms)
{
    size_t count = 0;
    for (size_t i = 0; i < track->alarm_count; i++) {
        int64_t utc_ms = track->alarm_list[i].opened_utc_ms;
        if (utc_ms >= settings->from_utc_ms && utc_ms < settings->to_utc_ms)
            ret_utc_ms[count++] = utc_ms;
    }
    return count;
}

static void append_subtitle(struct buffer *out, const struct day_track *track)
{
    if (track->frames.scored == 0) {
        buffer_append_text(out, "no frames were scored");
        return;
    }
    day_append_count(out, track->frames.scored);
    buffer_append_format(out, " frames scored%s; each point stands for %lld s",
                         track->replay ? " of recordings" : "",
                         (long long)(track->frames.bin_ms / 1000));
}

static const char *axis_of(const struct day_track *track)
{
    if (track->has_evidence && track->has_errors)
        return "score (squared error, then evidence: the method was changed)";
    return track->has_evidence ? "score (evidence, 1 = threshold)"
                               : "score (squared error, 0 to 1)";
}

bool summary_plot(const struct summary *summary, enum plot_format format, struct buffer *out,
                  struct error *err)
{
    const struct day_summary *day = summary->day;
    const struct day_track *track = day->told;
    struct parts *parts =
        malloc(sizeof *parts + (track->alarm_count + 1) * sizeof parts->alarms[0]);
    if (!parts)
        return error_set(err, ERROR_MEMORY, "no memory for the plot of a day");
    for (size_t i = 0; i < track->watch.gap_count; i++)
        parts->unwatched[i] =
            (struct time_span){track->watch.gaps[i].from_utc_ms, track->watch.gaps[i].to_utc_ms};
    struct buffer title = {0}, subtitle = {0};
    buffer_append_format(&title, "Scores of %s, ", summary->project);
    day_append_long_date(&title, day);
    append_subtitle(&subtitle, track);
    struct score_plot plot = {.title = buffer_text(&title),
                              .subtitle = buffer_text(&subtitle),
                              .axis = axis_of(track),
                              .from_utc_ms = day->settings.from_utc_ms,
                              .to_utc_ms = day->settings.to_utc_ms,
                              .bins = parts->bins,
                              .bin_count = take_bins(&track->frames, parts->bins),
                              .threshold = track->frames.threshold,
                              .unwatched = parts->unwatched,
                              .unwatched_count = track->watch.gap_count,
                              .alarms_utc_ms = parts->alarms,
                              .alarm_count = take_alarms(track, &day->settings, parts->alarms)};
    bool good = buffer_check(&title, err) && buffer_check(&subtitle, err) &&
                score_plot_draw(&plot, format, out, err);
    buffer_finish(&title);
    buffer_finish(&subtitle);
    free(parts);
    return good;
}
