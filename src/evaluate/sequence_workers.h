/* Several sequences at once, each by one thread with a detector of its own.
 *
 * A result depends on its sequence alone, so the number of workers changes nothing but the time.
 * Each finished one is stored before the next begins. Thread: the caller's, which waits and calls
 * `progress` on it several times a second. Errors: of the first sequence (in the order of the set)
 * that failed; ERROR_CANCELLED when `progress` returned false.
 */
#ifndef EVALUATE_SEQUENCE_WORKERS_H
#define EVALUATE_SEQUENCE_WORKERS_H

#include "evaluate/scene_model.h"

enum { WORKERS_MOST = 256 };

struct sequence_task {
    size_t index; /* of the set, and of the results */
    char key[SHA256_TEXT_SIZE];
    char path[PATH_SIZE]; /* where its result is stored */
};

struct sequence_work {
    const struct sequence_set *set;
    const struct config *config;
    const struct scene_model *model;
    const struct sequence_task *tasks;
    size_t task_count;
    int workers;                     /* 1..WORKERS_MOST */
    struct sequence_result *results; /* [set->count]; those of the tasks are filled */
    /* Frames so far. May be NULL. */
    bool (*progress)(void *context, size_t frames);
    void *context;
};

/* After a failure, results of finished tasks are filled, the others zeroed. */
MUST_CHECK bool sequences_work(const struct sequence_work *work, struct error *err);

#endif
