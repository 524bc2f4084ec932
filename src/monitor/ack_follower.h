/* Follows state/acknowledged.txt while a live monitor runs: what `leakwatch ack` leaves there is
 * handed on, each line once.
 *
 * What stood there at the start belongs to earlier runs and is passed over. A file that can not be
 * read, or is hostile, changes nothing: reminders go on, which is the safe side. Thread: the
 * supervisor's.
 */
#ifndef MONITOR_ACK_FOLLOWER_H
#define MONITOR_ACK_FOLLOWER_H

#include "sink/acknowledged.h"

struct ack_follower {
    const char *path;
    struct acknowledged seen;
};

void ack_follower_init(struct ack_follower *follower, const char *path);

/* Reads the file once; `take` gets each new event id, oldest first. */
void ack_follower_poll(struct ack_follower *follower,
                       void (*take)(void *context, const char *event_id), void *context);

#endif
