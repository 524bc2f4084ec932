/* Numbers, places and times of messages, formatted for people.
 *
 * An event's begin is in its id ("<UTC ms>-<n>"); the record's own stamp lends it the time zone of
 * the rig, so that the text does not depend on where it is made.
 */
#include "sink/message_text.h"

#include "base/parse.h"
#include "platform/clock.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void message_append_clean(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        char c = (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text;
        buffer_append(out, &c, 1);
    }
}

static double box_number(const json_t *box, const char *name, size_t index)
{
    const json_t *value =
        json_is_array(box) ? json_array_get(box, index) : json_object_get(box, name);
    return json_number_value(value);
}

void message_append_place(struct buffer *out, const json_t *record)
{
    const json_t *boxes = json_object_get(record, "boxes");
    size_t count = json_array_size(boxes);
    if (count == 0)
        return;
    const json_t *box = json_array_get(boxes, 0);
    buffer_append_format(out, "%.0f,%.0f", box_number(box, "x", 0) + box_number(box, "w", 2) / 2,
                         box_number(box, "y", 1) + box_number(box, "h", 3) / 2);
    if (count > 1)
        buffer_append_format(out, " and %zu more place%s", count - 1, count > 2 ? "s" : "");
}

void message_append_boxes(struct buffer *out, const json_t *record)
{
    size_t index;
    const json_t *box;
    json_array_foreach(json_object_get(record, "boxes"), index, box)
    {
        buffer_append_format(out, "Place %zu: x %.0f, y %.0f, width %.0f, height %.0f px\n",
                             index + 1, box_number(box, "x", 0), box_number(box, "y", 1),
                             box_number(box, "w", 2), box_number(box, "h", 3));
    }
}

void message_append_percent(struct buffer *out, double fraction)
{
    double percent = 100.0 * fraction;
    buffer_append_format(out,
                         percent >= 9.95   ? "%.0f %%"
                         : percent >= 0.95 ? "%.1f %%"
                                           : "%.2g %%",
                         percent);
}

/* With two significant digits: more would promise what the slope of a blob's area can not hold. */
static double rounded(double value)
{
    double step = pow(10, floor(log10(value)) - 1);
    return step > 1 ? round(value / step) * step : round(value);
}

/* Less than a fiftieth of it in a minute, or a pixel, is the trembling of its edge. */
void message_append_growth(struct buffer *out, double px_per_minute, double area_px)
{
    double speed = fabs(px_per_minute);
    if (!isfinite(px_per_minute) || speed > 1e9)
        return;
    if (speed < 1 || speed < area_px / 50)
        buffer_append_text(out, "hardly growing");
    else
        buffer_append_format(out, "%s by about %.0f px/min",
                             px_per_minute > 0 ? "growing" : "shrinking", rounded(speed));
}

const char *message_path_text(enum alarm_path path)
{
    static const char *const texts[ALARM_PATH_COUNT] = {
        [ALARM_PATH_NONE] = "",
        [ALARM_PATH_SCORE] = "the score of the whole picture",
        [ALARM_PATH_BLOB] = "the size of one spot",
        [ALARM_PATH_STRONG] = "a strong change within seconds",
        [ALARM_PATH_LASTING] = "a faint change that stays",
        [ALARM_PATH_GROWING] = "a faint change that grows"};
    return path < ALARM_PATH_COUNT ? texts[path] : "";
}

void message_append_duration(struct buffer *out, double seconds)
{
    if (seconds < 99.5)
        buffer_append_format(out, "%.0f s", seconds);
    else if (seconds < 99.5 * 60)
        buffer_append_format(out, "%.0f min", seconds / 60);
    else if (seconds < 48.0 * 3600)
        buffer_append_format(out, "%.1f h", seconds / 3600);
    else
        buffer_append_format(out, "%.1f days", seconds / 86400);
}

static bool append_ratio(struct buffer *out, const json_t *record, const char *what,
                         const char *value, const char *threshold)
{
    double bound = record_number(record, threshold), ratio = record_number(record, value) / bound;
    if (!(bound > 0) || !isfinite(ratio))
        return false;
    buffer_append_format(out, ratio < 99.5 ? "%s %.1fx threshold" : "%s %.0fx threshold", what,
                         ratio);
    return true;
}

void message_append_certainty(struct buffer *out, const json_t *record)
{
    bool spot_only = json_is_true(json_object_get(record, "heatmap_triggered")) &&
                     !json_is_true(json_object_get(record, "score_triggered"));
    if (spot_only && append_ratio(out, record, "spot", "largest_blob_area", "blob_area_threshold"))
        return;
    append_ratio(out, record, "score", "score", "threshold");
}

/* Milliseconds that the stamp's zone is ahead of UTC. */
static bool stamp_offset_ms(const char *ts, int64_t *ret_utc_ms, int64_t *ret_offset_ms)
{
    char local[20];
    int64_t local_ms;
    if (strlen(ts) < sizeof local - 1 || !parse_time_utc_ms(ts, ret_utc_ms))
        return false;
    memcpy(local, ts, sizeof local - 1); /* "2026-01-31T08:00:00", without fraction and zone */
    local[sizeof local - 1] = '\0';
    if (!parse_time_utc_ms(local, &local_ms))
        return false;
    int64_t utc_whole_ms = *ret_utc_ms - (*ret_utc_ms % 1000 + 1000) % 1000;
    *ret_offset_ms = local_ms - utc_whole_ms;
    return true;
}

static bool begin_of_event(const json_t *record, int64_t *ret_utc_ms)
{
    char *end;
    const char *id = record_text(record, "event_id");
    long long value = strtoll(id, &end, 10);
    *ret_utc_ms = value;
    return end > id && *end == '-' && value > 0 && value < INT64_C(253402300800000);
}

void message_append_since(struct buffer *out, const json_t *record)
{
    int64_t stamp_ms, offset_ms, begin_ms;
    const char *ts = record_text(record, "ts");
    if (!stamp_offset_ms(ts, &stamp_ms, &offset_ms))
        return;
    if (!begin_of_event(record, &begin_ms))
        begin_ms = stamp_ms;
    char text[CLOCK_TEXT_SIZE];
    clock_format_iso8601(begin_ms + offset_ms, true, text);
    if (strncmp(text, ts, 10) != 0)
        buffer_append_format(out, "%.10s ", text);
    buffer_append_format(out, "%.8s", text + 11);
}
