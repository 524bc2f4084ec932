/* A log written line by line for the tests of a day's summary, read back the way the program does.
 *
 * Times are seconds from the beginning of the day in the zone of log_begin; negative ones lie in
 * the day before. log_line writes as our writer does, so that the search may pass lines over.
 */
#ifndef TESTS_REPORT_DAY_LOG_H
#define TESTS_REPORT_DAY_LOG_H

#include "platform/file.h"
#include "report/day.h"

#include "scratch.h"

#include <stdarg.h>
#include <time.h>

struct day_log {
    struct day_settings settings;
    struct buffer events, attempts;
    int seq;
    bool replay;          /* the following lines are of a replay */
    double clock_ahead_s; /* how far the wall clock is set forward against the clock never set */
    double boot_s;        /* mono_ms counts from here */
};

static inline struct day_log log_begin(const char *zone, const char *date)
{
    setenv("TZ", zone, 1);
    tzset();
    struct day_log log = {.settings = {.heartbeat_s = 60}, .boot_s = -1e6};
    if (!clock_parse_date(date, &log.settings.day))
        abort();
    log.settings.from_utc_ms = clock_day_start_utc_ms(log.settings.day);
    log.settings.to_utc_ms = clock_day_start_utc_ms(log.settings.day + 1);
    log.settings.before_utc_ms = clock_day_start_utc_ms(log.settings.day - 1);
    log.settings.now_utc_ms = log.settings.to_utc_ms + INT64_C(86400000);
    return log;
}

static inline int64_t log_utc_ms(const struct day_log *log, double at_s)
{
    return log->settings.from_utc_ms + (int64_t)((at_s + log->clock_ahead_s) * 1000);
}

#pragma GCC diagnostic ignored "-Wformat-zero-length" /* a record without members of its own */

/* `members` begins with a comma, or is "". */
PRINTF_LIKE(4, 5)
static inline void log_line(struct day_log *log, double at_s, const char *type, const char *members,
                            ...)
{
    char ts[CLOCK_TEXT_SIZE], rest[2048];
    clock_format_iso8601(log_utc_ms(log, at_s), log->replay, ts);
    va_list arguments;
    va_start(arguments, members);
    vsnprintf(rest, sizeof rest, members, arguments);
    va_end(arguments);
    buffer_append_format(
        &log->events,
        "{\"schema\":1,\"seq\":%d,\"ts\":\"%s\",\"type\":\"%s\"%s,\"notify\":false,"
        "\"mono_ms\":%lld}\n",
        ++log->seq, ts, type, rest, (long long)((at_s - log->boot_s) * 1000));
}

static inline void log_frame(struct day_log *log, double at_s, double score)
{
    log_line(log, at_s, "frame_status",
             ",\"mode\":\"MONITOR\",\"score\":%g,\"threshold\":0.02,\"is_anomaly\":%s,"
             "\"frame_interval_seconds\":10.0",
             score, score > 0.02 ? "true" : "false");
}

/* A frame every ten seconds, from `from_s` to before `to_s`. */
static inline void log_frames(struct day_log *log, double from_s, double to_s)
{
    for (double at_s = from_s; at_s < to_s; at_s += 10)
        log_frame(log, at_s, 0.01);
}

static inline void log_start(struct day_log *log, double at_s, const char *mode)
{
    log_line(log, at_s, "startup", ",\"mode\":\"%s\",\"tells_people\":%s,\"text\":\"watching\"",
             mode, log->replay ? "false" : "true");
}

static inline void log_mode(struct day_log *log, double at_s, const char *from, const char *to)
{
    log_line(log, at_s, "mode_change", ",\"mode\":\"%s\",\"mode_from\":\"%s\",\"mode_to\":\"%s\"",
             to, from, to);
}

/* The id that an alarm opening then has. */
static inline const char *log_alarm_id(const struct day_log *log, double at_s)
{
    static char id[2][64];
    static int turn;
    turn = !turn;
    snprintf(id[turn], sizeof id[turn], "%lld-1", (long long)log_utc_ms(log, at_s));
    return id[turn];
}

/* A record about the alarm that opened at `opened_s`. */
static inline void log_alarm(struct day_log *log, double at_s, const char *type, double opened_s,
                             double area_px, const char *members)
{
    log_line(
        log, at_s, type,
        ",\"event_id\":\"%s\",\"score\":0.03,\"threshold\":0.02,\"score_triggered\":true,"
        "\"heatmap_triggered\":false,\"largest_blob_area\":70.0,\"blob_area_threshold\":59.0,"
        "\"boxes\":[{\"x\":%d,\"y\":20,\"w\":30,\"h\":40}],\"area_px\":%g,\"area_fraction\":0.01,"
        "\"peak_score\":0.05,\"age_seconds\":%g%s",
        log_alarm_id(log, opened_s), (int)area_px, area_px, at_s - opened_s, members);
}

/* Reads what was written, frees it, and leaves the files where scratch() names them. */
static inline bool log_read(struct day_log *log, struct day_summary *ret_day)
{
    const char *events = scratch("events.jsonl"), *attempts = scratch("delivery.jsonl");
    struct error err = {0};
    bool good =
        file_replace(events, buffer_text(&log->events), log->events.size, false, &err) &&
        file_replace(attempts, buffer_text(&log->attempts), log->attempts.size, false, &err) &&
        day_begin(ret_day, &log->settings, &err) && day_read(ret_day, events, attempts, &err);
    if (!good)
        printf("%s\n", err.message);
    buffer_finish(&log->events);
    buffer_finish(&log->attempts);
    return good;
}

#endif
