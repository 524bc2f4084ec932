/* Pieces of text that several kinds of message need, and the reports that tell of the same. Pure.
 */
#ifndef SINK_MESSAGE_TEXT_H
#define SINK_MESSAGE_TEXT_H

#include "base/buffer.h"
#include "score/detector.h"

#include <jansson.h>
#include <stdint.h>

/* Control characters become spaces. */
void message_append_clean(struct buffer *out, const char *text);

/* "412,300" (centre of the largest box, camera pixels) and " and 2 more places"; nothing without
 * boxes. */
void message_append_place(struct buffer *out, const json_t *record);
void message_append_boxes(struct buffer *out, const json_t *record); /* a line for each */

/* "0.8 %", "0.12 %": two significant digits. */
void message_append_percent(struct buffer *out, double fraction);
/* "growing by about 40 px/min", "shrinking by …", "hardly growing"; nothing when it is not known.
 */
void message_append_growth(struct buffer *out, double px_per_minute, double area_px);
/* "45 s", "14 min", "3.2 h", "2.5 days" */
void message_append_duration(struct buffer *out, double seconds);
/* "score 3.1x threshold", or the spot's size over its own threshold where that one triggered. */
void message_append_certainty(struct buffer *out, const json_t *record);

/* "a faint change that stays"; "" when it is not known. */
const char *message_path_text(enum alarm_path path);

/* When the event began, in the time zone of the record's stamp: "02:14:05", with the date in front
 * when it was another day; "" when the record does not say. */
void message_append_since(struct buffer *out, const json_t *record);

#endif
