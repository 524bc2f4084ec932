/* HTTP on top of transfer.c: address check, request, bounded answer.
 *
 * The surprising thing: an answer larger than the bound fails even when its status is 200, because
 * whoever sends 64 KB in reply to a webhook is not the service we meant.
 */
#include "sink/http.h"

#include <string.h>

static bool check_parts(const char *scheme, const char *host, struct error *err)
{
    if (strcmp(scheme, "https") == 0)
        return true;
    if (strcmp(scheme, "http") == 0 && transfer_host_is_loopback(host))
        return true;
    return error_set(err, ERROR_CONFIG, "its address must begin with https://");
}

bool http_url_check(const char *url, struct error *err)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL;
    bool ok = parts &&
              curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    ok = ok ? check_parts(scheme, host, err)
            : error_set(err, ERROR_CONFIG, "its address cannot be understood; copy it again");
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return ok;
}

static bool url_is_plain(const char *url)
{
    return strncmp(url, "http:", 5) == 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct buffer *body = context;
    if (size * count > HTTP_BODY_MAX - body->size)
        return 0;
    buffer_append(body, data, size * count);
    return body->failed ? 0 : size * count;
}

static bool set_request(CURL *curl, const char *url, const char *json, struct curl_slist *headers,
                        struct buffer *body)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           (!json || curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json) == CURLE_OK) &&
           (!url_is_plain(url) || curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "leakwatch") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, body) == CURLE_OK;
}

static void read_reply(CURL *curl, struct http_reply *reply)
{
    long status = 0;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    reply->status = (int)status;
    if (retry_after_s > 0)
        reply->retry_after_ms =
            retry_after_s < 1000000 ? (int64_t)retry_after_s * 1000 : 1000000000;
}

static bool exchange(struct transfer *transfer, const char *url, const char *json,
                     struct curl_slist *headers, struct http_reply *reply, struct error *err)
{
    if (!set_request(transfer->curl, url, json, headers, &reply->body))
        return error_set(err, ERROR_MEMORY, "no memory to talk to the server");
    bool ok = transfer_run(transfer, err);
    read_reply(transfer->curl, reply);
    if (!ok && reply->body.size > 0 && err && err->code == ERROR_NETWORK && reply->status != 0)
        error_add_context(err, "the answer (status %d) is broken or too large", reply->status);
    return ok;
}

bool http_exchange(const struct transfer_settings *settings, const char *url, const char *json,
                   struct http_reply *ret_reply, struct error *err)
{
    struct transfer transfer;
    struct http_reply reply = {.retry_after_ms = -1};
    if (!http_url_check(url, err) ||
        !transfer_begin(&transfer, settings, url_is_plain(url) ? "http" : "https", err))
        return false;
    struct curl_slist *headers =
        json ? curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8") : NULL;
    bool ok = (!json || headers || error_set(err, ERROR_MEMORY, "no memory for a request")) &&
              exchange(&transfer, url, json, headers, &reply, err);
    transfer_finish(&transfer);
    curl_slist_free_all(headers);
    if (ok)
        *ret_reply = reply;
    else
        http_reply_finish(&reply);
    return ok;
}

void http_reply_finish(struct http_reply *reply)
{
    buffer_finish(&reply->body);
}
