/* What training remembers after each epoch, in one file, so that an interruption costs one epoch.
 *
 * The file names the run it belongs to by a digest of everything that decides the weights; nothing
 * of it is used before the digest, the size and a SHA-256 over all of it agree. It is for going on
 * on this machine, not for keeping. Ownership: the arrays and parameters of `struct checkpoint` are
 * the caller's; `trainer_state` is finished by the caller. Any thread.
 * Errors of reading: ERROR_INPUT, no such file; ERROR_FORMAT, foreign, damaged, of another version
 * or another run, each with a reason fit to be shown.
 */
#ifndef MODEL_CHECKPOINT_H
#define MODEL_CHECKPOINT_H

#include "base/buffer.h"
#include "model/dataset.h"
#include "model/network.h"

enum { CHECKPOINT_VERSION = 1 };

struct checkpoint {
    int epochs_done, best_epoch; /* 1 <= best_epoch <= epochs_done */
    double best_validation_loss;
    double seconds;
    double *train_losses, *validation_losses; /* [epochs_done] */
    struct parameters *best;
    struct buffer trainer_state;
};

MUST_CHECK bool checkpoint_write(const char *path, const char run_digest[DIGEST_TEXT_SIZE],
                                 const struct checkpoint *checkpoint, struct error *err);

/* Fills `checkpoint`, whose arrays have room for `epochs_max` epochs. After a failure its contents
 * are untouched. */
MUST_CHECK bool checkpoint_read(const char *path, const char run_digest[DIGEST_TEXT_SIZE],
                                int epochs_max, struct checkpoint *checkpoint, struct error *err);

#endif
