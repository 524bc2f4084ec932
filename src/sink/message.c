/* Records into messages: a row per type with a line's writer; the text below it is the same for
 * all.
 *
 * The line begins with the one word that decides whether somebody gets up at night, then the rig.
 * Everything a reader needs is in it, because a lock screen shows no more.
 */
#include "sink/message.h"

#include "base/parse.h"
#include "event/event.h"
#include "sink/message_text.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct message_row {
    const char *type;
    const char *word; /* what the line begins with */
    void (*append_line)(struct buffer *out, const json_t *record);
};

static void append_since_and_certainty(struct buffer *out, const json_t *record, const char *since)
{
    size_t before = out->size;
    buffer_append_text(out, since);
    size_t start = out->size;
    message_append_since(out, record);
    if (out->size == start && !out->failed)
        out->size = before;
    buffer_append_text(out, ", ");
    message_append_certainty(out, record);
}

/* NAN when it is not known. */
static double growth_of(const json_t *record)
{
    const json_t *growth = json_object_get(record, "growth_px_per_minute");
    return json_is_number(growth) ? json_number_value(growth) : NAN;
}

static void append_size(struct buffer *out, const json_t *record)
{
    double fraction = record_number(record, "area_fraction");
    if (!(fraction > 0))
        return;
    buffer_append_text(out, " (");
    message_append_percent(out, fraction);
    buffer_append_text(out, " of the picture");
    size_t before = out->size;
    buffer_append_text(out, ", ");
    size_t start = out->size;
    message_append_growth(out, growth_of(record), record_number(record, "area_px"));
    if (out->size == start && !out->failed)
        out->size = before;
    buffer_append_text(out, ")");
}

static void append_spot(struct buffer *out, const json_t *record, const char *what,
                        const char *since)
{
    buffer_append_text(out, what);
    if (json_array_size(json_object_get(record, "boxes")) > 0) {
        buffer_append_text(out, " at ");
        message_append_place(out, record);
    }
    append_size(out, record);
    append_since_and_certainty(out, record, since);
}

static void append_anomaly(struct buffer *out, const json_t *record)
{
    append_spot(out, record, "something new", " since ");
}

static void append_update(struct buffer *out, const json_t *record)
{
    static const struct {
        const char *name, *what;
    } reasons[] = {{"grown", "it has grown, now"},
                   {"new_box", "a new place, now"},
                   {"late", "earlier, something was"}};
    const char *reason = record_text(record, "update");
    bool late = strcmp(reason, "late") == 0; /* whether it is still there is not known */
    const char *what = "still there";
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].name, reason) == 0)
            what = reasons[i].what;
    }
    append_spot(out, record, what, late ? ", from " : " since ");
}

static void append_closed(struct buffer *out, const json_t *record)
{
    buffer_append_text(out, "the picture is normal again");
    double age = record_number(record, "age_seconds");
    if (age > 0) {
        buffer_append_text(out, " after ");
        message_append_duration(out, age);
    }
    buffer_append_text(out, "; alarm since ");
    message_append_since(out, record);
}

static void append_scene(struct buffer *out, const json_t *record)
{
    buffer_append_text(out, "something is different");
    if (json_array_size(json_object_get(record, "boxes")) > 0) {
        buffer_append_text(out, " at ");
        message_append_place(out, record);
    }
    append_size(out, record);
    buffer_append_text(out, " since ");
    message_append_since(out, record);
    buffer_append_text(out, "; if it is no leak, there is nothing to do");
}

/* "camera_down" → "camera down" */
static void append_name(struct buffer *out, const char *name)
{
    size_t start = out->size;
    message_append_clean(out, name);
    for (size_t i = start; !out->failed && i < out->size; i++) {
        if (out->data[i] == '_')
            out->data[i] = ' ';
    }
}

static void append_text_of(struct buffer *out, const json_t *record, const char *separator)
{
    const char *text = record_text(record, "text");
    if (*text) {
        buffer_append_text(out, separator);
        message_append_clean(out, text);
    }
}

static void append_fault(struct buffer *out, const json_t *record)
{
    append_name(out, record_text(record, "fault"));
    append_text_of(out, record, ": ");
    buffer_append_text(out, ", since ");
    message_append_since(out, record);
}

static void append_recovered(struct buffer *out, const json_t *record)
{
    append_name(out, record_text(record, "fault"));
    buffer_append_text(out, " is over");
    double duration = record_number(record, "fault_duration_s");
    if (duration > 0) {
        buffer_append_text(out, " after ");
        message_append_duration(out, duration);
    }
    append_text_of(out, record, ": ");
}

static void append_startup_error(struct buffer *out, const json_t *record)
{
    buffer_append_text(out, "the monitor cannot watch");
    append_text_of(out, record, ": ");
}

static void append_training(struct buffer *out, const json_t *record)
{
    buffer_append_text(out, "training is complete");
    append_text_of(out, record, ": ");
}

static void append_drill(struct buffer *out, const json_t *record)
{
    buffer_append_text(out, "this is only a test, nothing leaks");
    append_text_of(out, record, "; ");
}

static void append_other(struct buffer *out, const json_t *record)
{
    append_name(out, record_text(record, "type"));
    append_text_of(out, record, ": ");
}

static const struct message_row rows[] = {
    {"anomaly_detected", "LEAK? ", append_anomaly},
    {"alarm_update", "LEAK? ", append_update},
    {"alarm_closed", "Over: ", append_closed},
    {"scene_changed", "CHANGED ", append_scene},
    {"fault", "FAULT ", append_fault},
    {"recovered", "OK: ", append_recovered},
    {"startup_error", "FAULT ", append_startup_error},
    {"training_complete", "", append_training},
    {"drill", "TEST ", append_drill},
    {"test", "TEST ", append_drill},
};
static const struct message_row other_row = {"", "", append_other};

static const struct message_row *row_of(const json_t *record)
{
    const char *type = record_text(record, "type");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].type, type) == 0)
            return &rows[i];
    }
    return &other_row;
}

/* Cuts at a whole UTF-8 character and shows that something is missing. */
static void copy_line(char ret_line[MESSAGE_LINE_MAX + 1], const char *text)
{
    static const char more[] = "…";
    size_t length = strlen(text);
    if (length <= MESSAGE_LINE_MAX) {
        memcpy(ret_line, text, length + 1);
        return;
    }
    length = MESSAGE_LINE_MAX - (sizeof more - 1);
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    memcpy(ret_line, text, length);
    memcpy(ret_line + length, more, sizeof more);
}

static void append_member_line(struct buffer *out, const char *label, const char *text)
{
    if (!*text)
        return;
    buffer_append_text(out, label);
    message_append_clean(out, text);
    buffer_append_text(out, "\n");
}

static void append_alarm_lines(struct buffer *out, const json_t *record)
{
    message_append_boxes(out, record);
    if (json_is_number(json_object_get(record, "area_px"))) {
        buffer_append_format(out, "Area: %.0f px", record_number(record, "area_px"));
        append_size(out, record);
        buffer_append_text(out, "\n");
    }
    append_member_line(
        out, "Found by: ", message_path_text(alarm_path_of_name(record_text(record, "path"))));
    if (json_is_number(json_object_get(record, "score")))
        buffer_append_format(out, "Score: %.4g (threshold %.4g)\n", record_number(record, "score"),
                             record_number(record, "threshold"));
    if (record_number(record, "largest_blob_area") > 0)
        buffer_append_format(out, "Largest spot: %.0f px of the map (threshold %.0f)\n",
                             record_number(record, "largest_blob_area"),
                             record_number(record, "blob_area_threshold"));
}

static void append_untold(struct buffer *out, const json_t *record)
{
    double count = record_number(record, "untold_before");
    const char *words =
        record_is(record, "scene_changed") ? "changes of the scene" : "came and went";
    if (count > 0)
        buffer_append_format(out, "Before: %.0f more %s since the last message\n", count, words);
}

static void append_pictures(struct buffer *out, const json_t *record)
{
    size_t index;
    const json_t *path;
    json_array_foreach(json_object_get(record, "saved_paths"), index, path)
    {
        if (json_is_string(path))
            append_member_line(out, index == 0 ? "Pictures: " : "          ",
                               json_string_value(path));
    }
}

static void append_body(struct buffer *out, const json_t *record, const struct message *message,
                        const char *line, const char *project_name)
{
    buffer_append_text(out, line);
    buffer_append_text(out, "\n\n");
    append_member_line(out, "Project: ", project_name);
    append_member_line(out, "Time: ", record_text(record, "ts"));
    append_member_line(out, "Kind: ", record_text(record, "type"));
    append_member_line(out, "Details: ", record_text(record, "text"));
    append_member_line(out, "         ", record_text(record, "detail"));
    append_alarm_lines(out, record);
    append_untold(out, record);
    append_pictures(out, record);
    append_member_line(out, "Event: ", message->reference);
    buffer_append_text(out, "\nleakwatch assists; it replaces no safety device.\n");
}

static void make_reference(const json_t *record, struct message *message)
{
    const char *id = record_text(record, "event_id");
    long long seq = json_integer_value(json_object_get(record, "seq"));
    int64_t utc_ms = 0;
    (void)parse_time_utc_ms(record_text(record, "ts"), &utc_ms);
    struct buffer clean = {0};
    if (*id)
        message_append_clean(&clean, id);
    else
        buffer_append_format(&clean, "%lld-r%lld", (long long)utc_ms, seq);
    snprintf(message->reference, sizeof message->reference, "%.40s", buffer_text(&clean));
    buffer_finish(&clean);
}

bool message_from_record(const json_t *record, const char *project_name,
                         struct message *ret_message, struct error *err)
{
    struct message message = {0};
    struct buffer line = {0};
    const struct message_row *row = row_of(record);
    make_reference(record, &message);
    buffer_append_text(&line, row->word);
    message_append_clean(&line, project_name);
    buffer_append_text(&line, ": ");
    row->append_line(&line, record);
    copy_line(message.line, buffer_text(&line));
    append_body(&message.text, record, &message, buffer_text(&line), project_name);
    bool ok = buffer_check(&line, err) && buffer_check(&message.text, err);
    buffer_finish(&line);
    if (ok)
        *ret_message = message;
    else
        message_finish(&message);
    return ok;
}

void message_finish(struct message *message)
{
    buffer_finish(&message->text);
}
