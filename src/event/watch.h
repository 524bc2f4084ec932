/* The state machine of watching: observations and time go in, events come out. Pure: no clock, no
 * I/O, no allocation.
 *
 * Time: `time_ns` of all calls never runs backwards. Before each frame at t the caller lets every
 * deadline up to t pass (watch_next_deadline / watch_tick), so that a replay and a live run that
 * saw the same frames say the same. Rules:
 *   - anomalous = either trigger; an alarm opens after `consecutive_needed` anomalous frames in a
 * row and closes after as many normal ones; disarming closes nothing and says nothing: the alarm
 * closes when normal frames come, or at watch_finish.
 *   - an open alarm is updated when its area grew by half since the last record of it, or a box
 * appears that touches none so far.
 *   - `notify`: an opening alarm, unless another message about alarms went out within the cooldown
 * (then at its end, as a reminder); updates for new boxes likewise; a reminder of an open,
 * unacknowledged alarm once per cooldown; closing, when its opening was told. The cooldown limits
 * messages only.
 *   - `evidence`: at opening; at updates and closing, at most one set per 30 s and event.
 *   - camera down: armed and no frame for camera_down_ns; recovery at the next frame. Timers start
 * at arming.
 *   - heartbeats run while armed, from arming on.
 * Ownership: watch_init fills the caller's struct; nothing to finish. One thread.
 */
#ifndef EVENT_WATCH_H
#define EVENT_WATCH_H

#include "config/project.h"
#include "event/event.h"

struct watch_settings {
    int consecutive_needed;
    int64_t cooldown_ns, heartbeat_ns, camera_down_ns, evidence_gap_ns;
    double frame_interval_seconds;
    int first_alarm_number; /* n of "<UTC ms>-<n>" */
};

/* Where events go; called synchronously, once per event, in order. */
struct event_sink {
    void (*take)(void *context, const struct event *event);
    void *context;
};

/* An instant on both clocks. */
struct instant {
    int64_t time_ns, utc_ms;
};

enum { SEEN_BOXES_MAX = 64 };

/* Private; in the header so that it can be embedded. */
struct watch {
    struct watch_settings settings;
    struct event_sink sink;
    enum mode mode;
    int64_t utc_offset_ms; /* utc_ms - time_ns / 1e6 at the last call */
    int64_t last_frame_ns, next_heartbeat_ns, last_message_ns, last_evidence_ns;
    bool camera_down, ever_messaged;
    int64_t camera_down_since_ns;
    int consecutive_anomalies, consecutive_normals;
    bool alarm_open, alarm_told, alarm_acknowledged;
    int64_t alarm_opened_ns;
    double recorded_area_px;
    struct alarm_view alarm;
    int seen_box_count;
    struct rect seen_boxes[SEEN_BOXES_MAX];
    int alarm_number;
    uint64_t frames_scored, alarms;
};

void watch_init(struct watch *watch, const struct watch_settings *settings, enum mode mode,
                struct instant now, struct event_sink sink);

/* Says mode_change when it differs; arming restarts all timers. */
void watch_set_mode(struct watch *watch, enum mode mode, struct instant now);

/* One scored frame; emits frame_status and what follows from it. Only while armed. */
void watch_observe(struct watch *watch, const struct frame *frame,
                   const struct observation *observation);

/* A frame that arrived but could not be scored: the camera lives. */
void watch_frame_arrived(struct watch *watch, struct instant now);

/* INT64_MAX when nothing is due. */
int64_t watch_next_deadline(const struct watch *watch);
void watch_tick(struct watch *watch, int64_t time_ns);

/* The operator has seen the open alarm: reminders end. False when `event_id` is not the open one.
 */
bool watch_acknowledge(struct watch *watch, const char *event_id);

#endif
