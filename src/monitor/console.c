/* Terminal lines of the monitor. Progress and lines share the terminal, so both go through here. */
#include "monitor/console.h"

#include "base/error.h"
#include "config/project.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "sink/message_text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { LINE_SIZE = 768 };

static atomic_bool progress_shown;

static void clear_progress(void)
{
    if (atomic_exchange(&progress_shown, false))
        fputs("\r\033[K", stderr);
}

static void add(char line[LINE_SIZE], const char *format, ...) PRINTF_LIKE(2, 3);

static void add(char line[LINE_SIZE], const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(line);
    va_start(arguments, format);
    vsnprintf(line + used, LINE_SIZE - used, format, arguments);
    va_end(arguments);
}

static const char *verb_of(const struct event *event)
{
    switch (event->update) {
    case UPDATE_GROWN:
        return "larger";
    case UPDATE_NEW_BOX:
        return "in a new place too";
    case UPDATE_PICTURES:
        return "pictures of";
    case UPDATE_LATE:
        return "earlier alarm";
    default:
        return "still there";
    }
}

static void add_place(const struct alarm_view *alarm, char line[LINE_SIZE])
{
    double percent = 100.0 * alarm->area_fraction;
    const struct rect *box = &alarm->boxes[0];
    if (alarm->box_count == 0)
        return;
    add(line, percent < 10 ? ", %.2g %% of the picture" : ", %.0f %% of the picture", percent);
    add(line, ", largest at x %d y %d (%dx%d px)", box->x, box->y, box->width, box->height);
}

static void add_growth(const struct alarm_view *alarm, char line[LINE_SIZE])
{
    struct buffer text = {0};
    message_append_growth(&text, alarm->growth_px_per_minute, alarm->area_px);
    if (text.size > 0)
        add(line, ", %s", buffer_text(&text));
    buffer_finish(&text);
}

static void describe_scene(const struct event *event, char line[LINE_SIZE])
{
    snprintf(line, LINE_SIZE, "scene changed%s %s", event->update == UPDATE_LATE ? " earlier" : "",
             event->alarm.event_id);
    add_place(&event->alarm, line);
    add(line, "; %s", event->text);
}

static void describe_alarm(const struct event *event, const char *verb, char line[LINE_SIZE])
{
    const struct frame_status *status = &event->status;
    const struct alarm_view *alarm = &event->alarm;
    snprintf(line, LINE_SIZE, "%s %s: score %.4g (threshold %.4g)", verb, alarm->event_id,
             status->score, status->threshold);
    add_place(alarm, line);
    add_growth(alarm, line);
    if (alarm->untold_before > 0)
        add(line, "; %d more came and went since the last message", alarm->untold_before);
    if (event->text[0])
        add(line, "; %s", event->text);
}

static bool describe(const struct event *event, char line[LINE_SIZE])
{
    switch (event->type) {
    case EVENT_ANOMALY_DETECTED:
        describe_alarm(event, "ALARM", line);
        return true;
    case EVENT_ALARM_UPDATE:
        describe_alarm(event, verb_of(event), line);
        return true;
    case EVENT_ALARM_CLOSED:
        snprintf(line, LINE_SIZE, "alarm %s is over after %.0f s", event->alarm.event_id,
                 event->alarm.age_seconds);
        return true;
    case EVENT_SCENE_CHANGED:
        describe_scene(event, line);
        return true;
    case EVENT_MODE_CHANGE:
        snprintf(line, LINE_SIZE, "mode %s", mode_name((enum mode)event->mode_to));
        return true;
    case EVENT_FAULT:
        snprintf(line, LINE_SIZE, "FAULT %s: %s", fault_kind_name(event->fault), event->text);
        return true;
    case EVENT_RECOVERED:
        snprintf(line, LINE_SIZE, "recovered %s after %.0f s: %s", fault_kind_name(event->fault),
                 event->fault_duration_s, event->text);
        return true;
    case EVENT_CAMERA_ERROR:
        snprintf(line, LINE_SIZE, "camera: %s", event->text);
        return true;
    case EVENT_NOTIFY_ERROR:
        snprintf(line, LINE_SIZE, "%s: %s", event->detail, event->text);
        return true;
    case EVENT_RECORDS_LOST:
        snprintf(line, LINE_SIZE, "%llu frame records had no room and were left out",
                 (unsigned long long)event->lost);
        return true;
    case EVENT_STARTUP:
    case EVENT_SHUTDOWN:
        snprintf(line, LINE_SIZE, "%s", event->text);
        return true;
    default:
        return false;
    }
}

void console_event(const struct event *event, bool utc)
{
    char line[LINE_SIZE], stamp[CLOCK_TEXT_SIZE];
    if (!describe(event, line))
        return;
    clock_format_iso8601(event->utc_ms, utc, stamp);
    clear_progress();
    printf("%.8s  %s\n", stamp + strlen("2000-01-01T"), line);
    fflush(stdout);
}

void console_progress(int64_t frame, int64_t total, uint64_t alarms)
{
    if (!process_stderr_is_terminal())
        return;
    atomic_store(&progress_shown, true);
    char of_total[32] = "";
    if (total >= 0)
        snprintf(of_total, sizeof of_total, " of %lld", (long long)total);
    fprintf(stderr, "\r\033[Kframe %lld%s, %llu alarms", (long long)frame + 1, of_total,
            (unsigned long long)alarms);
}

void console_progress_end(void)
{
    clear_progress();
}
