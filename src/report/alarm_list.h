/* Which alarms need somebody, from the records: open ones, and those that were open when their
 * monitor ended.
 *
 * Records go in one by one, oldest first; memory stays the same however many they are. An alarm is
 * open from its anomaly_detected to its alarm_closed. When the run that saw it ends without closing
 * it (shutdown, or a new startup after a kill), it is left: nobody knows whether it still leaks, so
 * it stays until somebody acknowledges it. Acknowledging holds until something new appears
 * (alarm_update new_box) or the monitor is armed again, as in event/watch.h. Alarms of a run that
 * tells nobody (a replay) are marked, and kept only on request: they are no reason to run to the
 * rig. Changes of the scene (scene_changed) are no alarms and not in the list.
 * Hostile input: an event id that watch would not make is passed over; members of another kind
 * count as missing. Ownership: alarm_list_finish takes a zeroed list. Pure; one thread.
 */
#ifndef REPORT_ALARM_LIST_H
#define REPORT_ALARM_LIST_H

#include "event/event.h"
#include "report/standing_faults.h"

#include <jansson.h>

enum { ALARM_LIST_MAX = 256 };

enum alarm_state {
    ALARM_OPEN,  /* the monitor that saw it has not ended */
    ALARM_LEFT,  /* it was open when the monitor ended */
    ALARM_CLOSED /* the picture became normal again */
};
const char *alarm_state_name(enum alarm_state state); /* "open", "left_open", "closed" */

struct alarm_entry {
    enum alarm_state state;
    bool replay;
    bool acknowledged;
    int64_t acknowledged_utc_ms;
    bool accepted;              /* its places were declared normal */
    struct alarm_view view;     /* as last recorded */
    struct frame_status status; /* the same */
    int64_t last_utc_ms;        /* of the last record about it */
    json_t *first_pictures;     /* paths, of the opening; NULL = none */
    json_t *latest_pictures;    /* of the newest record that has some; NULL when there is none
                                   but the opening's */
    int picture_sets;
};

struct alarm_list {
    bool everything; /* also replays, closed ones, and acknowledged ones that were left */
    bool run_is_replay;
    bool failed;                   /* no memory */
    struct standing_faults camera; /* of the newest run */
    size_t count;
    uint64_t dropped;            /* of those that should be here: there were too many */
    struct alarm_entry *entries; /* [ALARM_LIST_MAX], oldest first */
};

MUST_CHECK bool alarm_list_init(struct alarm_list *list, bool everything, struct error *err);
void alarm_list_finish(struct alarm_list *list);

void alarm_list_take(struct alarm_list *list, const json_t *record);

/* After the last record: without a monitor, what is open was left. ERROR_MEMORY for what failed
 * before. */
MUST_CHECK bool alarm_list_end(struct alarm_list *list, bool monitor_runs, struct error *err);

/* Reads the whole journal. Lines that are damaged are in *ret_damaged. */
MUST_CHECK bool alarm_list_read(struct alarm_list *list, const char *journal_path,
                                int64_t *ret_damaged, struct error *err);

/* Does it wait for somebody? (open or left, no replay, not acknowledged) */
bool alarm_needs_somebody(const struct alarm_entry *entry);

#endif
