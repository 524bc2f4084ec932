/* Health of what is written while nobody looks: mode, records, waiting alerts, and the monitor that
 * writes them.
 *
 * Two days of records are looked at, and of most lines only the beginning, so that a log of
 * millions of lines takes a second. Replays write on a clock of their own, in UTC, and do not
 * count.
 */
#include "cmd/health.h"

#include "monitor/presence.h"
#include "sink/event_log.h"
#include "sink/outbox.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <string.h>

#define LOOK_BACK_MS (INT64_C(2) * 24 * 3600 * 1000)
#define WAITING_LONG_MS (INT64_C(15) * 60 * 1000)

static bool tells_of_faults(const char *type)
{
    static const char *const types[] = {"fault", "recovered", "startup", "shutdown"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

static bool take_peek(void *context, const struct journal_peek *peek)
{
    struct health_records *records = context;
    if (peek->seq > records->last_seq)
        records->last_seq = peek->seq;
    if (peek->stamp.utc)
        return false;
    if (records->first_utc_ms == 0)
        records->first_utc_ms = peek->stamp.utc_ms;
    records->last_utc_ms = peek->stamp.utc_ms;
    if (strcmp(peek->type, "frame_status") == 0)
        records->last_frame_utc_ms = peek->stamp.utc_ms;
    if (strcmp(peek->type, "startup") == 0 || strcmp(peek->type, "mode_change") == 0)
        records->last_begin_utc_ms = peek->stamp.utc_ms;
    return tells_of_faults(peek->type);
}

static bool take_fault(void *context, const json_t *record, int64_t seq)
{
    struct health_records *records = context;
    standing_faults_take(&records->camera, record);
    if (seq > records->last_seq)
        records->last_seq = seq;
    return true;
}

static bool read_records(struct health *health, int64_t *ret_damaged, struct error *err)
{
    struct journal_query query = {.since_utc_ms = health->report.utc_ms - LOOK_BACK_MS,
                                  .wanted = take_peek,
                                  .visit = take_fault,
                                  .context = &health->records};
    health->records = (struct health_records){0};
    return journal_search(health->project.events_file, &query, ret_damaged, err);
}

void health_look_at_records(struct health *health)
{
    struct error ignored;
    int64_t damaged;
    (void)!read_records(health, &damaged, &ignored); /* the check of the records says why not */
    health->mode_known = mode_read(health->project.mode_file, &health->mode, &ignored);
    health->monitor_known = file_is_missing(health->project.monitor_lock_file) ||
                            presence_look(&health->project, &health->monitor_running, &ignored);
}

void health_check_mode(struct health *health, struct health_result *result)
{
    struct error err;
    if (mode_read(health->project.mode_file, &health->mode, &err)) {
        health_set(result, HEALTH_OK, "%s", mode_name(health->mode));
        return;
    }
    bool is_missing = file_is_missing(health->project.mode_file);
    health_set(result, is_missing ? HEALTH_WARN : HEALTH_FAIL,
               is_missing ? "%s is missing, which counts as OFF" : "%s",
               is_missing ? health->project.mode_file : err.message);
    health_set_remedy(result, "`leakwatch mode OFF` (or CAPTURE, or MONITOR) writes it anew");
}

/* ---- records */

/* Opening it is what a monitor does first: it repairs a torn end, and refuses what it does not
 * know. */
static bool open_journal(struct health *health, int *ret_repaired, struct error *err)
{
    if (file_is_missing(health->project.events_file)) {
        *ret_repaired = 0;
        return true;
    }
    struct journal *journal = event_log_open(health->config, &health->project, err);
    if (!journal)
        return false;
    *ret_repaired = journal_repaired(journal);
    journal_close(journal);
    return true;
}

void health_check_records(struct health *health, struct health_result *result)
{
    struct error err;
    int repaired = 0;
    int64_t damaged = 0;
    if (!open_journal(health, &repaired, &err) || !read_records(health, &damaged, &err)) {
        health_set(result, HEALTH_FAIL, "%s", err.message);
        health_set_remedy(result, "a monitor could not record anything; if the file is damaged, "
                                  "rename it: a new one is begun");
        return;
    }
    long long last = (long long)health->records.last_seq;
    health_add_figure(result, "last_seq", (double)last);
    health_add_figure(result, "damaged_lines", (double)damaged);
    if (repaired > 0)
        health_set(result, HEALTH_WARN,
                   "record %lld is the last; the line after it was torn (a crash or power cut) and "
                   "has been put aside",
                   last);
    else if (damaged > 0)
        health_set(result, HEALTH_WARN, "record %lld is the last; %lld lines are damaged", last,
                   (long long)damaged);
    else if (last == 0)
        health_set(result, HEALTH_OK, "none yet");
    else
        health_set(result, HEALTH_OK, "record %lld is the last, and whole", last);
    if (result->state == HEALTH_WARN)
        health_set_remedy(result, "nothing to do if this computer crashed or lost power; else look "
                                  "at its disk");
}

/* ---- alerts that wait */

static void tell_waiting(const struct health *health, int count, int64_t queued_utc_ms,
                         struct health_result *result)
{
    char age[HEALTH_AGE_SIZE];
    int64_t age_ms =
        queued_utc_ms <= health->report.utc_ms ? health->report.utc_ms - queued_utc_ms : 0;
    health_format_age((double)age_ms / 1000, age);
    health_add_figure(result, "waiting", count);
    health_add_figure(result, "age_s", (double)age_ms / 1000);
    health_set(result, age_ms > WAITING_LONG_MS ? HEALTH_FAIL : HEALTH_WARN,
               count == 1 ? "%d alert has not reached people, for %s"
                          : "%d alerts have not reached people, for %s",
               count, age);
    health_set_remedy(result,
                      "%s; `leakwatch health --notify` says what is wrong, "
                      "logs/delivery.jsonl has every attempt",
                      health->monitor_running ? "the running monitor keeps trying"
                                              : "a monitor sends them: `leakwatch monitor`");
}

void health_check_outbox(struct health *health, struct health_result *result)
{
    struct error err;
    bool rebuilt = false;
    int count = 0;
    int64_t oldest_utc_ms = INT64_MAX;
    if (file_is_missing(health->project.outbox_file)) {
        health_set(result, HEALTH_OK, "none; nothing was ever to be sent");
        return;
    }
    struct outbox *outbox = outbox_open(health->project.outbox_file, &rebuilt, &err);
    if (!outbox || !outbox_pending(outbox, &count, &err) ||
        !outbox_oldest(outbox, &oldest_utc_ms, &err))
        health_set_error(result, HEALTH_FAIL, &err);
    else if (rebuilt) {
        health_set(result, HEALTH_WARN, "%s was damaged and has been put aside",
                   health->project.outbox_file);
        health_set_remedy(result, "the next `leakwatch monitor` takes the alerts of the last 7 "
                                  "days from the records again");
    } else if (count > 0)
        tell_waiting(health, count, oldest_utc_ms, result);
    else
        health_set(result, HEALTH_OK, "none");
    outbox_close(outbox);
}

/* ---- the monitor */

/* How long without a frame is too long. */
static double patience_s(const struct config *config)
{
    double three_frames_s = 3 * config->monitor_frame_interval_seconds;
    return three_frames_s > config->monitor_camera_down_seconds
               ? three_frames_s
               : config->monitor_camera_down_seconds;
}

/* An armed monitor: frames have to come, once it had time to begin. */
static void tell_armed(const struct health *health, struct health_result *result)
{
    const struct health_records *records = &health->records;
    bool has_frame =
        records->last_frame_utc_ms >= records->last_begin_utc_ms && records->last_frame_utc_ms > 0;
    int64_t since_utc_ms = has_frame ? records->last_frame_utc_ms : records->last_begin_utc_ms;
    double age_s = (double)(health->report.utc_ms - since_utc_ms) / 1000;
    char age[HEALTH_AGE_SIZE];
    health_format_age(age_s > 0 ? age_s : 0, age);
    if (has_frame)
        health_add_figure(result, "last_frame_age_s", age_s);
    bool is_late = age_s > patience_s(health->config);
    if (has_frame)
        health_set(result, is_late ? HEALTH_FAIL : HEALTH_OK, "running%s its last frame is %s old",
                   is_late ? ", but" : ";", age);
    else if (since_utc_ms == 0)
        health_set(result, HEALTH_WARN, "running, but it has recorded nothing for two days");
    else
        health_set(result, is_late ? HEALTH_FAIL : HEALTH_OK,
                   is_late ? "running, but since it was armed %s ago no frame came"
                           : "running; armed %s ago, the first frame is still to come",
                   age);
    if (result->state != HEALTH_OK)
        health_set_remedy(result, "look at the camera, its cable and its light; the last records "
                                  "in logs/events.jsonl say what it waits for");
}

/* Frames come, and show nothing that could be judged. */
static void tell_blind(const struct health *health, enum fault_kind kind,
                       struct health_result *result)
{
    const struct standing_fault *fault = &health->records.camera.faults[kind];
    char name[32], age[HEALTH_AGE_SIZE];
    double age_s = (double)(health->report.utc_ms - fault->since_utc_ms) / 1000;
    standing_fault_name(kind, name, sizeof name);
    health_format_age(age_s > 0 ? age_s : 0, age);
    health_set(result, HEALTH_FAIL, "running, but nothing is watched: %s for %s", name, age);
    health_set_remedy(result, "%s", fault->text);
}

void health_check_monitor(struct health *health, struct health_result *result)
{
    if (!health->monitor_known) {
        health_set(result, HEALTH_WARN, "whether one runs cannot be seen from %s",
                   health->project.monitor_lock_file);
        health_set_remedy(result, "run this by the account that runs the monitor");
    } else if (health->monitor_running && health->mode_known && health->mode == MODE_MONITOR) {
        enum fault_kind fault = standing_faults_first(&health->records.camera);
        if (fault == FAULT_KIND_COUNT || fault == FAULT_CAMERA_DOWN)
            tell_armed(health, result);
        else
            tell_blind(health, fault, result);
    } else if (health->monitor_running) {
        health_set(result, HEALTH_OK, "running, but disarmed: the mode is %s",
                   health->mode_known ? mode_name(health->mode) : "unknown");
    } else if (health->mode_known && health->mode == MODE_MONITOR) {
        health_set(result, HEALTH_FAIL, "the mode is MONITOR, but no monitor runs: nobody watches");
        health_set_remedy(result, "start it with `leakwatch monitor`, or disarm with `leakwatch "
                                  "mode OFF`");
    } else {
        health_set(result, HEALTH_OK, "none runs, and the mode asks for none");
    }
}
