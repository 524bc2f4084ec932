/* Trains the network on a dataset: augmentation, Adam, MSE, early stop on the validation loss with
 * the best weights kept.
 *
 * The loss is the mean of squared differences over all pixels, channels and pictures. Weights are
 * bit-identical for the same seed, data, thread count and instruction set, also when training was
 * interrupted after an epoch and taken up again from the checkpoint. Thread: the caller's;
 * `progress` is called on it after each step, each validation picture and each epoch and may return
 * false to stop: the best weights so far are kept and the result says TRAINING_STOPPED. Errors:
 * ERROR_FORMAT on a loss that is not finite (naming epoch and step, with advice); ERROR_CANCELLED
 * when stopped before the first epoch was over, so that there is nothing to keep. A checkpoint that
 * cannot be taken up or written is never an error: training goes on without it and `resume_note`
 * says why.
 */
#ifndef MODEL_TRAINING_H
#define MODEL_TRAINING_H

#include "model/augment.h"
#include "model/dataset.h"
#include "model/network.h"

#include <stdint.h>

struct training_settings {
    int batch_size, epochs, patience;
    double learning_rate;
    double validation_share;
    uint64_t seed;
    int threads;
    struct augmentation augmentation;
    const char *checkpoint_file; /* NULL = none; stays: whoever has what came of the training safe
                                    on disk removes it. One of a training that came to its end is
                                    taken up by an equal one, which ends at once. */
};

struct training_progress {
    int epoch, epochs;      /* from 1 */
    int step, steps;        /* of this epoch, from 1 */
    double train_loss;      /* mean of this epoch so far */
    double validation_loss; /* of the last whole epoch; NAN before */
    double best_validation_loss;
    int best_epoch;
    bool epoch_done;
    bool resumed;            /* taken up from a checkpoint */
    double seconds_left;     /* at this pace, if it goes on to its end; NAN until that is known */
    const char *resume_note; /* why a checkpoint was not taken up or written; "" when all is well */
};

enum { TRAINING_NOTE_SIZE = ERROR_MESSAGE_SIZE + 128 };

enum training_end {
    TRAINING_ALL_EPOCHS,
    TRAINING_EARLY_STOP,
    TRAINING_STOPPED,
    TRAINING_TIME_OVER /* of a repair_training with a limit */
};

struct training_result {
    enum training_end end;
    int epochs_done, best_epoch;
    double final_train_loss, final_validation_loss, best_validation_loss;
    double *train_losses, *validation_losses; /* [epochs_done] */
    size_t train_count, validation_count;
    size_t *validation_indices; /* [validation_count] into the dataset: what the threshold is
                                   computed from */
    double seconds;             /* of all sessions, when taken up */
    bool resumed;
    char resume_note[TRAINING_NOTE_SIZE];
};

/* `ret_parameters` is the caller's and receives the best weights. */
MUST_CHECK bool training_run(
    const struct dataset *dataset, const struct training_settings *settings,
    bool (*progress)(void *context, const struct training_progress *progress), void *context,
    struct parameters *ret_parameters, struct training_result *ret_result, struct error *err);
void training_result_finish(struct training_result *result);

#endif
