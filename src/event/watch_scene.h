/* Changes of the scene that are no alarm, as far as the detector can tell; only the files of the
 * watch include this. Rules: event/watch.h. */
#ifndef EVENT_WATCH_SCENE_H
#define EVENT_WATCH_SCENE_H

#include "event/watch.h"

/* After the frame's frame_status, when the observation says scene_changed. */
void scene_follow_frame(struct watch *watch, const struct frame *frame,
                        const struct frame_status *status, const struct observation *observation);

void scene_tick(struct watch *watch);
int64_t scene_next_deadline(const struct watch *watch);
void scene_finish(struct watch *watch);

#endif
