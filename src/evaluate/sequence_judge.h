/* Holds what a detector said against what is true: fills everything in a sequence_result that
 * follows from its frames, alarms and notices. Pure; no allocation; any thread. */
#ifndef EVALUATE_SEQUENCE_JUDGE_H
#define EVALUATE_SEQUENCE_JUDGE_H

#include "evaluate/sequence_result.h"

/* Of the truth, alone: leak_end and the frames and fractions of the leak. Needs onset, size and the
 * areas of the frames. */
void sequence_judge_truth(struct sequence_result *result);

/* Is the leak there in this frame? After sequence_judge_truth. */
bool sequence_leaks_at(const struct sequence_result *result, int64_t frame);

/* The rest. `false_open_at_onset`: an alarm that opened before the onset was still open then. */
void sequence_judge(struct sequence_result *result, bool false_open_at_onset);

#endif
