/* A little language to drive the watch with: words separated by spaces, one second per frame.
 *
 *   n             a normal frame
 *   a             anomalous, with box A (100 px)
 *   b             anomalous, with box B elsewhere (100 px)
 *   ab            anomalous, with both (200 px)
 *   g  G          anomalous, box A grown to 150 and to 1000 px
 *   s             anomalous by its score alone, without a box
 *   x             a frame that could not be scored
 *   !d            a frame whose picture is dark; likewise f s b c m, frozen, saturated, blurred,
 *                 covered, moved; !dc: both
 *   ~a            a busy frame that otherwise looks like a; likewise ~n
 *   ^n            n, and the scene has changed where box B is; likewise ^a
 *   +30           30 seconds pass without a frame
 *   off cap on    the mode becomes OFF, CAPTURE, MONITOR
 *   ack           the operator acknowledges the open alarm
 *   wall+3600     the wall clock jumps
 *   fin           the run ends
 * A number in front repeats: 20a. What comes out, frame_status and heartbeats apart, is written as
 * words again: "open!*@3" is anomaly_detected at second 3, told (!) and with evidence (*). Faults
 * of the picture are "dark!@12" and "dark-over!@27", those of the camera "fault" and "recovered".
 */
#ifndef WATCH_SCRIPT_H
#define WATCH_SCRIPT_H

#include "base/rng.h"
#include "event/watch.h"
#include "platform/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_UTC_MS INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

enum { SCRIPT_LOG_SIZE = 16384 };

struct script {
    struct watch watch;
    struct frame frame;
    int64_t time_ns, utc_offset_ms;
    void (*also)(struct script *script, const struct event *event); /* may be NULL */
    char log[SCRIPT_LOG_SIZE];
    int statuses, heartbeats;
    struct event last;        /* that was logged */
    struct event last_status; /* frame_status */
    struct event last_heartbeat;
};

static const struct rect script_box_a = {10, 10, 20, 20}, script_box_b = {200, 200, 20, 20};

static bool script_is_of_picture(const struct event *event)
{
    return (event->type == EVENT_FAULT || event->type == EVENT_RECOVERED) &&
           event->fault >= FAULT_CAMERA_FROZEN;
}

static void script_log(struct script *script, const struct event *event)
{
    char word[64] = "?";
    bool late = event->update == UPDATE_LATE, over = event->type == EVENT_RECOVERED;
    switch (event->type) {
    case EVENT_ANOMALY_DETECTED:
        snprintf(word, sizeof word, "open");
        break;
    case EVENT_ALARM_CLOSED:
        snprintf(word, sizeof word, "closed");
        break;
    case EVENT_ALARM_UPDATE:
        snprintf(word, sizeof word, "%s", alarm_update_reason_name(event->update));
        break;
    case EVENT_MODE_CHANGE:
        snprintf(word, sizeof word, "mode");
        break;
    case EVENT_SCENE_CHANGED:
        snprintf(word, sizeof word, "scene%s", late ? "-late" : "");
        break;
    default:
        snprintf(word, sizeof word, "%s", event_type_name(event->type));
    }
    if (script_is_of_picture(event))
        snprintf(word, sizeof word, "%s%s", fault_kind_name(event->fault) + strlen("camera_"),
                 over ? "-over" : "");
    size_t used = strlen(script->log);
    snprintf(script->log + used, sizeof script->log - used, "%s%s%s%s@%lld", used ? " " : "", word,
             event->notify ? "!" : "", event->evidence ? "*" : "",
             (long long)(event->time_ns / NS_PER_SECOND));
}

static void script_take(void *context, const struct event *event)
{
    struct script *script = context;
    if (script->also)
        script->also(script, event);
    if (event->type == EVENT_FRAME_STATUS) {
        script->statuses++;
        script->last_status = *event;
    } else if (event->type == EVENT_HEARTBEAT) {
        script->heartbeats++;
        script->last_heartbeat = *event;
    } else {
        script_log(script, event);
        script->last = *event;
    }
}

static struct instant script_now(const struct script *script)
{
    return (struct instant){script->time_ns, script->time_ns / NS_PER_MS + script->utc_offset_ms};
}

static struct watch_settings script_settings(int needed, int cooldown_s)
{
    return (struct watch_settings){.consecutive_needed = needed,
                                   .cooldown_ns = cooldown_s * NS_PER_SECOND,
                                   .heartbeat_ns = 60 * NS_PER_SECOND,
                                   .camera_down_ns = 30 * NS_PER_SECOND,
                                   .evidence_gap_ns = 30 * NS_PER_SECOND,
                                   .frame_interval_seconds = 1.0,
                                   .first_alarm_number = 1};
}

static void script_begin(struct script *script, struct watch_settings settings, enum mode mode)
{
    memset(script, 0, sizeof *script);
    script->frame.width = 200;
    script->frame.height = 100;
    script->utc_offset_ms = START_UTC_MS;
    watch_init(&script->watch, &settings, mode, script_now(script),
               (struct event_sink){script_take, script});
}

/* As a replay does it: each deadline at its own time. */
static void script_pass(struct script *script, int64_t duration_ns)
{
    script->time_ns += duration_ns;
    int64_t due_ns;
    while ((due_ns = watch_next_deadline(&script->watch)) <= script->time_ns)
        watch_tick(&script->watch, due_ns);
}

static unsigned script_faults(const char *letters)
{
    static const char known[CAMERA_FAULT_COUNT + 1] = "fdsbcm"; /* in their order */
    unsigned faults = 0;
    for (; *letters; letters++)
        faults |= 1u << (strchr(known, *letters) - known);
    return faults;
}

static struct observation script_observation(const char *word)
{
    struct observation seen = {.score = 0.001, .threshold = 0.01, .blob_area_threshold = 16.0};
    if (word[0] == '!') {
        seen.camera_faults = script_faults(word + 1);
        return seen;
    }
    seen.busy = word[0] == '~';
    seen.scene_changed = word[0] == '^';
    if (seen.scene_changed)
        seen.changed_boxes[seen.changed_box_count++] = script_box_b;
    word += seen.busy || seen.scene_changed;
    if (word[0] == 'n')
        return seen;
    seen.score_triggered = word[0] == 's';
    seen.heatmap_triggered = !seen.score_triggered;
    seen.score = 0.02;
    for (const char *c = word; *c; c++) {
        double area = *c == 'g' ? 150.0 : *c == 'G' ? 1000.0 : 100.0;
        if (*c == 's')
            continue;
        seen.boxes[seen.box_count++] = *c == 'b' ? script_box_b : script_box_a;
        seen.area_px += area;
    }
    seen.largest_blob_area = seen.area_px;
    seen.area_fraction = seen.area_px / 10000.0;
    return seen;
}

static void script_observe(struct script *script, const struct observation *observation)
{
    struct instant now = script_now(script);
    script->frame.time_ns = now.time_ns;
    script->frame.utc_ms = now.utc_ms;
    watch_observe(&script->watch, &script->frame, observation);
    script->frame.number++;
}

static void script_word(struct script *script, const char *word)
{
    if (word[0] == '+') {
        script_pass(script, atoll(word + 1) * NS_PER_SECOND);
    } else if (strncmp(word, "wall", 4) == 0) {
        script->utc_offset_ms += atoll(word + 4) * 1000;
    } else if (strcmp(word, "off") == 0) {
        watch_set_mode(&script->watch, MODE_OFF, script_now(script));
    } else if (strcmp(word, "cap") == 0) {
        watch_set_mode(&script->watch, MODE_CAPTURE, script_now(script));
    } else if (strcmp(word, "on") == 0) {
        watch_set_mode(&script->watch, MODE_MONITOR, script_now(script));
    } else if (strcmp(word, "ack") == 0) {
        if (!watch_acknowledge(&script->watch, script->watch.alarm.event_id))
            strcat(script->log, " refused");
    } else if (strcmp(word, "fin") == 0) {
        watch_finish(&script->watch, script_now(script));
    } else if (strcmp(word, "x") == 0) {
        script_pass(script, NS_PER_SECOND);
        watch_frame_arrived(&script->watch, script_now(script));
    } else {
        struct observation observation = script_observation(word);
        script_pass(script, NS_PER_SECOND);
        script_observe(script, &observation);
    }
}

static void script_run(struct script *script, const char *text)
{
    char copy[1024];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *rest = copy, *word; (word = strtok_r(rest, " ", &rest));) {
        char *end;
        long times = strtol(word, &end, 10);
        if (word[0] == '+' || end == word) {
            script_word(script, word);
            continue;
        }
        for (long i = 0; i < times; i++)
            script_word(script, end);
    }
}

#endif
