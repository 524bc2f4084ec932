/* Hostile text made harmless, in one place for pictures (canvas.c) and pages.
 *
 * What is a control character is decided in config/text.c; added here are the marks of Unicode's
 * bidirectional algorithm (UAX 9), with which a file name could turn the words that follow it.
 */
#include "report/markup.h"

#include "config/text.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static bool turns_direction(uint32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void text_clean(const char *text, struct buffer *out)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t length = text_next((const unsigned char *)text, left, &code);
        if (length == 0)
            buffer_append_text(out, REPLACEMENT);
        else if (text_is_plain(text, length) && !turns_direction(code))
            buffer_append(out, text, length);
        else
            buffer_append_text(out, " ");
        length = length ? length : 1;
        text += length;
        left -= length;
    }
}

/* Quotes too, which attributes need: one function, no way to choose the wrong one. */
void markup_escape(const char *text, struct buffer *out)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '>':
            buffer_append_text(out, "&gt;");
            break;
        case '"':
            buffer_append_text(out, "&quot;");
            break;
        case '\'':
            buffer_append_text(out, "&#39;");
            break;
        default:
            buffer_append(out, text, 1);
        }
    }
}
