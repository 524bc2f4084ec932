/* UTF-8, checked. Every text that a configuration holds has passed text_is_plain, so what is
 * written out again (YAML, JSON, a mail header, a terminal) needs no more than its quotes escaped.
 * What comes from cameras, files and servers at run time is made harmless instead of refused: a
 * record or a picture that cannot be made would be worse than one with a blot.
 */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

size_t text_next(const unsigned char *at, size_t left, uint32_t *ret_code)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least; /* a smaller code point in so many bytes is an overlong form */
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
        if ((at[0] & forms[form].mask) != forms[form].lead)
            continue;
        if (form + 1 > left)
            return 0;
        uint32_t code = at[0] & (unsigned char)~forms[form].mask;
        for (size_t i = 1; i <= form; i++) {
            if ((at[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (at[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        if (code < forms[form].least || code > 0x10ffff || surrogate)
            return 0;
        *ret_code = code;
        return form + 1;
    }
    return 0;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           code == 0xfeff || (code & 0xfffe) == 0xfffe;
}

bool text_is_plain(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes, *end = at + size;
    while (at < end) {
        uint32_t code;
        size_t length = text_next(at, (size_t)(end - at), &code);
        if (length == 0 || is_control(code))
            return false;
        at += length;
    }
    return true;
}

/* The marks of Unicode's bidirectional algorithm (UAX 9): a file name could turn what follows it.
 */
static bool turns_direction(uint32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool text_code_is_plain(uint32_t code)
{
    return !is_control(code) && !turns_direction(code);
}

static void append_checked(struct buffer *out, const char *text, bool plain)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t length = text_next((const unsigned char *)text, left, &code);
        if (length == 0)
            buffer_append_text(out, REPLACEMENT);
        else if (plain && !text_code_is_plain(code))
            buffer_append_text(out, " ");
        else
            buffer_append(out, text, length);
        length = length ? length : 1;
        text += length;
        left -= length;
    }
}

void text_append_valid(struct buffer *out, const char *text)
{
    append_checked(out, text, false);
}

void text_append_plain(struct buffer *out, const char *text)
{
    append_checked(out, text, true);
}

void text_make_plain(char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t length = text_next((const unsigned char *)text, left, &code);
        if (length == 0)
            *text = '?';
        else if (!text_code_is_plain(code))
            memset(text, ' ', length);
        length = length ? length : 1;
        text += length;
        left -= length;
    }
}

void text_copy_plain(char *ret_text, size_t size, const char *text)
{
    static const char more[] = "…";
    size_t length = strlen(text);
    bool cut = length >= size;
    if (cut) {
        length = size > sizeof more ? size - sizeof more : 0;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(ret_text, text, length);
    ret_text[length] = '\0';
    text_make_plain(ret_text);
    if (cut && size > sizeof more)
        memcpy(ret_text + length, more, sizeof more);
}

char *text_copy(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}
