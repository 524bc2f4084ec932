/* The capture thread: owns the source, opens and reopens it, hands its frames on.
 *
 * Life cycle: create → start → (arm) → stop → join → destroy. A live source is open only while
 * armed, so that `leakwatch capture` can have the camera meanwhile; a lost or missing one is tried
 * again after 1, 2, 4, 8, then every 10 s. A finite source is read to its end, which closes the
 * frame queue; its first failure ends the run. Ownership: borrows the source and the queue. Frames
 * go into the queue with one reference. Thread: create, start, stop, join and destroy on one
 * thread; arm and counts on any.
 */
#ifndef MONITOR_CAPTURE_H
#define MONITOR_CAPTURE_H

#include "camera/source.h"
#include "frame/queue.h"

enum { NOTE_SIZE = ERROR_MESSAGE_SIZE };

/* What travels to the scoring thread: a frame, or a note about one that could not be used. */
struct capture_item {
    struct frame *frame; /* NULL = only a note */
    char note[NOTE_SIZE];
};
void capture_item_discard(void *item);

struct capture_listener {
    /* The camera fails, or a frame was damaged; once per cause and episode. Live sources only: a
     * finite one sends notes through the queue, so that a replay says things in order. On the
     * capture thread. */
    void (*camera_error)(void *context, const char *reason);
    void *context;
};

struct capture;

/* `pool_size` frames are shared by everyone behind this thread. */
struct capture *capture_create(struct source *source, int pool_size, struct queue *items,
                               struct capture_listener listener, struct error *err);
MUST_CHECK bool capture_start(struct capture *capture, struct error *err);
void capture_arm(struct capture *capture, bool armed);
void capture_stop(struct capture *capture);
void capture_join(struct capture *capture);
/* After join and after every frame has come home. */
void capture_destroy(struct capture *capture);

/* After join: why a finite source failed; true when it did not. */
MUST_CHECK bool capture_result(const struct capture *capture, struct error *err);
struct source_counts capture_counts(struct capture *capture);
int64_t capture_frame_count(struct capture *capture); /* of the whole source, -1 = unknown */

#endif
