/* The pictures of an alarm, in data/anomalies, one time stamp for all of a set.
 *
 * `evidence_plan` chooses names that do not exist yet (a set never overwrites another);
 * `evidence_write` writes them. The record is written between the two, so that a crash leaves a
 * record without pictures, never pictures without a record. Shapes: the frame at camera resolution,
 * maps at the network's size. Thread: the records thread. Errors: ERROR_SPACE / ERROR_IO naming the
 * file; the other files of the set are tried all the same.
 */
#ifndef SINK_EVIDENCE_H
#define SINK_EVIDENCE_H

#include "config/config.h"
#include "config/project.h"
#include "event/event.h"

enum { EVIDENCE_FILES_MAX = 40, CONTEXT_FRAMES_MAX = 16 };

struct evidence_input {
    const struct frame *frame;
    const struct detector_maps *maps; /* NULL = camera picture only */
    const struct frame *const *pre_frames;
    int pre_count;
    const struct frame *const *post_frames;
    int post_count;
};

struct evidence_set {
    char stamp[48];
    size_t count;
    char paths[EVIDENCE_FILES_MAX][128]; /* relative to the project folder */
};

MUST_CHECK bool evidence_plan(const struct config *config, const struct project *project,
                              const struct event *event, bool utc,
                              const struct evidence_input *input, struct evidence_set *ret_set,
                              struct error *err);
MUST_CHECK bool evidence_write(const struct config *config, const struct project *project,
                               const struct event *event, const struct evidence_input *input,
                               const struct evidence_set *set, struct error *err);

#endif
