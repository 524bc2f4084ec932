/* E-mail headers (RFC 5322, 2047), written by us because nobody else would escape them. */
#include "sink/mail.h"

#include "platform/clock.h"

#include <stdio.h>
#include <string.h>

/* What needs no quoting in an address; enough for every address people have. */
static const char address_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789!#$%&'*+-/=?^_`{|}~.@";

static bool is_address(const char *text, size_t length)
{
    const char *at = memchr(text, '@', length);
    return length < MAIL_ADDRESS_SIZE && at && at > text && at + 1 < text + length &&
           !memchr(at + 1, '@', (size_t)(text + length - at - 1)) &&
           strspn(text, address_characters) >= length;
}

static bool has_control_characters(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    }
    return false;
}

bool mail_address_of(const char *text, char ret_address[MAIL_ADDRESS_SIZE], struct error *err)
{
    const char *start = strchr(text, '<');
    start = start ? start + 1 : text;
    const char *end = start != text ? strchr(start, '>') : start + strlen(start);
    if (has_control_characters(text) || !end || (start != text && end[1] != '\0') ||
        !is_address(start, (size_t)(end - start)))
        return error_set(err, ERROR_CONFIG,
                         "'%.100s' is not an e-mail address like name@example.org", text);
    memcpy(ret_address, start, (size_t)(end - start));
    ret_address[end - start] = '\0';
    return true;
}

static void append_base64(struct buffer *out, const char *text, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)text[i] << 16;
        if (i + 1 < size)
            bits |= (uint32_t)(unsigned char)text[i + 1] << 8;
        if (i + 2 < size)
            bits |= (unsigned char)text[i + 2];
        char group[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                         i + 1 < size ? digits[bits >> 6 & 63] : '=',
                         i + 2 < size ? digits[bits & 63] : '='};
        buffer_append(out, group, sizeof group);
    }
}

/* Encoded words of at most 75 characters, each of whole characters; a receiver joins them without
 * the space between. */
static void append_encoded(struct buffer *out, const char *text)
{
    enum { WORD_BYTES = 45 };
    while (*text) {
        size_t size = strnlen(text, WORD_BYTES);
        while (size > 1 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
        buffer_append_text(out, "=?UTF-8?B?");
        append_base64(out, text, size);
        text += size;
        buffer_append_text(out, *text ? "?= " : "?=");
    }
}

void mail_append_header(struct buffer *out, const char *name, const char *text)
{
    struct buffer clean = {0};
    bool ascii = true;
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        ascii = ascii && byte < 0x80;
        buffer_append(&clean, byte < 0x20 || byte == 0x7f ? " " : c, 1);
    }
    buffer_append_format(out, "%s: ", name);
    if (ascii)
        buffer_append_text(out, buffer_text(&clean));
    else
        append_encoded(out, buffer_text(&clean));
    out->failed = out->failed || clean.failed;
    buffer_finish(&clean);
}

void mail_format_date(int64_t utc_ms, char ret_text[MAIL_DATE_SIZE])
{
    static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char iso[CLOCK_TEXT_SIZE];
    if (utc_ms < 0)
        utc_ms = 0;
    clock_format_iso8601(utc_ms, true, iso); /* "2026-01-31T08:00:00.250Z" */
    int month = (iso[5] - '0') * 10 + (iso[6] - '0');
    snprintf(ret_text, MAIL_DATE_SIZE, "%s, %.2s %s %.4s %.8s +0000", days[utc_ms / 86400000 % 7],
             iso + 8, months[(month + 11) % 12], iso, iso + 11);
}

void mail_append_id(struct buffer *out, const char *reference, int64_t seq, const char *address)
{
    const char *at = strchr(address, '@');
    buffer_append_text(out, "<leakwatch.");
    for (const char *c = reference; *c; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
                     (*c >= 'A' && *c <= 'Z') || *c == '-';
        buffer_append(out, plain ? c : "_", 1);
    }
    if (seq > 0)
        buffer_append_format(out, ".%lld", (long long)seq);
    buffer_append_format(out, "@%s>", at ? at + 1 : "localhost");
}
