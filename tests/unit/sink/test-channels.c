/* The parts of the channels that need no server: addresses, headers, settings, SMTP replies. */
#include "check.h"

#include "sink/channel.h"
#include "sink/http.h"
#include "sink/mail.h"
#include "sink/smtp_replies.h"
#include "sink/transfer.h"

TEST(addresses_of_mail)
{
    char address[MAIL_ADDRESS_SIZE];
    CHECK(mail_address_of("lab@example.org", address, NULL));
    CHECK_TEXT(address, "lab@example.org");
    CHECK(mail_address_of("Lab, \"the\" <lab@example.org>", address, NULL));
    CHECK_TEXT(address, "lab@example.org");
    static const char *const bad[] = {"",
                                      "lab",
                                      "@example.org",
                                      "lab@",
                                      "lab@x@y",
                                      "lab@example.org\r\nRCPT TO:<evil@example.org>",
                                      "a b@example.org",
                                      "lab@example.org>",
                                      "Lab <lab@example.org",
                                      "Lab <lab@example.org> x",
                                      "Lab <>",
                                      "l\303\244b@example.org"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        CHECK(!mail_address_of(bad[i], address, &err));
        CHECK_INT(err.code, ERROR_CONFIG);
    }
    char longest[MAIL_ADDRESS_SIZE + 20];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + MAIL_ADDRESS_SIZE, "@b.org", 7);
    CHECK(!mail_address_of(longest, address, NULL));
}

static void check_header(const char *text, const char *expected)
{
    struct buffer out = {0};
    mail_append_header(&out, "Subject", text);
    CHECK_TEXT(buffer_text(&out), expected);
    buffer_finish(&out);
}

TEST(headers_cannot_be_smuggled_in)
{
    check_header("LEAK? rig-3", "Subject: LEAK? rig-3");
    check_header("a\r\nBcc: b", "Subject: a  Bcc: b");
    check_header("", "Subject: ");
    check_header("S\xc3\xbc"
                 "d",
                 "Subject: =?UTF-8?B?U8O8ZA==?=");
    check_header("\xc3\xbc\n", "Subject: =?UTF-8?B?w7wg?=");
    struct buffer out = {0};
    char text[200];
    for (int i = 0; i < 66; i++)
        memcpy(text + 3 * i, "\xe2\x82\xac", 3);
    text[198] = '\0';
    mail_append_header(&out, "S", text);
    int words = 0;
    char *rest = out.data + 3;
    for (char *word; (word = strsep(&rest, " ")); words++) {
        CHECK(strlen(word) <= 75);
        CHECK(strncmp(word, "=?UTF-8?B?", 10) == 0);
        CHECK_TEXT(word + strlen(word) - 2, "?=");
    }
    CHECK_INT(words, 5); /* 15 whole characters a word */
    buffer_finish(&out);
}

TEST(dates_and_ids)
{
    char date[MAIL_DATE_SIZE];
    mail_format_date(0, date);
    CHECK_TEXT(date, "Thu, 01 Jan 1970 00:00:00 +0000");
    mail_format_date(INT64_C(1769822045250), date);
    CHECK_TEXT(date, "Sat, 31 Jan 2026 01:14:05 +0000");
    mail_format_date(INT64_C(951827696000), date);
    CHECK_TEXT(date, "Tue, 29 Feb 2000 12:34:56 +0000");
    mail_format_date(-5, date);
    CHECK_TEXT(date, "Thu, 01 Jan 1970 00:00:00 +0000");
    struct buffer out = {0};
    mail_append_id(&out, "17-1>\r\nX: y", 7, "rig@example.org");
    CHECK_TEXT(buffer_text(&out), "<leakwatch.17-1___X__y.7@example.org>");
    buffer_clear(&out);
    mail_append_id(&out, "17-1", 0, "rig");
    CHECK_TEXT(buffer_text(&out), "<leakwatch.17-1@localhost>");
    buffer_finish(&out);
}

TEST(only_loopback_is_loopback)
{
    static const char *const yes[] = {"localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"};
    static const char *const no[] = {"",           "example.org", "127.0.0.1.example.org",
                                     "127.0.0",    "128.0.0.1",   "127.0.0.256",
                                     "127.0.0.1 ", "0.0.0.0",     "localhost.example.org",
                                     "127.0.0.-1", "1127.0.0.1"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        CHECK(transfer_host_is_loopback(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        CHECK(!transfer_host_is_loopback(no[i]));
}

TEST(addresses_of_webhooks)
{
    static const char *const good[] = {"https://hooks.slack.com/services/T/B/x",
                                       "http://127.0.0.1:8080/x", "http://[::1]/x",
                                       "http://localhost/x"};
    static const char *const bad[] = {"http://hooks.slack.com/SECRET",
                                      "ftp://127.0.0.1/SECRET",
                                      "file:///SECRET",
                                      "https://",
                                      "SECRET",
                                      "",
                                      "http://127.0.0.1@example.org/SECRET",
                                      "http://localhost.example.org/SECRET",
                                      "smtp://localhost/SECRET"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(http_url_check(good[i], NULL));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        struct http_reply reply;
        CHECK(!http_url_check(bad[i], &err));
        CHECK_INT(err.code, ERROR_CONFIG);
        CHECK(!strstr(err.message, "SECRET"));
        struct transfer_settings settings = {.timeout_ms = 1000};
        CHECK(!http_exchange(&settings, bad[i], NULL, &reply, &err));
    }
}

static bool email_is_fine(const struct config *config, const char *complaint)
{
    struct error err = {0};
    bool enabled = false;
    bool ok = email_channel.check(config, &enabled, &err);
    if (!ok && (!complaint || !strstr(err.message, complaint)))
        printf("%s\n", err.message);
    return enabled &&
           (complaint ? !ok && err.code == ERROR_CONFIG && strstr(err.message, complaint) : ok);
}

TEST(settings_of_email_are_checked)
{
    char *to[] = {(char[]){"lab@example.org"}, (char[]){"nonsense"}};
    struct config config = {.notify_email_smtp_host = "mail.example.org",
                            .notify_email_smtp_user = "",
                            .notify_email_smtp_password = "",
                            .notify_email_from_addr = "rig@example.org",
                            .notify_email_use_tls = true,
                            .notify_email_to_addrs = {to, 1}};
    bool enabled = true;
    CHECK(email_channel.check(&config, &enabled, NULL) && !enabled);
    config.notify_email_enabled = true;
    CHECK(email_is_fine(&config, NULL));
    config.notify_email_to_addrs.count = 2;
    CHECK(email_is_fine(&config, "nonsense"));
    config.notify_email_to_addrs.count = 0;
    CHECK(email_is_fine(&config, "to_addrs is empty"));
    config.notify_email_to_addrs.count = 1;
    config.notify_email_from_addr = "";
    CHECK(email_is_fine(&config, "from_addr"));
    config.notify_email_from_addr = "rig@example.org";
    config.notify_email_use_tls = false;
    CHECK(email_is_fine(&config, "only to this very computer"));
    config.notify_email_smtp_host = "127.0.0.1";
    CHECK(email_is_fine(&config, NULL));
    config.notify_email_smtp_user = "rig";
    CHECK(email_is_fine(&config, "SMTP_PASSWORD"));
    config.notify_email_smtp_password = "x";
    CHECK(email_is_fine(&config, NULL));
    static const char *const hosts[] = {"",          "a b",   "mail.example.org/x",
                                        "user@host", "host?", "\n"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        config.notify_email_smtp_host = hosts[i];
        CHECK(email_is_fine(&config, "not the name of a mail server"));
    }
}

TEST(settings_of_slack_are_checked)
{
    struct config config = {.notify_slack_webhook_url = ""};
    struct error err = {0};
    bool enabled = true;
    CHECK(slack_channel.check(&config, &enabled, &err) && !enabled);
    config.notify_slack_enabled = true;
    CHECK(!slack_channel.check(&config, &enabled, &err) && enabled);
    CHECK_CONTAINS(err.message, "SLACK_WEBHOOK_URL");
    config.notify_slack_webhook_url = "http://example.org/SECRET";
    CHECK(!slack_channel.check(&config, &enabled, &err) && enabled);
    CHECK(!strstr(err.message, "SECRET"));
    config.notify_slack_webhook_url = "https://example.org/SECRET";
    CHECK(slack_channel.check(&config, &enabled, &err) && enabled);
}

static void say(struct smtp_replies *replies, const char *line)
{
    char copy[400];
    snprintf(copy, sizeof copy, "%s", line);
    CHECK_INT(smtp_replies_take(copy, 1, strlen(copy), replies), strlen(copy));
}

TEST(replies_of_mail_servers)
{
    struct smtp_replies replies = {.secret = "hunter2"};
    struct send_result result;
    struct error network = {.code = ERROR_NETWORK, .message = "gone"};
    struct error config = {.code = ERROR_CONFIG, .message = "no encryption"};
    struct error cancelled = {.code = ERROR_CANCELLED, .message = "stop"};

    say(&replies, "220 hello\r\n");
    say(&replies, "250-SIZE\r\n");
    say(&replies, "\r\n");
    say(&replies, "25");
    smtp_replies_judge(&replies, NULL, &result);
    CHECK(result.outcome == SEND_DELIVERED && result.status == 250 && !*result.reason);
    smtp_replies_judge(&replies, &network, &result);
    CHECK_INT(result.outcome, SEND_RETRY);
    CHECK_INT(result.retry_after_ms, -1);
    smtp_replies_judge(&replies, &config, &result);
    CHECK_INT(result.outcome, SEND_REJECTED);
    CHECK_CONTAINS(result.reason, "no encryption");
    smtp_replies_judge(&replies, &cancelled, &result);
    CHECK_INT(result.outcome, SEND_RETRY);

    say(&replies, "454 TLS is not available just now\r\n");
    smtp_replies_judge(&replies, &config, &result);
    CHECK_INT(result.outcome, SEND_RETRY);
    CHECK_INT(result.status, 454);
    say(&replies, "550 no \x1b[31m\xc3\xa4 such person\r\n");
    say(&replies, "221 bye\r\n");
    smtp_replies_judge(&replies, &network, &result);
    CHECK_INT(result.outcome, SEND_REJECTED);
    CHECK_INT(result.status, 550);
    CHECK_CONTAINS(result.reason, "550 no ?[31m?? such person");
    smtp_replies_judge(&replies, NULL, &result);
    CHECK_INT(result.outcome, SEND_DELIVERED);
    CHECK_CONTAINS(result.reason, "1 receiver was refused");

    say(&replies, "554 your password is hunter2\r\n");
    smtp_replies_judge(&replies, &network, &result);
    CHECK(!strstr(result.reason, "hunter2"));
    CHECK_CONTAINS(result.reason, "554");
    char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "552 ", 4);
    say(&replies, longest);
    smtp_replies_judge(&replies, &network, &result);
    CHECK_CONTAINS(result.reason, "552 xxx");
}

int main(void)
{
    RUN(addresses_of_mail);
    RUN(headers_cannot_be_smuggled_in);
    RUN(dates_and_ids);
    RUN(only_loopback_is_loopback);
    RUN(addresses_of_webhooks);
    RUN(settings_of_email_are_checked);
    RUN(settings_of_slack_are_checked);
    RUN(replies_of_mail_servers);
    return check_report();
}
