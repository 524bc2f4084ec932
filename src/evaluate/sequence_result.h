/* What a detector made of recorded sequences: of each one, and of all together.
 *
 * A sequence is a folder of frames with a case.json (evaluate/sequence_set.h): frames that are
 * quiet, or in which something begins to leak at `onset`. It was shown to the detector and to the
 * state machine of `monitor` (event/watch.h) frame by frame on its own clock: frame n is at n x
 * interval. Frames are counted from 0; -1 = none. Areas are in px of the camera picture, fractions
 * of the whole picture. Values that do not exist are NAN here and null in JSON.
 *
 * Definitions (docs/evaluation.md says why):
 *   - the leak is there from the onset to the last frame with an area above 0;
 *   - found: an alarm opens while the leak is there. Localised: one of its boxes touches the mask
 * of that frame;
 *   - false: an alarm that opens at any other time;
 *   - visible: from the first frame whose area is at least VISIBLE_FRACTION;
 *   - quiet: all frames of sequences without onset, and the frames before an onset.
 *
 * Plain data. Ownership: the _finish functions free what is inside and take zeroed structs.
 */
#ifndef EVALUATE_SEQUENCE_RESULT_H
#define EVALUATE_SEQUENCE_RESULT_H

#include "evaluate/intervals.h"
#include "event/event.h"
#include "score/detector_kind.h"

#include <stddef.h>

#define VISIBLE_FRACTION 0.0005
#define RECALL_WANTED 0.9 /* of `smallest_area_fraction` */

enum { SEQUENCE_NAME_SIZE = 512, SEQUENCE_WORD_SIZE = 64 };

struct sequence_alarm {
    int64_t frame; /* that opened it */
    bool is_false;
    bool localised; /* a box touches the mask of this frame; false where there is no mask */
    enum alarm_path path;
    double score, threshold;
    double area_fraction; /* as the detector says */
    double leak_fraction; /* in truth, in this frame */
    int box_count;
    struct rect boxes[BOXES_MAX]; /* camera px */
};

/* A fault of the camera, or a scene that changed: neither an alarm nor quiet. */
struct sequence_notice {
    int64_t frame;
    char what[SEQUENCE_WORD_SIZE]; /* "camera_moved" …, or "scene_changed" */
};

struct sequence_frame {
    int64_t area_px; /* of the leak, in truth */
    double score, threshold;
    bool is_anomaly; /* as the monitor counts it */
};

struct sequence_result {
    char path[SEQUENCE_NAME_SIZE];  /* of its folder, below the dataset: "rig-3/puddle-04" */
    char scene[SEQUENCE_NAME_SIZE]; /* whose normals it is judged by: "rig-3"; "" = the project's */
    char name[SEQUENCE_NAME_SIZE];  /* what case.json calls it */
    char kind[SEQUENCE_WORD_SIZE];
    char expect[SEQUENCE_WORD_SIZE]; /* what notice it should raise; "" = none */
    int width, height;               /* px */
    double interval_s;
    double contrast; /* NAN = not said */
    int64_t onset;
    size_t frame_count;
    struct sequence_frame *frames;
    char **frame_names; /* [frame_count] in the sequence's folder; masks: mask/<same name>.png */

    size_t alarm_count; /* true and false ones */
    struct sequence_alarm *alarms;
    size_t notice_count;
    struct sequence_notice *notices;

    int64_t leak_end;      /* the last frame with the leak */
    int64_t visible_frame; /* the first of VISIBLE_FRACTION */
    int64_t largest_frame; /* of the largest area, the first of them */
    double largest_fraction, final_fraction;
    int64_t found_frame; /* that opened the first alarm while the leak was there */
    size_t found_alarm;  /* its index, when found_frame >= 0 */
    bool localised;
    double delay_onset_s;   /* of the source's clock; NAN when missed */
    double delay_visible_s; /* negative: found before that; NAN when missed or never visible */
    double found_fraction;  /* true area in found_frame; NAN when missed */
    bool masked;            /* missed, and a false alarm from before was still open at the onset */
    size_t false_alarm_count;
    size_t quiet_frames;
    bool expectation_met;    /* of `expect` */
    size_t unexpected_count; /* notices that `expect` does not name */
};

void sequence_result_finish(struct sequence_result *result);
static inline bool sequence_has_leak(const struct sequence_result *result)
{
    return result->onset >= 0;
}

/* `hits` of `total`, and the Wilson interval of 95 %. */
struct sequence_share {
    size_t hits, total;
    struct interval interval;
};

/* Of the sequences that were found. */
struct sequence_delays {
    size_t count;
    double median_s, p95_s; /* NAN without any */
};

/* Sequences with a leak that have something in common. */
struct sequence_group {
    char name[SEQUENCE_WORD_SIZE]; /* the kind, or "0.02-0.05 %" of the picture */
    struct sequence_share found, localised;
    struct sequence_delays from_onset, from_visible;
};

enum { SIZE_CLASSES = 5 }; /* by the largest area: < 0.02, < 0.05, < 0.1, < 0.5 %, and above */

/* Sequences of one kind without a leak. */
struct sequence_quiet_group {
    char name[SEQUENCE_WORD_SIZE];
    size_t sequence_count, disturbed_count; /* all; those with a false alarm */
    size_t false_alarm_count;
    size_t expected_count, met_count; /* of those with `expect` */
};

struct false_alarm_rate {
    size_t count;
    double quiet_s;
    double per_day;               /* of one camera; NAN without quiet time */
    struct interval day_interval; /* exact Poisson interval of 95 % */
};

struct sequences_summary {
    struct sequence_group all;
    size_t kind_count;
    struct sequence_group *kinds; /* in byte order */
    struct sequence_group sizes[SIZE_CLASSES];
    size_t quiet_kind_count;
    struct sequence_quiet_group *quiet_kinds; /* in byte order */
    struct false_alarm_rate false_alarms;
    size_t quiet_frames, leak_frames, frame_count;
    size_t expected_count, met_count, unexpected_count; /* notices, of all sequences */
    size_t masked_count;
    /* By monotone (isotonic) regression of found on the largest area: the smallest area from which
     * on the fitted recall is at least RECALL_WANTED. NAN when there is none; then `at_least` is
     * empty. */
    double smallest_area_fraction;
    struct sequence_share at_least; /* found among those that large or larger, counted */
    double frame_auroc; /* of score / threshold; visible leak frames against quiet ones */
};

/* One detector, trained with one seed, on all sequences. */
struct sequence_run {
    const struct detector_kind *kind;
    int64_t seed;
    size_t count;
    struct sequence_result *results; /* in byte order of their paths */
    struct sequences_summary summary;
};

struct sequence_evaluation {
    const char *dataset; /* the folder; borrowed */
    size_t run_count;
    struct sequence_run *runs;
};

void sequences_summary_finish(struct sequences_summary *summary);
void sequence_evaluation_finish(struct sequence_evaluation *evaluation);

#endif
