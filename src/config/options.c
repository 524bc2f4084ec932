/* schema.h, expanded into a table, and look-ups in it.
 *
 * There are some eighty rows, so every look-up walks them all; nothing here is called per frame.
 */
#include "config/options.h"

#include "base/parse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_BOOL(value) .default_number = (value)
#define DEFAULT_INT(value) .default_number = (value)
#define DEFAULT_REAL(value) .default_number = (value)
#define DEFAULT_CHOICE(value) .default_number = (value)
#define DEFAULT_TEXT(value) .default_text = (value)
#define DEFAULT_LIST(value) .default_text = (value)

#define TABLE_ROW(option_type, member, option_path, default_value, least, most, option_unit,       \
                  option_flags, option_choices, option_text)                                       \
    {.type = OPTION_##option_type,                                                                 \
     .path = option_path,                                                                          \
     .offset = offsetof(struct config, member),                                                    \
     DEFAULT_##option_type(default_value),                                                         \
     .min = least,                                                                                 \
     .max = most,                                                                                  \
     .unit = option_unit,                                                                          \
     .flags = option_flags,                                                                        \
     .choices = option_choices,                                                                    \
     .text = option_text},

const struct option_row option_rows[OPTION_COUNT] = {CONFIG_OPTIONS(TABLE_ROW)};

const struct option_row *option_find(const char *path)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_rows[i].path, path) == 0)
            return &option_rows[i];
    }
    return NULL;
}

size_t option_index(const struct option_row *row)
{
    assert(row >= option_rows && row < option_rows + OPTION_COUNT);
    return (size_t)(row - option_rows);
}

static bool is_below(const char *path, const char *section)
{
    size_t length = strlen(section);
    return strncmp(path, section, length) == 0 && path[length] == '.';
}

bool option_is_section(const char *path)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (is_below(option_rows[i].path, path))
            return true;
    }
    return false;
}

const struct option_row *option_section_switch(const char *path)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (row->flags & SECTION_SWITCH && is_below(row->path, path) &&
            !strchr(row->path + strlen(path) + 1, '.'))
            return row;
    }
    return NULL;
}

struct nearest {
    const char *wanted;
    int best_distance;
    char *best; /* [OPTION_PATH_SIZE] */
};

static const char *last_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static void consider(struct nearest *nearest, const char *candidate, size_t length)
{
    char path[OPTION_PATH_SIZE];
    snprintf(path, sizeof path, "%.*s", (int)length, candidate);
    int distance = parse_edit_distance(nearest->wanted, path);
    /* A right name in the wrong section is the usual slip of indentation. */
    if (distance > 1 && strcmp(last_name(nearest->wanted), last_name(path)) == 0)
        distance = 1;
    if (distance < nearest->best_distance) {
        nearest->best_distance = distance;
        memcpy(nearest->best, path, sizeof path);
    }
}

const char *option_nearest(const char *path, char ret_nearest[OPTION_PATH_SIZE])
{
    int tolerated = (int)strlen(path) / 4;
    char best[OPTION_PATH_SIZE] = "";
    struct nearest nearest = {path, (tolerated < 2 ? 2 : tolerated) + 1, best};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const char *candidate = option_rows[i].path;
        for (const char *dot = strchr(candidate, '.'); dot; dot = strchr(dot + 1, '.'))
            consider(&nearest, candidate, (size_t)(dot - candidate));
        consider(&nearest, candidate, strlen(candidate));
    }
    if (!*best)
        return NULL;
    return memcpy(ret_nearest, best, sizeof best);
}

bool option_choice(const struct option_row *row, int index, char ret_name[OPTION_CHOICE_SIZE])
{
    const char *at = row->choices;
    for (; index > 0; index--) {
        at = strchr(at, '|');
        if (!at)
            return false;
        at++;
    }
    int length = (int)strcspn(at, "|");
    assert(length < OPTION_CHOICE_SIZE);
    snprintf(ret_name, OPTION_CHOICE_SIZE, "%.*s", length, at);
    return true;
}

bool option_choices_are_numbers(const struct option_row *row)
{
    return row->choices[strspn(row->choices, "0123456789|")] == '\0';
}

static void append_choices(const struct option_row *row, struct buffer *out)
{
    char name[OPTION_CHOICE_SIZE], next[OPTION_CHOICE_SIZE];
    for (int i = 0; option_choice(row, i, name); i++) {
        bool last = !option_choice(row, i + 1, next);
        buffer_append_text(out, i == 0 ? "" : last ? " or " : ", ");
        buffer_append_text(out, name);
    }
}

static void append_range(const struct option_row *row, const char *kind, struct buffer *out)
{
    if (row->min == row->max)
        buffer_append_format(out, "%.10g", row->min);
    else
        buffer_append_format(out, "%s from %.10g to %.10g", kind, row->min, row->max);
    buffer_append_format(out, "%s%s", *row->unit ? " " : "", row->unit);
}

bool option_allowed(const struct option_row *row, struct buffer *out, struct error *err)
{
    switch (row->type) {
    case OPTION_BOOL:
        buffer_append_text(out, "true or false");
        break;
    case OPTION_INT:
        append_range(row, "a whole number", out);
        break;
    case OPTION_REAL:
        append_range(row, "a number", out);
        break;
    case OPTION_CHOICE:
        append_choices(row, out);
        break;
    case OPTION_TEXT:
        if (row->min > 0)
            buffer_append_format(out, "a text of %g to %g bytes", row->min, row->max);
        else
            buffer_append_format(out, "a text of at most %g bytes", row->max);
        break;
    case OPTION_LIST:
        buffer_append_format(out, "a list of at most %g texts, such as [a@lab.example]", row->max);
        break;
    }
    return buffer_check(out, err);
}
