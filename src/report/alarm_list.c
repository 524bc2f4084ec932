/* Between the journal and `alarms` and `ack`: a small state machine that repeats, from the records
 * alone, what watch did.
 *
 * Invariants: at most one entry of the present run is open; ids are unique in the list (a second
 * replay of the same recording makes the same ids: the newer one takes the place). The surprising
 * thing: an entry leaves the list at the moment in which it would not be shown any more, so a year
 * of closed alarms costs no memory.
 */
#include "report/alarm_list.h"

#include "base/parse.h"
#include "config/project.h"
#include "sink/acknowledged.h"
#include "sink/journal.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *alarm_state_name(enum alarm_state state)
{
    static const char *const names[] = {
        [ALARM_OPEN] = "open", [ALARM_LEFT] = "left_open", [ALARM_CLOSED] = "closed"};
    return names[state];
}

bool alarm_needs_somebody(const struct alarm_entry *entry)
{
    return entry->state != ALARM_CLOSED && !entry->replay && !entry->acknowledged;
}

/* ---- the list */

static void entry_finish(struct alarm_entry *entry)
{
    json_decref(entry->first_pictures);
    json_decref(entry->latest_pictures);
}

static void remove_at(struct alarm_list *list, size_t index)
{
    entry_finish(&list->entries[index]);
    list->count--;
    memmove(list->entries + index, list->entries + index + 1,
            (list->count - index) * sizeof list->entries[0]);
}

static struct alarm_entry *find(struct alarm_list *list, const char *event_id)
{
    for (size_t i = list->count; i-- > 0;)
        if (strcmp(list->entries[i].view.event_id, event_id) == 0)
            return &list->entries[i];
    return NULL;
}

static void remove_entry(struct alarm_list *list, const struct alarm_entry *entry)
{
    remove_at(list, (size_t)(entry - list->entries));
}

/* The oldest that waits for nobody goes first. */
static void make_room(struct alarm_list *list)
{
    size_t index = 0;
    while (index < list->count && alarm_needs_somebody(&list->entries[index]))
        index++;
    remove_at(list, index < list->count ? index : 0);
    list->dropped++;
}

static bool is_shown(const struct alarm_list *list, const struct alarm_entry *entry)
{
    return list->everything || alarm_needs_somebody(entry) ||
           (entry->state == ALARM_OPEN && !entry->replay);
}

static void keep_if_shown(struct alarm_list *list, const struct alarm_entry *entry)
{
    if (!is_shown(list, entry))
        remove_entry(list, entry);
}

/* ---- from records */

static int64_t stamp_of(const json_t *record)
{
    int64_t utc_ms = 0;
    return parse_time_utc_ms(record_text(record, "ts"), &utc_ms) ? utc_ms : 0;
}

static int box_member(const json_t *box, const char *name)
{
    int64_t value = record_integer(box, name);
    return value >= 0 && value <= INT16_MAX ? (int)value : 0;
}

static void read_boxes(const json_t *record, struct alarm_view *view)
{
    size_t index;
    json_t *box;
    view->box_count = 0;
    json_array_foreach(json_object_get(record, "boxes"), index, box)
    {
        if (view->box_count == BOXES_MAX)
            return;
        view->boxes[view->box_count++] = (struct rect){box_member(box, "x"), box_member(box, "y"),
                                                       box_member(box, "w"), box_member(box, "h")};
    }
}

static void read_pictures(struct alarm_list *list, struct alarm_entry *entry, const json_t *record,
                          bool opening)
{
    const json_t *paths = json_object_get(record, "saved_paths");
    if (json_array_size(paths) == 0)
        return;
    json_t **pictures = opening ? &entry->first_pictures : &entry->latest_pictures;
    json_decref(*pictures);
    *pictures = json_deep_copy(paths);
    list->failed = list->failed || !*pictures;
    entry->picture_sets++;
}

/* 0 for what cannot be. */
static double up_to(double most, const json_t *record, const char *name)
{
    double value = record_number(record, name);
    return value >= 0 && value <= most ? value : 0;
}

static double growth_of(const json_t *record)
{
    const json_t *growth = json_object_get(record, "growth_px_per_minute");
    double value = json_is_number(growth) ? json_number_value(growth) : NAN;
    return fabs(value) <= 1e9 ? value : NAN;
}

static void read_view(struct alarm_entry *entry, const json_t *record)
{
    struct alarm_view *view = &entry->view;
    view->area_px = up_to(1e9, record, "area_px");
    view->area_fraction = up_to(1, record, "area_fraction");
    view->peak_score = record_number(record, "peak_score");
    view->age_seconds = up_to(1e9, record, "age_seconds");
    view->growth_px_per_minute = growth_of(record);
    view->path = alarm_path_of_name(record_text(record, "path"));
    read_boxes(record, view);
    entry->status =
        (struct frame_status){.score = record_number(record, "score"),
                              .threshold = record_number(record, "threshold"),
                              .score_triggered = record_bool(record, "score_triggered"),
                              .heatmap_triggered = record_bool(record, "heatmap_triggered"),
                              .largest_blob_area = record_number(record, "largest_blob_area"),
                              .blob_area_threshold = record_number(record, "blob_area_threshold")};
    entry->last_utc_ms = stamp_of(record);
}

/* The id holds when it opened, to the millisecond, also when the record came late. */
static int64_t opening_of(const char *event_id, const json_t *record)
{
    char digits[EVENT_ID_SIZE];
    int64_t utc_ms;
    snprintf(digits, sizeof digits, "%.*s", (int)strcspn(event_id, "-"), event_id);
    return parse_int(digits, 0, INT64_C(253402300799999), &utc_ms) ? utc_ms : stamp_of(record);
}

static void take_opening(struct alarm_list *list, const json_t *record, const char *event_id)
{
    const struct alarm_entry *same = find(list, event_id);
    if (same)
        remove_entry(list, same);
    if (list->run_is_replay && !list->everything)
        return;
    if (list->count == ALARM_LIST_MAX)
        make_room(list);
    struct alarm_entry *entry = &list->entries[list->count++];
    *entry = (struct alarm_entry){.state = ALARM_OPEN, .replay = list->run_is_replay};
    snprintf(entry->view.event_id, sizeof entry->view.event_id, "%s", event_id);
    entry->view.opened_utc_ms = opening_of(event_id, record);
    read_view(entry, record);
    read_pictures(list, entry, record, true);
}

static void take_update(struct alarm_list *list, const json_t *record, struct alarm_entry *entry)
{
    if (entry->state == ALARM_OPEN)
        read_view(entry, record);
    read_pictures(list, entry, record, false);
    if (entry->state == ALARM_OPEN && strcmp(record_text(record, "update"), "new_box") == 0)
        entry->acknowledged = false;
}

static void take_closing(struct alarm_list *list, const json_t *record, struct alarm_entry *entry)
{
    read_view(entry, record);
    read_pictures(list, entry, record, false);
    entry->state = ALARM_CLOSED;
    keep_if_shown(list, entry);
}

static void take_acknowledgement(struct alarm_list *list, const json_t *record,
                                 struct alarm_entry *entry)
{
    entry->acknowledged = true;
    entry->acknowledged_utc_ms = stamp_of(record);
    keep_if_shown(list, entry);
}

static void take_acceptance(struct alarm_list *list, const json_t *record,
                            struct alarm_entry *entry)
{
    (void)list;
    entry->accepted = !record_bool(record, "undone");
}

static void take_context(struct alarm_list *list, const json_t *record, struct alarm_entry *entry)
{
    read_pictures(list, entry, record, false);
}

/* ---- what concerns a whole run */

static void end_run(struct alarm_list *list)
{
    for (size_t i = list->count; i-- > 0;) {
        struct alarm_entry *entry = &list->entries[i];
        if (entry->state != ALARM_OPEN)
            continue;
        entry->state = ALARM_LEFT;
        keep_if_shown(list, entry);
    }
}

static void arm_again(struct alarm_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].state == ALARM_OPEN)
            list->entries[i].acknowledged = false;
}

static void take_run(struct alarm_list *list, const json_t *record, const char *type)
{
    if (strcmp(type, "startup") == 0) {
        end_run(list);
        list->run_is_replay = !record_bool(record, "tells_people");
    } else if (strcmp(type, "shutdown") == 0)
        end_run(list);
    else if (strcmp(type, "mode_change") == 0 &&
             strcmp(record_text(record, "mode_to"), mode_name(MODE_MONITOR)) == 0)
        arm_again(list);
}

static void take_alarm(struct alarm_list *list, const json_t *record, const char *type,
                       const char *event_id)
{
    static const struct {
        const char *type;
        void (*take)(struct alarm_list *list, const json_t *record, struct alarm_entry *entry);
    } rows[] = {{"alarm_update", take_update},
                {"alarm_closed", take_closing},
                {"alarm_acknowledged", take_acknowledgement},
                {"accepted_as_normal", take_acceptance},
                {"context_saved", take_context}};
    struct alarm_entry *entry = find(list, event_id);
    for (size_t i = 0; entry && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(type, rows[i].type) == 0) {
            rows[i].take(list, record, entry);
            return;
        }
    }
}

void alarm_list_take(struct alarm_list *list, const json_t *record)
{
    const char *type = record_text(record, "type"), *event_id = record_text(record, "event_id");
    standing_faults_take(&list->camera, record);
    if (*event_id == '\0')
        take_run(list, record, type);
    else if (!event_id_is_valid(event_id))
        return;
    else if (strcmp(type, "anomaly_detected") == 0)
        take_opening(list, record, event_id);
    else
        take_alarm(list, record, type, event_id);
}

/* ---- life cycle */

bool alarm_list_init(struct alarm_list *list, bool everything, struct error *err)
{
    *list = (struct alarm_list){.everything = everything};
    list->entries = calloc(ALARM_LIST_MAX, sizeof list->entries[0]);
    return list->entries || error_set(err, ERROR_MEMORY, "no memory for a list of alarms");
}

void alarm_list_finish(struct alarm_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        entry_finish(&list->entries[i]);
    free(list->entries);
    *list = (struct alarm_list){0};
}

bool alarm_list_end(struct alarm_list *list, bool monitor_runs, struct error *err)
{
    if (!monitor_runs)
        end_run(list);
    return !list->failed || error_set(err, ERROR_MEMORY, "no memory for a list of alarms");
}

/* A month of frames is not parsed for the sake of three alarms. */
static bool is_wanted(void *context, const struct journal_peek *peek)
{
    (void)context;
    return strcmp(peek->type, "frame_status") != 0 && strcmp(peek->type, "heartbeat") != 0 &&
           strcmp(peek->type, "captured_frame") != 0;
}

/* Records without a number are of the tool before us: its alarms have no ids. */
static bool visit(void *context, const json_t *record, int64_t seq)
{
    struct alarm_list *list = context;
    if (seq > 0)
        alarm_list_take(list, record);
    return !list->failed;
}

bool alarm_list_read(struct alarm_list *list, const char *journal_path, int64_t *ret_damaged,
                     struct error *err)
{
    struct journal_query query = {INT64_MIN, is_wanted, visit, list};
    return journal_search(journal_path, &query, ret_damaged, err);
}
