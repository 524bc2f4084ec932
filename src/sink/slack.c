/* Slack through an incoming webhook: text and blocks; pictures go by e-mail.
 *
 * The webhook's address is a secret as a whole. Slack explains a refusal in one word
 * ("invalid_payload"); anything longer or stranger comes from somebody in between, might repeat the
 * address, and is not shown.
 */
#include "sink/channel.h"

#include "sink/http.h"
#include "sink/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct channel {
    struct transfer_settings transfer;
    const char *webhook_url; /* the config's */
    char project_name[128];
};

static bool slack_check(const struct config *config, bool *ret_enabled, struct error *err)
{
    *ret_enabled = config->notify_slack_enabled;
    if (!config->notify_slack_enabled)
        return true;
    if (config->notify_slack_webhook_url[0] == '\0')
        return error_set(err, ERROR_CONFIG,
                         "Slack is switched on (notify.slack.enabled) but has no webhook; name a "
                         "file with it in notify.slack.webhook_url_file, set SLACK_WEBHOOK_URL, or "
                         "switch it off");
    return http_url_check(config->notify_slack_webhook_url, err) ||
           error_add_context(err, "Slack's webhook (SLACK_WEBHOOK_URL) cannot be used");
}

static void slack_destroy(struct channel *channel)
{
    if (!channel)
        return;
    free(channel);
    curl_global_cleanup();
}

static struct channel *slack_create(const struct config *config, const struct project *project,
                                    const atomic_bool *cancel, struct error *err)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(channel);
        error_set(err, ERROR_MEMORY, "no memory for Slack");
        return NULL;
    }
    if (!transfer_settings_make(config, project, cancel, &channel->transfer, err)) {
        slack_destroy(channel);
        return NULL;
    }
    channel->webhook_url = config->notify_slack_webhook_url;
    message_project_name(project->root, channel->project_name, sizeof channel->project_name);
    return channel;
}

static bool is_one_word(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    return length > 0 && length <= 40 && text[length] == '\0';
}

static void judge(const struct http_reply *reply, struct send_result *result)
{
    int status = reply->status;
    const char *word = buffer_text(&reply->body);
    result->status = status;
    result->retry_after_ms = reply->retry_after_ms;
    if (status >= 200 && status < 300) {
        result->outcome = SEND_DELIVERED;
        return;
    }
    bool transient = status >= 500 || status == 429 || status == 408 || status == 425;
    result->outcome = transient ? SEND_RETRY : SEND_REJECTED;
    if (status >= 300 && status < 400)
        snprintf(result->reason, sizeof result->reason,
                 "Slack's address leads elsewhere (status %d), which is not followed; "
                 "make a new webhook",
                 status);
    else
        snprintf(result->reason, sizeof result->reason, "Slack answered %d%s%s", status,
                 is_one_word(word) ? " " : "", is_one_word(word) ? word : "");
}

static void judge_error(const struct error *err, struct send_result *result)
{
    result->outcome = err->code == ERROR_CONFIG ? SEND_REJECTED : SEND_RETRY;
    snprintf(result->reason, sizeof result->reason, "Slack: %.240s", err->message);
}

static char *make_payload(const struct channel *channel, const json_t *record, struct error *err)
{
    struct message message = {0};
    if (!message_from_record(record, channel->project_name, &message, err))
        return NULL;
    json_t *payload = message_slack_payload(&message, err);
    char *text = payload ? json_dumps(payload, JSON_COMPACT) : NULL;
    json_decref(payload);
    message_finish(&message);
    if (payload && !text)
        error_set(err, ERROR_MEMORY, "no memory to make a Slack message");
    return text;
}

static void slack_send(struct channel *channel, const json_t *record,
                       struct send_result *ret_result)
{
    struct error err = {0};
    struct http_reply reply;
    *ret_result = (struct send_result){.outcome = SEND_RETRY, .retry_after_ms = -1};
    char *payload = make_payload(channel, record, &err);
    if (payload && http_exchange(&channel->transfer, channel->webhook_url, payload, &reply, &err)) {
        judge(&reply, ret_result);
        http_reply_finish(&reply);
    } else {
        judge_error(&err, ret_result);
    }
    free(payload);
}

const struct channel_ops slack_channel = {.name = "slack",
                                          .create = slack_create,
                                          .send = slack_send,
                                          .destroy = slack_destroy,
                                          .check = slack_check};
