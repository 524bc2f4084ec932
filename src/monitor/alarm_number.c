/* Reads the opening records of alarms, and of changed scenes, alone; what else a long journal holds
 * is not parsed. */
#include "monitor/alarm_number.h"

#include "sink/journal.h"
#include "sink/record_fields.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_MOST = 1000000000 }; /* beyond it somebody has edited the records */

static bool has_number(const char *type)
{
    return strcmp(type, "anomaly_detected") == 0 || strcmp(type, "scene_changed") == 0;
}

static bool is_opening(void *context, const struct journal_peek *peek)
{
    (void)context;
    return has_number(peek->type);
}

static bool take_number(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    int *highest = context;
    const char *dash = strrchr(record_text(record, "event_id"), '-');
    long long number =
        dash && has_number(record_text(record, "type")) ? strtoll(dash + 1, NULL, 10) : 0;
    if (number > *highest && number <= NUMBER_MOST)
        *highest = (int)number;
    return true;
}

bool alarm_number_next(const char *journal_path, int *ret_number, struct error *err)
{
    int highest = 0;
    struct journal_query query = {
        .since_utc_ms = INT64_MIN, .wanted = is_opening, .visit = take_number, .context = &highest};
    if (!journal_search(journal_path, &query, NULL, err))
        return false;
    *ret_number = highest + 1;
    return true;
}
