/* One value as text, for everything that is written about a configuration.
 *
 * What is appended is YAML and JSON at once. It needs no escapes but for quotes and backslashes,
 * because values hold plain text only (text.h). Secrets are hidden here and nowhere else.
 */
#include "config/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *value_text_of(const struct config *config, const struct option_row *row)
{
    const char *text = *(char **)value_member(config, row);
    return text ? text : "";
}

bool value_is_default(const struct config *config, const struct option_row *row)
{
    const void *member = value_member(config, row);
    switch (row->type) {
    case OPTION_BOOL:
        return *(const bool *)member == (row->default_number != 0);
    case OPTION_INT:
    case OPTION_CHOICE:
        return *(const int *)member == (int)row->default_number;
    case OPTION_REAL:
        return *(const double *)member == row->default_number;
    case OPTION_TEXT:
        return strcmp(value_text_of(config, row), row->default_text) == 0;
    case OPTION_LIST:
        return ((const struct text_list *)member)->count == 0;
    }
    return false;
}

void value_append_number(struct buffer *out, double number)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    buffer_append_text(out, text);
}

void value_append_quoted(struct buffer *out, const char *text)
{
    buffer_append_text(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buffer_append_format(out, "\\%c", *text);
        else
            buffer_append(out, text, 1);
    }
    buffer_append_text(out, "\"");
}

static void append_choice(const struct option_row *row, int index, struct buffer *out)
{
    char name[OPTION_CHOICE_SIZE];
    if (!option_choice(row, index, name))
        out->failed = true;
    else if (option_choices_are_numbers(row))
        buffer_append_text(out, name);
    else
        value_append_quoted(out, name);
}

static void append_text_value(const struct config *config, const struct option_row *row,
                              struct buffer *out)
{
    const char *text = value_text_of(config, row);
    char shown[PATH_SIZE];
    if (row->flags & SECRET && *text)
        text = "***";
    if (row->flags & MAY_HOLD_PASSWORD) {
        config_hide_password(text, shown, sizeof shown);
        text = shown;
    }
    value_append_quoted(out, text);
}

void value_append(const struct config *config, const struct option_row *row, struct buffer *out)
{
    const void *member = value_member(config, row);
    switch (row->type) {
    case OPTION_BOOL:
        buffer_append_text(out, *(const bool *)member ? "true" : "false");
        break;
    case OPTION_INT:
        buffer_append_format(out, "%d", *(const int *)member);
        break;
    case OPTION_REAL:
        value_append_number(out, *(const double *)member);
        break;
    case OPTION_CHOICE:
        append_choice(row, *(const int *)member, out);
        break;
    case OPTION_TEXT:
        append_text_value(config, row, out);
        break;
    case OPTION_LIST: {
        const struct text_list *list = member;
        for (size_t i = 0; i < list->count; i++) {
            buffer_append_text(out, i ? ", " : "[");
            value_append_quoted(out, list->texts[i]);
        }
        buffer_append_text(out, list->count ? "]" : "[]");
        break;
    }
    }
}

void value_append_default(const struct option_row *row, struct buffer *out)
{
    switch (row->type) {
    case OPTION_BOOL:
        buffer_append_text(out, row->default_number != 0 ? "true" : "false");
        break;
    case OPTION_INT:
    case OPTION_REAL:
        value_append_number(out, row->default_number);
        break;
    case OPTION_CHOICE:
        append_choice(row, (int)row->default_number, out);
        break;
    case OPTION_TEXT:
        value_append_quoted(out, row->default_text);
        break;
    case OPTION_LIST:
        buffer_append_text(out, "[]");
        break;
    }
}
