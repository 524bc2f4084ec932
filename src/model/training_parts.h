/* What the files of the training loop share; private to training*.c.
 *
 * training.c prepares, remembers and ends; training_epoch.c runs through the pictures once.
 */
#ifndef MODEL_TRAINING_PARTS_H
#define MODEL_TRAINING_PARTS_H

#include "model/checkpoint.h"
#include "model/trainer.h"
#include "model/training.h"

struct training {
    const struct dataset *dataset;
    const struct training_settings *settings;
    bool (*progress)(void *context, const struct training_progress *progress);
    void *context;
    size_t picture_floats;

    size_t *train, *order, *validation; /* indices into the dataset */
    size_t train_count, validation_count;
    float *batch;          /* [batch_size][3][height][width] */
    float *scratch;        /* one picture */
    float *reconstruction; /* one picture */
    struct parameters *current;
    struct trainer *trainer;

    struct checkpoint state; /* what is known after the last whole epoch */
    char run_digest[DIGEST_TEXT_SIZE];
    char note[TRAINING_NOTE_SIZE];
    struct training_progress now;
    int64_t started_ns;
    bool stopped;
};

/* Tells the caller where training is; may set `stopped`. */
void training_report(struct training *training);

/* Shows each picture to the trainer once and leaves the mean loss in `now.train_loss`. Ends early,
 * with success, when stopped. */
MUST_CHECK bool training_train_epoch(struct training *training, int epoch, struct error *err);

/* The loss of the validation pictures under the trainer's weights, which are left in `current`.
 * `ret_loss` is of no use when stopped. */
MUST_CHECK bool training_validate(struct training *training, double *ret_loss, struct error *err);

#endif
