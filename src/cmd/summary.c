/* `leakwatch summary`: one local day, read from the records and written as files for people.
 *
 * Without --date it is today so far: who comes in the morning wants to know what the night brought,
 * and most of the night is today; what began before midnight is named with the day to ask for. All
 * files are made before the first is put in its place, so that a full disk leaves the summary of an
 * earlier run as it was.
 */
#include "report/summary.h"
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/jobs.h"
#include "cmd/output.h"
#include "monitor/announce.h"
#include "monitor/presence.h"
#include "platform/signal.h"
#include "report/day_text.h"
#include "sink/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 12 }; /* of alarms, and of gaps, on the terminal */

enum file_index { FILE_PLOT_PNG, FILE_PLOT_SVG, FILE_MARKDOWN, FILE_JSON, FILE_HTML, FILE_COUNT };

static const char *const endings[FILE_COUNT] = {[FILE_PLOT_PNG] = "png",
                                                [FILE_PLOT_SVG] = "svg",
                                                [FILE_MARKDOWN] = "md",
                                                [FILE_JSON] = "json",
                                                [FILE_HTML] = "html"};

struct report {
    struct day_summary day;
    struct summary summary;
    json_t *json;
    char date[CLOCK_TEXT_SIZE];
    struct buffer files[FILE_COUNT];
    char temporary[FILE_COUNT][PATH_SIZE];
};

/* ---- the day */

/* Asked before the records are read: a monitor that starts meanwhile is younger than `now`. */
static bool is_unwatched(const struct project *project)
{
    bool running;
    struct error ignored;
    return presence_look(project, &running, &ignored) && !running;
}

static bool choose_day(const struct config *config, const struct project *project, const char *text,
                       struct day_settings *ret_settings, struct error *err)
{
    int64_t now_utc_ms = clock_wall_utc_ms(), today = clock_local_day(now_utc_ms), day = today;
    if (text && !clock_parse_date(text, &day))
        return error_set(err, ERROR_USAGE,
                         "--date '%.40s' is no day of the calendar; write it like 2026-01-31",
                         text);
    char date[CLOCK_TEXT_SIZE], date_today[CLOCK_TEXT_SIZE];
    clock_format_date(day, date);
    clock_format_date(today, date_today);
    if (day > today)
        return error_set(err, ERROR_USAGE,
                         "the day %s has not begun here; today is %s, and --date takes it or a day "
                         "before it",
                         date, date_today);
    struct day_settings settings = {
        .day = day,
        .from_utc_ms = clock_day_start_utc_ms(day),
        .to_utc_ms = clock_day_start_utc_ms(day + 1),
        .before_utc_ms = clock_day_start_utc_ms(day - 1),
        .now_utc_ms = now_utc_ms,
        .nobody_runs = is_unwatched(project),
        .heartbeat_s = config->monitor_heartbeat_seconds,
    };
    if (settings.from_utc_ms == settings.to_utc_ms)
        return error_set(err, ERROR_USAGE,
                         "the calendar of this place left out %s; ask for another day", date);
    *ret_settings = settings;
    return true;
}

/* What waits now; looking must not make an outbox. */
static void count_waiting(const struct project *project, struct day_delivery *delivery)
{
    bool rebuilt;
    int waiting;
    struct error err = {0};
    if (file_is_missing(project->outbox_file)) {
        delivery->waiting = 0;
        return;
    }
    struct outbox *outbox = outbox_open(project->outbox_file, &rebuilt, &err);
    if (outbox && rebuilt)
        log_warning("%s was damaged and has been put aside; a monitor that starts queues the "
                    "alerts of the last 7 days again",
                    project->outbox_file);
    if (outbox && outbox_pending(outbox, &waiting, &err))
        delivery->waiting = waiting;
    else
        log_warning("the alerts that still wait could not be counted: %s", err.message);
    outbox_close(outbox);
}

static bool read_day(const struct config *config, const struct project *project, const char *date,
                     struct day_summary *day, struct error *err)
{
    struct day_settings settings;
    if (!choose_day(config, project, date, &settings, err) || !day_begin(day, &settings, err) ||
        !day_read(day, project->events_file, project->delivery_log_file, err))
        return false;
    if (!day->any)
        return error_set(err, ERROR_INPUT,
                         "%s holds no records: nothing has run in this project yet (`leakwatch "
                         "monitor` writes them), or --project names the wrong folder",
                         project->events_file);
    count_waiting(project, &day->delivery);
    return true;
}

/* ---- the files */

/* The last part of the project's path, which is kept in `path`. */
static const char *name_of(const struct project *project, char path[PATH_SIZE])
{
    struct error ignored;
    bool known = path_absolute(project->root, path, PATH_SIZE, &ignored);
    const char *slash = known ? strrchr(path, '/') : NULL;
    return slash && slash[1] ? slash + 1 : project->root;
}

static bool append_json(const json_t *json, struct buffer *out, struct error *err)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the summary");
    buffer_append_text(out, text);
    buffer_append_text(out, "\n");
    free(text);
    return buffer_check(out, err);
}

static bool make_files(struct report *report, const struct project *project, struct error *err)
{
    char path[PATH_SIZE];
    if (!summary_begin(&report->summary, &report->day, name_of(project, path), err) ||
        !summary_load_pictures(&report->summary, project, stop_requested, err))
        return false;
    struct buffer *files = report->files;
    report->json = summary_json(&report->day, report->summary.made_utc_ms, err);
    return report->json && append_json(report->json, &files[FILE_JSON], err) &&
           summary_plot(&report->summary, PLOT_PNG, &files[FILE_PLOT_PNG], err) &&
           summary_plot(&report->summary, PLOT_SVG, &files[FILE_PLOT_SVG], err) &&
           summary_markdown(&report->summary, &files[FILE_MARKDOWN], err) &&
           summary_html(&report->summary, &files[FILE_PLOT_SVG], &files[FILE_HTML], err);
}

static bool path_of(const struct report *report, const struct project *project,
                    enum file_index index, char ret_path[PATH_SIZE], struct error *err)
{
    char name[CLOCK_TEXT_SIZE + 24];
    snprintf(name, sizeof name, "summary_%s.%s", report->date, endings[index]);
    return path_join(ret_path, PATH_SIZE, project->summary_dir, name, err);
}

/* The pages hold pictures, so all of them are for their owner only. */
static bool write_temporary(struct report *report, const struct project *project,
                            enum file_index index, struct error *err)
{
    char path[PATH_SIZE];
    const struct buffer *file = &report->files[index];
    return path_of(report, project, index, path, err) &&
           file_temporary_name(path, report->temporary[index], PATH_SIZE, err) &&
           file_replace(report->temporary[index], file->data, file->size, true, err);
}

static bool write_files(struct report *report, const struct project *project, struct error *err)
{
    bool good = folder_create(project->summary_dir, true, err) &&
                folder_remove_leftovers(project->summary_dir, NULL, err);
    for (int i = 0; good && i < FILE_COUNT; i++)
        good = write_temporary(report, project, (enum file_index)i, err);
    for (int i = 0; good && i < FILE_COUNT; i++) {
        char path[PATH_SIZE];
        good = path_of(report, project, (enum file_index)i, path, err) &&
               file_commit(report->temporary[i], path, err);
    }
    for (int i = 0; i < FILE_COUNT; i++) {
        if (report->temporary[i][0])
            file_discard(report->temporary[i]);
    }
    return good;
}

/* ---- the record, and the terminal */

static bool leave_record(const struct config *config, const struct project *project,
                         const struct report *report, struct error *err)
{
    struct buffer text = {0};
    buffer_append_format(&text, "%s: ", report->date);
    day_append_headline(&text, &report->day);
    struct event event = announce_event(EVENT_DAILY_SUMMARY_COMPLETE, buffer_text(&text));
    snprintf(event.detail, sizeof event.detail, "reports/daily_summary/summary_%s.html",
             report->date);
    buffer_finish(&text);
    struct error failure;
    if (announce(config, project, &event, 0, NULL, &failure))
        return true;
    if (failure.code == ERROR_SPACE)
        return error_set(err, failure.code, "the summary is written, its record is not: %s",
                         failure.message);
    log_warning("the summary is written, its record is not: %s", failure.message);
    return true;
}

static void append_more(struct buffer *out, int64_t more)
{
    if (more <= 0)
        return;
    buffer_append_text(out, "  and ");
    day_append_count(out, more);
    buffer_append_text(out, " more\n");
}

static void append_alarms(struct buffer *out, const struct summary *summary)
{
    const struct day_track *track = summary->day->told;
    if (summary->shown_count > 0)
        buffer_append_text(out, "\nAlarms\n");
    size_t count = summary->shown_count < LINES_MAX ? summary->shown_count : LINES_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct day_alarm *alarm = &track->alarm_list[summary->shown[i]];
        buffer_append_text(out, "  ");
        day_append_time(out, summary->day, alarm->opened_utc_ms);
        buffer_append_text(out, "  ");
        day_append_duration(out, (int64_t)(alarm->duration_s * 1000));
        buffer_append_text(out, ", ");
        day_append_state(out, summary->day, alarm);
        buffer_append_text(out, alarm->acknowledged ? ", acknowledged; " : "; ");
        day_append_certainty(out, alarm);
        buffer_append_text(out, "\n");
    }
    append_more(out, track->alarms - (int64_t)count);
}

static void append_gaps(struct buffer *out, const struct day_summary *day)
{
    const struct day_watch *watch = &day->told->watch;
    if (watch->gap_count > 0)
        buffer_append_text(out, "\nNot watched\n");
    size_t count = watch->gap_count < LINES_MAX ? watch->gap_count : LINES_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct day_gap *gap = &watch->gaps[i];
        buffer_append_text(out, "  ");
        day_append_time(out, day, gap->from_utc_ms);
        buffer_append_text(out, " to ");
        day_append_time(out, day, gap->to_utc_ms);
        buffer_append_text(out, " (");
        day_append_duration(out, gap->to_utc_ms - gap->from_utc_ms);
        buffer_append_format(out, "): %s\n", day_gap_text(gap->cause, day->told->replay));
    }
    append_more(out, (int64_t)(watch->gap_count - count + watch->gaps_beyond));
}

static void append_messages(struct buffer *out, const struct day_delivery *delivery)
{
    if (delivery->channel_count > 0 || delivery->waiting > 0)
        buffer_append_text(out, "\nMessages\n");
    for (size_t i = 0; i < delivery->channel_count; i++) {
        const struct day_channel *channel = &delivery->channels[i];
        int64_t to_retry = channel->retried + channel->interrupted;
        buffer_append_format(out, "  %s: %lld delivered, %lld to retry, %lld refused\n",
                             channel->name, (long long)channel->delivered, (long long)to_retry,
                             (long long)channel->refused);
    }
    if (delivery->waiting > 0)
        buffer_append_format(out, "  still waiting to be delivered: %d\n", delivery->waiting);
}

static bool print_report(const struct report *report, const struct project *project,
                         struct error *err)
{
    struct buffer out = {0};
    char page[PATH_SIZE];
    bool good = path_of(report, project, FILE_HTML, page, err);
    day_append_long_date(&out, &report->day);
    if (report->day.so_far) {
        buffer_append_text(&out, ", so far (until ");
        day_append_time(&out, &report->day, report->day.end_utc_ms);
        buffer_append_text(&out, ")");
    }
    buffer_append_text(&out, "\n");
    day_append_headline(&out, &report->day);
    buffer_append_text(&out, "\n");
    day_append_remarks(&out, &report->day);
    append_alarms(&out, &report->summary);
    append_gaps(&out, &report->day);
    if (report->day.told->changes > 0)
        buffer_append_format(&out, "\n%lld change%s of the scene, see the page\n",
                             (long long)report->day.told->changes,
                             report->day.told->changes == 1 ? "" : "s");
    if (report->day.told->faults > 0)
        buffer_append_format(&out, "\n%lld fault%s, see the page\n",
                             (long long)report->day.told->faults,
                             report->day.told->faults == 1 ? "" : "s");
    append_messages(&out, &report->day.delivery);
    buffer_append_format(&out, "\nThe page to look at: %s\n", page);
    good = good && output_write(&out, err);
    buffer_finish(&out);
    return good;
}

static void finish(struct report *report)
{
    json_decref(report->json);
    summary_finish(&report->summary);
    day_finish(&report->day);
    for (int i = 0; i < FILE_COUNT; i++)
        buffer_finish(&report->files[i]);
}

static bool make_report(struct report *report, const struct config *config,
                        const struct project *project, const char *date, struct error *err)
{
    if (!read_day(config, project, date, &report->day, err))
        return false;
    clock_format_date(report->day.settings.day, report->date);
    return make_files(report, project, err) && write_files(report, project, err) &&
           leave_record(config, project, report, err);
}

bool job_summary(const struct config *config, const struct project *project, const char *date,
                 char ret_page[PATH_SIZE], struct error *err)
{
    struct report report = {0};
    bool good = make_report(&report, config, project, date, err) &&
                path_of(&report, project, FILE_HTML, ret_page, err);
    finish(&report);
    return good;
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct report report = {0};
    bool good = make_report(&report, invocation->config, invocation->project,
                            invocation_text(invocation, "date", NULL), err);
    if (good)
        good = invocation_has(invocation, "json") ? output_json(json_incref(report.json), err)
                                                  : print_report(&report, invocation->project, err);
    finish(&report);
    return good;
}

static const struct command_flag flags[] = {
    {"date", FLAG_TEXT, "YYYY-MM-DD", 0, 0, "the local day to tell; without it today, so far"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the summary as JSON"},
    {0},
};

const struct command command_summary = {
    .name = "summary",
    .arguments = "",
    .summary = "tell what happened on one day: alarms, gaps, faults, messages",
    .details = "Reads the records of one local day, from midnight to midnight, and writes "
               "reports/daily_summary/summary_DATE as one HTML page that needs nothing else, as "
               "Markdown, as JSON, and the plot of its scores as PNG and SVG. Without --date it "
               "tells today so far, which in the morning is most of the night, and names the "
               "alarms of the evening before. Time in which nothing was watched is named with its "
               "cause. Recordings count only on days on which the camera was not watched.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run,
};
