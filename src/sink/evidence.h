/* The pictures of an alarm, in data/anomalies, one time stamp for all of a set.
 *
 * anomaly_<stamp>.jpg is the camera's picture, untouched. Of the network's: input_resized_,
 * reconstruction_, error_heatmap_ (colours by heatmap.colormap, the same scale in all pictures of a
 * model), compare_ (all three side by side in the shape of the region of interest, the boxes on
 * the first). context_pre_<stamp>_1.jpg … and context_post_… are camera pictures from before the
 * first anomalous frame and from after the alarm, in the order of time. The monitor.save_* options
 * say which are saved; the camera's picture always is.
 *
 * `evidence_plan` chooses names that do not exist yet (a set never overwrites another);
 * `evidence_write` writes them. The record is written between the two, so that a crash leaves a
 * record without pictures, never pictures without a record. Each picture appears whole or not at
 * all. A set of EVENT_CONTEXT_SAVED takes the stamp of its alarm's opening, others that of the
 * event. Shapes: frames at camera resolution, maps at the network's size. Thread: the records
 * thread. Errors: ERROR_SPACE / ERROR_IO / ERROR_INPUT naming the file, the first of them; the
 * other files of the set are tried all the same. ERROR_MEMORY.
 */
#ifndef SINK_EVIDENCE_H
#define SINK_EVIDENCE_H

#include "config/config.h"
#include "config/project.h"
#include "event/event.h"
#include "sink/evidence_name.h"

enum { EVIDENCE_FILES_MAX = 40, EVIDENCE_PATH_SIZE = 896 };

/* Borrowed during the call; anything may be missing. */
struct evidence_input {
    const struct frame *frame;
    const struct detector_maps *maps;      /* NULL = camera picture only */
    const struct frame *const *pre_frames; /* oldest first; the newest are saved */
    int pre_count;
    const struct frame *const *post_frames; /* oldest first; the oldest are saved */
    int post_count;
};

struct evidence_set {
    char stamp[EVIDENCE_STAMP_SIZE];
    size_t count;
    char paths[EVIDENCE_FILES_MAX][EVIDENCE_PATH_SIZE]; /* relative to the project folder */
};

/* `utc`: stamps in UTC (a replay), else local time. */
MUST_CHECK bool evidence_plan(const struct config *config, const struct project *project,
                              const struct event *event, bool utc,
                              const struct evidence_input *input, struct evidence_set *ret_set,
                              struct error *err);
/* The same config, event and input as for the plan. */
MUST_CHECK bool evidence_write(const struct config *config, const struct project *project,
                               const struct event *event, const struct evidence_input *input,
                               const struct evidence_set *set, struct error *err);

#endif
