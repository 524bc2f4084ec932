/* Takes secrets out of a text: first what is known (support_secrets.c), then what looks like one.
 *
 * Case of letters is ignored, since logs and addresses do not keep it. The surprising thing: an
 * address is looked at after known secrets have gone, so that a password with a space or a quote in
 * it can not end the address early.
 */
#include "report/support_redact.h"

#include "camera/source.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { URL_MAX = 2048 };

static bool begins_with(const char *text, const char *beginning, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)text[i]) != tolower((unsigned char)beginning[i]))
            return false;
    return true;
}

static size_t needle_at(const struct redactor *redactor, const char *text, size_t left)
{
    for (size_t i = 0; i < redactor->count; i++) {
        size_t length = strlen(redactor->needles[i]);
        if (length <= left && begins_with(text, redactor->needles[i], length))
            return length;
    }
    return 0;
}

static void hide_needles(const struct redactor *redactor, const char *text, size_t size,
                         struct buffer *out)
{
    bool is_first[256] = {false};
    for (size_t i = 0; i < redactor->count; i++) {
        is_first[tolower((unsigned char)*redactor->needles[i])] = true;
        is_first[toupper((unsigned char)*redactor->needles[i])] = true;
    }
    size_t kept = 0;
    for (size_t at = 0; at < size;) {
        size_t length =
            is_first[(unsigned char)text[at]] ? needle_at(redactor, text + at, size - at) : 0;
        if (length == 0) {
            at++;
            continue;
        }
        buffer_append(out, text + kept, at - kept);
        buffer_append_text(out, "***");
        at += length;
        kept = at;
    }
    buffer_append(out, text + kept, size - kept);
}

static bool ends_url(char c)
{
    return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\';
}

static void append_url(struct buffer *out, const char *url, size_t size)
{
    static const char slack[] = "hooks.slack.com/";
    char text[URL_MAX], masked[URL_MAX];
    if (size >= sizeof text) {
        buffer_append_text(out, "***");
        return;
    }
    memcpy(text, url, size);
    text[size] = '\0';
    source_mask_spec(text, masked, sizeof masked);
    size_t length = strlen(masked), host = 0, slack_length = sizeof slack - 1;
    while (host + slack_length <= length && !begins_with(masked + host, slack, slack_length))
        host++;
    if (host + slack_length < length)
        buffer_append_format(out, "%.*s***", (int)(host + slack_length), masked);
    else
        buffer_append_text(out, masked);
}

/* Begins with the letters before "://" and ends where no address goes on. */
static void hide_urls(const char *text, size_t size, struct buffer *out)
{
    size_t kept = 0;
    for (size_t at = 0; at + 3 <= size; at++) {
        if (memcmp(text + at, "://", 3) != 0)
            continue;
        size_t start = at, end = at + 3;
        while (start > kept &&
               (isalnum((unsigned char)text[start - 1]) || strchr("+-.", text[start - 1])))
            start--;
        while (end < size && !ends_url(text[end]))
            end++;
        if (start == at)
            continue;
        buffer_append(out, text + kept, start - kept);
        append_url(out, text + start, end - start);
        kept = end;
        at = end - 1;
    }
    buffer_append(out, text + kept, size - kept);
}

bool redactor_append(const struct redactor *redactor, const char *text, size_t size,
                     struct buffer *out, struct error *err)
{
    struct buffer half = {0};
    if (size > 0)
        hide_needles(redactor, text, size, &half);
    bool good = buffer_check(&half, err);
    if (good && half.size > 0)
        hide_urls(half.data, half.size, out);
    buffer_finish(&half);
    return good && buffer_check(out, err);
}
