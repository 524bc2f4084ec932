/* The door to whatever method looks at the frames: inference thread → detector → watch. Each
 * method's struct begins with `struct detector`, so this file knows none of them.
 */
#include "score/detector.h"

bool detector_observe(struct detector *detector, const struct frame *frame,
                      struct observation *ret_observation, struct error *err)
{
    return detector->ops->observe(detector, frame, ret_observation, err);
}

void detector_destroy(struct detector *detector)
{
    if (detector)
        detector->ops->destroy(detector);
}
