/* What the files of the training loop share; private to training*.c and repair_training.c.
 *
 * training.c prepares, remembers and ends; training_epoch.c runs through the pictures; a task says
 * what is learned: training_reference.c to reconstruct, repair_training.c to repair.
 */
#ifndef MODEL_TRAINING_PARTS_H
#define MODEL_TRAINING_PARTS_H

#include "model/checkpoint.h"
#include "model/trainer.h"
#include "model/training.h"

struct training;

/* What is trained for. */
struct training_task {
    const struct network *network;
    const struct loss *loss; /* NULL = plain squared error */
    int passes;              /* through the training pictures in an epoch */
    const char *digest_text; /* what decides the weights besides dataset and settings */
    double seconds_max;      /* no new epoch after so many; 0 = no limit */

    void (*split)(struct training *training);
    /* The batch from picture `first` of the order on; what it draws is a function of `pass`, which
     * is counted from 1 over all epochs. */
    void (*fill_batch)(struct training *training, int pass, size_t first, size_t count);
    /* A validation picture into `scratch`, and then the error of its `reconstruction`. */
    void (*fill_validation)(struct training *training, size_t index);
    double (*validation_error)(const struct training *training);
    /* Before each step; NULL = never changed. */
    double (*learning_rate)(const struct training *training);
    void *context;
};

struct training {
    const struct training_task *task;
    const struct dataset *dataset;
    const struct training_settings *settings;
    bool (*progress)(void *context, const struct training_progress *progress);
    void *context;
    size_t picture_floats;

    size_t *train, *order, *validation; /* indices into the dataset */
    size_t train_count, validation_count;
    float *input, *target; /* [batch_size][3][height][width]; one memory where they are equal */
    float *mask;           /* [batch_size][height][width]; NULL without one */
    float *scratch;        /* one picture */
    float *reconstruction; /* one picture */
    struct parameters *current;
    struct trainer *trainer;

    struct checkpoint state; /* what is known after the last whole epoch */
    char run_digest[DIGEST_TEXT_SIZE];
    char note[TRAINING_NOTE_SIZE];
    struct training_progress now;
    int64_t started_ns;
    double seconds_before; /* of earlier sessions */
    long session_steps;
    bool stopped;
};

/* The whole of a training whose task, dataset, settings, progress and context are set; finishes it.
 */
MUST_CHECK bool training_execute(struct training *training, struct parameters *ret_parameters,
                                 struct training_result *ret_result, struct error *err);

/* Seconds of this and earlier sessions. */
double training_seconds(const struct training *training);

/* Tells the caller where training is; may set `stopped`. */
void training_report(struct training *training);

/* Shows each picture to the trainer once and leaves the mean loss in `now.train_loss`. Ends early,
 * with success, when stopped. */
MUST_CHECK bool training_train_epoch(struct training *training, int epoch, struct error *err);

/* The loss of the validation pictures under the trainer's weights, which are left in `current`.
 * `ret_loss` is of no use when stopped. */
MUST_CHECK bool training_validate(struct training *training, double *ret_loss, struct error *err);

#endif
