/* A stretch of time in which the disk refuses something: told when it begins and when it ends, and
 * not in between. Pure. */
#ifndef MONITOR_EPISODE_H
#define MONITOR_EPISODE_H

#include "event/watch.h"

struct episode {
    bool active;
    struct instant since;
    struct error cause;
};

/* True when this is news: the first failure of an episode. */
bool episode_begin(struct episode *episode, struct instant at, const struct error *cause);

/* True when it was active; says for how long. */
bool episode_end(struct episode *episode, struct instant at, double *ret_duration_s);

#endif
