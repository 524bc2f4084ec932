/* UTF-8, checked. Every text that a configuration holds has passed text_is_plain, so what is
 * written out again (YAML, JSON, a mail header, a terminal) needs no more than its quotes escaped.
 */
#include "config/text.h"

#include <stdlib.h>
#include <string.h>

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

char *text_copy(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}
