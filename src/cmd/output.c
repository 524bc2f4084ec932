/* The last step of commands that report. */
#include "cmd/output.h"

#include <stdio.h>
#include <stdlib.h>

bool output_write(const struct buffer *text, struct error *err)
{
    if (!buffer_check(text, err))
        return false;
    fwrite(text->data, 1, text->size, stdout);
    return true;
}

bool output_json(json_t *value, struct error *err)
{
    char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(value);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the output");
    puts(text);
    free(text);
    return true;
}
