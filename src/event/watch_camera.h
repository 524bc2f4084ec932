/* What is wrong with the picture as such: when it becomes a fault that people are told of, and when
 * it is over. Only the files of the watch use this; its struct is embedded in theirs.
 *
 * A fault stands when from its first frame on, for `after` and three frames at least, most frames
 * showed it; it is over when no frame of five seconds showed it. While one stands, and in every
 * frame that shows one, nothing is judged.
 *
 * One cause, one message. The faults are ranked: dark, saturated, frozen, covered, blurred, moved.
 * Each explains those behind it (a dark picture shows no edges, is blurred, and does not change),
 * so a fault is told when no stronger one stands or is in the making; one that outlives the
 * stronger one is told then. Told once per outage; again when it still stands after arming anew.
 *
 * Pure, on the watch's time. A time without frames (the camera is down) proves nothing: what was in
 * the making begins anew, what stands still stands.
 */
#ifndef EVENT_WATCH_CAMERA_H
#define EVENT_WATCH_CAMERA_H

#include "score/detector.h"

struct watch;

struct picture_fault {
    bool stands;
    bool confirmed; /* seen long enough since arming */
    bool told;      /* people know of it, and not yet that it is over */
    bool said;      /* the same, since arming */
    int64_t since_ns;
    bool pending; /* may become one: counted from here on */
    int64_t pending_since_ns;
    int64_t frames, faulty;
    bool clear; /* the newest frames do not show it */
    int64_t clear_since_ns;
};

struct picture_faults {
    struct picture_fault faults[CAMERA_FAULT_COUNT];
};

/* A frame that shows these (bits 1u << enum camera_fault); says what follows. */
void picture_faults_follow(struct watch *watch, unsigned shown);

/* Armed, or the camera went down. */
void picture_faults_rearm(struct watch *watch);
void picture_faults_pause(struct watch *watch);

/* The strongest that stands; CAMERA_FAULT_COUNT = none. */
enum camera_fault picture_faults_strongest(const struct watch *watch);

/* Does one stand that was said since arming? */
bool picture_faults_said(const struct watch *watch);

#endif
