/* The heartbeat: "frames are being scored here", to a server that raises the alarm when it stops.
 *
 * It must never say more than it knows, so each ping needs frames that no ping before has told of,
 * also after a ping that failed.
 */
#include "sink/heartbeat.h"

#include "platform/clock.h"

enum { RETRY_MS = 30000 };

bool heartbeat_init(struct heartbeat *heartbeat, const struct delivery_shared *shared,
                    struct error *err)
{
    const char *url = shared->config->delivery_heartbeat_url;
    if (!*url || !shared->listener.frames_scored)
        return true;
    if (!http_url_check(url, err))
        return error_add_context(err, "delivery.heartbeat_url cannot be used");
    heartbeat->enabled = true;
    return transfer_settings_make(shared->config, shared->project, &shared->cancel,
                                  &heartbeat->transfer, err);
}

static void judge(struct heartbeat *heartbeat, struct delivery_shared *shared, bool ok,
                  const char *reason)
{
    int64_t period_ns =
        (int64_t)(shared->config->delivery_heartbeat_minutes * 60 * (double)NS_PER_SECOND);
    int64_t retry_ns = RETRY_MS * NS_PER_MS;
    bool soon = !ok && retry_ns < period_ns;
    heartbeat->next_ns = clock_monotonic_ns() + (soon ? retry_ns : period_ns);
    if (ok == heartbeat->failing)
        delivery_tell(shared, ok ? DELIVERY_WORKING : DELIVERY_FAILING, "heartbeat", reason);
    heartbeat->failing = !ok;
}

void heartbeat_beat(struct heartbeat *heartbeat, struct delivery_shared *shared)
{
    if (!heartbeat->enabled || clock_monotonic_ns() < heartbeat->next_ns)
        return;
    uint64_t frames = shared->listener.frames_scored(shared->listener.context);
    if (frames == heartbeat->last_frames)
        return;
    heartbeat->last_frames = frames;
    struct http_reply reply = {0};
    struct error err = {0};
    bool ok = http_exchange(&heartbeat->transfer, shared->config->delivery_heartbeat_url, NULL,
                            &reply, &err);
    if (ok && (reply.status < 200 || reply.status > 299))
        ok = error_set(&err, ERROR_NETWORK, "the heartbeat server answered %d", reply.status);
    http_reply_finish(&reply);
    if (!atomic_load(&shared->cancel))
        judge(heartbeat, shared, ok, err.message);
}
