/* Trains network_repair to show the clean scene where something was laid over it.
 *
 * Each training picture is given other light and noise and, in six of ten cases, is spoiled
 * (corrupt.h); the target is the same picture unspoiled. The error between a picture and its
 * repair is then the anomaly map. The last fifth of the pictures, in their order, is held out:
 * up to REPAIR_VALIDATION_MOST of them, evenly spaced and always spoiled alike, judge each epoch
 * by the squared error that counts `masked_weight` times inside the mask; the best weights are
 * kept.
 *
 * The learning rate falls along a cosine, by steps done or seconds gone, whichever is further. So
 * a slow computer ends in time with a network that has settled, and where the steps are what ends
 * it (TRAINING_ALL_EPOCHS) weights are bit-identical for the same pictures, settings, threads and
 * instruction set, interrupted or not. Steps are rounded up to whole epochs, and time ends at the
 * end of one; an epoch is the training pictures, several times over where they are few.
 *
 * Shapes: dataset->pictures are 8-bit RGB at the network's size (network_fits(&network_repair, …));
 * of the struct are used count, width, height, pictures, in order of time, and digest, which must
 * be that of the pictures for a checkpoint to be told from another's. Progress, stopping, result,
 * checkpoint and errors: as training.h says. `ret_parameters` belong to network_repair.
 * Memory besides the pictures, batches of 4 at 384x224: some 200 MB.
 */
#ifndef MODEL_REPAIR_TRAINING_H
#define MODEL_REPAIR_TRAINING_H

#include "model/trainer.h"
#include "model/training.h"

enum { REPAIR_VALIDATION_MOST = 32 };

struct repair_settings {
    const float *reference; /* [3][height][width], 0..1: the picture that the network sees others
                               relative to (relative.h); NULL = it sees them as they are */
    int steps;              /* at most, of `batch_size` pictures each */
    double seconds;         /* at most, give or take an epoch; 0 = no limit */
    int batch_size;
    int patience; /* epochs without a better validation */
    double learning_rate;
    struct loss loss;
    uint64_t seed;
    int threads;
    const char *checkpoint_file; /* as in training.h */
};

/* Without a reference, which is the caller's to choose. 2000 steps of 4, and 420 s. A larger weight
 * of structure makes the network take light for damage: in pictures relative to a reference there
 * is little structure but noise. */
struct repair_settings repair_settings_default(void);

MUST_CHECK bool repair_training_run(
    const struct dataset *dataset, const struct repair_settings *settings,
    bool (*progress)(void *context, const struct training_progress *progress), void *context,
    struct parameters *ret_parameters, struct training_result *ret_result, struct error *err);

#endif
