/* Private to day*.c: what each file does with a record. */
#ifndef REPORT_DAY_PARTS_H
#define REPORT_DAY_PARTS_H

#include "report/day.h"

/* A record on its way through the parts. */
struct day_record {
    const json_t *json;
    int64_t utc_ms;
    int64_t mono_ms; /* -1 = none */
    bool foreign;    /* of the tool before us: without `seq` */
    bool of_day, before_day;
    const char *type;
};

/* day_watch.c: what runs, and what time passes without frames. */
void day_watch_begin(struct day_watch *watch, int64_t from_utc_ms);
void day_watch_take(struct day_watch *watch, const struct day_settings *settings, bool replay,
                    const struct day_record *record);
void day_watch_end(struct day_watch *watch, const struct day_settings *settings,
                   int64_t end_utc_ms);
/* Is it a frame that was scored (not one of the old tool in another mode)? */
bool day_is_scored_frame(const struct day_record *record);
bool day_is_blind_frame(const struct day_record *record);
/* Does the monitor, as far as is known, run in mode MONITOR? */
bool day_watch_is_armed(const struct day_watch *watch);

/* day_alarms.c. False when there is no memory. */
bool day_alarms_begin(struct day_track *track);
bool day_alarms_know(const struct day_track *track, const char *event_id);
bool day_alarms_take(struct day_track *track, const struct day_settings *settings,
                     const struct day_record *record);
/* The run that saw them is over. */
void day_alarms_leave(struct day_track *track, const struct day_settings *settings, int64_t utc_ms);
void day_alarms_end(struct day_track *track, const struct day_settings *settings,
                    int64_t end_utc_ms);

/* Boxes, area, growth and pictures of a record about it. */
void day_alarm_look(struct day_alarm *alarm, const struct day_record *record, bool closing);

/* day_scene.c */
void day_scene_take(struct day_track *track, const struct day_record *record);

/* day_faults.c */
void day_faults_take(struct day_track *track, const struct day_settings *settings,
                     const struct day_record *record);
void day_faults_leave(struct day_track *track, const struct day_settings *settings, int64_t utc_ms);
void day_faults_end(struct day_track *track, int64_t end_utc_ms);

#endif
