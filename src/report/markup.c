/* What SVG and HTML need besides well-formed text (base/text.h). */
#include "report/markup.h"

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
