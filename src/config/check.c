/* Cross-checks, after every value is in its range and the secrets are in place.
 *
 * A table of small functions, in the order of the file; the first that fails names one option and
 * where it was written. Options of something that is switched off are not checked: people keep half
 * a set-up in their file. What depends on the camera (does the region of interest fit?) is checked
 * when its size is known, in frame/convert.
 */
#include "config/check.h"

#include "base/parse.h"
#include "config/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIDE_MULTIPLE = 16, LEAST_ROI_PX = 16 };

static bool refuse(const struct config *config, const char *path, struct error *err)
{
    return value_add_origin(config, option_find(path), err);
}

static bool check_side(const struct config *config, const char *path, int side, struct error *err)
{
    if (side % SIDE_MULTIPLE == 0)
        return true;
    error_set(err, ERROR_CONFIG, "%s is %d, allowed are multiples of %d, such as %d", path, side,
              SIDE_MULTIPLE, (side + SIDE_MULTIPLE / 2) / SIDE_MULTIPLE * SIDE_MULTIPLE);
    return refuse(config, path, err);
}

static bool check_image(const struct config *config, struct error *err)
{
    return check_side(config, "image.width", config->image_width, err) &&
           check_side(config, "image.height", config->image_height, err);
}

static bool check_roi_edge(const struct config *config, const char *side_path, double start,
                           double side, struct error *err)
{
    if (config->roi_units == ROI_PIXELS) {
        if (side >= LEAST_ROI_PX)
            return true;
        error_set(err, ERROR_CONFIG, "%s is %.10g px, allowed are %d px and more", side_path, side,
                  LEAST_ROI_PX);
    } else {
        /* A whole picture written as thirds adds up to a little more than 1. */
        if (side > 0 && start + side <= 1 + 1e-9)
            return true;
        error_set(err, ERROR_CONFIG,
                  "%s is %.10g and starts at %.10g, allowed are fractions of the picture that end "
                  "within it (0 to 1); for pixels write roi.units: pixels",
                  side_path, side, start);
    }
    return refuse(config, side_path, err);
}

static bool check_roi(const struct config *config, struct error *err)
{
    if (!config->roi_enabled)
        return true;
    return check_roi_edge(config, "roi.width", config->roi_x, config->roi_width, err) &&
           check_roi_edge(config, "roi.height", config->roi_y, config->roi_height, err);
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* This very computer, by the names that cannot be anything else. */
static bool is_loopback_host(const char *host)
{
    return parse_equal_ignoring_case(host, "localhost") || strcmp(host, "::1") == 0 ||
           strcmp(host, "[::1]") == 0 ||
           (starts_with(host, "127.") && host[strspn(host, "0123456789.")] == '\0');
}

/* "http://HOST:PORT/…" → HOST, also with "user@" before it and brackets around it. */
static void host_of_url(const char *url, char *ret_host, size_t size)
{
    const char *start = strstr(url, "://");
    start = start ? start + 3 : url;
    size_t length = strcspn(start, "/?#\\");
    const char *end = start + length;
    for (const char *at = start; at < end; at++) {
        if (*at == '@')
            start = at + 1;
    }
    length = (size_t)(end - start);
    if (*start == '[') {
        const char *bracket = memchr(start, ']', length);
        length = bracket ? (size_t)(bracket - start) + 1 : length;
    } else {
        const char *colon = memchr(start, ':', length);
        length = colon ? (size_t)(colon - start) : length;
    }
    snprintf(ret_host, size, "%.*s", (int)length, start);
}

static bool check_slack(const struct config *config, struct error *err)
{
    const char *url = config->notify_slack_webhook_url;
    char host[256];
    if (!config->notify_slack_enabled || !*url || starts_with(url, "https://"))
        return true;
    host_of_url(url, host, sizeof host);
    if (starts_with(url, "http://") && is_loopback_host(host))
        return true;
    error_set(err, ERROR_CONFIG,
              "notify.slack.webhook_url does not begin with https://, allowed is the address that "
              "Slack shows under \"Incoming Webhooks\"");
    return refuse(config, "notify.slack.webhook_url", err);
}

static bool refuse_missing(const struct config *config, const char *path, struct error *err)
{
    error_set(err, ERROR_CONFIG,
              "%s is empty, but notify.email.enabled is true; fill it in or switch e-mail off",
              path);
    return refuse(config,
                  value_origin_of(config, option_find(path)).kind == ORIGIN_FILE
                      ? path
                      : "notify.email.enabled",
                  err);
}

static bool check_email(const struct config *config, struct error *err)
{
    if (!config->notify_email_enabled)
        return true;
    if (!*config->notify_email_smtp_host)
        return refuse_missing(config, "notify.email.smtp_host", err);
    if (!*config->notify_email_from_addr)
        return refuse_missing(config, "notify.email.from_addr", err);
    if (config->notify_email_to_addrs.count == 0)
        return refuse_missing(config, "notify.email.to_addrs", err);
    if (config->notify_email_use_tls || is_loopback_host(config->notify_email_smtp_host))
        return true;
    error_set(err, ERROR_CONFIG,
              "notify.email.use_tls is false, allowed only when smtp_host is this very computer "
              "(localhost), not \"%s\": passwords and pictures would travel in the clear",
              config->notify_email_smtp_host);
    return refuse(config, "notify.email.use_tls", err);
}

static bool check_delivery(const struct config *config, struct error *err)
{
    const char *url = config->delivery_heartbeat_url;
    if (*url && !starts_with(url, "https://") && !starts_with(url, "http://")) {
        error_set(err, ERROR_CONFIG,
                  "delivery.heartbeat_url is no web address, allowed is https://…");
        return refuse(config, "delivery.heartbeat_url", err);
    }
    if (config->delivery_retry_most_seconds >= config->delivery_retry_first_seconds)
        return true;
    error_set(err, ERROR_CONFIG,
              "delivery.retry_most_seconds is %.10g, allowed is at least "
              "delivery.retry_first_seconds, which is %.10g",
              config->delivery_retry_most_seconds, config->delivery_retry_first_seconds);
    return refuse(config, "delivery.retry_most_seconds", err);
}

bool check_options(const struct config *config, struct error *err)
{
    static bool (*const checks[])(const struct config *, struct error *) = {
        check_image, check_roi, check_slack, check_email, check_delivery};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i](config, err))
            return false;
    }
    return true;
}
