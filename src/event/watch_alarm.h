/* The alarm part of the watch state machine, and what its parts share; only they include this.
 * Rules: event/watch.h. */
#ifndef EVENT_WATCH_ALARM_H
#define EVENT_WATCH_ALARM_H

#include "event/watch.h"

bool watch_is_armed(const struct watch *watch);
void watch_emit(const struct watch *watch, const struct event *event);

/* An event stamped with the present; the caller fills in the rest. */
struct event watch_event(const struct watch *watch, enum event_type type);

/* An event about a frame. */
struct event watch_frame_event(const struct watch *watch, enum event_type type,
                               const struct frame *frame, const struct frame_status *status);

/* "<UTC ms>-<n>", the next number. */
void watch_make_id(struct watch *watch, int64_t utc_ms, char ret_id[EVENT_ID_SIZE]);

/* What follows from a judged frame, after its frame_status has been said and the rows been counted.
 */
void alarm_follow_frame(struct watch *watch, const struct frame *frame,
                        const struct frame_status *status, const struct observation *observation);

/* Messages that are due without a frame, and when the next one is. */
void alarm_tick(struct watch *watch);
int64_t alarm_next_deadline(const struct watch *watch);

void alarm_finish(struct watch *watch);

/* Armed again: rows of frames begin anew, and what was acknowledged before counts no longer. */
void alarm_rearm(struct watch *watch);

/* From when on people may be told of something: the end of the cooldown. */
int64_t alarm_messages_free_from(const struct watch *watch);

double alarm_cooldown_remaining_seconds(const struct watch *watch);

#endif
