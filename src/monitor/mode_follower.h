/* Follows state/mode.txt while the monitor runs: never silently disarmed.
 *
 * An unreadable or unknown mode keeps the last one and is told once per episode, when it lasts
 * longer than a moment (an editor that is just saving is no fault). At start it counts as OFF.
 * Thread: the supervisor's.
 */
#ifndef MONITOR_MODE_FOLLOWER_H
#define MONITOR_MODE_FOLLOWER_H

#include "config/project.h"
#include "event/watch.h"

struct mode_follower {
    const char *path;
    enum mode mode;
    bool told;
    int failures; /* in a row */
    struct instant failing_since;
    struct event_sink sink; /* takes fault and recovered */
};

void mode_follower_init(struct mode_follower *follower, const char *path, struct instant now,
                        struct event_sink sink);

/* Reads the file once; returns the mode in force. */
enum mode mode_follower_poll(struct mode_follower *follower, struct instant now);

#endif
