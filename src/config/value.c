/* One value: where the types of schema.h meet the members of struct config.
 *
 * Every text from outside passes value_set, whatever brought it: the YAML loader, the command line,
 * the environment or a file with a secret. A member is only ever replaced by a value that has been
 * checked, so a config is valid at any moment. The surprising thing: a text that YAML had in quotes
 * is refused where a number or a bool belongs, because people who write "1280" in quotes would be
 * told nothing when they next write "128O".
 */
#include "config/value.h"

#include "base/parse.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *value_member(const struct config *config, const struct option_row *row)
{
    return (char *)(uintptr_t)config + row->offset;
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "no memory for the configuration");
}

static void free_list(struct text_list list)
{
    for (size_t i = 0; i < list.count; i++)
        free(list.texts[i]);
    free(list.texts);
}

void value_finish(struct config *config, const struct option_row *row)
{
    void *member = value_member(config, row);
    if (row->type == OPTION_TEXT) {
        free(*(char **)member);
        *(char **)member = NULL;
    } else if (row->type == OPTION_LIST) {
        free_list(*(struct text_list *)member);
        *(struct text_list *)member = (struct text_list){0};
    }
}

static bool replace_text(struct config *config, const struct option_row *row, const char *bytes,
                         size_t size, struct error *err)
{
    char *copy = text_copy(bytes, size);
    if (!copy)
        return no_memory(err);
    value_finish(config, row);
    *(char **)value_member(config, row) = copy;
    return true;
}

bool value_set_default(struct config *config, const struct option_row *row, struct error *err)
{
    void *member = value_member(config, row);
    value_set_origin(config, row, (struct value_origin){ORIGIN_DEFAULT, 0, 0});
    switch (row->type) {
    case OPTION_BOOL:
        *(bool *)member = row->default_number != 0;
        return true;
    case OPTION_INT:
    case OPTION_CHOICE:
        *(int *)member = (int)row->default_number;
        return true;
    case OPTION_REAL:
        *(double *)member = row->default_number;
        return true;
    case OPTION_TEXT:
        return replace_text(config, row, row->default_text, strlen(row->default_text), err);
    case OPTION_LIST:
        value_finish(config, row);
        return true;
    }
    return error_set(err, ERROR_INTERNAL, "option %s has no type", row->path);
}

bool value_refuse(const struct option_row *row, const char *found, struct error *err)
{
    struct buffer allowed = {0};
    bool described = option_allowed(row, &allowed, err);
    if (described)
        error_set(err, ERROR_CONFIG, "%s is %s, allowed is %s", row->path, found,
                  buffer_text(&allowed));
    buffer_finish(&allowed);
    return false;
}

/* Quotes what stood there, shortened, where that is safe. */
static bool refuse_text(const struct option_row *row, struct value_text text, struct error *err)
{
    enum { SHOWN = 60 };
    char found[SHOWN + 32];
    if (!text_is_plain(text.bytes, text.size))
        return value_refuse(row, "text with a line break or control character, or not UTF-8", err);
    if (row->flags & (SECRET | MAY_HOLD_PASSWORD))
        return value_refuse(row, "not usable as it is (not shown, because it may be secret)", err);
    size_t shown = text.size < SHOWN ? text.size : SHOWN;
    while (shown < text.size && ((unsigned char)text.bytes[shown] & 0xc0) == 0x80)
        shown--;
    const char *quote = text.quoted || text.size == 0 ? "\"" : "";
    snprintf(found, sizeof found, "%s%.*s%s%s", quote, (int)shown, text.bytes,
             shown < text.size ? "…" : "", quote);
    return value_refuse(row, found, err);
}

static bool set_text(struct config *config, const struct option_row *row, struct value_text text,
                     struct error *err)
{
    /* A line break in a host name or an address would let it write headers of its own. */
    if (!text_is_plain(text.bytes, text.size))
        return refuse_text(row, text, err);
    if ((double)text.size < row->min || (double)text.size > row->max)
        return refuse_text(row, text, err);
    if (row->flags & SECRET && strcmp(text.bytes, "***") == 0)
        return error_set(err, ERROR_CONFIG,
                         "%s is ***, which stands for a secret that was hidden; give the secret in "
                         "the environment as %s",
                         row->path, row->choices);
    return replace_text(config, row, text.bytes, text.size, err);
}

static bool set_choice(struct config *config, const struct option_row *row, struct value_text text,
                       struct error *err)
{
    char name[OPTION_CHOICE_SIZE];
    for (int i = 0; option_choice(row, i, name); i++) {
        if (text.size == strlen(name) && parse_equal_ignoring_case(text.bytes, name)) {
            *(int *)value_member(config, row) = i;
            return true;
        }
    }
    return refuse_text(row, text, err);
}

bool value_set_list(struct config *config, const struct option_row *row,
                    const struct value_text *texts, size_t count, struct error *err)
{
    if ((double)count > row->max)
        return value_refuse(row, "a longer list", err);
    struct text_list list = {0};
    list.texts = calloc(count ? count : 1, sizeof *list.texts);
    if (!list.texts)
        return no_memory(err);
    for (; list.count < count; list.count++) {
        struct value_text text = texts[list.count];
        bool usable = text.size > 0 && text.size <= OPTION_LIST_TEXT_MAX &&
                      text_is_plain(text.bytes, text.size);
        list.texts[list.count] = usable ? text_copy(text.bytes, text.size) : NULL;
        if (!list.texts[list.count]) {
            free_list(list);
            return usable ? no_memory(err)
                          : error_set(err, ERROR_CONFIG,
                                      "entry %zu of %s is empty, has control characters or is "
                                      "longer than the allowed %d bytes",
                                      list.count + 1, row->path, OPTION_LIST_TEXT_MAX);
        }
    }
    value_finish(config, row);
    *(struct text_list *)value_member(config, row) = list;
    return true;
}

/* "a@x, b@x" → two entries; "" → none. */
static bool set_list_from_text(struct config *config, const struct option_row *row,
                               struct value_text text, struct error *err)
{
    struct value_text entries[64];
    size_t count = 0, most = sizeof entries / sizeof entries[0];
    assert(row->max <= (double)most);
    const char *at = text.bytes, *end = text.bytes + text.size;
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        while (at < stop && *at == ' ')
            at++;
        size_t size = (size_t)(stop - at);
        while (size > 0 && at[size - 1] == ' ')
            size--;
        if (count == most)
            return value_refuse(row, "a longer list", err);
        entries[count++] = (struct value_text){at, size, false};
        at = comma ? comma + 1 : end;
    }
    return value_set_list(config, row, entries, count, err);
}

static bool set_number(struct config *config, const struct option_row *row, struct value_text text,
                       struct error *err)
{
    void *member = value_member(config, row);
    bool flag;
    int64_t integer;
    double real;
    if (text.quoted || strlen(text.bytes) != text.size)
        return refuse_text(row, text, err);
    if (row->type == OPTION_BOOL && parse_bool(text.bytes, &flag))
        *(bool *)member = flag;
    else if (row->type == OPTION_INT &&
             parse_int(text.bytes, (int64_t)row->min, (int64_t)row->max, &integer))
        *(int *)member = (int)integer;
    else if (row->type == OPTION_REAL && parse_double(text.bytes, row->min, row->max, &real))
        *(double *)member = real;
    else
        return refuse_text(row, text, err);
    return true;
}

bool value_set(struct config *config, const struct option_row *row, struct value_text text,
               struct error *err)
{
    switch (row->type) {
    case OPTION_TEXT:
        return set_text(config, row, text, err);
    case OPTION_CHOICE:
        return set_choice(config, row, text, err);
    case OPTION_LIST:
        return set_list_from_text(config, row, text, err);
    default:
        return set_number(config, row, text, err);
    }
}

void value_set_origin(struct config *config, const struct option_row *row,
                      struct value_origin origin)
{
    config->origin->of[option_index(row)] = origin;
}

struct value_origin value_origin_of(const struct config *config, const struct option_row *row)
{
    return config->origin->of[option_index(row)];
}

bool value_add_origin(const struct config *config, const struct option_row *row, struct error *err)
{
    struct value_origin origin = value_origin_of(config, row);
    if (origin.kind == ORIGIN_FILE)
        return error_add_context(err, "%s:%d:%d", config->origin->file, origin.line, origin.column);
    if (origin.kind == ORIGIN_COMMAND_LINE) {
        err->code = ERROR_USAGE;
        return error_add_context(err, "--%s", row->path);
    }
    if (origin.kind == ORIGIN_ENVIRONMENT)
        return error_add_context(err, "environment variable %s", row->choices);
    return false;
}
