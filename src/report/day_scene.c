/* Changes of the scene of a day: no alarms, but somebody may want to look. What was recorded within
 * a cooldown and told later is one change, of the time at which it was seen.
 */
#include "report/day_parts.h"

#include "sink/record_fields.h"

#include <math.h>
#include <string.h>

void day_scene_take(struct day_track *track, const struct day_record *record)
{
    if (strcmp(record->type, "scene_changed") != 0 || !record->of_day ||
        record_bool(record->json, "late"))
        return;
    track->changes++;
    if (track->change_count == DAY_CHANGES_MAX)
        return;
    struct day_alarm *change = &track->change_list[track->change_count++];
    *change = (struct day_alarm){
        .state = DAY_ALARM_PAST, .opened_utc_ms = record->utc_ms, .growth_px_per_minute = NAN};
    day_alarm_look(change, record, false);
}
