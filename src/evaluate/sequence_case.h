/* case.json of a recorded sequence: what happens in it, in truth.
 *
 *     {"name": "rig-3/puddle-04", "kind": "puddle", "onset": 20, "area": [0, 0, …, 512]}
 *
 * `onset` is a frame counted from 0, or null when nothing leaks; `area` has a number of px for
 * every frame. May also be there: "frame_interval_seconds", "contrast", "expect" (the fault, or
 * "scene_changed", that a monitor should report) and "source" (for people; looked at for its type
 * only). Other members are passed over. Ownership: sequence_case_finish frees the areas. Errors:
 * ERROR_INPUT, no such file; ERROR_FORMAT, larger than CASE_FILE_MAX, no JSON, a member that is
 * missing, of another type or out of its range, and areas that contradict the onset; all name the
 * file and the member.
 */
#ifndef EVALUATE_SEQUENCE_CASE_H
#define EVALUATE_SEQUENCE_CASE_H

#include "evaluate/sequence_result.h"

enum { CASE_FILE_MAX = 4 << 20, CASE_FRAMES_MOST = 100000 };

#define CASE_FILE_NAME "case.json"
#define EXPECT_SCENE_CHANGED "scene_changed"

struct sequence_case {
    char name[SEQUENCE_NAME_SIZE];
    char kind[SEQUENCE_WORD_SIZE];
    char expect[SEQUENCE_WORD_SIZE]; /* "" = nothing */
    int64_t onset;                   /* -1 = none */
    double interval_s;               /* 0 = not said */
    double contrast;                 /* NAN = not said */
    size_t frame_count;
    int64_t *areas_px; /* [frame_count] */
};

MUST_CHECK bool sequence_case_read(const char *path, struct sequence_case *ret_case,
                                   struct error *err);
void sequence_case_finish(struct sequence_case *sequence); /* takes a zeroed one */

#endif
