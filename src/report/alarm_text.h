/* An alarm of the list for people and for programs.
 *
 * Pictures are looked for under the project folder, since retention may have removed them. Times
 * are local, of a replay in UTC (its own clock). Errors: memory shows in `out`, or as NULL.
 */
#ifndef REPORT_ALARM_TEXT_H
#define REPORT_ALARM_TEXT_H

#include "base/buffer.h"
#include "report/alarm_list.h"

/* "2026-01-31 08:00:00" */
void alarm_append_time(struct buffer *out, int64_t utc_ms, bool utc);
/* "45 s", "14 min", "3.2 h", "2.5 days" */
void alarm_append_duration(struct buffer *out, double seconds);

/* Several lines, ending with a line feed. */
void alarm_append_text(struct buffer *out, const struct alarm_entry *entry, const char *root,
                       int64_t now_utc_ms);

json_t *alarm_to_json(const struct alarm_entry *entry, const char *root, int64_t now_utc_ms);

#endif
