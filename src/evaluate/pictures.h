/* How well a detector does on single pictures: a folder in the layout of MVTec AD, by the metrics
 * that papers report.
 *
 *     DATASET/test/good/NAME.png                       normal pictures
 *     DATASET/test/KIND/NAME.png                       abnormal ones
 *     DATASET/ground_truth/KIND/NAME_mask.png          where; white = abnormal, the picture's size
 *
 * (DATASET/train/good/ is for whoever trains; it is not looked at here.)
 *
 * What is left out, each with a warning that names the file and the reason: pictures that cannot be
 * used (model/picture_list.h), have another size than those in test/good or more than 16 million
 * pixels; kinds without any picture; folders whose name holds control characters or that lead out
 * of the dataset; abnormal pictures whose mask has nothing inside the region of interest though it
 * has something outside. A picture whose mask is missing, empty, unreadable or of another size
 * counts as a picture, but its pixels do not. The normal pixels of abnormal pictures count as
 * normal, but for AUPIMO.
 *
 * Values that do not exist are NAN here and null in JSON, never a number that looks like guessing:
 * without normal pictures, for example, there is no AUROC. Shares come with a Wilson interval of
 * 95 %. The definitions: evaluate/ranking.h (AUROC, TPR at an FPR), evaluate/pixel_counts.h (pixel
 * AUROC, and how exact it is), evaluate/region_overlap.h (AUPRO), evaluate/image_overlap.h
 * (AUPIMO).
 *
 * Memory: one picture and a fixed number of counters (about 80 MB), however many pictures there
 * are, and what `struct pictures_result` holds per picture. One thread. Errors: ERROR_INPUT, no
 * such folder or no picture in it that can be used; ERROR_FORMAT, more than KINDS_MOST kinds or
 * PICTURES_MOST pictures; ERROR_CONFIG, a region of interest that does not fit;
 * ERROR_CANCELLED; what the detector says, with the picture's name; ERROR_MEMORY.
 */
#ifndef EVALUATE_PICTURES_H
#define EVALUATE_PICTURES_H

#include "evaluate/intervals.h"
#include "evaluate/ranking.h"
#include "model/picture_list.h"
#include "score/detector.h"

#include <jansson.h>

enum { KINDS_MOST = 256, CURVE_POINTS = 121 };

/* `count` of `total`, and the interval for the share. */
struct pictures_share {
    size_t count, total;
    struct interval interval;
};

/* Normal pictures against the abnormal ones of one kind, or of all. */
struct pictures_measures {
    size_t normal_count, anomalous_count;
    /* By picture. */
    double auroc;
    struct operating_point at_1_percent, at_01_percent; /* TPR where the FPR is at most that */
    struct pictures_share found;        /* abnormal pictures that the detector itself flags */
    struct pictures_share false_alarms; /* normal ones that it flags */
    /* By pixel; pictures without a usable mask do not count. */
    size_t masked_count; /* abnormal pictures with one */
    size_t region_count; /* connected regions in their masks */
    double pixel_auroc;
    double pixel_auroc_error; /* the exact value is no further away than this */
    double aupro_30, aupro_05;
    double aupimo_mean;       /* over the pictures with a mask */
    double aupimo_p33;        /* their 33rd percentile */
    size_t aupimo_above_half; /* how many have more than 0.5 */
};

/* One picture, for lists and for showing the worst. */
struct pictures_entry {
    const char *path; /* from the dataset's folder on: "test/crack/007.png" */
    size_t kind;      /* index into the result's kinds */
    double score;     /* by which it is ranked */
    double threshold; /* the detector's own */
    bool anomalous;   /* in truth */
    bool flagged;     /* a monitor would count it as abnormal: triggered, and neither of these: */
    bool busy;        /* the detector declines to judge */
    unsigned faults;  /* it doubts the camera (bits of enum camera_fault) */
    bool has_mask;    /* usable */
    double area_fraction; /* abnormal pixels, of the region of interest; NAN without a mask */
    double aupimo;        /* NAN when it is normal or has no mask */
};

struct pictures_kind {
    char *name; /* "good" or the folder's; plain text (base/text.h) */
    bool anomalous;
    size_t picture_count;
    struct pictures_share flagged;
    struct pictures_measures measures; /* of "good" and this kind; of "good" itself all NAN */
};

struct curve_point {
    double fpr, value;
};

struct pictures_result {
    int width, height;         /* px, of all pictures */
    struct rect region;        /* px, what counted of them */
    size_t left_out_count;     /* files and pictures, each said by a warning */
    size_t without_mask_count; /* abnormal pictures that only count as pictures */
    struct pictures_measures all;
    bool aupimo_resolved; /* are there enough normal pixels to tell an FPR of 1e-5 from none? */
    size_t kind_count;
    struct pictures_kind *kinds; /* "good" first, when there is one, then in byte order */
    size_t entry_count;
    struct pictures_entry *entries; /* in the order in which they were looked at */
    struct ranking ranking;         /* ROC by picture, all kinds */
    /* CURVE_POINTS each, evenly spaced in FPR; curve_count is 0 when there were no masks. */
    size_t curve_count;
    struct curve_point pixel_roc[CURVE_POINTS];  /* FPR 0..1 */
    struct curve_point region_roc[CURVE_POINTS]; /* mean region overlap, FPR 0..0.3 */
    char *paths;                                 /* private */
};

struct pictures_settings {
    const char *dataset; /* folder */
    /* Only what lies in its region of interest (roi.*) counts, and the detector's maps show just
     * that. */
    const struct config *config;
    /* Makes the detector for pictures of that size; it is destroyed here. NULL with an error ends
     * the evaluation. */
    struct detector *(*make_detector)(void *context, int width, int height, struct error *err);
    void *make_context;
    /* Pictures of a set have no time, detectors may have a memory. Frame n is given with the time n
     * x interval. Each picture is given `repeats` (>= 1) times in a row as frames of their own, and
     * what the last of them gives counts. With `afresh` each picture gets a detector of its own, so
     * that none is judged by what came before; otherwise one detector sees them all, normal ones
     * first. */
    int repeats;
    int64_t interval_ns;
    bool afresh;
    struct picture_listener listener;
    /* Shows each picture once with what was seen in it, when both are still there; NULL = nobody
     * wants to know. `entry->aupimo` is set. */
    void (*show)(void *context, const struct pictures_entry *entry, const struct frame *frame,
                 const struct observation *observation);
    void *show_context;
};

/* The usual: once each, one interval of monitor.frame_interval_seconds apart, one detector. */
struct pictures_settings pictures_settings_of(const char *dataset, const struct config *config);

MUST_CHECK bool pictures_evaluate(const struct pictures_settings *settings,
                                  struct pictures_result *ret_result, struct error *err);
void pictures_result_finish(struct pictures_result *result); /* takes a zeroed one */

/* What does not exist or cannot be told, and why, one sentence each: "there is no AUROC: no normal
 * pictures". Nothing when all is well. */
void pictures_say_limits(const struct pictures_result *result,
                         void (*say)(void *context, const char *sentence), void *context);

/* A new reference; NULL without memory. `with_pictures` adds a row for each. */
json_t *pictures_to_json(const struct pictures_result *result, bool with_pictures);

#endif
