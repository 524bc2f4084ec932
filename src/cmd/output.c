/* The last step of commands that report. */
#include "cmd/output.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool output_write(const struct buffer *text, struct error *err)
{
    if (!buffer_check(text, err))
        return false;
    fwrite(text->data, 1, text->size, stdout);
    return true;
}

/* JSON may hold such characters as they are, but a terminal obeys them: they are escaped, which for
 * whoever parses is the same. Outside of its strings JSON has none but line feeds. */
static void print_escaped(const char *text)
{
    for (size_t left = strlen(text), length; left > 0; text += length, left -= length) {
        uint32_t code = 0;
        length = text_next((const unsigned char *)text, left, &code);
        if (length == 0)
            length = 1;
        if (*text != '\n' && code < 0x10000 && !text_code_is_plain(code))
            printf("\\u%04x", (unsigned)code);
        else
            fwrite(text, 1, length, stdout);
    }
    putchar('\n');
}

bool output_json(json_t *value, struct error *err)
{
    char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(value);
    if (!text)
        return error_set(err, ERROR_MEMORY,
                         "no JSON can be made: a name in it is not UTF-8, or memory ran out");
    print_escaped(text);
    free(text);
    return true;
}

json_t *output_string(const char *text)
{
    struct buffer clean = {0};
    text_append_plain(&clean, text);
    json_t *value = clean.failed ? NULL : json_string(buffer_text(&clean));
    buffer_finish(&clean);
    return value;
}
