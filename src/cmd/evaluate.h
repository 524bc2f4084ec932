/* What the parts of `evaluate` share. Private to evaluate*.c. One thread.
 *
 * Order: evaluate.c reads the wishes and chooses what DATASET is; evaluate_sequences and
 * evaluate_pictures do the work and fill `shown`; then evaluate.c writes the files and prints.
 * Errors: those of the modules that do the work; ERROR_CANCELLED after Ctrl+C.
 */
#ifndef CMD_EVALUATE_H
#define CMD_EVALUATE_H

#include "cmd/cmd.h"
#include "cmd/phases.h"
#include "evaluate/page.h"
#include "evaluate/sequence_evaluate.h"

struct evaluation {
    const struct invocation *invocation;
    const struct config *config;
    const struct project *project; /* NULL = none */
    const char *dataset;
    char out[PATH_SIZE];
    const struct detector_kind *kinds[EVALUATED_KINDS_MOST];
    int kind_count;
    int seeds, threads, repeats;
    bool again, json;
    struct phases phases;

    struct sequence_set set;
    struct sequence_evaluation sequences; /* run_count 0: the dataset holds pictures */
    size_t picture_run_count;
    struct pictures_run *pictures;
};

MUST_CHECK bool evaluate_sequences(struct evaluation *evaluation, struct error *err);
MUST_CHECK bool evaluate_pictures(struct evaluation *evaluation, struct error *err);
void evaluate_pictures_finish(struct evaluation *evaluation);

/* What a person is told on the terminal. */
void evaluate_append_sequences(const struct sequence_run *run, struct buffer *out);
void evaluate_append_pictures(const struct pictures_run *run, struct buffer *out);

/* What is said and shown meanwhile; `context` is the evaluation. */
void evaluate_on_say(void *context, enum learn_tone tone, const char *sentence);
bool evaluate_on_progress(void *context, const struct learn_progress *now);

#endif
