/* What a mail server said during one transfer, and what that makes of the attempt. Pure. */
#ifndef SINK_SMTP_REPLIES_H
#define SINK_SMTP_REPLIES_H

#include "sink/channel.h"

#include <stddef.h>

struct smtp_replies {
    const char *secret; /* never repeated; "" = none */
    int last_code;
    int refusals; /* receivers that were refused */
    int refusal_code;
    char refusal[120]; /* what the server said, printable */
};

/* CURLOPT_HEADERFUNCTION: one line of the server at a time; `context` is the struct. */
size_t smtp_replies_take(char *data, size_t size, size_t count, void *context);

/* `err` is what the transfer said, NULL = it went through. */
void smtp_replies_judge(const struct smtp_replies *replies, const struct error *err,
                        struct send_result *ret_result);

#endif
