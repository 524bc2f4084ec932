/* Between `ack --normal` and the two files that must agree: journal and state/accepted.jsonl.
 *
 * The file is read before anything is recorded, because a record that cannot be followed by its
 * effect would be a lie that stays.
 */
#include "monitor/acceptance.h"

#include "monitor/announce.h"
#include "platform/file.h"
#include "sink/accepted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool acceptance_path(const struct project *project, char ret_path[PATH_SIZE], struct error *err)
{
    return path_join(ret_path, PATH_SIZE, project->root, "state/accepted.jsonl", err);
}

/* *ret_found is in force for that alarm; its box_count is 0 when nothing is. */
static bool find_in_force(const char *path, const char *event_id, struct acceptance *ret_found,
                          struct error *err)
{
    struct accepted *list = calloc(1, sizeof *list);
    if (!list)
        return error_set(err, ERROR_MEMORY, "no memory for the accepted places");
    bool good = accepted_load(path, list, err);
    const struct acceptance *found = good ? accepted_find(list, event_id) : NULL;
    *ret_found = found ? *found : (struct acceptance){.box_count = 0};
    free(list);
    return good;
}

static bool has_boxes(const struct acceptance *acceptance, const struct alarm_view *alarm)
{
    return acceptance->box_count == alarm->box_count && alarm->box_count > 0 &&
           memcmp(acceptance->boxes, alarm->boxes,
                  (size_t)alarm->box_count * sizeof alarm->boxes[0]) == 0; /* ints alone */
}

static bool record(const struct config *config, const struct project *project,
                   const struct alarm_view *alarm, bool undone, int64_t *ret_utc_ms,
                   struct error *err)
{
    struct event event = announce_event(EVENT_ACCEPTED_AS_NORMAL, "");
    event.alarm = *alarm;
    event.undone = undone;
    *ret_utc_ms = event.utc_ms;
    return announce(config, project, &event, 0, NULL, err);
}

bool acceptance_make(const struct config *config, const struct project *project,
                     const struct alarm_view *alarm, struct error *err)
{
    char path[PATH_SIZE];
    struct acceptance known, made = {.box_count = alarm->box_count};
    if (!acceptance_path(project, path, err) || !find_in_force(path, alarm->event_id, &known, err))
        return false;
    if (has_boxes(&known, alarm))
        return true;
    memcpy(made.event_id, alarm->event_id, sizeof made.event_id);
    memcpy(made.boxes, alarm->boxes, sizeof made.boxes);
    return accepted_check(&made, err) && record(config, project, alarm, false, &made.utc_ms, err) &&
           (accepted_add(path, &made, err) ||
            error_add_context(err,
                              "alarm %s is recorded as normal, but the detector does not know; "
                              "accept it once more",
                              alarm->event_id));
}

bool acceptance_take_back(const struct config *config, const struct project *project,
                          const char *event_id, struct error *err)
{
    char path[PATH_SIZE];
    struct acceptance known;
    struct alarm_view alarm = {.box_count = 0};
    int64_t utc_ms;
    if (!acceptance_path(project, path, err) || !find_in_force(path, event_id, &known, err))
        return false;
    if (known.box_count == 0)
        return accepted_undo(path, event_id, 0, err); /* which says why not */
    memcpy(alarm.event_id, known.event_id, sizeof alarm.event_id);
    memcpy(alarm.boxes, known.boxes, sizeof alarm.boxes);
    alarm.box_count = known.box_count;
    return record(config, project, &alarm, true, &utc_ms, err) &&
           (accepted_undo(path, event_id, utc_ms, err) ||
            error_add_context(err,
                              "it is recorded that alarm %s is not normal, but the detector does "
                              "not know; take it back once more",
                              event_id));
}
