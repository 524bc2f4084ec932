/* The three files of a trained model: autoencoder.onnx, threshold.json, stats.json, tied by one
 * digest.
 *
 * The digest is SHA-256 over everything the three hold when they are saved: weights, identity,
 * thresholds, statistics. `model_set_save` puts them in place so that a full disk leaves the old
 * set as it was and a kill at any moment leaves one that loads, the old or the new; files whose
 * digests differ (one copied alone) are refused by `model_set_load`. The weights have a digest of
 * their own besides, which is computed anew on load. Values in threshold.json may be tuned by hand
 * or by `model_set_replace_threshold`: they are checked for their range, not against the digest.
 * stats.json stays what it is, the record of the training. Units: scores and pixel errors are
 * squared differences of 0..1 values; areas in pixels of
 * the network's picture. Ownership: model_set_finish frees the parameters and the curves and takes
 * a zeroed struct. Errors: ERROR_INPUT, file missing (remedy: train); ERROR_FORMAT, damaged,
 * foreign, of another format version, NaN or keys missing; ERROR_CONFIG, it does not fit the
 * configuration, naming both values.
 */
#ifndef MODEL_MODEL_SET_H
#define MODEL_MODEL_SET_H

#include "config/config.h"
#include "frame/convert.h"
#include "model/dataset.h"
#include "model/network.h"

#include <stdint.h>

enum { MODEL_FORMAT_VERSION = 1 };

#define MODEL_FILE_NAME "autoencoder.onnx"
#define THRESHOLD_FILE_NAME "threshold.json"
#define STATS_FILE_NAME "stats.json"

/* What scoring was calibrated with and to; threshold.json. */
struct threshold_set {
    double percentile, threshold;
    int scoring_method; /* SCORING_MEAN | SCORING_TOPK */
    double topk_percent;
    int topk_min_pixels;
    bool heatmap_trigger_enabled;
    double pixel_error_threshold, blob_area_threshold;
    double pixel_error_percentile, blob_area_percentile;
    int connectivity; /* 4 | 8 */
    int min_blob_area;
};

/* How it was trained; stats.json. */
struct model_stats {
    size_t n_train, n_val;
    double val_error_mean, val_error_std, val_error_min, val_error_max;
    double final_train_loss, final_val_loss;
    int epochs, best_epoch, threads;
    double seconds;
    bool interrupted;                               /* by somebody, who could have it go on */
    const double *train_losses, *validation_losses; /* [epochs]; borrowed; NULL = unknown */
};

/* What the network was made for; metadata of the ONNX file. */
struct model_identity {
    int format_version;
    int width, height;                 /* px, the network's */
    int picture_width, picture_height; /* px of the training pictures (after the ROI crop) */
    bool roi_enabled;
    int roi_units;
    double roi_x, roi_y, roi_width, roi_height;
    char data_digest[DIGEST_TEXT_SIZE];
    char set_digest[DIGEST_TEXT_SIZE]; /* common to the three files; filled by save and load */
    char onednn_version[32];
    char isa[32];
    int threads;
};

struct model_set {
    struct parameters *parameters;
    struct model_identity identity;
    struct threshold_set threshold;
    struct model_stats stats;
    double *curves; /* [2 * epochs], what the losses of a loaded set point into; else NULL */
};

/* Makes the folder where it is missing; fills format_version and set_digest of the identity. */
MUST_CHECK bool model_set_save(const char *folder, struct model_set *set, struct error *err);
MUST_CHECK bool model_set_load(const char *folder, struct model_set *ret_set, struct error *err);
void model_set_finish(struct model_set *set);

/* What a save that was killed between its renames left waiting goes to its place, so that the three
 * files can be copied as one set. Does nothing to a folder without a set that loads. Hold the
 * project's training lock. */
MUST_CHECK bool model_set_settle(const char *folder, struct error *err);

/* Puts `threshold` in place of that of `set`, which was loaded from `folder`, in one step; what
 * stood in threshold.json is kept beside it as `backup_name` and counts again once it is copied
 * back. Hold the project's training lock from before the load. After a failure the old threshold
 * stands, except when only the last flush failed: then the message says so. ERROR_FORMAT, a number
 * that is not finite; ERROR_BUSY, `backup_name` is taken. */
MUST_CHECK bool model_set_replace_threshold(const char *folder, const struct model_set *set,
                                            const struct threshold_set *threshold,
                                            const char *backup_name, struct error *err);

/* ERROR_CONFIG, with both values and the remedy, when size, ROI, scoring or trigger settings
 * differ. */
MUST_CHECK bool model_set_check(const struct model_set *set, const struct config *config,
                                struct error *err);

#endif
