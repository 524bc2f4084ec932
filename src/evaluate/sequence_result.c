/* Who owns what in results of sequences: all arrays are the struct's own. */
#include "evaluate/sequence_result.h"

#include <stdlib.h>

void sequence_result_finish(struct sequence_result *result)
{
    for (size_t i = 0; result->frame_names && i < result->frame_count; i++)
        free(result->frame_names[i]);
    free(result->frame_names);
    free(result->frames);
    free(result->alarms);
    free(result->notices);
    *result = (struct sequence_result){0};
}

void sequences_summary_finish(struct sequences_summary *summary)
{
    free(summary->kinds);
    free(summary->quiet_kinds);
    *summary = (struct sequences_summary){0};
}

void sequence_evaluation_finish(struct sequence_evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->run_count; i++) {
        struct sequence_run *run = &evaluation->runs[i];
        for (size_t r = 0; r < run->count; r++)
            sequence_result_finish(&run->results[r]);
        free(run->results);
        sequences_summary_finish(&run->summary);
    }
    free(evaluation->runs);
    *evaluation = (struct sequence_evaluation){0};
}
