/* One HTTP exchange, for webhooks and heartbeat pings.
 *
 * HTTPS only, plain HTTP to this very computer. Redirects are never followed. Thread: any. Errors
 * as in transfer.h; an answer of any status is a success here.
 */
#ifndef SINK_HTTP_H
#define SINK_HTTP_H

#include "base/buffer.h"
#include "sink/transfer.h"

enum { HTTP_BODY_MAX = 65536 };

struct http_reply {
    int status;
    int64_t retry_after_ms; /* -1 = the server said nothing */
    struct buffer body;     /* at most HTTP_BODY_MAX bytes */
};

/* ERROR_CONFIG when the address is not one that would be used; names the host at most. */
MUST_CHECK bool http_url_check(const char *url, struct error *err);

/* POSTs `json`, or GETs when it is NULL. */
MUST_CHECK bool http_exchange(const struct transfer_settings *settings, const char *url,
                              const char *json, struct http_reply *ret_reply, struct error *err);
void http_reply_finish(struct http_reply *reply);

#endif
