/* E-mail through SMTP submission: a plain text with the pictures of the evidence inline.
 *
 * Encryption is demanded, not offered: TLS from the first byte on port 465, STARTTLS or nothing on
 * the others; without it only to this very computer. One receiver that is refused does not stop the
 * mail to the others; who was refused is said in the attempt's reason.
 */
#include "sink/channel.h"

#include "base/parse.h"
#include "platform/clock.h"
#include "sink/attachment.h"
#include "sink/mail.h"
#include "sink/message.h"
#include "sink/message_text.h"
#include "sink/record_fields.h"
#include "sink/smtp_replies.h"
#include "sink/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMPLICIT_TLS_PORT = 465 };

struct channel {
    const struct config *config;
    const struct project *project;
    struct transfer_settings transfer;
    char url[320];
    char from[MAIL_ADDRESS_SIZE];
    char project_name[128];
};

/* Everything that has to live until the transfer is over. */
struct letter {
    struct message message;
    struct attachment_list attachments;
    struct curl_slist *receivers, *headers;
    struct curl_slist *part_headers[ATTACHMENTS_MAX];
    curl_mime *mime;
};

static bool check_server(const struct config *config, struct error *err)
{
    const char *host = config->notify_email_smtp_host;
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
    if (*host == '\0' || host[strspn(host, allowed)] != '\0')
        return error_set(err, ERROR_CONFIG,
                         "notify.email.smtp_host '%.80s' is not the name of a mail server", host);
    if (!config->notify_email_use_tls && !transfer_host_is_loopback(host))
        return error_set(err, ERROR_CONFIG,
                         "notify.email.use_tls may be false only to this very computer; set it to "
                         "true for %.80s",
                         host);
    if (*config->notify_email_smtp_user && !*config->notify_email_smtp_password)
        return error_set(
            err, ERROR_CONFIG,
            "notify.email.smtp_user is set but there is no password; set SMTP_PASSWORD");
    return true;
}

static bool email_check(const struct config *config, bool *ret_enabled, struct error *err)
{
    char address[MAIL_ADDRESS_SIZE];
    *ret_enabled = config->notify_email_enabled;
    if (!config->notify_email_enabled)
        return true;
    const struct text_list *to = &config->notify_email_to_addrs;
    if (to->count == 0)
        return error_set(err, ERROR_CONFIG,
                         "e-mail is switched on (notify.email.enabled) but notify.email.to_addrs "
                         "is empty");
    if (!check_server(config, err))
        return error_add_context(err, "e-mail is switched on");
    if (!mail_address_of(config->notify_email_from_addr, address, err))
        return error_add_context(err, "notify.email.from_addr");
    for (size_t i = 0; i < to->count; i++) {
        if (!mail_address_of(to->texts[i], address, err))
            return error_add_context(err, "notify.email.to_addrs");
    }
    return true;
}

static void email_destroy(struct channel *channel)
{
    if (!channel)
        return;
    free(channel);
    curl_global_cleanup();
}

static struct channel *email_create(const struct config *config, const struct project *project,
                                    const atomic_bool *cancel, struct error *err)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(channel);
        error_set(err, ERROR_MEMORY, "no memory for e-mail");
        return NULL;
    }
    channel->config = config;
    channel->project = project;
    const char *host = config->notify_email_smtp_host;
    int port = config->notify_email_smtp_port;
    bool implicit = config->notify_email_use_tls && port == IMPLICIT_TLS_PORT;
    bool bare_ipv6 = strchr(host, ':') != NULL;
    snprintf(channel->url, sizeof channel->url, "%s://%s%s%s:%d", implicit ? "smtps" : "smtp",
             bare_ipv6 ? "[" : "", host, bare_ipv6 ? "]" : "", port);
    message_project_name(project->root, channel->project_name, sizeof channel->project_name);
    if (!mail_address_of(config->notify_email_from_addr, channel->from, err) ||
        !transfer_settings_make(config, project, cancel, &channel->transfer, err)) {
        email_destroy(channel);
        return NULL;
    }
    return channel;
}

static bool list_add(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (longer)
        *list = longer;
    return longer != NULL;
}

/* Adds the header that `make` has written into `line`, and empties it. */
static bool add_header(struct letter *letter, struct buffer *line)
{
    bool ok = !line->failed && list_add(&letter->headers, buffer_text(line));
    buffer_clear(line);
    return ok;
}

/* One address a line: a mail line must stay below 998 characters. */
static bool add_receivers(const struct channel *channel, struct letter *letter, struct buffer *line)
{
    const struct text_list *to = &channel->config->notify_email_to_addrs;
    buffer_append_text(line, "To:");
    for (size_t i = 0; i < to->count; i++) {
        char address[MAIL_ADDRESS_SIZE];
        if (!mail_address_of(to->texts[i], address, NULL))
            continue; /* email_check has refused it */
        buffer_append_format(line, "%s %s", i > 0 ? ",\r\n" : "", address);
        if (!list_add(&letter->receivers, address))
            return false;
    }
    return add_header(letter, line);
}

/* Tells the mails of one alarm apart: the record's number, or its time when it could not be
 * recorded yet. */
static int64_t mail_number(const json_t *record)
{
    int64_t number = json_integer_value(json_object_get(record, "seq"));
    if (number == 0)
        (void)parse_time_utc_ms(record_text(record, "ts"), &number);
    return number;
}

static bool add_headers(const struct channel *channel, const json_t *record, struct letter *letter)
{
    struct buffer line = {0};
    char date[MAIL_DATE_SIZE];
    mail_format_date(clock_wall_utc_ms(), date);
    mail_append_header(&line, "Date", date);
    bool ok = add_header(letter, &line);
    buffer_append_format(&line, "From: leakwatch <%s>", channel->from);
    ok = ok && add_header(letter, &line) && add_receivers(channel, letter, &line);
    mail_append_header(&line, "Subject", letter->message.line);
    ok = ok && add_header(letter, &line);
    buffer_append_text(&line, "Message-ID: ");
    mail_append_id(&line, letter->message.reference, mail_number(record), channel->from);
    ok = ok && add_header(letter, &line);
    buffer_append_text(&line, "References: ");
    mail_append_id(&line, letter->message.reference, 0, channel->from);
    ok = ok && add_header(letter, &line);
    buffer_append_text(&line, "Auto-Submitted: auto-generated");
    ok = ok && add_header(letter, &line);
    buffer_finish(&line);
    return ok;
}

static bool add_text(struct letter *letter)
{
    struct buffer *text = &letter->message.text;
    buffer_append_text(text, buffer_text(&letter->attachments.notes));
    curl_mimepart *part = curl_mime_addpart(letter->mime);
    return !text->failed && part &&
           curl_mime_data(part, buffer_text(text), text->size) == CURLE_OK &&
           curl_mime_type(part, "text/plain; charset=utf-8") == CURLE_OK &&
           curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
}

static bool add_picture(struct letter *letter, size_t index)
{
    const struct attachment *attachment = &letter->attachments.items[index];
    struct buffer disposition = {0};
    buffer_append_format(&disposition, "Content-Disposition: inline; filename=\"%s\"",
                         attachment->name);
    curl_mimepart *part = curl_mime_addpart(letter->mime);
    struct curl_slist **headers = &letter->part_headers[index];
    bool ok = !disposition.failed && list_add(headers, buffer_text(&disposition)) && part &&
              curl_mime_data(part, buffer_text(&attachment->contents), attachment->contents.size) ==
                  CURLE_OK &&
              curl_mime_type(part, "image/jpeg") == CURLE_OK &&
              curl_mime_encoder(part, "base64") == CURLE_OK &&
              curl_mime_headers(part, *headers, 0) == CURLE_OK;
    buffer_finish(&disposition);
    return ok;
}

static void letter_finish(struct letter *letter)
{
    message_finish(&letter->message);
    curl_mime_free(letter->mime);
    curl_slist_free_all(letter->receivers);
    curl_slist_free_all(letter->headers);
    for (size_t i = 0; i < letter->attachments.count; i++)
        curl_slist_free_all(letter->part_headers[i]);
    attachment_list_finish(&letter->attachments);
}

static bool letter_write(const struct channel *channel, const json_t *record, CURL *curl,
                         struct letter *letter, struct error *err)
{
    if (!message_from_record(record, channel->project_name, &letter->message, err))
        return false;
    attachment_list_read(record, channel->project, &letter->attachments);
    letter->mime = curl_mime_init(curl);
    bool ok = letter->mime && add_headers(channel, record, letter) && add_text(letter);
    for (size_t i = 0; ok && i < letter->attachments.count; i++)
        ok = add_picture(letter, i);
    return ok || error_set(err, ERROR_MEMORY, "no memory to write an e-mail");
}

static bool set_envelope(const struct channel *channel, const struct letter *letter, CURL *curl,
                         struct smtp_replies *replies)
{
    const struct config *config = channel->config;
    const char *user = config->notify_email_smtp_user;
    long use_tls = config->notify_email_use_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE;
    return curl_easy_setopt(curl, CURLOPT_URL, channel->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USE_SSL, use_tls) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           (!*user || (curl_easy_setopt(curl, CURLOPT_USERNAME, user) == CURLE_OK &&
                       curl_easy_setopt(curl, CURLOPT_PASSWORD,
                                        config->notify_email_smtp_password) == CURLE_OK)) &&
           curl_easy_setopt(curl, CURLOPT_MAIL_FROM, channel->from) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, letter->receivers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, letter->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MIMEPOST, letter->mime) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, smtp_replies_take) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, replies) == CURLE_OK;
}

static void email_send(struct channel *channel, const json_t *record,
                       struct send_result *ret_result)
{
    struct error err = {0};
    struct letter letter = {0};
    struct transfer transfer;
    struct smtp_replies replies = {.secret = channel->config->notify_email_smtp_password};
    *ret_result = (struct send_result){.outcome = SEND_RETRY, .retry_after_ms = -1};
    bool ok = transfer_begin(&transfer, &channel->transfer, "smtp,smtps", &err);
    if (ok) {
        ok = letter_write(channel, record, transfer.curl, &letter, &err) &&
             (set_envelope(channel, &letter, transfer.curl, &replies) ||
              error_set(&err, ERROR_MEMORY, "no memory to send an e-mail")) &&
             transfer_run(&transfer, &err);
        letter_finish(&letter);
        transfer_finish(&transfer);
    }
    smtp_replies_judge(&replies, ok ? NULL : &err, ret_result);
}

const struct channel_ops email_channel = {.name = "email",
                                          .create = email_create,
                                          .send = email_send,
                                          .destroy = email_destroy,
                                          .check = email_check};
