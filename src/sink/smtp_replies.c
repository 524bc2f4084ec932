/* SMTP reply codes: 4xx is worth another try, 5xx is not.
 *
 * The surprising thing: after a mail that went through, refusals are still of interest, because
 * they are receivers who get nothing.
 */
#include "sink/smtp_replies.h"

#include <stdio.h>
#include <string.h>

enum { GOOD_BYE = 221 }; /* what follows a refusal, too */

static bool is_receiver_code(int code)
{
    return (code >= 450 && code <= 452) || (code >= 550 && code <= 554);
}

static void keep_text(struct smtp_replies *replies, const char *line, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size && used + 1 < sizeof replies->refusal; i++) {
        bool printable = line[i] >= 0x20 && line[i] < 0x7f;
        if (line[i] != '\r' && line[i] != '\n')
            replies->refusal[used++] = printable ? line[i] : '?';
    }
    replies->refusal[used] = '\0';
    if (replies->secret && *replies->secret && strstr(replies->refusal, replies->secret))
        snprintf(replies->refusal, sizeof replies->refusal, "%d", replies->refusal_code);
}

size_t smtp_replies_take(char *data, size_t size, size_t count, void *context)
{
    struct smtp_replies *replies = context;
    size_t length = size * count;
    if (length >= 4 && strspn(data, "0123456789") == 3 && data[3] != '-') {
        int code = (data[0] - '0') * 100 + (data[1] - '0') * 10 + (data[2] - '0');
        if (code != GOOD_BYE)
            replies->last_code = code;
        if (is_receiver_code(code)) {
            replies->refusals++;
            replies->refusal_code = code;
            keep_text(replies, data, length);
        }
    }
    return length;
}

static void judge_delivered(const struct smtp_replies *replies, struct send_result *result)
{
    result->outcome = SEND_DELIVERED;
    result->status = 250;
    if (replies->refusals > 0)
        snprintf(result->reason, sizeof result->reason,
                 "sent, but %d receiver%s refused: the mail server said: %s", replies->refusals,
                 replies->refusals == 1 ? " was" : "s were", replies->refusal);
}

void smtp_replies_judge(const struct smtp_replies *replies, const struct error *err,
                        struct send_result *ret_result)
{
    struct send_result result = {.outcome = SEND_RETRY, .retry_after_ms = -1};
    if (!err) {
        judge_delivered(replies, &result);
        *ret_result = result;
        return;
    }
    int code = replies->last_code;
    bool permanent = err->code == ERROR_CONFIG;
    if (code >= 400) {
        result.status = code;
        permanent = code >= 500;
    }
    if (err->code == ERROR_CANCELLED || err->code == ERROR_MEMORY)
        permanent = false;
    result.outcome = permanent ? SEND_REJECTED : SEND_RETRY;
    if (err->code == ERROR_NETWORK && replies->refusals > 0)
        snprintf(result.reason, sizeof result.reason, "the mail server said: %s", replies->refusal);
    else if (err->code == ERROR_NETWORK && code >= 400)
        snprintf(result.reason, sizeof result.reason, "the mail server answered %d", code);
    else
        snprintf(result.reason, sizeof result.reason, "e-mail: %.240s", err->message);
    *ret_result = result;
}
