/* Names of evidence files: "<kind>_<stamp>.jpg", of context frames "<kind>_<stamp>_<number>.jpg".
 *
 * The one place that knows them: who writes evidence and who removes it mean the same files. A
 * stamp is a time, "20260131_080000_250", with "-2" … "-1000" behind it when several sets are of
 * the same time. Pure; any thread.
 */
#ifndef SINK_EVIDENCE_NAME_H
#define SINK_EVIDENCE_NAME_H

#include <stdbool.h>

enum evidence_kind {
    EVIDENCE_ANOMALY,
    EVIDENCE_INPUT_RESIZED,
    EVIDENCE_RECONSTRUCTION,
    EVIDENCE_ERROR_HEATMAP,
    EVIDENCE_COMPARE,
    EVIDENCE_CONTEXT_PRE,
    EVIDENCE_CONTEXT_POST,
    EVIDENCE_KIND_COUNT
};

enum {
    EVIDENCE_NAME_SIZE = 96,
    EVIDENCE_STAMP_SIZE = 48,
    CONTEXT_FRAMES_MAX = 16,   /* frames are numbered from 1 */
    EVIDENCE_SAME_TIME = 1000, /* sets of the same time */
};

/* Context frames have a number, the other kinds 0. */
bool evidence_kind_is_numbered(enum evidence_kind kind);

void evidence_name_make(enum evidence_kind kind, const char *stamp, int number,
                        char ret_name[EVIDENCE_NAME_SIZE]);

/* The stamp of exactly those names that evidence_name_make gives; false for any other. */
bool evidence_name_stamp(const char *name, char ret_stamp[EVIDENCE_STAMP_SIZE]);

/* Below, at or above 0 as `a` is before, of, or after the set `b`: by time, then by the number
 * behind it. */
int evidence_stamp_compare(const char *a, const char *b);

#endif
