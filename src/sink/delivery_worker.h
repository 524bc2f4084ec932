/* Private to delivery: one channel's worker, and what all threads of a delivery share. */
#ifndef SINK_DELIVERY_WORKER_H
#define SINK_DELIVERY_WORKER_H

#include "base/rng.h"
#include "platform/thread.h"
#include "sink/channel.h"
#include "sink/delivery.h"
#include "sink/journal.h"

enum { UNMARKED_MAX = 64 };

/* Guarded by `mutex` unless said otherwise. */
struct delivery_shared {
    const struct config *config;
    const struct project *project;
    struct outbox *outbox;
    struct delivery_listener listener;
    int64_t utc_zero_ms; /* wall clock minus monotonic clock at creation; constant */
    atomic_bool cancel;  /* any thread: transfers end */

    struct mutex mutex;
    struct condition changed;
    bool stopping;
    bool may_deliver;  /* the delivery lock is ours, or refused */
    bool lock_busy;    /* somebody else's */
    bool lock_refused; /* nobody's, the disk takes no lock file: only urgent alerts go out */
    uint64_t wakes;    /* counted, so that none is missed */

    struct mutex log_mutex; /* guards the rest, and calls of listener.told */
    struct journal *log;
};

struct attempt {
    const char *channel;
    const json_t *record;
    int number; /* 1 = the first */
    const char *outcome;
    int64_t duration_ms;
};

/* A clock that reads like UTC but never jumps: stored times are compared with this one. */
int64_t delivery_now_utc_ms(const struct delivery_shared *shared);
void delivery_log(struct delivery_shared *shared, const struct attempt *attempt,
                  const struct send_result *result);
void delivery_tell(struct delivery_shared *shared, enum delivery_news news, const char *channel,
                   const char *reason);

struct urgent_item {
    json_t *record;
    int attempts;
};

struct worker {
    struct delivery_shared *shared;
    const struct channel_ops *ops;
    struct channel *channel;
    struct thread thread;

    /* Guarded by shared->mutex. */
    bool idle; /* found nothing to do and waits */
    struct urgent_item urgent[URGENT_MAX];
    size_t urgent_count;

    /* The worker's own. */
    struct rng rng;
    bool failing;                   /* and said so */
    int failures;                   /* in a row */
    int64_t gate_ns;                /* nothing that was tried before goes out earlier */
    int64_t fresh_gate_ns;          /* nor anything new */
    int64_t unmarked[UNMARKED_MAX]; /* delivered, but the outbox could not be told */
    size_t unmarked_count;
};

void worker_body(void *context);                               /* a struct worker */
void worker_add_urgent(struct worker *worker, json_t *record); /* takes; mutex held */
void worker_finish(struct worker *worker);

#endif
