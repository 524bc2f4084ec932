/* What a running monitor shows on the terminal: one line per thing worth knowing, and progress of a
 * replay.
 *
 * Lines go to stdout, progress to stderr and only where that is a terminal. Any thread.
 */
#ifndef MONITOR_CONSOLE_H
#define MONITOR_CONSOLE_H

#include "event/event.h"

#include <stdint.h>

/* "02:14:05  ALARM 1700000000000-1: score 0.0123 (threshold 0.0040), 0.8 % of the picture". Says
 * nothing of routine events. */
void console_event(const struct event *event, bool utc);

/* Replaces the progress line; total -1 = unknown. */
void console_progress(int64_t frame, int64_t total, uint64_t alarms);
void console_progress_end(void);

#endif
