/* The interval gate: pure arithmetic on time stamps, between a source's frames and its reader.
 *
 * Invariant: after gate_take(t) the due time lies on the grid and more than the tolerance after t,
 * so no two frames of one grid cell are taken.
 */
#include "camera/gate.h"

void gate_init(struct gate *gate, int64_t interval_ns, int64_t tolerance_ns)
{
    *gate = (struct gate){
        .interval_ns = interval_ns,
        .tolerance_ns = tolerance_ns < interval_ns / 4 ? tolerance_ns : interval_ns / 4,
    };
}

bool gate_is_due(const struct gate *gate, int64_t time_ns)
{
    return !gate->started || gate->interval_ns == 0 || time_ns >= gate->due_ns - gate->tolerance_ns;
}

void gate_take(struct gate *gate, int64_t time_ns)
{
    if (gate->interval_ns == 0)
        return;
    if (!gate->started) {
        gate->started = true;
        gate->due_ns = time_ns + gate->interval_ns;
        return;
    }
    int64_t past_ns = time_ns + gate->tolerance_ns - gate->due_ns;
    if (past_ns >= 0)
        gate->due_ns += (past_ns / gate->interval_ns + 1) * gate->interval_ns;
}
