/* Room on the disk: what retention.keep_free_gb and retention.evidence_days ask for, on the records
 * thread of a live monitor.
 *
 * Looks at the free space at the start, once a minute, after each set of pictures, and once a
 * second while there is too little; removes old evidence (sink/retention.h) when it is below
 * keep_free_gb, or has expired. What removing does not cure is the fault `disk`, told once; it is
 * over when there is a twentieth more than keep_free_gb. A replay (finite source) removes nothing
 * and looks at nothing: it can be run again, what it would push out can not, and its records must
 * not depend on the disk. Thread: the records thread.
 */
#ifndef MONITOR_ROOM_H
#define MONITOR_ROOM_H

#include "monitor/episode.h"
#include "sink/evidence.h"

struct recorder;

/* Private; in the header so that it can be embedded. */
struct room {
    bool watched;
    int64_t next_look_ns; /* at the free space */
    int64_t next_pass_ns; /* for room; a pass that found nothing is not repeated at once */
    int64_t next_age_pass_ns;
    int64_t clock_offset_ms; /* wall clock less monotonic */
    struct episode low;      /* less than keep_free_gb, and nothing more may go */
    bool pictures_stopped;   /* less than a set of pictures needs */
    uint64_t pictures_bytes; /* what that set needs */
    bool alarm_open;
    char open_since[EVIDENCE_STAMP_SIZE]; /* the oldest set of the open alarm */
    bool made_for_records, made_for_pictures;
};

enum room_use { ROOM_FOR_RECORDS, ROOM_FOR_PICTURES };

void room_init(struct recorder *recorder);

/* When it wants to look next, monotonic; INT64_MAX = never. */
int64_t room_deadline_ns(const struct recorder *recorder);
void room_look(struct recorder *recorder);

/* Is there room for this set, if need be after removing older ones? ERROR_SPACE says why not: it
 * would take the records' room too. */
MUST_CHECK bool room_for_pictures(struct recorder *recorder, const struct evidence_input *input,
                                  struct error *err);

/* A write was refused for `cause`: true when old evidence was removed and the write is worth
 * another try. Once per use; again when a write has worked (room_write_worked). */
bool room_make(struct recorder *recorder, enum room_use use, const struct error *cause);
void room_write_worked(struct recorder *recorder, enum room_use use);

/* The event is recorded; its set of pictures (stamp, or "" without) is about to be written. Keeps
 * account of which evidence belongs to the open alarm. */
void room_note_recorded(struct recorder *recorder, const struct event *event, const char *stamp);
/* … and has been written, or not: an alarm that it closed is not open any more. */
void room_note_done(struct recorder *recorder, const struct event *event);

#endif
