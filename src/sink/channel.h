/* One way to reach people: Slack, e-mail, …; a small ops row each.
 *
 * `send` tries once, within the time-out, interruptible by `*cancel`. Certificates are always
 * verified. Secrets never appear in an outcome. Thread: the delivery thread owns all channels.
 */
#ifndef SINK_CHANNEL_H
#define SINK_CHANNEL_H

#include "config/config.h"
#include "config/project.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

enum send_outcome {
    SEND_DELIVERED, /* 2xx / 250 */
    SEND_RETRY,     /* transient: network, 429, 5xx, 4xx of SMTP */
    SEND_REJECTED   /* it will not get better by itself: wrong webhook, wrong password, certificate;
                       kept, retried at the longest interval */
};

struct send_result {
    enum send_outcome outcome;
    int status;             /* HTTP or SMTP status, 0 = none */
    int64_t retry_after_ms; /* -1 = the server said nothing */
    char reason[256];       /* for people, without secrets */
};

struct channel;
struct channel_ops {
    const char *name; /* "slack", "email" */
    struct channel *(*create)(const struct config *config, const struct project *project,
                              const atomic_bool *cancel, struct error *err);
    void (*send)(struct channel *channel, const json_t *record, struct send_result *ret_result);
    void (*destroy)(struct channel *channel);
    /* Is it switched on, and if so complete? *ret_enabled false = off; false with ERROR_CONFIG =
     * on, but something is missing. */
    bool (*check)(const struct config *config, bool *ret_enabled, struct error *err);
};

extern const struct channel_ops slack_channel, email_channel;
extern const struct channel_ops *const channel_table[]; /* ends with NULL */

#endif
