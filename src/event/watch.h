/* The state machine of watching: observations and time go in, events come out. Pure: no clock, no
 * I/O, no allocation.
 *
 * Time. Timers run on `time_ns` alone; the wall clock (`utc_ms`) only stamps events, so it may jump
 * either way. Before each frame at t the caller lets every deadline up to t pass
 * (watch_next_deadline / watch_tick), so that a replay and a live run that saw the same frames say
 * the same. A live caller ticks with the present time instead when it comes late (the computer
 * slept): what is overdue is then said once, with the present time, not once for every deadline. A
 * frame may be older than the last tick (it was being scored meanwhile); inside, time never runs
 * backwards.
 *
 * Armed. MODE_MONITOR; arming restarts all timers and every row of frames. Disarming says nothing
 * but mode_change and closes nothing: an alarm closes when normal frames come. Frames that arrive
 * while disarmed are passed over.
 *
 * Frames. One with a fault of the picture, or while such a fault stands, is blind; one in which too
 * much moves is busy. Both count as a gap without frames: they neither add to a row nor break it,
 * open nothing and close nothing. How long busy may last, the detector decides.
 *
 * Alarms, N = consecutive_needed:
 *   - anomalous = judged, and either trigger. An alarm opens with the N-th anomalous frame in a row
 * and closes with the N-th normal one; at most one is open. A gap without frames neither adds to a
 * row nor breaks it. Nothing is closed at the end of a finite source: what was open is still open.
 *   - an open alarm is updated when for N anomalous frames in a row its area was half as large
 *     again as in any record of it (grown), or something was where it had not been recorded
 *     (new_box, see box_memory.h); a single noisy frame or a hand does neither.
 *   - at most one record about the alarm follows a frame_status.
 *
 * Messages (`notify`). The cooldown runs from the last message about an alarm that was no closing;
 * it limits messages only, never records or evidence. Within it, nothing that people should know is
 * dropped, it waits:
 *   - opening: told at once, or else as a reminder when the cooldown ends;
 *   - new_box: likewise, also when the alarm had been acknowledged: nobody has seen this yet;
 *   - reminder of an open, unacknowledged alarm: with its first anomalous frame after the cooldown,
 *     so that it shows the present; without a frame when the camera is down or its pictures are
 *     faulty. None when the cooldown is 0: then every opening and new_box is told anyway;
 *   - closing: at once when the opening was told; neither waits for a cooldown nor starts one;
 *   - an alarm that opened and closed within the cooldown: when it ends (late), the largest of them
 *     with the number of the others; watch_finish tells it before the end of the run;
 *   - acknowledging ends reminders of the open alarm until something new appears or the watch is
 *     armed again.
 *
 * A changed scene (scene_changed) is a lower alarm: recorded at once, with an id of the same
 * numbers, told at once or when the cooldown is over (late, the largest with the number of the
 * others); it keeps to the cooldown of the alarms and to one of its own, but starts none of theirs,
 * so that it never delays a leak. It is never open: the detector has taken it for normal already,
 * so there are no reminders and nothing to acknowledge.
 *
 * Evidence. At opening always; at updates and closing at most one set per evidence_gap and alarm. A
 * new box within the gap gets its pictures when the gap is over (pictures). Changes of the scene
 * have a gap of their own.
 *
 * Camera. Down when armed and no frame came for camera_down, two frame intervals at least;
 * recovered at the next frame. A fault that still stands after arming anew is said again.
 * Faults of the picture: event/watch_camera.h. Heartbeats run while armed, from arming on, and say
 * whether nothing can be judged (blind).
 *
 * Ownership: watch_init fills the caller's struct; nothing to free. One thread.
 */
#ifndef EVENT_WATCH_H
#define EVENT_WATCH_H

#include "config/project.h"
#include "event/area_trend.h"
#include "event/box_memory.h"
#include "event/event.h"
#include "event/watch_camera.h"

struct watch_settings {
    int consecutive_needed; /* at least 1 */
    int64_t cooldown_ns;    /* 0 = messages are not limited */
    int64_t heartbeat_ns;   /* above 0, as the next two */
    int64_t camera_down_ns, evidence_gap_ns;
    int64_t fault_after_ns; /* how long a faulty picture stands until it is told; 0 = 10 s */
    double frame_interval_seconds;
    int first_alarm_number; /* n of "<UTC ms>-<n>"; above all that this project has used */
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

struct scene_changes {
    bool ever_told, ever_pictured;
    int64_t told_ns, pictured_ns;
    int untold_count;
    struct alarm_view untold; /* the largest of them */
};

/* Private; in the header so that it can be embedded. `mode`, `consecutive_anomalies` and
 * `frame_state` may be read. */
struct watch {
    struct watch_settings settings;
    struct event_sink sink;
    enum mode mode;
    int64_t now_ns;        /* the latest time heard of */
    int64_t utc_offset_ms; /* utc_ms - time_ns / 1e6 at the last call that knew both */
    uint64_t frames_scored, alarms;
    int64_t last_frame_ns, next_heartbeat_ns; /* counted from arming */
    bool camera_down, camera_down_said;       /* the fault stands; it was said since arming */
    int64_t camera_down_since_ns;
    struct picture_faults pictures;
    enum frame_state frame_state; /* of the last frame */
    int consecutive_anomalies, consecutive_normals;
    int grown_frames; /* in a row */

    bool alarm_open, alarm_told, alarm_acknowledged;
    bool box_untold, pictures_owed;
    int64_t alarm_opened_ns, last_evidence_ns;
    double recorded_area_px;
    struct alarm_view alarm;
    struct frame_status alarm_status; /* of its last anomalous frame */
    struct box_memory boxes;
    struct area_trend trend;
    int next_alarm_number;
    struct scene_changes scene;

    bool ever_messaged;
    int64_t last_message_ns;
    int untold_count; /* closed alarms */
    struct alarm_view untold;
    struct frame_status untold_status;
};

void watch_init(struct watch *watch, const struct watch_settings *settings, enum mode mode,
                struct instant now, struct event_sink sink);

/* Says mode_change when it differs; arming restarts all timers. */
void watch_set_mode(struct watch *watch, enum mode mode, struct instant now);

/* One scored frame; emits frame_status and what follows from it. */
void watch_observe(struct watch *watch, const struct frame *frame,
                   const struct observation *observation);

/* A frame that arrived but could not be scored: the camera lives. */
void watch_frame_arrived(struct watch *watch, struct instant now);

/* INT64_MAX when nothing is due. Ticking at the deadline moves it on. */
int64_t watch_next_deadline(const struct watch *watch);
void watch_tick(struct watch *watch, int64_t time_ns);

/* The wall clock may have jumped: what ticks say is stamped with this from now on. Frames and modes
 * bring their own. */
void watch_set_clock(struct watch *watch, struct instant now);

/* The operator has seen the open alarm: reminders end. False when `event_id` is not the open one.
 */
bool watch_acknowledge(struct watch *watch, const char *event_id);

/* The run ends: what people were not told yet is told now, whatever the cooldown. Closes nothing.
 */
void watch_finish(struct watch *watch, struct instant now);

#endif
