/* `leakwatch ack`: somebody knows of an alarm, so the reminders end. The watching never does.
 *
 * The record comes first, then the line that a running monitor follows. A kill in between leaves an
 * alarm that counts as acknowledged while reminders go on; the line can be told from the record, so
 * acknowledging once more completes it. Two people at the same time: the lock is held from reading
 * the records to writing the line, so the second finds what the first did.
 */
#include "cmd/commands.h"
#include "monitor/acceptance.h"
#include "monitor/announce.h"
#include "monitor/presence.h"
#include "report/alarm_list.h"
#include "report/alarm_text.h"
#include "score/detector_kind.h"
#include "sink/accepted.h"
#include "sink/acknowledged.h"
#include "sink/journal.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    const struct config *config;
    const struct project *project;
    bool normal, undo;
    struct alarm_list list;
    bool monitor_runs;
};

static bool read_list(struct session *session, struct error *err)
{
    return alarm_list_init(&session->list, true, err) &&
           alarm_list_read(&session->list, session->project->events_file, NULL, err) &&
           presence_look(session->project, &session->monitor_runs, err) &&
           alarm_list_end(&session->list, session->monitor_runs, err);
}

/* ---- which alarm is meant */

static bool can_be_acknowledged(const struct alarm_entry *entry)
{
    return entry->state != ALARM_CLOSED && !entry->replay;
}

static bool refuse(const struct alarm_entry *entry, struct error *err)
{
    if (entry->replay)
        return error_set(err, ERROR_INPUT,
                         "alarm %s was seen in a recording; nobody is reminded of it, so there is "
                         "nothing to acknowledge",
                         entry->view.event_id);
    return error_set(err, ERROR_INPUT,
                     "alarm %s is over: the picture became normal again, so there is nothing to "
                     "acknowledge",
                     entry->view.event_id);
}

struct search {
    const char *event_id;
    bool found;
};

static bool is_scene(void *context, const struct journal_peek *peek)
{
    (void)context;
    return strcmp(peek->type, "scene_changed") == 0;
}

static bool compare_id(void *context, const json_t *record, int64_t seq)
{
    struct search *search = context;
    (void)seq;
    search->found =
        search->found || (record_is(record, "scene_changed") &&
                          strcmp(record_text(record, "event_id"), search->event_id) == 0);
    return !search->found;
}

/* People have its id from a message like that of an alarm. */
static bool is_change_of_scene(const struct session *session, const char *event_id)
{
    struct search search = {.event_id = event_id};
    struct journal_query query = {INT64_MIN, is_scene, compare_id, &search};
    struct error ignored;
    return journal_search(session->project->events_file, &query, NULL, &ignored) && search.found;
}

/* The one that `text` is or begins; open ones go before those that are over. */
static bool find_meant(struct session *session, const char *text, struct alarm_entry **ret_entry,
                       struct error *err)
{
    struct alarm_entry *open = NULL, *over = NULL;
    size_t length = strlen(text), open_count = 0;
    for (size_t i = 0; i < session->list.count; i++) {
        struct alarm_entry *entry = &session->list.entries[i];
        bool same = strcmp(entry->view.event_id, text) == 0;
        if (length == 0 || strncmp(entry->view.event_id, text, length) != 0)
            continue;
        if (!can_be_acknowledged(entry)) {
            over = entry;
            continue;
        }
        open = entry;
        open_count = same ? 1 : open_count + 1;
        if (same)
            break;
    }
    if (open_count > 1)
        return error_set(err, ERROR_USAGE,
                         "%zu open alarms begin with \"%.40s\"; give more of the id "
                         "(`leakwatch alarms` lists them)",
                         open_count, text);
    if (!open && over)
        return refuse(over, err);
    if (!open && is_change_of_scene(session, text))
        return error_set(
            err, ERROR_INPUT,
            "%.40s is a change of the scene and no alarm; nobody is reminded of it, so "
            "there is nothing to acknowledge",
            text);
    if (!open)
        return error_set(err, ERROR_INPUT,
                         "there is no alarm \"%.40s\"; `leakwatch alarms` lists the open ones",
                         text);
    *ret_entry = open;
    return true;
}

/* ---- acknowledging */

static bool record_acknowledgement(const struct session *session, struct alarm_entry *entry,
                                   struct error *err)
{
    struct event event = announce_event(EVENT_ALARM_ACKNOWLEDGED, "");
    snprintf(event.alarm.event_id, sizeof event.alarm.event_id, "%s", entry->view.event_id);
    if (!announce(session->config, session->project, &event, 0, NULL, err))
        return error_add_context(err, "alarm %s is not acknowledged", entry->view.event_id);
    entry->acknowledged = true;
    entry->acknowledged_utc_ms = event.utc_ms;
    return true;
}

static bool tell_monitor(const struct session *session, const struct alarm_entry *entry,
                         struct error *err)
{
    struct acknowledgement line = {.utc_ms = entry->acknowledged_utc_ms};
    snprintf(line.event_id, sizeof line.event_id, "%s", entry->view.event_id);
    return acknowledged_add(session->project->acknowledged_file, &line, 1, err) ||
           error_add_context(err,
                             "the acknowledgement of alarm %s is recorded, but does not reach a "
                             "running monitor; acknowledge it once more",
                             entry->view.event_id);
}

static bool acknowledge(struct session *session, struct alarm_entry *entry, struct error *err)
{
    bool known = entry->acknowledged;
    if ((!known && !record_acknowledgement(session, entry, err)) ||
        !tell_monitor(session, entry, err))
        return false;
    if (known)
        printf("alarm %s is already acknowledged\n", entry->view.event_id);
    else if (entry->state == ALARM_OPEN)
        printf("alarm %s is acknowledged: no more reminders; it is watched as before\n",
               entry->view.event_id);
    else
        printf("alarm %s is acknowledged; the monitor that saw it has stopped\n",
               entry->view.event_id);
    return true;
}

static bool acknowledge_all(struct session *session, struct error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < session->list.count; i++) {
        struct alarm_entry *entry = &session->list.entries[i];
        if (!can_be_acknowledged(entry) || (entry->acknowledged && entry->state != ALARM_OPEN))
            continue;
        if (!acknowledge(session, entry, err))
            return false;
        count++;
    }
    if (count == 0)
        printf("no alarm is open, so there is nothing to acknowledge\n");
    return true;
}

/* ---- accepting as normal */

static bool check_wish(const struct session *session, const char *event, struct error *err)
{
    const struct detector_kind *kind = detector_kind_of(session->config);
    if (session->undo && !session->normal)
        return error_set(err, ERROR_USAGE, "--undo goes with --normal");
    if (session->normal && !event)
        return error_set(err, ERROR_USAGE,
                         "--normal needs the id of one alarm; `leakwatch alarms` lists them");
    if (session->normal && !session->undo && !kind->accepts)
        return error_set(err, ERROR_USAGE,
                         "the %s detector cannot be told what is normal; capture pictures of how "
                         "the rig looks now and train again",
                         kind->name);
    return true;
}

static bool accept_as_normal(struct session *session, struct alarm_entry *entry, struct error *err)
{
    if (!acceptance_make(session->config, session->project, &entry->view, err) ||
        !acknowledge(session, entry, err))
        return false;
    printf("what stands in its boxes is normal from now on%s; `leakwatch ack --normal --undo %s` "
           "takes that back\n",
           session->monitor_runs ? "" : ", when a monitor runs again", entry->view.event_id);
    return true;
}

/* The one acceptance in force that `text` is or begins. */
static bool find_accepted(const struct session *session, const char *text,
                          char ret_id[EVENT_ID_SIZE], struct error *err)
{
    char path[PATH_SIZE];
    size_t found = 0;
    struct accepted *list = calloc(1, sizeof *list);
    if (!list)
        return error_set(err, ERROR_MEMORY, "no memory for the accepted places");
    bool good = acceptance_path(session->project, path, err) && accepted_load(path, list, err);
    for (size_t i = 0; good && i < list->count; i++)
        if (strncmp(list->entries[i].event_id, text, strlen(text)) == 0 && found++ == 0)
            memcpy(ret_id, list->entries[i].event_id, EVENT_ID_SIZE);
    free(list);
    if (!good)
        return false;
    if (found == 1)
        return true;
    if (found > 1)
        return error_set(err, ERROR_USAGE,
                         "%zu accepted alarms begin with \"%.40s\"; give more of the id", found,
                         text);
    return error_set(err, ERROR_INPUT, "no accepted alarm is \"%.40s\": nothing to take back",
                     text);
}

static bool take_back(const struct session *session, const char *text, struct error *err)
{
    char event_id[EVENT_ID_SIZE];
    if (!find_accepted(session, text, event_id, err) ||
        !acceptance_take_back(session->config, session->project, event_id, err))
        return false;
    printf("the places of alarm %s are judged again as they were learned\n", event_id);
    return true;
}

static bool run_under_lock(struct session *session, const char *event, struct error *err)
{
    struct alarm_entry *entry = NULL;
    if (!check_wish(session, event, err))
        return false;
    if (session->undo)
        return take_back(session, event, err);
    if (!read_list(session, err))
        return false;
    if (!event)
        return acknowledge_all(session, err);
    return find_meant(session, event, &entry, err) &&
           (session->normal ? accept_as_normal(session, entry, err)
                            : acknowledge(session, entry, err));
}

static bool run_ack(const struct invocation *invocation, struct error *err)
{
    struct session session = {.config = invocation->config,
                              .project = invocation->project,
                              .normal = invocation_has(invocation, "normal"),
                              .undo = invocation_has(invocation, "undo")};
    char lock_path[PATH_SIZE];
    struct file_lock lock = {0};
    const char *event = invocation->argument_count > 0 ? invocation->arguments[0] : NULL;
    if (!path_join(lock_path, sizeof lock_path, session.project->root, "state/ack.lock", err) ||
        !file_lock_wait(&lock, lock_path, err))
        return false;
    bool good = run_under_lock(&session, event, err);
    file_lock_release(&lock);
    alarm_list_finish(&session.list);
    return good;
}

static const struct command_flag flags[] = {
    {"normal", FLAG_SWITCH, NULL, 0, 0,
     "what stands at the places of EVENT is normal from now on (scene detector)"},
    {"undo", FLAG_SWITCH, NULL, 0, 0, "with --normal: take that back"},
    {0},
};

const struct command command_ack = {
    .name = "ack",
    .arguments = "[EVENT]",
    .summary = "say that you know of an alarm: its reminders end, the watching goes on",
    .details = "EVENT is the alarm's id as in the message and in `leakwatch alarms`, or the "
               "beginning of it; without it all open alarms are acknowledged. People are told "
               "again when something new appears in the picture. With --normal what stands at the "
               "places of the alarm counts as normal until the next training or --undo: a running "
               "monitor follows at once, closes the alarm, and stays quiet there until something "
               "else changes. Never accept what may be a leak.",
    .flags = flags,
    .max_arguments = 1,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run_ack,
};
