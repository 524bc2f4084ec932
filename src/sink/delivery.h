/* The threads that deliver what the outbox holds: every channel for itself, with back-off,
 * Retry-After and a record of each attempt.
 *
 * Life cycle: create → start → (wake) → stop → join → destroy; or `delivery_drain` for short-lived
 * commands. One thread looks after the delivery lock and the heartbeat, one more serves each
 * channel, so that a server that hangs delays nobody else. Only one process of a project delivers
 * at a time (delivery lock); the others' alerts wait in the common outbox and are found there
 * within seconds. Where the disk refuses even the lock, only urgent alerts go out. Every attempt is
 * a line in logs/delivery.jsonl, as far as the disk takes it.
 *
 * `told` is called on one of these threads, one call at a time, when a channel (or "heartbeat")
 * begins to fail and when it works again, so that the caller can record notify_error / recovered
 * once per episode; it must not call back into delivery other than delivery_wake and
 * delivery_urgent. `urgent`: an alert that could not be put on disk (disk full) is tried from
 * memory, at most URGENT_MAX of them per channel; beyond that the oldest gives way.
 */
#ifndef SINK_DELIVERY_H
#define SINK_DELIVERY_H

#include "config/config.h"
#include "config/project.h"
#include "sink/outbox.h"

enum { URGENT_MAX = 32 };

enum delivery_news { DELIVERY_FAILING, DELIVERY_WORKING };

struct delivery_listener {
    void (*told)(void *context, enum delivery_news news, const char *channel, const char *reason);
    /* Frames watched so far, for the heartbeat ping: it goes out only when the number has moved.
     * NULL = no pings. */
    uint64_t (*frames_scored)(void *context);
    void *context;
};

struct delivery;

/* Borrows all until destroy. */
struct delivery *delivery_create(const struct config *config, const struct project *project,
                                 struct outbox *outbox, struct delivery_listener listener,
                                 struct error *err);
MUST_CHECK bool delivery_start(struct delivery *delivery, struct error *err);
void delivery_wake(struct delivery *delivery); /* something new is in the outbox; any thread */
void delivery_urgent(struct delivery *delivery, const json_t *record); /* any thread; copies */
void delivery_stop(struct delivery *delivery); /* asks; interrupts a transfer */
void delivery_join(struct delivery *delivery);
void delivery_destroy(struct delivery *delivery); /* takes NULL; stops and joins where needed */

/* Delivers what is due until nothing is or `timeout_ms` is over; true in *ret_empty when nothing is
 * left. Leaves the work (and returns) when another process is delivering. */
MUST_CHECK bool delivery_drain(struct delivery *delivery, int timeout_ms, bool *ret_empty,
                               struct error *err);

/* The names of the channels that are enabled and complete; sentences about the others go to `warn`.
 */
size_t delivery_channels(const struct config *config, struct config_warnings warnings,
                         const char *ret_names[CHANNELS_MAX]);

#endif
