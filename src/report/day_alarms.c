/* The alarms of a day, put together from the records about them.
 *
 * An alarm that was open when the day began is found in the days before; one that closed before it
 * is taken off the list again. Event ids come from outside and are looked up in a hash table, so
 * that a million updates of unknown alarms cost no more than a million of known ones. The
 * surprising thing: the tool before us wrote no closings, so its alarms are points in time.
 */
#include "report/day_parts.h"

#include "base/text.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_SIZE = 32768, LIST_STEP = 64 }; /* a power of two, above DAY_ALARMS_MAX */

#define YEAR_MS (366 * INT64_C(86400000))

bool day_alarms_begin(struct day_track *track)
{
    track->alarm_index = calloc(INDEX_SIZE, sizeof *track->alarm_index); /* 0 = free, else n + 1 */
    return track->alarm_index != NULL;
}

/* Where `id` stands in the index, or would. */
static int32_t *index_slot(const struct day_track *track, const char *id)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (uint32_t i = hash % INDEX_SIZE;; i = (i + 1) % INDEX_SIZE) {
        int32_t *slot = &track->alarm_index[i];
        if (*slot == 0 || strcmp(track->alarm_list[*slot - 1].event_id, id) == 0)
            return slot;
    }
}

static struct day_alarm *find(const struct day_track *track, const char *id)
{
    int32_t slot = id[0] ? *index_slot(track, id) : 0;
    return slot ? &track->alarm_list[slot - 1] : NULL;
}

bool day_alarms_know(const struct day_track *track, const char *event_id)
{
    return find(track, event_id) != NULL;
}

static bool make_room(struct day_track *track)
{
    if (track->alarm_count < track->alarm_capacity)
        return true;
    size_t capacity = track->alarm_capacity ? 2 * track->alarm_capacity : LIST_STEP;
    struct day_alarm *list = realloc(track->alarm_list, capacity * sizeof *list);
    if (!list)
        return false;
    track->alarm_list = list;
    track->alarm_capacity = capacity;
    return true;
}

/* "<UTC ms>-<n>", when that is a time that fits the record. */
static int64_t opened_of(const struct day_record *record, const char *id, double age_s)
{
    char *end;
    long long ms = strtoll(id, &end, 10);
    if (end > id && *end == '-' && ms <= record->utc_ms && ms > record->utc_ms - YEAR_MS)
        return ms;
    return record->utc_ms - (int64_t)(age_s * 1000);
}

/* Seconds since the alarm opened, on the clock that is never set; 0 when the record does not say.
 */
static double age_of(const struct day_record *record)
{
    double age_s = record_number(record->json, "age_seconds");
    return age_s > 0 && age_s < 366.0 * 86400 ? age_s : 0;
}

/* *ret_alarm stays NULL when there are too many. */
static bool add(struct day_track *track, const struct day_record *record, bool opening,
                struct day_alarm **ret_alarm)
{
    if (track->alarm_count == DAY_ALARMS_MAX) {
        track->alarms += opening; /* others may be about one that was counted */
        return true;
    }
    track->alarms++;
    if (!make_room(track))
        return false;
    char id[EVENT_ID_SIZE];
    text_copy_plain(id, sizeof id, record_text(record->json, "event_id"));
    if (id[0])
        *index_slot(track, id) = (int32_t)(track->alarm_count + 1);
    struct day_alarm *alarm = &track->alarm_list[track->alarm_count++];
    track->alarms_open += !record->foreign;
    *alarm = (struct day_alarm){.state = record->foreign ? DAY_ALARM_PAST : DAY_ALARM_OPEN,
                                .last_utc_ms = record->utc_ms,
                                .score = NAN,
                                .threshold = NAN,
                                .peak_score = NAN,
                                .growth_px_per_minute = NAN};
    memcpy(alarm->event_id, id, sizeof id);
    alarm->opened_utc_ms = opening ? record->utc_ms : opened_of(record, id, age_of(record));
    *ret_alarm = alarm;
    return true;
}

/* ---- what a record tells */

static double number_or_nan(const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static int pixel(const json_t *box, const char *name)
{
    double value = record_number(box, name);
    return value > -1e6 && value < 1e6 ? (int)value : 0;
}

static void take_boxes(struct day_alarm *alarm, const json_t *boxes)
{
    size_t count = json_array_size(boxes);
    alarm->box_count = count < 1000 ? (int)count : 1000;
    for (size_t i = 0; i < count && i < DAY_BOXES_MAX; i++) {
        const json_t *box = json_array_get(boxes, i);
        alarm->boxes[i] =
            (struct rect){pixel(box, "x"), pixel(box, "y"), pixel(box, "w"), pixel(box, "h")};
    }
}

static bool is_camera_picture(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strncmp(slash ? slash + 1 : path, "anomaly_", 8) == 0;
}

/* Does it fit, and steer nothing? */
static bool is_plain(const char *path)
{
    char clean[DAY_PATH_SIZE];
    text_copy_plain(clean, sizeof clean, path);
    return strcmp(clean, path) == 0;
}

/* The camera's picture of the set, or where there is none the first; no name of ours steers a
 * terminal or ends a line. */
static void take_pictures(struct day_alarm *alarm, const json_t *paths, bool better)
{
    size_t count = json_array_size(paths);
    const char *chosen = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *path = json_string_value(json_array_get(paths, i));
        if (!path || !is_plain(path))
            continue;
        if (!chosen || (is_camera_picture(path) && !is_camera_picture(chosen)))
            chosen = path;
    }
    if (count < 1000)
        alarm->picture_count += (int)count;
    if (chosen && (better || !alarm->picture[0]))
        memcpy(alarm->picture, chosen, strlen(chosen) + 1);
}

static void take_opening(struct day_alarm *alarm, const json_t *record)
{
    alarm->score = number_or_nan(record, "score");
    alarm->threshold = number_or_nan(record, "threshold");
    alarm->score_triggered = record_bool(record, "score_triggered");
    alarm->heatmap_triggered = record_bool(record, "heatmap_triggered");
    alarm->blob_area = number_or_nan(record, "largest_blob_area");
    alarm->blob_area_threshold = number_or_nan(record, "blob_area_threshold");
}

static void take_growth(struct day_alarm *alarm, const json_t *record)
{
    double growth = number_or_nan(record, "growth_px_per_minute");
    if (fabs(growth) <= 1e9)
        alarm->growth_px_per_minute = fmax(alarm->growth_px_per_minute, growth);
    if (alarm->path == ALARM_PATH_NONE)
        alarm->path = alarm_path_of_name(record_text(record, "path"));
}

void day_alarm_look(struct day_alarm *alarm, const struct day_record *record, bool closing)
{
    const json_t *json = record->json;
    double area_px = record_number(json, "area_px"), peak = number_or_nan(json, "peak_score");
    bool larger = !closing && area_px > alarm->area_px;
    alarm->peak_score = fmax(fmax(alarm->peak_score, peak), alarm->score); /* NAN is passed over */
    if (larger || !alarm->box_count)
        take_boxes(alarm, json_object_get(json, "boxes"));
    if (larger) {
        alarm->area_px = area_px;
        alarm->area_fraction = record_number(json, "area_fraction");
    }
    take_growth(alarm, json);
    take_pictures(alarm, json_object_get(json, "saved_paths"), larger);
    alarm->last_utc_ms = record->utc_ms;
    double age_s = age_of(record);
    if (age_s > alarm->duration_s)
        alarm->duration_s = age_s;
}

static void acknowledge(struct day_track *track, const struct day_record *record,
                        struct day_alarm *alarm)
{
    if (!alarm) {
        track->unknown_acknowledged += record->of_day;
        return;
    }
    if (!alarm->acknowledged)
        alarm->acknowledged_utc_ms = record->utc_ms;
    alarm->acknowledged = true;
}

static void end_alarm(struct day_track *track, struct day_alarm *alarm, enum day_alarm_state state,
                      int64_t utc_ms)
{
    track->alarms_open -= alarm->state == DAY_ALARM_OPEN;
    alarm->state = state;
    alarm->ended_utc_ms = utc_ms;
    if (state != DAY_ALARM_CLOSED || alarm->duration_s <= 0) {
        double seconds = (double)(utc_ms - alarm->opened_utc_ms) / 1000;
        alarm->duration_s = seconds > alarm->duration_s ? seconds : alarm->duration_s;
    }
}

/* Told when it was over already. */
static void set_past(struct day_track *track, struct day_alarm *alarm)
{
    if (alarm->state != DAY_ALARM_OPEN)
        return;
    alarm->state = DAY_ALARM_PAST;
    track->alarms_open--;
}

static bool is_over_before(const struct day_alarm *alarm, const struct day_settings *settings)
{
    int64_t last_ms = alarm->state == DAY_ALARM_PAST ? alarm->last_utc_ms : alarm->ended_utc_ms;
    return alarm->state != DAY_ALARM_OPEN && last_ms < settings->from_utc_ms;
}

/* The last one alone can leave the index without a hole; before the day there is hardly ever
 * another, and day_alarms_end takes off the rest. */
static void drop_if_last(struct day_track *track, const struct day_settings *settings)
{
    while (track->alarm_count > 0) {
        struct day_alarm *last = &track->alarm_list[track->alarm_count - 1];
        if (!is_over_before(last, settings))
            return;
        if (last->event_id[0])
            *index_slot(track, last->event_id) = 0;
        track->alarm_count--;
        track->alarms--;
    }
}

static bool is_about_alarm(const char *type)
{
    return strcmp(type, "anomaly_detected") == 0 || strcmp(type, "alarm_update") == 0 ||
           strcmp(type, "alarm_closed") == 0;
}

/* An alarm after the day is none of it. */
static bool opens_here(const struct day_record *record, bool opening, int64_t to_utc_ms)
{
    if (record->of_day || record->before_day)
        return true;
    const char *id = record_text(record->json, "event_id");
    return !opening && opened_of(record, id, age_of(record)) < to_utc_ms;
}

bool day_alarms_take(struct day_track *track, const struct day_settings *settings,
                     const struct day_record *record)
{
    char id[EVENT_ID_SIZE];
    text_copy_plain(id, sizeof id, record_text(record->json, "event_id"));
    struct day_alarm *alarm = find(track, id);
    if (strcmp(record->type, "alarm_acknowledged") == 0)
        acknowledge(track, record, alarm);
    if (!is_about_alarm(record->type))
        return true;
    bool opening = strcmp(record->type, "anomaly_detected") == 0;
    bool closing = strcmp(record->type, "alarm_closed") == 0;
    if (!alarm) {
        if (!opens_here(record, opening, settings->to_utc_ms))
            return true;
        if (!add(track, record, opening, &alarm))
            return false;
        if (!alarm)
            return true;
        if (!closing)
            take_opening(alarm, record->json);
    }
    alarm->updates += !opening && !closing;
    day_alarm_look(alarm, record, closing);
    if (closing)
        end_alarm(track, alarm, DAY_ALARM_CLOSED, record->utc_ms);
    else if (strcmp(record_text(record->json, "update"), "late") == 0)
        set_past(track, alarm);
    drop_if_last(track, settings);
    return true;
}

void day_alarms_leave(struct day_track *track, const struct day_settings *settings, int64_t utc_ms)
{
    for (size_t i = track->alarm_count; track->alarms_open > 0 && i-- > 0;) {
        if (track->alarm_list[i].state == DAY_ALARM_OPEN)
            end_alarm(track, &track->alarm_list[i], DAY_ALARM_LEFT, utc_ms);
    }
    drop_if_last(track, settings);
}

void day_alarms_end(struct day_track *track, const struct day_settings *settings,
                    int64_t end_utc_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < track->alarm_count; i++) {
        struct day_alarm *alarm = &track->alarm_list[i];
        if (is_over_before(alarm, settings)) {
            track->alarms--;
            continue;
        }
        alarm->began_before = alarm->opened_utc_ms < settings->from_utc_ms;
        bool ended = alarm->state == DAY_ALARM_CLOSED || alarm->state == DAY_ALARM_LEFT;
        alarm->ended_after = ended && alarm->ended_utc_ms >= settings->to_utc_ms;
        double open_s = (double)(end_utc_ms - alarm->opened_utc_ms) / 1000;
        if (alarm->state == DAY_ALARM_OPEN && open_s > alarm->duration_s)
            alarm->duration_s = open_s;
        track->alarm_list[kept++] = *alarm;
    }
    track->alarm_count = kept;
}
