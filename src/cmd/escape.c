/* Character by character: a rule's text instead of the character it is for, everything else as it
 * is. UTF-8 passes through, because no rule is for a byte above 127. */
#include "cmd/escape.h"

void escape_append(const char *text, const struct escape *rules, struct buffer *out)
{
    for (; *text; text++) {
        const struct escape *rule = rules;
        while (rule->into && rule->of != *text)
            rule++;
        if (rule->into)
            buffer_append_text(out, rule->into);
        else
            buffer_append(out, text, 1);
    }
}
