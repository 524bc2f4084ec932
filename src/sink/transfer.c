/* libcurl, made to behave: certificates are verified whatever happens, nothing is followed, and a
 * transfer stops within a second of being asked to.
 *
 * Two ways lead to the stop: the loop here looks every 100 ms, and curl's progress callback is
 * asked once a second where curl itself blocks (the end of a conversation with a mail server). It
 * shuts the socket too, or curl would wait another second for an answer to its good-bye. The
 * surprising thing: an unfinished name look-up is left to end by itself (QUICK_EXIT), because
 * waiting for it can take half a minute.
 */
#include "sink/transfer.h"

#include "platform/clock.h"

#include <stdio.h>
#include <string.h>

enum { POLL_MS = 100, BOTH_DIRECTIONS = 2 /* SHUT_RDWR, on Windows SD_BOTH */ };

bool transfer_settings_make(const struct config *config, const struct project *project,
                            const atomic_bool *cancel, struct transfer_settings *ret_settings,
                            struct error *err)
{
    struct transfer_settings settings = {
        .timeout_ms = (int64_t)(config->delivery_timeout_seconds * 1000), .cancel = cancel};
    const char *ca_file = config->delivery_ca_file;
    if (*ca_file &&
        !path_join(settings.ca_file, sizeof settings.ca_file, project->root, ca_file, err))
        return false;
    *ret_settings = settings;
    return true;
}

static bool is_cancelled(const struct transfer *transfer)
{
    return transfer->settings->cancel && atomic_load(transfer->settings->cancel);
}

static int on_progress(void *context, curl_off_t download_total, curl_off_t downloaded,
                       curl_off_t upload_total, curl_off_t uploaded)
{
    (void)download_total, (void)downloaded, (void)upload_total, (void)uploaded;
    const struct transfer *transfer = context;
    /* Should the number belong to another socket by now, that one is cancelled too. */
    if (is_cancelled(transfer) && transfer->socket != CURL_SOCKET_BAD)
        shutdown(transfer->socket, BOTH_DIRECTIONS);
    return is_cancelled(transfer) || clock_monotonic_ns() > transfer->deadline_ns;
}

static int on_socket(void *context, curl_socket_t opened, curlsocktype purpose)
{
    (void)purpose;
    struct transfer *transfer = context;
    transfer->socket = opened;
    return CURL_SOCKOPT_OK;
}

static bool set_options(struct transfer *transfer, const char *protocols)
{
    CURL *curl = transfer->curl;
    const struct transfer_settings *settings = transfer->settings;
    const char *ca_file = settings->ca_file;
    long timeout_ms = (long)settings->timeout_ms;
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           (!*ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->detail) == CURLE_OK;
}

bool transfer_begin(struct transfer *transfer, const struct transfer_settings *settings,
                    const char *protocols, struct error *err)
{
    *transfer =
        (struct transfer){.settings = settings,
                          .deadline_ns = clock_monotonic_ns() + settings->timeout_ms * NS_PER_MS};
    transfer->curl = curl_easy_init();
    if (transfer->curl && set_options(transfer, protocols))
        return true;
    transfer_finish(transfer);
    return error_set(err, ERROR_INTERNAL, "libcurl cannot be set up; is its version too old?");
}

void transfer_finish(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->curl);
    transfer->curl = NULL;
}

static bool explain(const struct transfer *transfer, CURLcode code, struct error *err)
{
    double timeout_s = (double)transfer->settings->timeout_ms / 1000;
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
        return error_set(err, ERROR_NETWORK, "the server did not answer within %g s", timeout_s);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return error_set(err, ERROR_NETWORK,
                         "the server's name cannot be found; is the network up?");
    case CURLE_COULDNT_CONNECT:
        return error_set(err, ERROR_NETWORK, "the server cannot be reached; is the network up?");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return error_set(err, ERROR_CONFIG,
                         "not sent, because the server's certificate is not to be trusted: %.120s",
                         transfer->detail);
    case CURLE_SSL_CACERT_BADFILE:
        return error_set(err, ERROR_CONFIG, "the file in delivery.ca_file cannot be used");
    case CURLE_USE_SSL_FAILED:
        return error_set(err, ERROR_CONFIG, "not sent, because the server offers no encryption");
    case CURLE_LOGIN_DENIED:
        return error_set(err, ERROR_CONFIG, "the server refused the user name or password");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return error_set(err, ERROR_CONFIG, "the address of the server is not valid");
    case CURLE_OUT_OF_MEMORY:
        return error_set(err, ERROR_MEMORY, "no memory to talk to the server");
    default:
        return error_set(err, ERROR_NETWORK, "the connection failed: %s", curl_easy_strerror(code));
    }
}

/* Runs until done or cancelled; *ret_done false = cancelled. */
static CURLMcode drive(struct transfer *transfer, CURLM *multi, bool *ret_done)
{
    int running = 1;
    CURLMcode code = CURLM_OK;
    while (code == CURLM_OK && running > 0 && !is_cancelled(transfer)) {
        code = curl_multi_perform(multi, &running);
        if (code == CURLM_OK && running > 0)
            code = curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
    }
    *ret_done = running == 0;
    return code;
}

static CURLcode result_of(CURLM *multi)
{
    int left;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_OUT_OF_MEMORY;
}

bool transfer_run(struct transfer *transfer, struct error *err)
{
    CURLM *multi = curl_multi_init();
    if (!multi || curl_multi_add_handle(multi, transfer->curl) != CURLM_OK) {
        curl_multi_cleanup(multi);
        return error_set(err, ERROR_MEMORY, "no memory to talk to the server");
    }
    bool done;
    CURLMcode driven = drive(transfer, multi, &done);
    CURLcode code = done ? result_of(multi) : CURLE_ABORTED_BY_CALLBACK;
    bool cancelled = is_cancelled(transfer);
    curl_multi_remove_handle(multi, transfer->curl);
    curl_multi_cleanup(multi);
    if (done && code == CURLE_OK)
        return true;
    if (cancelled)
        return error_set(err, ERROR_CANCELLED, "interrupted, because leakwatch is to stop");
    if (driven != CURLM_OK)
        return error_set(err, ERROR_MEMORY, "libcurl failed: %s", curl_multi_strerror(driven));
    return explain(transfer, code, err);
}

/* 127.a.b.c in decimal, nothing else: "127.0.0.1.example.org" is somebody's name. */
static bool is_ipv4_loopback(const char *host)
{
    int numbers = 0, value = 0, digits = 0;
    for (const char *c = host;; c++) {
        if (*c >= '0' && *c <= '9' && digits < 3) {
            value = 10 * value + (*c - '0');
            digits++;
            continue;
        }
        if (digits == 0 || value > 255 || (numbers == 0 && value != 127) || (*c && *c != '.'))
            return false;
        numbers++;
        if (!*c)
            return numbers == 4;
        value = digits = 0;
    }
}

bool transfer_host_is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "[::1]") == 0 || is_ipv4_loopback(host);
}
