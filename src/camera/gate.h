/* Which frames are due: at most one per interval of the source's own time.
 *
 * The due times form a grid that starts at the first frame taken, so that a late frame does not
 * push all later ones back, and rounding never adds up. `tolerance_ns` is how much early a frame
 * may be: time stamps are rounded by containers and jittered by cameras, and a frame that is 1 ms
 * early must not cost a whole period. Ownership: the struct is the caller's. One thread at a time.
 */
#ifndef CAMERA_GATE_H
#define CAMERA_GATE_H

#include <stdbool.h>
#include <stdint.h>

struct gate {
    int64_t interval_ns; /* 0 = every frame */
    int64_t tolerance_ns;
    int64_t due_ns; /* valid once `started` */
    bool started;
};

/* The tolerance is `tolerance_ns`, but never more than a quarter of the interval. */
void gate_init(struct gate *gate, int64_t interval_ns, int64_t tolerance_ns);

/* Is a frame of this time due? The first one is. */
bool gate_is_due(const struct gate *gate, int64_t time_ns);

/* A frame of this time was taken: the next one is due at the next point of the grid. */
void gate_take(struct gate *gate, int64_t time_ns);

#endif
