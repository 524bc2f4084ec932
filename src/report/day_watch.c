/* Hours armed, hours monitored, and what was the matter in between.
 *
 * The day is walked once: `at_utc_ms` is the instant up to which everything is accounted for, and
 * each record that says something about the state accounts for the time up to itself. While armed
 * only frames that are not blind do, so that a pause between two of them is seen whole. Instants
 * before `at_utc_ms` (the clock was set back) add nothing. The surprising thing: that a run died is
 * learnt only from the next startup, and its end is then its last sign of life.
 */
#include "report/day_parts.h"

#include "config/project.h"
#include "sink/record_fields.h"

#include <string.h>

enum { PAUSE_MS = 30000, JUMP_MS = 60000, SILENCE_MIN_MS = 300000 };

void day_watch_begin(struct day_watch *watch, int64_t from_utc_ms)
{
    watch->at_utc_ms = from_utc_ms;
    watch->life_utc_ms = INT64_MIN;
    watch->life_mono_ms = -1;
    watch->mode = MODE_OFF;
}

bool day_watch_is_armed(const struct day_watch *watch)
{
    return watch->run == RUN_RUNNING && watch->mode == MODE_MONITOR;
}

static void add_gap(struct day_watch *watch, enum gap_cause cause, int64_t to_utc_ms)
{
    int64_t from_utc_ms = watch->at_utc_ms;
    watch->gap_ms[cause] += to_utc_ms - from_utc_ms;
    /* Between two stretches without frames that say something there was one. */
    bool lasts = cause != GAP_NO_FRAMES && cause != GAP_CAMERA && cause != GAP_BLIND;
    struct day_gap *last = watch->gap_count ? &watch->gaps[watch->gap_count - 1] : NULL;
    if (last && lasts && last->cause == cause && last->to_utc_ms == from_utc_ms)
        last->to_utc_ms = to_utc_ms;
    else if (watch->gap_count < DAY_GAPS_MAX)
        watch->gaps[watch->gap_count++] = (struct day_gap){from_utc_ms, to_utc_ms, cause};
    else
        watch->gaps_beyond++;
}

static int64_t longest_pause_ms(const struct day_watch *watch)
{
    double pause_ms = 3000 * watch->frame_interval_s;
    return pause_ms > PAUSE_MS ? (int64_t)pause_ms : PAUSE_MS;
}

static enum gap_cause cause_of_pause(const struct day_watch *watch)
{
    if (watch->camera_fault)
        return GAP_CAMERA;
    return watch->blind ? GAP_BLIND : GAP_NO_FRAMES;
}

static void pass_armed(struct day_watch *watch, int64_t utc_ms)
{
    int64_t stretch_ms = utc_ms - watch->at_utc_ms;
    watch->armed_ms += stretch_ms;
    if (stretch_ms <= longest_pause_ms(watch))
        watch->monitored_ms += stretch_ms;
    else
        add_gap(watch, cause_of_pause(watch), utc_ms);
}

static enum gap_cause cause_of(const struct day_watch *watch)
{
    static const enum gap_cause causes[] = {
        [RUN_UNKNOWN] = GAP_NO_RECORDS, [RUN_ENDED] = GAP_NOT_RUNNING, [RUN_DIED] = GAP_DIED};
    if (watch->run != RUN_RUNNING)
        return causes[watch->run];
    return watch->mode == MODE_CAPTURE ? GAP_CAPTURE : GAP_OFF;
}

/* Accounts for the time up to `utc_ms` in the state that has been in force. */
static void pass(struct day_watch *watch, const struct day_settings *settings, int64_t utc_ms)
{
    if (utc_ms > settings->to_utc_ms)
        utc_ms = settings->to_utc_ms;
    if (utc_ms <= watch->at_utc_ms)
        return;
    if (day_watch_is_armed(watch))
        pass_armed(watch, utc_ms);
    else
        add_gap(watch, cause_of(watch), utc_ms);
    watch->at_utc_ms = utc_ms;
}

static void die(struct day_watch *watch, const struct day_settings *settings)
{
    if (watch->run != RUN_RUNNING)
        return;
    pass(watch, settings, watch->life_utc_ms);
    watch->run = RUN_DIED;
    watch->camera_fault = watch->blind = false;
}

/* Time that did not pass for the program: the PC slept, or somebody set the clock. */
static void notice_jump(struct day_watch *watch, const struct day_settings *settings,
                        const struct day_record *record)
{
    if (watch->life_mono_ms < 0 || record->mono_ms < 0 || watch->run != RUN_RUNNING)
        return;
    /* The PC was started anew; a frame may be a little older than a heartbeat before it. */
    if (record->mono_ms < watch->life_mono_ms - JUMP_MS) {
        die(watch, settings);
        return;
    }
    int64_t passed_ms = record->mono_ms - watch->life_mono_ms;
    int64_t jump_ms = record->utc_ms - watch->life_utc_ms - passed_ms;
    watch->clock_set_back += jump_ms < -JUMP_MS && record->of_day;
    if (jump_ms <= JUMP_MS || !day_watch_is_armed(watch))
        return;
    pass(watch, settings, watch->life_utc_ms);
    int64_t to_utc_ms = record->utc_ms < settings->to_utc_ms ? record->utc_ms : settings->to_utc_ms;
    if (to_utc_ms - watch->at_utc_ms > JUMP_MS) {
        add_gap(watch, GAP_CLOCK, to_utc_ms);
        watch->at_utc_ms = to_utc_ms;
    }
}

static bool parse_mode(const char *name, int *ret_mode)
{
    for (int mode = MODE_OFF; mode <= MODE_MONITOR; mode++) {
        if (strcmp(name, mode_name((enum mode)mode)) == 0) {
            *ret_mode = mode;
            return true;
        }
    }
    return false;
}

bool day_is_scored_frame(const struct day_record *record)
{
    const char *mode = record_text(record->json, "mode");
    return strcmp(record->type, "frame_status") == 0 && (!mode[0] || strcmp(mode, "MONITOR") == 0);
}

bool day_is_blind_frame(const struct day_record *record)
{
    return strcmp(record_text(record->json, "state"), frame_state_name(FRAME_BLIND)) == 0;
}

static bool is_of_monitor(const char *type)
{
    static const char *const types[] = {"startup",      "shutdown",    "mode_change",
                                        "frame_status", "heartbeat",   "anomaly_detected",
                                        "alarm_update", "alarm_closed"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

static void take_start(struct day_watch *watch, const struct day_settings *settings,
                       const struct day_record *record)
{
    die(watch, settings);
    pass(watch, settings, record->utc_ms);
    watch->run = RUN_RUNNING;
    watch->camera_fault = watch->blind = false;
    parse_mode(record_text(record->json, "mode"), &watch->mode);
}

static void take_mode(struct day_watch *watch, const struct day_settings *settings,
                      const struct day_record *record)
{
    pass(watch, settings, record->utc_ms);
    watch->run = RUN_RUNNING;
    watch->blind = false;
    const char *mode = record_text(record->json, "mode_to");
    parse_mode(mode[0] ? mode : record_text(record->json, "mode"), &watch->mode);
}

/* Frames and heartbeats come only while armed, so they also tell that it is. */
static void take_life(struct day_watch *watch, const struct day_settings *settings,
                      const struct day_record *record)
{
    bool frame = day_is_scored_frame(record);
    bool armed = frame || strcmp(record_text(record->json, "mode"), "MONITOR") == 0;
    if (armed && !day_watch_is_armed(watch)) {
        pass(watch, settings, record->utc_ms);
        watch->run = RUN_RUNNING;
        watch->mode = MODE_MONITOR;
    }
    if (!frame)
        return;
    double interval_s = record_number(record->json, "frame_interval_seconds");
    watch->frame_interval_s = interval_s > 0 && interval_s <= 3600 ? interval_s : 0;
    if (day_is_blind_frame(record)) {
        watch->blind = true; /* the time up to it is accounted for by the next that sees */
        return;
    }
    pass(watch, settings, record->utc_ms);
    watch->camera_fault = watch->blind = false;
}

void day_watch_take(struct day_watch *watch, const struct day_settings *settings, bool replay,
                    const struct day_record *record)
{
    const char *type = record->type;
    if (strcmp(type, "fault") == 0 &&
        strcmp(record_text(record->json, "fault"), "camera_down") == 0)
        watch->camera_fault = true;
    if (!is_of_monitor(type))
        return;
    bool start = strcmp(type, "startup") == 0;
    if (!replay && !start)
        notice_jump(watch, settings, record);
    if (start) {
        take_start(watch, settings, record);
    } else if (strcmp(type, "shutdown") == 0) {
        pass(watch, settings, record->utc_ms);
        watch->run = RUN_ENDED;
    } else if (strcmp(type, "mode_change") == 0) {
        take_mode(watch, settings, record);
    } else if (strcmp(type, "frame_status") == 0 || strcmp(type, "heartbeat") == 0) {
        take_life(watch, settings, record);
    }
    watch->life_utc_ms = record->utc_ms;
    watch->life_mono_ms = record->mono_ms;
}

/* Nobody holds the monitor's lock, so what was said before that was not lived to see now. */
static bool is_gone(const struct day_watch *watch, const struct day_settings *settings)
{
    return settings->nobody_runs && settings->now_utc_ms < settings->to_utc_ms &&
           watch->run == RUN_RUNNING && watch->life_utc_ms <= settings->now_utc_ms;
}

void day_watch_end(struct day_watch *watch, const struct day_settings *settings, int64_t end_utc_ms)
{
    int64_t silence_ms = (int64_t)(3000 * settings->heartbeat_s);
    if (silence_ms < SILENCE_MIN_MS)
        silence_ms = SILENCE_MIN_MS;
    bool silent = day_watch_is_armed(watch) && watch->life_utc_ms < end_utc_ms - silence_ms;
    if (silent || is_gone(watch, settings))
        die(watch, settings);
    pass(watch, settings, end_utc_ms);
}
