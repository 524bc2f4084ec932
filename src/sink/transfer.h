/* What every exchange with a server has in common: verified TLS, a deadline, and a way to stop.
 * Private to the channels and http.c; the only place that sets TLS options.
 *
 * Thread: one at a time per handle. Errors: ERROR_NETWORK = worth another try, ERROR_CONFIG = it
 * will not get better by itself (certificate, log-in, address), ERROR_CANCELLED. No message holds
 * an address beyond what curl says of a certificate: the path of a webhook is a secret.
 */
#ifndef SINK_TRANSFER_H
#define SINK_TRANSFER_H

#include "base/error.h"
#include "config/config.h"
#include "config/project.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdint.h>

struct transfer_settings {
    char ca_file[PATH_SIZE]; /* "" = the system's */
    int64_t timeout_ms;
    const atomic_bool *cancel; /* borrowed; NULL = runs to its end */
};

/* From `delivery.ca_file` and `delivery.timeout_seconds`. */
MUST_CHECK bool transfer_settings_make(const struct config *config, const struct project *project,
                                       const atomic_bool *cancel,
                                       struct transfer_settings *ret_settings, struct error *err);

/* One exchange. Ownership: the struct is the caller's and must not move between begin and finish.
 */
struct transfer {
    CURL *curl;
    const struct transfer_settings *settings;
    int64_t deadline_ns;
    curl_socket_t socket; /* the last one opened */
    char detail[CURL_ERROR_SIZE];
};

/* A handle with everything set but address and contents. `protocols` as for CURLOPT_PROTOCOLS_STR.
 */
MUST_CHECK bool transfer_begin(struct transfer *transfer, const struct transfer_settings *settings,
                               const char *protocols, struct error *err);
/* Ends within a second after `cancel` is set. */
MUST_CHECK bool transfer_run(struct transfer *transfer, struct error *err);
void transfer_finish(struct transfer *transfer);

/* "localhost", 127.0.0.0/8 or ::1, as text: no name is looked up. */
bool transfer_host_is_loopback(const char *host);

#endif
