/* Something that happened, as a flat value: what `event` decides, `sink` writes down and people are
 * told.
 *
 * Plain data without pointers, so that it can be queued by copying; only the members named beside
 * the type count. `utc_ms` and `time_ns` come from the frame or the caller's clock, never from
 * here.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "score/detector.h"

#include <stdbool.h>
#include <stdint.h>

enum event_type {
    EVENT_STARTUP,            /* mode, tells_people, detector, text: what is watched, detail */
    EVENT_STARTUP_WARNING,    /* text */
    EVENT_STARTUP_ERROR,      /* text */
    EVENT_SHUTDOWN,           /* text: why; frames, alarms */
    EVENT_MODE_CHANGE,        /* mode_from, mode_to */
    EVENT_CAPTURED_FRAME,     /* frame, text: the path */
    EVENT_FRAME_STATUS,       /* frame, status */
    EVENT_ANOMALY_DETECTED,   /* frame, status, alarm; evidence follows */
    EVENT_ALARM_UPDATE,       /* status, alarm, update, text (may be empty); frame and evidence, or
                                 frame -1 and the status of the last anomalous frame */
    EVENT_ALARM_CLOSED,       /* frame, status, alarm */
    EVENT_SCENE_CHANGED,      /* frame, alarm (id, boxes, area), text; evidence follows; or, with
                                 UPDATE_LATE, frame -1: told now, recorded before */
    EVENT_CONTEXT_SAVED,      /* frame, alarm.event_id: frames after the alarm */
    EVENT_HEARTBEAT,          /* frames_scored, alarms, blind */
    EVENT_CAMERA_ERROR,       /* text */
    EVENT_FAULT,              /* fault, text */
    EVENT_RECOVERED,          /* fault, text, fault_duration_s */
    EVENT_NOTIFY_ERROR,       /* text, channel in detail */
    EVENT_TRAINING_COMPLETE,  /* text */
    EVENT_RECORDS_LOST,       /* lost: so many frame_status records had no room */
    EVENT_ALARM_ACKNOWLEDGED, /* alarm.event_id */
    EVENT_ACCEPTED_AS_NORMAL, /* alarm (id, boxes), undone */
    EVENT_EVIDENCE_REMOVED,   /* text: how much, and why */
    EVENT_SNAPSHOT_SAVED,     /* frame, status, alarm without id; the evidence of a frame that
                                 somebody wanted to see */
    EVENT_HEALTH_CHECK_COMPLETE, /* of reports: text, detail: the report's main file */
    EVENT_RECONSTRUCTION_VIZ_COMPLETE,
    EVENT_THRESHOLD_CALIBRATION_COMPLETE,
    EVENT_DAILY_SUMMARY_COMPLETE,
    EVENT_TYPE_COUNT
};

enum fault_kind {
    FAULT_CAMERA_DOWN,
    FAULT_MODE_FILE,
    FAULT_DISK,
    FAULT_DETECTOR,
    FAULT_DELIVERY,
    FAULT_CAMERA_FROZEN, /* from here on in the order of enum camera_fault */
    FAULT_CAMERA_DARK,
    FAULT_CAMERA_SATURATED,
    FAULT_CAMERA_BLURRED,
    FAULT_CAMERA_COVERED,
    FAULT_CAMERA_MOVED,
    FAULT_KIND_COUNT
};

enum alarm_update_reason {
    UPDATE_GROWN,
    UPDATE_NEW_BOX,
    UPDATE_REMINDER, /* it is still there; for people */
    UPDATE_PICTURES, /* evidence that an earlier update had to wait for */
    UPDATE_LATE,     /* it closed before anybody could be told; told now */
    UPDATE_REASON_COUNT
};

/* What a frame is good for. */
enum frame_state {
    FRAME_JUDGED, /* normal or anomalous */
    FRAME_BUSY,   /* too much moves to say; counts as neither */
    FRAME_BLIND,  /* the picture itself is faulty; counts as neither */
    FRAME_STATE_COUNT
};

enum { EVENT_ID_SIZE = 40, EVENT_TEXT_SIZE = 512 };

/* Names as the existing log readers expect them (docs/records.md). */
struct frame_status {
    double score, threshold;
    bool score_triggered, heatmap_triggered;
    double largest_blob_area, blob_area_threshold;
    bool is_anomaly;
    int consecutive_anomalies, consecutive_needed;
    double cooldown_seconds, cooldown_remaining_seconds, frame_interval_seconds;
    enum frame_state state; /* is_anomaly is true for judged frames alone */
};

struct alarm_view {
    char event_id[EVENT_ID_SIZE]; /* "<UTC ms>-<n>" */
    int64_t opened_utc_ms;
    double age_seconds;
    int box_count;
    struct rect boxes[BOXES_MAX]; /* camera px */
    double area_px, area_fraction;
    double growth_px_per_minute; /* NAN = not known yet */
    enum alarm_path path;        /* that opened it */
    double peak_score;
    int untold_before; /* alarms that came and went since the last message, and are told with this
                        */
};

struct event {
    enum event_type type;
    int64_t utc_ms, time_ns;
    bool notify;       /* people are to be told: this record is what the outbox is filled from */
    bool evidence;     /* pictures are to be saved with it */
    bool tells_people; /* of a startup: this run sends messages; a replay does not */
    bool blind;        /* of a heartbeat: the camera gives nothing that could be judged */
    bool undone;       /* of an acceptance: taken back */
    int mode;          /* enum mode in force */
    int64_t frame;     /* the source's frame number, -1 = none */
    double media_time_s;
    struct frame_status status;
    struct alarm_view alarm;
    enum alarm_update_reason update;
    enum fault_kind fault;
    double fault_duration_s;
    int mode_from, mode_to;
    uint64_t frames_scored, frames_dropped, frames_damaged, alarms, lost;
    char text[EVENT_TEXT_SIZE];
    char detail[128];
    char detector[16]; /* of a startup: name of its kind */
};

const char *event_type_name(enum event_type type); /* "anomaly_detected" */
const char *fault_kind_name(enum fault_kind kind); /* "camera_down" */
const char *alarm_update_reason_name(enum alarm_update_reason reason);
const char *frame_state_name(enum frame_state state); /* "judged" */
const char *alarm_path_name(enum alarm_path path);    /* "score", "blob", … ; "" = none */
/* ALARM_PATH_NONE for a name that is none. */
enum alarm_path alarm_path_of_name(const char *name);

enum fault_kind fault_kind_of(enum camera_fault fault);

#endif
