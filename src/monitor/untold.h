/* Alarms of an earlier run that were recorded within a cooldown, and whose run was killed before it
 * could tell anybody.
 *
 * A run that ends in good order tells them itself (watch_finish). Looks at the last UNTOLD_SCAN
 * records up to `last_seq`; emits one `alarm_update` (late) with notify for each such alarm, and
 * one `scene_changed` (late) for each such change of the scene, the oldest first, UNTOLD_MOST at
 * most. Replays, whose startup record says that they tell nobody, do not count. Thread: the
 * caller's. Errors: the journal can not be read.
 */
#ifndef MONITOR_UNTOLD_H
#define MONITOR_UNTOLD_H

#include "event/watch.h"

enum { UNTOLD_SCAN = 50000, UNTOLD_MOST = 64 };

MUST_CHECK bool untold_tell(const char *journal_path, int64_t last_seq, struct instant now,
                            struct event_sink sink, struct error *err);

#endif
