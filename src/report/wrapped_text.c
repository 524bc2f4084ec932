/* Breaks at blanks only: paths and commands stay whole, so that they can be copied.
 *
 * Columns are counted in characters, not in bytes, because names of people's folders are not
 * always English.
 */
#include "report/wrapped_text.h"

#include <string.h>

static size_t columns_of(const char *word, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)word[i] & 0xc0) != 0x80;
    return columns;
}

void wrapped_append(struct buffer *out, const char *text, size_t indent)
{
    size_t used = indent;
    while (*text) {
        text += strspn(text, " \n");
        size_t length = strcspn(text, " \n"), columns = columns_of(text, length);
        if (length == 0)
            break;
        if (used > indent && used + 1 + columns > WRAPPED_WIDTH) {
            buffer_append_format(out, "\n%*s", (int)indent, "");
            used = indent;
        } else if (used > indent) {
            buffer_append_text(out, " ");
            used++;
        }
        buffer_append(out, text, length);
        used += columns;
        text += length;
    }
    buffer_append_text(out, "\n");
}
