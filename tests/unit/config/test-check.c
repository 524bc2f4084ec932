/* Options that must fit each other: what is refused, where it points, and what is let alone. */
#include "check.h"
#include "project_folder.h"

#include <stdlib.h>

#define EMAIL(rest)                                                                                \
    "notify: {email: {enabled: true, smtp_host: mail.lab.example, from_addr: a@x, "                \
    "to_addrs: [b@x]" rest "}}\n"

TEST(combinations_that_cannot_work_are_refused)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        {"image:\n  width: 250\n", "config.yaml:2:10: image.width is 250, allowed are multiples of "
                                   "16, such as 256"},
        {"image:\n  height: 40\n", "config.yaml:2:11: image.height is 40, allowed are multiples"},
        {"roi:\n  enabled: true\n  x: 0.5\n  width: 0.6\n",
         "config.yaml:4:10: roi.width is 0.6 and starts at 0.5, allowed are fractions"},
        {"roi:\n  enabled: true\n  height: 0\n", "config.yaml:3:11: roi.height is 0 and starts at "
                                                 "0, allowed"},
        {"roi:\n  enabled: true\n  x: 100\n  width: 640\n", "for pixels write roi.units: pixels"},
        {"roi:\n  enabled: true\n  x: 0.5\n", "roi.width is 1 and starts at 0.5"},
        {"roi: {enabled: true, units: pixels, width: 640, height: 8}\n",
         "config.yaml:1:57: roi.height is 8 px, allowed are 16 px and more"},
        {"roi: {enabled: true, units: pixels}\n", "roi.width is 1 px, allowed"},
        {"notify: {slack: {webhook_url: 'http://hooks.example/T'}}\n",
         "config.yaml:1:31: notify.slack.webhook_url does not begin with https://"},
        {"notify: {slack: {webhook_url: 'http://localhost@hooks.example/T'}}\n", "https://"},
        {"notify: {slack: {webhook_url: 'http://127.0.0.1.hooks.example/T'}}\n", "https://"},
        {"notify: {slack: {webhook_url: 'hooks.example'}}\n", "https://"},
        {"notify: {email: {enabled: true}}\n",
         "config.yaml:1:27: notify.email.smtp_host is empty, but notify.email.enabled is true"},
        {"notify: {email: {enabled: true, smtp_host: h}}\n", "notify.email.from_addr is empty"},
        {"notify: {email: {enabled: true, smtp_host: h, from_addr: a@x, to_addrs: []}}\n",
         "config.yaml:1:73: notify.email.to_addrs is empty"},
        {EMAIL(", use_tls: false"),
         "config.yaml:1:104: notify.email.use_tls is false, allowed only "
         "when smtp_host is this very computer"},
        {"delivery: {heartbeat_url: 'ftp://x'}\n", "delivery.heartbeat_url is no web address"},
        {"delivery: {retry_first_seconds: 100, retry_most_seconds: 50}\n",
         "config.yaml:1:58: delivery.retry_most_seconds is 50, allowed is at least"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        struct config *config = load_text(cases[i].yaml, &err);
        CHECK(config == NULL);
        CHECK_INT(err.code, ERROR_CONFIG);
        CHECK_CONTAINS(err.message, cases[i].message);
    }
}

TEST(combinations_that_work_are_let_alone)
{
    static const char *const cases[] = {
        "image: {width: 512, height: 384}\n",
        "roi: {enabled: true, x: 0.25, width: 0.75, y: 0.1, height: 0.9}\n",
        "roi: {enabled: true, x: 0.6666666667, width: 0.3333333333}\n",
        "roi: {enabled: true, units: pixels, x: 4000, y: 0, width: 640, height: 480}\n",
        "roi: {enabled: false, units: relative, x: 100, y: 100, width: 640, height: 480}\n",
        "notify: {slack: {webhook_url: 'https://hooks.example/T'}}\n",
        "notify: {slack: {webhook_url: 'http://127.0.0.1:8080/T'}}\n",
        "notify: {slack: {webhook_url: 'http://[::1]:8080/T'}}\n",
        "notify: {slack: {webhook_url: 'http://user@localhost/T'}}\n",
        "notify: {slack: {enabled: false, webhook_url: 'none yet'}}\n",
        "notify: {email: {enabled: false, use_tls: false, smtp_host: mail.lab.example}}\n",
        "notify: {email: {enabled: true, smtp_host: localhost, from_addr: a@x, to_addrs: [b@x], "
        "use_tls: false}}\n",
        "notify: {email: {enabled: true, smtp_host: 127.0.0.1, from_addr: a@x, to_addrs: [b@x], "
        "use_tls: false}}\n",
        EMAIL(""),
        "delivery: {heartbeat_url: 'http://uptime.lab.example/x'}\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        struct config *config = load_text(cases[i], &err);
        CHECK_TEXT(config ? "" : err.message, "");
        config_destroy(config);
    }
}

TEST(what_the_environment_brings_is_blamed_on_it)
{
    struct error err;
    setenv("SLACK_WEBHOOK_URL", "http://hooks.example/s3cr3t", 1);
    struct config *config = load_text("schema: 1\n", &err);
    unsetenv("SLACK_WEBHOOK_URL");
    CHECK(config == NULL);
    CHECK_CONTAINS(err.message, "environment variable SLACK_WEBHOOK_URL: notify.slack.webhook_url "
                                "does not begin with https://");
    CHECK(!strstr(err.message, "s3cr3t"));
}

int main(void)
{
    unsetenv("SLACK_WEBHOOK_URL");
    unsetenv("SMTP_PASSWORD");
    unsetenv("LEAKWATCH_HEARTBEAT_URL");
    RUN(combinations_that_cannot_work_are_refused);
    RUN(combinations_that_work_are_let_alone);
    RUN(what_the_environment_brings_is_blamed_on_it);
    return check_report();
}
