/* All sequences of a dataset by all detectors and seeds: learn, watch, store, summarise.
 *
 * What an earlier run finished in the same output folder is taken up when nothing it depends on has
 * changed. Results do not depend on the number of workers or on what was taken up. Ownership:
 * everything is borrowed; sequence_evaluation_finish frees the result. Thread: the caller's, on
 * which the listener is called; one process per output folder (`out`/.lock). Errors: ERROR_BUSY,
 * another evaluation writes there; ERROR_CANCELLED, with what to do to go on; those of
 * evaluate/scene_model.h and evaluate/sequence_workers.h.
 */
#ifndef EVALUATE_SEQUENCE_EVALUATE_H
#define EVALUATE_SEQUENCE_EVALUATE_H

#include "evaluate/sequence_set.h"

enum { EVALUATED_KINDS_MOST = 8, SEEDS_MOST = 100 };

/* Each may be NULL; as of struct learn_listener. Phases of progress: those of learning, then
 * "watching" in frames. */
struct evaluate_listener {
    void (*say)(void *context, enum learn_tone tone, const char *sentence);
    bool (*progress)(void *context, const struct learn_progress *now);
    void *context;
};

struct evaluate_job {
    const struct config *config;
    const struct sequence_set *set;
    const char *out;           /* folder, made where missing */
    const char *project_model; /* folder; NULL = there is no project */
    const struct detector_kind *kinds[EVALUATED_KINDS_MOST];
    int kind_count;
    int seeds;   /* training.seed and those after it */
    int threads; /* workers */
    bool again;  /* take nothing up */
    struct evaluate_listener listener;
};

MUST_CHECK bool sequences_evaluate(const struct evaluate_job *job,
                                   struct sequence_evaluation *ret_evaluation, struct error *err);

/* The configuration with that kind and the n-th seed; borrows from `config`. */
struct config evaluate_config(const struct config *config, const struct detector_kind *kind, int n);

#endif
