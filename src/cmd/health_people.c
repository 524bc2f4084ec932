/* Health of the ways to people: is each complete, and with --notify, does a message arrive?
 *
 * The test message goes through the channels that alarms use, with the same certificates and
 * limits of time, but around the outbox: it is not worth a second try. No secret is shown, only
 * where it was found.
 */
#include "cmd/health.h"

#include "platform/clock.h"
#include "platform/signal.h"
#include "platform/thread.h"
#include "sink/channel.h"
#include "sink/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 100, CA_FILE_MAX = 16 << 20 };

void health_check_messages(struct health *health, struct health_result *result)
{
    const char *names[CHANNELS_MAX];
    char list[CHANNELS_MAX * (CHANNEL_NAME_SIZE + 2)] = "";
    struct config_warnings nobody = {0};
    size_t count = delivery_channels(health->config, nobody, names);
    for (size_t i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", names[i]);
    health_add_figure(result, "channels", (double)count);
    if (count > 0) {
        health_set(
            result, HEALTH_OK, "alarms go out by %s%s", list,
            invocation_has(health->invocation, "notify") ? "" : "; --notify sends a test message");
        return;
    }
    health_set(result, HEALTH_WARN, "nobody would be told of a leak%s",
               invocation_has(health->invocation, "notify") ? ", and no test message was sent"
                                                            : "");
    health_set_remedy(result, "set up notify.slack or notify.email in config.yaml");
}

/* ---- the test message */

/* Cancels the transfer when somebody wants to stop: Ctrl+C must not wait for a server. */
struct stop_watch {
    atomic_bool cancel, over;
    struct thread thread;
};

static void watch_stop(void *context)
{
    struct stop_watch *watch = context;
    while (!atomic_load(&watch->over)) {
        if (stop_wait(LOOK_MS)) {
            atomic_store(&watch->cancel, true);
            return;
        }
    }
}

static json_t *make_record(const struct health *health)
{
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_iso8601(health->report.utc_ms, false, stamp);
    return json_pack("{s:s, s:s, s:b, s:s}", "ts", stamp, "type", "test", "notify", 1, "text",
                     "sent by `leakwatch health`: alarms reach you here");
}

static bool send_test(const struct health *health, const struct channel_ops *ops,
                      struct send_result *ret_result, struct error *err)
{
    struct stop_watch watch = {0};
    json_t *record = make_record(health);
    struct channel *channel = ops->create(health->config, &health->project, &watch.cancel, err);
    bool good = channel && (record || error_set(err, ERROR_MEMORY, "no memory for a message")) &&
                thread_start(&watch.thread, "stop-watch", watch_stop, &watch, err);
    if (good)
        ops->send(channel, record, ret_result);
    atomic_store(&watch.over, true);
    thread_join(&watch.thread);
    if (channel)
        ops->destroy(channel);
    json_decref(record);
    return good;
}

static void tell_delivery(const struct health *health, const struct channel_ops *ops,
                          struct health_result *result)
{
    struct error err;
    struct send_result sent;
    int64_t began_ns = clock_monotonic_ns();
    if (!send_test(health, ops, &sent, &err)) {
        health_set_error(result, HEALTH_FAIL, &err);
        return;
    }
    double seconds = (double)(clock_monotonic_ns() - began_ns) / (double)NS_PER_SECOND;
    health_add_figure(result, "status", sent.status);
    health_add_figure(result, "seconds", seconds);
    if (sent.outcome == SEND_DELIVERED) {
        health_set(result, sent.reason[0] ? HEALTH_WARN : HEALTH_OK,
                   "test message delivered in %.1f s%s%s", seconds, sent.reason[0] ? "; " : "",
                   sent.reason);
        return;
    }
    health_set(result, HEALTH_FAIL, "test message not delivered: %s", sent.reason);
    health_set_remedy(result, "%s",
                      sent.outcome == SEND_REJECTED
                          ? "this will not get better by itself: correct the settings of this "
                            "channel, or ask whoever runs the server"
                          : "try again later; if it stays so, look at network, proxy and firewall");
}

/* ---- channels */

static const char *place_of(const char *environment, const char *file_option)
{
    const char *value = getenv(environment);
    if (value && *value)
        return environment;
    return *file_option ? file_option : "config.yaml";
}

static void check_channel(const struct health *health, const struct channel_ops *ops,
                          const char *secret_place, struct health_result *result)
{
    struct error err;
    bool enabled = false;
    if (!ops->check(health->config, &enabled, &err))
        health_set_error(result, HEALTH_FAIL, &err);
    else if (!enabled)
        health_set(result, HEALTH_SKIP, "switched off (notify.%s.enabled)", ops->name);
    else if (invocation_has(health->invocation, "notify"))
        tell_delivery(health, ops, result);
    else
        health_set(result, HEALTH_OK, "complete%s%s", *secret_place ? "; secret from " : "",
                   secret_place);
}

void health_check_slack(struct health *health, struct health_result *result)
{
    const struct config *config = health->config;
    check_channel(health, &slack_channel,
                  place_of("SLACK_WEBHOOK_URL", config->notify_slack_webhook_url_file), result);
    /* The default of a new project: nothing is broken, it only is not set up. */
    if (result->state == HEALTH_FAIL && config->notify_slack_webhook_url[0] == '\0')
        result->state = HEALTH_WARN;
}

void health_check_email(struct health *health, struct health_result *result)
{
    const struct config *config = health->config;
    const char *place = place_of("SMTP_PASSWORD", config->notify_email_smtp_password_file);
    check_channel(health, &email_channel, *config->notify_email_smtp_user ? place : "", result);
}

/* ---- what goes with them */

void health_check_certificates(struct health *health, struct health_result *result)
{
    const char *file = health->config->delivery_ca_file;
    char path[PATH_SIZE];
    struct error err = {0};
    struct buffer contents = {0};
    if (*file == '\0') {
        health_set(result, HEALTH_OK, "servers are verified with this system's authorities");
        return;
    }
    if (!path_join(path, sizeof path, health->project.root, file, &err) ||
        !file_read(path, CA_FILE_MAX, &contents, &err))
        health_set(result, HEALTH_FAIL, "delivery.ca_file: %.400s", err.message);
    else if (!strstr(buffer_text(&contents), "-----BEGIN CERTIFICATE-----"))
        health_set(result, HEALTH_FAIL, "delivery.ca_file: %s holds no certificate (PEM)", path);
    else
        health_set(result, HEALTH_OK, "servers are verified with %s", path);
    if (result->state == HEALTH_FAIL)
        health_set_remedy(result, "nothing can be sent without it; correct delivery.ca_file, or "
                                  "leave it empty for the system's");
    buffer_finish(&contents);
}

void health_check_heartbeat(struct health *health, struct health_result *result)
{
    const struct config *config = health->config;
    if (*config->delivery_heartbeat_url) {
        health_set(result, HEALTH_OK, "every %g min while frames are scored; address from %s",
                   config->delivery_heartbeat_minutes,
                   place_of("LEAKWATCH_HEARTBEAT_URL", config->delivery_heartbeat_url_file));
        return;
    }
    health_set(result, HEALTH_SKIP, "not set up, so nobody would notice a dead computer");
    health_set_remedy(result, "delivery.heartbeat_url takes the address of a service that misses "
                              "pings");
}
