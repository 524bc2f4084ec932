/* What the program says on the terminal. Records (events.jsonl) are not its business.
 *
 * One line per call, written with one write() so that lines of different threads never mix. Errors,
 * warnings and notes go to stderr, prefixed "leakwatch: error: " and so on, in colour only where
 * stderr is a terminal and NO_COLOR is unset. Only `cmd/` and the top loop of a thread call these.
 * Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTE };

void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_note(...) log_line(LOG_NOTE, __VA_ARGS__)

/* log_warning for those who hand out sentences (config.h, picture_list.h); `context` is not looked
 * at. */
void log_each_warning(void *context, const char *sentence);

/* Colour on or off for good; the default is decided at the first line. */
void log_set_color(bool enabled);

#endif
