/* Is a monitor (or a replay) running in this project? Known from its lock, so a monitor that was
 * killed does not count.
 *
 * Looking holds the lock for a moment; presence_take has the patience for that, so that looking
 * never keeps a monitor from starting. Any thread.
 */
#ifndef MONITOR_PRESENCE_H
#define MONITOR_PRESENCE_H

#include "config/project.h"

MUST_CHECK bool presence_look(const struct project *project, bool *ret_running, struct error *err);

/* ERROR_BUSY when another monitor runs. */
MUST_CHECK bool presence_take(const struct project *project, struct file_lock *lock,
                              struct error *err);

#endif
