/* The ping to the outside that a dead PC does not send. Private to delivery; the supervising
 * thread's. */
#ifndef SINK_HEARTBEAT_H
#define SINK_HEARTBEAT_H

#include "sink/delivery_worker.h"
#include "sink/http.h"

/* Zeroed = switched off. */
struct heartbeat {
    struct transfer_settings transfer;
    bool enabled, failing;
    uint64_t last_frames;
    int64_t next_ns;
};

/* Off without `delivery.heartbeat_url` or a listener that counts frames. */
MUST_CHECK bool heartbeat_init(struct heartbeat *heartbeat, const struct delivery_shared *shared,
                               struct error *err);
/* Pings when the time has come and frames were scored since the last ping. */
void heartbeat_beat(struct heartbeat *heartbeat, struct delivery_shared *shared);

#endif
