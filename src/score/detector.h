/* A method that looks at one frame and says how abnormal it is: one ops row per `detector.kind`.
 *
 * The frame is looked at only; boxes are in camera pixels, blob areas in pixels of the map (as the
 * records have them). Ownership: `observation.maps` lies in the detector and is valid until the
 * next observe. Thread: one at a time. detector_observe allocates nothing of ours. Errors:
 * ERROR_INTERNAL from the compute library, and when scores are not finite numbers (they would pass
 * for normal); ERROR_CONFIG at creation when model, configuration and camera do not fit.
 */
#ifndef SCORE_DETECTOR_H
#define SCORE_DETECTOR_H

#include "base/error.h"
#include "config/config.h"
#include "frame/convert.h"
#include "frame/frame.h"
#include "model/model_set.h"

enum { BOXES_MAX = 16 };

/* What the maps show, for who labels and draws them. */
enum maps_meaning {
    MAPS_OF_ERROR,   /* what a network reconstructs, and by how much it is wrong */
    MAPS_OF_EVIDENCE /* what is expected here and now, and what lastingly strays from it */
};

/* What evidence pictures are drawn from; all of one size. */
struct detector_maps {
    int width, height;
    const float *input;          /* [3][height][width] 0..1 */
    const float *reconstruction; /* [3][height][width] 0..1 */
    const float *error_map;      /* [height][width] */
    float error_scale; /* map value that heat maps show as full; the same for all frames, so that
                          they can be compared; above the pixel threshold, never 0 */
    enum maps_meaning meaning;
};

/* What is wrong with the picture as such. A frame with any of these is neither normal nor abnormal.
 */
enum camera_fault {
    CAMERA_FAULT_FROZEN,    /* the very same picture, noise and all */
    CAMERA_FAULT_DARK,      /* too dark to see the scene */
    CAMERA_FAULT_SATURATED, /* too bright */
    CAMERA_FAULT_BLURRED,   /* out of focus, or something on the lens */
    CAMERA_FAULT_COVERED,   /* the scene's edges are gone */
    CAMERA_FAULT_MOVED,     /* the scene is seen from elsewhere */
    CAMERA_FAULT_COUNT
};

/* By which way a frame became anomalous; for a detector with several, the first that fired. */
enum alarm_path {
    ALARM_PATH_NONE,
    ALARM_PATH_SCORE, /* of the reference detector */
    ALARM_PATH_BLOB,
    ALARM_PATH_STRONG,  /* of the scene detector: a strong change, within seconds */
    ALARM_PATH_LASTING, /* a faint one that stays */
    ALARM_PATH_GROWING, /* a faint one that grows */
    ALARM_PATH_COUNT
};

/* Where to look, by what triggered: the blobs large enough to trigger by themselves; for a score
 * alone, the blobs that are no specks (min_blob_area), or, when there are none, the strongest
 * region of the map, however faint. A normal frame has no boxes and no area. */
struct observation {
    double score, threshold;
    unsigned camera_faults; /* bits 1u << enum camera_fault: what this frame shows */
    bool busy;              /* too much of the picture changes to judge it */
    bool scene_changed;     /* a lasting change came with a busy time or a change of light: said
                               once, by the frame with which it became the new normal */
    enum alarm_path path;
    bool score_triggered, heatmap_triggered;
    double largest_blob_area; /* px of the map */
    double
        blob_area_threshold; /* px of the map; what it is compared with, min_blob_area included */
    int box_count;
    struct rect boxes[BOXES_MAX]; /* camera px, largest first */
    double area_px;               /* of all such blobs, also beyond BOXES_MAX, in camera px */
    double area_fraction;         /* of the whole camera picture */
    int changed_box_count;        /* of scene_changed */
    struct rect changed_boxes[BOXES_MAX];
    struct detector_maps maps;
};

struct detector;
struct detector_ops {
    const char *kind;
    bool (*observe)(struct detector *detector, const struct frame *frame,
                    struct observation *ret_observation, struct error *err);
    void (*destroy)(struct detector *detector);
    /* What stands in these boxes (camera px) in the frame observed last is normal from now on; with
     * `undo` it is again judged as it was learned. False: that frame was not judged, ask again
     * after another. NULL: the method knows no such thing. */
    bool (*accept)(struct detector *detector, const struct rect *boxes, int count, bool undo);
};

/* Each kind's struct begins with this. */
struct detector {
    const struct detector_ops *ops;
    int map_width, map_height;
};

MUST_CHECK bool detector_observe(struct detector *detector, const struct frame *frame,
                                 struct observation *ret_observation, struct error *err);
void detector_destroy(struct detector *detector);

/* The region of interest that the configuration names in a camera's picture. ERROR_CONFIG, with
 * both sizes and the remedy, when it leaves the picture or is not of the size of the pictures that
 * the model was trained on. */
MUST_CHECK bool detector_find_region(const struct config *config, int camera_width,
                                     int camera_height, int picture_width, int picture_height,
                                     struct rect *ret_region, struct error *err);

/* The reference method. Borrows `set` during the call only. Camera size: what the source gives; the
 * ROI must fit into it and have the size of the training pictures (another size is another
 * resampling, and its errors are not those the thresholds were made for). */
struct detector *reference_detector_create(const struct model_set *set, const struct config *config,
                                           int camera_width, int camera_height, int threads,
                                           struct error *err);

#endif
