/* From the journal back to events, for alarms and changes of the scene that nobody has heard of.
 * Records are read with suspicion: a member that is missing or of another kind is left at zero.
 */
#include "monitor/untold.h"

#include "sink/journal.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    bool run_tells_people;
    int count;
    struct event events[UNTOLD_MOST];
};

static void read_boxes(const json_t *record, struct alarm_view *alarm)
{
    size_t index;
    json_t *box;
    json_array_foreach(json_object_get(record, "boxes"), index, box)
    {
        if (alarm->box_count == BOXES_MAX)
            return;
        alarm->boxes[alarm->box_count++] =
            (struct rect){.x = (int)json_integer_value(json_object_get(box, "x")),
                          .y = (int)json_integer_value(json_object_get(box, "y")),
                          .width = (int)json_integer_value(json_object_get(box, "w")),
                          .height = (int)json_integer_value(json_object_get(box, "h"))};
    }
}

static struct event event_from_record(const json_t *record, const char *event_id, bool scene)
{
    struct event event = {.type = scene ? EVENT_SCENE_CHANGED : EVENT_ALARM_UPDATE,
                          .update = UPDATE_LATE,
                          .notify = true,
                          .frame = -1,
                          .status = {.score = record_number(record, "score"),
                                     .threshold = record_number(record, "threshold")}};
    snprintf(event.alarm.event_id, sizeof event.alarm.event_id, "%s", event_id);
    event.alarm.opened_utc_ms = strtoll(event_id, NULL, 10);
    event.alarm.area_px = record_number(record, "area_px");
    event.alarm.area_fraction = record_number(record, "area_fraction");
    event.alarm.peak_score = record_number(record, "peak_score");
    event.alarm.growth_px_per_minute = NAN;
    event.alarm.path = alarm_path_of_name(record_text(record, "path"));
    read_boxes(record, &event.alarm);
    snprintf(event.text, sizeof event.text,
             "the monitor was stopped before it could tell anybody of this %s",
             scene ? "change of the scene" : "alarm");
    return event;
}

static void forget(struct scan *scan, const char *event_id)
{
    int kept = 0;
    for (int i = 0; i < scan->count; i++)
        if (strcmp(scan->events[i].alarm.event_id, event_id) != 0)
            scan->events[kept++] = scan->events[i];
    scan->count = kept;
}

static bool is_scene(const struct event *event)
{
    return event->type == EVENT_SCENE_CHANGED;
}

/* A message that counts others tells of all of its kind. */
static void forget_kind(struct scan *scan, bool scene)
{
    int kept = 0;
    for (int i = 0; i < scan->count; i++)
        if (is_scene(&scan->events[i]) != scene)
            scan->events[kept++] = scan->events[i];
    scan->count = kept;
}

static void take_news(struct scan *scan, const json_t *record, const char *event_id)
{
    bool scene = record_is(record, "scene_changed");
    if (record_bool(record, "notify")) {
        forget(scan, event_id);
        if (record_integer(record, "untold_before") > 0)
            forget_kind(scan, scene);
    } else if (scan->run_tells_people && (scene || record_is(record, "anomaly_detected")) &&
               scan->count < UNTOLD_MOST)
        scan->events[scan->count++] = event_from_record(record, event_id, scene);
}

static bool visit(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct scan *scan = context;
    const char *type = record_text(record, "type"), *event_id = record_text(record, "event_id");
    if (strcmp(type, "startup") == 0)
        scan->run_tells_people = record_bool(record, "tells_people");
    if (strcmp(type, "shutdown") == 0)
        scan->count = 0; /* an orderly end tells what is left */
    if (*event_id)
        take_news(scan, record, event_id);
    return true;
}

bool untold_tell(const char *journal_path, int64_t last_seq, struct instant now,
                 struct event_sink sink, struct error *err)
{
    struct scan *scan = calloc(1, sizeof *scan);
    if (!scan)
        return error_set(err, ERROR_MEMORY, "no memory to look for untold alarms");
    int64_t after_seq = last_seq > UNTOLD_SCAN ? last_seq - UNTOLD_SCAN : 0;
    bool good = journal_read(journal_path, after_seq, visit, scan, NULL, err);
    for (int i = 0; good && i < scan->count; i++) {
        struct event *event = &scan->events[i];
        event->utc_ms = now.utc_ms;
        event->time_ns = now.time_ns;
        if (!is_scene(event))
            event->alarm.age_seconds = (double)(now.utc_ms - event->alarm.opened_utc_ms) / 1000.0;
        sink.take(sink.context, event);
    }
    free(scan);
    return good;
}
