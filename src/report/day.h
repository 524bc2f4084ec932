/* What happened on one local day, gathered from the records while they stream by.
 *
 * Records go in one by one, in the order of the files; memory stays the same however many they are:
 * what there can be many of is kept up to a number and counted beyond it. Live runs and replays are
 * kept apart by their stamps (local time, or "Z"): a day on which people were watched for is never
 * mixed with a recording that was played with stamps of that day; a day that has only recordings is
 * told from those. Records before the day say how it began (who was running, which alarm was open);
 * records after it how things ended that were still open.
 *
 * Watching. "Armed" is the time in which a monitor ran in mode MONITOR, "monitored" the part of it
 * in which frames were really scored and their pictures were not faulty (blind): a pause of up to
 * 30 s, or three frame intervals, is none.
 * All other time of the day is a gap and has a cause. A run that ended without a shutdown record
 * ended with its last sign of life; that it did is known from the next start, from long silence, or
 * from `nobody_runs`. The clock may jump: no instant is counted twice, and time that
 * the PC slept or skipped is a gap.
 *
 * Texts come from the records and are hostile: cut to their size at a whole character, without
 * control characters; whoever writes them escapes them. Ownership: day_finish takes a zeroed one.
 * Pure; one thread. Units: ms are UTC milliseconds, px of the camera's picture.
 */
#ifndef REPORT_DAY_H
#define REPORT_DAY_H

#include "event/event.h"
#include "report/plot.h"
#include "sink/journal.h"

enum {
    DAY_BINS_MAX = 760,
    DAY_GAPS_MAX = 300,
    DAY_FAULTS_MAX = 200,
    DAY_NOTICES_MAX = 50,
    DAY_CHANGES_MAX = 50,
    DAY_ALARMS_MAX = 10000,
    DAY_BOXES_MAX = 4,
    DAY_CHANNELS_MAX = 8,
    DAY_NAME_SIZE = 32,
    DAY_TEXT_SIZE = 200,
    DAY_PATH_SIZE = 256
};

/* How far back the state at the beginning of a day is looked for. */
#define DAY_LOOK_BACK_MS (7 * INT64_C(86400000))

enum gap_cause {
    GAP_NO_RECORDS,  /* nothing is known */
    GAP_NOT_RUNNING, /* the monitor had been ended */
    GAP_DIED,        /* it ended without a word: killed, crash, power cut */
    GAP_OFF,
    GAP_CAPTURE,
    GAP_CAMERA,    /* armed, but the camera was down */
    GAP_BLIND,     /* armed, but its pictures showed nothing to judge */
    GAP_NO_FRAMES, /* armed, and nobody said why */
    GAP_CLOCK,     /* the PC slept, or its clock was set */
    GAP_CAUSE_COUNT
};

struct day_gap {
    int64_t from_utc_ms, to_utc_ms;
    enum gap_cause cause;
};

enum run_state { RUN_UNKNOWN, RUN_ENDED, RUN_DIED, RUN_RUNNING };

struct day_watch {
    int64_t armed_ms, monitored_ms;
    int64_t gap_ms[GAP_CAUSE_COUNT];
    size_t gap_count; /* listed */
    size_t gaps_beyond;
    struct day_gap gaps[DAY_GAPS_MAX]; /* in order of time */
    int clock_set_back;

    /* private: the state while reading */
    enum run_state run;
    int mode; /* enum mode */
    bool camera_fault;
    bool blind;              /* the frames since `at_utc_ms` are */
    int64_t at_utc_ms;       /* accounted for up to here */
    int64_t life_utc_ms;     /* last sign of the run */
    int64_t life_mono_ms;    /* on the clock that is never set; -1 = unknown */
    double frame_interval_s; /* of the last frame */
};

enum day_alarm_state {
    DAY_ALARM_OPEN,
    DAY_ALARM_CLOSED,
    DAY_ALARM_LEFT, /* open when its monitor ended */
    DAY_ALARM_PAST  /* over, nobody wrote when */
};

struct day_alarm {
    char event_id[EVENT_ID_SIZE];
    enum day_alarm_state state;
    int64_t opened_utc_ms, last_utc_ms;
    int64_t ended_utc_ms;           /* of closed and left ones */
    double duration_s;              /* until it ended, or as far as it is known */
    bool began_before, ended_after; /* the day */
    bool acknowledged;
    int64_t acknowledged_utc_ms;
    double score, threshold, peak_score; /* of the frame that opened it; highest */
    double blob_area, blob_area_threshold;
    bool score_triggered, heatmap_triggered;
    double area_px, area_fraction; /* largest */
    double growth_px_per_minute;   /* fastest; NAN = unknown */
    enum alarm_path path;          /* that opened it */
    int box_count;                 /* all of them, of the record with the largest area */
    struct rect boxes[DAY_BOXES_MAX];
    int updates;
    int picture_count;
    char picture[DAY_PATH_SIZE]; /* the camera's, of the largest area; "" = none recorded */
};

enum day_fault_end { DAY_FAULT_OPEN, DAY_FAULT_RECOVERED, DAY_FAULT_RUN_ENDED };

struct day_fault {
    char name[DAY_NAME_SIZE];    /* "camera_down" */
    char channel[DAY_NAME_SIZE]; /* with delivery */
    char text[DAY_TEXT_SIZE];
    int64_t from_utc_ms, to_utc_ms; /* `to` while it is open: the last time it was said */
    enum day_fault_end end;
};

/* Something that has no duration: camera_error, startup_error, startup_warning, records_lost. */
struct day_notice {
    int64_t utc_ms;
    char type[DAY_NAME_SIZE], text[DAY_TEXT_SIZE];
};

struct day_frames {
    int64_t scored, anomalous, without_score; /* blind ones are scored, and have no score */
    int64_t busy, blind;
    int64_t dropped, damaged, lost_records;
    double low, high, sum;
    double threshold; /* of the last frame; NAN = none */
    int64_t bin_ms;
    struct score_bin bins[DAY_BINS_MAX]; /* `mean` holds the sum while reading */
};

/* All of one clock: live runs, or replays. */
struct day_track {
    bool replay;
    int64_t records;               /* of the day */
    int runs;                      /* startups of the day */
    bool has_evidence, has_errors; /* what its scores are, by the methods of its startups */
    struct day_frames frames;
    struct day_watch watch;

    int64_t alarms; /* opened on the day, or open when it began */
    size_t alarm_count;
    size_t alarm_capacity;
    struct day_alarm *alarm_list; /* [alarm_count], the first DAY_ALARMS_MAX */
    int32_t *alarm_index;         /* private: a hash table by event id */
    int64_t alarms_open;          /* private: of the list, while reading */
    int64_t unknown_acknowledged; /* for alarms that are not of this day */

    int64_t changes; /* of the scene */
    size_t change_count;
    struct day_alarm change_list[DAY_CHANGES_MAX]; /* without an end */

    int64_t faults;
    size_t fault_count;
    struct day_fault fault_list[DAY_FAULTS_MAX];

    int64_t notices;
    size_t notice_count;
    struct day_notice notice_list[DAY_NOTICES_MAX];
};

struct day_channel {
    char name[DAY_NAME_SIZE];
    int64_t delivered, retried, refused, interrupted;
    int64_t last_failure_utc_ms;
    char last_failure[DAY_TEXT_SIZE];
};

struct day_delivery {
    size_t channel_count;
    struct day_channel channels[DAY_CHANNELS_MAX];
    int64_t other; /* attempts that could not be understood, or of more channels */
    int64_t damaged_lines;
    int waiting; /* alerts in the outbox now; -1 = unknown */
};

struct day_settings {
    int64_t day;                    /* clock_parse_date */
    int64_t from_utc_ms, to_utc_ms; /* clock_day_start_utc_ms of it and the next */
    int64_t before_utc_ms;          /* start of the day before */
    int64_t now_utc_ms;
    bool nobody_runs;   /* at `now`, as the monitor's lock says */
    double heartbeat_s; /* how often a monitor that is well says so */
};

struct day_summary {
    struct day_settings settings;
    bool so_far;        /* the day is not over */
    int64_t end_utc_ms; /* of what is told: now, or the end of the day */
    bool any;           /* there are records, of whatever day */
    int64_t types[EVENT_TYPE_COUNT];
    int64_t other_types;
    int64_t records; /* of the day */
    int64_t without_time;
    int64_t damaged_lines; /* in all that was read, of whatever day */
    int64_t alarms_day_before;
    int64_t last_alarm_day_before_utc_ms;
    struct day_delivery delivery;
    struct day_track *live, *replay;
    const struct day_track *told; /* one of them; after day_end */
    bool failed;                  /* no memory */
};

MUST_CHECK bool day_begin(struct day_summary *day, const struct day_settings *settings,
                          struct error *err);
void day_finish(struct day_summary *day);

/* For journal_query: whether a record must be seen, and the record. Both take a struct
 * day_summary. */
bool day_wants(void *context, const struct journal_peek *peek);
bool day_take(void *context, const json_t *record, int64_t seq);

/* The same of logs/delivery.jsonl. */
bool day_wants_attempt(void *context, const struct journal_peek *peek);
bool day_take_attempt(void *context, const json_t *record, int64_t seq);

/* After the last record. ERROR_MEMORY for what failed before. */
MUST_CHECK bool day_end(struct day_summary *day, struct error *err);

/* Both journals of a project, and day_end. */
MUST_CHECK bool day_read(struct day_summary *day, const char *events_path,
                         const char *delivery_path, struct error *err);

#endif
