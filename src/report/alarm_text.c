/* What `alarms` prints of one alarm: the lines that somebody reads aloud on the telephone, and the
 * same as JSON. Texts from records (paths) may hold anything; what steers a
 * terminal becomes a space.
 */
#include "report/alarm_text.h"

#include "base/text.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "report/plot_ticks.h"
#include "sink/message_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void alarm_append_time(struct buffer *out, int64_t utc_ms, bool utc)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format_iso8601(utc_ms, utc, text);
    buffer_append_format(out, "%.10s %.8s", text, text + 11);
}

void alarm_append_duration(struct buffer *out, double seconds)
{
    message_append_duration(out, seconds > 0 ? seconds : 0); /* the clock was set back */
}

static double age_seconds(const struct alarm_entry *entry, int64_t now_utc_ms)
{
    if (entry->replay || entry->state == ALARM_CLOSED)
        return entry->view.age_seconds;
    return (double)(now_utc_ms - entry->view.opened_utc_ms) / 1000.0;
}

static bool picture_exists(const char *root, const json_t *path)
{
    char whole[PATH_SIZE];
    struct error ignored;
    const char *name = json_string_value(path);
    return name && path_join(whole, sizeof whole, root, name, &ignored) &&
           file_kind_of(whole) == FILE_REGULAR;
}

/* ---- for people */

static void append_pictures(struct buffer *out, const json_t *paths, const char *when,
                            const char *root)
{
    size_t index, count = json_array_size(paths), there = 0;
    const json_t *path;
    json_array_foreach(paths, index, path)
    {
        there += picture_exists(root, path);
    }
    if (count == 0)
        return;
    if (there == 0) {
        buffer_append_format(out, "  pictures %s: removed\n", when);
        return;
    }
    buffer_append_format(out, "  pictures %s:\n", when);
    json_array_foreach(paths, index, path)
    {
        buffer_append_text(out, "    ");
        text_append_plain(out, json_is_string(path) ? json_string_value(path) : "?");
        buffer_append_text(out, picture_exists(root, path) ? "\n" : "  (removed)\n");
    }
}

static void append_growth(struct buffer *out, const struct alarm_view *view)
{
    struct buffer growth = {0};
    message_append_growth(&growth, view->growth_px_per_minute, view->area_px);
    if (growth.size > 0)
        buffer_append_format(out, ", %s", buffer_text(&growth));
    out->failed = out->failed || growth.failed;
    buffer_finish(&growth);
}

static void append_place(struct buffer *out, const struct alarm_view *view)
{
    if (view->area_px > 0) {
        buffer_append_format(out, "  size: %.0f px, ", view->area_px);
        message_append_percent(out, view->area_fraction);
        buffer_append_text(out, " of the picture");
        append_growth(out, view);
        buffer_append_text(out, "\n");
    }
    if (view->box_count == 0)
        return;
    const struct rect *box = &view->boxes[0];
    buffer_append_format(out, "  place: around %d,%d (%d x %d px)", box->x + box->width / 2,
                         box->y + box->height / 2, box->width, box->height);
    if (view->box_count > 1)
        buffer_append_format(out, " and %d more place%s", view->box_count - 1,
                             view->box_count > 2 ? "s" : "");
    buffer_append_text(out, "\n");
}

static void append_measure(struct buffer *out, const char *what, double value, double threshold)
{
    char value_text[NUMBER_TEXT_SIZE], threshold_text[NUMBER_TEXT_SIZE];
    number_format_pair(value, threshold, value_text, threshold_text);
    buffer_append_format(out, "  %s %s, threshold %s", what, value_text, threshold_text);
    double ratio = value / threshold;
    if (threshold > 0 && isfinite(ratio))
        buffer_append_format(out, ratio < 99.5 ? " (%.1fx)" : " (%.0fx)", ratio);
}

static void append_score(struct buffer *out, const struct alarm_entry *entry)
{
    const struct frame_status *status = &entry->status;
    append_measure(out, "score", status->score, status->threshold);
    if (entry->view.peak_score > 1.05 * status->score) {
        char peak[NUMBER_TEXT_SIZE];
        number_format(entry->view.peak_score, peak);
        buffer_append_format(out, ", highest %s", peak);
    }
    buffer_append_text(out, "\n");
    if (!status->heatmap_triggered || status->score_triggered)
        return;
    append_measure(out, "spot", status->largest_blob_area, status->blob_area_threshold);
    buffer_append_text(out, ", in pixels of the network's picture\n");
}

static void append_path(struct buffer *out, enum alarm_path path)
{
    if (path != ALARM_PATH_NONE)
        buffer_append_format(out, "  found by: %s\n", message_path_text(path));
}

static void append_headline(struct buffer *out, const struct alarm_entry *entry, int64_t now_utc_ms)
{
    static const char *const states[] = {[ALARM_OPEN] = "open since ",
                                         [ALARM_LEFT] = "open when the monitor stopped; it began ",
                                         [ALARM_CLOSED] = "over; it began "};
    buffer_append_format(out, "%s: %s", entry->view.event_id, states[entry->state]);
    alarm_append_time(out, entry->view.opened_utc_ms, entry->replay);
    if (entry->state == ALARM_CLOSED) {
        buffer_append_text(out, " and lasted ");
        alarm_append_duration(out, entry->view.age_seconds);
    } else if (!entry->replay) {
        buffer_append_text(out, " (");
        alarm_append_duration(out, age_seconds(entry, now_utc_ms));
        buffer_append_text(out, " ago)");
    }
    buffer_append_text(out, "\n");
    if (entry->replay)
        buffer_append_text(out, "  seen in a recording; its times are the recording's\n");
}

static void append_acknowledged(struct buffer *out, const struct alarm_entry *entry)
{
    if (entry->acknowledged) {
        buffer_append_text(out, "  acknowledged ");
        alarm_append_time(out, entry->acknowledged_utc_ms, false);
        buffer_append_text(out, "\n");
    } else if (alarm_needs_somebody(entry))
        buffer_append_format(out, "  not acknowledged; `leakwatch ack %s` says that you know\n",
                             entry->view.event_id);
    if (entry->accepted)
        buffer_append_text(out, "  its places were accepted as normal\n");
}

void alarm_append_text(struct buffer *out, const struct alarm_entry *entry, const char *root,
                       int64_t now_utc_ms)
{
    append_headline(out, entry, now_utc_ms);
    append_score(out, entry);
    append_path(out, entry->view.path);
    append_place(out, &entry->view);
    append_acknowledged(out, entry);
    append_pictures(out, entry->first_pictures, "of its beginning", root);
    append_pictures(out, entry->latest_pictures, "of the latest look", root);
}

/* ---- for programs */

static json_t *time_json(int64_t utc_ms, bool utc)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format_iso8601(utc_ms, utc, text);
    return json_string(text);
}

static json_t *boxes_json(const struct alarm_view *view)
{
    json_t *boxes = json_array();
    for (int i = 0; boxes && i < view->box_count; i++) {
        const struct rect *box = &view->boxes[i];
        json_t *value = json_pack("{s:i, s:i, s:i, s:i}", "x", box->x, "y", box->y, "w", box->width,
                                  "h", box->height);
        if (json_array_append_new(boxes, value) != 0) {
            json_decref(boxes);
            return NULL;
        }
    }
    return boxes;
}

static bool add_pictures(json_t *pictures, const json_t *paths, const char *root)
{
    size_t index;
    json_t *path;
    json_array_foreach(paths, index, path)
    {
        json_t *value = json_pack("{s:O, s:b}", "path", path, "exists", picture_exists(root, path));
        if (json_array_append_new(pictures, value) != 0)
            return false;
    }
    return true;
}

static json_t *pictures_json(const struct alarm_entry *entry, const char *root)
{
    json_t *pictures = json_array();
    if (pictures && add_pictures(pictures, entry->first_pictures, root) &&
        add_pictures(pictures, entry->latest_pictures, root))
        return pictures;
    json_decref(pictures);
    return NULL;
}

json_t *alarm_to_json(const struct alarm_entry *entry, const char *root, int64_t now_utc_ms)
{
    const struct alarm_view *view = &entry->view;
    const struct frame_status *status = &entry->status;
    json_t *acknowledged_at =
        entry->acknowledged ? time_json(entry->acknowledged_utc_ms, false) : json_null();
    return json_pack(
        "{s:s, s:s, s:b, s:b, s:o, s:o, s:f, s:f, s:f, s:f, s:b, s:b, s:f, s:f, s:f, s:f, s:o, "
        "s:i, s:o, s:o, s:s, s:b}",
        "event_id", view->event_id, "state", alarm_state_name(entry->state), "replay",
        entry->replay, "acknowledged", entry->acknowledged, "acknowledged_at", acknowledged_at,
        "opened_at", time_json(view->opened_utc_ms, entry->replay), "age_seconds",
        age_seconds(entry, now_utc_ms), "score", status->score, "threshold", status->threshold,
        "peak_score", view->peak_score, "score_triggered", status->score_triggered,
        "heatmap_triggered", status->heatmap_triggered, "largest_blob_area",
        status->largest_blob_area, "blob_area_threshold", status->blob_area_threshold, "area_px",
        view->area_px, "area_fraction", view->area_fraction, "boxes", boxes_json(view),
        "evidence_sets", entry->picture_sets, "evidence", pictures_json(entry, root),
        "growth_px_per_minute",
        isfinite(view->growth_px_per_minute) ? json_real(view->growth_px_per_minute) : json_null(),
        "path", alarm_path_name(view->path), "accepted_as_normal", entry->accepted);
}
