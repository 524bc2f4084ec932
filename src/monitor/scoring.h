/* The inference thread: owns the detector and the watch state machine; frames in, events out.
 *
 * Life cycle: create → start → (set mode, acknowledge) → join (ends when the frame queue is closed
 * and empty) → destroy. After the first frame, which makes the detector, our own code on this
 * thread allocates nothing. Ownership: borrows queues and recorder; takes each frame it pops.
 * Thread: set_mode, acknowledge and progress from any thread.
 */
#ifndef MONITOR_SCORING_H
#define MONITOR_SCORING_H

#include "event/watch.h"
#include "frame/queue.h"
#include "monitor/recorder.h"
#include "sink/accepted.h"

struct scoring_settings {
    const struct config *config;
    struct queue *items; /* of struct capture_item */
    struct recorder *recorder;
    bool finite;          /* time is the source's */
    struct instant start; /* of the source's clock, or now */
    enum mode mode;       /* at start */
    int first_alarm_number;
    const struct accepted *accepted; /* borrowed by scoring_create; NULL = none */
    int64_t model_utc_ms;            /* acceptances from before do not count */
    struct detector *(*make_detector)(void *context, int camera_width, int camera_height,
                                      struct error *err);
    void *context;
    /* Called once, from the inference thread, when the thread ends or can not go on. */
    void (*ended)(void *context);
    void *ended_context;
};

struct scoring;

struct scoring *scoring_create(const struct scoring_settings *settings, struct error *err);
MUST_CHECK bool scoring_start(struct scoring *scoring, struct error *err);
void scoring_set_mode(struct scoring *scoring, enum mode mode);
/* Somebody has seen that alarm: no more reminders of it. Taken by the inference thread when it
 * comes to it; an id that is not the open alarm's does nothing. */
void scoring_acknowledge(struct scoring *scoring, const char *event_id);
/* The places that people have declared normal: all of them, the newest list wins. They reach the
 * detector after the next frame that is judged; what is not in the list any more, after the next
 * frame. */
void scoring_accept(struct scoring *scoring, const struct accepted *list);
void scoring_join(struct scoring *scoring);
void scoring_destroy(struct scoring *scoring);

/* What a supervisor and the heartbeat ping want to know. */
struct scoring_progress {
    uint64_t frames_scored, alarms;
    uint64_t frames_watched; /* scored, and the picture was not faulty */
    int64_t frame;           /* number of the last one */
    bool ended;
};
struct scoring_progress scoring_progress(struct scoring *scoring);

/* After join: the source's time at the end. */
struct instant scoring_last_instant(const struct scoring *scoring);
/* After join: false when the detector could not be made, or a replay's frame could not be scored.
 */
MUST_CHECK bool scoring_result(const struct scoring *scoring, struct error *err);

#endif
