/* Words and numbers of a day's summary, the same in every file that is written of it.
 *
 * All append to `out` (its `failed` tells of memory). Times are local, with the date where it is
 * another day's and with the offset from UTC on days of 23 or 25 hours, when 02:30 may come twice.
 * Numbers have the digits that mean something. Pure; any thread.
 */
#ifndef REPORT_DAY_TEXT_H
#define REPORT_DAY_TEXT_H

#include "base/buffer.h"
#include "report/day.h"

void day_append_time(struct buffer *out, const struct day_summary *day, int64_t utc_ms);
void day_append_duration(struct buffer *out, int64_t duration_ms); /* "45 s", "3 h 05 min" */
void day_append_count(struct buffer *out, int64_t count);          /* "86,400" */
void day_append_number(struct buffer *out, double value);          /* "0.0175", "unknown" */
/* "camera down" of "camera_down". */
void day_append_name(struct buffer *out, const char *name);
/* "score 0.0175, 1.2 times its threshold 0.0151", or the same of the largest spot. */
void day_append_certainty(struct buffer *out, const struct day_alarm *alarm);
/* "found by a faint change that stays, growing by about 40 px/min at the fastest"; "" = unknown. */
void day_append_finding(struct buffer *out, const struct day_alarm *alarm);
/* "1.3 % of the picture (5,120 px) at x 30, y 140, 78x28 px, and 2 more places"; "" = unknown. */
void day_append_place(struct buffer *out, const struct day_alarm *alarm);
/* "closed", "still open", "open when the monitor ended", … with when. */
void day_append_state(struct buffer *out, const struct day_summary *day,
                      const struct day_alarm *alarm);
void day_append_fault_end(struct buffer *out, const struct day_summary *day,
                          const struct day_fault *fault);

const char *day_gap_name(enum gap_cause cause);              /* "camera_down", for JSON */
const char *day_gap_text(enum gap_cause cause, bool replay); /* for people */
const char *day_alarm_state_name(enum day_alarm_state state);
bool day_fault_is_camera(const struct day_fault *fault);

/* "Saturday, 21 November 2026" */
void day_append_long_date(struct buffer *out, const struct day_summary *day);

/* What matters most, in one or two sentences. */
enum day_verdict { DAY_QUIET, DAY_DOUBTFUL, DAY_ALARMING };
enum day_verdict day_append_headline(struct buffer *out, const struct day_summary *day);

/* Everything else that a reader must know to trust the rest: one sentence each, with a line feed.
 */
void day_append_remarks(struct buffer *out, const struct day_summary *day);

#endif
